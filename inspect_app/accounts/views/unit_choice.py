"""Which unit is meant by what was typed: one that the administrator may act on."""

from typing import Protocol

from flask_babel import gettext as _

from inspect_app.accounts import queries
from inspect_app.accounts.forms import UnitChoice
from inspect_app.core import clock
from inspect_app.core.text import fold
from inspect_app.units.models import Unit
from inspect_app.web.access import actor
from inspect_app.web.fields import CleanStringField, choice
from inspect_app.web.formats import ngettext

OFFERED = 10


class InAUnit(Protocol):
    unit: CleanStringField
    unit_id: UnitChoice


def chosen_unit(form: InAUnit) -> Unit | None:
    """The unit; None after saying at the field what is wrong, or offering those that are called so."""
    typed = form.unit.data
    found = list(queries.units_of(actor(), typed, today=clock.today(), limit=OFFERED + 1))
    so_named = [unit for unit in found if unit.name_folded == fold(typed)]
    if len(found) == 1 or len(so_named) == 1:
        return (so_named or found)[0]
    if not found:
        form.unit.errors = [_("Không có đơn vị đang hoạt động nào tên như vậy trong phạm vi quản trị")]
        return None
    offered = found[:OFFERED]
    form.unit_id.choices = [choice(unit.id, _told_apart(unit)) for unit in offered]
    picked = next((unit for unit in offered if unit.id == form.unit_id.data), None)
    if picked is not None:
        return picked
    form.unit_id.data = None
    if len(found) > OFFERED:
        form.unit.errors = [_("Nhiều đơn vị tên như vậy, gõ thêm cho đủ tên hoặc chọn bên dưới")]
    else:
        form.unit_id.errors = [
            ngettext("Có %(num)s đơn vị tên như vậy, chọn một", "Có %(num)s đơn vị tên như vậy, chọn một", len(found))
        ]
    return None


def _told_apart(unit: Unit) -> str:
    if unit.parent is None:
        return f"{unit.name} ({unit.code})"
    return f"{unit.name}, {unit.parent.name_inside} ({unit.code})"
