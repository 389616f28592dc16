"""The vocabulary that letters are written in, once for Word and PDF alike.

A letter is a list of blocks. Their texts hold fields as `{{ don_vi }}`; `services.house_word` makes of them the Word
template that a clerk edits, `services.pdf` fills them and sets the PDF. Fields are named in Vietnamese without marks,
since it is a clerk who reads them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    TITLE = "title"
    """The kind of letter, in capitals."""
    SUMMARY = "summary"
    """What it is about, with a line below."""
    ADDRESSEE = "addressee"
    BASIS = "basis"
    BODY = "body"
    HEADING = "heading"
    SUBHEADING = "subheading"
    CENTRED = "centred"
    """Bold, as the word QUYẾT ĐỊNH between bases and articles."""
    NOTE = "note"
    """Small print under a table."""


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    style: Style
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """The blocks once for each of the list `of`, called `name` inside."""

    name: str
    of: str
    blocks: "Blocks"


@dataclass(frozen=True, slots=True)
class If:
    condition: str
    blocks: "Blocks"


@dataclass(frozen=True, slots=True)
class Head:
    """Who writes, the national heading, number, place and date."""

    about: str = ""
    """The `V/v` of an official letter."""
    dated: bool = True
    """Minutes have their day in the text."""


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Column:
    head: str
    width: int
    """Millimetres; together those of the page between its margins."""
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[str, ...]
    """One text for each column; a single one spans them all."""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class EachRow:
    name: str
    of: str
    rows: "tuple[Row | EachRow, ...]"


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[Row | EachRow, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """`above` is the list field of the lines over the post, empty for none."""

    post: str
    name: str
    above: str = ""


@dataclass(frozen=True, slots=True)
class Recipients:
    """The list field of who receives the letter."""

    of: str = "noi_nhan"


@dataclass(frozen=True, slots=True)
class Signatures:
    parties: tuple[Signer | Recipients, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """On a page of its own, across where it is wide."""

    heading: str
    title: str
    below: str
    blocks: "Blocks"
    landscape: bool = False


Block = Paragraph | Each | If | Head | Table | Signatures | Annex
Blocks = Sequence[Block]

PORTRAIT, LANDSCAPE = 165, 252
"""Millimetres between the margins: 30 left, 15 right."""


def bold(text: str) -> Run:
    return Run(text, bold=True)


def _paragraph(style: Style, texts: tuple[str | Run, ...]) -> Paragraph:
    return Paragraph(style, tuple(Run(text) if isinstance(text, str) else text for text in texts))


def title(*texts: str | Run) -> Paragraph:
    return _paragraph(Style.TITLE, texts)


def summary(*texts: str | Run) -> Paragraph:
    return _paragraph(Style.SUMMARY, texts)


def addressee(*texts: str | Run) -> Paragraph:
    return _paragraph(Style.ADDRESSEE, texts)


def basis(*texts: str | Run) -> Paragraph:
    return _paragraph(Style.BASIS, texts)


def body(*texts: str | Run) -> Paragraph:
    return _paragraph(Style.BODY, texts)


def heading(*texts: str | Run) -> Paragraph:
    return _paragraph(Style.HEADING, texts)


def subheading(*texts: str | Run) -> Paragraph:
    return _paragraph(Style.SUBHEADING, texts)


def centred(*texts: str | Run) -> Paragraph:
    return _paragraph(Style.CENTRED, texts)


def note(*texts: str | Run) -> Paragraph:
    return _paragraph(Style.NOTE, texts)


def signed(*, above: str = "quyen_han") -> Signatures:
    """Who receives it at the left, who signs at the right."""
    return Signatures((Recipients(), Signer("{{ chuc_vu }}", "{{ nguoi_ky }}", above)))
