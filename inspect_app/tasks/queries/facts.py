"""What the figures mean, said once: used by lists, tiles and reports alike, for today and for any earlier day.

`facts` is either `Task` (today) or `TaskSpan` (the facts of a day); both have the columns of `Facts`.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, not_, or_, select

from inspect_app.tasks.models import COUNTED, LIVE, Task, TaskExtension, TaskSpan, TaskState


def facts_on(query: Select[Any], as_of: date | None) -> tuple[Select[Any], Any]:
    """`query` over Task, and where its facts are to be read from: today's, or those of the day `as_of`.

    What was not given by `as_of` is left out.
    """
    if as_of is None:
        return query, Task
    on_that_day = and_(TaskSpan.task_id == Task.id, TaskSpan.since <= as_of, TaskSpan.until > as_of)
    return query.join(TaskSpan, on_that_day), TaskSpan


def counted(facts: Any) -> ColumnElement[bool]:
    """Not withdrawn: the denominator of every figure."""
    found: ColumnElement[bool] = facts.state.in_(COUNTED)
    return found


def done(facts: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = facts.state == TaskState.DONE
    return found


def given_in(first: date, last: date) -> ColumnElement[bool]:
    """Given from `first` to `last`, both included."""
    return Task.given_on.between(first, last)


def done_in(facts: Any, first: date, last: date) -> ColumnElement[bool]:
    """Confirmed from `first` to `last`, both included, and not reopened since."""
    return and_(done(facts), facts.done_on.between(first, last))


def before(facts: Any) -> ColumnElement[bool]:
    """Done by a report before the due day then in force: trước hạn."""
    return and_(done(facts), facts.days_late < 0)


def on_the_day(facts: Any) -> ColumnElement[bool]:
    """Done by a report on the due day: đúng hạn."""
    return and_(done(facts), facts.days_late == 0)


def late(facts: Any) -> ColumnElement[bool]:
    """Done by a report after the due day."""
    return and_(done(facts), facts.days_late > 0)


def undated(facts: Any) -> ColumnElement[bool]:
    """Done, and there was no due day to judge it by."""
    return and_(done(facts), facts.days_late.is_(None))


def live(facts: Any) -> ColumnElement[bool]:
    """Neither done nor withdrawn; the codes stand in the statement itself, so that SQLite finds its index."""
    codes: ColumnElement[Any] = bindparam("live", LIVE, expanding=True, literal_execute=True)
    found: ColumnElement[bool] = facts.state.in_(codes)
    return found


def overdue(facts: Any, day: date) -> ColumnElement[bool]:
    """Not done, past its due day, and no report waiting that came in time."""
    return and_(live(facts), not_(facts.in_time), facts.due_on < day)


def due_within(facts: Any, first: date, last: date) -> ColumnElement[bool]:
    """What will be overdue after its due day, which is from `first` to `last`, unless something happens."""
    return and_(live(facts), not_(facts.in_time), facts.due_on.between(first, last))


def asks_for_time(as_of: date | None = None) -> ColumnElement[bool]:
    """Condition on `Task`: the unit asked for a later day, and nobody had decided on `as_of` (today unless said)."""
    waiting: ColumnElement[bool] = TaskExtension.granted.is_(None)
    if as_of is not None:
        undecided = or_(TaskExtension.decided_on.is_(None), TaskExtension.decided_on > as_of)
        waiting = and_(TaskExtension.asked_on <= as_of, undecided)
    return Task.id.in_(select(TaskExtension.task_id).where(waiting))
