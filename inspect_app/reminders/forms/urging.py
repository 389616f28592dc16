"""What is typed when a unit is reminded or urged."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from inspect_app.web.fields import CleanStringField, CleanTextAreaField, IdField, VietnameseDateField
from inspect_app.web.forms import BaseForm
from inspect_app.web.once import OnceForm


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
