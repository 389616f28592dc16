"""A sheet without rows, to be filled in: the heads that a kind of sheet is read by, and what to know beside them."""

from collections.abc import Sequence
from typing import IO

from inspect_app.sheets.services.cells import text
from inspect_app.sheets.services.files import HEAD_LOOK

WIDTH, WIDE = 22, 90
"""Characters."""


def write_blank(into: IO[bytes], heads: Sequence[str], *, title: str, hint: str, about: str) -> None:
    """A workbook of one sheet with these heads, and another, named `about`, that says what they need."""
    from xlsxwriter import Workbook

    book = Workbook(into, {"in_memory": True})
    bold = book.add_format(HEAD_LOOK)
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    page, note = book.add_worksheet(title), book.add_worksheet(about)
    page.set_column(0, len(heads) - 1, WIDTH, plain)
    for place, head in enumerate(heads):
        page.write_string(0, place, text(head), bold)
    page.freeze_panes(1, 0)
    note.set_column(0, 0, WIDE, plain)
    note.write_string(0, 0, text(hint), plain)
    book.close()
