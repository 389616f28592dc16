"""The report of one plan on one day: the figures that screen, print, spreadsheet and document all take from here."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Row

from inspect_app.core.actor import Actor
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.honesty import NOTHING_SAID, Honesty, of_plan
from inspect_app.reports.queries.tally import Grouping, Tally, by_unit_and_area, tally_of
from inspect_app.reports.queries.trend import Point, trend
from inspect_app.reports.queries.units import KINDS, Activity, Aim, Standing, Times, activities, aims, reader_of
from inspect_app.units.models import Unit, UnitKind


@dataclass(slots=True)
class UnitLine:
    """What was found at one unit; `standing` is empty where the plan does not name it."""

    id: int
    name: str
    kind: UnitKind
    key: str
    standing: Standing | None = None
    tally: Tally = field(default_factory=Tally)
    by_area: dict[str, int] = field(default_factory=dict)
    """Area code -> findings that count."""


@dataclass(slots=True)
class KindLine:
    kind: UnitKind
    units: list[UnitLine]
    tally: Tally
    self_inspections: int
    """Made under the plan itself, where it is one of self-inspections."""

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
    home: Unit | None = None
    """The reader's own unit with the one above it: who a printed report comes from."""
    honesty: Honesty = NOTHING_SAID

    @cached_property
    def kinds(self) -> list[KindLine]:
        made = Counter[UnitKind]()
        for activity in self.activities:
            if activity.plan_id == self.plan.id:
                made.update(activity.by_kind)
        lines = ((kind, [unit for unit in self.units if unit.kind is kind]) for kind in KINDS)
        return [
            KindLine(kind, units, _sum(unit.tally for unit in units), made[kind])
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


def report(plan: Plan, *, actor: Actor, day: Day, by: Grouping = Grouping.INSPECTED) -> Report:
    """Six statements, however many rows there are."""
    rows = by_unit_and_area(actor, plan.id, day, by)
    home, partial = reader_of(actor, plan)
    return Report(
        plan=plan,
        day=day,
        units=_units(rows, aims(actor, plan.id, day)),
        areas=_areas(rows),
        trend=trend(actor, plan.id, day),
        activities=activities(actor, plan, day),
        total=_sum(tally_of(row) for row in rows),
        partial=partial,
        by=by,
        home=home,
        honesty=of_plan(actor, plan, day),
    )


def _units(rows: Iterable[Row[Any]], aimed_at: Iterable[Aim]) -> list[UnitLine]:
    lines = {
        aim.unit_id: UnitLine(aim.unit_id, aim.unit_name, aim.unit_kind, aim.unit_key, aim.standing) for aim in aimed_at
    }
    for row in rows:
        tally = tally_of(row)
        line = lines.setdefault(row.unit_id, UnitLine(row.unit_id, row.unit_name, row.unit_kind, row.unit_key))
        line.tally += tally
        if tally.counted:
            line.by_area[row.area_code] = tally.counted
    return sorted(lines.values(), key=lambda line: (KINDS.index(line.kind), line.key, line.id))


def _areas(rows: Iterable[Row[Any]]) -> list[AreaLine]:
    lines: dict[str, AreaLine] = {}
    for row in rows:
        new = AreaLine(row.area_code, row.area_position, row.area_name, row.area_name_en, Tally())
        lines.setdefault(row.area_code, new).tally += tally_of(row)
    return sorted((line for line in lines.values() if line.tally.counted), key=lambda line: line.position)


def _sum(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())
