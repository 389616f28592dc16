"""What the responsible unit does about a finding."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select, update

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, WrongState, sentence
from inspect_app.core.moves import said
from inspect_app.core.storage import Incoming, Storage
from inspect_app.core.text import one_line
from inspect_app.findings.models import Evidence, Finding, Side, State, Submission, Verdict
from inspect_app.findings.services import evidence
from inspect_app.findings.services.history import prepare, ready, settle
from inspect_app.findings.services.undertaking import entrust, undertake
from inspect_app.findings.workflow import FINDING

ALREADY_OPENED = sentence("Đoàn kiểm tra đã mở xem nên không rút lại được nữa. Chờ kết quả xác nhận.")


def start(
    finding: Finding,
    *,
    actor: Actor,
    undertaking: str,
    by: date | None,
    doer: str = "",
    assignee_id: int | None = None,
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """Take the finding on, saying what will be done, by whom and by when, and which officer sees to it.

    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    prepare(finding, "start", actor=actor, on=on, today=today, version=version)
    undertake(finding, undertaking=undertaking, by=by, doer=doer, on=on)
    FINDING.apply("start", finding, actor=actor)
    settle(finding, "start", actor=actor, on=on, undertaking=finding.undertaking, by=by, doer=finding.doer)
    entrust(finding, assignee_id, actor=actor, on=on, today=today)


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
    by: str = "",
    version: int | None = None,
) -> Submission:
    """Claim that it is put right, with at least one file that no verifier was shown for this finding before.

    What is copied from a sheet was claimed `by` somebody else, and comes without files.
    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    prepare(finding, "submit", actor=actor, on=on, today=today, version=version)
    statement = said(statement, sentence("Nhập việc đơn vị đã làm"), "statement")
    if letter_on is not None and letter_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="letter_on")
    copied = actor.copies is not None
    if not files and not copied:
        raise Invalid("Đính kèm ít nhất một ảnh hoặc văn bản chứng minh", field="files")
    assert finding.deadline is not None
    shown = _shown_before(finding)
    FINDING.apply("submit", finding, actor=actor)
    finding.rounds += 1
    finding.submitted_on, finding.in_time = on, on <= finding.deadline
    submission = Submission(
        finding_id=finding.id,
        round=finding.rounds,
        statement=statement,
        letter_number=one_line(letter_number),
        letter_on=letter_on,
        sender_id=None if copied else actor.person_id,
        sender_name=one_line(by) if copied else actor.name,
        sent_on=on,
        sent_at=clock.now(),
        deadline_then=finding.deadline,
    )
    db.session.add(submission)
    db.session.flush()
    kept = evidence.keep(
        files,
        side=Side.REMEDY,
        finding=finding,
        submission=submission,
        actor=actor,
        at=submission.sent_at,
        storage=storage,
        limit=file_limit,
    )
    if kept and all(shown.intersection(file.hashes) for file in kept):
        raise Invalid("Các tệp này đã gửi lần trước. Đính kèm ít nhất một ảnh hoặc văn bản mới", field="files")
    db.session.expire(finding, ["latest"])
    settle(
        finding,
        "submit",
        actor=actor,
        on=on,
        round=submission.round,
        statement=statement,
        files=[file.sha256 for file in kept],
        letter=submission.letter_number,
    )
    return submission


def _shown_before(finding: Finding) -> set[str]:
    """Hashes of what earlier submissions showed, as it came and as it is stored.

    What was recalled unopened was shown to nobody.
    """
    earlier = (
        select(Evidence)
        .join(Submission, Submission.id == Evidence.submission_id)
        .where(
            Evidence.finding_id == finding.id,
            or_(Submission.verdict.is_(None), Submission.verdict != Verdict.RECALLED),
        )
    )
    return {sha256 for file in db.session.scalars(earlier) for sha256 in file.hashes}


def recall(finding: Finding, *, actor: Actor, on: date, today: date, version: int | None = None) -> None:
    """Take the claim back while nobody has looked at it. Raises NotAllowed, Stale, WrongState, Invalid."""
    ready(finding)
    latest = finding.latest
    waiting = finding.state is State.SUBMITTED and latest is not None and latest.sender_id == actor.person_id
    if waiting and latest is not None and latest.opened_at is not None:
        raise WrongState(ALREADY_OPENED)
    prepare(finding, "recall", actor=actor, on=on, today=today, version=version)
    assert latest is not None
    taken_back = db.session.scalar(
        update(Submission)
        .where(Submission.id == latest.id, Submission.opened_at.is_(None), Submission.verdict.is_(None))
        .values(
            verdict=Verdict.RECALLED,
            judge_id=actor.person_id,
            judge_name=actor.name,
            judged_on=on,
            judged_at=clock.now(),
        )
        .returning(Submission.id)
    )
    if taken_back is None:  # a verifier opened it while this was under way
        raise WrongState(ALREADY_OPENED)
    FINDING.apply("recall", finding, actor=actor)
    finding.submitted_on, finding.in_time = None, False
    settle(finding, "recall", actor=actor, on=on, round=latest.round)


def dispute(
    finding: Finding, *, actor: Actor, explanation: str, on: date, today: date, version: int | None = None
) -> None:
    """Explain why it is no shortcoming. The clock does not stop. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(finding, "dispute", actor=actor, on=on, today=today, version=version)
    explanation = said(explanation, sentence("Nhập nội dung giải trình"), "explanation")
    before = finding.state
    FINDING.apply("dispute", finding, actor=actor)
    finding.disputed_from = before
    settle(finding, "dispute", actor=actor, on=on, note=explanation)
