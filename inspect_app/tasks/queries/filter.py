"""What lists of tasks can be narrowed to: values alone, of which addresses and statements are made elsewhere."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from inspect_app.core.shapes import blanks_for, numbers_for
from inspect_app.core.words import Blanks, blanks, filling
from inspect_app.tasks.models import TaskState
from inspect_app.units.models import Unit
from inspect_app.units.queries import Spot, blank_unit, unit_filling


class Timing(StrEnum):
    BEFORE = "before"
    """Done before the due day."""
    ON_DAY = "on_day"
    LATE = "late"
    UNDATED = "undated"
    """Done, without a due day."""
    OVERDUE = "overdue"
    SOON = "soon"
    """Overdue within seven days unless something happens; due today included."""
    LIVE = "live"
    """Not done yet."""
    OPEN = "open"
    """Not done yet, and not overdue."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to. Everything empty is everything that the reader may see."""

    words: str | Blanks = ""
    plan_id: int | None = None
    year: int | None = None
    """Of the list that the task stands in."""
    unit: Unit | Spot | None = None
    """In charge: it and everything under it."""
    alone: bool = False
    """`unit` without what is under it."""
    joining: bool = False
    """Also what `unit` only joins in."""
    states: tuple[TaskState, ...] = ()
    timing: Timing | None = None
    counted: bool = False
    """Only what figures count: not withdrawn."""
    extended: bool = False
    """Only those whose due day was put off."""
    asked: bool = False
    """Only those for which the unit asked for a later day, and nobody decided yet."""
    mine: bool = False
    """Those that the reader's own units are in charge of, or that the reader gave."""
    confirm: bool = False
    """Only those whose report waits for the reader's answer."""
    decide: bool = False
    """Only those for which a later day was asked that the reader may grant or refuse."""
    given: tuple[date, date] | None = None
    """Given from the first to the last day, both included."""
    done: tuple[date, date] | None = None
    """Confirmed from the first to the last day, both included, and done still."""
    as_of: date | None = None

    @property
    def shape(self) -> "Filter":
        """What a statement depends on: it is built once for all units as far down the tree, all words that are as
        many, all lists and years."""
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
    def leads(self) -> bool:
        """Tasks are found by it, and what the actor may see is asked of these."""
        return self.plan_id is not None or self.unit is not None

    @property
    def is_live(self) -> bool:
        """Only tasks that somebody still has to act on."""
        return self.timing in (Timing.LIVE, Timing.OVERDUE, Timing.SOON, Timing.OPEN)


_NUMBERS = ("plan_id", "year")
