"""What the columns of a sheet are: guessed from their heads, as people write them."""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum

from rapidfuzz import fuzz

from inspect_app.core.text import fold
from inspect_app.sheets.services.reading import Cell

LOOKED_AT = 20
"""Rows in which the heads may be: above them stand titles."""
ALIKE = 86
"""Of 100: a head that is nearly one of the words below."""


class Field(StrEnum):
    UNIT = "unit"
    TEXT = "text"
    REQUIRED = "required"
    AREA = "area"
    DEADLINE = "deadline"
    DAYS = "days"
    """A number of days after the conclusion, instead of a day."""
    VISIT_DAY = "visit_day"
    CODE = "code"
    VERSION = "version"


NEEDED = (Field.UNIT, Field.TEXT, Field.REQUIRED, Field.AREA)
WORDS: Mapping[Field, tuple[str, ...]] = {
    Field.UNIT: (
        "don vi",
        "don vi duoc kiem tra",
        "ten don vi",
        "co quan don vi",
        "co quan, don vi",
        "don vi kiem tra",
        "dia phuong",
        "unit",
        "unit inspected",
    ),
    Field.TEXT: (
        "han che",
        "noi dung han che",
        "ton tai han che",
        "ton tai, han che",
        "han che, thieu sot",
        "han che ton tai",
        "mo ta han che",
        "thieu sot",
        "shortcoming",
    ),
    Field.REQUIRED: (
        "phai lam gi",
        "yeu cau khac phuc",
        "noi dung khac phuc",
        "kien nghi",
        "bien phap khac phuc",
        "viec phai lam",
        "yeu cau",
        "what must be done",
    ),
    Field.AREA: ("linh vuc", "noi dung kiem tra", "nhom linh vuc", "area"),
    Field.DEADLINE: ("han khac phuc", "thoi han khac phuc", "thoi han", "han hoan thanh", "ngay phai xong", "deadline"),
    Field.DAYS: ("so ngay", "so ngay khac phuc", "thoi han (ngay)", "days"),
    Field.VISIT_DAY: ("ngay kiem tra", "thoi gian kiem tra", "ngay lam viec", "day of the visit", "visited on"),
    Field.CODE: ("ma", "ma han che", "ma so", "code"),
    Field.VERSION: ("phien ban", "version"),
}
"""Folded, the program's own words in both languages among them."""


def guess(rows: Sequence[Sequence[Cell]]) -> int:
    """The row that the heads are in: the one of the first with the most columns that are known."""
    known = [len(fields(row)) for row in rows[:LOOKED_AT]]
    return known.index(max(known)) if known else 0


def fields(heads: Sequence[Cell]) -> dict[Field, int]:
    """Field -> column, the likeliest first; a column is taken for one thing only."""
    likely = sorted(
        (
            (-score, place, field)
            for place, head in enumerate(heads)
            if isinstance(head, str) and head.strip()
            for field, words in WORDS.items()
            if (score := _alike(fold(head), words)) >= ALIKE
        ),
        key=lambda found: (found[0], found[1]),
    )
    taken: dict[Field, int] = {}
    for _score, place, field in likely:
        if field not in taken and place not in taken.values():
            taken[field] = place
    return taken


def _alike(head: str, words: Sequence[str]) -> float:
    return max(100.0 if head == word else fuzz.ratio(head, word) - 1 for word in words)


def digest(heads: Sequence[Cell]) -> str:
    """The same for sheets with the same columns."""
    return hashlib.sha256("\n".join(fold(str(head)) for head in heads).encode()).hexdigest()
