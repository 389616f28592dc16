"""What a kind of sheet declares: its columns, who may bring it in, what its rows would do and how they are written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from inspect_app.core.actor import Actor
from inspect_app.core.storage import Storage
from inspect_app.sheets.services.lines import Judged, Sheet, Source


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a sheet of this kind may have."""

    name: str
    """The field: in addresses, and in what is remembered of a sheet."""
    label: str
    """A sentence of the catalogue, as the page names it."""
    words: tuple[str, ...]
    """Folded: what people call it, the program's own heads in both languages among them."""
    shown: bool = True
    """Whether the table of rows has it."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A first password, to be handed over once; nothing keeps it."""

    username: str
    name: str
    unit: str
    secret: str


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes a sheet down, when, and where from."""

    actor: Actor
    today: date
    at: datetime
    storage: Storage
    file_limit: int
    """Bytes of one file."""
    source: Source
    brought_id: int
    told: Callable[[int], None] = lambda _done: None
    """Is told how many rows are written so far."""
    ahead: Any = None
    """What `Kind.ahead` made."""
    secrets: list[Secret] = field(default_factory=list)
    """What is to be shown to the actor, once: filled in by the writing."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sheet. All texts are sentences of the catalogue; the page translates them."""

    name: str
    """Stays as it is: it is stored with each sheet and stands in addresses."""
    label: str
    """What the rows are, as a choice: `Hạn chế`."""
    hint: str
    """Which columns it needs, and what becomes of its rows."""
    columns: tuple[Column, ...]
    """In the order of the page."""
    may: Callable[[Actor], bool]
    """Whether such a sheet is theirs to bring in at all; each row is asked about again when it is judged."""
    judge: Callable[[Sheet, Actor, date], Judged[Any]]
    """What writing it down would do on this day; reads, and changes nothing."""
    write: Callable[[Judged[Any], Writing], None]
    """Write down all that is new or changed, through the ordinary services; commits nothing.

    What it raises undoes all of it.
    """
    will: str
    """What writing it down will do, with `%(added)s` and `%(changed)s`."""
    did: str
    """What it did, with `%(at)s`, `%(added)s` and `%(changed)s`."""
    page: tuple[str, dict[str, Any], str]
    """Where the rows are seen afterwards: endpoint, arguments, words of the link."""
    ahead: Callable[[Judged[Any]], Any] = lambda _judged: None
    """What takes its time and needs no database: made with no transaction open, for `Writing.ahead`."""
    proof: bool = False
    """Whether whoever writes it down must have proved lately who they are."""
    most: int | None = None
    """Rows that one sheet may add and change, where a worker must not write it: what it hands over is shown once."""
