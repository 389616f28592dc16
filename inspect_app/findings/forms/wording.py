"""The fields of one finding, wherever it is typed: alone, among others, or under the item that was not met."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, Optional

from inspect_app.core.storage import Incoming
from inspect_app.findings.models import CountedFrom, DeadlineUnit
from inspect_app.findings.services import Particulars
from inspect_app.findings.services.recording import LONGEST_DEADLINE
from inspect_app.web.fields import (
    CleanTextAreaField,
    EnumField,
    EnumRadioField,
    IdSelectField,
    VietnameseDateField,
    choice,
)
from inspect_app.web.forms import BaseForm
from inspect_app.web.uploads import UploadsField


class Within(StrEnum):
    """How the deadline is said: one of the usual numbers of days, another one, or a day."""

    TEN = "10"
    FIFTEEN = "15"
    THIRTY = "30"
    OTHER = "other"
    DAY = "day"


USUAL = {10: Within.TEN, 15: Within.FIFTEEN, 30: Within.THIRTY}
DAYS = {DeadlineUnit.DAY: _l("ngày"), DeadlineUnit.WORKING_DAY: _l("ngày làm việc")}


class Wording(BaseForm):
    """What a finding says, what it asks for, until when."""

    text = CleanTextAreaField(_l("Hạn chế là gì"), [InputRequired(_l("Nhập mô tả hạn chế"))])
    required = CleanTextAreaField(_l("Phải làm gì"), [InputRequired(_l("Nhập việc đơn vị phải làm"))])
    within = EnumRadioField(
        _l("Hạn khắc phục"),
        validate_choice=False,
        words={
            Within.TEN: _l("10 ngày"),
            Within.FIFTEEN: _l("15 ngày"),
            Within.THIRTY: _l("30 ngày"),
            Within.OTHER: _l("Số ngày khác"),
            Within.DAY: _l("Ngày cụ thể"),
        },
    )
    days = IntegerField(_l("Số ngày"), [Optional()], render_kw={"inputmode": "numeric", "autocomplete": "off"})
    days_unit = EnumField(_l("Tính theo"), words=DAYS, default=DeadlineUnit.DAY)
    day = VietnameseDateField(_l("Hạn đến hết ngày"))

    begun: date | None = None
    """The day of the visit, as far as it is known: every deadline is after it."""

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        return self._has_a_deadline() and fine

    def said(
        self,
        area_code: str,
        counted_from: CountedFrom = CountedFrom.CONCLUSION,
        *,
        item_id: int | None = None,
        follower_id: int | None = None,
        files: Sequence[Incoming] = (),
    ) -> Particulars:
        """What valid fields say of a finding in this area."""
        chosen = self._chosen
        fixed, other = chosen is Within.DAY, chosen is Within.OTHER
        return Particulars(
            area_code=area_code,
            text=self.text.data,
            required=self.required.data,
            deadline_n=None if fixed else self.days.data if other else int(chosen),
            deadline_unit=self.days_unit.data if other else DeadlineUnit.DAY,
            counted_from=counted_from,
            fixed_deadline=self.day.data if fixed else None,
            follower_id=follower_id,
            item_id=item_id,
            files=files,
        )

    @property
    def _chosen(self) -> Any:
        """Who types a day or a number and chooses nothing means just that."""
        if self.within.data is not None or self.within.errors:
            return self.within.data
        return Within.DAY if typed(self.day) else Within.OTHER if typed(self.days) else None

    def _has_a_deadline(self) -> bool:
        """Say at its field what is wrong with it; what stands in a field that was not chosen is passed over."""
        chosen, begun = self._chosen, self.begun
        if chosen is None:
            self.within.errors = self.within.errors or [_("Chọn thời hạn khắc phục")]
        if chosen is not Within.OTHER:
            self.days.errors = []
        elif not self.days.errors and not 1 <= (self.days.data or 0) <= LONGEST_DEADLINE:
            self.days.errors = [_("Nhập số ngày từ 1 đến %(most)s", most=LONGEST_DEADLINE)]
        if chosen is not Within.DAY:
            self.day.errors = []
        elif self.day.data is None:
            self.day.errors = self.day.errors or [_("Nhập hạn khắc phục theo dạng ngày/tháng/năm, ví dụ 20/11/2023")]
        elif begun and self.day.data <= begun:
            self.day.errors = [_("Hạn khắc phục phải sau ngày kiểm tra %(day)s", day=f"{begun:%d/%m/%Y}")]
        return not (self.within.errors or self.days.errors or self.day.errors)


class FindingFacts(Wording):
    """The fields of one finding that stands for itself."""

    area = SelectField(_l("Lĩnh vực"), choices=[])
    follower = IdSelectField(_l("Người theo dõi"), choices=[])
    photos = UploadsField(
        _l("Ảnh tại chỗ"), description=_l("Chụp được nhiều ảnh, ảnh sau thêm vào ảnh trước. Mỗi ảnh không quá 20 MB.")
    )

    def offer(self, areas: Sequence[Any], followers: Sequence[Any]) -> None:
        """`areas`: the catalogue; `followers`: (id, name) of those who may follow the finding."""
        self.area.choices = [choice(area.code, area.short_name) for area in areas]
        self.follower.choices = [
            choice(None, _("Chưa phân công")),
            *(choice(person.id, person.name) for person in followers),
        ]

    def particulars(self, counted_from: CountedFrom = CountedFrom.CONCLUSION) -> Particulars:
        """What a valid block says."""
        return self.said(self.area.data, counted_from, follower_id=self.follower.data, files=self.photos.incoming)


def typed(field: Any) -> str:
    """What stands in the field, without blanks around it."""
    return str(field._value()).strip()
