"""Whether a .docx that somebody sent may be opened at all. Its parts are read as bytes, nothing is run or followed."""

import re
import zipfile
from io import BytesIO

from inspect_app.core.errors import Invalid

LARGEST = 5 << 20
"""Bytes, packed."""
MOST_UNPACKED = 40 << 20
MOST_PARTS = 400

_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)
_EXTERNAL = re.compile(rb"""TargetMode\s*=\s*["']External["']""", re.IGNORECASE)
_LINK = re.compile(rb"""Type\s*=\s*["'][^"']*/hyperlink["']""", re.IGNORECASE)
_ENCODING = re.compile(rb"""^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_FETCHES = re.compile(rb"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|MACROBUTTON)\b")
_FIELD = re.compile(rb"<w:instrText\b[^>]*>([^<]*)<|w:instr\s*=\s*[\"']([^\"']*)")
_LIVE = ("vbaproject", "vbadata", "activex", "oleobject", "/embeddings/", "attachedtoolbars", "/externallinks/")


def refuse_what_lives(content: bytes) -> None:
    """Refuse macros, embedded objects, links to other files, and packages made to burst. Raises Invalid."""
    if len(content) > LARGEST:
        raise Invalid("Mẫu Word không quá 5 MB, bỏ bớt ảnh rồi tải lại", field="files")
    try:
        parts = _unpacked(content)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Invalid("Tệp này không mở được. Mở bằng Word, lưu lại dạng .docx rồi tải lên", field="files") from None
    if "word/document.xml" not in parts:
        raise Invalid("Tệp này không mở được. Mở bằng Word, lưu lại dạng .docx rồi tải lên", field="files")
    for name, part in parts.items():
        if any(live in f"/{name.lower()}" for live in _LIVE):
            raise Invalid("Mẫu có macro hoặc đối tượng nhúng, bỏ những phần đó rồi tải lại", field="files")
        if name.lower().endswith((".xml", ".rels")):
            _look_at(part)


def _unpacked(content: bytes) -> dict[str, bytes]:
    found, left = {}, MOST_UNPACKED
    with zipfile.ZipFile(BytesIO(content)) as package:
        members = package.infolist()
        if len(members) > MOST_PARTS:
            raise ValueError("too many parts")
        for member in members:
            with package.open(member) as stream:
                part = stream.read(left + 1)  # what the table of contents says of its size is not believed
            left -= len(part)
            if left < 0:
                raise ValueError("too large")
            if member.filename in found:
                raise ValueError("a part twice")
            found[member.filename] = part
    return found


def _look_at(part: bytes) -> None:
    encoding = _ENCODING.match(part)
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\0" in part:
        raise Invalid("Tệp này không mở được. Mở bằng Word, lưu lại dạng .docx rồi tải lên", field="files")
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
        raise Invalid("Tệp này không mở được. Mở bằng Word, lưu lại dạng .docx rồi tải lên", field="files")
    if any(_EXTERNAL.search(one) and not _LINK.search(one) for one in _RELATION.findall(part)):
        raise Invalid("Mẫu nối tới tệp ở nơi khác, bỏ liên kết đó rồi tải lại", field="files")
    told = b"".join(code or short for code, short in _FIELD.findall(part))
    if _FETCHES.search(told.upper()):
        raise Invalid("Mẫu nối tới tệp ở nơi khác, bỏ liên kết đó rồi tải lại", field="files")
