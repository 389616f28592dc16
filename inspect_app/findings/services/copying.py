"""What is copied from a sheet in which others kept account before: found later in it, or copied anew from a better one.

Everything else about it goes through the services that people use, with an actor who copies (`Actor.copies`).
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, WrongState
from inspect_app.core.text import one_line
from inspect_app.findings.models import Amendment, Conclusion, Custody, Finding, Submission
from inspect_app.findings.services.conclusion import issue
from inspect_app.findings.services.history import prepare, ready, settle, unsettle
from inspect_app.findings.services.recording import Particulars, check, hold, told_of, write
from inspect_app.findings.workflow import FINDING
from inspect_app.visits import policy
from inspect_app.visits import services as visits
from inspect_app.visits.models import Visit
from inspect_app.workdays import queries as workdays


def issue_copied(visit: Visit, findings: Collection[Finding], *, actor: Actor, today: date) -> None:
    """Issue with the visit's conclusion what was recorded after it. Raises NotAllowed, WrongState, Invalid."""
    hold(visit)
    notice, calendar = _notice_of(visit, actor), workdays.calendar()
    for finding in findings:
        issue(finding, notice, calendar=calendar, actor=actor, today=today)


def retell_visit(
    visit: Visit,
    *,
    began_on: date,
    reported_on: date,
    ended_on: date,
    number: str,
    signer: str,
    actor: Actor,
    today: date,
) -> None:
    """Copy the days of a visit anew, and its notice where it has one; `ended_on` is the notice's day.

    Its findings are to be retold next, all of them. Raises NotAllowed, WrongState, Invalid.
    """
    hold(visit)
    notice = db.session.scalars(select(Conclusion).where(Conclusion.visit_id == visit.id)).one_or_none()
    told: dict[str, Any] = {}
    if notice is not None:
        if db.session.scalar(select(Amendment.id).where(Amendment.conclusion_id == notice.id).limit(1)):
            raise WrongState("Thông báo kết luận này đã có đính chính nên không nhập lại từ bảng tính được nữa.")
        before = {"number": notice.number, "signer": notice.signer}
        notice.number, notice.dated_on, notice.signer = one_line(number), ended_on, one_line(signer)
        told = {"number": notice.number, "signer": notice.signer, "notice_before": before}
    told |= {"began_on": began_on, "reported_on": reported_on, "ended_on": ended_on}
    visits.retell(visit, actor=actor, today=today, **told)


def retell(finding: Finding, particulars: Particulars, *, actor: Actor, today: date) -> None:
    """Copy the finding anew: as it was recorded and issued, all that came after is for the caller to tell again.

    The log keeps what was told before; the days it was told for are told by this from now on.
    Raises NotAllowed, WrongState, Invalid.
    """
    ready(finding)
    hold(finding.visit)
    visit = finding.visit
    notice = _notice_of(visit, actor)
    prepare(finding, "retell", actor=actor, on=finding.moved_on, today=today, version=None)
    check(particulars, visit)
    assert visit.began_on is not None
    before = {"area_code": finding.area_code, "state": finding.state, "resolved_on": finding.resolved_on}
    before |= {"submitted_on": finding.submitted_on, "issued_on": finding.issued_on, **told_of(finding)}
    FINDING.apply("retell", finding, actor=actor)
    first = min(finding.recorded_on, visit.began_on)
    finding.issued_on = finding.baseline = finding.deadline = finding.resolved_on = finding.submitted_on = None
    finding.days_late = finding.days_taken = finding.undertaking_by = None
    finding.in_time, finding.rounds, finding.undertaking = False, 0, ""
    finding.recorded_on = visit.began_on
    write(finding, particulars)
    db.session.flush()
    taken_back = unsettle(finding)
    for told in (Submission, Custody):
        db.session.execute(delete(told).where(told.finding_id == finding.id))
    db.session.expire(finding, ["latest"])
    noted = settle(finding, "retell", actor=actor, on=first, **told_of(finding), before=before)
    noted.changes += taken_back
    issue(finding, notice, calendar=workdays.calendar(), actor=actor, today=today)


def _notice_of(visit: Visit, actor: Actor) -> Conclusion:
    if not policy.may_copy(actor, visit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    notice = db.session.scalars(select(Conclusion).where(Conclusion.visit_id == visit.id)).one_or_none()
    if notice is None:
        raise WrongState("Chưa có thông báo kết luận nên chưa giao hạn chế cho đơn vị được.")
    return notice
