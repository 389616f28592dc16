"""What is sent about templates."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.validators import InputRequired

from inspect_app.web.fields import CleanStringField, IdField
from inspect_app.web.forms import BaseForm
from inspect_app.web.once import OnceForm
from inspect_app.web.uploads import UploadsField


class UploadForm(OnceForm):
    files = UploadsField(
        _l("Mẫu đã sửa"),
        [InputRequired(_l("Chọn tệp Word (.docx) đã sửa từ mẫu gốc"))],
        most=1,
        description=_l("Một tệp .docx, không quá 5 MB, không có macro."),
    )
    note = CleanStringField(_l("Đã sửa gì"), longest=200)

    def validate_files(self, field: Any) -> None:
        if any(not one.name.lower().endswith(".docx") for one in field.incoming):
            raise ValidationError(_("Chọn tệp Word (.docx) đã sửa từ mẫu gốc"))


class ReplaceForm(BaseForm):
    """`seen`: the version that the page showed in force, empty for the house's own."""

    seen = IdField()
