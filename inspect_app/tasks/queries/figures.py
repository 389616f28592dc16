"""What became of tasks: of a list, of a unit, of a year, on any day. Every number is that of a list of rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.tasks.models import Task, TaskPlan, TaskState
from inspect_app.tasks.queries import facts as f
from inspect_app.tasks.queries.scope import gathered_for, seen_by
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import KIND_ORDER, Spot, blank_unit, under, unit_filling


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tasks there are of each sort. The first seven make up all that count."""

    before: int = 0
    """Done before the due day: trước hạn."""
    on_day: int = 0
    """Done on the due day: đúng hạn."""
    late: int = 0
    """Done after it: quá hạn."""
    undated: int = 0
    """Done, and there was no due day."""
    waiting: int = 0
    """Reported, not confirmed yet."""
    doing: int = 0
    todo: int = 0
    overdue: int = 0
    """Of those not done."""

    @property
    def done(self) -> int:
        return self.before + self.on_day + self.late + self.undated

    @property
    def live(self) -> int:
        return self.waiting + self.doing + self.todo

    @property
    def total(self) -> int:
        return self.done + self.live

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Tally)))


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of a list."""

    id: int
    name: str
    kind: UnitKind
    tally: Tally


@dataclass(frozen=True, slots=True)
class YearLine:
    """The tasks given in one year."""

    year: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class ListLine:
    """One list of tasks."""

    id: int
    number: str
    title: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to tasks in a period, whenever they were given, and what was left at its end."""

    given: int
    done: int
    """The next four make it up."""
    before: int
    on_day: int
    late: int
    undated: int
    live: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a list of tasks has come to on a day."""

    plan: TaskPlan
    on: date
    units: Sequence[UnitLine]
    partial: bool
    """The reader does not see all of the list."""
    total: Tally = field(default=Tally())


def report(plan: TaskPlan, actor: Actor, *, today: date, as_of: date | None = None) -> Report:
    """Of what the actor may see, by unit in charge: city, departments, districts, communes. At most two statements."""
    day = as_of or today
    query, facts = _counted(actor, as_of, Task.plan_id == plan.id)
    query = query.join(Unit, Unit.id == facts.unit_id)
    columns = (Unit.id, Unit.name, Unit.kind, Unit.sort_key)
    rows = db.session.execute(
        query.add_columns(*columns, *_numbers(facts, day)).group_by(*columns).order_by(KIND_ORDER, Unit.sort_key)
    ).all()
    lines = [UnitLine(row.id, row.name, row.kind, _tally(row)) for row in rows]
    total = sum((line.tally for line in lines), Tally())
    return Report(plan, day, lines, _hidden(plan, actor), total)


def tallies(actor: Actor, plan_ids: Collection[int], *, today: date, as_of: date | None = None) -> Mapping[int, Tally]:
    """List -> what it has come to, of what the actor may see; one statement."""
    query, facts = _counted(actor, as_of, Task.plan_id.in_(sorted(plan_ids)))
    rows = db.session.execute(query.add_columns(Task.plan_id, *_numbers(facts, as_of or today)).group_by(Task.plan_id))
    return {row.plan_id: _tally(row) for row in rows}


def years_of(actor: Actor, unit: Unit, *, today: date, as_of: date | None = None) -> list[YearLine]:
    """What the unit and those under it were given, by the year of the list, latest first; one statement."""
    asked = {**filling_of(actor), **unit_filling(unit)}
    rows = db.session.execute(_years_of(shape_of(actor), blank_unit(unit), today, as_of), asked)
    return [YearLine(row.year, _tally(row)) for row in rows]


@built_once
def _years_of(actor: Actor, place: Spot, today: date, as_of: date | None) -> Select[Any]:
    query, facts = _counted(actor, as_of)
    return (
        query.join(TaskPlan, TaskPlan.id == Task.plan_id)
        .where(under(facts.unit_id, place))
        .add_columns(TaskPlan.year, *_numbers(facts, as_of or today))
        .group_by(TaskPlan.year)
        .order_by(TaskPlan.year.desc())
    )


def lists_of(
    actor: Actor, year: int, *, today: date, as_of: date | None = None, issuer: int | None = None
) -> list[ListLine]:
    """The lists of a year with tasks that the actor may see, and what each has come to; one statement.

    `issuer`: only those that this unit gave.
    """
    asked = {**filling_of(actor), "of_year": year} | ({} if issuer is None else {"issuer": issuer})
    rows = db.session.execute(_lists_of(shape_of(actor), today, as_of, issuer is not None), asked)
    return [ListLine(row.id, row.number, row.title, _tally(row)) for row in rows]


@built_once
def _lists_of(actor: Actor, today: date, as_of: date | None, of_one_issuer: bool) -> Select[Any]:
    """Of the year `of_year`, and of `issuer` where it is told."""
    query, facts = _counted(actor, as_of, led=of_one_issuer)
    if of_one_issuer:
        query = query.where(TaskPlan.issuing_unit_id == bindparam("issuer"))
    columns = (TaskPlan.id, TaskPlan.number, TaskPlan.title)
    return (
        query.join(TaskPlan, TaskPlan.id == Task.plan_id)
        .where(TaskPlan.year == bindparam("of_year"))
        .add_columns(*columns, *_numbers(facts, as_of or today))
        .group_by(*columns)
        .order_by(TaskPlan.id)
    )


def happened(actor: Actor, first: date, last: date, *, today: date) -> Happened:
    """From `first` to `last`, both included, as it was known at the end of the last day; one statement."""
    query, facts = _counted(actor, last if last < today else None, led=False)
    sorts = {"before": f.before, "on_day": f.on_the_day, "late": f.late, "undated": f.undated}
    done = f.done_in(facts, first, last)
    numbers = {
        "given": func.count().filter(f.given_in(first, last)),
        "done": func.count().filter(done),
        **{name: func.count().filter(done, sort(facts)) for name, sort in sorts.items()},
        "live": func.count().filter(f.live(facts)),
        "overdue": func.count().filter(f.overdue(facts, last)),
    }
    row = db.session.execute(query.add_columns(*(number.label(name) for name, number in numbers.items()))).one()
    return Happened(**row._mapping)


def _counted(actor: Actor, as_of: date | None, *conditions: Any, led: bool = True) -> tuple[Select[Any], Any]:
    """`led`: tasks are found by other conditions, and what the actor may see is asked of these."""
    seen = seen_by(actor) if led else gathered_for(actor)
    query, facts = f.facts_on(select().select_from(Task).where(seen, *conditions), as_of)
    return query.where(f.counted(facts)), facts


def _numbers(facts: Any, day: date) -> list[Any]:
    """The columns of a `Tally`."""
    sorts = {
        "before": f.before(facts),
        "on_day": f.on_the_day(facts),
        "late": f.late(facts),
        "undated": f.undated(facts),
        "waiting": facts.state == TaskState.REPORTED,
        "doing": facts.state.in_((TaskState.DOING, TaskState.RETURNED)),
        "todo": facts.state == TaskState.TODO,
        "overdue": f.overdue(facts, day),
    }
    return [func.count().filter(condition).label(name) for name, condition in sorts.items()]


def _tally(row: Row[Any]) -> Tally:
    return Tally(*(getattr(row, each.name) for each in fields(Tally)))


def _hidden(plan: TaskPlan, actor: Actor) -> bool:
    unseen = select(Task.id).where(Task.plan_id == plan.id, ~seen_by(actor)).limit(1)
    return db.session.scalar(unseen) is not None
