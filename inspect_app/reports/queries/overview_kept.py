"""The overview of today for whoever sees everything: read from what is kept beside findings, not from findings.

What is overdue changes with the calendar; it comes from the findings that are live, through their index. A figure says
here what `overview_lines`, `overview_plans` and `overview_time` would count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, null, select, union_all
from sqlalchemy import Date as SqlDate

from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.findings.models import FOREVER, By, Finding, FindingCount, PlanStanding, Span
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.kept import NUMBERS, key_of
from inspect_app.plans.models import Area, Plan
from inspect_app.reports.queries.overview_lines import (
    A_WEEK,
    NOTHING,
    Before,
    Numbers,
    OfArea,
    OfUnit,
    View,
    in_year,
    place_of,
)
from inspect_app.reports.queries.overview_plans import OfPlan
from inspect_app.reports.queries.tally import Grouping
from inspect_app.reports.queries.trend import Point, line_through
from inspect_app.units.models import Unit
from inspect_app.units.queries.scope import is_root

MOST_BY_NAME = 100
"""Units that a statement names one by one."""
Overdue = Mapping[tuple[int, int, str], int]
"""Plan, unit and area -> how many are overdue today; those of the year and of the one before."""


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


def overdue(view: View) -> Overdue:
    """One statement. Columns: plan_id, unit_id, area_code, number."""
    place = place_of(view, Finding)
    rows = db.session.execute(
        select(Finding.plan_id, place, Finding.area_code, func.count())
        .join(Plan, Plan.id == Finding.plan_id)
        .where(f.overdue(Finding, view.day.on), Plan.year.in_((view.year, view.year - 1)))
        .group_by(Finding.plan_id, place, Finding.area_code)
    )
    return {(plan_id, unit_id, code): number for plan_id, unit_id, code, number in rows}


def _summed(late: Overdue, place: int) -> dict[Any, int]:
    """By one part of their keys."""
    sums: dict[Any, int] = {}
    for key, number in late.items():
        sums[key[place]] = sums.get(key[place], 0) + number
    return sums


# Plans


def plans(actor: Actor, view: View, late: Overdue) -> list[OfPlan]:
    """Of the year and of the year before it, unsorted, without `last_due`. One statement.

    Columns: id, kind, number, title, year, those of `NUMBERS`, those of `PlanStanding`.
    """
    reviews = any(is_root(held.path) for held in actor.held(Role.REVIEWER))
    by_themselves = PlanStanding.self_inspections if reviews else PlanStanding.self_reported
    rows = db.session.execute(
        select(
            *(Plan.id, Plan.kind, Plan.number, Plan.title, Plan.year),
            *(getattr(FindingCount, name) for name in NUMBERS),
            *(PlanStanding.targets, PlanStanding.inspected, PlanStanding.told, PlanStanding.ended),
            *(PlanStanding.nothing_found, by_themselves),
        )
        .outerjoin(
            FindingCount,
            and_(FindingCount.year == Plan.year, FindingCount.by == By.PLAN, FindingCount.key == Plan.id),
        )
        .outerjoin(PlanStanding, PlanStanding.plan_id == Plan.id)
        .where(Plan.year.in_((view.year, view.year - 1)))
    )
    overdue_of = _summed(late, 0)
    return [_plan(tuple(row), overdue_of.get(row.id, 0)) for row in rows]


def _plan(row: tuple[Any, ...], overdue: int) -> OfPlan:
    plan_id, kind, number, title, year, *rest = row
    numbers, standings = _numbers(rest[: len(NUMBERS)], overdue), (count or 0 for count in rest[len(NUMBERS) :])
    return OfPlan(plan_id, kind, number, title, year, True, numbers, None, *standings)


def _numbers(kept: Sequence[Any], overdue: int) -> Numbers:
    """Columns in the order of `NUMBERS`, or nothing kept."""
    counted, resolved, on_time, waiting, doing, days_taken = kept
    return NOTHING if counted is None else Numbers(counted, resolved, on_time, overdue, waiting, doing, days_taken)


# Units, areas, months


@dataclass(frozen=True, slots=True)
class Year:
    units: list[OfUnit]
    """Without their areas."""
    areas: list[OfArea]
    trend: list[Point]


def year(view: View, late: Overdue) -> Year:
    """One statement; `late` of the plans of the year.

    Columns: by, key, code, those of `NUMBERS`, name, kind and sort_key of the unit, position, short_name and name_en of
    the area. The rows by day are changes, added up for each month: their key is year and month.
    """
    place = By.RESPONSIBLE if view.by is Grouping.RESPONSIBLE else By.UNIT
    numbers, of_year = [getattr(FindingCount, name) for name in NUMBERS], FindingCount.year == view.year
    month = FindingCount.key // 100
    standing = select(FindingCount.by, FindingCount.key, FindingCount.code, *numbers).where(
        of_year, FindingCount.by.in_((place, By.AREA)), FindingCount.counted > 0
    )
    changes = (
        select(FindingCount.by, month, FindingCount.code, *(func.sum(number) for number in numbers))
        .where(of_year, FindingCount.by == By.DAY)
        .group_by(FindingCount.by, month, FindingCount.code)
    )
    each = union_all(standing, changes).subquery()
    rows = db.session.execute(
        select(*each.c, Unit.name, Unit.kind, Unit.sort_key, Area.position, Area.short_name, Area.name_en)
        .outerjoin(Unit, and_(each.c.by == place, Unit.id == each.c.key))
        .outerjoin(Area, and_(each.c.by == By.AREA, Area.code == each.c.code))
    )
    at_unit, in_area = _summed(late, 1), _summed(late, 2)
    found, changed = Year([], [], []), {}
    for by, key, code, *kept, name, kind, sort_key, position, area, area_en in rows:
        if by is By.DAY:
            changed[key // 100, key % 100] = (int(kept[0]), int(kept[1]))
        elif by is By.AREA:
            found.areas.append(OfArea(code, position, area, area_en, _numbers(kept, in_area.get(code, 0))))
        else:
            found.units.append(OfUnit(key, name, kind, sort_key, _numbers(kept, at_unit.get(key, 0))))
    found.areas.sort(key=lambda line: line.position)
    return replace(found, trend=line_through(dict(sorted(changed.items())), view.day))


# What is said of few lines only, and of other days


def details(view: View, named: Sequence[OfUnit], shown: Sequence[OfPlan]) -> tuple[Before, dict[int, date]]:
    """What the tiles compare with, and plan -> `last_due` of those shown; gives the units named their areas.

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
    if len(named) <= MOST_BY_NAME:
        live_there = live_there.where(place.in_([unit.id for unit in named]))
    latest = (
        select(literal("plan"), Finding.plan_id, _no_code(), literal(0), literal(0), func.max(Finding.deadline))
        .where(f.live(Finding), Finding.plan_id.in_([plan.id for plan in shown]))
        .group_by(Finding.plan_id)
    )
    a_year_before = select(
        *(literal("year"), literal(0), _no_code()),
        *(func.coalesce(func.sum(number), 0) for number in (FindingCount.on_time, FindingCount.resolved)),
        no_day,
    ).where(FindingCount.year == view.year - 1, FindingCount.by == By.DAY, FindingCount.key <= key_of(then))
    parts = (live_there, latest, a_year_before, *_overdue_then(view, week, no_day))
    were_late, on_time, resolved, last_due = 0, 0, 0, dict[int, date]()
    units = {unit.id: unit for unit in named}
    for what, key, code, number, more, last in db.session.execute(union_all(*parts)):
        if what == "unit":
            if key in units:
                units[key].by_area[code] = Numbers(counted=number, overdue=more)
        elif what == "plan":
            last_due[key] = last
        elif what == "year":
            on_time, resolved = int(number), int(more)
        else:
            were_late += number
    return Before(week, were_late, then, on_time, resolved), last_due


def _overdue_then(view: View, day: date, no_day: Any) -> Iterable[Select[Any]]:
    """What was overdue on a day not long ago: of what has not changed since, and of what has."""
    columns = (literal("week"), literal(0), _no_code(), func.count(), literal(0), no_day)
    yield (
        select(*columns)
        .select_from(Finding)
        .join(Plan, Plan.id == Finding.plan_id)
        .where(f.overdue(Finding, day), Finding.moved_on <= day, Plan.year == view.year)
    )
    yield (
        select(*columns)
        .select_from(Plan)
        .join(Span, Span.plan_id == Plan.id)
        .where(Plan.year == view.year, Span.until > day, Span.until < FOREVER, Span.since <= day)
        .where(f.overdue(Span, day))
    )


def _no_code() -> ColumnElement[str]:
    return cast(literal(""), String)


def _overdue_number(day: date) -> ColumnElement[int]:
    return func.count().filter(f.overdue(Finding, day))
