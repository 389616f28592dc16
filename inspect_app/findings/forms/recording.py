"""What a team types about a visit: the visit with its findings, one finding again, the conclusion.

A form of several findings has a block for each; one that nothing was typed into says nothing and is passed over.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, ValidationError
from wtforms.validators import InputRequired, Optional

from inspect_app.findings.forms.answers import AnswerBlock, AnswersField, MarksField
from inspect_app.findings.forms.wording import USUAL, FindingFacts, Within, typed
from inspect_app.findings.models import DeadlineUnit, Finding
from inspect_app.visits.forms import SentForm
from inspect_app.web.fields import CleanStringField, CleanTextAreaField, VietnameseDateField
from inspect_app.web.forms import BaseForm, VersionedForm
from inspect_app.web.once import OnceForm
from inspect_app.web.uploads import UploadsField

MOST_FINDINGS = 50
"""Of one sending."""
LONGEST_INDEX = 5
"""Digits of a block's number."""


class FindingBlock(FindingFacts):
    """One of several on a page."""

    class Meta(BaseForm.Meta):
        csrf = False

    @property
    def is_blank(self) -> bool:
        """Nothing was typed; what is chosen in it from the start says nothing."""
        return not (self.photos.data or any(map(typed, (self.text, self.required, self.days, self.day))))


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
    answers = AnswersField()
    opened = MarksField()
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

    @property
    def answered(self) -> list[AnswerBlock]:
        """A block for each item of the checklist."""
        return self.answers.blocks

    @property
    def unmet(self) -> list[AnswerBlock]:
        """Those that make a finding."""
        return [block for block in self.answered if block.makes_a_finding]

    def validate(self, extra_validators: Any = None) -> bool:
        for block in (*self.blocks, *self.answered):
            block.begun = self.began_on.data if self.asks_about_the_visit else self.begun
        fine = super().validate(extra_validators)
        if len(self.blocks) > MOST_FINDINGS:
            self.form_errors.append(
                _("Mỗi lần lưu không quá %(most)d hạn chế, lưu phần còn lại ở lần sau", most=MOST_FINDINGS)
            )
        return fine and not self.form_errors


class SendForm(SentForm, VersionedForm):
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
