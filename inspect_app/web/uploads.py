"""Files that people send, looked at before anything is stored: what they are, by name and by content alike.

Knows no record. What is refused is refused with a sentence that names the file; documents are never unpacked, only
headers and tables of contents are read. Where there is a virus scanner it is asked (see core.scanning). Of a picture
only its pixels are let in (see core.pictures). A file comes with its form, or ahead of it: then the form brings, under
the same name, the number of what waits (see core.staging).
"""

import hashlib
import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO, Any

import filetype
import structlog
from flask import current_app, g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import FieldList, Form, FormField, ValidationError
from wtforms.validators import StopValidation

from inspect_app.core import clock, pictures, staging, text
from inspect_app.core.db import db
from inspect_app.core.pictures import MOST_PIXELS, NoPicture, TooManyPixels
from inspect_app.core.scanning import Away, Scanner, Unscanned
from inspect_app.core.staging import Staged
from inspect_app.core.storage import Incoming
from inspect_app.web.access import actor
from inspect_app.web.fields import FilesField, read_id
from inspect_app.web.formats import file_size, thousands

ACCEPT = "image/*,.pdf,.doc,.docx,.xls,.xlsx"
"""What a browser offers to choose from; what it sends is looked at all the same."""
PICTURES = "image/*"
LONGEST_NAME = 150
MOST_MEMBERS = 10_000
MOST_UNPACKED = 500 << 20
"""Bytes that a .docx or .xlsx may say it unpacks to."""

log = structlog.get_logger()
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


class Refused(ValidationError):
    """A sentence for the person who sent the file."""


Look = Callable[[IO[bytes]], bool]


def _guessed(*media_types: str) -> Look:
    def look(stream: IO[bytes]) -> bool:
        kind = filetype.guess(stream.read(8192))
        return kind is not None and kind.mime in media_types

    return look


def _picture(stream: IO[bytes]) -> bool:
    """Whichever kind of picture: phones and messengers are careless about endings."""
    pictures.measure(stream)
    return True


def _ole(*streams: str) -> Look:
    """A compound file of Office 97 to 2003 that has one of these streams."""
    names = [name.encode("utf-16-le") for name in streams]

    def look(stream: IO[bytes]) -> bool:
        content = stream.read()
        return content.startswith(_OLE) and any(name in content for name in names)

    return look


def _zipped(part: str) -> Look:
    """A package of Office 2007 and later whose main part is `part`, without macros, not packed to burst."""

    def look(stream: IO[bytes]) -> bool:
        try:
            with zipfile.ZipFile(stream) as package:
                members = package.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, struct.error, OSError):
            return False
        names = {member.filename for member in members}
        return (
            {"[Content_Types].xml", part} <= names
            and not any(name.lower().endswith("vbaproject.bin") for name in names)
            and not any(member.flag_bits & 0x1 for member in members)
            and len(members) <= MOST_MEMBERS
            and sum(member.file_size for member in members) <= MOST_UNPACKED
        )

    return look


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
KINDS: dict[str, tuple[str, Look]] = {
    "jpg": ("image/jpeg", _picture),
    "jpeg": ("image/jpeg", _picture),
    "png": ("image/png", _picture),
    "webp": ("image/webp", _picture),
    "heic": ("image/heic", _picture),
    "heif": ("image/heic", _picture),
    "pdf": ("application/pdf", _guessed("application/pdf")),
    "doc": ("application/msword", _ole("WordDocument")),
    "docx": (f"{_OPEN_XML}.wordprocessingml.document", _zipped("word/document.xml")),
    "xls": ("application/vnd.ms-excel", _ole("Workbook", "Book")),
    "xlsx": (f"{_OPEN_XML}.spreadsheetml.sheet", _zipped("xl/workbook.xml")),
}
"""Ending of the name -> media type, and whether the content is of that type."""


class UploadsField(FilesField):
    """Files of the kinds in `KINDS`; `incoming` holds them ready for a service once the field was validated."""

    data: list[Any]
    """Files that came with the form, and the numbers of those that came ahead of it."""
    incoming: list[Incoming]

    def __init__(self, label: Any = None, validators: Any = None, *, most: int = 20, **rest: Any) -> None:
        given = {"description": _l("Ảnh, PDF, Word, Excel. Mỗi tệp không quá 20 MB."), **rest}
        super().__init__(label, validators, most=most, **given)
        self.incoming = []

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        ahead = (_number(value) for value in valuelist if isinstance(value, str))
        self.data = [*self.data, *dict.fromkeys(number for number in ahead if number)]
        self.raw_data = list(self.data)

    @property
    def numbers(self) -> list[int]:
        """Of the files that came ahead."""
        return [each for each in self.data if isinstance(each, int)]

    @property
    def waiting(self) -> list[Staged]:
        """Those of them that still wait; a page that shows the form again shows them."""
        mine = _waiting() if self.numbers else {}
        return [mine[number] for number in self.numbers if number in mine]

    @property
    def lost(self) -> list[str]:
        """Names of the files that came with the form: where it is shown again they have to be chosen again."""
        return [clean_name(each.filename or "") for each in self.data if isinstance(each, FileStorage)]

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        storage, refusals = current_app.extensions.get("storage"), []
        self.incoming = [staging.incoming(staged, storage) for staged in self.waiting] if storage else []
        if len(self.incoming) < len(self.numbers):
            refusals.append(_("Có tệp đã tải lên quá lâu nên không còn giữ, chọn lại tệp đó"))
        for file in self.data:
            if isinstance(file, int):
                continue
            try:
                self.incoming.append(admit(file, limit=current_app.config["FILE_LIMIT"]))
            except Refused as refused:
                refusals.append(str(refused))
        if refusals:
            self.errors = [*self.errors, *refusals]
            raise StopValidation


def numbers_in(form: Form) -> list[int]:
    """Of all files that came ahead of this form, in its parts too."""
    return [number for field in _uploads(form) for number in field.numbers]


def store(form: Form) -> None:
    """Keep the content of all files of this form, in its parts too, before their rows are written.

    Whoever writes keeps others waiting on SQLite, and a disk takes its time. What no row comes to name is swept away.
    """
    storage, limit = current_app.extensions.get("storage"), current_app.config["FILE_LIMIT"]
    if storage is None:
        return
    for field in _uploads(form):
        for file in field.incoming:
            file.stream.seek(0)
        field.incoming = [replace(file, kept=file.keep(storage, limit=limit)) for file in field.incoming]


def _uploads(form: Form) -> Iterator[UploadsField]:
    for field in form:
        parts = field.entries if isinstance(field, FieldList) else [field]
        for part in parts:
            if isinstance(part, UploadsField):
                yield part
            elif isinstance(part, FormField):
                yield from _uploads(part.form)


def _number(typed: str) -> int | None:
    try:
        return read_id(typed)
    except ValueError:
        return None


def _waiting() -> dict[int, Staged]:
    """The person's own, read once; nothing else is ever found by its number."""
    if "staged" not in g:
        g.staged = staging.waiting_of(actor())
        for row in g.staged.values():
            db.session.expunge(row)  # a refusal rolls back, and the page still shows them
    waiting: dict[int, Staged] = g.staged
    return waiting


def admit(file: FileStorage, *, limit: int) -> Incoming:
    """The file with its name cleaned and its type settled, at its beginning. Raises Refused.

    `limit` is in bytes. The type follows from the name's ending, and the content must agree. A picture that can be
    decoded is drawn anew, everything else stays byte for byte.
    """
    name, stream = clean_name(file.filename or ""), file.stream
    size = stream.seek(0, 2)
    stream.seek(0)
    _stem, dot, ending = name.rpartition(".")
    kind = KINDS.get(ending.lower()) if dot else None
    if kind is None:
        raise Refused(_("Tệp %(name)s không nhận được, hãy chọn ảnh, PDF, Word hoặc Excel", name=name))
    if size > limit:
        raise Refused(
            _(
                "Tệp %(name)s nặng %(size)s, mỗi tệp không quá %(limit)s",
                name=name,
                size=file_size(size),
                limit=file_size(limit),
            )
        )
    if size == 0:
        raise Refused(_("Tệp %(name)s không có nội dung, hãy chọn lại tệp", name=name))
    media_type, is_of_that_type = kind
    try:
        agrees = is_of_that_type(stream)
    except TooManyPixels:
        raise _too_many_pixels(name) from None
    except NoPicture:
        agrees = False
    finally:
        stream.seek(0)
    if not agrees:
        raise Refused(
            _(
                "Tệp %(name)s không nhận được vì nội dung không đúng với đuôi tệp, hãy chọn ảnh, PDF, Word hoặc Excel",
                name=name,
            )
        )
    scanned(name, stream, is_kept=is_of_that_type is not _picture)
    return _bare(name, stream) if is_of_that_type is _picture else Incoming(name, media_type, stream)


def scanned(name: str, stream: IO[bytes], *, is_kept: bool = True) -> None:
    """Raises Refused for what the scanner finds something in, and while it is away where it is required.

    Where it is not, what is kept byte for byte (`is_kept`) is looked at when the scanner is back.
    """
    scanner: Scanner | None = current_app.extensions.get("scanner")
    if scanner is None:
        return
    try:
        found = "" if "scanner_away" in g else scanner.found_in(stream)
    except Away as away:
        log.error("scanner_away", said=str(away))
        g.scanner_away, found = True, ""  # its patience is spent once a request
    if found:
        _tell(name, found, stream)
        raise Refused(
            _(
                "Tệp %(name)s không nhận được vì có thể chứa mã độc. Quét vi-rút máy đã tạo tệp rồi gửi tệp khác",
                name=name,
            )
        )
    if "scanner_away" not in g:
        return
    if current_app.config["CLAMAV_REQUIRED"]:
        raise Refused(_("Chưa nhận được tệp %(name)s vì chưa kiểm tra được vi-rút. Thử lại sau vài phút", name=name))
    if is_kept:
        db.session.add(Unscanned(sha256=_sha256(stream), name=name, received_at=clock.now()))


def _tell(name: str, found: str, stream: IO[bytes]) -> None:
    """What was found is for the logs alone; who hears of it writes it into the chained one when the request is over."""
    told = {"file": name, "found": found, "sha256": _sha256(stream)}
    log.warning("infected", person=actor().person_id, **told)
    g.setdefault("infected", []).append(told)


def _sha256(stream: IO[bytes]) -> str:
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # wants readinto, has it
    stream.seek(0)
    return digest


def _bare(name: str, stream: IO[bytes]) -> Incoming:
    """The picture drawn anew, under a name that says what it is now. Raises Refused."""
    received = _sha256(stream)
    try:
        picture = pictures.bare(stream, home=clock.HANOI)
    except TooManyPixels:
        raise _too_many_pixels(name) from None
    except NoPicture:
        raise Refused(_("Ảnh %(name)s bị hỏng nên không mở được, hãy chụp hoặc chọn ảnh khác", name=name)) from None
    stem, _dot, ending = name.rpartition(".")
    if KINDS[ending.lower()][0] != picture.media_type:
        name = f"{stem}.{'png' if picture.media_type == 'image/png' else 'jpg'}"
    return Incoming(
        name,
        picture.media_type,
        io.BytesIO(picture.content),
        received_sha256=received,
        taken_at=picture.taken_at,
    )


def _too_many_pixels(name: str) -> Refused:
    most = thousands(MOST_PIXELS // 1_000_000)
    return Refused(_("Ảnh %(name)s quá lớn, hãy chọn ảnh không quá %(most)s triệu điểm ảnh", name=name, most=most))


def clean_name(name: str) -> str:
    """The name as it may be shown and offered for saving: no folders, no marks that a file system refuses."""
    last = name.replace("\\", "/").rpartition("/")[2]
    readable = " ".join(text.readable(last).split()).translate(_FORBIDDEN_IN_NAMES).lstrip(". ")
    stem, dot, ending = readable.rpartition(".")
    if not dot or not stem:
        return readable[:LONGEST_NAME] or "tep"
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending[:10]}"
