"""The log of a record as its page tells it: one line for each event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

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
    who = ", ".join(part for part in (event.actor_name, unit) if part)
    return Line(verb, title, who, event.at, event.on, icon, look, quote)
