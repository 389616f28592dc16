"""The numbered notice that issues all findings of a visit to the unit at once."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, Stale, sentence
from inspect_app.core.storage import Incoming, Storage
from inspect_app.core.text import one_line
from inspect_app.core.versions import expect
from inspect_app.findings.models import (
    Conclusion,
    CountedFrom,
    Custody,
    Finding,
    Side,
    State,
)
from inspect_app.findings.services import evidence
from inspect_app.findings.services.history import prepare, said, settle
from inspect_app.findings.services.recording import hold
from inspect_app.findings.workflow import FINDING
from inspect_app.visits import services as visits
from inspect_app.visits.models import Visit
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

    A self-inspection concludes itself: its notice needs no number and no signer.
    Raises NotAllowed, Stale, WrongState, and Invalid when the day is not between the visit's report and today, a
    deadline would not be after it, or there is nothing to issue.
    """
    hold(visit)
    VISIT.check("conclude", visit, actor=actor)
    expect(visit, version, CHANGED)
    number, signer = one_line(number), one_line(signer)
    if not visit.is_self_inspection:
        said(number, sentence("Nhập số thông báo kết luận"), "number")
        said(signer, sentence("Nhập người ký thông báo kết luận"), "signer")
    if dated_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="dated_on")
    if dated_on < visit.moved_on:
        raise Invalid(
            "Ngày thông báo kết luận phải từ ngày gửi kết quả %(day)s trở đi",
            field="dated_on",
            day=f"{visit.moved_on:%d/%m/%Y}",
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
        _issue(finding, notice, calendar=calendar, actor=actor, today=today)
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


def _issue(finding: Finding, notice: Conclusion, *, calendar: Calendar, actor: Actor, today: date) -> None:
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
