"""Histories drawn at random and told through the services: two plans, three teams, units that hand findings on.

What is told here is what figures are counted from; `tests.support.oracle` says what they should be.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.findings import services as findings
from inspect_app.findings.models import Finding
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.units.models import Unit, UnitKind
from tests.reports.world import Story, at
from tests.support.make import Make
from tests.support.oracle import Log

AREAS = ("I", "III", "KL")
FIRST = clock.today() - timedelta(days=420)
LAST = 400
"""Days after `FIRST` on which something may still happen: all of it before today."""
MOVES = {
    "open": ("start", "submit", "submit", "dispute", "withdraw", "extend", "move"),
    "in_progress": ("submit", "submit", "dispute", "move"),
    "submitted": ("accept", "accept", "return", "recall", "extend", "withdraw"),
    "returned": ("submit", "submit", "start", "dispute", "move"),
    "disputed": ("uphold", "allow", "withdraw", "extend"),
    "resolved": ("reopen",),
    "withdrawn": (),
}
"""What a story may tell next, by state."""


@dataclass(frozen=True)
class Told:
    """One finding: its area, the days to put it right, whether it repeats an earlier one of the unit, and moves: which
    of those possible, days later, days until entered, days more where a move names a later deadline."""

    area: str
    days: int
    repeats: bool
    moves: list[tuple[int, int, int, int]]


@dataclass(frozen=True)
class Visited:
    team: int
    unit: int
    day: int
    concluded: int | None
    """Days later; never, where there is none."""
    found: list[Told]


@st.composite
def histories(draw: DrawFn, *, visits: int = 4, moves: int = 6) -> list[Visited]:
    """At least half as many visits as there may be, and of each finding that was issued half as many moves."""
    move = st.tuples(st.integers(0, 6), st.integers(0, 45), st.integers(0, 20), st.integers(1, 40))
    several = st.lists(move, min_size=moves // 2, max_size=moves)
    found = st.builds(Told, st.sampled_from(AREAS), st.integers(1, 60), st.booleans(), several)
    visit = st.builds(
        Visited,
        st.integers(0, 2),
        st.integers(0, 3),
        st.integers(0, 150),
        st.integers(-4, 20).map(lambda days: days if days >= 0 else None),
        st.lists(found, min_size=1, max_size=3),
    )
    drawn = st.lists(visit, min_size=visits // 2, max_size=visits, unique_by=lambda one: (one.team // 2, one.unit))
    return sorted(draw(drawn), key=lambda one: one.day)


@dataclass
class Cast:
    """Everybody and everything that is there before a history begins; made once for many."""

    make: Make
    stories: list[Story] = field(init=False)
    """By team: two of one plan, one of another."""
    units: list[Unit] = field(init=False)

    def __post_init__(self) -> None:
        make = self.make
        with at(FIRST):
            first, other = Story(make), Story(make, PlanKind.SURPRISE)
            second = first.beside()
            self.stories = [first, second, other]
            kinds = (UnitKind.DEPARTMENT, UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.COMMUNE)
            self.units = [make.unit(kind=kind) for kind in kinds]
        self.reviewer: Actor = make.actor(make.reviewer)
        self.leaders = [make.actor(make.person(Role.VIEWER, unit)) for unit in self.units]
        """Who reads what was issued to one unit."""

    @property
    def plan(self) -> Plan:
        return self.stories[0].plan

    @property
    def kinds(self) -> dict[int, str]:
        return {unit.id: unit.kind.value for unit in self.units}

    def log(self) -> Log:
        return Log(db.session.scalars(select(Event).order_by(Event.seq)), self.kinds)

    @contextmanager
    def telling(self, history: list[Visited]) -> Iterator[None]:
        """The history holds inside, entered move by move on the day that each was entered; undone afterwards."""
        engines: Any = db.engines
        db.session.commit()
        before = engines[None].begin_nested()
        try:
            for visited in history:
                self._visit(visited)
            yield
        finally:
            db.session.rollback()
            before.rollback()
            db.session.expire_all()

    def _visit(self, visited: Visited) -> None:
        story, unit = self.stories[visited.team], self.units[visited.unit]
        day = FIRST + timedelta(days=visited.day)
        end = None if visited.concluded is None else day + timedelta(days=visited.concluded)
        days = min((one.days for one in visited.found), default=20)
        areas, again = tuple(one.area for one in visited.found), tuple(one.repeats for one in visited.found)
        with at(end or day):
            _visit, made = story.inspect(unit, day, areas, concluded=end, days=days, again=again)
            if end is None and made:
                self._discard(story, made[0])
        if end is not None:
            for finding, told in zip(made, visited.found, strict=True):
                self._follow(story, finding.id, told.moves, end)

    def _discard(self, story: Story, finding: Finding) -> None:
        today = story.today
        findings.discard(finding, reason="Ghi nhầm", actor=story.actors["head"], on=today, today=today)
        db.session.commit()

    def _follow(self, story: Story, finding_id: int, moves: list[tuple[int, int, int, int]], since: date) -> None:
        on = entered = since
        for which, later, lag, more in moves:
            finding = db.session.get_one(Finding, finding_id)
            possible = MOVES[finding.state]
            on += timedelta(days=later)
            entered = max(entered, on + timedelta(days=lag))
            if not possible or entered > FIRST + timedelta(days=LAST):
                return
            others = [unit for unit in self.units if unit.id != finding.responsible_unit_id]
            with at(entered):
                story.tell(finding_id, possible[which % len(possible)], on, later=more, to=others[more % len(others)])
