"""Writing rows of cells as .xlsx or .csv, row by row: what was written is no longer in memory."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from inspect_app.core.clock import HANOI
from inspect_app.core.figures import decimal
from inspect_app.sheets.models import SheetKind
from inspect_app.sheets.queries.rows import Kind, Table, Value, cells
from inspect_app.sheets.services import originals
from inspect_app.sheets.services.cells import defused, text

Told = Callable[[int], None]
EVERY = 2000
"""Rows after which whoever waits is told how far it has come."""
LONGEST_NAME = 31
"""Characters of a sheet's name in Excel."""
HEAD_LOOK = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E3E9F1"}


@dataclass(frozen=True, slots=True)
class Head:
    """One column, as a file needs it."""

    label: str
    kind: Kind
    width: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook."""

    title: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Value]]
    total: Sequence[Value] | None = None
    """Written below an empty line, outside of what a filter or a sort takes for rows."""
    originals: Sequence[str] = ()
    """Fields that come behind the cells of each row, for the hidden sheet."""


@dataclass(frozen=True, slots=True)
class About:
    """The last sheet of a workbook: what those before it show, and where that comes from."""

    title: str
    sheet: str
    """The name of that last sheet."""
    author: str
    at: datetime
    lines: Sequence[tuple[str, str]]
    number_label: str
    """Stands before the number of rows, known once they are written."""


def write_csv(into: IO[bytes], sheet: Sheet, *, language: str, told: Told = lambda _done: None) -> int:
    """UTF-8 with a byte order mark, as RFC 4180 has it; returns how many rows.

    Days as dd/mm/yyyy, shares as printed. Raises whatever reading the rows raises.
    """
    stream = io.TextIOWrapper(into, encoding="utf-8-sig", newline="", write_through=False)
    lines = csv.writer(stream, lineterminator="\r\n")
    lines.writerow(defused(head.label) for head in sheet.heads)
    kinds, done = [head.kind for head in sheet.heads], 0
    for row in sheet.rows:
        lines.writerow(printed(value, kind, language) for value, kind in zip(row, kinds, strict=True))
        done += 1
        if done % EVERY == 0:
            told(done)
    stream.flush()
    stream.detach()
    return done


def printed(value: Value, kind: Kind, language: str) -> str:
    """As it stands in a .csv."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str):
        return defused(value)
    if kind is Kind.PERCENT:
        return f"{decimal(Decimal(value), locale=language)}%"
    if kind is Kind.POINTS:
        return decimal(Decimal(value), 2, language)
    return str(value)


def write_xlsx(
    into: IO[bytes], sheets: Sequence[Sheet], about: About, *, scratch: Path, told: Told = lambda _done: None
) -> int:
    """A workbook of these sheets and one that says what they are; returns how many rows the sheets have together.

    Every cell is typed: nothing that a person wrote becomes a formula or a link. `scratch` is a folder for what is
    written before it is packed.
    """
    from xlsxwriter import Workbook

    options = {
        "constant_memory": True,
        "tmpdir": str(scratch),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = Workbook(into, options)
    book.set_properties({"title": text(about.title), "author": text(about.author), "created": _naive(about.at)})
    written = 0
    looks = _looks(book)
    pages = [book.add_worksheet(_sheet_name(sheet.title)) for sheet in sheets]
    last = book.add_worksheet(_sheet_name(about.sheet))
    for sheet, page in zip(sheets, pages, strict=True):
        hidden = _hidden(book, sheet) if sheet.originals else None
        written += _write_sheet(page, sheet, looks, told, written, hidden)
    _write_about(last, about, looks, written)
    book.close()
    return written


def _hidden(book: Any, sheet: Sheet) -> Any:
    page = book.add_worksheet(originals.NAME)
    page.very_hidden()
    for place, name in enumerate((*sheet.originals, originals.DIGEST)):
        page.write_string(0, place, name)
    return page


def _looks(book: Any) -> dict[Any, Any]:
    top = {"valign": "top"}
    kinds: dict[Any, dict[str, Any]] = {
        Kind.TEXT: {**top, "text_wrap": True},
        Kind.DAY: {**top, "num_format": "dd/mm/yyyy"},
        Kind.NUMBER: {**top, "num_format": "#,##0"},
        Kind.PERCENT: {**top, "num_format": "0.0%"},
        Kind.POINTS: {**top, "num_format": "0.00"},
    }
    total = {"bold": True, "top": 1}
    return {
        "head": book.add_format(HEAD_LOOK),
        **{kind: book.add_format(look) for kind, look in kinds.items()},
        "total": {kind: book.add_format({**look, **total}) for kind, look in kinds.items()},
    }


def _write_sheet(page: Any, sheet: Sheet, looks: dict[Any, Any], told: Told, before: int, hidden: Any) -> int:
    for place, head in enumerate(sheet.heads):
        page.set_column(place, place, head.width)
        page.write_string(0, place, text(head.label), looks["head"])
    line, kinds = 0, [head.kind for head in sheet.heads]
    for row in sheet.rows:
        line += 1
        for place, (value, kind) in enumerate(zip(row[: len(kinds)], kinds, strict=True)):
            _write_cell(page, line, place, value, kind, looks)
        if hidden is not None:
            for place, kept in enumerate(originals.line_of(row[len(kinds) :])):
                hidden.write_string(line, place, text(kept))
        if line % EVERY == 0:
            told(before + line)
    for place, (value, kind) in enumerate(zip(sheet.total or (), kinds, strict=False)):
        _write_cell(page, line + 2, place, value, kind, looks["total"])
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, line, len(kinds) - 1)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    return line


def _write_cell(page: Any, line: int, place: int, value: Value, kind: Kind, looks: dict[Any, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        page.write_string(line, place, text(value), looks[Kind.TEXT])
    elif isinstance(value, date):
        page.write_datetime(line, place, value, looks[Kind.DAY])
    else:
        amount = float(value) / 100 if kind is Kind.PERCENT else value
        page.write_number(line, place, amount, looks[kind])


def _write_about(page: Any, about: About, looks: dict[Any, Any], number: int) -> None:
    page.set_column(0, 0, 28, looks[Kind.TEXT])
    page.set_column(1, 1, 90, looks[Kind.TEXT])
    for line, (label, value) in enumerate(about.lines):
        page.write_string(line, 0, text(label), looks["head"])
        page.write_string(line, 1, text(value), looks[Kind.TEXT])
    page.write_string(len(about.lines), 0, text(about.number_label), looks["head"])
    page.write_number(len(about.lines), 1, number, looks[Kind.NUMBER])


def _sheet_name(title: str) -> str:
    """Excel takes neither of []:*?/\\ nor more than 31 characters, nor an apostrophe at either end."""
    bare = "".join(" " if letter in "[]:*?/\\" else letter for letter in text(title))
    return " ".join(bare.split())[:LONGEST_NAME].strip("'") or "1"


def _naive(moment: datetime) -> datetime:
    """As clocks in Vietnam show it: a workbook knows no zones."""
    return moment.astimezone(HANOI).replace(tzinfo=None)


# A list, whole


@dataclass(frozen=True, slots=True)
class Opened:
    """A list that was asked for: its rows, and what its file says of itself."""

    table: Table
    title: str
    about: About
    file: str
    """The file's name without its ending: plain letters."""


def rows_of(opened: Opened, kind: SheetKind) -> Iterable[Sequence[Value]]:
    """The rows that a file of this kind is written from."""
    return cells(opened.table, originals=kind is SheetKind.XLSX)


def write(
    opened: Opened,
    kind: SheetKind,
    into: IO[bytes],
    *,
    rows: Iterable[Sequence[Value]],
    language: str,
    scratch: Path,
    told: Told = lambda _done: None,
) -> int:
    """The list as a file of this kind; returns how many rows."""
    sheet = sheet_of(opened, rows)
    if kind is SheetKind.CSV:
        return write_csv(into, sheet, language=language, told=told)
    further = [Sheet(table.sheet, _heads(table), cells(table), table.total) for table in opened.table.further]
    return write_xlsx(into, [sheet, *further], opened.about, scratch=scratch, told=told)


def sheet_of(opened: Opened, rows: Iterable[Sequence[Value]]) -> Sheet:
    """The first sheet of the file, with these rows."""
    fields = [column.label for column in opened.table.originals]
    return Sheet(opened.table.sheet or opened.title, _heads(opened.table), rows, opened.table.total, fields)


def _heads(table: Table) -> list[Head]:
    return [Head(column.label, column.kind, column.width) for column in table.columns]
