"""What is sent about templates."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError
from wtforms.validators import InputRequired

from inspect_app.web.asked import Asked
from inspect_app.web.fields import CleanStringField, IdField
from inspect_app.web.forms import BaseForm
from inspect_app.web.once import OnceForm
from inspect_app.web.uploads import UploadsField
from inspect_app.workdays.periods import PeriodCode, reporting_year


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


FIRST_YEAR = 2016
"""Of the annex: the first that the statistics of inspections know."""


def asked_period(args: MultiDict[str, str], today: date) -> tuple[PeriodCode, int] | None:
    """Which annex `?year=` and `?period=` ask for; without both, that of this year. None where they make no sense."""
    asked, latest = Asked(args), reporting_year(today)
    if not args.keys() & {"year", "period"}:
        return PeriodCode.YEAR, latest
    year, code = asked.number("year", FIRST_YEAR, latest), next(iter(asked.among("period", PeriodCode)), None)
    return (code, year) if year is not None and code is not None else None
