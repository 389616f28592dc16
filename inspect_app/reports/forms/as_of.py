"""The day that a reader asks a report for."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError

from inspect_app.reports.queries import Grouping
from inspect_app.web.fields import VietnameseDateField
from inspect_app.web.forms import BaseForm


class AsOfForm(BaseForm):
    """Read from the address; nothing typed means today."""

    class Meta(BaseForm.Meta):
        csrf = False

    as_of = VietnameseDateField(_l("Số liệu đến ngày"))
    group = HiddenField()
    """`responsible` counts findings by the unit that answers for them; anything else by the unit inspected."""

    def __init__(self, typed: Any, *, today: date) -> None:
        self.today = today
        super().__init__(typed)

    @property
    def by(self) -> Grouping:
        return Grouping.RESPONSIBLE if self.group.data == Grouping.RESPONSIBLE else Grouping.INSPECTED

    def validate_as_of(self, field: VietnameseDateField) -> None:
        if field.data and field.data > self.today:
            raise ValidationError(_("Ngày này chưa đến, nhập ngày không sau hôm nay"))
