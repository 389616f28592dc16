"""A list as a spreadsheet: one set of columns over the very query of the page, read without ever holding it whole."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select

from inspect_app.core.actor import Actor, Role
from inspect_app.core.counting import number_of
from inspect_app.core.db import db

CHUNK = 500
"""Rows in memory at a time."""
MANY = 10_000
"""Ids that the database hands over at a time."""

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
class Found:
    """Rows of a long list, which are found first and told a chunk at a time.

    To sort whole rows a database reads all of them before it hands out the first, from wherever they lie on the disk.
    """

    ids: Select[Any]
    """One for each row, in order."""
    told: Select[Any]
    """The rows, whichever."""
    named: ColumnElement[int]
    """What of a row is its id."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a list in the order of the page, and how they read as cells."""

    columns: tuple[Column, ...]
    rows: Select[Any] | Found | Sequence[Any]
    """A query with its columns, unsorted, one whose rows are found first, or rows that are there already."""
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
    match table.rows:
        case Found(ids=found) | (Select() as found):
            return db.session.scalar(select(number_of(found if table.counted is None else table.counted))) or 0
        case there:
            return len(there)


def cells(table: Table, *, originals: bool = False) -> Iterator[list[Value]]:
    """The rows as cells, `originals` behind them; no more of them are held than a chunk.

    What is `Found` is asked by several statements, of one moment where their transaction is (core/connections.py).
    """
    columns = (*table.columns, *table.originals) if originals else table.columns
    for chunk in _chunks(table):
        beside = table.beside(chunk)
        for row in chunk:
            yield [column.value(row, beside) for column in columns]


def _chunks(table: Table) -> Iterator[Sequence[Any]]:
    match table.rows:
        case Found():
            yield from _told(table.rows)
        case Select():
            query = table.rows.order_by(*table.order).execution_options(yield_per=CHUNK)
            yield from db.session.execute(query).partitions()
        case there:
            for start in range(0, len(there), CHUNK):
                yield there[start : start + CHUNK]


def _told(found: Found) -> Iterator[Sequence[Any]]:
    ids = array("q", db.session.scalars(found.ids.execution_options(yield_per=MANY)))
    these = found.told.where(found.named.in_(bindparam("ids", expanding=True))).add_columns(found.named.label("its_id"))
    for start in range(0, len(ids), CHUNK):
        chunk = list(ids[start : start + CHUNK])
        rows = {row.its_id: row for row in db.session.execute(these, {"ids": chunk})}
        yield [rows[number] for number in chunk]


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
