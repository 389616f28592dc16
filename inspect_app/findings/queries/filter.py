"""What lists of findings can be narrowed to: values alone, of which addresses and statements are made elsewhere."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from inspect_app.core.shapes import blanks_for, numbers_for
from inspect_app.core.words import Blanks, blanks, filling
from inspect_app.findings.models import LIVE, State
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import Spot, blank_unit, unit_filling


class Timing(StrEnum):
    ON_TIME = "on_time"
    """Early or on the day."""
    EARLY = "early"
    ON_DAY = "on_day"
    LATE = "late"
    OVERDUE = "overdue"
    SOON = "soon"
    """Overdue within seven days unless something happens; due today included."""
    LIVE = "live"
    """Not done yet."""


class Age(StrEnum):
    """For how many days a finding has been overdue."""

    MONTH = "1-30"
    QUARTER = "31-90"
    LONGER = "over-90"

    @property
    def days(self) -> tuple[int, int | None]:
        """The least and the most, both included; no most where there is none."""
        return {Age.MONTH: (1, 30), Age.QUARTER: (31, 90), Age.LONGER: (91, None)}[self]


class Extended(StrEnum):
    GRANTED = "granted"
    """Its deadline was put off."""
    WAITING = "waiting"
    """The unit asked for time, and nobody decided yet."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to. Everything empty is everything that the reader may see."""

    words: str | Blanks = ""
    year: int | None = None
    """Of the plans of this year."""
    plan_id: int | None = None
    visit_id: int | None = None
    team_id: int | None = None
    unit: Unit | Spot | None = None
    """It and everything under it."""
    alone: bool = False
    """`unit` without what is under it."""
    former: bool = False
    """`unit` with those that became part of it."""
    responsible: bool = False
    """`unit` and `kinds` are those of the unit that answers now, not of the unit inspected."""
    kinds: tuple[UnitKind, ...] = ()
    areas: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    timing: Timing | None = None
    age: Age | None = None
    """Only what has been overdue for so long."""
    extension: Extended | None = None
    counted: bool = False
    """Only what figures count: issued and not withdrawn."""
    mine: bool = False
    """Followed by the reader, found by a team of theirs, or given to them at the unit."""
    repeats: bool = False
    """Only those confirmed to repeat an earlier one."""
    returned: bool = False
    """Only those of which a submission was returned at least once."""
    moved: bool = False
    """Only those that another unit than the one inspected answers for."""
    as_of: date | None = None
    entered_after: bool = False
    """Of the day `as_of`, only what was written on a later one."""
    issued: tuple[date, date] | None = None
    """First and last day."""
    done: tuple[date, date] | None = None
    """Resolved between these days."""
    lapsed: tuple[date, date] | None = None
    """Became overdue between these days: not on the day before the first, and then on some day up to the last."""
    judged: bool = False
    """Only those of which a submission was accepted or returned."""

    @property
    def shape(self) -> "Filter":
        """What a statement depends on: it is built once for all units as far down the tree, all words that are as
        many, all plans, visits, teams and years."""
        unit = self.unit and blank_unit(self.unit)
        return replace(self, unit=unit, words=self.words and blanks(self.words), **blanks_for(self, _NUMBERS))

    @property
    def filling(self) -> dict[str, Any]:
        """What the statement of its `shape` is asked with."""
        found = numbers_for(self, _NUMBERS)
        if self.unit:
            found |= unit_filling(self.unit)
        return found | filling(self.words) if self.words else found

    @property
    def is_live(self) -> bool:
        """Only findings that somebody still has to act on."""
        return (
            self.timing in (Timing.LIVE, Timing.OVERDUE, Timing.SOON)
            or self.age is not None
            or (bool(self.states) and set(self.states) <= set(LIVE))
        )


_NUMBERS = ("year", "plan_id", "visit_id", "team_id")
