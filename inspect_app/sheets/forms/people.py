"""People as a spreadsheet, for administrators: what their list shows, neither telephone nor e-mail."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from inspect_app.accounts import queries
from inspect_app.accounts.forms import BY_NAME, ROLES, STATES, people_from
from inspect_app.core.actor import Actor, Role
from inspect_app.sheets.forms import words as w
from inspect_app.sheets.queries.rows import Kind, Listing, Table, Value

LABELS = {"q": _l("Từ tìm kiếm"), "role": _l("Vai trò"), "unit": _l("Đơn vị"), "state": _l("Tài khoản")}
ACTIVE = {"active": _l("Đang dùng"), "inactive": _l("Đã ngừng")}


def _people(args: MultiDict[str, str], actor: Actor, today: date) -> Table:
    wanted = people_from(args, actor, today=today)
    ids = queries.chosen(
        actor,
        today=today,
        text=wanted.q,
        role=wanted.role,
        unit=wanted.unit and wanted.unit.place,
        active=STATES.get(wanted.state),
    )
    roles, states = w.spelt(ROLES), w.spelt(ACTIVE)

    def held(row: Any, beside: Mapping[int, Sequence[Any]]) -> Value:
        return "\n".join(f"{roles[one.role]}: {one.unit}" for one in beside[row.id])

    words = {
        "role": roles.__getitem__,
        "state": states.__getitem__,
        "unit": w.named([(wanted.unit.id, wanted.unit.name)] if wanted.unit else []),
    }
    return Table(
        columns=(
            w.column(str(_("Họ và tên")), 28, "name"),
            w.column(str(_("Tên đăng nhập")), 18, "username"),
            w.column(str(_("Chức vụ")), 26, "title"),
            w.column(str(_("Đơn vị công tác")), 32, "unit"),
            w.computed(str(_("Vai trò")), Kind.TEXT, 44, held),
            w.computed(
                str(_("Tài khoản")),
                Kind.TEXT,
                14,
                lambda row, _beside: states["active" if row.active else "inactive"],
            ),
        ),
        rows=queries.told(ids.subquery()),
        counted=ids,
        order=w.order(BY_NAME),
        beside=lambda rows: queries.roles_of([row.id for row in rows], today),
        about=w.conditions({name: value for name, value in wanted.args.items() if value}, LABELS, words),
    )


PEOPLE = Listing("people", _l("Người dùng"), "nguoi-dung", "people.index", frozenset({Role.ADMIN}), _people)
