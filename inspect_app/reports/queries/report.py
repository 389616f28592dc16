"""The report of one plan on one day: the figures that screen, print, spreadsheet and document all take from here."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import Row

from inspect_app.core.actor import Actor
from inspect_app.core.text import sort_key
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reports.queries.days import Day, Month, last_day_of
from inspect_app.reports.queries.honesty import NOTHING_SAID, Honesty, of_plan
from inspect_app.reports.queries.tally import (
    NO_FLOW,
    NOTHING,
    Flow,
    Grouping,
    Numbers,
    Tally,
    broken_down,
    flow_of,
    numbers_of,
    tally_of,
)
from inspect_app.reports.queries.tally import total as sum_of
from inspect_app.reports.queries.trend import Point, trend
from inspect_app.reports.queries.units import KINDS, Activity, Aim, Standing, Times, inspections
from inspect_app.units.models import UnitKind
from inspect_app.workdays.periods import Period

K = TypeVar("K")


@dataclass(slots=True)
class UnitLine:
    """What was found at one unit; `standing` is empty where the plan does not name it."""

    id: int
    name: str
    kind: UnitKind
    key: str
    standing: Standing | None = None
    tally: Tally = NOTHING
    by_area: dict[str, int] = field(default_factory=dict)
    """Area code -> findings that count."""
    flow: Flow = NO_FLOW


@dataclass(slots=True)
class KindLine:
    kind: UnitKind
    units: list[UnitLine]
    tally: Tally
    self_inspections: int
    """Made under the plan itself, where it is one of self-inspections."""
    flow: Flow = NO_FLOW

    @property
    def targets(self) -> int:
        return sum(unit.standing is not None for unit in self.units)

    @property
    def inspected(self) -> int:
        return sum(unit.standing not in (None, Standing.AHEAD) for unit in self.units)


@dataclass(slots=True)
class AreaLine:
    code: str
    position: int
    name: str
    name_en: str
    tally: Tally


@dataclass(slots=True)
class TeamLine:
    """What one team found."""

    id: int
    name: str
    tally: Tally


@dataclass(slots=True)
class MonthLine:
    """What was issued in one month of the calendar, and what has come of it by the day of the report."""

    month: Month
    tally: Tally

    @property
    def first(self) -> date:
        return date(*self.month, 1)

    @property
    def last(self) -> date:
        return last_day_of(self.month)


@dataclass(frozen=True)
class Report:
    """Every figure is of `day`, and of what the reader may see."""

    plan: Plan
    day: Day
    units: list[UnitLine]
    """Every unit that the plan names or that something was found at, by kind and name."""
    areas: list[AreaLine]
    """Those in which something counts, in the order of the catalogue."""
    trend: list[Point]
    activities: list[Activity]
    total: Tally
    partial: bool
    """The plan has more than the reader may see."""
    by: Grouping = Grouping.INSPECTED
    """What units count findings by; inspections are always those of the unit inspected."""
    honesty: Honesty = NOTHING_SAID
    teams: Sequence[TeamLine] = ()
    """Those that found something that counts, by name. What a unit found of itself is of no team."""
    months: Sequence[MonthLine] = ()
    """Those in which something was issued that counts, in their order."""
    period: Period | None = None
    """What `flow` tells of: over by the day of the report."""
    flow: Flow = NO_FLOW

    @cached_property
    def kinds(self) -> list[KindLine]:
        made = Counter[UnitKind]()
        for activity in self.activities:
            if activity.plan_id == self.plan.id:
                made.update(activity.by_kind)
        lines = ((kind, [unit for unit in self.units if unit.kind is kind]) for kind in KINDS)
        return [
            KindLine(
                kind, units, sum_of(unit.tally for unit in units), made[kind], sum((one.flow for one in units), NO_FLOW)
            )
            for kind, units in lines
            if units or made[kind]
        ]

    @property
    def targets(self) -> int:
        return sum(line.targets for line in self.kinds)

    @property
    def inspected(self) -> int:
        return sum(line.inspected for line in self.kinds)

    @property
    def by_themselves(self) -> bool:
        """The plan is one of self-inspections."""
        return self.plan.kind is PlanKind.SELF

    @property
    def self_inspections(self) -> int:
        """Made under this plan."""
        return sum(line.self_inspections for line in self.kinds)

    @property
    def times(self) -> list[Times]:
        """How often each unit inspected itself under this plan."""
        return [times for activity in self.activities if activity.plan_id == self.plan.id for times in activity.times]

    @property
    def others(self) -> list[Activity]:
        """Surprise plans and self-inspections beside this plan."""
        return [activity for activity in self.activities if activity.plan_id != self.plan.id]

    @property
    def nothing_found(self) -> bool:
        """Every unit was inspected, and every inspection ended without findings."""
        standings = [unit.standing for unit in self.units]
        return bool(standings) and all(standing is Standing.NOTHING_FOUND for standing in standings)


def report(
    plan: Plan, *, actor: Actor, day: Day, by: Grouping = Grouping.INSPECTED, period: Period | None = None
) -> Report:
    """Three statements, however many rows there are. Of `period` counts what is over by the day."""
    period = period and period.until(day.on)
    rows = [(row, numbers_of(row)) for row in broken_down(actor, [plan.id], day, by, period)]
    inspected = inspections(actor, plan, day)
    return Report(
        plan=plan,
        day=day,
        units=_units(rows, inspected.aims),
        areas=_areas(rows),
        trend=trend(inspected.changes, day),
        activities=inspected.activities,
        total=_tally(rows),
        partial=inspected.partial,
        by=by,
        honesty=of_plan(actor, plan, day),
        teams=_teams(rows),
        months=_months(rows),
        period=period,
        flow=_flow(rows),
    )


Told = Sequence[tuple[Row[Any], Numbers]]
"""Rows of `broken_down`, each with its numbers."""


def _units(rows: Told, aimed_at: Iterable[Aim]) -> list[UnitLine]:
    lines = {
        aim.unit_id: UnitLine(aim.unit_id, aim.unit_name, aim.unit_kind, aim.unit_key, aim.standing) for aim in aimed_at
    }
    for unit_id, its in _grouped(rows, lambda row: row.unit_id).items():
        unit, _numbers = its[0]
        line = lines.setdefault(unit_id, UnitLine(unit_id, unit.unit_name, unit.unit_kind, unit.unit_key))
        line.tally, line.flow = _tally(its), _flow(its)
        for row, _numbers in its:
            if row.counted:
                line.by_area[row.area_code] = line.by_area.get(row.area_code, 0) + row.counted
    return sorted(lines.values(), key=lambda line: (KINDS.index(line.kind), line.key, line.id))


def _areas(rows: Told) -> list[AreaLine]:
    told = {row.area_code: (row.area_position, row.area_name, row.area_name_en) for row, _numbers in rows}
    tallies = _by(rows, lambda row: row.area_code)
    lines = [AreaLine(code, *told[code], tally) for code, tally in tallies.items()]
    return sorted(lines, key=lambda line: line.position)


def _teams(rows: Told) -> list[TeamLine]:
    names = {row.team_id: row.team_name for row, _numbers in rows}
    tallies = _by(rows, lambda row: row.team_id)
    lines = [TeamLine(team_id, names[team_id], tally) for team_id, tally in tallies.items() if team_id is not None]
    return sorted(lines, key=lambda line: (sort_key(line.name), line.id))


def _months(rows: Told) -> list[MonthLine]:
    tallies = _by(rows, lambda row: (int(row.year), int(row.month)))
    return [MonthLine(month, tallies[month]) for month in sorted(tallies)]


def _by(rows: Told, key: Callable[[Row[Any]], K]) -> dict[K, Tally]:
    """Key -> its tally, of those in which something counts."""
    tallies = {one: _tally(its) for one, its in _grouped(rows, key).items()}
    return {one: tally for one, tally in tallies.items() if tally.counted}


def _grouped(rows: Told, key: Callable[[Row[Any]], K]) -> dict[K, Told]:
    found: dict[K, list[tuple[Row[Any], Numbers]]] = {}
    for one in rows:
        found.setdefault(key(one[0]), []).append(one)
    return {**found}


def _tally(rows: Told) -> Tally:
    return tally_of(numbers for _row, numbers in rows)


def _flow(rows: Told) -> Flow:
    return flow_of(row for row, _numbers in rows)
