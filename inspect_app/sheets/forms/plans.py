"""Plans as a spreadsheet, each with how far it has come."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from inspect_app.core import figures
from inspect_app.core.actor import Actor
from inspect_app.plans import queries
from inspect_app.plans.forms import LATEST_FIRST, plans_from
from inspect_app.reports.queries import Progress, progress
from inspect_app.sheets.forms import words as w
from inspect_app.sheets.forms.findings import READERS
from inspect_app.sheets.queries.rows import Column, Kind, Listing, Table, Value
from inspect_app.web.asked import Asked
from inspect_app.web.presentation import PLAN_KINDS

LABELS = {
    "q": _l("Từ tìm kiếm"),
    "year": _l("Năm"),
    "kind": _l("Hình thức"),
    "issued_from": _l("Ban hành từ ngày"),
    "issued_to": _l("Ban hành đến ngày"),
}


def _plans(args: MultiDict[str, str], actor: Actor, today: date) -> Table:
    asked = Asked(args)
    wanted = plans_from(asked)

    def far(rows: Sequence[Any]) -> Mapping[int, Progress]:
        return progress([row.id for row in rows], actor, today)

    def share(row: Any, beside: Mapping[int, Progress]) -> Value:
        return figures.percentage(beside[row.id].resolved, beside[row.id].counted)

    return Table(
        columns=(
            w.column(str(_("Số kế hoạch")), 18, "number"),
            w.day(str(_("Ngày")), "issued_on"),
            w.column(str(_("Tên kế hoạch")), 60, "title"),
            w.coded(str(_("Hình thức")), 16, "kind", w.spelt(PLAN_KINDS)),
            w.column(str(_("Đơn vị ban hành")), 26, "issuing_unit"),
            Column(str(_("Năm")), Kind.TEXT, 7, lambda row, _beside: str(row.year)),
            _figure(str(_("Đơn vị được kiểm tra")), lambda one: one.targets),
            _figure(str(_("Đã kiểm tra")), lambda one: one.inspected),
            _figure(str(_("Hạn chế")), lambda one: one.counted),
            _figure(str(_("Đã khắc phục")), lambda one: one.resolved),
            w.computed(str(_("Tỷ lệ")), Kind.PERCENT, 9, share),
            _figure(str(_("Quá hạn")), lambda one: one.overdue),
        ),
        rows=queries.listing(actor, text=wanted.text, year=wanted.year, kinds=wanted.kinds, issued=wanted.issued),
        order=w.order(LATEST_FIRST),
        beside=far,
        about=w.conditions(
            asked.said,
            LABELS,
            {"kind": w.spelt(PLAN_KINDS).__getitem__, "issued_from": w.a_day, "issued_to": w.a_day},
        ),
        problems=asked.problems,
    )


def _figure(label: str, of: Callable[[Progress], int]) -> Column:
    return Column(label, Kind.NUMBER, 10, lambda row, beside: of(beside[row.id]))


PLANS = Listing("plans", _l("Kế hoạch kiểm tra"), "ke-hoach", "plans.index", READERS, _plans)
