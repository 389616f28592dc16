"""What is typed to correct a conclusion that was issued: an amendment's own particulars, and how things should read."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FormField, IntegerField, SelectField, ValidationError
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from inspect_app.findings.models import Finding
from inspect_app.findings.services.amendment import Corrected
from inspect_app.plans.models import Area
from inspect_app.web.fields import CleanStringField, CleanTextAreaField, VietnameseDateField, choice
from inspect_app.web.forms import BaseForm
from inspect_app.web.once import OnceForm
from inspect_app.web.uploads import UploadsField


class ScanField(UploadsField):
    """A signed paper, scanned or photographed."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        for file in self.incoming:
            if not (file.media_type.startswith("image/") or file.media_type == "application/pdf"):
                message = _l("Tệp %(name)s không nhận được, hãy chọn ảnh hoặc PDF", name=file.name)
                raise ValidationError(str(message))


class ScanForm(OnceForm):
    scan = ScanField(
        _l("Bản quét thông báo"),
        [InputRequired(_l("Chọn bản quét thông báo kết luận"))],
        description=_l("PDF hoặc ảnh chụp. Mỗi tệp không quá 20 MB."),
    )


class CorrectedBlock(BaseForm):
    """One finding as it should read."""

    class Meta(BaseForm.Meta):
        csrf = False

    text = CleanTextAreaField(_l("Hạn chế là gì"), [InputRequired(_l("Nhập mô tả hạn chế"))])
    required = CleanTextAreaField(_l("Phải làm gì"), [InputRequired(_l("Nhập việc đơn vị phải làm"))])
    area = SelectField(_l("Lĩnh vực"), choices=[])

    @property
    def corrected(self) -> Corrected:
        return Corrected(self.text.data, self.required.data, self.area.data)


class AmendForm(OnceForm):
    ordinal = IntegerField(widget=HiddenInput())
    """Which amendment the page announced."""
    number = CleanStringField(
        _l("Số văn bản đính chính"),
        [InputRequired(_l("Nhập số văn bản đính chính"))],
        longest=60,
        description=_l("Do văn thư cấp, ví dụ 61/TB-ĐKT."),
    )
    dated_on = VietnameseDateField(_l("Ngày đính chính"), [InputRequired(_l("Nhập ngày đính chính, ví dụ 20/11/2023"))])
    signer = CleanStringField(_l("Người ký"), [InputRequired(_l("Nhập người ký văn bản đính chính"))])
    reason = CleanTextAreaField(_l("Lý do đính chính"), [InputRequired(_l("Nhập lý do đính chính"))])
    scan = ScanField(_l("Bản quét văn bản đính chính"), description=_l("PDF hoặc ảnh chụp. Mỗi tệp không quá 20 MB."))
    notice_number = CleanStringField(_l("Số thông báo kết luận"), [Optional()], longest=60)
    notice_dated_on = VietnameseDateField(_l("Ngày thông báo"), [Optional()])
    notice_signer = CleanStringField(_l("Người ký thông báo"), [Optional()])

    blocks: Sequence[tuple[Finding, CorrectedBlock]] = ()

    @property
    def notice(self) -> dict[str, Any]:
        """How the notice itself should read."""
        return {name: self[f"notice_{name}"].data for name in ("number", "dated_on", "signer")}


def amend_form(findings: Sequence[Finding], areas: Sequence[Area], **given: Any) -> AmendForm:
    """The form with a block for each finding, filled with what it says now."""
    fields = {f"f{finding.id}": FormField(CorrectedBlock) for finding in findings}
    kind: type[AmendForm] = type("AmendFormOfTheVisit", (AmendForm,), fields)
    now = {
        f"f{finding.id}": {"text": finding.text, "required": finding.required, "area": finding.area_code}
        for finding in findings
    }
    form = kind(**now, **given)
    form.blocks = [(finding, form[f"f{finding.id}"].form) for finding in findings]
    for _finding, block in form.blocks:
        block.area.choices = [choice(area.code, area.short_name) for area in areas]
    return form
