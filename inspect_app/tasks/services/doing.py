"""What the unit in charge does about a task."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import update

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, WrongState, sentence
from inspect_app.core.moves import said
from inspect_app.core.storage import Incoming, Storage
from inspect_app.core.text import clean, one_line
from inspect_app.tasks.models import Task, TaskReport, TaskVerdict
from inspect_app.tasks.services import files as proofs
from inspect_app.tasks.services.history import prepare, settle
from inspect_app.tasks.workflow import TASK

ALREADY_JUDGED = sentence("Sở Nội vụ vừa trả lời nên không rút lại được nữa. Xem bản mới rồi làm tiếp.")


def start(task: Task, *, actor: Actor, note: str = "", on: date, today: date, version: int | None = None) -> None:
    """Take the task on, if one likes with what will be done. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(task, "start", actor=actor, on=on, today=today, version=version)
    TASK.apply("start", task, actor=actor)
    _note_progress(task, clean(note) or task.progress_note, on)
    settle(task, "start", actor=actor, on=on, note=clean(note))


def report_progress(task: Task, *, actor: Actor, note: str, on: date, today: date, version: int | None = None) -> None:
    """How far it has come. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(task, "progress", actor=actor, on=on, today=today, version=version)
    note = said(note, sentence("Nhập việc đã làm được"), "note")
    TASK.apply("progress", task, actor=actor)
    _note_progress(task, note, on)
    settle(task, "progress", actor=actor, on=on, note=note)


def _note_progress(task: Task, note: str, on: date) -> None:
    if note != task.progress_note:
        task.progress_note, task.progress_on = note, on


def report(
    task: Task,
    *,
    actor: Actor,
    statement: str,
    files: Sequence[Incoming],
    on: date,
    today: date,
    storage: Storage,
    file_limit: int,
    letter_number: str = "",
    letter_on: date | None = None,
    version: int | None = None,
) -> TaskReport:
    """Claim that it is done, with at least one file that was not shown for this task before.

    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    prepare(task, "report", actor=actor, on=on, today=today, version=version)
    statement = said(statement, sentence("Nhập kết quả đơn vị đã làm"), "statement")
    if letter_on is not None and letter_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="letter_on")
    if not files:
        raise Invalid("Đính kèm ít nhất một ảnh hoặc văn bản chứng minh", field="files")
    shown = proofs.shown_before(task)
    TASK.apply("report", task, actor=actor)
    claim = claimed(
        task, actor=actor, on=on, statement=statement, letter_number=one_line(letter_number), letter_on=letter_on
    )
    task.reported_on, task.in_time = on, task.due_on is not None and on <= task.due_on
    kept = proofs.keep(files, claim, actor=actor, storage=storage, limit=file_limit)
    if all(shown.intersection(file.hashes) for file in kept):
        raise Invalid("Các tệp này đã gửi lần trước. Đính kèm ít nhất một ảnh hoặc văn bản mới", field="files")
    hashes = [file.sha256 for file in kept]
    told = {"round": claim.round, "statement": statement, "letter": claim.letter_number}
    settle(task, "report", actor=actor, on=on, files=hashes, **told)
    return claim


def claimed(
    task: Task, *, actor: Actor, on: date, statement: str, letter_number: str, letter_on: date | None
) -> TaskReport:
    """One more claim about the task, not judged yet. Whoever calls settles the task."""
    task.rounds += 1
    claim = TaskReport(
        task_id=task.id,
        round=task.rounds,
        statement=statement,
        letter_number=letter_number,
        letter_on=letter_on,
        sender_id=actor.person_id,
        sender_name=actor.name,
        sent_on=on,
        sent_at=clock.now(),
        due_then=task.due_on,
    )
    db.session.add(claim)
    db.session.expire(task, ["latest"])
    return claim


def recall(task: Task, *, actor: Actor, on: date, today: date, version: int | None = None) -> None:
    """Take the claim back while nobody has answered it. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(task, "recall", actor=actor, on=on, today=today, version=version)
    latest = task.latest
    assert latest is not None, "what is reported has a report"
    taken_back = db.session.scalar(
        update(TaskReport)
        .where(TaskReport.id == latest.id, TaskReport.verdict.is_(None))
        .values(
            verdict=TaskVerdict.RECALLED,
            judge_id=actor.person_id,
            judge_name=actor.name,
            judged_on=on,
            judged_at=clock.now(),
        )
        .returning(TaskReport.id)
    )
    if taken_back is None:  # it was answered while this was under way
        raise WrongState(ALREADY_JUDGED)
    TASK.apply("recall", task, actor=actor)
    task.reported_on, task.in_time = None, False
    settle(task, "recall", actor=actor, on=on, round=latest.round)
