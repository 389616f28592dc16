"""Before and after every change of a task: whether it may be made, and keeping the past.

Each change ends one span, begins another and is logged with all the facts that figures are counted from.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, update

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Stale
from inspect_app.core.loading import load
from inspect_app.core.moves import expect_day
from inspect_app.core.versions import expect
from inspect_app.tasks.models import FOREVER, Task, TaskSpan
from inspect_app.tasks.workflow import TASK

FACTS = tuple(sorted({*Task.__table__.columns.keys()} & {*TaskSpan.__table__.columns.keys()} - {"id"}))
"""The columns that both share: what figures are counted from."""
CHANGED = Stale(
    "%(name)s vừa cập nhật nhiệm vụ này lúc %(time)s. Xem bản mới rồi gửi lại; nội dung đã nhập vẫn còn bên dưới."
)


def prepare(task: Task, verb: str, *, actor: Actor, on: date, today: date, version: int | None) -> None:
    """Whether the actor may make this move now, and whether it may count for `on`; changes nothing.

    `version` is that of the page the move comes from, if it comes from one.
    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    ready(task)
    if TASK.moves[verb].guard(actor, task):
        expect(task, version, CHANGED)
    TASK.check(verb, task, actor=actor)
    expect_day(on, moved_on=task.moved_on, today=today)


def ready(task: Task) -> None:
    """Have at hand what policies read."""
    load(task, "plan", "unit", "latest", "request")
    load(task.plan, "issuing_unit")


def begin(several: Sequence[Task], verb: str, *, actor: Actor, on: date, **payload: Any) -> None:
    """The facts of new tasks hold from `on`."""
    db.session.add_all(several)
    db.session.flush()
    rows = [_span(task, verb, on) for task in several]
    if rows:
        db.session.execute(insert(TaskSpan), rows)
    for task in several:
        tell(task, verb, actor=actor, on=on, **payload)


def settle(task: Task, verb: str, *, actor: Actor, on: date, **payload: Any) -> None:
    """The task's facts are as they should be from `on`: keep what was before, and log the change."""
    task.moved_on = on
    db.session.flush()
    db.session.execute(update(TaskSpan).where(TaskSpan.task_id == task.id, TaskSpan.until == FOREVER).values(until=on))
    db.session.execute(insert(TaskSpan), [_span(task, verb, on)])
    tell(task, verb, actor=actor, on=on, **payload)


def tell(task: Task, verb: str, *, actor: Actor, on: date, **payload: Any) -> None:
    """Log what was done, with the facts as they are; alone it is for what changes none of them."""
    audit.record(f"task:{verb}", task, actor=actor, on=on, code=task.code, **facts_of(task), **payload)


def facts_of(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in FACTS}


def _span(task: Task, verb: str, on: date) -> dict[str, Any]:
    days = {"since": on, "until": FOREVER, "at": clock.now(), "action": f"task:{verb}"}
    return {"task_id": task.id, **days, **facts_of(task)}
