"""A visit that was copied from a sheet is copied anew from a better one."""

from datetime import date
from typing import Any

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.errors import Invalid, WrongState
from inspect_app.core.loading import load
from inspect_app.visits import policy
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.services.steps import allow, ready, said, told


def retell(
    visit: Visit,
    *,
    began_on: date,
    reported_on: date,
    ended_on: date,
    actor: Actor,
    today: date,
    **payload: Any,
) -> None:
    """Its days as the sheet has them now; the log keeps what they were. Raises NotAllowed, WrongState, Invalid."""
    ready(visit)
    allow(policy.may_copy(actor, visit))
    if visit.state not in (VisitState.CONCLUDED, VisitState.CLOSED):
        raise WrongState("Cuộc kiểm tra này chưa kết thúc nên không nhập lại từ bảng tính được.")
    if not began_on <= reported_on <= ended_on <= today:
        raise Invalid("Các ngày của cuộc kiểm tra phải theo thứ tự và không sau hôm nay", field="visit_day")
    load(visit, "target")
    if visit.target is not None and began_on < visit.target.since:
        raise Invalid("Nhập ngày từ %(first)s trở đi", field="visit_day", first=said(visit.target.since))
    before = {"began_on": visit.began_on, "reported_on": visit.reported_on, "ended_on": visit.ended_on}
    visit.began_on = visit.day = began_on
    visit.reported_on, visit.ended_on = reported_on, ended_on
    first = min(visit.arranged_on, began_on)
    visit.arranged_on = first
    if visit.target is not None:
        visit.target.begun_on = began_on
    days = {"reported_on": reported_on, "ended_on": ended_on}
    audit.record("visit:retell", visit, actor=actor, on=first, **told(visit), **days, **payload, before=before)
