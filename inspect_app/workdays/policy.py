"""Which days offices work, and when a deadline falls: pure sentences of law, asking nothing but what they are told.

Weekends are off (Decision 188/1999/QĐ-TTg), and so are public holidays and the days in lieu of them, as the `holidays`
library knows them; what is decreed otherwise, year by year, is given as overrides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

LONGEST = 366
SATURDAY = 5
ONE_DAY = timedelta(1)

DAY, WORKING_DAY = "day", "working_day"


class Calendar:
    """The working days of Vietnam's offices. Years are worked out when they are first asked for, once per process."""

    def __init__(self, overrides: Mapping[date, bool]) -> None:
        """`overrides`: day -> whether it is worked, whatever else is said of it."""
        self._overrides = dict(overrides)

    def is_working(self, day: date) -> bool:
        decided = self._overrides.get(day)
        if decided is not None:
            return decided
        off, worked = _public(day.year)
        return day in worked if day.weekday() >= SATURDAY else day not in off

    def next_working(self, day: date) -> date:
        """`day` itself when it is worked, otherwise the first working day after it."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, n: int) -> date:
        """The `n`th working day after `day`, which is not counted. Raises ValueError unless n is at least 1."""
        if n < 1:
            raise ValueError(f"{n} working days")
        for _ in range(n):
            day = self.next_working(day + ONE_DAY)
        return day


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """`n` days (`DAY`) or working days (`WORKING_DAY`), 1 to `LONGEST`, after an event that whoever keeps it names.

    Raises ValueError for any other `n` or `unit`.
    """

    n: int
    unit: str

    def __post_init__(self) -> None:
        if not 1 <= self.n <= LONGEST:
            raise ValueError(f"{self.n} is not from 1 to {LONGEST}")
        if self.unit not in (DAY, WORKING_DAY):
            raise ValueError(f"{self.unit} is no unit of a deadline")


def due(rule: DeadlineRule, start: date, calendar: Calendar) -> date:
    """The last day of the period that an event on `start` begins. 15 working days after 16/1/2023 is 13/2/2023.

    Civil Code 2015 (91/2015/QH13), art. 147: the first day of a period counted in days is not counted. Art. 148: where
    the last day is a weekend or a public holiday, the period ends at the end of the next working day.
    """
    if rule.unit == WORKING_DAY:
        return calendar.add_working_days(start, rule.n)
    return calendar.next_working(start + timedelta(rule.n))


@cache
def _public(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off, and weekend days worked in exchange, as the library knows them; none after 2100."""
    known = holidays.country_holidays("VN", years=year)
    return frozenset(known), frozenset(known.weekend_workdays)
