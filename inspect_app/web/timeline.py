"""The log of a record as its page tells it: one line for each event."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
class PutOff:
    """A day put off, or a request for it that came to nothing."""

    old: date
    new: date | None
    """Empty where the day stayed."""
    wanted: date | None
    """What the unit had asked for."""
    line: Line
    """The answer."""
    request: Line | None
    """What it answers."""

    @property
    def asked(self) -> bool:
        return self.wanted is not None


def put_offs(
    events: Sequence[tuple[Event, str]],
    fact: str,
    *,
    line: Callable[[Event, str], Line],
    rewritten: str = "",
    retold: str = "",
) -> list[PutOff]:
    """How the day that `fact` of each event tells came to be what it is, newest first; `events` in the same order.

    `line` puts an event and the actor's home unit into words. After an event `rewritten` another day stands there that
    puts nothing off; what comes before one `retold` does not count.
    """
    changes: list[PutOff] = []
    before: date | None = None
    request: Line | None = None
    for event, unit in reversed(events):
        told, verb = event.payload, verb_of(event)
        if event.action == retold:
            changes, before = [], None
        now = date.fromisoformat(told[fact]) if told.get(fact) else None
        wanted = date.fromisoformat(told["wanted"]) if told.get("wanted") else None
        refused = verb in ("refuse_extension", "drop_extension")
        moved = now != before and event.action != rewritten
        if now is not None and before is not None and (refused or moved):
            changes.append(PutOff(before, None if refused else now, wanted, line(event, unit), request))
            request = None
        if verb == "ask_extension":
            request = line(event, unit)
        before = now if now is not None else before
    return changes[::-1]


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
