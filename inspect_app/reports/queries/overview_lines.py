"""The lines of the overview: plans, units, areas, kinds of unit; each list is one statement, however many rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    bindparam,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.figures import mean
from inspect_app.core.reading_order import gathered, held_back
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.findings.models import DOING, FOREVER, WAITING, Finding, Span
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries import seen_by
from inspect_app.plans.models import Area, Plan
from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.overview_known import Plans
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
    def is_of_all_today(self) -> bool:
        """What is kept beside findings is about that."""
        return self.day.past is None and not self.kinds and self.unit_id is None

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
    """Area code -> what counts there."""


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


OF_YEAR: BindParameter[Any] = bindparam("of_year", expanding=True)
OF_THE_YEAR_BEFORE: BindParameter[Any] = bindparam("of_the_year_before", expanding=True)
"""The plans, to be filled in where a statement that was built before is asked."""


def by_unit_and_area(actor: Actor, view: View, plan_ids: Iterable[int]) -> tuple[list[OfUnit], list[OfArea]]:
    """Units with their areas, unsorted; areas in the order of the catalogue. What is found under these plans."""
    asked = {**filling_of(actor), "of_year": [*plan_ids]}
    found = db.session.execute(_by_unit_and_area(shape_of(actor), view), asked)
    units: dict[int, OfUnit] = {}
    areas: dict[str, OfArea] = {}
    in_area: dict[str, list[Numbers]] = {}
    for unit_id, name, kind, key, code, position, area, area_en, *numbers in found:
        if unit_id not in units:
            units[unit_id] = OfUnit(unit_id, name, UNIT_KINDS[kind], key)
        if code not in areas:
            areas[code], in_area[code] = OfArea(code, position, area, area_en), []
        units[unit_id].by_area[code] = said = Numbers(*numbers)
        in_area[code].append(said)
    for unit in units.values():
        unit.numbers = total_of(unit.by_area.values())
    summed = (replace(area, numbers=total_of(in_area[code])) for code, area in areas.items())
    return list(units.values()), sorted(summed, key=lambda area: area.position)


@built_once
def _by_unit_and_area(actor: Actor, view: View) -> Select[Any]:
    """Columns: unit_id, unit_name, unit_kind, unit_key, area_code, area_position, area_name, area_name_en, and those of
    `Numbers`. A unit and an area in which nothing counts have no row.
    """
    rows, facts = narrowed(actor, view, OF_YEAR)
    place = place_of(view, facts)
    each = (
        rows.where(f.counted(facts))
        .add_columns(place.label("unit_id"), facts.area_code, *numbers_of(facts, view.day.on))
        .group_by(place, facts.area_code)
        .subquery()
        .c
    )
    return (
        select(
            Unit.id,
            Unit.name.label("unit_name"),
            type_coerce(Unit.kind, String).label("unit_kind"),
            Unit.sort_key.label("unit_key"),
            Area.code.label("area_code"),
            Area.position.label("area_position"),
            Area.short_name.label("area_name"),
            Area.name_en.label("area_name_en"),
            *(each[name] for name in NAMES),
        )
        .join(each.unit_id.table, each.unit_id == Unit.id)
        .join(Area, Area.code == each.area_code)
    )


def kinds_of(units: Sequence[OfUnit]) -> list[OfKind]:
    """One line for each kind of unit, as reports list them."""
    lines = ((kind, [unit.numbers for unit in units if unit.kind is kind]) for kind in KINDS)
    return [OfKind(kind, len(numbers), total_of(numbers)) for kind, numbers in lines if numbers]


def before_this(actor: Actor, view: View, plans: Plans) -> Before:
    """One statement."""
    week, then = _other_days(view)
    asked = {**filling_of(actor), "of_year": [*plans.of(view.year)], "of_the_year_before": [*plans.of(view.year - 1)]}
    were_late, on_time, resolved = map(
        sum, zip(*db.session.execute(_before(shape_of(actor), view), asked), strict=True)
    )
    return Before(week, were_late, then, on_time, resolved)


def _other_days(view: View) -> tuple[date, date]:
    """A week and a year earlier."""
    return view.day.on - A_WEEK, in_year(view.day.on, view.day.on.year - 1)


@built_once
def _before(actor: Actor, view: View) -> CompoundSelect[Any]:
    """Columns: overdue a week earlier; on_time, resolved a year earlier, of the plans of the year before."""
    week, then = _other_days(view)
    parts = []
    for rows, facts in _on_that_day(actor, view, OF_YEAR, week):
        parts.append(rows.where(f.overdue(facts, week)).add_columns(func.count(), literal(0), literal(0)))
    for rows, facts in _on_that_day(actor, view, OF_THE_YEAR_BEFORE, then):
        in_time = func.count().filter(f.on_time(facts))
        parts.append(rows.where(f.resolved(facts)).add_columns(literal(0), in_time, func.count()))
    return union_all(*parts)


def _on_that_day(
    actor: Actor, view: View, plan_ids: BindParameter[Any], day: date
) -> Iterator[tuple[Select[Any], Any]]:
    """Findings of these plans, and where their facts of a day are: of most today's, since nothing has changed."""
    seen = seen_by(actor, walking=True)
    since_then = select().select_from(Finding).where(Finding.plan_id.in_(plan_ids), seen, Finding.moved_on <= day)
    yield since_then.where(*of_the_units(view, place_of(view, Finding))), Finding
    until_later = (
        select()
        .select_from(Span)
        .join(Finding, Finding.id == Span.finding_id)
        .where(Span.plan_id.in_(plan_ids), Span.since <= day, Span.until > day, Span.until < FOREVER, seen)
    )
    yield until_later.where(*of_the_units(view, place_of(view, Span))), Span


def in_year(day: date, year: int) -> date:
    """The same day of another year; 28/2 for a 29/2 that it does not have."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def narrowed(actor: Actor, view: View, plan_ids: BindParameter[Any] | None = None) -> tuple[Select[Any], Any]:
    """Findings of these plans, or of any, of the units looked at, as far as the actor may see them; and where their
    facts of the day are read from.
    """
    seen = seen_by(actor, walking=plan_ids is not None)
    rows, facts = f.facts_on(select().select_from(Finding).where(seen), view.day.past)
    if plan_ids is not None:
        rows = rows.where(*(table.plan_id.in_(plan_ids) for table in dict.fromkeys((Finding, facts))))
    return rows.where(*of_the_units(view, place_of(view, facts))), facts


def under_plans_of(facts: Any, *years: int) -> ColumnElement[bool]:
    """Of rows that an index of their own has found: from each plan of the years on, the way is ten times as long."""
    return gathered(held_back(facts.plan_id)).in_(select(Plan.id).where(Plan.year.in_(years)))


def place_of(view: View, facts: Any) -> Any:
    """The unit that a finding is counted for."""
    return facts.responsible_unit_id if view.by is Grouping.RESPONSIBLE else Finding.unit_id


def of_the_units(view: View, place: Any) -> list[ColumnElement[bool]]:
    """That `place` is one of the units looked at."""
    chosen = [place.in_(select(Unit.id).where(Unit.kind.in_(view.kinds)))] if view.kinds else []
    return [*chosen, place == view.unit_id] if view.unit_id is not None else chosen


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
