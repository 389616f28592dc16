"""The lines of the overview: what is looked at, the numbers of findings, units, areas, kinds of unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, select

from inspect_app.core.figures import mean
from inspect_app.core.reading_order import gathered, held_back
from inspect_app.findings.models import DOING, WAITING
from inspect_app.findings.queries import facts as f
from inspect_app.plans.models import Plan
from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.tally import Grouping
from inspect_app.reports.queries.units import KINDS
from inspect_app.units.models import Unit, UnitKind

A_WEEK = timedelta(days=7)
UNIT_KINDS = {kind.value: kind for kind in UnitKind}
"""Of thousands of lines: looked up here, at half the price of the column's type."""


@dataclass(frozen=True, slots=True)
class View:
    """What the reader looks at: the plans of a year, on a day, of all units or of some kinds of them."""

    year: int
    day: Day
    kinds: tuple[UnitKind, ...] = ()
    by: Grouping = Grouping.INSPECTED
    """Whose findings they are: the unit's that was inspected, or that answers for them on the day."""
    unit_id: int | None = None
    """Only this unit's, without those under it."""

    @property
    def is_of_all(self) -> bool:
        """Of all units: what is kept of whole plans is about that."""
        return not self.kinds and self.unit_id is None

    @property
    def is_of_today(self) -> bool:
        """What is kept beside findings is about that, of all units and by their kinds."""
        return self.day.past is None and self.unit_id is None

    @property
    def is_of_all_today(self) -> bool:
        """Whole plans are told from what is kept of that (decisions/0030)."""
        return self.is_of_today and not self.kinds

    def on(self, day: date) -> "View":
        """The same on another day, which is not after today."""
        return replace(self, day=replace(self.day, on=day))

    def at(self, unit_id: int) -> "View":
        """The same of one unit."""
        return replace(self, unit_id=unit_id)

    def of(self, year: int) -> "View":
        """The same of the plans of another year."""
        return replace(self, year=year)


class Numbers(NamedTuple):
    """Numbers of findings, as `Tally` defines them. A whole country has thousands of these: nothing is made cheaper."""

    counted: int = 0
    resolved: int = 0
    on_time: int = 0
    overdue: int = 0
    waiting: int = 0
    doing: int = 0
    days_taken: int = 0
    """Calendar days from conclusion to accepted submission, over all that are resolved."""

    @property
    def live(self) -> int:
        """Still to be put right."""
        return self.counted - self.resolved

    @property
    def new(self) -> int:
        return self.live - self.waiting - self.doing

    @property
    def late(self) -> int:
        """Put right after the deadline."""
        return self.resolved - self.on_time

    @property
    def mean_days(self) -> Fraction | None:
        """Calendar days; none while nothing is resolved."""
        return mean(self.days_taken, self.resolved)

    @property
    def parts(self) -> list[tuple[str, int]]:
        """For a bar, in its order."""
        return [("ok", self.resolved), ("wait", self.waiting), ("doing", self.doing), ("new", self.new)]


NAMES = Numbers._fields
NOTHING = Numbers()


def total_of(several: Iterable[Numbers]) -> Numbers:
    """Their sum, also of none."""
    return Numbers(*map(sum, zip(NOTHING, *several, strict=True)))


@dataclass(slots=True)
class OfUnit:
    id: int
    name: str
    kind: UnitKind
    key: str
    numbers: Numbers = NOTHING
    by_area: dict[str, Numbers] = field(default_factory=dict)
    """Area code -> what is left to be put right there: how many count, and are overdue."""


@dataclass(frozen=True, slots=True)
class OfArea:
    code: str
    position: int
    name: str
    name_en: str
    numbers: Numbers = NOTHING


@dataclass(frozen=True, slots=True)
class OfKind:
    kind: UnitKind
    units: int
    """At which something counts."""
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Before:
    """What the tiles compare with."""

    week: date
    """The day a week earlier."""
    overdue: int
    """On that day, of the same plans."""
    day: date
    """The same day a year earlier."""
    on_time: int
    """On that day, of the plans of the year before."""
    resolved: int


def kinds_of(units: Sequence[OfUnit]) -> list[OfKind]:
    """One line for each kind of unit, as reports list them."""
    lines = ((kind, [unit.numbers for unit in units if unit.kind is kind]) for kind in KINDS)
    return [OfKind(kind, len(numbers), total_of(numbers)) for kind, numbers in lines if numbers]


def in_year(day: date, year: int) -> date:
    """The same day of another year; 28/2 for a 29/2 that it does not have."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def under_plans_of(facts: Any, *years: int) -> ColumnElement[bool]:
    """Of rows that an index of their own has found: from each plan of the years on, the way is ten times as long."""
    return gathered(held_back(facts.plan_id)).in_(select(Plan.id).where(Plan.year.in_(years)))


def place_of(view: View, facts: Any) -> Any:
    """The unit that a finding is counted for."""
    return facts.responsible_unit_id if view.by is Grouping.RESPONSIBLE else facts.unit_id


def of_the_units(view: View, place: Any) -> list[ColumnElement[bool]]:
    """That `place` is one of the units looked at."""
    chosen = of_the_kinds(view, place)
    return [*chosen, place == view.unit_id] if view.unit_id is not None else chosen


def of_the_kinds(view: View, place: Any) -> list[ColumnElement[bool]]:
    """That `place` is a unit of one of the kinds looked at; plans lead to it, since units of a kind are thousands."""
    return [exists().where(Unit.id == place, Unit.kind.in_(view.kinds))] if view.kinds else []


def numbers_of(facts: Any, day: date) -> list[ColumnElement[int]]:
    """The columns of `Numbers`."""

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    columns: dict[str, ColumnElement[int]] = {
        "counted": number(f.counted(facts)),
        "resolved": number(f.resolved(facts)),
        "on_time": number(f.on_time(facts)),
        "overdue": number(f.overdue(facts, day)),
        "waiting": number(facts.state.in_(WAITING)),
        "doing": number(facts.state.in_(DOING)),
        "days_taken": func.coalesce(func.sum(facts.days_taken).filter(f.resolved(facts)), 0),
    }
    return [columns[name].label(name) for name in NAMES]
