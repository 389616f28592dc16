"""Putting a deadline off: asked for by the unit, granted or refused, or granted unasked. Never a state of the finding.

Whether a submission came in time stays what it was on the day it was sent.
"""

from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, Stale, WrongState, sentence
from inspect_app.core.moves import said
from inspect_app.core.text import clean, one_line
from inspect_app.findings.models import Extension, Finding
from inspect_app.findings.services.history import prepare, settle, tell
from inspect_app.findings.workflow import FINDING
from inspect_app.workdays import queries as workdays
from inspect_app.workdays.policy import TermCode, due

ALREADY_ASKED = sentence("Đơn vị đã có một đề nghị gia hạn đang chờ trả lời. Xem bản mới rồi làm tiếp.")
ALREADY_DECIDED = sentence("Đề nghị gia hạn này vừa có người xử lý. Xem bản mới rồi làm tiếp.")


def ask_extension(
    finding: Finding,
    *,
    actor: Actor,
    wanted: date | None,
    reason: str,
    letter_number: str = "",
    letter_on: date | None = None,
    on: date,
    today: date,
    version: int | None = None,
) -> Extension:
    """Ask for a later deadline, within what the terms allow. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(finding, "ask_extension", actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập lý do đề nghị gia hạn"), "reason")
    if wanted is None:
        raise Invalid("Nhập ngày đề nghị gia hạn đến", field="wanted")
    check_later(finding, wanted, on=on, field="wanted")
    _check_terms(finding, wanted)
    if letter_on is not None and letter_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="letter_on")
    assert finding.deadline is not None
    request = Extension(
        finding_id=finding.id,
        asker_id=actor.person_id,
        asked_on=on,
        wanted=wanted,
        reason=reason,
        letter_number=one_line(letter_number),
        letter_on=letter_on,
        old_deadline=finding.deadline,
    )
    db.session.add(request)
    try:
        db.session.flush()
    except IntegrityError as error:  # a colleague asked while this was typed
        raise Stale(ALREADY_ASKED) from error
    db.session.expire(finding, ["request"])
    tell(
        finding,
        "ask_extension",
        actor=actor,
        on=on,
        note=reason,
        wanted=wanted,
        letter=request.letter_number,
        asker_id=actor.person_id,
    )
    return request


def take_back_extension(
    finding: Finding, *, actor: Actor, on: date, today: date, version: int | None = None
) -> Extension:
    """The asker no longer wants it; it stays on record as decided. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(finding, "drop_extension", actor=actor, on=on, today=today, version=version)
    request = _waiting(finding)
    _decide(finding, granted=False, decider=actor, on=on)
    tell(finding, "drop_extension", actor=actor, on=on, wanted=request.wanted)
    return request


def extend(
    finding: Finding,
    *,
    actor: Actor,
    until: date | None,
    note: str = "",
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """Put the deadline off: in answer to the request that waits, or else unasked, which needs a reason in `note`.

    The finding is not overdue from `on` as long as the new deadline lasts; the days before stay as they were.
    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    prepare(finding, "extend", actor=actor, on=on, today=today, version=version)
    request, old = finding.request, finding.deadline
    note = clean(note) if request is not None else said(note, sentence("Nhập lý do gia hạn"), "note")
    if until is None:
        raise Invalid("Nhập hạn khắc phục mới", field="until")
    check_later(finding, until, on=on, field="until")
    FINDING.apply("extend", finding, actor=actor)
    put_off(finding, until=until, actor=actor, reason=note, on=on)
    asked = {"asker_id": request.asker_id, "wanted": request.wanted} if request is not None else {}
    settle(finding, "extend", actor=actor, on=on, note=note, old=old, until=until, **asked)


def refuse_extension(
    finding: Finding, *, actor: Actor, reason: str, on: date, today: date, version: int | None = None
) -> Extension:
    """The deadline stays. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(finding, "refuse_extension", actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập lý do không gia hạn"), "reason")
    request = _waiting(finding)
    _decide(finding, granted=False, decider=actor, on=on, note=reason)
    asked = {"asker_id": request.asker_id, "wanted": request.wanted}
    tell(finding, "refuse_extension", actor=actor, on=on, note=reason, **asked)
    return request


def check_later(finding: Finding, until: date, *, on: date, field: str, same: bool = False) -> None:
    """A deadline is only ever put off, and to a day still to come; `same` lets it stay. Raises Invalid."""
    assert finding.deadline is not None
    if until <= on:
        raise Invalid("Chọn một ngày sau ngày %(day)s", field=field, day=f"{on:%d/%m/%Y}")
    if until < finding.deadline or (until == finding.deadline and not same):
        if same:
            raise Invalid(
                "Ngày này sớm hơn thời hạn hiện nay, nhập ngày từ %(day)s trở đi",
                field=field,
                day=f"{finding.deadline:%d/%m/%Y}",
            )
        raise Invalid("Chọn một ngày sau thời hạn hiện nay là %(day)s", field=field, day=f"{finding.deadline:%d/%m/%Y}")


def put_off(finding: Finding, *, until: date, actor: Actor, reason: str, on: date) -> None:
    """A later deadline, in answer to the request that waits or unasked; the same one is no extension.

    Whoever calls settles the finding. Raises WrongState where somebody decided on the request meanwhile.
    """
    assert finding.deadline is not None
    if until == finding.deadline:
        return
    if finding.request is not None:
        _decide(finding, granted=True, decider=actor, on=on, note=reason, until=until)
    else:
        db.session.add(
            Extension(
                finding_id=finding.id,
                reason=reason,
                granted=True,
                decider_id=actor.person_id,
                decided_on=on,
                old_deadline=finding.deadline,
                new_deadline=until,
            )
        )
    finding.deadline = until


def let_lapse(finding: Finding, *, on: date) -> None:
    """The finding is over, and with it the request that still waits: closed, decided by nobody."""
    if finding.request is not None:
        _decide(finding, granted=False, decider=None, on=on)


def _waiting(finding: Finding) -> Extension:
    assert finding.request is not None, "the move is possible only while a request waits"
    return finding.request


def _decide(
    finding: Finding, *, granted: bool, decider: Actor | None, on: date, note: str = "", until: date | None = None
) -> None:
    """Of several who decide at once the first counts. Raises WrongState, Invalid."""
    request = _waiting(finding)
    if request.asked_on is not None and on < request.asked_on:
        raise Invalid("Ngày này trước ngày đề nghị, nhập ngày từ %(day)s trở đi", field="on", day=_shown(request))
    decided = db.session.scalar(
        update(Extension)
        .where(Extension.id == request.id, Extension.granted.is_(None))
        .values(
            granted=granted,
            decider_id=decider.person_id if decider else None,
            decided_on=on,
            note=note,
            new_deadline=until,
        )
        .returning(Extension.id)
    )
    if decided is None:
        raise WrongState(ALREADY_DECIDED)
    db.session.expire(request)
    db.session.expire(finding, ["request"])


def _shown(request: Extension) -> str:
    return f"{request.asked_on:%d/%m/%Y}"


def _check_terms(finding: Finding, wanted: date) -> None:
    """What a unit may ask for is limited by the terms; whoever decides is not. Raises Invalid."""
    terms = workdays.terms()
    times, longest = terms[TermCode.EXTENSION_TIMES].n, terms[TermCode.EXTENSION_DAYS]
    granted = select(func.count()).where(
        Extension.finding_id == finding.id, Extension.granted.is_(True), Extension.asker_id.is_not(None)
    )
    if (db.session.scalar(granted) or 0) >= times:
        raise Invalid(
            "Hạn chế này đã được gia hạn %(times)s lần theo đề nghị của đơn vị, không đề nghị thêm được",
            field="wanted",
            times=times,
        )
    assert finding.deadline is not None
    last = due(longest, finding.deadline, workdays.calendar())
    if wanted > last:
        raise Invalid("Mỗi lần chỉ đề nghị được đến ngày %(day)s", field="wanted", day=f"{last:%d/%m/%Y}")
