"""One letter for many findings: what they have in common, and a line for each."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FormField
from wtforms.validators import InputRequired

from inspect_app.findings.models import Finding
from inspect_app.web.fields import CleanStringField, CleanTextAreaField, IdField, VietnameseDateField
from inspect_app.web.forms import BaseForm
from inspect_app.web.once import OnceForm
from inspect_app.web.uploads import UploadsField


class Line(BaseForm):
    """What is said of one finding."""

    class Meta(BaseForm.Meta):
        csrf = False

    take = BooleanField()
    statement = CleanTextAreaField(
        _l("Nội dung riêng cho hạn chế này"), description=_l("Để trống thì dùng nội dung chung.")
    )
    version = IdField()


class TogetherForm(OnceForm):
    """Made by `for_findings`, which adds the lines."""

    statement = CleanTextAreaField(
        _l("Đơn vị đã làm gì?"),
        description=_l("Nội dung chung cho các hạn chế đã chọn. Hạn chế nào cần nói riêng thì viết ở dưới hạn chế đó."),
    )
    letter_number = CleanStringField(_l("Số công văn"), [InputRequired(_l("Nhập số công văn của đơn vị"))], longest=60)
    letter_on = VietnameseDateField(_l("Ngày công văn"), [InputRequired(_l("Nhập ngày công văn của đơn vị"))])
    files = UploadsField(
        _l("Ảnh, văn bản chứng minh"),
        [InputRequired(_l("Đính kèm ít nhất một ảnh hoặc văn bản chứng minh"))],
        description=_l("Dùng chung cho các hạn chế đã chọn, kèm bản quét công văn nếu có. Mỗi tệp không quá 20 MB."),
    )

    def line(self, finding_id: int) -> Any:
        return self[_name(finding_id)].form

    def said_of(self, finding_id: int) -> str:
        """Its own words, otherwise those for all."""
        line = self.line(finding_id)
        return str(line.statement.data or self.statement.data)

    def taken(self, finding_ids: Iterable[int]) -> list[int]:
        return [number for number in finding_ids if self.line(number).take.data]

    def validate(self, extra_validators: Any = None) -> bool:
        fine: bool = super().validate(extra_validators)
        lines = [field.form for field in self if isinstance(field, FormField)]
        taken = [line for line in lines if line.take.data]
        if not taken:
            self.form_errors.append(_("Chọn ít nhất một hạn chế"))
            return False
        for line in taken if not self.statement.data and not self.statement.errors else ():
            if not line.statement.data and not line.statement.errors:
                line.statement.errors = [_("Nhập việc đơn vị đã làm, ở đây hoặc ở nội dung chung")]
                fine = False
        return fine


def for_findings(findings: Iterable[Finding], begun: Any = None) -> TogetherForm:
    """The form with a line for each: as it was sent, or with what was `begun` and kept, or empty."""
    several = list(findings)
    lines = {_name(finding.id): FormField(Line, label=finding.title) for finding in several}
    given = {} if begun is None else {"formdata": begun}
    made: TogetherForm = type("TogetherForm", (TogetherForm,), lines)(**given)
    for finding in several:
        version = made.line(finding.id).version
        if version.data is None:
            version.data = finding.version
    return made


def _name(finding_id: int) -> str:
    return f"f{finding_id}"
