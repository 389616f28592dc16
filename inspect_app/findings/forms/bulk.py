"""What is typed once for many findings; which ones, and as which version each was shown, stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired

from inspect_app.findings.forms.moves import METHODS
from inspect_app.web.fields import (
    CleanTextAreaField,
    EnumRadioField,
    IdSelectField,
    VietnameseDateField,
    choice,
    read_id,
)
from inspect_app.web.once import OnceForm


@dataclass(frozen=True, slots=True)
class Ticked:
    """The findings of one sending, each with the version that its row showed, if it came from such a row."""

    versions: dict[int, int | None]

    @property
    def ids(self) -> list[int]:
        return list(self.versions)


def ticked(sent: MultiDict[str, str]) -> Ticked:
    """`id`, repeated, and `version-<id>`; what is no number of ours is passed over."""
    ids = [number for number in map(_number, dict.fromkeys(sent.getlist("id"))) if number is not None]
    return Ticked({number: _number(sent.get(f"version-{number}", "")) for number in ids})


def _number(typed: str) -> int | None:
    try:
        return read_id(typed)
    except ValueError:
        return None


class BulkAcceptForm(OnceForm):
    method = EnumRadioField(_l("Xác nhận bằng cách nào?"), [InputRequired(_l("Chọn một cách xác nhận"))], words=METHODS)
    note = CleanTextAreaField(_l("Ghi chú"))


class BulkReturnForm(OnceForm):
    reason = CleanTextAreaField(
        _l("Còn thiếu gì?"),
        [InputRequired(_l("Nhập việc đơn vị còn phải làm"))],
        description=_l("Các đơn vị đọc nguyên văn câu này, nên chỉ viết điều đúng với mọi hạn chế đã chọn."),
    )
    resubmit_by = VietnameseDateField(_l("Hạn gửi lại"), description=_l("Để trống thì giữ nguyên thời hạn hiện nay."))


class BulkExtendForm(OnceForm):
    until = VietnameseDateField(
        _l("Hạn khắc phục mới"),
        [InputRequired(_l("Nhập hạn khắc phục mới"))],
        description=_l("Một ngày chung, sau thời hạn hiện nay của từng hạn chế."),
    )
    reason = CleanTextAreaField(
        _l("Lý do gia hạn"),
        [InputRequired(_l("Nhập lý do gia hạn"))],
        description=_l("Các đơn vị đọc nguyên văn câu này."),
    )


class BulkAssignForm(OnceForm):
    """`person`: whom the view offers."""

    person = IdSelectField(_l("Giao cho ai?"), [InputRequired(_l("Chọn một người"))], choices=[])

    def offer(self, people: Sequence[Any]) -> None:
        """`people`: (id, name)."""
        self.person.choices = [choice(None, _("Chọn một người")), *(choice(number, name) for number, name in people)]
