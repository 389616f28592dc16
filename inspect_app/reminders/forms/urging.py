"""What is typed when a unit is reminded or urged."""

from contextlib import suppress
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from inspect_app.reminders.models import Level
from inspect_app.reminders.queries.urging import MOST
from inspect_app.web.asked import Asked
from inspect_app.web.fields import CleanStringField, CleanTextAreaField, IdField, VietnameseDateField, read_id
from inspect_app.web.forms import BaseForm
from inspect_app.web.once import OnceForm

NAMES = {
    Level.REMINDER: _l("Nhắc việc"),
    Level.LETTER_1: _l("Công văn đôn đốc lần 1"),
    Level.LETTER_2: _l("Công văn đôn đốc lần 2"),
    Level.CHAIRMAN: _l("Báo cáo Chủ tịch"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list of units that are late is narrowed to."""

    plan_id: int | None
    due_only: bool | None
    finding_ids: list[int]
    """`?id=`, repeated: findings of a list whose units are meant."""


def urging_from(asked: Asked) -> Wanted:
    """The list of units that are late, as its address asks for it."""
    ids = []
    for typed in asked.args.getlist("id")[:MOST]:
        with suppress(ValueError):
            ids.append(read_id(typed))
    return Wanted(asked.id("plan"), asked.choice("due"), [number for number in ids if number is not None])


class StepForm(OnceForm):
    """`seen`: the latest step that the page showed; empty for none."""

    content = CleanTextAreaField(_l("Nội dung"), [InputRequired(_l("Nhập nội dung"))], longest=20_000)
    seen = IdField()


class LetterForm(StepForm):
    number = CleanStringField(
        _l("Số văn bản"), longest=60, description=_l("Để trống nếu văn thư chưa cho số, nhập sau cũng được.")
    )
    dated_on = VietnameseDateField(_l("Ngày văn bản"))


class NumberForm(BaseForm):
    number = CleanStringField(_l("Số văn bản"), [InputRequired(_l("Nhập số văn bản"))], longest=60)
    dated_on = VietnameseDateField(_l("Ngày văn bản"), [InputRequired(_l("Nhập ngày văn bản"))])
