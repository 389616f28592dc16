"""Everything about one unit on one day: what it owes, what it did, what was found at those that became part of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, bindparam, false, func, or_, select, union_all

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.reading_order import met_by_one
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared
from inspect_app.findings.models import Conclusion, Extension, Finding, Span, State
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries import seen_by
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.honesty import Honesty, at_unit
from inspect_app.reports.queries.report import AreaLine
from inspect_app.reports.queries.rows import issued_rows, tallied
from inspect_app.reports.queries.tally import Tally
from inspect_app.units.models import Lineage, Unit
from inspect_app.units.queries import History
from inspect_app.visits import queries as visits
from inspect_app.visits.models import Visit
from inspect_app.workdays.periods import PeriodCode, period, reporting_year

YEARS = 4
"""Reporting years that stand side by side, the latest of them that of the report's day."""
LEAST_YEARS = 2
SHOWN = 8
"""Visits, self-inspections and requests for time on the page, the latest ones."""
_UNIT = bindparam("unit", type_=Integer)
_FORMERS = select(Lineage.predecessor_id).where(Lineage.unit_id == _UNIT)


@dataclass(frozen=True, slots=True)
class Subject:
    """What panels on the page `reports.profile` are told: of which unit, on which day."""

    unit: Unit
    day: Day


@dataclass(frozen=True, slots=True)
class YearLine:
    """What was issued from `first` to `last` and came of it by the report's day; open where one end is not given."""

    year: int | None
    """The reporting year; none for everything before those that stand for themselves."""
    first: date | None
    last: date | None
    tally: Tally
    extended: int
    """Of those counted, how many have a later deadline than at first."""


@dataclass(frozen=True, slots=True)
class Former:
    """What the units that became part of this one answer for themselves, under their old name."""

    id: int
    name: str
    counted: int
    resolved: int


@dataclass(frozen=True, slots=True)
class VisitLine:
    row: Row[Any]
    """The columns of `visits.queries.listing`, with number and dated_on of the conclusion."""
    tally: Tally
    """Of its findings, those that count here."""


@dataclass(frozen=True)
class Profile:
    """Every figure is of `day`, of what the unit answers for then, and of what the reader may see."""

    unit: Unit
    day: Day
    former: bool
    """Figures are of the unit and of those that became part of it."""
    rows: list[Row[Any]]
    """What counts here, one row for each finding."""
    formers: list[Former]
    """Units that became part of this one and still answer for something themselves, resolved or not."""
    handed_on: int
    """Found here, counted, and answered for by another unit now."""
    asked: list[Row[Any]]
    """Requests for time about `rows`, the latest first."""
    visits: list[VisitLine]
    self_inspections: list[Row[Any]]
    self_number: int
    visit_number: int
    history: History
    honesty: Honesty

    @cached_property
    def total(self) -> Tally:
        return tallied(self.rows)

    @property
    def open(self) -> list[Row[Any]]:
        """What is still to be put right, the most urgent first."""
        return sorted((row for row in self.rows if row.live), key=lambda row: (row.deadline, row.id))

    @property
    def extended(self) -> int:
        return sum(bool(row.counted and row.deadline != row.baseline) for row in self.rows)

    @property
    def asks(self) -> int:
        """How many of `rows` wait for an answer to a request for time."""
        return len({row.id for row in self.asked if _waits(row, self.day.on)})

    @cached_property
    def years(self) -> list[YearLine]:
        """The latest reporting years, the latest first, back to the first in which something was issued, at least two.

        Then everything before them, where there was anything.
        """
        latest = reporting_year(self.day.on)
        lines = []
        for year in range(latest, latest - YEARS, -1):
            there = period(PeriodCode.YEAR, year)
            rows = [row for row in self.rows if row.issued_on in there]
            lines.append(_year_line(year, there.first, min(there.last, self.day.on), rows))
        earliest = lines[-1].first
        assert earliest is not None
        before = [row for row in self.rows if row.issued_on < earliest]
        if not before:
            while len(lines) > LEAST_YEARS and not lines[-1].tally.counted:
                lines.pop()
        else:
            lines.append(_year_line(None, None, period(PeriodCode.YEAR, latest - YEARS).last, before))
        return lines

    @cached_property
    def areas(self) -> list[AreaLine]:
        """Those in which something counts, in the order of the catalogue."""
        found: dict[tuple[str, int, str, str], list[Row[Any]]] = {}
        for row in self.rows:
            area = row.area_code, row.area_position, row.area_name, row.area_name_en
            found.setdefault(area, []).append(row)
        lines = (AreaLine(*area, tallied(rows)) for area, rows in found.items())
        return sorted((line for line in lines if line.tally.counted), key=lambda line: line.position)


def profile(unit: Unit, told: History, *, actor: Actor, day: Day, former: bool = False) -> Profile:
    """`told` is the unit's history. Four statements, however many rows there are."""
    found = _found(actor, unit, day, former)
    mine = [row for row in found if row.responsible_unit_id == unit.id or row.former]
    handed_on = [row for row in found if row.responsible_unit_id != unit.id == row.unit_id and row.counted]
    once = _once(mine)
    inspected, by_itself = _visits(actor, unit, day)
    return Profile(
        unit=unit,
        day=day,
        former=former,
        rows=once,
        formers=_formers(actor, unit, day),
        handed_on=len(_once(handed_on)),
        asked=_asked(mine),
        visits=[VisitLine(row, tallied(one for one in once if one.visit_id == row.id)) for row in inspected],
        self_inspections=by_itself,
        visit_number=inspected[0].number_of if inspected else 0,
        self_number=by_itself[0].number_of if by_itself else 0,
        history=told,
        honesty=at_unit(actor, unit, day),
    )


def _found(actor: Actor, unit: Unit, day: Day, former: bool) -> list[Row[Any]]:
    """What the unit answers for, or was found here; with `former`, what one that became part of it answers for, too.

    A row for each request for time. Columns: those of `issued_rows`, `former` (is it asked for those, and theirs), and
    of a request known by the day extension_id, asked_on, wanted, granted, decided_on, old_deadline, new_deadline.
    """
    asked = {**filling_of(actor), "unit": unit.id}
    return list(db.session.execute(_concerning(shape_of(actor), day, former), asked).all())


@built_once
def _concerning(actor: Actor, day: Day, former: bool) -> Select[Any]:
    """What `_found` asks of the unit `unit`."""
    query, facts = issued_rows(actor, day)
    place = facts.responsible_unit_id
    theirs: ColumnElement[bool] = place.in_(_FORMERS) if former else false()
    ways = (place == _UNIT, Finding.unit_id == _UNIT, *([theirs] if former else []))
    units = ([_UNIT], _FORMERS) if former else ([_UNIT],)
    mine = and_(_concerned(*units), or_(*ways)) if day.past else met_by_one(Finding.id, *ways)
    known = or_(Extension.asked_on <= day.on, and_(Extension.asked_on.is_(None), Extension.decided_on <= day.on))
    return prepared(
        query.where(mine)
        .outerjoin(Extension, and_(Extension.finding_id == Finding.id, known))
        .add_columns(
            theirs.label("former"),
            Extension.id.label("extension_id"),
            Extension.asked_on,
            Extension.wanted,
            Extension.granted,
            Extension.decided_on,
            Extension.old_deadline,
            Extension.new_deadline,
        )
        .order_by(Finding.id, Extension.id)
    )


def _concerned(*units: Any) -> ColumnElement[bool]:
    """Findings of units of these sets, or for which one has ever answered: of their spans the few that were moved."""
    found = (select(Finding.id).where(Finding.unit_id.in_(ids)) for ids in units)
    elsewhere = select(Span.finding_id).where(Span.responsible_unit_id != Span.unit_id)
    moved = (elsewhere.where(Span.responsible_unit_id.in_(ids)) for ids in units)
    concerned: ColumnElement[bool] = Finding.id.in_(union_all(*found, *moved))
    return concerned


def _formers(actor: Actor, unit: Unit, day: Day) -> list[Former]:
    """Those that most counts of, first."""
    rows = db.session.execute(_of_formers(shape_of(actor), day), {**filling_of(actor), "unit": unit.id})
    lines = (Former(row.id, row.name, row.counted, row.resolved) for row in rows)
    return sorted((line for line in lines if line.counted), key=lambda line: (-line.counted, line.name))


@built_once
def _of_formers(actor: Actor, day: Day) -> Select[Any]:
    """What `_formers` asks of the unit `unit`."""
    query, facts = f.facts_on(select().select_from(Finding).where(seen_by(actor)), day.past)
    if day.past:
        query = query.where(_concerned(_FORMERS))
    numbers = {"counted": f.counted(facts), "resolved": f.resolved(facts)}
    return prepared(
        query.join(Unit, Unit.id == facts.responsible_unit_id)
        .where(facts.responsible_unit_id.in_(_FORMERS), facts.state != State.RECORDED)
        .add_columns(Unit.id, Unit.name, *(func.count().filter(of).label(name) for name, of in numbers.items()))
        .group_by(Unit.id, Unit.name)
        .order_by(func.min(Finding.id))
    )


def _visits(actor: Actor, unit: Unit, day: Day) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """The latest visits of teams at the unit, and the latest times that it inspected itself.

    Columns: those of `visits.queries.listing`, conclusion_number, dated_on, `number_of` all there are of the sort.
    """
    latest = db.session.execute(_latest(shape_of(actor), day), {**filling_of(actor), "unit": unit.id}).all()
    return (
        [row for row in latest if row.plan_kind is not PlanKind.SELF],
        [row for row in latest if row.plan_kind is PlanKind.SELF],
    )


@built_once
def _latest(actor: Actor, day: Day) -> Select[Any]:
    """What `_visits` asks of the unit `unit`."""
    rows = visits.listing(actor, visits.Filter(as_of=day.past)).where(Visit.unit_id == _UNIT)
    by_itself = Plan.kind == PlanKind.SELF
    numbered = (
        rows.outerjoin(Conclusion, and_(Conclusion.visit_id == Visit.id, Conclusion.dated_on <= day.on))
        .add_columns(
            Conclusion.number.label("conclusion_number"),
            Conclusion.dated_on,
            func.count().over(partition_by=by_itself).label("number_of"),
            func.row_number().over(partition_by=by_itself, order_by=(Visit.day.desc(), Visit.id.desc())).label("nth"),
        )
        .subquery()
    )
    return prepared(select(numbered).where(numbered.c.nth <= SHOWN).order_by(numbered.c.nth))


def _once(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """One row for each finding."""
    return list({row.id: row for row in rows}.values())


def _asked(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    requests = [row for row in rows if row.extension_id is not None]
    return sorted(requests, key=lambda row: (row.asked_on or row.decided_on, row.extension_id), reverse=True)


def _waits(row: Row[Any], day: date) -> bool:
    return row.asked_on is not None and (row.decided_on is None or row.decided_on > day)


def _year_line(year: int | None, first: date | None, last: date | None, rows: Sequence[Row[Any]]) -> YearLine:
    return YearLine(
        year,
        first,
        last,
        tallied(rows),
        sum(bool(row.counted and row.deadline != row.baseline) for row in rows),
    )
