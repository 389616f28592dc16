"""What the team and Sở Nội vụ decide about a finding."""

from datetime import date, datetime

from sqlalchemy import update

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import sentence
from inspect_app.core.moves import said
from inspect_app.core.text import one_line
from inspect_app.findings.models import Finding, Submission, Verdict, Verification
from inspect_app.findings.services import exchange
from inspect_app.findings.services.extension import EXTENSIONS
from inspect_app.findings.services.history import prepare, settle
from inspect_app.findings.workflow import FINDING


def mark_opened(submission: Submission, *, at: datetime) -> None:
    """A verifier has looked: from now on the sender cannot take it back. No event: nothing was decided."""
    db.session.execute(
        update(Submission)
        .where(Submission.id == submission.id, Submission.opened_at.is_(None), Submission.verdict.is_(None))
        .values(opened_at=at)
    )


def accept(
    finding: Finding,
    *,
    actor: Actor,
    method: Verification,
    note: str = "",
    by: str = "",
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """It is put right. On time is judged by the day of the submission, and frozen here.

    What is copied from a sheet was judged `by` somebody else. Raises NotAllowed, Stale, WrongState, Invalid.
    """
    prepare(finding, "accept", actor=actor, on=on, today=today, version=version)
    submission = _waiting(finding)
    assert finding.issued_on is not None
    EXTENSIONS.let_lapse(finding, on=on)
    exchange.let_lapse(finding)
    FINDING.apply("accept", finding, actor=actor)
    submission.method = method
    submission.days_late = (submission.sent_on - submission.deadline_then).days
    _judge(submission, Verdict.ACCEPTED, actor=actor, on=on, note=note, by=by)
    finding.in_time = False
    finding.resolved_on = on
    finding.submitted_on = submission.sent_on
    finding.days_late = submission.days_late
    finding.days_taken = (submission.sent_on - finding.issued_on).days
    told = {"round": submission.round, "method": method, "note": submission.note}
    settle(finding, "accept", actor=actor, on=on, **told, **({"by": submission.judge_name} if actor.copies else {}))


def send_back(
    finding: Finding,
    *,
    actor: Actor,
    reason: str,
    resubmit_by: date | None = None,
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """Not good enough: return it, with a later deadline if one is given.

    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    prepare(finding, "return", actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập việc đơn vị còn phải làm"), "reason")
    submission = _waiting(finding)
    if resubmit_by is not None:
        EXTENSIONS.check_later(finding, resubmit_by, on=on, field="resubmit_by", same=True)
    FINDING.apply("return", finding, actor=actor)
    _judge(submission, Verdict.RETURNED, actor=actor, on=on, note=reason)
    finding.in_time, finding.submitted_on = False, None
    if resubmit_by is not None:
        EXTENSIONS.put_off(finding, until=resubmit_by, actor=actor, reason=reason, on=on)
    settle(finding, "return", actor=actor, on=on, round=submission.round, note=reason, resubmit_by=resubmit_by)


def reopen(
    finding: Finding,
    *,
    actor: Actor,
    reason: str,
    deadline: date,
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """It was not put right after all. Earlier cycles are kept. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(finding, "reopen", actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập lý do mở lại"), "reason")
    EXTENSIONS.check_later(finding, deadline, on=on, field="deadline", same=True)
    FINDING.apply("reopen", finding, actor=actor)
    finding.resolved_on = finding.submitted_on = finding.days_late = finding.days_taken = None
    EXTENSIONS.put_off(finding, until=deadline, actor=actor, reason=reason, on=on)
    settle(finding, "reopen", actor=actor, on=on, note=reason)


def uphold(finding: Finding, *, actor: Actor, reason: str, on: date, today: date, version: int | None = None) -> None:
    """The explanation does not hold: back to where it was. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(finding, "uphold", actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập lý do giữ nguyên hạn chế"), "reason")
    FINDING.apply("uphold", finding, actor=actor)
    finding.disputed_from = None
    settle(finding, "uphold", actor=actor, on=on, note=reason)


def allow(
    finding: Finding,
    *,
    actor: Actor,
    reason: str,
    decision: str,
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """The explanation holds: it no longer counts. Raises NotAllowed, Stale, WrongState, Invalid."""
    _drop(finding, "allow", reason, decision, actor=actor, on=on, today=today, version=version)


def withdraw(
    finding: Finding,
    *,
    actor: Actor,
    reason: str,
    decision: str,
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """It should never have been issued: it no longer counts. Raises NotAllowed, Stale, WrongState, Invalid."""
    _drop(finding, "withdraw", reason, decision, actor=actor, on=on, today=today, version=version)


def _drop(
    finding: Finding,
    verb: str,
    reason: str,
    decision: str,
    *,
    actor: Actor,
    on: date,
    today: date,
    version: int | None,
) -> None:
    prepare(finding, verb, actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập lý do không tính hạn chế này"), "reason")
    decision = one_line(said(decision, sentence("Nhập số văn bản quyết định"), "decision"))
    EXTENSIONS.let_lapse(finding, on=on)
    exchange.let_lapse(finding)
    FINDING.apply(verb, finding, actor=actor)
    finding.disputed_from = None
    finding.in_time, finding.submitted_on = False, None
    settle(finding, verb, actor=actor, on=on, note=reason, decision=decision)


def _waiting(finding: Finding) -> Submission:
    assert finding.latest is not None, "what is submitted has a submission"
    return finding.latest


def _judge(submission: Submission, verdict: Verdict, *, actor: Actor, on: date, note: str, by: str = "") -> None:
    submission.verdict, submission.note = verdict, note.strip()
    if actor.copies is None:
        submission.judge_id, submission.judge_name = actor.person_id, actor.name
    else:
        submission.judge_id, submission.judge_name = None, one_line(by)
    submission.judged_on, submission.judged_at = on, clock.now()
