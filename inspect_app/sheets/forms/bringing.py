"""What people say when they bring a sheet in: the file, what its columns are, which units are meant."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired

from inspect_app.sheets.services.heads import Field
from inspect_app.sheets.services.names import normal
from inspect_app.web.fields import CleanStringField, FilesField, read_id
from inspect_app.web.forms import VersionedForm
from inspect_app.web.once import OnceForm

ACCEPT = ".xlsx,.xls,.ods,.csv"
FIELDS = {
    Field.UNIT: _l("Đơn vị được kiểm tra"),
    Field.VISIT_DAY: _l("Ngày kiểm tra"),
    Field.TEXT: _l("Hạn chế"),
    Field.REQUIRED: _l("Phải làm gì"),
    Field.AREA: _l("Lĩnh vực"),
    Field.DEADLINE: _l("Hạn khắc phục"),
    Field.DAYS: _l("Số ngày khắc phục"),
    Field.CODE: _l("Mã hạn chế"),
    Field.VERSION: _l("Phiên bản"),
}
"""In the order of the page."""


class BringForm(OnceForm):
    files = FilesField(
        _l("Bảng tính"),
        [InputRequired(_l("Chọn một tệp .xlsx, .xls, .ods hoặc .csv"))],
        most=1,
        accept=ACCEPT,
        description=_l("Mỗi dòng một hạn chế. Tệp không quá 20 MB, 10.000 dòng."),
    )


class ChooseForm(VersionedForm):
    """With it come, read by `chosen`: `sheet`, `head` (from 1), `column-<field>` (from 1) and `unit-<name>`."""


class WriteForm(VersionedForm):
    seen = CleanStringField(longest=64)


def chosen(args: MultiDict[str, str], now: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of a sheet was answered with; what cannot be read stays as it is `now`."""
    columns = {}
    for name in Field:
        if (place := _number(args.get(f"column-{name.value}"))) is not None:
            columns[name] = place - 1
    units = {}
    for key, value in args.items():
        if key.startswith("unit-") and (visit_id := _number(value)) is not None:
            units[normal(key.removeprefix("unit-"))] = visit_id
    sheet, head = _number(args.get("sheet")), _number(args.get("head"))
    return {
        "sheet": sheet - 1 if sheet else int(now["sheet"]),
        "head": head - 1 if head else int(now["head"]),
        "columns": columns,
        "units": units,
    }


def _number(typed: str | None) -> int | None:
    with suppress(ValueError):
        return read_id(typed)
    return None
