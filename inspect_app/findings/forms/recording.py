"""What a team types about a visit: the visit with its findings, one finding again, the conclusion.

A form of several findings has a block for each; one that nothing was typed into says nothing and is passed over.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, IntegerField, SelectField, ValidationError
from wtforms.validators import InputRequired, Optional

from inspect_app.findings.models import CountedFrom, DeadlineUnit, Finding
from inspect_app.findings.services import Particulars
from inspect_app.findings.services.recording import LONGEST_DEADLINE
from inspect_app.visits.forms import DatedForm
from inspect_app.web.fields import (
    CleanStringField,
    CleanTextAreaField,
    EnumField,
    EnumRadioField,
    IdSelectField,
    VietnameseDateField,
    choice,
)
from inspect_app.web.forms import BaseForm, VersionedForm
from inspect_app.web.once import OnceForm
from inspect_app.web.uploads import UploadsField

MOST_FINDINGS = 50
"""Of one sending."""
LONGEST_INDEX = 5
"""Digits of a block's number."""


class Within(StrEnum):
    """How the deadline is said: one of the usual numbers of days, another one, or a day."""

    TEN = "10"
    FIFTEEN = "15"
    THIRTY = "30"
    OTHER = "other"
    DAY = "day"


USUAL = {10: Within.TEN, 15: Within.FIFTEEN, 30: Within.THIRTY}
DAYS = {DeadlineUnit.DAY: _l("ngày"), DeadlineUnit.WORKING_DAY: _l("ngày làm việc")}


class FindingFacts(BaseForm):
    """The fields of one finding, and what they say together."""

    area = SelectField(_l("Lĩnh vực"), choices=[])
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
    follower = IdSelectField(_l("Người theo dõi"), choices=[])
    photos = UploadsField(
        _l("Ảnh tại chỗ"), description=_l("Chụp được nhiều ảnh, ảnh sau thêm vào ảnh trước. Mỗi ảnh không quá 20 MB.")
    )

    begun: date | None = None
    """The day of the visit, as far as it is known: every deadline is after it."""

    def offer(self, areas: Sequence[Any], followers: Sequence[Any]) -> None:
        """`areas`: the catalogue; `followers`: (id, name) of those who may follow the finding."""
        self.area.choices = [choice(area.code, area.short_name) for area in areas]
        self.follower.choices = [
            choice(None, _("Chưa phân công")),
            *(choice(person.id, person.name) for person in followers),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        return self._has_a_deadline() and fine

    def particulars(self, counted_from: CountedFrom = CountedFrom.CONCLUSION) -> Particulars:
        """What a valid block says."""
        chosen = self._chosen
        fixed, other = chosen is Within.DAY, chosen is Within.OTHER
        return Particulars(
            area_code=self.area.data,
            text=self.text.data,
            required=self.required.data,
            deadline_n=None if fixed else self.days.data if other else int(chosen),
            deadline_unit=self.days_unit.data if other else DeadlineUnit.DAY,
            counted_from=counted_from,
            fixed_deadline=self.day.data if fixed else None,
            follower_id=self.follower.data,
            files=self.photos.incoming,
        )

    @property
    def _chosen(self) -> Any:
        """Who types a day or a number and chooses nothing means just that."""
        if self.within.data is not None or self.within.errors:
            return self.within.data
        return Within.DAY if _typed(self.day) else Within.OTHER if _typed(self.days) else None

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


class FindingBlock(FindingFacts):
    """One of several on a page."""

    class Meta(BaseForm.Meta):
        csrf = False

    @property
    def is_blank(self) -> bool:
        """Nothing was typed; what is chosen in it from the start says nothing."""
        return not (self.photos.data or any(map(_typed, (self.text, self.required, self.days, self.day))))


class FindingForm(FindingFacts, VersionedForm):
    """A finding that was written down and not issued yet."""


class FindingsField(FieldList):  # type: ignore[type-arg]  # not generic when it runs
    """The blocks that say something, in the order of their numbers.

    WTForms' own reading of the numbers stumbles over `²` and over 5,000 digits.
    """

    def process(self, formdata: Any, *args: Any, **rest: Any) -> None:
        super().process(formdata, *args, **rest)
        for place in reversed(range(len(self.entries))):
            if self.entries[place].form.is_blank:
                self.pop_entry(place)  # type: ignore[call-arg]  # newer than the types

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for name in formdata:
            number = name.removeprefix(f"{prefix}-").partition("-")[0] if name.startswith(f"{prefix}-") else ""
            if number.isascii() and number.isdigit() and len(number) <= LONGEST_INDEX:
                yield int(number)


class RecordForm(VersionedForm, OnceForm):
    """The visit and what it found."""

    began_on = VietnameseDateField(
        _l("Ngày kiểm tra"), [InputRequired(_l("Nhập ngày kiểm tra theo dạng ngày/tháng/năm, ví dụ 20/11/2023"))]
    )
    place = CleanStringField(_l("Địa điểm"))
    present = CleanTextAreaField(_l("Thành phần tham dự"))
    findings = FindingsField(FormField(FindingBlock))
    remark = CleanTextAreaField(_l("Nhận xét chung"), longest=20_000)
    opinion = CleanTextAreaField(_l("Ý kiến của đơn vị"), longest=20_000)

    begun: date | None = None
    """The day of the visit where the form does not ask for it."""

    NOTED = ("began_on", "place", "present", "remark", "opinion")
    """What is written on the visit itself."""

    def leave_the_visit_alone(self) -> None:
        """Only findings are written: the visit itself is no longer open to changes."""
        for name in self.NOTED:
            del self[name]

    @property
    def asks_about_the_visit(self) -> bool:
        return "began_on" in self

    def offer(self, areas: Sequence[Any], followers: Sequence[Any]) -> None:
        for block in self.blocks:
            block.offer(areas, followers)

    @property
    def blocks(self) -> list[FindingBlock]:
        return [entry.form for entry in self.findings]

    def validate(self, extra_validators: Any = None) -> bool:
        for block in self.blocks:
            block.begun = self.began_on.data if self.asks_about_the_visit else self.begun
        fine = super().validate(extra_validators)
        if len(self.blocks) > MOST_FINDINGS:
            self.form_errors.append(
                _("Mỗi lần lưu không quá %(most)d hạn chế, lưu phần còn lại ở lần sau", most=MOST_FINDINGS)
            )
        return fine and not self.form_errors


class SendForm(DatedForm, VersionedForm):
    """That the team is done writing."""


class ConcludeForm(VersionedForm, OnceForm):
    """The notice as it is on paper."""

    number = CleanStringField(
        _l("Số thông báo kết luận"),
        [InputRequired(_l("Nhập số thông báo kết luận"))],
        longest=60,
        description=_l("Như trên văn bản, ví dụ 57/TB-ĐKT."),
    )
    dated_on = VietnameseDateField(
        _l("Ngày thông báo"),
        [InputRequired(_l("Nhập ngày thông báo kết luận, ví dụ 20/11/2023"))],
        description=_l("Hạn khắc phục tính từ ngày này."),
    )
    signer = CleanStringField(_l("Người ký"), [InputRequired(_l("Nhập người ký thông báo kết luận"))])
    scan = UploadsField(_l("Bản quét thông báo"), description=_l("PDF hoặc ảnh chụp. Mỗi tệp không quá 20 MB."))
    seen = HiddenField()
    """The findings that the page listed, as `seen_of` writes them."""

    def of_itself(self) -> None:
        """A self-inspection concludes itself: its notice needs no number and no signer."""
        for field in (self.number, self.signer):
            field.validators = [Optional()]
            field.flags.required = False

    def validate_scan(self, field: UploadsField) -> None:
        for file in field.incoming:
            if not (file.media_type.startswith("image/") or file.media_type == "application/pdf"):
                raise ValidationError(_("Tệp %(name)s không nhận được, hãy chọn ảnh hoặc PDF", name=file.name))


def seen_of(findings: Sequence[Finding]) -> str:
    """Which findings, and each as it was: changes when one is added, rewritten or discarded."""
    return ",".join(f"{finding.id}.{finding.version}" for finding in findings)


def _typed(field: Any) -> str:
    return str(field._value()).strip()


def as_typed(finding: Finding) -> dict[str, Any]:
    """The finding as the values of its form."""
    fixed = finding.fixed_deadline is not None
    by_day = finding.deadline_unit is DeadlineUnit.DAY
    usual = USUAL.get(finding.deadline_n or 0) if by_day else None
    within = Within.DAY if fixed else usual or Within.OTHER
    return {
        "area": finding.area_code,
        "text": finding.text,
        "required": finding.required,
        "within": within,
        "days": finding.deadline_n if within is Within.OTHER else None,
        "days_unit": finding.deadline_unit,
        "day": finding.fixed_deadline,
        "follower": finding.follower_id,
        "version": finding.version,
    }
