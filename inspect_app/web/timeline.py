"""The log of a record as its page tells it: one line for each event."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.audit import Event

_UNNAMED = ("info-circle", "")


@dataclass(frozen=True, slots=True)
class Line:
    verb: str
    title: str
    who: str
    at: datetime
    on: date
    """The day it counts for."""
    icon: str
    look: str
    quote: str

    @property
    def counts_for(self) -> date | None:
        """That day, where it is not the day on which it was written."""
        return self.on if self.on != self.at.astimezone(clock.HANOI).date() else None


def verb_of(event: Event) -> str:
    """What was done: `task:give` is `give`."""
    return event.action.partition(":")[2]


def line_of(event: Event, unit: str, *, looks: Mapping[str, tuple[str, str]], title: str, quote: str) -> Line:
    """`unit` is the name of the actor's home unit; `looks` names icon and look of each verb."""
    verb = verb_of(event)
    icon, look = looks.get(verb, _UNNAMED)
    who = ", ".join(part for part in (event.shown_name, unit) if part)
    quote = "\n".join(part for part in (quote, copied_from(event)) if part)
    return Line(verb, title, who, event.at, event.on, icon, look, quote)


def copied_from(event: Event) -> str:
    """Which row of which sheet it was copied from, where it was; nothing otherwise."""
    told = event.payload.get("copied_from")
    return str(_("Nhập từ tệp %(file)s, dòng %(row)s.", file=told["file"], row=told["row"])) if told else ""


@dataclass(frozen=True, slots=True)
class Copied:
    """A row of a sheet that a record was copied from, by whom and when."""

    name: str
    """The file's."""
    sha256: str
    row: int
    person: str
    done_at: datetime


def copies_in(events: Iterable[Event]) -> list[Copied]:
    """The rows that the events of one record name, each once, in their order."""
    rows: dict[tuple[str, int], Copied] = {}
    for event in events:
        if told := event.payload.get("copied_from"):
            one = Copied(told["file"], told["sha256"], told["row"], event.actor_name, event.at)
            rows.setdefault((one.sha256, one.row), one)
    return list(rows.values())
