"""What the columns of a sheet are: guessed from their heads, as people write them."""

import hashlib
from collections.abc import Sequence
from itertools import zip_longest

from inspect_app.core.text import fold
from inspect_app.sheets.services.declared import Column
from inspect_app.sheets.services.reading import Cell

LOOKED_AT = 20
"""Rows in which the heads may be: above them stand titles."""
ALIKE = 86
"""Of 100: a head that is nearly one of the words of a column."""


def guess(rows: Sequence[Sequence[Cell]], columns: Sequence[Column]) -> int:
    """The row that the heads are in: the one of the first with the most columns that are known."""
    known = [len(fields(named(rows, at), columns)) for at in range(min(len(rows), LOOKED_AT))]
    return known.index(max(known)) if known else 0


def named(rows: Sequence[Sequence[Cell]], at: int) -> Sequence[Cell]:
    """The heads in that row; where one spans several columns, those below it instead. Nothing below the last row."""
    if at >= len(rows):
        return []
    if below(rows, at) == at + 1:
        return rows[at]
    return [lower or upper for upper, lower in zip_longest(rows[at], rows[at + 1], fillvalue="")]


def below(rows: Sequence[Sequence[Cell]], at: int) -> int:
    """The first row below the heads in row `at`, which may take two.

    Below a head over two columns (`Thời hạn`, merged) stand two more (`Số ngày`, `Ngày`); the others reach over both
    rows, so that nothing stands below them.
    """
    if at + 1 >= len(rows):
        return at + 1
    pairs = list(zip_longest(rows[at], rows[at + 1], fillvalue=""))
    upper = [head for head, _under in pairs]
    said = [(place, under) for place, (_head, under) in enumerate(pairs) if under != ""]
    spanned = all(isinstance(under, str) and _is_spanned(upper, place) for place, under in said)
    whole = sum(head != "" and under == "" for head, under in pairs)
    return at + 2 if len(said) > 1 and spanned and whole > 1 else at + 1


def _is_spanned(upper: Sequence[Cell], place: int) -> bool:
    """Whether a head above reaches over that column and another."""
    return upper[place] == "" or upper[place + 1 : place + 2] == [""]


def fields(heads: Sequence[Cell], columns: Sequence[Column]) -> dict[str, int]:
    """Field -> column, the likeliest first; a column is taken for one thing only."""
    likely = sorted(
        (
            (-score, place, column.name)
            for place, head in enumerate(heads)
            if isinstance(head, str) and head.strip()
            for column in columns
            if (score := _alike(fold(head), column.words)) >= ALIKE
        ),
        key=lambda found: (found[0], found[1]),
    )
    taken: dict[str, int] = {}
    for _score, place, field in likely:
        if field not in taken and place not in taken.values():
            taken[field] = place
    return taken


def _alike(head: str, words: Sequence[str]) -> float:
    from rapidfuzz import fuzz

    return max(100.0 if head == word else fuzz.ratio(head, word) - 1 for word in words)


def digest(heads: Sequence[Cell]) -> str:
    """The same for sheets with the same columns."""
    return hashlib.sha256("\n".join(fold(str(head)) for head in heads).encode()).hexdigest()
