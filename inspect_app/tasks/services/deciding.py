"""What whoever gave a task decides about it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, sentence
from inspect_app.core.moves import said
from inspect_app.core.storage import Incoming, Storage
from inspect_app.core.text import clean, one_line
from inspect_app.tasks.models import Task, TaskReport, TaskUnit, TaskVerdict
from inspect_app.tasks.services import files as proofs
from inspect_app.tasks.services.doing import claimed
from inspect_app.tasks.services.extending import EXTENSIONS
from inspect_app.tasks.services.giving import fold_again
from inspect_app.tasks.services.history import prepare, settle
from inspect_app.tasks.workflow import TASK
from inspect_app.units.models import Unit


def accept(task: Task, *, actor: Actor, note: str = "", on: date, today: date, version: int | None = None) -> None:
    """It is done. In time or not is judged by the day of the report, and frozen here.

    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    prepare(task, "accept", actor=actor, on=on, today=today, version=version)
    claim = _waiting(task)
    TASK.apply("accept", task, actor=actor)
    _judge(claim, TaskVerdict.ACCEPTED, actor=actor, on=on, note=clean(note))
    _done(task, claim, on)
    EXTENSIONS.let_lapse(task, on=on)
    settle(task, "accept", actor=actor, on=on, round=claim.round, note=claim.note)


def enter(
    task: Task,
    *,
    actor: Actor,
    statement: str,
    files: Sequence[Incoming] = (),
    letter_number: str = "",
    letter_on: date | None = None,
    on: date,
    today: date,
    storage: Storage,
    file_limit: int,
    version: int | None = None,
) -> TaskReport:
    """Write down from paper that it was done on `on`: with a file, or at least the number of the unit's letter.

    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    prepare(task, "enter", actor=actor, on=on, today=today, version=version)
    statement = said(statement, sentence("Nhập kết quả đơn vị đã làm"), "statement")
    letter_number = one_line(letter_number)
    if not files and not letter_number:
        raise Invalid("Nhập số văn bản báo cáo hoặc đính kèm văn bản đó", field="letter_number")
    if letter_on is not None and letter_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="letter_on")
    claim = claimed(task, actor=actor, on=on, statement=statement, letter_number=letter_number, letter_on=letter_on)
    TASK.apply("enter", task, actor=actor)
    _judge(claim, TaskVerdict.ACCEPTED, actor=actor, on=on, note="")
    _done(task, claim, on)
    EXTENSIONS.let_lapse(task, on=on)
    kept = proofs.keep(files, claim, actor=actor, storage=storage, limit=file_limit)
    hashes = [file.sha256 for file in kept]
    told = {"round": claim.round, "statement": statement, "letter": letter_number}
    settle(task, "enter", actor=actor, on=on, files=hashes, **told)
    return claim


def send_back(task: Task, *, actor: Actor, reason: str, on: date, today: date, version: int | None = None) -> None:
    """Not good enough: return it. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(task, "return", actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập việc đơn vị còn phải làm"), "reason")
    claim = _waiting(task)
    TASK.apply("return", task, actor=actor)
    _judge(claim, TaskVerdict.RETURNED, actor=actor, on=on, note=reason)
    task.reported_on, task.in_time = None, False
    settle(task, "return", actor=actor, on=on, round=claim.round, note=reason)


def reopen(task: Task, *, actor: Actor, reason: str, on: date, today: date, version: int | None = None) -> None:
    """It was not done after all; the due day stays. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(task, "reopen", actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập lý do mở lại"), "reason")
    TASK.apply("reopen", task, actor=actor)
    task.done_on = task.reported_on = task.days_late = None
    settle(task, "reopen", actor=actor, on=on, note=reason)


def withdraw(task: Task, *, actor: Actor, reason: str, on: date, today: date, version: int | None = None) -> None:
    """It no longer has to be done, and no longer counts. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(task, "withdraw", actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập lý do không tính nhiệm vụ này"), "reason")
    TASK.apply("withdraw", task, actor=actor)
    task.reported_on, task.in_time = None, False
    EXTENSIONS.let_lapse(task, on=on)
    settle(task, "withdraw", actor=actor, on=on, note=reason)


def hand_on(
    task: Task, unit: Unit, *, actor: Actor, reason: str, on: date, today: date, version: int | None = None
) -> None:
    """Another unit is in charge from `on`. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(task, "hand_on", actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập lý do chuyển"), "reason")
    if not actor.reviews(unit) or not unit.in_force(on):
        raise Invalid("Chọn một đơn vị còn hiệu lực trong phạm vi quản lý", field="unit")
    if unit.id == task.unit_id:
        raise Invalid("Đơn vị này đang chủ trì nhiệm vụ, chọn đơn vị khác", field="unit")
    TASK.apply("hand_on", task, actor=actor)
    former = task.unit_name
    task.unit, task.unit_id, task.unit_name = unit, unit.id, unit.name
    db.session.execute(delete(TaskUnit).where(TaskUnit.task_id == task.id, TaskUnit.unit_id == unit.id))
    fold_again(task)
    settle(task, "hand_on", actor=actor, on=on, note=reason, former=former, new=unit.name)


def _waiting(task: Task) -> TaskReport:
    assert task.latest is not None, "what is reported has a report"
    return task.latest


def _judge(claim: TaskReport, verdict: TaskVerdict, *, actor: Actor, on: date, note: str) -> None:
    claim.verdict, claim.note = verdict, note
    claim.judge_id, claim.judge_name = actor.person_id, actor.name
    claim.judged_on, claim.judged_at = on, clock.now()


def _done(task: Task, claim: TaskReport, on: date) -> None:
    task.done_on, task.reported_on, task.in_time = on, claim.sent_on, False
    task.days_late = (claim.sent_on - claim.due_then).days if claim.due_then is not None else None
