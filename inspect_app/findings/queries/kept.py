"""What the kept counts must say, counted from the findings, spans and visits themselves. Never reads what is kept.

The numbers are those of `facts`; who may be shown them is the business of whoever reads them.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    and_,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from inspect_app.findings.models import COUNTED, DOING, FOREVER, WAITING, By, Finding, FindingCount, Span, State
from inspect_app.findings.queries import facts as f
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.plans.queries import counting
from inspect_app.units.models import Unit
from inspect_app.visits.models import Entry, Visit, VisitState
from inspect_app.visits.queries import REPORTED, begun, inspected

NUMBERS = ("counted", "resolved", "on_time", "waiting", "doing", "days_taken")
STANDINGS = ("targets", "inspected", "told", "ended", "nothing_found", "self_inspections", "self_reported")
_INSPECTED, _ANSWERING = aliased(Unit), aliased(Unit)
_KINDS: ColumnElement[str] = (
    literal(" ") + type_coerce(_INSPECTED.kind, String) + literal(" ") + type_coerce(_ANSWERING.kind, String)
)
"""How a code ends that tells kinds apart, of rows that are `_with_their_units`."""


def numbers_of(facts: Any) -> list[ColumnElement[int]]:
    """The columns of `NUMBERS`, over a group of findings or of their spans."""

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    columns: dict[str, ColumnElement[int]] = {
        "counted": number(f.counted(facts)),
        "resolved": number(f.resolved(facts)),
        "on_time": number(f.on_time(facts)),
        "waiting": number(facts.state.in_(WAITING)),
        "doing": number(facts.state.in_(DOING)),
        "days_taken": func.coalesce(func.sum(facts.days_taken).filter(f.resolved(facts)), 0),
    }
    return [columns[name].label(name) for name in NUMBERS]


def numbers_in(facts: Mapping[str, Any]) -> tuple[int, ...]:
    """What one finding adds to each of `NUMBERS`."""
    state = facts["state"]
    resolved, late = state is State.RESOLVED, facts["days_late"]
    return (
        int(state in COUNTED),
        int(resolved),
        int(resolved and late is not None and late <= 0),
        int(state in WAITING),
        int(state in DOING),
        (facts["days_taken"] or 0) if resolved else 0,
    )


def anew(by: By, year: int) -> Select[Any] | CompoundSelect[Any]:
    """The rows of `FindingCount` of one sort and year. Columns: year, by, key, code and those of `NUMBERS`."""
    if by is By.DAY:
        return _by_time(by, year, lambda day: {"key": _number_of(day), "code": _KINDS})
    if by is By.MONTH:
        return _by_time(by, year, lambda day: {"key": Span.plan_id, "code": cast(_number_of(day) // 100, String)})
    if by is By.AT or by is By.EVERYWHERE:
        return _by_place(by, year)
    every: Mapping[By, Mapping[str, Any]] = {
        By.PLAN: {"key": Finding.plan_id},
        By.PLAN_AREA: {"key": Finding.plan_id, "code": Finding.area_code},
        By.UNIT: {"key": Finding.unit_id},
        By.RESPONSIBLE: {"key": Finding.responsible_unit_id},
        By.AREA: {"code": Finding.area_code + _KINDS},
    }
    if by is By.AREA:
        return _with_their_units(_today(by, year, every[by]), Finding)
    if by is By.PLAN:
        by_kinds = _today(by, year, {**every[by], "code": _KINDS})
        return union_all(_today(by, year, every[by]), _with_their_units(by_kinds, Finding))
    return _today(by, year, every[by])


def _today(by: By, year: int, marks: Mapping[str, Any]) -> Select[Any]:
    return (
        select(*_first_columns(by, year, marks), *numbers_of(Finding))
        .join(Plan, Plan.id == Finding.plan_id)
        .where(Plan.year == year, Finding.state.in_(COUNTED))
        .group_by(*marks.values())
    )


def _with_their_units(rows: Select[Any], facts: Any) -> Select[Any]:
    inspected, answering = _INSPECTED.id == facts.unit_id, _ANSWERING.id == facts.responsible_unit_id
    return rows.join(_INSPECTED, inspected).join(_ANSWERING, answering)


def _first_columns(by: By, year: int, marks: Mapping[str, Any]) -> tuple[ColumnElement[Any], ...]:
    """Year, by, key and code; `marks`: which of the last two tell one row from another."""
    key, code = marks.get("key", literal(0)), marks.get("code", literal(""))
    return (
        literal(year).label("year"),
        literal(by, FindingCount.by.type).label("by"),
        key.label("key"),
        code.label("code"),
    )


def _by_place(by: By, year: int) -> Select[Any]:
    """Whatever came of what was issued: a row says where to look, on any day."""
    issued = (
        select(Finding.plan_id, Finding.unit_id.label("unit_id"))
        .join(Plan, Plan.id == Finding.plan_id)
        .where(Plan.year == year, Finding.state != State.RECORDED)
    )
    handed_on = issued.with_only_columns(Finding.plan_id, Finding.responsible_unit_id.label("unit_id")).where(
        Finding.responsible_unit_id != Finding.unit_id
    )
    each, none = union_all(issued, handed_on).subquery().c, literal(0)
    marks = {"key": each.plan_id} if by is By.EVERYWHERE else {"key": each.unit_id, "code": cast(each.plan_id, String)}
    return select(
        *_first_columns(by, year, marks),
        func.count().label("counted"),
        *(none.label(name) for name in NUMBERS[1:]),
    ).group_by(*marks.values())


def _by_time(by: By, year: int, marks: Callable[[Any], Mapping[str, Any]]) -> Select[Any]:
    """A span adds on its first day what it takes away on the day after its last. `marks`: of a day, key and code."""
    first, after = _edge(marks(Span.since), year, 1), _edge(marks(Span.until), year, -1).where(Span.until < FOREVER)
    if by is By.DAY:
        first, after = _with_their_units(first, Span), _with_their_units(after, Span)
    each = union_all(first, after).subquery().c
    told = {mark: each[mark] for mark in marks(Span.since)}
    numbers = (func.sum(each[name]).label(name) for name in NUMBERS)
    return select(*_first_columns(by, year, told), *numbers).group_by(*told.values())


def _edge(marks: Mapping[str, Any], year: int, sign: int) -> Select[Any]:
    numbers = ((sign * column.element).label(column.name) for column in numbers_of(Span))
    return (
        select(*(mark.label(name) for name, mark in marks.items()), *numbers)
        .join(Plan, Plan.id == Span.plan_id)
        .where(Plan.year == year, Span.state.in_(COUNTED))
        .group_by(*marks.values())
    )


def _number_of(day: Any) -> ColumnElement[int]:
    return cast(extract("year", day) * 10_000 + extract("month", day) * 100 + extract("day", day), Integer)


def key_of(day: date) -> int:
    """How `By.DAY` writes a day."""
    return day.year * 10_000 + day.month * 100 + day.day


def month_of(day: date) -> str:
    """How `By.MONTH` writes the month of a day."""
    return str(key_of(day) // 100)


# How far inspections have come


ITS_VISIT = and_(Visit.target_id == Target.id, Visit.state != VisitState.CANCELLED)
"""Of a target: there is no other."""


def standings_of_targets(day: date) -> list[ColumnElement[int]]:
    """Over targets, each with `ITS_VISIT` or none: how many there are, and how many are inspected, told, ended, and
    ended without findings.
    """

    def number(*how: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(*how)

    over = Visit.ended_on <= day
    columns = (
        func.count(),
        number(or_(Visit.began_on <= day, inspected(day))),  # what was cancelled is looked up for the others alone
        number(Visit.reported_on <= day, Visit.entry != Entry.MISSING),
        number(Visit.state.in_((VisitState.CONCLUDED, VisitState.CLOSED)), over),
        number(Visit.state == VisitState.CLOSED, over),
    )
    return [column.label(name) for name, column in zip(STANDINGS, columns, strict=False)]


def standings_anew(*which: ColumnElement[bool]) -> Select[Any]:
    """The rows of `PlanStanding`, of the plans that meet `which`. Columns: plan_id, kind and those of `STANDINGS`.

    As far as anything was entered: nothing is entered for a day to come.
    """
    none = literal(0)
    aimed_at = (
        select(Target.plan_id, Unit.kind, *standings_of_targets(FOREVER), *(none.label(name) for name in STANDINGS[5:]))
        .join(Target.plan)
        .join(Target.unit)
        .outerjoin(Visit, ITS_VISIT)
        .where(counting(FOREVER), *which)
        .group_by(Target.plan_id, Unit.kind)
    )
    by_themselves = (
        select(Visit.plan_id, Unit.kind, *[none] * 5, func.count(), func.count().filter(Visit.state.in_(REPORTED)))
        .join(Visit.plan)
        .join(Visit.unit)
        .where(Plan.kind == PlanKind.SELF, begun(FOREVER), *which)
        .group_by(Visit.plan_id, Unit.kind)
    )
    each = union_all(aimed_at, by_themselves).subquery().c
    numbers = (func.sum(each[name]).label(name) for name in STANDINGS)
    return select(each.plan_id, each.kind, *numbers).group_by(each.plan_id, each.kind)
