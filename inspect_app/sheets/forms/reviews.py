"""A review of access as a spreadsheet: its report, to be signed and filed."""

from datetime import date
from typing import Any

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from inspect_app.accounts.forms import REVIEWED_BY_UNIT, ROLES
from inspect_app.accounts.models import AccessReview, Decision
from inspect_app.accounts.queries import reviews as queries
from inspect_app.core.actor import Actor, Role
from inspect_app.core.clock import HANOI
from inspect_app.sheets.forms import words as w
from inspect_app.sheets.queries.rows import Kind, Listing, Table, Value
from inspect_app.web.asked import Asked
from inspect_app.web.formats import date as shown_day
from inspect_app.web.lookup import one_or_404

DECISIONS = {Decision.KEEP: _l("Giữ"), Decision.END: _l("Thu hồi")}


def _review(args: MultiDict[str, str], actor: Actor, today: date) -> Table:
    review_id = Asked(args).id("review_id")
    if review_id is None:
        abort(404)
    review: AccessReview = one_or_404(queries.visible_to(actor).where(AccessReview.id == review_id))
    only_open = args.get("left") == "open"
    opened, closed = review.opened_at.astimezone(HANOI).date(), review.closed_at
    about = [(str(_("Mở ngày")), shown_day(opened))]
    if closed:
        about.append((str(_("Kết thúc")), shown_day(closed.astimezone(HANOI).date())))
        about.append((str(_("Kết quả rà soát")), review.note))
    if only_open:
        about.append((str(_("Chưa quyết định")), w.is_so("1")))

    def last(row: Any, _beside: Any) -> Value:
        return row.signed_in_at.astimezone(HANOI).date() if row.signed_in_at else None

    return Table(
        columns=(
            w.column(str(_("Đơn vị")), 32, "unit"),
            w.column(str(_("Họ và tên")), 28, "name"),
            w.column(str(_("Tên đăng nhập")), 18, "username"),
            w.column(str(_("Chức vụ")), 26, "title"),
            w.coded(str(_("Vai trò")), 20, "role", w.spelt(ROLES)),
            w.day(str(_("Từ ngày")), "since"),
            w.day(str(_("Đến hết ngày")), "until"),
            w.column(str(_("Người phân quyền")), 28, "giver"),
            w.computed(str(_("Đăng nhập gần nhất")), Kind.DAY, 12, last),
            w.yes(str(_("Xác thực hai bước")), 12, "second_factor"),
            w.coded(str(_("Quyết định")), 14, "decision", w.spelt(DECISIONS)),
        ),
        rows=queries.lines(review, only_open=only_open),
        order=w.order(REVIEWED_BY_UNIT),
        about=about,
    )


REVIEW = Listing(
    "reviews",
    _l("Rà soát quyền truy cập"),
    "ra-soat-quyen",
    "reviews.show",
    frozenset({Role.ADMIN}),
    _review,
    place="review_id",
)
