"""Putting a due day off: asked for by the unit, granted or refused, or given unasked. Never a state of the task.

Whether a report came in time stays what it was on the day it was sent.
"""

from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, Stale, WrongState, sentence
from inspect_app.core.moves import said
from inspect_app.core.text import clean, one_line
from inspect_app.tasks.models import Task, TaskExtension
from inspect_app.tasks.services.history import prepare, settle, tell
from inspect_app.tasks.workflow import TASK
from inspect_app.workdays import queries as workdays
from inspect_app.workdays.policy import TermCode, due

ALREADY_ASKED = sentence("Đơn vị đã có một đề nghị gia hạn đang chờ trả lời. Xem bản mới rồi làm tiếp.")
ALREADY_DECIDED = sentence("Đề nghị gia hạn này vừa có người xử lý. Xem bản mới rồi làm tiếp.")


def ask_extension(
    task: Task,
    *,
    actor: Actor,
    wanted: date | None,
    reason: str,
    letter_number: str = "",
    letter_on: date | None = None,
    on: date,
    today: date,
    version: int | None = None,
) -> TaskExtension:
    """Ask for a later due day, within what the terms allow. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(task, "ask_extension", actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập lý do đề nghị gia hạn"), "reason")
    if wanted is None:
        raise Invalid("Nhập ngày đề nghị gia hạn đến", field="wanted")
    old = _check_later(task, wanted, on=on, field="wanted")
    _check_terms(task, wanted, old)
    if letter_on is not None and letter_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="letter_on")
    request = TaskExtension(
        task_id=task.id,
        asker_id=actor.person_id,
        asked_on=on,
        wanted=wanted,
        reason=reason,
        letter_number=one_line(letter_number),
        letter_on=letter_on,
        old_due_on=old,
    )
    db.session.add(request)
    try:
        db.session.flush()
    except IntegrityError as error:  # a colleague asked while this was typed
        raise Stale(ALREADY_ASKED) from error
    db.session.expire(task, ["request"])
    told = {"wanted": wanted, "letter": request.letter_number, "asker_id": actor.person_id}
    tell(task, "ask_extension", actor=actor, on=on, note=reason, **told)
    return request


def take_back_extension(
    task: Task, *, actor: Actor, on: date, today: date, version: int | None = None
) -> TaskExtension:
    """The asker no longer wants it; it stays on record as decided. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(task, "drop_extension", actor=actor, on=on, today=today, version=version)
    request = _waiting(task)
    _decide(task, granted=False, decider=actor, on=on)
    tell(task, "drop_extension", actor=actor, on=on, wanted=request.wanted)
    return request


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
    request = task.request
    reason = clean(reason) if request is not None else said(reason, sentence("Nhập lý do gia hạn"), "reason")
    if until is None:
        raise Invalid("Nhập hạn mới", field="until")
    old = _check_later(task, until, on=on, field="until")
    TASK.apply("extend", task, actor=actor)
    if request is not None:
        _decide(task, granted=True, decider=actor, on=on, note=reason, until=until)
    else:
        db.session.add(
            TaskExtension(
                task_id=task.id,
                reason=reason,
                granted=True,
                decider_id=actor.person_id,
                decided_on=on,
                old_due_on=old,
                new_due_on=until,
            )
        )
    task.due_on = until
    asked = {"asker_id": request.asker_id, "wanted": request.wanted} if request is not None else {}
    settle(task, "extend", actor=actor, on=on, note=reason, old=old, until=until, **asked)


def refuse_extension(
    task: Task, *, actor: Actor, reason: str, on: date, today: date, version: int | None = None
) -> TaskExtension:
    """The due day stays. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(task, "refuse_extension", actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập lý do không gia hạn"), "reason")
    request = _waiting(task)
    _decide(task, granted=False, decider=actor, on=on, note=reason)
    asked = {"asker_id": request.asker_id, "wanted": request.wanted}
    tell(task, "refuse_extension", actor=actor, on=on, note=reason, **asked)
    return request


def let_lapse(task: Task, *, on: date) -> None:
    """There is nothing left to put off: the request that still waits is closed, decided by nobody."""
    if task.request is not None:
        _decide(task, granted=False, decider=None, on=on)


def _waiting(task: Task) -> TaskExtension:
    assert task.request is not None, "the move is possible only while a request waits"
    return task.request


def _check_later(task: Task, until: date, *, on: date, field: str) -> date:
    """The day in force; a due day is only ever put off, and to a day still to come. Raises Invalid."""
    assert task.due_on is not None, "the move is possible only with a due day"
    if until <= on:
        raise Invalid("Chọn một ngày sau ngày %(day)s", field=field, day=f"{on:%d/%m/%Y}")
    if until <= task.due_on:
        raise Invalid("Chọn một ngày sau thời hạn hiện nay là %(day)s", field=field, day=f"{task.due_on:%d/%m/%Y}")
    return task.due_on


def _check_terms(task: Task, wanted: date, due_on: date) -> None:
    """What a unit may ask for is limited by the terms; whoever decides is not. Raises Invalid."""
    terms = workdays.terms()
    times, longest = terms[TermCode.EXTENSION_TIMES].n, terms[TermCode.EXTENSION_DAYS]
    granted = select(func.count()).where(
        TaskExtension.task_id == task.id, TaskExtension.granted.is_(True), TaskExtension.asker_id.is_not(None)
    )
    if (db.session.scalar(granted) or 0) >= times:
        raise Invalid(
            "Nhiệm vụ này đã được gia hạn %(times)s lần theo đề nghị của đơn vị, không đề nghị thêm được",
            field="wanted",
            times=times,
        )
    last = due(longest, due_on, workdays.calendar())
    if wanted > last:
        raise Invalid("Mỗi lần chỉ đề nghị được đến ngày %(day)s", field="wanted", day=f"{last:%d/%m/%Y}")


def _decide(
    task: Task, *, granted: bool, decider: Actor | None, on: date, note: str = "", until: date | None = None
) -> None:
    """Of several who decide at once the first counts. Raises WrongState, Invalid."""
    request = _waiting(task)
    if request.asked_on is not None and on < request.asked_on:
        day = f"{request.asked_on:%d/%m/%Y}"
        raise Invalid("Ngày này trước ngày đề nghị, nhập ngày từ %(day)s trở đi", field="on", day=day)
    decided = db.session.scalar(
        update(TaskExtension)
        .where(TaskExtension.id == request.id, TaskExtension.granted.is_(None))
        .values(
            granted=granted,
            decider_id=decider.person_id if decider else None,
            decided_on=on,
            note=note,
            new_due_on=until,
        )
        .returning(TaskExtension.id)
    )
    if decided is None:
        raise WrongState(ALREADY_DECIDED)
    db.session.expire(request)
    db.session.expire(task, ["request"])
