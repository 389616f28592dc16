"""The numbered notice that issues all findings of a visit to the unit at once."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed
from inspect_app.core.storage import Storage
from inspect_app.findings import policy
from inspect_app.findings.models import (
    Conclusion,
    CountedFrom,
    Custody,
    DeadlineUnit,
    Finding,
    Side,
    State,
)
from inspect_app.findings.services import evidence
from inspect_app.findings.services.evidence import Incoming
from inspect_app.findings.services.history import check_day, settle
from inspect_app.findings.workflow import FINDING
from inspect_app.visits import services as visits
from inspect_app.visits.models import Visit
from inspect_app.workdays import queries as workdays
from inspect_app.workdays.policy import Calendar, DeadlineRule, due


def expected_deadline(finding: Finding, *, counted_from: date, calendar: Calendar) -> date:
    """The day that the rule gives when counted from this conclusion day: "dự kiến" until it is issued."""
    if finding.fixed_deadline is not None:
        return finding.fixed_deadline
    begun = finding.visit.began_on
    start = begun if finding.counted_from is CountedFrom.VISIT and begun else counted_from
    unit = "working_day" if finding.deadline_unit is DeadlineUnit.WORKING_DAY else "day"
    return due(DeadlineRule(finding.deadline_n or 1, unit), start, calendar)


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
) -> list[Finding]:
    """Issue the visit's findings; their deadlines are fixed from the notice's day.

    Raises NotAllowed, WrongState, and Invalid when the day is not between the visit and today or there is
    nothing to issue.
    """
    if not policy.may_issue(actor, visit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    visits.require_open(visit)
    if visit.began_on and dated_on < visit.began_on:
        raise Invalid(
            "Ngày thông báo kết luận phải từ ngày kiểm tra %(day)s trở đi",
            field="dated_on",
            day=f"{visit.began_on:%d/%m/%Y}",
        )
    if dated_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="dated_on")
    findings = list(
        db.session.scalars(
            select(Finding)
            .where(Finding.visit_id == visit.id, Finding.state == State.RECORDED)
            .options(joinedload(Finding.visit).joinedload(Visit.unit))
            .order_by(Finding.id)
        )
    )
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
        at=clock.now(),
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


def _issue(finding: Finding, notice: Conclusion, *, calendar: Calendar, actor: Actor, today: date) -> None:
    on = notice.dated_on
    check_day(finding, on=on, today=today)
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
