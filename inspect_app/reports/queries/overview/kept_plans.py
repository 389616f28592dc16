"""The plans of the overview, read from what is kept: put in order and added up by the database."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)

from inspect_app.core.db import db
from inspect_app.core.reading_order import held_back
from inspect_app.core.statements import built_once
from inspect_app.findings.models import By, Finding, FindingCount, PlanStanding
from inspect_app.findings.queries import facts as f
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reports.queries.overview.lines import (
    NAMES,
    Numbers,
    View,
    of_the_kinds,
    place_of,
    under_plans_of,
)
from inspect_app.reports.queries.overview.plans import STANDINGS, OfPlan
from inspect_app.reports.queries.overview.rows import KEPT, of_their_kinds, summed
from inspect_app.reports.queries.overview.shown import Named, PlanLines, in_order
from inspect_app.visits.queries import Coverage

_TOTALS = 4
"""Columns of what all plans of the year come to."""
_KINDS = {kind.value: kind for kind in PlanKind}


def plans(view: View, named: Named, *, reviewer: bool) -> PlanLines:
    """Of the year and of the year before it, without `last_due`. One statement."""
    rows = db.session.execute(_plans(view, named, reviewer)).all()
    ordered = in_order((_plan(*row[_TOTALS:]) for row in rows if row.id is not None), view)
    of_year, earlier = ([plan for plan in ordered if plan.year == year] for year in (view.year, view.year - 1))
    return PlanLines(of_year, earlier, *rows[0][:_TOTALS])


def coverage(view: View) -> Coverage:
    """Over all that plans of the year aim at. One statement."""
    its = (PlanStanding.plan_id == Plan.id, Plan.year == view.year, *_at_the_kinds(view))
    inspected, targets = (
        cast(func.coalesce(func.sum(column), 0), Integer) for column in (PlanStanding.inspected, PlanStanding.targets)
    )
    return Coverage(*db.session.execute(select(inspected, targets).where(*its)).one())


def _plan(plan_id: int, kind: str, number: str, title: str, year: int, *rest: int) -> OfPlan:
    numbers, standings = Numbers(*rest[: len(NAMES)]), rest[len(NAMES) :]
    return OfPlan(plan_id, _KINDS[kind], number, title, year, True, numbers, None, *standings)


@built_once
def _plans(view: View, named: Named, reviewer: bool) -> Select[Any]:
    """Columns: number, under_way, targets and inspected of all plans of the year; of each plan named, or none, id,
    kind, number, title, year, those of `Numbers`, and those of `STANDINGS`.
    """
    each = _each(view, reviewer)
    line = each.c
    of_year = line.year == view.year
    all_of_year = (
        select(
            func.count().label("number"),
            func.count().filter(not_(line.finished)).label("under_way"),
            *(cast(func.coalesce(func.sum(line[name]), 0), Integer).label(name) for name in ("targets", "inspected")),
        )
        .where(of_year)
        .subquery()
    )
    first = union_all(
        *(
            select(part.subquery())
            for part in (_first(each, of_year, named.plans), _first(each, ~of_year, named.earlier))
        )
    ).subquery()
    return (
        select(
            *all_of_year.c,
            *(Plan.id, type_coerce(Plan.kind, String), Plan.number, Plan.title, Plan.year),
            *(first.c[name] for name in (*NAMES, *STANDINGS)),
        )
        .select_from(all_of_year)
        .outerjoin(first, true())
        .outerjoin(Plan, Plan.id == first.c.id)
    )


def _first(each: CTE, which: ColumnElement[bool], most: int | None) -> Select[Any]:
    """As `shown.in_order` has them."""
    line = each.c
    order = (line.by_units, line.finished, line.overdue.desc(), line.resolved - line.counted, line.id)
    return select(each).where(which).order_by(*order).limit(most)


def _each(view: View, reviewer: bool) -> CTE:
    """Plans of the year and of the year before it. Columns: id, year, those of `Numbers` and of `STANDINGS`, whether
    units inspect themselves and whether it is finished.
    """
    years = (view.year, view.year - 1)
    plan, found, late = _standing(view, years, reviewer), _found(view, years), _overdue(view, years)
    numbers = {name: late.c.number if name == "overdue" else found.c[name] for name in NAMES}
    said: dict[str, ColumnElement[int]] = {name: func.coalesce(number, 0) for name, number in numbers.items()}
    said |= {name: plan.c[name] for name in STANDINGS}
    by_units = plan.c.kind == PlanKind.SELF
    over = case(
        (by_units, literal(view.day.on.year) > plan.c.year),
        else_=and_(said["targets"] == said["ended"], said["ended"] > 0),
    )
    its_kinds = or_(*(said[name] > 0 for name in ("counted", "targets", "self_inspections")))
    return (
        select(
            *(plan.c.id, plan.c.year, by_units.label("by_units")),
            and_(said["counted"] == said["resolved"], over).label("finished"),
            *(column.label(name) for name, column in said.items()),
        )
        .select_from(plan)
        .outerjoin(found, and_(found.c.year == plan.c.year, found.c.key == plan.c.id))
        .outerjoin(late, late.c.plan_id == plan.c.id)
        .where(*([its_kinds] if view.kinds else []))
        .cte("line")
        .prefix_with("MATERIALIZED")
    )


def _standing(view: View, years: Collection[int], reviewer: bool) -> Subquery:
    """Every plan of the years. Columns: id, year, kind and those of `STANDINGS`."""
    by_themselves = PlanStanding.self_inspections if reviewer else PlanStanding.self_reported
    kept = {name: by_themselves if name == "self_inspections" else getattr(PlanStanding, name) for name in STANDINGS}
    its = and_(PlanStanding.plan_id == Plan.id, *_at_the_kinds(view))
    sums = (cast(func.coalesce(func.sum(column), 0), Integer).label(name) for name, column in kept.items())
    return (
        select(Plan.id, Plan.year, Plan.kind, *sums)
        .outerjoin(PlanStanding, its)
        .where(Plan.year.in_(years))
        .group_by(Plan.year, Plan.id)
        .subquery()
    )


def _at_the_kinds(view: View) -> list[ColumnElement[bool]]:
    return [PlanStanding.kind.in_(view.kinds)] if view.kinds else []


def _found(view: View, years: Collection[int]) -> Subquery:
    """Columns: year, key, which is the plan, and those of `Numbers` that are kept."""
    of_plans = (FindingCount.year.in_(years), FindingCount.by == By.PLAN)
    rows = select(FindingCount.year, FindingCount.key)
    if not view.kinds:
        return rows.add_columns(*KEPT.values()).where(*of_plans, FindingCount.code == "").subquery()
    sums = (number.label(name) for name, number in summed().items())
    rows = rows.add_columns(*sums).where(*of_plans, *of_their_kinds(view))
    return rows.group_by(FindingCount.year, FindingCount.key).subquery()


def _overdue(view: View, years: Collection[int]) -> Subquery:
    """Columns: plan_id, number."""
    return (
        select(Finding.plan_id, cast(func.count(), Integer).label("number"))
        .where(f.overdue(Finding, view.day.on), under_plans_of(Finding, *years))
        .where(*of_the_kinds(view, place_of(view, Finding)))
        .group_by(held_back(Finding.plan_id))  # but not selected so: SQLite would join it without an index
        .subquery()
    )
