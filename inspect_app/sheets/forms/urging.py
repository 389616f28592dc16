"""Units that are late under a plan, as a spreadsheet."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from inspect_app.core.actor import Actor, Role
from inspect_app.reminders.forms.urging import NAMES, urging_from
from inspect_app.reminders.queries.urging import cases
from inspect_app.sheets.forms import words as w
from inspect_app.sheets.queries.rows import Kind, Listing, Table, Value
from inspect_app.web.asked import Asked


def _urging(args: MultiDict[str, str], actor: Actor, today: date) -> Table:
    asked = Asked(args)
    wanted = urging_from(asked)
    rows = cases(actor, today, plan_id=wanted.plan_id, finding_ids=wanted.finding_ids)
    if wanted.due_only:
        rows = [case for case in rows if case.proposal and case.proposal.is_due(today)]
    names = w.spelt({level.value: name for level, name in NAMES.items()})

    def next_step(row: Any, _beside: Any) -> Value:
        return names[row.proposal.level.value] if row.proposal else None

    def last_step(row: Any, _beside: Any) -> Value:
        return names[row.last.level.value] if row.last else None

    labels = {"plan": _l("Kế hoạch"), "due": _l("Đến bước tiếp theo"), "id": _l("Theo hạn chế được chọn")}
    plan = rows[0].plan_number or rows[0].plan_title if rows else ""
    return Table(
        columns=(
            w.column(str(_("Đơn vị")), 34, "unit_name"),
            w.column(str(_("Kế hoạch")), 18, "plan_number"),
            w.column(str(_("Tên kế hoạch")), 44, "plan_title"),
            w.number(str(_("Hạn chế quá hạn")), "many"),
            w.day(str(_("Hạn sớm nhất đã quá")), "oldest"),
            w.computed(str(_("Số ngày quá hạn")), Kind.NUMBER, 10, lambda row, _beside: (today - row.oldest).days),
            w.computed(str(_("Bước gần nhất")), Kind.TEXT, 26, last_step),
            w.computed(
                str(_("Ngày của bước ấy")), Kind.DAY, 12, lambda row, _beside: row.last.taken_on if row.last else None
            ),
            w.computed(str(_("Bước tiếp theo")), Kind.TEXT, 26, next_step),
            w.computed(
                str(_("Từ ngày")), Kind.DAY, 12, lambda row, _beside: row.proposal.due_on if row.proposal else None
            ),
        ),
        rows=rows,
        about=w.conditions(asked.said, labels, {"due": w.is_so, "plan": lambda value: plan or value}),
        problems=asked.problems,
    )


URGING = Listing(
    "urging",
    _l("Nhắc việc và đôn đốc"),
    "don-doc",
    "urging.index",
    frozenset({Role.REVIEWER, Role.INSPECTOR}),
    _urging,
)
