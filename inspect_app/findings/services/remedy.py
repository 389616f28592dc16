"""What the responsible unit does about a finding."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.core.storage import Storage
from inspect_app.findings.models import Evidence, Finding, Side, Submission, Verdict
from inspect_app.findings.services import evidence
from inspect_app.findings.services.evidence import Incoming
from inspect_app.findings.services.history import check_day, settle
from inspect_app.findings.workflow import FINDING

NO_EVIDENCE = "Đính kèm ít nhất một ảnh hoặc văn bản chứng minh"


def start(
    finding: Finding, *, actor: Actor, undertaking: str, by: date | None, on: date, today: date
) -> None:
    """Take the finding on, saying what will be done and by when. Raises NotAllowed, WrongState, Invalid."""
    check_day(finding, on=on, today=today)
    FINDING.apply("start", finding, actor=actor)
    finding.undertaking, finding.undertaking_by = undertaking, by
    settle(finding, "start", actor=actor, on=on, undertaking=undertaking, by=by)


def submit(
    finding: Finding,
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
) -> Submission:
    """Claim that it is put right, with at least one file not sent for this finding before.

    Raises NotAllowed, WrongState, Invalid.
    """
    check_day(finding, on=on, today=today)
    FINDING.apply("submit", finding, actor=actor)
    assert finding.deadline is not None
    finding.rounds += 1
    submission = Submission(
        finding_id=finding.id,
        round=finding.rounds,
        statement=statement,
        letter_number=letter_number,
        letter_on=letter_on,
        sender_id=actor.person_id,
        sender_name=actor.name,
        sent_on=on,
        sent_at=clock.now(),
        deadline_then=finding.deadline,
    )
    db.session.add(submission)
    db.session.flush()
    known = set(
        db.session.scalars(
            select(Evidence.sha256).where(Evidence.finding_id == finding.id, Evidence.side == Side.REMEDY)
        )
    )
    kept = evidence.keep(
        files,
        side=Side.REMEDY,
        finding=finding,
        submission=submission,
        actor=actor,
        at=clock.now(),
        storage=storage,
        limit=file_limit,
    )
    if not kept:
        raise Invalid(NO_EVIDENCE, field="files")
    if known.issuperset(file.sha256 for file in kept):
        raise Invalid(
            "Các tệp này đã gửi lần trước. Đính kèm ít nhất một ảnh hoặc văn bản mới", field="files"
        )
    finding.submitted_on = on
    finding.in_time = on <= finding.deadline
    settle(
        finding,
        "submit",
        actor=actor,
        on=on,
        round=submission.round,
        statement=statement,
        files=[file.sha256 for file in kept],
        letter=letter_number,
    )
    return submission


def recall(finding: Finding, *, actor: Actor, on: date, today: date) -> None:
    """Take the claim back while nobody has looked at it. Raises NotAllowed, WrongState, Invalid."""
    check_day(finding, on=on, today=today)
    latest = finding.latest
    FINDING.apply("recall", finding, actor=actor)
    assert latest is not None
    latest.verdict = Verdict.RECALLED
    latest.judged_on, latest.judged_at, latest.judge_id = on, clock.now(), actor.person_id
    finding.submitted_on, finding.in_time = None, False
    settle(finding, "recall", actor=actor, on=on, round=latest.round)


def dispute(finding: Finding, *, actor: Actor, explanation: str, on: date, today: date) -> None:
    """Explain why it is no shortcoming. The clock does not stop. Raises NotAllowed, WrongState, Invalid."""
    check_day(finding, on=on, today=today)
    before = finding.state
    FINDING.apply("dispute", finding, actor=actor)
    finding.disputed_from = before
    settle(finding, "dispute", actor=actor, on=on, note=explanation)
