"""What every change of a visit goes through, and what its event says."""

import re
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale
from inspect_app.core.loading import load
from inspect_app.core.text import clean, one_line
from inspect_app.core.versions import expect
from inspect_app.visits.models import Visit

_TIME = re.compile(r"(\d{1,2})\s*[:hg.]\s*(\d{2})?", re.ASCII | re.IGNORECASE)


def ready(visit: Visit) -> None:
    load(visit, "plan", "unit")
    load(visit.plan, "issuing_unit")


def keep(visit: Visit) -> None:
    db.session.add(visit)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Stale("Người khác vừa lập cuộc kiểm tra ở đơn vị này. Xem bản mới rồi làm tiếp.") from error


def noted(*, planned_at: str | None = None, place: str | None = None, **texts: str) -> dict[str, str]:
    """The texts of a visit, cleaned; what is not given is left out. Raises Invalid for a time that is none."""
    written = {name: clean(value) for name, value in texts.items()}
    if planned_at is not None:
        written["planned_at"] = time_of_day(one_line(planned_at), "planned_at")
    if place is not None:
        written["place"] = one_line(place)
    return written


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
    }


def written(visit: Visit) -> dict[str, Any]:
    return {
        "planned_at": visit.planned_at,
        "place": visit.place,
        "present": visit.present,
        "opinion": visit.opinion,
        "remark": visit.remark,
    }


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
