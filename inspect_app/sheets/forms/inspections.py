"""Visits, and the units that plans mean to inspect, as spreadsheets."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from inspect_app.core.actor import Actor
from inspect_app.plans.models import Plan
from inspect_app.sheets.forms import words as w
from inspect_app.sheets.forms.findings import READERS
from inspect_app.sheets.queries.rows import Kind, Listing, Table, Value
from inspect_app.units.models import Unit
from inspect_app.visits import queries
from inspect_app.visits.forms import BY_MONTH, schedule_from, visits_from
from inspect_app.visits.models import Entry
from inspect_app.web.asked import Asked
from inspect_app.web.presentation import PLAN_KINDS, UNIT_KINDS, VISIT_STATES

LABELS = {
    "q": _l("Từ tìm kiếm"),
    "year": _l("Năm của kế hoạch"),
    "plan": _l("Kế hoạch"),
    "unit": _l("Đơn vị"),
    "alone": _l("Không gồm đơn vị trực thuộc"),
    "mine": _l("Chỉ cuộc của đoàn tôi tham gia"),
    "follow_up": _l("Chỉ cuộc phúc tra"),
    "plan_kind": _l("Hình thức"),
    "kind": _l("Loại đơn vị"),
    "since": _l("Kiểm tra từ ngày"),
    "until": _l("Kiểm tra đến ngày"),
    "as_of": _l("Tính đến ngày"),
    "state": _l("Trạng thái"),
    "begun": _l("Đã kiểm tra"),
}
ENTRIES = {
    Entry.NONE_FOUND: _l("không có hạn chế"),
    Entry.MISSING: _l("chưa nhập số liệu hạn chế"),
    Entry.FOUND: _l("có hạn chế"),
}


def _visits(args: MultiDict[str, str], actor: Actor, _today: date) -> Table:
    asked = Asked(args)
    wanted, sort = visits_from(asked, actor)
    by_itself = str(_("Đơn vị tự kiểm tra"))
    return Table(
        columns=(
            w.column(str(_("Đơn vị")), 30, "unit_name"),
            w.coded(str(_("Loại đơn vị")), 18, "unit_kind", w.spelt(UNIT_KINDS)),
            w.day(str(_("Ngày kiểm tra")), "day"),
            w.column(str(_("Giờ")), 8, "planned_at"),
            w.computed(str(_("Đoàn kiểm tra")), Kind.TEXT, 30, lambda row, _beside: row.team_name or by_itself),
            w.coded(str(_("Trạng thái")), 18, "state", w.spelt(VISIT_STATES)),
            w.coded(str(_("Kết quả")), 26, "entry", w.spelt(ENTRIES)),
            w.day(str(_("Ngày báo cáo kết quả")), "reported_on"),
            w.day(str(_("Ngày kết thúc")), "ended_on"),
            w.yes(str(_("Phúc tra")), 9, "follow_up"),
            w.column(str(_("Kế hoạch")), 18, "plan_number"),
            w.column(str(_("Tên kế hoạch")), 44, "plan_title"),
            w.coded(str(_("Hình thức")), 16, "plan_kind", w.spelt(PLAN_KINDS)),
            w.number(str(_("Cuộc số")), "id"),
        ),
        rows=queries.listing(actor, wanted),
        order=w.order(sort),
        about=_said(asked, wanted.plan, wanted.within_unit),
        as_of=wanted.as_of,
        problems=asked.problems,
    )


def _schedule(args: MultiDict[str, str], actor: Actor, today: date) -> Table:
    asked = Asked(args)
    wanted = schedule_from(asked, actor)
    states = w.spelt(VISIT_STATES)
    begun, ahead = str(_("Đã kiểm tra")), str(_("Chưa kiểm tra"))

    def standing(row: Any, _beside: Any) -> Value:
        if row.visit_state:
            return states[row.visit_state]
        return begun if row.begun else ahead

    return Table(
        columns=(
            w.column(str(_("Đơn vị")), 30, "unit_name"),
            w.coded(str(_("Loại đơn vị")), 18, "unit_kind", w.spelt(UNIT_KINDS)),
            w.number(str(_("Tháng")), "month"),
            w.column(str(_("Đoàn kiểm tra")), 30, "team_name"),
            w.computed(str(_("Đã kiểm tra")), Kind.TEXT, 14, lambda row, _beside: str(begun if row.begun else ahead)),
            w.computed(str(_("Trạng thái")), Kind.TEXT, 18, standing),
            w.day(str(_("Ngày kiểm tra")), "visit_day"),
            w.column(str(_("Kế hoạch")), 18, "plan_number"),
            w.column(str(_("Tên kế hoạch")), 44, "plan_title"),
        ),
        rows=queries.schedule(actor, wanted.as_of or today, wanted),
        order=w.order(BY_MONTH),
        about=_said(asked, wanted.plan, wanted.unit),
        as_of=wanted.as_of,
        problems=asked.problems,
    )


def _said(asked: Asked, plan: Plan | None, unit: Any) -> list[tuple[str, str]]:
    words = {
        **dict.fromkeys(("alone", "mine", "follow_up", "begun"), w.is_so),
        **dict.fromkeys(("since", "until", "as_of"), w.a_day),
        "plan": w.named([(plan.id, plan.number or plan.title)] if plan else []),
        "unit": w.named([(unit.id, unit.name)] if isinstance(unit, Unit) else []),
        "plan_kind": w.spelt(PLAN_KINDS).__getitem__,
        "kind": w.spelt(UNIT_KINDS).__getitem__,
        "state": w.spelt(VISIT_STATES).__getitem__,
    }
    return w.conditions(asked.said, LABELS, words)


VISITS = Listing("visits", _l("Cuộc kiểm tra"), "cuoc-kiem-tra", "visits.index", READERS, _visits)
SCHEDULE = Listing(
    "schedule", _l("Đơn vị thuộc kế hoạch"), "don-vi-thuoc-ke-hoach", "visits.schedule", READERS, _schedule
)
