"""Which units a plan means to inspect, which were, and what else was inspected in its year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.loading import load
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared
from inspect_app.findings.models import Finding, State
from inspect_app.findings.queries import seen_by
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.plans.queries import counting, target_open_to
from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.trend import changes_under
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import Spot, blank_unit, under, unit_filling
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.queries import begun, inspected, open_to

KINDS = tuple(UnitKind)
"""City, departments, districts, communes, affiliates: as reports list them."""


class Standing(StrEnum):
    """How far the inspection of a target had come on a day."""

    AHEAD = "ahead"
    BEGUN = "begun"
    CONCLUDED = "concluded"
    NOTHING_FOUND = "nothing_found"


@dataclass(frozen=True, slots=True)
class Aim:
    """One unit that the plan means to inspect."""

    unit_id: int
    unit_name: str
    unit_kind: UnitKind
    unit_key: str
    standing: Standing

    @property
    def inspected(self) -> bool:
        return self.standing is not Standing.AHEAD


def aims(actor: Actor, plans: ColumnElement[bool], day: Day) -> Sequence[Row[*tuple[Any, ...]]]:
    """The targets of these plans (a condition on `Plan`) that count on the day and that the actor may see.

    Columns: plan_id, unit_id, standing (a code of `Standing`).
    """
    each = _aimed_at(actor, plans, day).add_columns(Target.plan_id, Target.unit_id, _standing(day).label("standing"))
    return db.session.execute(each).all()


def _aimed_at(actor: Actor, plans: ColumnElement[bool], day: Day) -> Select[Any]:
    return (
        select()
        .select_from(Target)
        .join(Target.plan)
        .join(Target.unit)
        .where(plans, counting(day.on), target_open_to(actor))
    )


def _standing(day: Day) -> ColumnElement[str]:
    return case(
        (_ended(day.on, VisitState.CLOSED), Standing.NOTHING_FOUND.value),
        (_ended(day.on, VisitState.CONCLUDED), Standing.CONCLUDED.value),
        (inspected(day.on), Standing.BEGUN.value),
        else_=Standing.AHEAD.value,
    )


def _ended(day: date, state: VisitState) -> ColumnElement[bool]:
    return exists().where(Visit.target_id == Target.id, Visit.state == state, Visit.ended_on <= day)


@dataclass(frozen=True, slots=True)
class Times:
    """How often a unit inspected itself."""

    unit_id: int
    unit_name: str
    unit_kind: UnitKind
    number: int
    latest: date


@dataclass(frozen=True, slots=True)
class Activity:
    """What another plan came to, or this one where it is made of self-inspections."""

    plan_id: int
    kind: PlanKind
    number: str
    title: str
    by_kind: dict[UnitKind, int]
    """Units inspected under a surprise plan; self-inspections, of which a unit may make several."""
    times: list[Times] = field(default_factory=list)
    """Of self-inspections, by unit: by kind, whoever made most first."""

    @property
    def number_of(self) -> int:
        return sum(self.by_kind.values())


@dataclass(frozen=True, slots=True)
class Inspections:
    """Which units a plan means to inspect, what else was inspected in its year, and what the plan came to."""

    aims: list[Aim]
    activities: list[Activity]
    changes: str
    """Of its findings, month by month: as `trend` reads them."""
    partial: bool
    """The plan has issued findings or targets that the reader may not see."""


def inspections(actor: Actor, plan: Plan, day: Day) -> Inspections:
    """What `aims` says of the plan; and surprise plans and plans of self-inspections of the same year, this plan too
    where it is of the latter: of those issued by the unit that issued the plan, or by one under it.

    One statement. Columns: whether there is more, the changes of its findings, plan_id, plan_kind, number, title,
    unit_kind and how many had begun by the day, and were not cancelled by then; of targets and self-inspections also
    unit_id, unit_name, unit_key; of self-inspections the day of the latest, of targets their standing. A plan under
    which nothing has begun has no row but for its targets; where there is no row at all, one tells of the first two
    alone.
    """
    load(plan, "issuing_unit")
    issuer = plan.issuing_unit
    asked = {**filling_of(actor), **unit_filling(issuer), "plan": plan.id, "of_year": plan.year}
    rows = db.session.execute(_inspections(shape_of(actor), blank_unit(issuer), day), asked).all()
    partial, changes = rows[0][:2]
    targets, activities = _told([row[2:] for row in rows if row[2] is not None])
    return Inspections(targets, activities, changes or "", bool(partial))


@built_once
def _inspections(actor: Actor, issuer: Spot, day: Day) -> Select[Any]:
    """Of the plan `plan`, which is `of_year` and was issued by `issuer`."""
    this = bindparam("plan", type_=Integer)
    alike = and_(Plan.year == bindparam("of_year"), under(Plan.issuing_unit_id, issuer))
    told = (Plan.id, Plan.kind, Plan.number, Plan.title, Unit.kind)
    unit = (Unit.id, Unit.name, Unit.sort_key)
    no_day, no_standing = cast(null(), Date), cast(null(), String)
    aimed = _aimed_at(actor, Plan.id == this, day).add_columns(*told, literal(1), *unit, no_day, _standing(day))
    surprises = (
        select(*told, func.count(), *(cast(null(), kind) for kind in (Integer, String, String)), no_day, no_standing)
        .select_from(Target)
        .join(Target.plan)
        .join(Target.unit)
        .where(alike, Plan.id != this, Plan.kind == PlanKind.SURPRISE)
        .where(counting(day.on), inspected(day.on), target_open_to(actor))
        .group_by(*told)
    )
    by_themselves = (
        select(*told, func.count(), *unit, func.max(Visit.began_on), no_standing)
        .select_from(Visit)
        .join(Visit.plan)
        .join(Visit.unit)
        .where(alike, Plan.kind == PlanKind.SELF)
        .where(begun(day.on), open_to(actor))
        .group_by(*told, *unit)
    )
    each, anyway = union_all(aimed, surprises, by_themselves).subquery(), select(literal(1).label("one")).subquery()
    return prepared(
        select(_more(actor, this), changes_under(actor, day, this), *each.c).select_from(anyway).outerjoin(each, true())
    )


def _told(rows: Iterable[Sequence[Any]]) -> tuple[list[Aim], list[Activity]]:
    targets: list[Aim] = []
    found: dict[int, Activity] = {}
    for row in sorted(rows, key=lambda row: (KINDS.index(row[4]), -row[5], row[8] or "")):
        plan_id, kind, number, title, unit_kind, n, unit_id, unit_name, key, latest, standing = row
        if standing is not None:
            targets.append(Aim(unit_id, unit_name, unit_kind, key, Standing(standing)))
            continue
        activity = found.setdefault(plan_id, Activity(plan_id, kind, number, title, {}))
        activity.by_kind[unit_kind] = activity.by_kind.get(unit_kind, 0) + n
        if unit_id is not None:
            activity.times.append(Times(unit_id, unit_name, unit_kind, n, latest))
    return targets, sorted(found.values(), key=lambda one: (one.kind != PlanKind.SURPRISE, one.plan_id))


def _more(actor: Actor, plan_id: Any) -> ColumnElement[bool]:
    """The plan has issued findings or targets that the actor may not see.

    Targets under the surprise embargo do not tell: whoever may not know of them learns nothing here either.
    """
    embargo = and_(Plan.kind == PlanKind.SURPRISE, Target.begun_on.is_(None))
    hidden_finding = (
        select(Finding.id)
        .where(Finding.plan_id == plan_id, Finding.state != State.RECORDED, seen_by(actor, walking=True).is_not(true()))
        .exists()
    )
    hidden_target = (
        select(Target.id)
        .join(Target.plan)
        .where(Target.plan_id == plan_id, ~embargo, target_open_to(actor).is_not(true()))
        .exists()
    )
    return or_(hidden_finding, hidden_target)
