"""Changing visits. One verb per function; each checks, logs itself, and never commits.

`today` is the day of the act, `on` the day it counts for: the same unless it comes from paper or is entered as
history. `on` is never later than `today` and never before the visit's previous move.
"""

import re
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.loading import load
from inspect_app.core.text import clean, one_line
from inspect_app.core.versions import expect
from inspect_app.plans.models import Plan, PlanKind, Target, Team
from inspect_app.units.models import Unit
from inspect_app.visits import policy, queries
from inspect_app.visits.models import Entry, Visit, VisitState
from inspect_app.visits.workflow import VISIT

_TIME = re.compile(r"(\d{1,2})\s*[:hg.]\s*(\d{2})?", re.ASCII | re.IGNORECASE)


def plan_visit(
    target: Target,
    *,
    actor: Actor,
    today: date,
    planned_on: date | None = None,
    planned_at: str = "",
    began_on: date | None = None,
    team: Team | None = None,
    place: str = "",
    present: str = "",
    on: date | None = None,
) -> Visit:
    """Put a visit to the target's unit on the calendar, or log one that took place on `began_on`.

    `team` is needed where the target names none. Raises NotAllowed, Invalid, WrongState, Stale.
    """
    load(target, "plan", "unit")
    plan = target.plan
    load(plan, "issuing_unit")
    if plan.kind is PlanKind.SELF:
        raise WrongState("Kế hoạch tự kiểm tra do đơn vị tự ghi kết quả.")
    _allow(policy.may_plan(actor, target))
    if target.removed_on is not None:
        raise WrongState("Đơn vị này đã được đưa ra khỏi kế hoạch.")
    if queries.visited(target):
        raise WrongState("Đơn vị này đã có cuộc kiểm tra trong kế hoạch.")
    if planned_on is None and began_on is None:
        raise Invalid("Nhập ngày kiểm tra", field="planned_on")
    arranged_on = _arranged(on, began_on, today)
    visit = Visit(
        plan=plan,
        plan_id=plan.id,
        target=target,
        target_id=target.id,
        unit=target.unit,
        unit_id=target.unit_id,
        unit_name=target.unit.name,
        team_id=_team_for(target, team, actor),
        state=VisitState.PLANNED,
        entry=Entry.MISSING,
        arranged_on=arranged_on,
        planned_on=planned_on,
        day=began_on or planned_on,
        created_at=clock.now(),
        **_noted(planned_at=planned_at, place=place, present=present),
    )
    _keep(visit)
    audit.record("visit:plan", visit, actor=actor, on=arranged_on, **_told(visit))
    if began_on is not None:
        begin(visit, actor=actor, today=today, on=began_on)
    return visit


def begin(visit: Visit, *, actor: Actor, today: date, on: date | None = None) -> None:
    """The inspection began on `on`, the day of the visit. Raises NotAllowed, WrongState, Invalid."""
    _ready(visit)
    VISIT.check("begin", visit, actor=actor)
    on = _day(visit, on, today, field="began_on")
    VISIT.apply("begin", visit, actor=actor)
    visit.began_on = visit.day = on
    load(visit, "target")
    if visit.target is not None:
        visit.target.begun_on = on
    audit.record("visit:begin", visit, actor=actor, on=on, **_told(visit))


def note(
    visit: Visit,
    *,
    actor: Actor,
    today: date,
    version: int | None = None,
    began_on: date | None = None,
    entry: Entry | None = None,
    planned_on: date | None = None,
    on: date | None = None,
    **facts: str,
) -> None:
    """Write down place, present, opinion, remark, planned_at, planned_on, entry; what is not given stays.

    Typing `began_on` begins a planned visit; of one that has begun it corrects the day, until it is reported.
    Raises NotAllowed, WrongState, Stale, Invalid.
    """
    _ready(visit)
    planned = visit.state is VisitState.PLANNED
    _allow(policy.may_record(actor, visit) or policy.may_reschedule(actor, visit))
    _expect(visit, version)
    if not planned and visit.state is not VisitState.BEGUN:
        raise WrongState("Kết quả đã gửi nên không sửa được nội dung cuộc kiểm tra nữa.")
    if planned and began_on is not None:
        begin(visit, actor=actor, today=today, on=began_on)
    before = {**_told(visit), **_written(visit)}
    for name, value in _noted(**facts).items():
        setattr(visit, name, value)
    if entry is not None:
        visit.entry = entry
    if visit.state is VisitState.PLANNED and planned_on is not None:
        visit.planned_on = visit.day = planned_on
    elif began_on is not None and began_on != visit.began_on:
        _correct_the_day(visit, began_on, today)
    after = {**_told(visit), **_written(visit)}
    if after != before:
        was = {name: before[name] for name in before if before[name] != after[name]}
        audit.record("visit:note", visit, actor=actor, on=_day(visit, on, today), **after, before=was)


def _correct_the_day(visit: Visit, began_on: date, today: date) -> None:
    if began_on > today:
        raise Invalid("Nhập ngày không muộn hơn %(last)s", field="began_on", last=_said(today))
    if began_on < visit.arranged_on:
        raise Invalid("Nhập ngày từ %(first)s trở đi", field="began_on", first=_said(visit.arranged_on))
    visit.began_on = visit.day = began_on
    load(visit, "target")
    if visit.target is not None:
        visit.target.begun_on = began_on


def report(
    visit: Visit, *, entry: Entry, actor: Actor, today: date, on: date | None = None, version: int | None = None
) -> None:
    """Gửi kết quả: the team is done writing. Raises NotAllowed, WrongState, Stale, Invalid."""
    _ready(visit)
    VISIT.check("report", visit, actor=actor)
    _expect(visit, version)
    on = _day(visit, on, today)
    VISIT.apply("report", visit, actor=actor)
    visit.entry, visit.reported_on = entry, on
    audit.record("visit:report", visit, actor=actor, on=on, **_told(visit), **_written(visit))


def conclude(visit: Visit, *, actor: Actor, today: date, on: date | None = None, **payload: Any) -> None:
    """The visit's part in issuing a conclusion dated `on`; `payload` is what the notice adds to the event.

    Raises NotAllowed, WrongState, and Invalid for `dated_on`.
    """
    _ready(visit)
    _end(visit, "conclude", actor=actor, on=_day(visit, on, today, field="dated_on"), **payload)


def close(visit: Visit, *, actor: Actor, today: date, on: date | None = None) -> None:
    """End a visit that found nothing. Raises NotAllowed, WrongState, Invalid."""
    _ready(visit)
    if visit.entry is not Entry.NONE_FOUND:
        raise WrongState("Chỉ kết thúc cuộc kiểm tra mà không ban hành kết luận khi đã ghi là không có hạn chế.")
    _end(visit, "close", actor=actor, on=_day(visit, on, today))


def cancel(
    visit: Visit,
    *,
    reason: str,
    actor: Actor,
    today: date,
    on: date | None = None,
    version: int | None = None,
) -> None:
    """The visit does not count. A surprise target that it had uncovered is under the embargo again.

    Raises NotAllowed, WrongState, Stale, Invalid.
    """
    _ready(visit)
    VISIT.check("cancel", visit, actor=actor)
    _expect(visit, version)
    reason = clean(reason)
    if not reason:
        raise Invalid("Nhập lý do hủy cuộc kiểm tra", field="reason")
    visit.ended_why = reason
    load(visit, "target")
    if visit.target is not None:
        visit.target.begun_on = None
    _end(visit, "cancel", actor=actor, on=_day(visit, on, today), reason=reason)


def _end(visit: Visit, move: str, *, actor: Actor, on: date, **payload: Any) -> None:
    VISIT.apply(move, visit, actor=actor)
    visit.ended_on = on
    audit.record(f"visit:{move}", visit, actor=actor, on=on, **_told(visit), **payload)


def log_self_inspection(
    plan: Plan,
    unit: Unit,
    *,
    began_on: date,
    entry: Entry,
    actor: Actor,
    today: date,
    present: str = "",
    remark: str = "",
    on: date | None = None,
) -> Visit:
    """A unit inspected itself. `on` is the day the result counts from, today unless it is history.

    With nothing found it is closed at once; with no figures entered it is concluded and says so; with findings it
    stays begun until its officer has written them down. Raises NotAllowed, WrongState, Invalid.
    """
    load(plan, "issuing_unit")
    _allow(policy.may_log_self_inspection(actor, plan, unit))
    if plan.kind is not PlanKind.SELF:
        raise WrongState("Kế hoạch này không phải là kế hoạch tự kiểm tra.")
    if began_on > today:
        raise Invalid("Nhập ngày không muộn hơn %(last)s", field="began_on", last=_said(today))
    target = queries.unvisited_target(plan, unit)
    visit = Visit(
        plan=plan,
        plan_id=plan.id,
        target=target,
        target_id=target.id if target else None,
        unit=unit,
        unit_id=unit.id,
        unit_name=unit.name,
        team=None,
        team_id=None,
        state=VisitState.BEGUN,
        entry=Entry.MISSING,
        arranged_on=began_on,
        began_on=began_on,
        day=began_on,
        created_at=clock.now(),
        **_noted(present=present, remark=remark),
    )
    if target is not None:
        target.begun_on = began_on
    _keep(visit)
    audit.record("visit:log_self", visit, actor=actor, on=began_on, **_told(visit))
    if entry is not Entry.FOUND:
        on = _day(visit, on, today)
        report(visit, entry=entry, actor=actor, today=today, on=on)
        (close if entry is Entry.NONE_FOUND else conclude)(visit, actor=actor, today=today, on=on)
    return visit


# Shared


def _ready(visit: Visit) -> None:
    load(visit, "plan", "unit")
    load(visit.plan, "issuing_unit")


def _keep(visit: Visit) -> None:
    db.session.add(visit)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Stale("Người khác vừa lập cuộc kiểm tra ở đơn vị này. Xem bản mới rồi làm tiếp.") from error


def _team_for(target: Target, team: Team | None, actor: Actor) -> int:
    """The target's own team, or the one given for a target without."""
    if target.team_id is not None:
        return target.team_id
    if team is None or team.plan_id != target.plan_id:
        raise Invalid("Chọn một đoàn của kế hoạch này", field="team")
    if not (actor.sits_on(team.id) or actor.reviews(target.plan.issuing_unit)):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    return team.id


def _noted(*, planned_at: str | None = None, place: str | None = None, **texts: str) -> dict[str, str]:
    """The texts of a visit, cleaned; what is not given is left out. Raises Invalid for a time that is none."""
    written = {name: clean(value) for name, value in texts.items()}
    if planned_at is not None:
        written["planned_at"] = _time(one_line(planned_at))
    if place is not None:
        written["place"] = one_line(place)
    return written


def _time(typed: str) -> str:
    """`08:30` for 8:30, 8h30, 8g30, 8h; nothing for nothing. Raises Invalid."""
    if not typed:
        return ""
    match = _TIME.fullmatch(typed)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (24, 0)
    if hour > 23 or minute > 59:
        raise Invalid("Nhập giờ theo dạng giờ:phút, ví dụ 08:30", field="planned_at")
    return f"{hour:02d}:{minute:02d}"


def _told(visit: Visit) -> dict[str, Any]:
    """What every event says, so that any figure can be recounted from the log."""
    return {
        "plan": visit.plan_id,
        "target": visit.target_id,
        "unit": visit.unit_id,
        "team": visit.team_id,
        "state": visit.state,
        "entry": visit.entry,
        "planned_on": visit.planned_on,
        "began_on": visit.began_on,
    }


def _written(visit: Visit) -> dict[str, Any]:
    return {
        "planned_at": visit.planned_at,
        "place": visit.place,
        "present": visit.present,
        "opinion": visit.opinion,
        "remark": visit.remark,
    }


def _arranged(on: date | None, began_on: date | None, today: date) -> date:
    """The day from which a new visit is on the calendar: no later than it began."""
    for field, day in (("on", on), ("began_on", began_on)):
        if day is not None and day > today:
            raise Invalid("Nhập ngày không muộn hơn %(last)s", field=field, last=_said(today))
    return min(day for day in (on, began_on, today) if day is not None)


def _day(visit: Visit, on: date | None, today: date, field: str = "on") -> date:
    """The day a move counts for. Raises Invalid for one still to come or before the previous move."""
    on = on or today
    if on > today:
        raise Invalid("Nhập ngày không muộn hơn %(last)s", field=field, last=_said(today))
    if on < visit.moved_on:
        raise Invalid("Nhập ngày từ %(first)s trở đi", field=field, first=_said(visit.moved_on))
    return on


def _expect(visit: Visit, version: int | None) -> None:
    expect(
        visit,
        version,
        Stale(
            "%(name)s vừa cập nhật cuộc kiểm tra này lúc %(time)s. Xem bản mới rồi gửi lại; "
            "nội dung đã nhập vẫn còn bên dưới."
        ),
    )


def _allow(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")


def _said(day: date) -> str:
    return f"{day:%d/%m/%Y}"
