"""A bundle of documents as a .zip: what is kept as it is, a manifest of everything, and the hashes to check it by.

Every file is read in pieces and compared with the hash it was kept under: a bundle never proves less than it says.
Names inside are plain letters, so that every computer unpacks them.
"""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from flask_babel import gettext as _

from inspect_app.core.storage import Storage
from inspect_app.core.text import fold
from inspect_app.grading.queries import Document, File, What
from inspect_app.grading.views.words import DOCUMENTS, proves
from inspect_app.web.formats import date as shown_day

MOST_BYTES = 2 << 30
"""Of the files of one bundle."""
_CHUNK = 1 << 20
_ODD = re.compile(r"[^a-z0-9]+")
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FOLDERS = {What.CONCLUSION: "ket-luan", What.EVIDENCE: "minh-chung"}


class Damaged(Exception):
    """A file's content is not what it was kept as; `args` are the names."""


@dataclass(frozen=True, slots=True)
class Line:
    """One document with the place of its file in the bundle; no place where there is no file, or it is missing."""

    document: Document
    place: str = ""
    missing: bool = False
    """A file is on record, and its content is not in the store."""


def laid_out(documents: Iterable[Document], storage: Storage) -> list[Line]:
    """The documents in their order; content that several of them share has one place."""
    documents = list(documents)
    there = storage.sizes({document.file.sha256 for document in documents if document.file})
    places: dict[str, str] = {}
    lines = []
    for document in documents:
        file = document.file
        if file is None:
            lines.append(Line(document))
        elif file.sha256 in places:
            lines.append(Line(document, places[file.sha256]))
        elif file.sha256 not in there:
            lines.append(Line(document, missing=True))
        else:
            places[file.sha256] = _place(document, file)
            lines.append(Line(document, places[file.sha256]))
    return lines


def _place(document: Document, file: File) -> str:
    stem, _dot, ending = file.name.rpartition(".")
    words = "_".join(filter(None, (_plain(document.unit_name)[:40], _plain(stem or file.name)[:60])))
    return f"{_FOLDERS[document.what]}/{file.id:06d}_{words or 'tep'}.{_plain(ending)[:5] or 'bin'}"


def _plain(name: str) -> str:
    return _ODD.sub("-", fold(name)).strip("-")


def size_of(lines: Iterable[Line]) -> int:
    """Bytes of the files, each once."""
    return sum({line.place: line.document.file.size for line in lines if line.place and line.document.file}.values())


def pack(lines: Sequence[Line], *, about: Sequence[str], day: date, storage: Storage, out: IO[bytes]) -> str:
    """Write the bundle to `out`; the hash of its manifest. `about` are sentences to stand beside it.

    Raises Damaged where content does not have the hash that it was kept under.
    """
    written: dict[str, str] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for line in lines:
            if line.place and line.place not in written and line.document.file:
                written[line.place] = _copy(package, line.place, line.document.file, day, storage)
        manifest = _manifest(lines)
        for name, content in (("manifest.csv", manifest), ("tieu-chi.txt", "\r\n".join(about).encode("utf-8-sig"))):
            written[name] = hashlib.sha256(content).hexdigest()
            package.writestr(_entry(name, len(content), day), content, zipfile.ZIP_DEFLATED)
        sums = "".join(f"{digest}  {place}\n" for place, digest in written.items()).encode()
        package.writestr(_entry("SHA256SUMS", len(sums), day), sums, zipfile.ZIP_DEFLATED)
    return written["manifest.csv"]


def _entry(place: str, size: int, day: date) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(place, (day.year, day.month, day.day, 0, 0, 0))
    entry.file_size = size
    entry.external_attr = 0o100600 << 16
    return entry


def _copy(package: zipfile.ZipFile, place: str, file: File, day: date, storage: Storage) -> str:
    digest = hashlib.sha256()
    with storage.open(file.sha256) as kept, package.open(_entry(place, file.size, day), "w") as packed:
        while chunk := kept.read(_CHUNK):
            digest.update(chunk)
            packed.write(chunk)
    if digest.hexdigest() != file.sha256:
        raise Damaged(file.name)
    return file.sha256


def _manifest(lines: Sequence[Line]) -> bytes:
    """As a table that Excel opens; no cell of it is ever a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        [
            _("STT"),
            _("Tệp trong gói"),
            _("Tài liệu"),
            _("Số"),
            _("Ngày"),
            _("Đơn vị"),
            _("Chứng minh"),
            "SHA-256",
            _("Dung lượng (byte)"),
            _("Tình trạng"),
        ]
    )
    for number, line in enumerate(lines, 1):
        document, file = line.document, line.document.file
        cells = (
            line.place,
            str(DOCUMENTS[document.what]),
            document.number,
            shown_day(document.dated_on),
            document.unit_name,
            proves(document),
            file.sha256 if file else "",
        )
        writer.writerow([number, *(_harmless(cell) for cell in cells), file.size if file else "", standing(line)])
    return text.getvalue().encode("utf-8-sig")


def standing(line: Line) -> str:
    if line.missing:
        return str(_("Thiếu tệp: không tìm thấy nội dung trong kho"))
    return str(_("Có tệp") if line.place else _("Chưa đính kèm tệp"))


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip().startswith(_RISKY) or cell.startswith(_RISKY) else cell
