"""The overview of today for whoever sees everything: read from what is kept beside findings, not from findings.

What is overdue changes with the calendar; it comes from the findings that are live, through their index. A figure says
here what `overview_lines`, `overview_plans` and `overview_time` would count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import Date as SqlDate

from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.reading_order import held_back
from inspect_app.findings.models import FOREVER, By, Finding, FindingCount, PlanStanding, Span
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.kept import NUMBERS, key_of
from inspect_app.plans.models import Area, Plan, PlanKind
from inspect_app.reports.queries.overview_lines import (
    A_WEEK,
    NAMES,
    UNIT_KINDS,
    Before,
    Numbers,
    OfArea,
    OfUnit,
    View,
    in_year,
    place_of,
)
from inspect_app.reports.queries.overview_plans import OfPlan
from inspect_app.reports.queries.overview_shown import PlanLines, UnitLines
from inspect_app.reports.queries.tally import Grouping
from inspect_app.reports.queries.trend import Point, line_through
from inspect_app.units.models import Unit
from inspect_app.units.queries.scope import is_root

MOST_BY_NAME = 100
"""Units that a statement names one by one."""
_PLAN_KINDS = {kind.value: kind for kind in PlanKind}


def tells(actor: Actor, view: View) -> bool:
    """Whether what is kept is what this reader may see: all that was issued, today, at all units.

    A leader sees of visits what was reported; who wears another hat besides may see more, and is not told this way.
    """
    if view.day.past or view.kinds or view.unit_id is not None:
        return False
    if any(is_root(held.path) for held in actor.held(Role.REVIEWER)):
        return True
    others = actor.seats or actor.held(Role.REVIEWER, Role.OFFICER)
    return not others and any(is_root(held.path) for held in actor.held(Role.VIEWER))


def _late(view: View, *by: Any, years: Sequence[int]) -> Select[Any]:
    """Findings of plans of these years that are overdue today. Columns: those of `by`, number."""
    return (
        select(*by, cast(func.count(), Integer).label("number"))
        .select_from(Finding)
        .join(Plan, Plan.id == Finding.plan_id)
        .where(f.overdue(Finding, view.day.on), Plan.year.in_(years))
        .group_by(*by)
    )


def _numbers(of: Any, late: ColumnElement[Any]) -> list[ColumnElement[int]]:
    """The columns of `Numbers`: what is overdue, and what is kept in columns of `of`."""
    return [func.coalesce(late if name == "overdue" else getattr(of, name), 0).label(name) for name in NAMES]


# Plans


def plans(actor: Actor, view: View) -> list[OfPlan]:
    """Of the year and of the year before it, unsorted, without `last_due`. One statement.

    Columns: id, kind, number, title, year, those of `Numbers`, and those of `OfPlan` that follow.
    """
    found = []
    for plan_id, kind, number, title, year, *rest in db.session.execute(_each_plan(actor, view)):
        numbers, standings = Numbers(*rest[: len(NAMES)]), rest[len(NAMES) :]
        found.append(OfPlan(plan_id, _PLAN_KINDS[kind], number, title, year, True, numbers, None, *standings))
    return found


def _each_plan(actor: Actor, view: View) -> Any:
    reviews = any(is_root(held.path) for held in actor.held(Role.REVIEWER))
    by_themselves = PlanStanding.self_inspections if reviews else PlanStanding.self_reported
    standings = (PlanStanding.targets, PlanStanding.inspected, PlanStanding.told, PlanStanding.ended)
    years = (view.year, view.year - 1)
    late = _late(view, Finding.plan_id, years=years).subquery()
    return (
        select(
            *(Plan.id, type_coerce(Plan.kind, String), Plan.number, Plan.title, Plan.year),
            *_numbers(FindingCount, late.c.number),
            *(func.coalesce(column, 0).label(column.key) for column in (*standings, PlanStanding.nothing_found)),
            func.coalesce(by_themselves, 0).label("self_inspections"),
        )
        .outerjoin(
            FindingCount,
            and_(FindingCount.year == Plan.year, FindingCount.by == By.PLAN, FindingCount.key == Plan.id),
        )
        .outerjoin(PlanStanding, PlanStanding.plan_id == Plan.id)
        .outerjoin(late, late.c.plan_id == Plan.id)
        .where(Plan.year.in_(years))
    )


# Units, areas, months


@dataclass(frozen=True, slots=True)
class Year:
    units: list[OfUnit]
    """Without their areas."""
    areas: list[OfArea]
    trend: list[Point]


def year(view: View) -> Year:
    """One statement. Columns: what the line is of (a unit, an area, a month), key, name, other, code, those of
    `Numbers`; `other` is the key by which units are sorted and the English name of an area, `code` the kind of a unit.
    """
    at_unit, in_area = _overdue_lines(view)
    parts = union_all(_units(view, at_unit), _areas(view, in_area), _months(view))
    found, changed = Year([], [], []), {}
    for what, key, name, other, code, *numbers in db.session.execute(parts):
        if what == "unit":
            found.units.append(OfUnit(key, name, UNIT_KINDS[code], other, Numbers(*numbers)))
        elif what == "area":
            found.areas.append(OfArea(code, key, name, other, Numbers(*numbers)))
        else:
            changed[key // 100, key % 100] = (int(numbers[0]), int(numbers[1]))
    found.areas.sort(key=lambda line: line.position)
    return replace(found, trend=line_through(dict(sorted(changed.items())), view.day))


def _overdue_lines(view: View) -> tuple[Subquery, Subquery]:
    """What is overdue, by unit_id and by area_code, and its number."""
    place = place_of(view, Finding).label("unit_id")
    late = _late(view, place, Finding.area_code, years=(view.year,)).cte("late").c
    number = cast(func.sum(late.number), Integer).label("number")
    at_unit, in_area = (select(by, number).group_by(by).subquery() for by in (late.unit_id, late.area_code))
    return at_unit, in_area


def _units(view: View, late: Subquery) -> Any:
    place = By.RESPONSIBLE if view.by is Grouping.RESPONSIBLE else By.UNIT
    return (
        select(
            *(literal("unit"), Unit.id, Unit.name, Unit.sort_key, type_coerce(Unit.kind, String)),
            *_numbers(FindingCount, late.c.number),
        )
        .select_from(FindingCount)
        .join(Unit, Unit.id == FindingCount.key)
        .outerjoin(late, late.c.unit_id == Unit.id)
        .where(FindingCount.year == view.year, FindingCount.by == place, FindingCount.counted > 0)
    )


def _areas(view: View, late: Subquery) -> Any:
    return (
        select(
            *(literal("area"), Area.position, Area.short_name, Area.name_en, Area.code),
            *_numbers(FindingCount, late.c.number),
        )
        .select_from(FindingCount)
        .join(Area, Area.code == FindingCount.code)
        .outerjoin(late, late.c.area_code == Area.code)
        .where(FindingCount.year == view.year, FindingCount.by == By.AREA, FindingCount.counted > 0)
    )


def _months(view: View) -> Select[Any]:
    """What is kept by day are changes, added up for each month: its key is year and month."""
    month = FindingCount.key // 100
    numbers = [func.sum(getattr(FindingCount, name)) if name in NUMBERS else literal(0) for name in NAMES]
    return (
        select(literal("month"), month, _no_word(), _no_word(), _no_word(), *numbers)
        .where(FindingCount.year == view.year, FindingCount.by == By.DAY)
        .group_by(month)
    )


# What is said of few lines only, and of other days


def details(view: View, units: UnitLines, plans: PlanLines) -> tuple[PlanLines, Before]:
    """The plans named with their `last_due`, and what the tiles compare with; gives the units named their areas.

    One statement. Columns: what (a unit, a plan, the week or the year before), key, code, number, more, day.
    """
    day = view.day.on
    week, then = day - A_WEEK, in_year(day, day.year - 1)
    place, no_day = place_of(view, Finding), cast(null(), SqlDate)
    of_year = and_(Plan.id == Finding.plan_id, Plan.year == view.year)
    live_there = (
        select(literal("unit"), place, Finding.area_code, func.count(), _overdue_number(day), no_day)
        .join(Plan, of_year)
        .where(f.live(Finding))
        .group_by(place, Finding.area_code)
    )
    if len(units.left) <= MOST_BY_NAME:
        live_there = live_there.where(place.in_([unit.id for unit in units.left]))
    latest = (
        select(literal("plan"), Finding.plan_id, _no_word(), literal(0), literal(0), func.max(Finding.deadline))
        .where(f.live(Finding), Finding.plan_id.in_([plan.id for plan in (*plans.of_year, *plans.earlier)]))
        .group_by(Finding.plan_id)
    )
    a_year_before = select(
        *(literal("year"), literal(0), _no_word()),
        *(func.coalesce(func.sum(number), 0) for number in (FindingCount.on_time, FindingCount.resolved)),
        no_day,
    ).where(FindingCount.year == view.year - 1, FindingCount.by == By.DAY, FindingCount.key <= key_of(then))
    parts = (live_there, latest, a_year_before, *_overdue_then(view, week, no_day))
    were_late, on_time, resolved, last_due = 0, 0, 0, dict[int, date]()
    named = {unit.id: unit for unit in units.left}
    for what, key, code, number, more, last in db.session.execute(union_all(*parts)):
        if what == "unit":
            if key in named:
                named[key].by_area[code] = Numbers(counted=number, overdue=more)
        elif what == "plan":
            last_due[key] = last
        elif what == "year":
            on_time, resolved = int(number), int(more)
        else:
            were_late += number
    shown, earlier = (
        [plan._replace(last_due=last_due.get(plan.id)) for plan in lines] for lines in (plans.of_year, plans.earlier)
    )
    return replace(plans, of_year=shown, earlier=earlier), Before(week, were_late, then, on_time, resolved)


def _overdue_then(view: View, day: date, no_day: Any) -> Iterable[Select[Any]]:
    """What was overdue on a day not long ago: what is today and was due by then, less what has become so since, and
    what has ceased to be.
    """
    becoming = select().where(f.overdue(Span, day), Span.since > day, Span.until == FOREVER)
    ceasing = select().where(f.overdue(Span, day), Span.since <= day, Span.until > day, Span.until < FOREVER)
    parts = ((Finding, 1, select().where(f.overdue(Finding, day))), (Span, -1, becoming), (Span, 1, ceasing))
    for facts, sign, rows in parts:
        # Counted by plan, with no index of plans: from each plan of the year on, the way is ten times as long.
        plan_id = held_back(facts.plan_id)
        each = rows.add_columns(plan_id.label("plan_id"), func.count().label("number")).group_by(plan_id).subquery().c
        number = cast(sign * func.coalesce(func.sum(each.number), 0), Integer)
        yield (
            select(literal("week"), literal(0), _no_word(), number, literal(0), no_day)
            .join(Plan, Plan.id == each.plan_id)
            .where(Plan.year == view.year)
        )


def _no_word() -> ColumnElement[str]:
    return cast(literal(""), String)


def _overdue_number(day: date) -> ColumnElement[int]:
    return func.count().filter(f.overdue(Finding, day))
