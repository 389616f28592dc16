"""A list as a spreadsheet: one set of columns over the very query of the page, read without ever holding it whole."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select

from inspect_app.core.actor import Actor, Role
from inspect_app.core.counting import number_of
from inspect_app.core.db import db

CHUNK = 500
"""Rows in memory at a time."""

Value = str | int | Decimal | date | None


class Kind(StrEnum):
    """What the cells of a column hold; with it a cell is typed, never guessed from its text."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    PERCENT = "percent"
    """0 to 100, with one decimal."""
    POINTS = "points"
    """With up to two decimals."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `value` gets a row of the query and what its chunk needs beside it."""

    label: str
    kind: Kind
    width: int
    """Characters."""
    value: Callable[[Any, Any], Value]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a list in the order of the page, and how they read as cells."""

    columns: tuple[Column, ...]
    rows: Select[Any] | Sequence[Any]
    """A query with its columns, unsorted, or rows that are there already."""
    counted: Select[Any] | None = None
    """The same rows without what is told of them, where they are found with less."""
    order: tuple[Any, ...] = ()
    beside: Callable[[Sequence[Any]], Any] = lambda _rows: None
    """What cells need that the query does not give: asked once for each chunk of rows."""
    about: Sequence[tuple[str, str]] = ()
    """What the list is narrowed to, in words: label and value."""
    as_of: date | None = None
    """The day whose state it shows, where that is not today."""
    problems: Sequence[str] = field(default=())
    """Sentences for what could not be read of the address."""
    total: Sequence[Value] | None = None
    """What stands apart below the rows of a workbook, one for each column; a .csv is data alone and goes without."""
    originals: tuple[Column, ...] = ()
    """What a hidden sheet of a workbook repeats for when it comes back, under the names of fields; the first of them
    names the record."""
    sheet: str = ""
    """What its sheet is called, where not as the list is."""
    further: Sequence["Table"] = ()
    """More sheets of the same workbook, of rows that are there already; a .csv goes without them."""


def number(table: Table) -> int:
    """How many rows it has."""
    if not isinstance(table.rows, Select):
        return len(table.rows)
    found = table.rows if table.counted is None else table.counted
    return db.session.scalar(select(number_of(found))) or 0


def cells(table: Table, *, originals: bool = False) -> Iterator[list[Value]]:
    """The rows as cells, `originals` behind them. One statement, hence one moment; the database hands over chunks."""
    columns = (*table.columns, *table.originals) if originals else table.columns
    for chunk in _chunks(table):
        beside = table.beside(chunk)
        for row in chunk:
            yield [column.value(row, beside) for column in columns]


def _chunks(table: Table) -> Iterator[Sequence[Any]]:
    if not isinstance(table.rows, Select):
        for start in range(0, len(table.rows), CHUNK):
            yield table.rows[start : start + CHUNK]
        return
    found = db.session.execute(table.rows.order_by(*table.order).execution_options(yield_per=CHUNK))
    yield from found.partitions()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that can be taken away as a spreadsheet."""

    name: str
    """In addresses: `findings`."""
    label: Any
    """A lazy string: what its page is called."""
    file: str
    """What its files are called, in plain letters: `han-che`."""
    page: str
    """The endpoint of its page."""
    roles: frozenset[Role]
    """Who may open it: everybody who is signed in, where empty."""
    ask: Callable[[Any, Actor, date], Table]
    """The arguments of an address, who asks and today -> the rows of the page at that address.

    Raises NotFound where there is no such page.
    """
    place: str | None = None
    """The argument that stands in the path of the page: `year`. A file's own address has it behind the mark."""
