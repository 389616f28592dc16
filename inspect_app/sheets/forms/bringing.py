"""What people say when they bring a sheet in: the file, of which kind, what its columns are, what is meant by names."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired

from inspect_app.sheets.services.declared import Kind
from inspect_app.sheets.services.lines import LEAVE, REGISTER, SHEET
from inspect_app.sheets.services.names import normal
from inspect_app.web.fields import CleanStringField, FilesField, read_id
from inspect_app.web.forms import VersionedForm
from inspect_app.web.once import OnceForm
from inspect_app.web.uploads import clean_name, scanned

DECISIONS = (SHEET, REGISTER, LEAVE, "")
"""The last takes back that a row is left out."""
ACCEPT = ".xlsx,.xls,.ods,.csv"


class BringForm(OnceForm):
    kind = CleanStringField(_l("Bảng này ghi gì"), longest=40)
    files = FilesField(
        _l("Bảng tính"),
        [InputRequired(_l("Chọn một tệp .xlsx, .xls, .ods hoặc .csv"))],
        most=1,
        accept=ACCEPT,
        description=_l("Mỗi dòng một mục. Tệp không quá 20 MB, 10.000 dòng."),
    )

    def validate_files(self, field: FilesField) -> None:
        for sent in field.data:
            scanned(clean_name(sent.filename or ""), sent.stream)


def kind_of(form: BringForm, offered: Sequence[Kind]) -> Kind | None:
    """The kind that was chosen of those `offered`, the only one where there is one; none says so at the field."""
    if len(offered) == 1:
        return offered[0]
    found = next((kind for kind in offered if kind.name == form.kind.data), None)
    if found is None:
        form.kind.errors = [_("Chọn bảng này ghi gì")]
    return found


class ChooseForm(VersionedForm):
    """With it come, read by `chosen`: `sheet`, `head` (from 1), `column-<field>` (from 1) `answer-<name>`,
    `decide:<record>` and `decide:<record>:<field>`."""


class WriteForm(VersionedForm):
    seen = CleanStringField(longest=64)


def chosen(args: MultiDict[str, str], kind: Kind, now: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of a sheet was answered with; what cannot be read stays as it is `now`."""
    columns = {}
    for column in kind.columns:
        if (place := _number(args.get(f"column-{column.name}"))) is not None:
            columns[str(column.name)] = place - 1
    answers = {}
    for key, value in args.items():
        if key.startswith("answer-") and (number := _number(value)) is not None:
            answers[normal(key.removeprefix("answer-"))] = number
    decided = {
        key.removeprefix("decide:")[:100]: value
        for key, value in args.items()
        if key.startswith("decide:") and value in DECISIONS
    }
    sheet, head = _number(args.get("sheet")), _number(args.get("head"))
    return {
        "sheet": sheet - 1 if sheet else int(now["sheet"]),
        "head": head - 1 if head else int(now["head"]),
        "columns": columns,
        "answers": answers,
        "decided": decided,
    }


def _number(typed: str | None) -> int | None:
    with suppress(ValueError):
        return read_id(typed)
    return None
