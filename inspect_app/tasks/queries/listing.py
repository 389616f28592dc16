"""Lists of tasks: one filter, one set of columns, for screens, figures' links, spreadsheets and documents."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select

from inspect_app.core.actor import Actor
from inspect_app.core.counting import Counting, Counts, counted_rows
from inspect_app.core.shapes import blanks_for, filling_with, numbers_for, shape_of
from inspect_app.core.statements import built_once
from inspect_app.core.text import LIKE_ESCAPE, like_pattern, words
from inspect_app.tasks.models import FOREVER, Task, TaskExtension, TaskPlan, TaskState, TaskUnit
from inspect_app.tasks.queries import facts as f
from inspect_app.tasks.queries.scope import gathered_for, in_charge, seen_by, sees_everything, to_confirm, to_extend
from inspect_app.units.models import Unit
from inspect_app.units.queries import Spot, blank_unit, under, unit_filling

SOON = timedelta(days=7)


class Timing(StrEnum):
    BEFORE = "before"
    """Done before the due day."""
    ON_DAY = "on_day"
    LATE = "late"
    UNDATED = "undated"
    """Done, without a due day."""
    OVERDUE = "overdue"
    SOON = "soon"
    """Overdue within seven days unless something happens; due today included."""
    LIVE = "live"
    """Not done yet."""
    OPEN = "open"
    """Not done yet, and not overdue."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to. Everything empty is everything that the reader may see."""

    words: str = ""
    plan_id: int | None = None
    year: int | None = None
    """Of the list that the task stands in."""
    unit: Unit | Spot | None = None
    """In charge: it and everything under it."""
    alone: bool = False
    """`unit` without what is under it."""
    joining: bool = False
    """Also what `unit` only joins in."""
    states: tuple[TaskState, ...] = ()
    timing: Timing | None = None
    counted: bool = False
    """Only what figures count: not withdrawn."""
    extended: bool = False
    """Only those whose due day was put off."""
    asked: bool = False
    """Only those for which the unit asked for a later day, and nobody decided yet."""
    mine: bool = False
    """Those that the reader's own units are in charge of, or that the reader gave."""
    confirm: bool = False
    """Only those whose report waits for the reader's answer."""
    decide: bool = False
    """Only those for which a later day was asked that the reader may grant or refuse."""
    given: tuple[date, date] | None = None
    """Given from the first to the last day, both included."""
    done: tuple[date, date] | None = None
    """Confirmed from the first to the last day, both included, and done still."""
    as_of: date | None = None

    @property
    def shape(self) -> "Filter":
        """What a statement depends on: it is built once for all units as far down the tree, all lists and years."""
        unit = self.unit and blank_unit(self.unit)
        return replace(self, unit=unit, **blanks_for(self, _NUMBERS))

    @property
    def filling(self) -> dict[str, Any]:
        """What the statement of its `shape` is asked with."""
        found = numbers_for(self, _NUMBERS)
        if self.unit:
            found |= unit_filling(self.unit)
        return found

    @property
    def leads(self) -> bool:
        """Tasks are found by it, and what the actor may see is asked of these."""
        return self.plan_id is not None or self.unit is not None

    @property
    def is_live(self) -> bool:
        """Only tasks that somebody still has to act on."""
        return self.timing in (Timing.LIVE, Timing.OVERDUE, Timing.SOON, Timing.OPEN)


_NUMBERS = ("plan_id", "year")

VIEWS = {
    "live": Filter(timing=Timing.LIVE),
    "overdue": Filter(timing=Timing.OVERDUE),
    "reported": Filter(states=(TaskState.REPORTED,)),
    "soon": Filter(timing=Timing.SOON),
    "all": Filter(),
}
"""What is ready-made, by name."""
ALSO_OVERDUE = ("live", "overdue", "all")
"""Those that all overdue tasks are in."""


def listed(actor: Actor, wanted: Filter, *, today: date) -> tuple[Select[Any], Any]:
    """Rows for a list, and where their facts are read from (`Task` or `TaskSpan`), for sorting.

    Columns: id, code, title, product, unit_id, unit_name, plan_id, plan_number, plan_title, source_number, source_on,
    given_on, state, baseline, due_on, in_time, reported_on, done_on, days_late.
    """
    query, facts = _narrowed(actor, wanted, today=today)
    query = query.add_columns(
        Task.id,
        Task.code,
        Task.title,
        Task.product,
        facts.unit_id,
        Unit.name.label("unit_name"),
        Task.plan_id,
        TaskPlan.number.label("plan_number"),
        TaskPlan.title.label("plan_title"),
        Task.source_number,
        Task.source_on,
        Task.given_on,
        facts.state,
        facts.baseline,
        facts.due_on,
        facts.in_time,
        facts.reported_on,
        facts.done_on,
        facts.days_late,
    )
    return query, facts


def chosen(actor: Actor, wanted: Filter, *, today: date) -> tuple[Select[Any], Any]:
    """The same with one column more, `wanted`: the later day for which the unit asks today.

    The same objects each time for the same shapes; asked with `filling_with`.
    """
    return _chosen(shape_of(actor), wanted.shape, today)


@built_once
def _chosen(actor: Actor, wanted: Filter, today: date) -> tuple[Select[Any], Any]:
    query, facts = listed(actor, wanted, today=today)
    waiting = select(TaskExtension.wanted).where(TaskExtension.task_id == Task.id, TaskExtension.granted.is_(None))
    return query.add_columns(waiting.scalar_subquery().label("wanted")), facts


def counts(actor: Actor, wanted: Filter, *, today: date) -> Counts:
    """Of the filtered list, and of the ready-made views over all that the actor may see: one statement.

    A list that is a view is not counted twice.
    """
    return _counting(shape_of(actor), wanted.shape, today).counts(filling_with(actor, wanted))


@built_once
def _counting(actor: Actor, wanted: Filter, today: date) -> Counting:
    ready = _ready(actor, today)
    view = next((name for name, narrowed in VIEWS.items() if wanted == narrowed), None)
    if view in ALSO_OVERDUE:
        return Counting.of(ready[view], ready["overdue"], ready)
    query, facts = _narrowed(actor, wanted, today=today)
    late = counted_rows(query.where(f.overdue(facts, wanted.as_of or today)))
    return Counting.of(ready[view] if view else counted_rows(query), late, ready)


@built_once
def _ready(actor: Actor, today: date) -> dict[str, ScalarSelect[int]]:
    """How many tasks each of the ready-made views has."""
    facts: Any = Task
    if not sees_everything(actor):  # gathered once for all of them
        facts = select(Task.id, Task.state, Task.due_on, Task.in_time).where(gathered_for(actor)).cte("seen").c
    seen = select(facts.id)
    return {name: counted_rows(seen.where(*_conditions(actor, view, facts, day=today))) for name, view in VIEWS.items()}


SORTS = ("due", "newest", "unit", "reported")


@built_once
def sort_keys(name: str, facts: Any) -> tuple[tuple[Any, ...], bool]:
    """The keys of a sort and whether it runs downwards. A name after "-" runs the other way; unknown ones are newest.

    `due`: nearest first, what has no due day last. `newest`: last given first. `unit`: by the name of the unit in
    charge. `reported`: what waits longest first.
    """
    backwards = name.startswith("-")
    match name.removeprefix("-"):
        case "due":
            return (func.coalesce(facts.due_on, FOREVER), Task.id), backwards
        case "unit":
            return (Unit.sort_key, Task.id), backwards
        case "reported":
            return (func.coalesce(facts.reported_on, FOREVER), Task.id), backwards
        case _:
            return (Task.id,), not backwards


def _narrowed(actor: Actor, wanted: Filter, *, today: date) -> tuple[Select[Any], Any]:
    """The rows of a list without columns."""
    seen = seen_by(actor) if wanted.leads else gathered_for(actor)
    base = select().select_from(Task).join(TaskPlan, TaskPlan.id == Task.plan_id).where(seen)
    query, facts = f.facts_on(base, wanted.as_of)
    query = query.join(Unit, Unit.id == facts.unit_id)
    return query.where(*_conditions(actor, wanted, facts, day=wanted.as_of or today)), facts


def _conditions(actor: Actor, wanted: Filter, facts: Any, *, day: date) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if wanted.plan_id is not None:
        chosen.append(Task.plan_id == wanted.plan_id)
    if wanted.year is not None:
        chosen.append(TaskPlan.year == wanted.year)
    if wanted.unit is not None:
        chosen.append(_at(wanted, facts))
    if wanted.states:
        chosen.append(facts.state.in_(wanted.states))
    if wanted.counted:
        chosen.append(f.counted(facts))
    if wanted.timing is not None:
        chosen.append(_timing(wanted.timing, facts, day))
    if wanted.given is not None:
        chosen.append(f.given_in(*wanted.given))
    if wanted.done is not None:
        chosen.append(f.done_in(facts, *wanted.done))
    if wanted.extended:
        chosen.append(facts.due_on != facts.baseline)
    if wanted.mine:
        chosen.append(or_(Task.giver_id == actor.person_id, in_charge(actor)))
    if wanted.confirm:
        chosen.append(to_confirm(actor))
    if wanted.decide:
        chosen.append(to_extend(actor))
    if wanted.asked:
        chosen.append(f.asks_for_time(wanted.as_of))
    chosen.extend(Task.folded.like(like_pattern(word), escape=LIKE_ESCAPE) for word in words(wanted.words))
    return chosen


def _at(wanted: Filter, facts: Any) -> ColumnElement[bool]:
    unit = wanted.unit
    assert unit is not None, "asked for with a unit only"

    def place(unit_id: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = unit_id == unit.id if wanted.alone else under(unit_id, unit)
        return found

    if not wanted.joining:
        return place(facts.unit_id)
    return or_(place(facts.unit_id), Task.id.in_(select(TaskUnit.task_id).where(place(TaskUnit.unit_id))))


def _timing(timing: Timing, facts: Any, day: date) -> ColumnElement[bool]:
    match timing:
        case Timing.BEFORE:
            return f.before(facts)
        case Timing.ON_DAY:
            return f.on_the_day(facts)
        case Timing.LATE:
            return f.late(facts)
        case Timing.UNDATED:
            return f.undated(facts)
        case Timing.OVERDUE:
            return f.overdue(facts, day)
        case Timing.SOON:
            return f.due_within(facts, day, day + SOON)
        case Timing.LIVE:
            return f.live(facts)
        case Timing.OPEN:
            return f.live(facts) & or_(facts.due_on.is_(None), facts.in_time, facts.due_on >= day)
