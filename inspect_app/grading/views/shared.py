"""What the pages of the index have in common."""

from datetime import date

from flask import Blueprint, abort
from flask_babel import lazy_gettext as _l

from inspect_app.core import clock
from inspect_app.core.errors import NotAllowed
from inspect_app.grading import policy, queries
from inspect_app.grading.forms import points
from inspect_app.reports.queries import Day
from inspect_app.web.access import actor
from inspect_app.web.asked import Asked
from inspect_app.web.fields import FIRST_YEAR

bp = Blueprint("grading", __name__, url_prefix="/grading")
bp.add_app_template_filter(points, "points")

READERS = queries.READERS


def known_year(year: int) -> int:
    """404 for a year that has not begun or that nobody keeps."""
    return year if FIRST_YEAR <= year <= clock.today().year else abort(404)


def only_writers() -> None:
    if not policy.may_write(actor()):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")


def asked_day(asked: Asked, year: int) -> Day:
    """The day of `?as_of=`, today without one; a day that cannot be shown is a problem of the page."""
    today = clock.today()
    day = asked.day("as_of")
    if day is not None and (day > today or day < date(year - 1, 12, 15)):
        asked.said.pop("as_of")
        asked.problems.append(str(_OUTSIDE if day <= today else _AHEAD))
        day = None
    return Day(day or today, today)


_AHEAD = _l("Ngày này chưa đến, nhập ngày không sau hôm nay")
_OUTSIDE = _l("Nhập ngày từ khi năm báo cáo bắt đầu (15/12 năm trước)")
