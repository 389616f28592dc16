"""The tables of a plan's report as one workbook: by unit, kind, area, team and month, and units' word on themselves."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from inspect_app.core import figures
from inspect_app.core.actor import Actor
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan
from inspect_app.reports.forms import PlanReportForm
from inspect_app.reports.queries import AreaLine, Flow, Grouping, Report, Standing, Tally, report
from inspect_app.sheets.forms import words as w
from inspect_app.sheets.forms.findings import READERS
from inspect_app.sheets.queries.rows import Column, Kind, Listing, Table, Value
from inspect_app.web.asked import Asked
from inspect_app.web.formats import date as shown_day
from inspect_app.web.lookup import one_or_404
from inspect_app.web.presentation import UNIT_KINDS

STANDINGS = {
    Standing.AHEAD: _l("chưa kiểm tra"),
    Standing.BEGUN: _l("chưa có kết luận"),
    Standing.NOTHING_FOUND: _l("không có hạn chế"),
}


def _report(args: MultiDict[str, str], actor: Actor, today: date) -> Table:
    plan_id = Asked(args).id("plan_id")
    if plan_id is None:
        abort(404)
    plan = one_or_404(plans.visible_to(actor).where(Plan.id == plan_id))
    form = PlanReportForm(args, today=today, year=plan.year)
    form.validate()
    told = report(plan, actor=actor, day=form.day, by=form.by, period=form.period)
    about = [
        (str(_("Kế hoạch")), plan.number or plan.title),
        (str(_("Trong kỳ")), f"{shown_day(form.period.first)} – {shown_day(form.period.last)}"),
    ]
    if form.by is Grouping.RESPONSIBLE:
        about.append((str(_("Theo đơn vị đang chịu trách nhiệm")), w.is_so("1")))
    columns = _of_units(told)
    return Table(
        columns=columns,
        rows=[
            unit
            for line in told.kinds
            for unit in line.units
            if form.by is Grouping.INSPECTED or unit.tally.counted  # as on the page
        ],
        about=about,
        total=_sum(columns, _Total(told)),
        as_of=form.day.past,
        problems=[str(problem) for problems in form.errors.values() for problem in problems],
        sheet=str(_("Theo đơn vị và lĩnh vực")),
        further=_further(told),
    )


class _Total:
    """Every line of a table taken together: what its columns ask of a line."""

    kind = unit_kind = standing = None
    month = (0, 0)

    def __init__(self, told: Report) -> None:
        self.tally, self.flow = told.total, told.flow
        self.by_area = {area.code: area.tally.counted for area in told.areas}
        self.targets, self.inspected, self.self_inspections = told.targets, told.inspected, told.self_inspections
        self.number, self.latest = told.self_inspections, None


def _sum(columns: Sequence[Column], total: _Total) -> list[Value]:
    """The line below a table: its first cell says what it is."""
    return [str(_("Cộng")), *(column.value(total, None) for column in columns[1:])]


def _of_units(told: Report) -> tuple[Column, ...]:
    kinds, standings, said = w.spelt(UNIT_KINDS), w.spelt(STANDINGS), str(_("Có"))
    english = w.in_english()

    def inspected(row: Any, _beside: Any) -> Value:
        return said if row.standing not in (None, Standing.AHEAD) else None

    def standing(row: Any, _beside: Any) -> Value:
        return standings.get(row.standing) if row.standing else None

    def found(area: AreaLine) -> Column:
        label = area.name_en if english else area.name
        return _number(label, lambda row: row.by_area.get(area.code, 0))

    return (
        w.column(str(_("Đơn vị")), 34, "name"),
        w.coded(str(_("Loại đơn vị")), 20, "kind", kinds),
        w.computed(str(_("Đã kiểm tra")), Kind.TEXT, 10, inspected),
        w.computed(str(_("Kết quả")), Kind.TEXT, 18, standing),
        *_tally(),
        *_flow(),
        *(found(area) for area in told.areas),
    )


def _further(told: Report) -> list[Table]:
    """The other tables of the page; those without rows are left out."""
    total = _Total(told)
    english = w.in_english()
    kind = w.coded(str(_("Loại đơn vị")), 20, "kind", w.spelt(UNIT_KINDS))
    if told.by_themselves:
        made = [_number(str(_("Tự kiểm tra")), lambda row: row.self_inspections)]
    else:
        made = [
            _number(str(_("Đơn vị được kiểm tra")), lambda row: row.targets),
            _number(str(_("Đã kiểm tra")), lambda row: row.inspected),
        ]
    area = w.column(str(_("Lĩnh vực")), 34, "name_en" if english else "name")
    team = w.column(str(_("Đoàn kiểm tra")), 34, "name")
    month = w.computed(str(_("Tháng")), Kind.TEXT, 10, lambda row, _beside: f"{row.month[1]}/{row.month[0]}")
    tables: list[tuple[str, Sequence[Any], tuple[Column, ...]]] = [
        (str(_("Theo cấp đơn vị")), told.kinds, (kind, *made, *_tally(), *_flow())),
        (str(_("Theo lĩnh vực")), told.areas, (area, *_tally())),
        (str(_("Theo Đoàn kiểm tra")), told.teams, (team, *_tally())),
        (str(_("Theo tháng ban hành kết luận")), told.months, (month, *_tally())),
    ]
    found = [Table(columns, rows, sheet=sheet, total=_sum(columns, total)) for sheet, rows, columns in tables if rows]
    return [*found, *_of_themselves(told, total)]


def _of_themselves(told: Report, total: _Total) -> list[Table]:
    """How often units inspected themselves, and what they called fine in which a team then found something."""
    times = (
        w.column(str(_("Đơn vị")), 34, "unit_name"),
        w.coded(str(_("Loại đơn vị")), 20, "unit_kind", w.spelt(UNIT_KINDS)),
        _number(str(_("Số lần")), lambda row: row.number),
        w.day(str(_("Gần nhất")), "latest"),
    )
    gaps = (
        w.column(str(_("Đơn vị")), 34, "unit_name"),
        w.column(str(_("Lĩnh vực")), 34, "area_en" if w.in_english() else "area"),
        w.day(str(_("Ngày tự kiểm tra")), "said_on"),
        w.day(str(_("Ngày Đoàn kiểm tra")), "inspected_on"),
        _number(str(_("Hạn chế")), lambda row: row.findings),
    )
    found = []
    if told.times:
        found.append(Table(times, told.times, sheet=str(_("Số lần tự kiểm tra")), total=_sum(times, total)))
    if told.honesty.gaps:
        found.append(Table(gaps, told.honesty.gaps, sheet=str(_("Tự cho là tốt, Đoàn thấy khác"))))
    return found


def _tally() -> list[Column]:
    def share(row: Any, _beside: Any) -> Value:
        return figures.percentage(row.tally.resolved, row.tally.counted)

    def of(label: str, value: Callable[[Tally], int]) -> Column:
        return _number(label, lambda row: value(row.tally))

    return [
        of(str(_("Hạn chế")), lambda tally: tally.counted),
        of(str(_("Đã khắc phục")), lambda tally: tally.resolved),
        w.computed(str(_("Tỷ lệ")), Kind.PERCENT, 9, share),
        of(str(_("Đúng hạn")), lambda tally: tally.on_time),
        of(str(_("Xong muộn")), lambda tally: tally.late),
        of(str(_("Chưa xong")), lambda tally: tally.live),
        of(str(_("Quá hạn")), lambda tally: tally.overdue),
        of(str(_("Không tính")), lambda tally: tally.withdrawn),
    ]


def _flow() -> list[Column]:
    def of(label: str, value: Callable[[Flow], int]) -> Column:
        return _number(label, lambda row: value(row.flow))

    return [
        of(str(_("Ban hành trong kỳ")), lambda flow: flow.issued),
        of(str(_("Khắc phục trong kỳ")), lambda flow: flow.resolved),
        of(str(_("Phát sinh quá hạn trong kỳ")), lambda flow: flow.lapsed),
    ]


def _number(label: str, value: Callable[[Any], int]) -> Column:
    return w.computed(label, Kind.NUMBER, 10, lambda row, _beside: value(row))


REPORT = Listing(
    "report",
    _l("Báo cáo kết quả thực hiện kế hoạch"),
    "bao-cao-ke-hoach",
    "reports.plan",
    READERS,
    _report,
    place="plan_id",
)
