"""A table of scores pasted from a sheet, or sent as one: read into lines of a name and up to three numbers.

Nothing is guessed: a line that cannot be read says so. A sheet is looked at before it is opened, since what unpacks it
would follow a single cell at the far corner into all the memory there is.
"""

import csv
import io
import re
import struct
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, ValidationError

from inspect_app.core.text import fold, one_line, readable
from inspect_app.grading.policy import read_points
from inspect_app.grading.queries import Catalogue
from inspect_app.grading.services import Entry
from inspect_app.web.fields import CleanTextAreaField
from inspect_app.web.forms import VersionedForm
from inspect_app.web.uploads import clean_name, scanned

LARGEST = 2 << 20
"""Bytes of a file."""
MOST_UNPACKED = 20 << 20
MOST_ROWS = 1000
MOST_COLUMNS = 40
_CELL = re.compile(rb"<(?:\w+:)?(?:row|c)\b[^>]*?\br\s*=\s*[\"']([^\"']*)[\"']")
_PLACE = re.compile(rb"([A-Z]{0,2})([1-9][0-9]{0,4})?")
_TOTAL = ("tong diem", "tong so diem", "tong", "chi so", "diem")
_ASSESSED, _SURVEYED = "tham dinh", "dieu tra"
_UNIT = ("don vi", "co quan", "ten")


class Unusable(ValueError):
    """A sentence for the person who sent the table."""


class TableForm(VersionedForm):
    """A table as text or as a file; a file counts for more."""

    text = CleanTextAreaField(
        _l("Dán bảng điểm"),
        description=_l("Chép từ Excel: mỗi dòng một đơn vị, cột tên đơn vị rồi cột điểm. Có thể kèm dòng tiêu đề."),
        longest=50_000,
    )
    file = FileField(_l("Hoặc chọn tệp .xlsx, .csv"), description=_l("Trang tính đầu tiên của tệp. Không quá 2 MB."))

    def validate_file(self, field: FileField) -> None:
        if filename := getattr(field.data, "filename", ""):
            scanned(clean_name(filename), field.data.stream, is_kept=False)
        elif not self.text.data:
            raise ValidationError(_("Dán bảng điểm hoặc chọn một tệp"))

    def rows(self) -> list["Row"]:
        """The lines of the table. Raises Unusable."""
        if filename := getattr(self.file.data, "filename", ""):
            return read(filename, self.file.data.stream.read(LARGEST + 1))
        return _meant(_split(self.text.data))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `problem` says why it cannot be used."""

    line: int
    """From 1, as the sheet numbers it."""
    name: str
    total: Decimal | None = None
    assessed: Decimal | None = None
    surveyed: Decimal | None = None
    problem: str = ""


def read(filename: str, content: bytes) -> list[Row]:
    """The lines of a .csv or .xlsx. Raises Unusable."""
    if len(content) > LARGEST:
        raise Unusable(_("Tệp quá lớn, mỗi tệp không quá 2 MB"))
    ending = filename.rpartition(".")[2].lower()
    if ending == "csv":
        try:
            return _meant(_split(content.decode("utf-8-sig")))
        except UnicodeDecodeError:
            raise Unusable(_("Tệp .csv này không phải UTF-8. Trong Excel, lưu lại theo dạng CSV UTF-8")) from None
    if ending != "xlsx":
        raise Unusable(_("Chọn tệp có đuôi .xlsx hoặc .csv"))
    return _meant(_sheet(content))


def _split(text: str) -> list[list[Any]]:
    """Tabs as Excel copies them; otherwise semicolons, which a Vietnamese Excel writes; otherwise commas."""
    mark = next((mark for mark in "\t;" if mark in text), ",")
    try:
        return list(csv.reader(io.StringIO(text), delimiter=mark))
    except csv.Error:
        raise Unusable(_("Bảng này không đọc được, chép lại từ Excel rồi dán")) from None


def _sheet(content: bytes) -> list[list[Any]]:
    import python_calamine

    damaged = Unusable(_("Tệp .xlsx này không đọc được, mở bằng Excel rồi lưu lại"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _look_into(package)
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return sheet.to_python(skip_empty_area=False)
    except Unusable:
        raise
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        EOFError,
        struct.error,
        OSError,
        RuntimeError,
    ) as error:
        raise damaged from error
    except (python_calamine.CalamineError, IndexError) as error:
        raise damaged from error


def _look_into(package: zipfile.ZipFile) -> None:
    """Refuse what is packed to burst, what is locked, and cells further out than any table of units."""
    left = MOST_UNPACKED
    if len(package.infolist()) > 1000:
        raise Unusable(_("Tệp này quá nhiều thành phần, chép bảng điểm sang một tệp mới"))
    for member in package.infolist():
        with package.open(member) as part:
            unpacked = part.read(left + 1)  # what it really is, whatever it says of itself
        left -= len(unpacked)
        if left < 0:
            raise Unusable(_("Tệp này mở ra quá lớn, chép bảng điểm sang một tệp mới"))
        if member.filename.lower().startswith("xl/worksheets/"):
            if b"\0" in unpacked:
                raise Unusable(_("Tệp .xlsx này không đọc được, mở bằng Excel rồi lưu lại"))
            for place in _CELL.finditer(unpacked):
                _within_reach(place[1])


def _within_reach(place: bytes) -> None:
    found = _PLACE.fullmatch(place)
    column = 0
    for letter in found[1] if found else b"":
        column = column * 26 + letter - 64
    if found is None or column > MOST_COLUMNS or int(found[2] or 0) > MOST_ROWS:
        raise Unusable(
            _("Bảng có ô ở quá xa: nhiều nhất %(rows)d dòng, %(columns)d cột", rows=MOST_ROWS, columns=MOST_COLUMNS)
        )


def _meant(table: Sequence[Sequence[Any]]) -> list[Row]:
    """The lines under the head, or all of them where there is none."""
    if len(table) > MOST_ROWS:
        raise Unusable(
            _("Bảng dài quá: nhiều nhất %(rows)d dòng, %(columns)d cột", rows=MOST_ROWS, columns=MOST_COLUMNS)
        )
    lines = [(number, [_cell(cell) for cell in row]) for number, row in enumerate(table, 1)]
    lines = [(number, row) for number, row in lines if any(row)]
    head = next((at for at, (_n, row) in enumerate(lines[:15]) if _columns(row)), None)
    if head is None:
        found = [_by_place(number, row) for number, row in lines]
    else:
        columns = _columns(lines[head][1])
        found = [_by_head(number, row, columns) for number, row in lines[head + 1 :]]
    rows = [row for row in found if row is not None]
    if not rows:
        raise Unusable(_("Bảng này không có dòng nào có tên đơn vị và điểm"))
    return rows


def _cell(value: Any) -> str:
    """As text; a number of a sheet with the decimals that it was typed with."""
    if isinstance(value, float):
        rounded = Decimal(value).quantize(Decimal("0.000001"), ROUND_HALF_UP)
        return f"{rounded:f}".rstrip("0").rstrip(".")
    try:
        return one_line(str(value))
    except ValueError:
        return " ".join(readable(str(value)).split())


def _columns(row: Sequence[str]) -> dict[str, int]:
    """Where name, total and parts stand, and how wide the head is, if this line is one; otherwise nothing."""
    folded = [fold(cell) for cell in row]
    name = next((at for at, cell in enumerate(folded) if any(word in cell for word in _UNIT)), None)
    parts = {
        key: at
        for key, word in (("assessed", _ASSESSED), ("surveyed", _SURVEYED))
        if (at := next((at for at, cell in enumerate(folded) if word in cell), None)) is not None
    }
    free = [at for at in range(len(folded)) if at != name and at not in parts.values()]
    total = next((at for word in _TOTAL for at in free if word in folded[at]), None)
    if name is None or total is None or any(_is_number(cell) for cell in row):
        return {}
    return {"name": name, "total": total, "width": len(row), **(parts if len(parts) == 2 else {})}


def _by_head(number: int, row: Sequence[str], columns: dict[str, int]) -> Row | None:
    def said(key: str) -> str:
        at = columns.get(key)
        return row[at] if at is not None and at < len(row) else ""

    name, typed = said("name"), [said(key) for key in ("total", "assessed", "surveyed")]
    if any(row[columns["width"] :]):
        return Row(number, name, problem=_("Dòng này nhiều ô hơn dòng tiêu đề, xem lại dấu ngăn cột"))
    return _row(number, name, typed) if name or any(typed) else None


def _by_place(number: int, row: Sequence[str]) -> Row | None:
    """The first words are the name, or of two numbers the first is a code; the one number after it is the total."""
    filled = [at for at, cell in enumerate(row) if cell]
    at = next((at for at in filled if not _is_number(row[at])), filled[0] if len(filled) == 2 else None)
    if at is None:
        return Row(number, "", problem=_("Dòng này không có tên đơn vị"))
    typed = [cell for cell in row[at + 1 :] if cell]
    if len(typed) > 1:
        return Row(number, row[at], problem=_("Dòng này có nhiều cột điểm, thêm dòng tiêu đề trên bảng"))
    return _row(number, row[at], [*typed, "", "", ""][:3])


def _row(number: int, name: str, typed: Sequence[str]) -> Row:
    if not name:
        return Row(number, "", problem=_("Dòng này không có tên đơn vị"))
    if not any(typed):
        return Row(number, name, problem=_("Dòng này không có điểm"))
    try:
        total, assessed, surveyed = (read_points(cell) if cell else None for cell in typed)
    except ValueError:
        wrong = next(cell for cell in typed if cell and not _is_points(cell))
        return Row(
            number,
            name,
            problem=_("“%(typed)s” không phải số từ 0 đến 100 có nhiều nhất hai chữ số thập phân", typed=wrong[:40]),
        )
    if (assessed is None) is not (surveyed is None):
        return Row(number, name, problem=_("Nhập cả hai điểm thành phần hoặc để trống cả hai"))
    if assessed is not None and surveyed is not None:
        total = total if total is not None else assessed + surveyed
        if total != assessed + surveyed or total > 100:
            return Row(number, name, problem=_("Hai điểm thành phần cộng lại phải bằng tổng điểm"))
    if total is None:
        return Row(number, name, problem=_("Dòng này không có điểm"))
    return Row(number, name, total, assessed, surveyed)


def _is_points(cell: str) -> bool:
    try:
        read_points(cell)
    except ValueError:
        return False
    return True


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[+-]?\d+(?:[.,]\d+)*", cell))


@dataclass(frozen=True, slots=True)
class Matched:
    """A table whose lines are known to be units, as far as they are."""

    entries: dict[int, Entry]
    """By unit."""
    problems: list[Row]
    """Lines that name no unit of the group, several, or one that an earlier line named already."""


def match(rows: Iterable[Row], known: Catalogue) -> Matched:
    """Each line's unit by its exact name or code; whatever is not clear is a problem and nothing else."""
    entries: dict[int, Entry] = {}
    lines: dict[int, int] = {}
    problems = []
    for row in rows:
        called = known.called(row.name) if row.name else []
        problem = row.problem
        if not problem and not called:
            problem = _("Nhóm này không có đơn vị tên như vậy trong năm đó")
        elif not problem and len(called) > 1:
            offered = "; ".join(f"{unit.code} ({unit.parent.name if unit.parent else unit.name})" for unit in called)
            problem = _(
                "Có %(num)s đơn vị cùng tên, ghi mã thay cho tên: %(offered)s", num=len(called), offered=offered
            )
        elif not problem and called[0].id in lines:
            problem = _("Đơn vị này đã có ở dòng %(line)s", line=lines[called[0].id])
        if problem or row.total is None:
            problems.append(replace(row, problem=problem))
            continue
        lines[called[0].id] = row.line
        entries[called[0].id] = Entry(row.total, row.assessed, row.surveyed)
    return Matched(entries, problems)
