"""What every change of a visit goes through, and what its event says."""

import re
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale
from inspect_app.core.loading import load
from inspect_app.core.text import clean, one_line
from inspect_app.core.versions import expect
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.units.models import Unit
from inspect_app.visits.models import Entry, Manner, Scope, Visit

TIMES = ("planned_at", "began_at", "ended_at")
LINES = ("place", "theme")
WRITTEN = (
    *("planned_at", "place", "present", "opinion", "remark", "scope", "theme", "manner", "trigger"),
    *("began_at", "ended_at", "strengths", "causes", "basis", "proposals"),
)
"""What is typed about a visit beside its days and what it found."""
_TIME = re.compile(r"(\d{1,2})\s*[:hg.]\s*(\d{2})?", re.ASCII | re.IGNORECASE)


def ready(visit: Visit) -> None:
    load(visit, "plan", "unit")
    load(visit.plan, "issuing_unit")


def made(plan: Plan, unit: Unit, target: Target | None, **facts: Any) -> Visit:
    """A visit to the unit, called as it is called today; nothing is kept yet."""
    return Visit(
        plan=plan,
        plan_id=plan.id,
        target=target,
        target_id=target.id if target else None,
        unit=unit,
        unit_id=unit.id,
        unit_name=unit.name,
        entry=Entry.MISSING,
        created_at=clock.now(),
        **facts,
    )


def keep(visit: Visit) -> None:
    db.session.add(visit)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Stale("Người khác vừa lập cuộc kiểm tra ở đơn vị này. Xem bản mới rồi làm tiếp.") from error


def noted(**texts: str | None) -> dict[str, str]:
    """The texts of a visit, cleaned; what is not given is left out. Raises Invalid for a time that is none."""
    return {name: _noted(name, text) for name, text in texts.items() if text is not None}


def _noted(name: str, typed: str) -> str:
    if name in TIMES:
        return time_of_day(one_line(typed), name)
    return one_line(typed) if name in LINES else clean(typed)


def circumstances(plan: Plan, *, scope: Scope, theme: str, manner: Manner, trigger: str) -> dict[str, Any]:
    """How the visit is made and why, as it is kept. Raises Invalid for a theme or a trigger that is missing.

    Only a thematic visit has a theme, only one under a surprise plan a trigger.
    """
    theme = one_line(theme) if scope is Scope.THEMATIC else ""
    trigger = clean(trigger) if plan.kind is PlanKind.SURPRISE else ""
    if scope is Scope.THEMATIC and not theme:
        raise Invalid("Nhập chuyên đề kiểm tra", field="theme")
    if plan.kind is PlanKind.SURPRISE and not trigger:
        raise Invalid("Nhập lý do kiểm tra đột xuất", field="trigger")
    return {"scope": scope, "theme": theme, "manner": manner, "trigger": trigger}


def time_of_day(typed: str, field: str) -> str:
    """`08:30` for 8:30, 8h30, 8g30, 8h; nothing for nothing. Raises Invalid."""
    if not typed:
        return ""
    match = _TIME.fullmatch(typed)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (24, 0)
    if hour > 23 or minute > 59:
        raise Invalid("Nhập giờ theo dạng giờ:phút, ví dụ 08:30", field=field)
    return f"{hour:02d}:{minute:02d}"


def told(visit: Visit) -> dict[str, Any]:
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
        "follow_up": visit.follow_up,
    }


def written(visit: Visit) -> dict[str, Any]:
    return {name: getattr(visit, name) for name in WRITTEN}


def day_of(visit: Visit, on: date | None, today: date, field: str = "on") -> date:
    """The day a move counts for. Raises Invalid for one still to come or before the previous move."""
    on = on or today
    if on > today:
        raise Invalid("Nhập ngày không muộn hơn %(last)s", field=field, last=said(today))
    if on < visit.moved_on:
        raise Invalid("Nhập ngày từ %(first)s trở đi", field=field, first=said(visit.moved_on))
    return on


def expect_version(visit: Visit, version: int | None) -> None:
    expect(
        visit,
        version,
        Stale(
            "%(name)s vừa cập nhật cuộc kiểm tra này lúc %(time)s. Xem bản mới rồi gửi lại; "
            "nội dung đã nhập vẫn còn bên dưới."
        ),
    )


def allow(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")


def said(day: date) -> str:
    return f"{day:%d/%m/%Y}"
