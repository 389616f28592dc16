"""A .csv on its way while it is still being read.

The first rows leave at once, so that whoever asked sees that it comes. The others go to the disk as quickly as the
database hands them over and leave from there: a slow line holds no transaction open. Trouble on the way is raised,
which breaks the transfer off; it never ends as though it were whole.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path

from inspect_app.sheets.services.cells import defused
from inspect_app.sheets.services.files import Sheet, printed

FIRST = 16 << 10
"""Bytes that leave before everything is read: what a line takes in without being waited for."""
PIECE = 1 << 16


def lines(sheet: Sheet, *, language: str) -> Iterator[bytes]:
    """The head and the rows, each as it stands in the file; see `files.write_csv`."""
    kinds = [head.kind for head in sheet.heads]
    one = _Line()
    yield b"\xef\xbb\xbf" + one.of(defused(head.label) for head in sheet.heads)
    for row in sheet.rows:
        yield one.of(printed(value, kind, language) for value, kind in zip(row, kinds, strict=True))


def pieces(source: Iterator[bytes], *, scratch: Path, all_read: Callable[[], None]) -> Generator[bytes, None, None]:
    """What goes out; `all_read` is called as soon as nothing more is wanted of `source`, whatever the reason."""
    try:
        first = io.BytesIO()
        for line in source:
            first.write(line)
            if first.tell() >= FIRST:
                break
        yield first.getvalue()
        with tempfile.TemporaryFile(dir=scratch) as rest:
            for line in source:
                rest.write(line)
            all_read()
            rest.seek(0)
            while piece := rest.read(PIECE):
                yield piece
    finally:
        all_read()


class _Line:
    """One line of a .csv, as RFC 4180 has it."""

    def __init__(self) -> None:
        self._into = io.StringIO(newline="")
        self._writer = csv.writer(self._into, lineterminator="\r\n")

    def of(self, cells: Iterable[str]) -> bytes:
        self._writer.writerow(cells)
        line = self._into.getvalue().encode()
        self._into.seek(0)
        self._into.truncate()
        return line
