"""The numbered notice that issues all findings of a visit to the unit at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState, sentence
from inspect_app.core.moves import said
from inspect_app.core.storage import Incoming, Storage
from inspect_app.core.text import one_line
from inspect_app.core.versions import expect
from inspect_app.findings.models import (
    Conclusion,
    CountedFrom,
    Custody,
    Evidence,
    Finding,
    Side,
    State,
)
from inspect_app.findings.services import evidence
from inspect_app.findings.services.history import prepare, settle
from inspect_app.findings.services.recording import hold
from inspect_app.findings.workflow import FINDING
from inspect_app.visits import policy
from inspect_app.visits import services as visits
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.workflow import VISIT
from inspect_app.workdays import queries as workdays
from inspect_app.workdays.policy import Calendar, DeadlineRule, due

CHANGED = Stale(
    "%(name)s vừa cập nhật cuộc kiểm tra này lúc %(time)s. Xem bản mới rồi gửi lại; nội dung đã nhập vẫn còn bên dưới."
)


def expected_deadline(finding: Finding, *, counted_from: date, calendar: Calendar) -> date:
    """The day that the rule gives when counted from this conclusion day: "dự kiến" until it is issued.

    Reads `finding.visit`.
    """
    if finding.fixed_deadline is not None:
        return finding.fixed_deadline
    assert finding.deadline_n is not None
    begun = finding.visit.began_on
    start = begun if finding.counted_from is CountedFrom.VISIT and begun else counted_from
    return due(DeadlineRule(finding.deadline_n, finding.deadline_unit.value), start, calendar)


def conclude(
    visit: Visit,
    *,
    actor: Actor,
    number: str,
    dated_on: date,
    signer: str,
    scan: Sequence[Incoming] = (),
    today: date,
    storage: Storage,
    file_limit: int,
    version: int | None = None,
) -> list[Finding]:
    """Issue the visit's findings; their deadlines are fixed from the notice's day.

    A self-inspection concludes itself: its notice needs no number and no signer. One copied from a sheet that does not
    say who signed it needs no signer.
    A notice typed in later than it was signed may be dated before the day for which the sending of the result counts:
    that day then is the notice's, too (`visits.conclude`).
    Raises NotAllowed, Stale, WrongState, and Invalid when the day is not between the inspection and today, a deadline
    would not be after it, or there is nothing to issue.
    """
    hold(visit)
    VISIT.check("conclude", visit, actor=actor)
    expect(visit, version, CHANGED)
    number, signer = one_line(number), one_line(signer)
    if not visit.is_self_inspection:
        said(number, sentence("Nhập số thông báo kết luận"), "number")
        if actor.copies is None:
            said(signer, sentence("Nhập người ký thông báo kết luận"), "signer")
    if dated_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="dated_on")
    if visit.began_on is not None and dated_on < visit.began_on:
        raise Invalid(
            "Ngày thông báo kết luận phải từ ngày kiểm tra %(day)s trở đi",
            field="dated_on",
            day=f"{visit.began_on:%d/%m/%Y}",
        )
    findings = list(db.session.scalars(recorded(visit)))
    if not findings:
        raise Invalid("Cuộc kiểm tra chưa ghi hạn chế nào nên không có gì để ban hành", field="number")
    notice = Conclusion(
        visit_id=visit.id,
        number=number,
        dated_on=dated_on,
        signer=signer,
        issued_at=clock.now(),
        issuer_id=actor.person_id,
    )
    db.session.add(notice)
    db.session.flush()
    files = evidence.keep(
        scan,
        side=Side.CONCLUSION,
        visit=visit,
        actor=actor,
        at=notice.issued_at,
        storage=storage,
        limit=file_limit,
    )
    calendar = workdays.calendar()
    for finding in findings:
        issue(finding, notice, calendar=calendar, actor=actor, today=today)
    visits.conclude(
        visit,
        actor=actor,
        on=dated_on,
        today=today,
        number=number,
        signer=signer,
        findings=len(findings),
        files=[file.sha256 for file in files],
    )
    return findings


def attach(
    visit: Visit,
    scan: Sequence[Incoming],
    *,
    actor: Actor,
    today: date,
    storage: Storage,
    file_limit: int,
) -> list[Evidence]:
    """Add the signed notice, scanned, to a conclusion that was issued before; nothing else of it changes.

    A file that hangs there already is passed over. Raises NotAllowed, WrongState, Invalid.
    """
    hold(visit)
    if not policy.may_sign(actor, visit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    if visit.state is not VisitState.CONCLUDED:
        raise WrongState("Chưa có thông báo kết luận nên chưa thêm được bản quét.")
    if not scan:
        raise Invalid("Chọn bản quét thông báo kết luận", field="scan")
    there = set(
        db.session.scalars(
            select(Evidence.sha256).where(Evidence.visit_id == visit.id, Evidence.side == Side.CONCLUSION)
        )
    )
    storing: dict[str, Any] = {"at": clock.now(), "storage": storage, "limit": file_limit}
    kept = evidence.keep(scan, side=Side.CONCLUSION, visit=visit, actor=actor, **storing)
    for file in [file for file in kept if file.sha256 in there]:
        db.session.delete(file)
    added = [file for file in kept if file.sha256 not in there]
    db.session.flush()
    if added:
        audit.record("visit:attach", visit, actor=actor, on=today, files=[file.sha256 for file in added])
    return added


def recorded(visit: Visit) -> Select[Finding]:
    """What the visit's conclusion will issue."""
    return (
        select(Finding)
        .where(Finding.visit_id == visit.id, Finding.state == State.RECORDED)
        .options(
            joinedload(Finding.visit),
            joinedload(Finding.unit),
            joinedload(Finding.responsible_unit),
            joinedload(Finding.latest),
            joinedload(Finding.area),
        )
        .order_by(Finding.id)
    )


def issue(finding: Finding, notice: Conclusion, *, calendar: Calendar, actor: Actor, today: date) -> None:
    """One finding of those that the notice issues. Raises NotAllowed, WrongState, Invalid."""
    on = notice.dated_on
    prepare(finding, "issue", actor=actor, on=on, today=today, version=None)
    deadline = expected_deadline(finding, counted_from=on, calendar=calendar)
    if deadline <= on:
        raise Invalid(
            "Hạn khắc phục của %(code)s phải sau ngày thông báo kết luận", field="dated_on", code=finding.code
        )
    finding.issued_on = on
    finding.baseline = finding.deadline = deadline
    FINDING.apply("issue", finding, actor=actor)
    db.session.add(Custody(finding_id=finding.id, unit_id=finding.responsible_unit_id, since=on))
    settle(finding, "issue", actor=actor, on=on, number=notice.number, conclusion=notice.id)
