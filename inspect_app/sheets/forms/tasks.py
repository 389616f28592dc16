"""Tasks given to units as a spreadsheet."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.sheets.forms import words as w
from inspect_app.sheets.queries.rows import Kind, Listing, Table, Value
from inspect_app.tasks import queries
from inspect_app.tasks.forms import Wanted, filter_from
from inspect_app.tasks.models import LIVE, Task, TaskPlan
from inspect_app.tasks.queries import Timing
from inspect_app.web.paging import Sort
from inspect_app.web.presentation import TASK_STATES

LABELS = {
    "q": _l("Từ tìm kiếm"),
    "plan": _l("Kế hoạch"),
    "year": _l("Năm"),
    "unit": _l("Đơn vị chủ trì"),
    "alone": _l("Không gồm đơn vị trực thuộc"),
    "joining": _l("Gồm cả nhiệm vụ phối hợp"),
    "state": _l("Trạng thái"),
    "timing": _l("Thời hạn"),
    "counted": _l("Chỉ nhiệm vụ tính vào số liệu"),
    "extended": _l("Đã gia hạn"),
    "asked": _l("Đang đề nghị gia hạn"),
    "mine": _l("Đơn vị tôi chủ trì hoặc tôi giao"),
    "confirm": _l("Chờ tôi xác nhận"),
    "decide": _l("Chờ tôi trả lời gia hạn"),
    "given_from": _l("Giao từ ngày"),
    "given_to": _l("Giao đến ngày"),
    "done_from": _l("Hoàn thành từ ngày"),
    "done_to": _l("Hoàn thành đến ngày"),
    "as_of": _l("Tính đến ngày"),
}
TIMINGS = {
    Timing.LIVE: _l("Chưa xong"),
    Timing.OVERDUE: _l("Chưa xong, quá hạn"),
    Timing.OPEN: _l("Chưa xong, còn hạn"),
    Timing.SOON: _l("Đến hạn trong 7 ngày"),
    Timing.BEFORE: _l("Xong trước hạn"),
    Timing.ON_DAY: _l("Xong đúng hạn"),
    Timing.LATE: _l("Xong muộn"),
    Timing.UNDATED: _l("Xong, không đặt hạn"),
}


def _tasks(args: MultiDict[str, str], actor: Actor, today: date) -> Table:
    wanted = filter_from(args, today=today)
    query, facts = queries.listed(actor, wanted.filter, today=today)
    keys, downwards = queries.sort_keys(wanted.sort, facts)
    day = wanted.filter.as_of or today

    def overdue_for(row: Any, _beside: Any) -> Value:
        late = row.state in LIVE and not row.in_time and row.due_on is not None and row.due_on < day
        return (day - row.due_on).days if late else None

    return Table(
        columns=(
            w.column(str(_("Mã")), 15, "code"),
            w.column(str(_("Nội dung nhiệm vụ")), 60, "text"),
            w.column(str(_("Sản phẩm")), 30, "product"),
            w.column(str(_("Đơn vị chủ trì")), 30, "unit_name"),
            w.coded(str(_("Trạng thái")), 18, "state", w.spelt(TASK_STATES)),
            w.day(str(_("Ngày giao")), "given_on"),
            w.day(str(_("Hạn ban đầu")), "baseline"),
            w.day(str(_("Thời hạn")), "due_on"),
            w.day(str(_("Ngày gửi")), "reported_on"),
            w.day(str(_("Ngày hoàn thành")), "done_on"),
            w.computed(
                str(_("Số ngày muộn")),
                Kind.NUMBER,
                10,
                lambda row, _beside: row.days_late if (row.days_late or 0) > 0 else None,
            ),
            w.computed(str(_("Số ngày quá hạn")), Kind.NUMBER, 10, overdue_for),
            w.column(str(_("Văn bản giao")), 22, "source_number"),
            w.column(str(_("Số kế hoạch")), 18, "plan_number"),
            w.column(str(_("Tên kế hoạch")), 44, "plan_title"),
        ),
        rows=query.add_columns(Task.text),
        order=w.order(Sort(wanted.sort, keys, downwards)),
        about=_said(actor, wanted),
        as_of=wanted.filter.as_of,
        problems=wanted.problems,
    )


def _said(actor: Actor, wanted: Wanted) -> list[tuple[str, str]]:
    chosen = wanted.filter
    mine = select(TaskPlan.id, TaskPlan.number, TaskPlan.title).where(queries.plan_open_to(actor))
    plans = db.session.execute(mine.where(TaskPlan.id == chosen.plan_id)).all() if chosen.plan_id else []
    words = {
        **dict.fromkeys(("alone", "joining", "counted", "extended", "asked", "mine", "confirm", "decide"), w.is_so),
        **dict.fromkeys(("as_of", "given_from", "given_to", "done_from", "done_to"), w.a_day),
        "plan": w.named([(row.id, row.number or row.title) for row in plans]),
        "unit": w.named([(chosen.unit.id, chosen.unit.name)] if chosen.unit else []),
        "state": w.spelt(TASK_STATES).__getitem__,
        "timing": w.spelt(TIMINGS).__getitem__,
    }
    return w.conditions(wanted.args, LABELS, words)


TASKS = Listing(
    "tasks",
    _l("Danh sách nhiệm vụ"),
    "nhiem-vu",
    "tasks.index",
    frozenset({Role.REVIEWER, Role.VIEWER, Role.OFFICER}),
    _tasks,
)
