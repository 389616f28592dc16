"""How far units' word about themselves held: areas that a self-inspection called fine, and what a team then found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, BindParameter, ColumnElement, Select, and_, bindparam, exists, func, or_, select, union_all

from inspect_app.checklists.models import Item
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries import seen_by
from inspect_app.plans.models import Area, Plan, PlanKind
from inspect_app.reports.queries.days import Day
from inspect_app.units.models import Lineage, Unit
from inspect_app.visits.models import Answer, AreaAnswer, Result, Scope, Verdict, Visit, VisitState
from inspect_app.visits.queries import begun, open_to


@dataclass(frozen=True, slots=True)
class Gap:
    """One area of one unit that was called fine, and in which a team then found something."""

    unit_id: int
    unit_name: str
    area_code: str
    area: str
    area_en: str
    self_id: int
    """The self-inspection."""
    said_on: date
    visit_id: int
    """The team's visit."""
    inspected_on: date
    findings: int
    """Issued by it in this area and not withdrawn."""


@dataclass(frozen=True, slots=True)
class Honesty:
    """`gaps` out of `fine`: areas called fine by a unit and then inspected there by a team."""

    fine: int
    gaps: Sequence[Gap]


NOTHING_SAID = Honesty(0, ())


def of_plan(actor: Actor, plan: Plan, day: Day) -> Honesty:
    """Of the plan's own visits; of a plan of self-inspections, of what was said under it."""
    return _told(_of_plan(shape_of(actor), day, plan.kind is PlanKind.SELF), {**filling_of(actor), "it": plan.id})


@built_once
def _of_plan(actor: Actor, day: Day, by_themselves: bool) -> Select[Any]:
    if by_themselves:
        return _held(_pairs(actor, day), actor, day, said_under=bindparam("it"))
    return prepared(_held(_pairs(actor, day, Visit.plan_id == bindparam("it")), actor, day))


def at_unit(actor: Actor, unit: Unit, day: Day) -> Honesty:
    """Of everything that teams looked at in this very unit."""
    return _told(_at_unit(shape_of(actor), day), {**filling_of(actor), "it": unit.id})


@built_once
def _at_unit(actor: Actor, day: Day) -> Select[Any]:
    return prepared(_held(_pairs(actor, day, Visit.unit_id == bindparam("it")), actor, day))


def _told(pairs: Select[Any], asked: Mapping[str, Any]) -> Honesty:
    rows = db.session.execute(pairs, asked)
    told = [gap for gap in (Gap(*row) for row in rows) if gap.said_on >= _a_year_before(gap.inspected_on)]
    return Honesty(len(told), [gap for gap in told if gap.findings])


def _held(pairs: CTE, actor: Actor, day: Day, *, said_under: BindParameter[int] | None = None) -> Select[Any]:
    """Columns: those of `Gap`, `findings` 0 where nothing was found.

    Teams' visits that had ended by the day are asked, but for follow-ups; a thematic one about the areas in which it
    checked or found something. For each area the latest self-inspection of the same unit, or of one that became part of
    it, counts that looked at it on or before the day of the visit, within the twelve months before.
    """
    pair = pairs.c
    found, facts = f.facts_on(select().select_from(Finding).where(seen_by(actor)), day.past)
    found_there = (
        found.where(f.counted(facts), Finding.visit_id.in_(select(pair.visit_id)))
        .add_columns(Finding.visit_id, facts.area_code, func.count().label("number"))
        .group_by(Finding.visit_id, facts.area_code)
        .subquery()
    )
    number = func.coalesce(found_there.c.number, 0)
    checked = (
        exists()
        .where(Answer.visit_id == pair.visit_id, Answer.result != Result.UNCHECKED)
        .where(Item.id == Answer.item_id, Item.area_code == pair.area_code)
    )
    columns: tuple[Any, ...] = (
        *(pair.unit_id, pair.unit_name, pair.area_code, Area.short_name, Area.name_en, pair.self_id, pair.said_on),
        *(pair.visit_id, pair.inspected_on, number),
    )
    return (
        select(*columns)
        .join(Area, Area.code == pair.area_code)
        .outerjoin(
            found_there,
            and_(found_there.c.visit_id == pair.visit_id, found_there.c.area_code == pair.area_code),
        )
        .where(pair.nth == 1, pair.verdict == Verdict.FINE)
        .where(or_(pair.scope == Scope.COMPREHENSIVE, number > 0, checked))
        .where(*([pair.said_under == said_under] if said_under is not None else []))
        .order_by(pair.inspected_on.desc(), pair.visit_id, Area.position)
    )


def _pairs(actor: Actor, day: Day, *which: ColumnElement[bool]) -> CTE:
    """Every area of every visit that meets `which`, with what the unit had said of it: the `nth` latest word."""
    ended = (VisitState.CONCLUDED, VisitState.CLOSED)
    inspected = (
        select(Visit.id, Visit.unit_id, Visit.unit_name, Visit.began_on, Visit.scope)
        .join(Visit.plan)
        .where(open_to(actor), Visit.team_id.is_not(None), Visit.follow_up.is_(False))
        .where(Visit.state.in_(ended), Visit.ended_on <= day.on, *which)
        .subquery()
    ).c
    word = (
        select(Visit.id, Visit.began_on, Visit.plan_id, AreaAnswer.area_code, AreaAnswer.verdict)
        .join(AreaAnswer, AreaAnswer.visit_id == Visit.id)
        .join(Visit.plan)
        .where(open_to(actor), Visit.team_id.is_(None), begun(day.on), AreaAnswer.verdict != Verdict.UNCHECKED)
    )
    of_itself = word.add_columns(Visit.unit_id)
    of_former = word.add_columns(Lineage.unit_id).join(Lineage, Lineage.predecessor_id == Visit.unit_id)
    said = union_all(of_itself, of_former).subquery().c
    latest_first = (said.began_on.desc(), said.id.desc())
    columns: tuple[Any, ...] = (
        inspected.id.label("visit_id"),
        inspected.unit_id,
        inspected.unit_name,
        inspected.began_on.label("inspected_on"),
        inspected.scope,
        said.id.label("self_id"),
        said.began_on.label("said_on"),
        said.plan_id.label("said_under"),
        said.area_code,
        said.verdict,
        func.row_number().over(partition_by=(inspected.id, said.area_code), order_by=latest_first).label("nth"),
    )
    before = and_(said.unit_id == inspected.unit_id, said.began_on <= inspected.began_on)
    return select(*columns).where(before).cte("pair")


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
