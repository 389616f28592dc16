"""The figures of a period's annex of statistics as a spreadsheet."""

from dataclasses import dataclass
from datetime import date

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from inspect_app.core import figures
from inspect_app.core.actor import Actor, Role
from inspect_app.documents.forms import asked_period
from inspect_app.documents.queries.letters.statistics import GROUPS, Line
from inspect_app.documents.queries.statistics import SHARES, numbers_of
from inspect_app.sheets.forms import words as w
from inspect_app.sheets.queries.rows import Kind, Listing, Table, Value
from inspect_app.web.formats import date as shown_day
from inspect_app.workdays.periods import period


@dataclass(frozen=True, slots=True)
class Row:
    group: str
    line: Line


def _statistics(args: MultiDict[str, str], actor: Actor, today: date) -> Table:
    told = period(*(asked_period(args, today) or abort(404)))
    over = told.until(today) or abort(404)
    numbers = numbers_of(actor, told, today)

    def share(row: Row, _beside: object) -> Value:
        parts = SHARES.get(row.line.figure)
        return figures.percentage(*(numbers[part] for part in parts)) if parts else None

    return Table(
        columns=(
            w.computed(str(_("TT")), Kind.TEXT, 7, lambda row, _beside: row.line.place),
            w.computed(str(_("Nhóm chỉ tiêu")), Kind.TEXT, 34, lambda row, _beside: str(_(row.group))),
            w.computed(str(_("Chỉ tiêu thống kê")), Kind.TEXT, 60, lambda row, _beside: str(_(row.line.name))),
            w.computed(str(_("Số liệu")), Kind.NUMBER, 12, lambda row, _beside: numbers.get(row.line.figure)),
            w.computed(str(_("Tỷ lệ")), Kind.PERCENT, 9, share),
        ),
        rows=[Row(group.name, line) for group in GROUPS for line in group.lines],
        about=[(str(_("Kỳ báo cáo")), f"{shown_day(told.first)} – {shown_day(told.last)}")],
        as_of=over.last if over.last < today else None,
    )


STATISTICS = Listing(
    "statistics",
    _l("Phụ lục thống kê định kỳ"),
    "phu-luc-thong-ke",
    "documents.annex",
    frozenset({Role.REVIEWER, Role.VIEWER}),
    _statistics,
)
