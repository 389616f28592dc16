"""What a reviewer types to say that other units answer for findings: one decision, a unit for all or for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired

from inspect_app.units.models import Unit
from inspect_app.web.fields import (
    CleanStringField,
    CleanTextAreaField,
    IdSelectField,
    VietnameseDateField,
    choice,
    read_id,
)
from inspect_app.web.once import OnceForm
from inspect_app.web.presentation import UNIT_KINDS


class CustodyForm(OnceForm):
    to = IdSelectField(_l("Đơn vị nhận"), choices=[])
    decision_number = CleanStringField(
        _l("Số văn bản quyết định"), [InputRequired(_l("Nhập số văn bản quyết định"))], longest=60
    )
    decision_on = VietnameseDateField(_l("Ngày văn bản"), [InputRequired(_l("Nhập ngày văn bản quyết định"))])
    on = VietnameseDateField(
        _l("Chịu trách nhiệm từ ngày"),
        [InputRequired(_l("Nhập ngày đơn vị nhận bắt đầu chịu trách nhiệm"))],
        description=_l("Thời hạn khắc phục không đổi."),
    )
    note = CleanTextAreaField(_l("Ghi chú"))

    def offer(self, units: Iterable[Unit], *, blank: str) -> None:
        lines = [choice(unit.id, unit.name, str(UNIT_KINDS[unit.kind.value])) for unit in units]
        self.to.choices = [choice(None, blank), *lines]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen for each finding of the page, and the version that it was shown as."""

    units: dict[int, int]
    """Finding -> unit; those without a choice of their own are left out."""
    versions: dict[int, int]
    for_all: int | None = None
    """The unit for all the others."""
    unreadable: bool = False


def chosen_from(sent: MultiDict[str, str], finding_ids: Sequence[int]) -> Chosen:
    """`to-<id>` and `version-<id>` of each finding, `to` for all the others."""
    try:
        units = {number: read_id(sent.get(f"to-{number}")) for number in finding_ids}
        versions = {number: read_id(sent.get(f"version-{number}")) for number in finding_ids}
        for_all = read_id(sent.get("to"))
    except ValueError:
        return Chosen({}, {}, unreadable=True)
    return Chosen(_given(units), _given(versions), for_all)


def _given(values: dict[int, Any]) -> dict[int, int]:
    return {number: value for number, value in values.items() if value is not None}


def whom_to_choose(several: bool, orphaned: bool) -> str:
    """The first line of the list that holds for all findings."""
    if several:
        return str(_("Chọn chung cho các hạn chế chưa chọn riêng"))
    return str(_("Chọn đơn vị kế thừa") if orphaned else _("Chọn đơn vị nhận"))
