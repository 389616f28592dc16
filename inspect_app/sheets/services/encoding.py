"""The letters of a text file: Unicode, or what Excel writes as plain "CSV" on a Windows set to Vietnamese.

Windows-1258 keeps the tone behind its letter as a character of its own. A byte of another old encoding (TCVN3, VNI,
Windows-1252) is some character there, too, so that it is believed only where nothing but Vietnamese comes out.
"""

import re
import unicodedata

from inspect_app.core.text import LETTERS

_BESIDE = "\xa0–—‘’“”…•°"
_VIETNAMESE = frozenset({*map(chr, range(32, 127)), *"\t\r\n", *LETTERS, *map(str.upper, LETTERS), *_BESIDE})
_LOST = re.compile(r"\w\?\w")
"""A letter that the program that wrote the file had no room for."""


def decoded(content: bytes) -> str | None:
    """The text; nothing where it cannot be told what the bytes stand for."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        return None if wide else _from_windows(content)


def _from_windows(content: bytes) -> str | None:
    try:
        text = unicodedata.normalize("NFC", content.decode("cp1258"))
    except UnicodeDecodeError:
        return None
    return text if _VIETNAMESE.issuperset(text) and not _LOST.search(text) else None
