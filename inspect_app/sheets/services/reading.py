"""Reading a sheet that somebody sent: looked at before it is opened, opened by a program of its own.

What is refused is refused with a sentence; nothing here decides what a row means.
"""

import csv
import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

from inspect_app.core.errors import Invalid
from inspect_app.core.text import readable
from inspect_app.sheets.services.encoding import decoded

MOST_ROWS = 10_000
MOST_COLUMNS = 100
MOST_MEMBERS = 2000
MOST_UNPACKED = 100 << 20
"""Bytes that the parts of a package come to when they are unpacked, counted and not believed."""
SECONDS = 30
HIDDEN = "so-kiem-tra-goc"
"""The name of the hidden sheet of our workbooks: see `originals`."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1 << 16
_LOCAL_HEAD = struct.Struct("<4s5H3I2H")

Cell = str | int | float | bool | date


@dataclass(frozen=True, slots=True)
class Book:
    """One sheet of a file, every row as long as the longest."""

    sheets: list[str]
    rows: list[list[Cell]]
    aside: list[list[Cell]] = field(default_factory=list)
    """Those of the hidden sheet that a workbook of ours has."""


def read(path: Path, *, sheet: int = 0) -> Book:
    """Raises Invalid for what is no sheet, has a password, unpacks to too much or holds a formula without a value."""
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith(b"PK"):
            _look_at_package(file)
        elif start == _OLE:
            _look_at_ole(file)
        else:
            file.seek(0)
            return _from_text(file.read())
    return _parsed(path, sheet)


def _look_at_package(file: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(file) as package:
            members = package.infolist()
            names = {member.filename for member in members}
            manifest = "META-INF/manifest.xml"
            if any(member.flag_bits & 0x1 for member in members):
                raise _password()
            if len(members) > MOST_MEMBERS or _unpacked(file, members) > MOST_UNPACKED:
                raise Invalid("Tệp này bung ra quá lớn nên không nhận. Lưu lại thành tệp mới rồi gửi.", field="files")
            if not {"xl/workbook.xml", "content.xml"} & names:
                raise _no_sheet()
            if manifest in names and b"encryption-data" in package.read(manifest):
                raise _password()
    except (zipfile.BadZipFile, struct.error, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise _no_sheet() from error


def _unpacked(file: IO[bytes], members: list[zipfile.ZipInfo]) -> int:
    """How many bytes the members really come to; stops counting beyond the limit. A head may say anything."""
    total = 0
    for member in members:
        file.seek(member.header_offset)
        head = _LOCAL_HEAD.unpack(file.read(_LOCAL_HEAD.size))
        file.seek(head[9] + head[10], 1)
        if member.compress_type == zipfile.ZIP_STORED:
            total += member.compress_size
        elif member.compress_type != zipfile.ZIP_DEFLATED:
            raise NotImplementedError
        else:
            total = _inflated(file, member.compress_size, total)
        if total > MOST_UNPACKED:
            break
    return total


def _inflated(file: IO[bytes], left: int, total: int) -> int:
    stream = zlib.decompressobj(-15)
    while left > 0 and total <= MOST_UNPACKED and not stream.eof:
        packed = file.read(min(_CHUNK, left))
        if not packed:
            break
        left -= len(packed)
        while packed and total <= MOST_UNPACKED:
            total += len(stream.decompress(packed, _CHUNK * 16))
            packed = stream.unconsumed_tail
    return total


def _look_at_ole(file: IO[bytes]) -> None:
    file.seek(0)
    content = file.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise _password()
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise _no_sheet()


def _parsed(path: Path, sheet: int) -> Book:
    program = str(Path(__file__).with_name("parse.py"))
    # A head and one row more than are allowed, so that the one too many is seen.
    limits = [str(sheet), str(MOST_ROWS + 50), str(MOST_COLUMNS), HIDDEN]
    try:
        ran = subprocess.run(
            [sys.executable, "-I", program, str(path), *limits], capture_output=True, timeout=SECONDS, check=False
        )
        found: dict[str, Any] = json.loads(ran.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise _unreadable() from error
    match found.get("error"):
        case None:
            rows, aside = ([[_typed(cell) for cell in row] for row in found[name]] for name in ("rows", "aside"))
            return Book(found["sheets"], rows, aside)
        case "password":
            raise _password()
        case "large":
            raise _too_large()
        case "formula":
            raise Invalid(
                "Tệp có công thức chưa tính ra kết quả%(cell)s. Mở bằng Excel, lưu lại rồi gửi.",
                field="files",
                cell=f" ({found['cell']})" if found["cell"] else "",
            )
        case _:
            raise _unreadable()


def _typed(cell: Any) -> Cell:
    if isinstance(cell, dict):
        return date.fromisoformat(cell["day"])
    return readable(cell) if isinstance(cell, str) else cell


def _from_text(content: bytes) -> Book:
    """CSV: UTF-8, UTF-16 as Excel's "Unicode text" or Windows-1258; comma, semicolon or tab."""
    text = decoded(content)
    if text is None:
        raise Invalid("Tệp CSV phải lưu ở dạng UTF-8. Trong Excel chọn “CSV UTF-8” khi lưu.", field="files")
    if "\0" in text or not text.strip():
        raise _no_sheet()
    first = text.split("\n", 1)[0]
    comma = max(",;\t", key=first.count)
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=comma):
            rows.append([_undefused(readable(cell)) for cell in row])
            if len(rows) > MOST_ROWS + 50 or len(row) > MOST_COLUMNS:
                raise _too_large()
    except csv.Error as error:
        raise _unreadable() from error
    longest = max(map(len, rows))
    return Book([""], [row + [""] * (longest - len(row)) for row in rows])


def _undefused(cell: str) -> str:
    """Without the apostrophe that a file of ours puts before what looks like a formula."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1:].lstrip()[:1] in tuple("=+-@＝＋－＠") else cell


def _password() -> Invalid:
    return Invalid("Tệp có mật khẩu nên không đọc được. Bỏ mật khẩu rồi gửi lại.", field="files")


def _no_sheet() -> Invalid:
    return Invalid("Tệp này không phải bảng tính. Chọn tệp .xlsx, .xls, .ods hoặc .csv.", field="files")


def _unreadable() -> Invalid:
    return Invalid("Không đọc được tệp này. Mở bằng Excel, lưu thành tệp .xlsx mới rồi gửi lại.", field="files")


def _too_large() -> Invalid:
    return Invalid(
        "Bảng có hơn %(rows)s dòng hoặc %(columns)s cột. Xóa dòng, cột trống ở cuối bảng, hoặc chia nhỏ tệp.",
        field="files",
        rows=f"{MOST_ROWS:,}".replace(",", "."),
        columns=MOST_COLUMNS,
    )
