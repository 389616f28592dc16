"""Lists of tasks: one filter, one set of columns, for screens, figures' links, spreadsheets and documents."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, Subquery, func, or_, select

from inspect_app.core import words
from inspect_app.core.actor import Actor
from inspect_app.core.counting import Counting, Counts, counted_rows
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_with, shape_of
from inspect_app.core.statements import built_once
from inspect_app.tasks.models import FOREVER, LIVE, Task, TaskExtension, TaskPlan, TaskState, TaskUnit
from inspect_app.tasks.queries import facts as f
from inspect_app.tasks.queries.filter import Filter, Timing
from inspect_app.tasks.queries.scope import gathered_for, in_charge, seen_by, sees_everything, to_confirm, to_extend
from inspect_app.units.models import Unit
from inspect_app.units.queries import under

SOON = timedelta(days=7)


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
    """Rows of a whole list, and where their facts are read from (`Task` or `TaskSpan`), for sorting.

    Columns: id, code, title, product, unit_id, unit_name, plan_id, plan_number, plan_title, source_number, source_on,
    given_on, state, baseline, due_on, in_time, reported_on, done_on, days_late.
    """
    query, facts = _narrowed(actor, wanted.shape, today=today, few=_leaves_few(actor, wanted))
    return _told(query, facts).params(wanted.filling), facts


def chosen(actor: Actor, wanted: Filter, *, sort: str, walked: bool, today: date) -> tuple[Select[Any], Any]:
    """The same rows for one page of a list, as ids that `told` makes into rows once they are sorted and cut.

    `walked`: see `are_walked`. The same objects each time for the same shapes; asked with `filling_with`.
    """
    return _chosen(shape_of(actor), wanted.shape, sort.removeprefix("-"), walked, today)


@built_once
def _chosen(actor: Actor, wanted: Filter, order: str, walked: bool, today: date) -> tuple[Select[Any], Any]:
    few, many = _leaves_few(actor, wanted), walked and order == "newest"
    query, facts = _narrowed(actor, wanted, today=today, few=few, many=many)
    if order == "unit":
        query = query.join(Unit, Unit.id == facts.unit_id)
    return query.add_columns(Task.id, facts.id.label("facts_id")), facts


def are_walked(actor: Actor, wanted: Filter, counts: Counts, *, sort: str) -> bool:
    """They are read in their order until a page is full; of what has words the newest are so where many have them."""
    gathered = bool(wanted.words) and sort.removeprefix("-") == "newest"
    return not gathered or (counts.capped and not _leaves_few(actor, wanted))


@built_once
def told(facts: Any) -> Callable[[Subquery], Select[Any]]:
    """What makes ids that were `chosen` into the columns of `listed` and one more, `wanted`: the later day for which
    the unit asks today."""
    waiting = select(TaskExtension.wanted).where(TaskExtension.task_id == Task.id, TaskExtension.granted.is_(None))

    def of_these(ids: Subquery) -> Select[Any]:
        query = select().select_from(ids).join(Task, Task.id == ids.c.id)
        if facts is not Task:
            query = query.join(facts, facts.id == ids.c.facts_id)
        return _told(query, facts).add_columns(waiting.scalar_subquery().label("wanted"))

    return of_these


def newest_with(actor: Actor, text: str, *, most: int, today: date) -> Sequence[Row[Any]]:
    """The newest that have the words of a text, at most so many; columns of `listed`."""
    wanted = Filter(words=text)
    query = _newest_with(shape_of(actor), wanted.shape, most, today, db.session.get_bind().dialect.name)
    return db.session.execute(query, filling_with(actor, wanted)).all()


@built_once
def _newest_with(actor: Actor, wanted: Filter, most: int, today: date, dialect: str) -> Select[Any]:
    """PostgreSQL knows how common the words are, and so whether few have them or few would be left without them."""
    few = dialect == "sqlite" and _leaves_few(actor, wanted)
    query, facts = _narrowed(actor, wanted, today=today, few=few)
    key = words.of(Task).newest_first
    ids = query.add_columns(Task.id, facts.id.label("facts_id")).order_by(key.desc()).limit(most).subquery("ids")
    return told(facts)(ids).order_by(ids.c.id.desc())


def _told(query: Select[Any], facts: Any) -> Select[Any]:
    return (
        query.join(TaskPlan, TaskPlan.id == Task.plan_id)
        .join(Unit, Unit.id == facts.unit_id)
        .add_columns(
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
    )


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
    few = _leaves_few(actor, wanted)
    query, _facts = _narrowed(actor, wanted, today=today, few=few)
    to_be_late, facts = _narrowed(actor, wanted, today=today, few=few or wanted.as_of is None)
    late = counted_rows(to_be_late.where(f.overdue(facts, wanted.as_of or today)))
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
def sort_keys(name: str, facts: Any, *, with_words: bool = False) -> tuple[tuple[Any, ...], bool]:
    """The keys of a sort and whether it runs downwards. A name after "-" runs the other way; unknown ones are newest.

    `due`: nearest first, what has no due day last. `newest`: last given first. `unit`: by the name of the unit in
    charge. `reported`: what waits longest first. `with_words`: the list asks for words, whose index is in that order.
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
            return (words.of(Task).newest_first if with_words else Task.id,), not backwards


def _narrowed(actor: Actor, wanted: Filter, *, today: date, few: bool, many: bool = False) -> tuple[Select[Any], Any]:
    """The rows of a list without columns; the filter is one of `Filter.shape`. `few`, `many`: as for the words."""
    seen = seen_by(actor) if wanted.leads else gathered_for(actor)
    query, facts = f.facts_on(select().select_from(Task).where(seen), wanted.as_of)
    if isinstance(wanted.words, words.Blanks):
        of_tasks = words.of(Task)
        query = query.join(of_tasks.table, of_tasks.joined(wanted.words, few=few, many=many))
    return query.where(*_conditions(actor, wanted, facts, day=wanted.as_of or today)), facts


def _leaves_few(actor: Actor, wanted: Filter) -> bool:
    """Without the words, they are tasks of a list, of a place, of what a part of the country has, or live today."""
    live = wanted.is_live or (bool(wanted.states) and set(wanted.states) <= set(LIVE))
    return wanted.leads or not sees_everything(actor) or (live and wanted.as_of is None)


def _conditions(actor: Actor, wanted: Filter, facts: Any, *, day: date) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if wanted.plan_id is not None:
        chosen.append(Task.plan_id == wanted.plan_id)
    if wanted.year is not None:
        chosen.append(Task.plan_id.in_(select(TaskPlan.id).where(TaskPlan.year == wanted.year)))
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
