"""The lines of the overview: plans, units, areas, kinds of unit; each list is one statement, however many rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Row,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.figures import mean
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries import seen_by
from inspect_app.plans.models import Area, Plan, PlanKind, Target
from inspect_app.plans.queries import counting, plan_open_to, target_open_to
from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.tally import DOING, WAITING, Grouping
from inspect_app.reports.queries.units import KINDS, begun
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits.models import Entry, Visit, VisitState
from inspect_app.visits.queries import inspected, open_to

A_WEEK = timedelta(days=7)


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

    def on(self, day: date) -> "View":
        """The same on another day, which is not after today."""
        return replace(self, day=replace(self.day, on=day))

    def at(self, unit_id: int) -> "View":
        """The same of one unit."""
        return replace(self, unit_id=unit_id)

    def of(self, year: int) -> "View":
        """The same of the plans of another year."""
        return replace(self, year=year)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of findings, as `Tally` defines them."""

    counted: int = 0
    resolved: int = 0
    on_time: int = 0
    overdue: int = 0
    waiting: int = 0
    doing: int = 0
    days_taken: int = 0
    """Calendar days from conclusion to accepted submission, over all that are resolved."""

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(*(getattr(self, name) + getattr(other, name) for name in _NAMES))

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


_NAMES = tuple(one.name for one in fields(Numbers))
NOTHING = Numbers()


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
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class OfKind:
    kind: UnitKind
    units: int
    """At which something counts."""
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class OfPlan:
    id: int
    kind: PlanKind
    number: str
    title: str
    year: int
    is_open: bool
    """The reader may open the plan itself; otherwise they know it from findings of theirs."""
    numbers: Numbers
    last_due: date | None
    """The latest deadline of what is still to be put right."""
    targets: int
    inspected: int
    told: int
    """Targets of which it was reported what was found, be it nothing."""
    ended: int
    """Targets with a conclusion, or closed without findings."""
    nothing_found: int
    self_inspections: int

    def is_finished(self, view: View) -> bool:
        """Every unit inspected and concluded, everything put right; self-inspections: everything, and the year over."""
        if self.numbers.live:
            return False
        if self.kind is PlanKind.SELF:
            return view.day.on.year > self.year
        return self.targets == self.ended > 0

    @property
    def is_empty(self) -> bool:
        """Nothing of it concerns the units looked at."""
        return not (self.numbers.counted or self.targets or self.self_inspections)


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


def by_unit_and_area(actor: Actor, view: View) -> tuple[list[OfUnit], list[OfArea]]:
    """Columns: unit_id, unit_name, unit_kind, unit_key, area_code, area_position, area_name, area_name_en, and those
    of `Numbers`. A unit and an area in which nothing counts have no row. Areas come once for each unit.
    """
    rows, facts = narrowed(actor, view)
    found = db.session.execute(
        rows.join(Area, Area.code == facts.area_code)
        .where(of_the_years(view.year), f.counted(facts))
        .add_columns(
            Unit.id.label("unit_id"),
            Unit.name.label("unit_name"),
            Unit.kind.label("unit_kind"),
            Unit.sort_key.label("unit_key"),
            Area.code.label("area_code"),
            Area.position.label("area_position"),
            Area.short_name.label("area_name"),
            Area.name_en.label("area_name_en"),
            *_numbers(facts, view.day.on),
        )
        .group_by(Unit.id, Area.code)
    )
    units: dict[int, OfUnit] = {}
    areas: list[OfArea] = []
    for unit_id, name, kind, key, code, position, area, area_en, *numbers in found:
        unit = units.setdefault(unit_id, OfUnit(unit_id, name, kind, key))
        unit.by_area[code] = said = Numbers(*numbers)
        unit.numbers += said
        areas.append(OfArea(code, position, area, area_en, said))
    return list(units.values()), areas


def areas_of(lines: Iterable[OfArea]) -> list[OfArea]:
    """One line for each area, in the order of the catalogue."""
    found: dict[str, OfArea] = {}
    for line in lines:
        known = found.get(line.code)
        found[line.code] = replace(known, numbers=known.numbers + line.numbers) if known else line
    return sorted(found.values(), key=lambda line: line.position)


def kinds_of(units: Sequence[OfUnit]) -> list[OfKind]:
    """One line for each kind of unit, as reports list them."""
    lines = ((kind, [unit.numbers for unit in units if unit.kind is kind]) for kind in KINDS)
    return [OfKind(kind, len(numbers), sum(numbers, NOTHING)) for kind, numbers in lines if numbers]


def by_plan(actor: Actor, view: View) -> list[OfPlan]:
    """Plans of the year and of the year before it that the reader knows of, unsorted.

    Columns: id, kind, number, title, year, is_open, those of `Numbers`, last_due, targets, inspected, told, ended,
    nothing_found, self_inspections.
    """
    day, none = view.day.on, literal(0)
    rows, facts = narrowed(actor, view)
    found = (
        rows.where(of_the_years(view.year, view.year - 1))
        .add_columns(
            Finding.plan_id,
            *_numbers(facts, day),
            func.max(case((f.live(facts), facts.deadline))).label("last_due"),
            *(none.label(name) for name in _STANDINGS),
        )
        .group_by(Finding.plan_id)
    )
    aimed_at = (
        select(
            Target.plan_id,
            *(none for _name in _NAMES),
            cast(null(), Date),
            func.count(),
            func.count().filter(inspected(day)),
            func.count().filter(_visited(and_(Visit.reported_on <= day, Visit.entry != Entry.MISSING))),
            func.count().filter(_visited(_ended(day, VisitState.CONCLUDED, VisitState.CLOSED))),
            func.count().filter(_visited(_ended(day, VisitState.CLOSED))),
            none,
        )
        .join(Target.plan)
        .join(Target.unit)
        .where(of_the_years(view.year, view.year - 1, plan_id=Target.plan_id), counting(day), target_open_to(actor))
        .where(*_of_kinds(view))
        .group_by(Target.plan_id)
    )
    by_themselves = (
        select(Visit.plan_id, *(none for _name in _NAMES), cast(null(), Date), *[none] * 5, func.count())
        .join(Visit.plan)
        .join(Visit.unit)
        .where(of_the_years(view.year, view.year - 1, plan_id=Visit.plan_id), Plan.kind == PlanKind.SELF)
        .where(begun(day), open_to(actor), *_of_kinds(view))
        .group_by(Visit.plan_id)
    )
    each = union_all(found, aimed_at, by_themselves).subquery().c
    summed = (
        select(
            each.plan_id,
            *(func.sum(each[name]).label(name) for name in _NAMES),
            func.max(each.last_due).label("last_due"),
            *(func.sum(each[name]).label(name) for name in _STANDINGS),
        )
        .group_by(each.plan_id)
        .subquery()
    )
    known = or_(plan_open_to(actor), summed.c.counted > 0)
    lines = db.session.execute(
        select(Plan.id, Plan.kind, Plan.number, Plan.title, Plan.year, plan_open_to(actor), *list(summed.c)[1:])
        .outerjoin(summed, summed.c.plan_id == Plan.id)
        .where(Plan.year.in_((view.year, view.year - 1)), known)
    )
    return [_plan(line) for line in lines]


_STANDINGS = ("targets", "inspected", "told", "ended", "nothing_found", "self_inspections")


def _plan(line: Row[Any]) -> OfPlan:
    plan_id, kind, number, title, year, is_open, *rest = tuple(line)
    said, last_due, standings = rest[: len(_NAMES)], rest[len(_NAMES)], rest[len(_NAMES) + 1 :]
    numbers = Numbers(*(int(one or 0) for one in said))
    whole = (int(one or 0) for one in standings)
    return OfPlan(plan_id, kind, number, title, year, bool(is_open), numbers, last_due, *whole)


def before_this(actor: Actor, view: View) -> Before:
    """Columns: overdue a week earlier; on_time, resolved a year earlier, of the plans of the year before."""
    week, year = view.on(view.day.on - A_WEEK), view.of(view.year - 1).on(in_year(view.day.on, view.day.on.year - 1))
    then, then_facts = narrowed(actor, week)
    last, last_facts = narrowed(actor, year)
    overdue = then.where(of_the_years(week.year), f.overdue(then_facts, week.day.on)).add_columns(func.count())
    resolved = last.where(of_the_years(year.year), f.resolved(last_facts))
    on_time = resolved.where(f.on_time(last_facts)).add_columns(func.count())
    were_late, in_time, done = db.session.execute(
        select(
            overdue.scalar_subquery(),
            on_time.scalar_subquery(),
            resolved.add_columns(func.count()).scalar_subquery(),
        )
    ).one()
    return Before(week.day.on, were_late, year.day.on, in_time, done)


def in_year(day: date, year: int) -> date:
    """The same day of another year; 28/2 for a 29/2 that it does not have."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def narrowed(actor: Actor, view: View) -> tuple[Select[Any], Any]:
    """Findings of the kinds of unit looked at, as far as the actor may see them, of any plan; and where their facts
    of the day are read from. `Unit` is joined: the one that they are counted for.
    """
    rows, facts = f.facts_on(select().select_from(Finding).where(seen_by(actor)), view.day.past)
    place = facts.responsible_unit_id if view.by is Grouping.RESPONSIBLE else Finding.unit_id
    return rows.join(Unit, Unit.id == place).where(*_of_kinds(view)), facts


def of_the_years(*years: int, plan_id: Any = Finding.plan_id) -> ColumnElement[bool]:
    """Rows whose plan is of one of these years."""
    found: ColumnElement[bool] = plan_id.in_(select(Plan.id).where(Plan.year.in_(years)))
    return found


def _of_kinds(view: View) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [Unit.kind.in_(view.kinds)] if view.kinds else []
    return [*chosen, Unit.id == view.unit_id] if view.unit_id is not None else chosen


def _visited(how: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Visit.target_id == Target.id, Visit.state != VisitState.CANCELLED, how)


def _ended(day: date, *states: VisitState) -> ColumnElement[bool]:
    return and_(Visit.state.in_(states), Visit.ended_on <= day)


def _numbers(facts: Any, day: date) -> list[ColumnElement[int]]:
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
    return [columns[name].label(name) for name in _NAMES]
