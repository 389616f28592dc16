"""What stood in the cells when a sheet was taken away, kept in a hidden sheet of the workbook.

When the workbook comes back, each cell can so be told from what it was: changed there, here, or on both sides. Each
line has a digest: where words were replaced in the hidden sheet as well, it does not fit, and the line tells nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inspect_app.sheets.services.lines import written
from inspect_app.sheets.services.reading import HIDDEN

NAME = HIDDEN
"""The hidden sheet's; the first line of it names the fields, the first of which names the record."""
DIGEST = "digest"

Originals = Mapping[str, Mapping[str, str]]
"""What the record's column holds -> field -> what stood there."""


def line_of(values: Sequence[Any]) -> list[str]:
    """One line of the hidden sheet, its digest at the end."""
    plain = ["" if value is None else written(value) for value in values]
    return [*plain, _digest(plain)]


def read(rows: Iterable[Sequence[Any]]) -> dict[str, dict[str, str]]:
    """From the rows of a hidden sheet; of what was changed in it, nothing."""
    found: dict[str, dict[str, str]] = {}
    heads: list[str] = []
    for row in rows:
        cells = [written(cell) for cell in row]
        if not heads:
            heads = cells
        elif DIGEST in heads and len(cells) == len(heads):
            plain = cells[: heads.index(DIGEST)]
            if cells[len(plain)] == _digest(plain):
                found[plain[0]] = dict(zip(heads, plain, strict=False))
    return found


def _digest(plain: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(plain).encode()).hexdigest()[:16]
