"""The catalogue of units as a spreadsheet."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from werkzeug.datastructures import MultiDict

from inspect_app.core.actor import Actor
from inspect_app.sheets.forms import words as w
from inspect_app.sheets.queries.rows import Kind, Listing, Table, Value
from inspect_app.units import queries
from inspect_app.units.forms import BY_KIND, units_from
from inspect_app.units.models import Unit
from inspect_app.web.presentation import UNIT_KINDS

STATES = {"in_force": _l("Còn hiệu lực"), "ended": _l("Đã kết thúc"), "all": _l("Tất cả")}
LABELS = {"q": _l("Từ tìm kiếm"), "kind": _l("Loại đơn vị"), "under": _l("Thuộc đơn vị"), "state": _l("Hiệu lực")}


def _units(args: MultiDict[str, str], _actor: Actor, today: date) -> Table:
    wanted = units_from(args)
    every = queries.chosen(query=wanted.q, kinds=wanted.kinds, parent=wanted.under and wanted.under.place)
    ids = queries.of_state(every, wanted.state, today)
    asked = {"q": wanted.q, "kind": [kind.value for kind in wanted.kinds], "state": wanted.state}
    if wanted.under:
        asked["under"] = str(wanted.under.id)
    words = {
        "kind": w.spelt(UNIT_KINDS).__getitem__,
        "state": w.spelt(STATES).__getitem__,
        "under": w.named([(wanted.under.id, wanted.under.name)] if wanted.under else []),
    }
    unknown, until_now = str(_("chưa rõ ngày")), str(_("Còn hiệu lực"))

    def last(row: Any, _beside: Any) -> Value:
        return row.valid_to or (unknown if row.ended else until_now)

    return Table(
        columns=(
            w.column(str(_("Mã đơn vị")), 12, "code"),
            w.column(str(_("Tên đơn vị")), 44, "name"),
            w.coded(str(_("Loại đơn vị")), 20, "kind", w.spelt(UNIT_KINDS)),
            w.column(str(_("Cấp trên")), 36, "parent_name"),
            w.day(str(_("Từ ngày")), "valid_from"),
            w.computed(str(_("Đến ngày")), Kind.DAY, 14, last),
            w.number(str(_("Phiên bản")), "version", 9),
        ),
        rows=queries.told(ids.subquery()).add_columns(Unit.version),
        counted=ids,
        order=w.order(BY_KIND),
        about=w.conditions({name: value for name, value in asked.items() if value}, LABELS, words),
    )


UNITS = Listing("units", lazy_pgettext("plural", "Đơn vị"), "don-vi", "units.index", frozenset(), _units)
