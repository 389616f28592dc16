"""What the team and Sở Nội vụ decide about a finding."""

from datetime import date, datetime

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, WrongState
from inspect_app.findings.models import Extension, Finding, Submission, Verdict, Verification
from inspect_app.findings.services.history import check_day, settle
from inspect_app.findings.workflow import FINDING


def mark_opened(submission: Submission, *, at: datetime) -> None:
    """A verifier has looked: from now on the sender cannot take it back. No event: nothing was decided."""
    if submission.opened_at is None:
        submission.opened_at = at


def accept(
    finding: Finding, *, actor: Actor, method: Verification, note: str = "", on: date, today: date
) -> None:
    """It is put right. On time is judged by the day of the submission. Raises NotAllowed, WrongState, Invalid."""
    check_day(finding, on=on, today=today)
    submission = _waiting(finding)
    FINDING.apply("accept", finding, actor=actor)
    assert finding.issued_on is not None
    submission.method = method
    submission.days_late = (submission.sent_on - submission.deadline_then).days
    _judge(submission, Verdict.ACCEPTED, actor=actor, on=on, note=note)
    finding.in_time = False
    finding.resolved_on = on
    finding.submitted_on = submission.sent_on
    finding.days_late = submission.days_late
    finding.days_taken = (submission.sent_on - finding.issued_on).days
    settle(finding, "accept", actor=actor, on=on, round=submission.round, method=method, note=note)


def send_back(
    finding: Finding, *, actor: Actor, reason: str, resubmit_by: date | None = None, on: date, today: date
) -> None:
    """Not good enough: return it, with a new day if one is given. Raises NotAllowed, WrongState, Invalid."""
    check_day(finding, on=on, today=today)
    submission = _waiting(finding)
    FINDING.apply("return", finding, actor=actor)
    _judge(submission, Verdict.RETURNED, actor=actor, on=on, note=reason)
    finding.in_time, finding.submitted_on = False, None
    if resubmit_by is not None:
        _extend(finding, until=resubmit_by, actor=actor, reason=reason, on=on, field="resubmit_by")
    settle(
        finding, "return", actor=actor, on=on, round=submission.round, note=reason, resubmit_by=resubmit_by
    )


def reopen(finding: Finding, *, actor: Actor, reason: str, deadline: date, on: date, today: date) -> None:
    """It was not put right after all. Earlier cycles are kept. Raises NotAllowed, WrongState, Invalid."""
    check_day(finding, on=on, today=today)
    FINDING.apply("reopen", finding, actor=actor)
    finding.resolved_on = finding.submitted_on = finding.days_late = finding.days_taken = None
    _extend(finding, until=deadline, actor=actor, reason=reason, on=on, field="deadline")
    settle(finding, "reopen", actor=actor, on=on, note=reason)


def uphold(finding: Finding, *, actor: Actor, reason: str, on: date, today: date) -> None:
    """The explanation does not hold: back to where it was. Raises NotAllowed, WrongState, Invalid."""
    check_day(finding, on=on, today=today)
    FINDING.apply("uphold", finding, actor=actor)
    finding.disputed_from = None
    settle(finding, "uphold", actor=actor, on=on, note=reason)


def allow(finding: Finding, *, actor: Actor, reason: str, decision: str, on: date, today: date) -> None:
    """The explanation holds: it no longer counts. Raises NotAllowed, WrongState, Invalid."""
    _drop("allow", finding, actor=actor, reason=reason, decision=decision, on=on, today=today)


def withdraw(finding: Finding, *, actor: Actor, reason: str, decision: str, on: date, today: date) -> None:
    """It should never have been issued: it no longer counts. Raises NotAllowed, WrongState, Invalid."""
    _drop("withdraw", finding, actor=actor, reason=reason, decision=decision, on=on, today=today)


def _drop(
    verb: str, finding: Finding, *, actor: Actor, reason: str, decision: str, on: date, today: date
) -> None:
    check_day(finding, on=on, today=today)
    FINDING.apply(verb, finding, actor=actor)
    finding.disputed_from = None
    finding.in_time, finding.submitted_on = False, None
    settle(finding, verb, actor=actor, on=on, note=reason, decision=decision)


def _waiting(finding: Finding) -> Submission:
    if finding.latest is None or finding.latest.verdict is not None:
        raise WrongState("Trạng thái vừa thay đổi nên không làm được việc này nữa. Xem bản mới rồi làm tiếp.")
    return finding.latest


def _judge(submission: Submission, verdict: Verdict, *, actor: Actor, on: date, note: str) -> None:
    submission.verdict, submission.note = verdict, note
    submission.judge_id, submission.judge_name = actor.person_id, actor.name
    submission.judged_on, submission.judged_at = on, clock.now()


def _extend(finding: Finding, *, until: date, actor: Actor, reason: str, on: date, field: str) -> None:
    """A later deadline granted unasked. One that is not later than the one in force leaves it as it is."""
    if until <= on:
        raise Invalid("Chọn một ngày sau hôm nay", field=field)
    assert finding.deadline is not None
    if until <= finding.deadline:
        return
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
