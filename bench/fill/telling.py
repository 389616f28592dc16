"""What all lives share: the day up to which they are told, who takes part, numbers given, rows under way."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from bench.fill import days
from bench.fill.country import Unit
from bench.fill.load import Batch
from bench.fill.log import Line, Person, json
from bench.fill.people import People
from inspect_app.workdays.policy import Calendar, DeadlineRule, due

if TYPE_CHECKING:
    from bench.fill.record import Record


class Deadlines:
    """Each worked out once."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar, self._known = calendar, dict[tuple[int, str, int], int]()

    def due(self, n: int, unit: str, start: int) -> int:
        key = (n, unit, start)
        if key not in self._known:
            self._known[key] = days.number(due(DeadlineRule(n, unit), days.day_of(start), self.calendar))
        return self._known[key]


class Counters:
    """The last id of each table."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}

    def next(self, table: str) -> int:
        self.last[table] = given = self.last.get(table, 0) + 1
        return given


class Teller:
    def __init__(
        self,
        *,
        today: int,
        rng: Random,
        people: People,
        units: dict[int, Unit],
        deadlines: Deadlines,
        file: tuple[str, int, str],
        folded: Callable[[str], str],
    ) -> None:
        """`file`: hash, size and type of what all evidence shows."""
        self.today, self.rng, self.people, self.units, self.deadlines = today, rng, people, units, deadlines
        self.file, self.folded = file, folded
        self.files_since, self.notices_since, self.unread_since = today - 400, today - 365, today - 10
        self.ids = Counters()
        self.batch, self.lines = Batch(), list[Line]()
        self.states: dict[str, int] = {}
        self.live: dict[int, int] = {}
        """Unit -> how many findings it has to answer for."""

    def notice(self, code: str, life: "Record", to: Person, by: Person, moment: int, note: str = "") -> None:
        """Of what happened to a finding."""
        if moment < self.notices_since * days.MINUTES:
            return
        words = {"code": life.code, "title": life.wording.required_title, "unit": life.held.unit.name, "note": note}
        words |= {"responsible": life.unit.name, "deadline": days.shown(life.deadline), "by": by.name}
        self.inform(code, ("finding", life.id), to, words, moment, occurrence=days.sealed(moment))

    def inform(
        self, code: str, subject: tuple[str, int], to: Person, words: dict[str, str], moment: int, *, occurrence: str
    ) -> None:
        """What came long ago is read, and what came more than a year ago is no longer kept."""
        day = moment // days.MINUTES
        if day < self.notices_since:
            return
        read = None if day >= self.unread_since else days.stored(moment + 90)
        row = (self.ids.next("notice"), to.id, code, *subject, occurrence, json(words), days.stored(moment), read)
        self.batch.add("notice", (*row, False))
