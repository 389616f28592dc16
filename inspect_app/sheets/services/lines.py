"""A sheet that is brought in, row by row, whatever it holds: what a row would do, and why a cell will not do.

Pure values and functions; what a row means is for its kind to say (`services/kinds`).
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

from inspect_app.core.errors import Invalid
from inspect_app.core.text import clean
from inspect_app.sheets.services.reading import Cell

_DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class Verdict(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"
    LEFT = "left"
    """Whoever brings the sheet in said that the row is to be left out."""


SHEET, REGISTER, LEAVE = "sheet", "register", "leave"
"""What may be decided of a cell that was changed on both sides: whose text holds; of a row: that it is left out."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file that the rows stand in."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows below the heads, and what was said of them."""

    rows: Sequence[tuple[int, Sequence[Cell]]]
    """Each with its number as the sheet counts, from 1."""
    columns: Mapping[str, int]
    """Field -> column."""
    answers: Mapping[str, int]
    """A name that is not clear, as `names.normal` has it -> what was chosen for it."""
    source: Source
    above: Sequence[Sequence[Cell]] = ()
    """The rows above the heads: titles."""
    originals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Record -> field -> what stood there when the sheet was taken away."""
    decided: Mapping[str, str] = field(default_factory=dict)
    """`<record>` or `<record>:<field>` -> one of SHEET, REGISTER and LEAVE."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A cell that was changed in the sheet and in the register, each otherwise."""

    was: str | None
    """What stood there when the sheet was taken away; None where nothing tells."""
    now: str
    decided: str = ""
    """SHEET or REGISTER, once it is."""


@dataclass(slots=True)
class Line:
    """One row of the sheet. A kind adds to it what it needs to write the row down."""

    number: int
    """As the sheet counts, from 1."""
    cells: dict[str, str]
    """As written, by field."""
    verdict: Verdict = Verdict.WRONG
    wrong: dict[str, Invalid] = field(default_factory=dict)
    """Why, at the cell; at a field without a column it is said of the row."""
    was: dict[str, str] = field(default_factory=dict)
    """What the register says where the sheet says otherwise."""
    taken: dict[str, str] = field(default_factory=dict)
    """What a cell was taken for where it is not written so."""
    kept: dict[str, str] = field(default_factory=dict)
    """What the register says by now in cells that the sheet left as they were: it stays."""
    clashes: dict[str, Clash] = field(default_factory=dict)
    key: str = ""
    """The record that the row names, where whoever brings the sheet in may decide about it."""

    def rests_on(self) -> tuple[object, ...]:
        """What of the register the verdict rests on, in plain values: the identity and version of records."""
        return ()


L = TypeVar("L", bound=Line)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a name may mean."""

    id: int
    label: str
    beside: str = ""
    """What tells it from others of the same name."""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A name of which it is not clear what it means."""

    name: str
    key: str
    rows: int
    offered: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Judged(Generic[L]):
    lines: Sequence[L]
    questions: Sequence[Question] = ()

    @property
    def tally(self) -> Counter[Verdict]:
        return Counter(line.verdict for line in self.lines)

    @property
    def changes(self) -> int:
        """How many rows would be written down."""
        tally = self.tally
        return tally[Verdict.NEW] + tally[Verdict.CHANGED]

    @property
    def may_be_done(self) -> bool:
        return not self.tally[Verdict.WRONG] and bool(self.changes)

    @property
    def digest(self) -> str:
        """What was shown: whoever says yes says it to this."""
        said: Any = [
            (line.number, line.verdict.value, sorted(line.cells.items()), sorted(line.was), line.rests_on())
            for line in self.lines
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()


# Cells


def cells_of(row: Sequence[Cell], columns: Mapping[str, int]) -> dict[str, str]:
    """Field -> what is written there."""
    return {str(name): written(row[place]) for name, place in columns.items()}


def written(cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return clean(str(cell))


def day_in(line: Line, name: str) -> date | None:
    """The day that the cell names; where it names none, that is wrong with it."""
    text = line.cells[name]
    usual, iso = _DAY.fullmatch(text), _ISO.fullmatch(text)
    try:
        if usual:
            found: date | None = date(int(usual[3]), int(usual[2]), int(usual[1]))
        else:
            found = date(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        line.wrong[name] = Invalid("Nhập ngày theo dạng ngày/tháng/năm, ví dụ 20/11/2023")
        return None
    return found


def empty() -> Invalid:
    return Invalid("Ô này để trống")
