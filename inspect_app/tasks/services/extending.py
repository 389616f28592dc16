"""Putting a due day off: asked for by the unit, granted or refused, or given unasked. Never a state of the task.

Whether a report came in time stays what it was on the day it was sent.
"""

from datetime import date

from inspect_app.core.actor import Actor
from inspect_app.core.errors import Invalid, sentence
from inspect_app.core.moves import said
from inspect_app.core.text import clean
from inspect_app.tasks.models import Task, TaskExtension
from inspect_app.tasks.services.history import prepare, settle, tell
from inspect_app.tasks.workflow import TASK
from inspect_app.workdays.services import PuttingOff

EXTENSIONS: PuttingOff[Task, TaskExtension] = PuttingOff(
    TaskExtension,
    of="task_id",
    day="due_on",
    prepare=prepare,
    tell=tell,
    exhausted=sentence("Nhiệm vụ này đã được gia hạn %(times)s lần theo đề nghị của đơn vị, không đề nghị thêm được"),
)
ask_extension = EXTENSIONS.ask
take_back_extension = EXTENSIONS.take_back
refuse_extension = EXTENSIONS.refuse


def extend(
    task: Task,
    *,
    actor: Actor,
    until: date | None,
    reason: str = "",
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """Put the due day off: in answer to the request that waits, or else unasked, which needs a `reason`.

    The first day is kept. The task is not overdue from `on` as long as the new day lasts; the days before stay as
    they were. Raises NotAllowed, Stale, WrongState, Invalid.
    """
    prepare(task, "extend", actor=actor, on=on, today=today, version=version)
    request, old = task.request, task.due_on
    reason = clean(reason) if request is not None else said(reason, sentence("Nhập lý do gia hạn"), "reason")
    if until is None:
        raise Invalid("Nhập hạn mới", field="until")
    EXTENSIONS.check_later(task, until, on=on, field="until")
    TASK.apply("extend", task, actor=actor)
    EXTENSIONS.put_off(task, until=until, actor=actor, reason=reason, on=on)
    asked = {"asker_id": request.asker_id, "wanted": request.wanted} if request is not None else {}
    settle(task, "extend", actor=actor, on=on, note=reason, old=old, until=until, **asked)
