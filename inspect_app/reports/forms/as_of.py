"""The day that a reader asks a report for."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from inspect_app.web.fields import VietnameseDateField
from inspect_app.web.forms import BaseForm


class AsOfForm(BaseForm):
    """Read from the address; nothing typed means today."""

    class Meta(BaseForm.Meta):
        csrf = False

    as_of = VietnameseDateField(_l("Số liệu đến ngày"))

    def __init__(self, typed: Any, *, today: date) -> None:
        self.today = today
        super().__init__(typed)

    def validate_as_of(self, field: VietnameseDateField) -> None:
        if field.data and field.data > self.today:
            raise ValidationError(_("Ngày này chưa đến, nhập ngày không sau hôm nay"))
