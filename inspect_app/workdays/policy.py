"""Which days offices work, and when a deadline falls: pure sentences of law, asking nothing but what they are told.

Weekends are off (Decision 188/1999/QĐ-TTg), and so are public holidays and the days in lieu of them, as the `holidays`
library knows them; what is decreed otherwise, year by year, is given as overrides.
"""

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from itertools import accumulate
from pathlib import Path

import holidays

from inspect_app.core.actor import Actor, Role, covers_everything

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
        return _is_worked(day)

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

    def working_days(self, start: date, end: date) -> int:
        """How many days after `start`, up to and with `end`, are worked; 0 where `end` is not after `start`."""
        if end <= start:
            return 0
        known = _worked_until(end) - _worked_until(start)
        known += sum(_worked_in(year)[-1] for year in range(start.year, end.year))
        return known + sum(worked - _is_worked(day) for day, worked in self._overrides.items() if start < day <= end)


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


@lru_cache(maxsize=4_096)
def due(rule: DeadlineRule, start: date, calendar: Calendar) -> date:
    """The last day of the period that an event on `start` begins. 15 working days after 16/1/2023 is 13/2/2023.

    Civil Code 2015 (91/2015/QH13), art. 147: the first day of a period counted in days is not counted. Art. 148: where
    the last day is a weekend or a public holiday, the period ends at the end of the next working day.
    """
    if rule.unit == WORKING_DAY:
        return calendar.add_working_days(start, rule.n)
    return calendar.next_working(start + timedelta(rule.n))


class TermCode(StrEnum):
    """What may take only so long though it is no unit's deadline, and how far deadlines may be put off."""

    VERIFY = "verify"
    """A team's look at what a unit says it put right."""
    DECIDE_EXTENSION = "decide_extension"
    ANSWER_DISPUTE = "answer_dispute"
    ANSWER_QUESTION = "answer_question"
    REPORT = "report"
    """From the day of the visit to "Gửi kết quả"."""
    CONCLUDE = "conclude"
    """From there to the conclusion."""
    EXTENSION_DAYS = "extension_days"
    """The longest that one extension may put a deadline off."""
    EXTENSION_TIMES = "extension_times"
    """How often the deadline of one finding may be put off at the unit's asking: a number, not a time."""
    URGE_LETTER_1 = "urge_letter_1"
    URGE_LETTER_2 = "urge_letter_2"
    URGE_CHAIRMAN = "urge_chairman"


DEFAULTS: Mapping[TermCode, DeadlineRule] = {
    TermCode.VERIFY: DeadlineRule(5, WORKING_DAY),
    TermCode.DECIDE_EXTENSION: DeadlineRule(3, WORKING_DAY),
    TermCode.ANSWER_DISPUTE: DeadlineRule(5, WORKING_DAY),
    TermCode.ANSWER_QUESTION: DeadlineRule(3, WORKING_DAY),
    TermCode.REPORT: DeadlineRule(5, WORKING_DAY),
    TermCode.CONCLUDE: DeadlineRule(10, WORKING_DAY),
    TermCode.EXTENSION_DAYS: DeadlineRule(30, DAY),
    TermCode.EXTENSION_TIMES: DeadlineRule(2, DAY),
    TermCode.URGE_LETTER_1: DeadlineRule(5, WORKING_DAY),
    TermCode.URGE_LETTER_2: DeadlineRule(10, WORKING_DAY),
    TermCode.URGE_CHAIRMAN: DeadlineRule(10, WORKING_DAY),
}
"""What holds until somebody decides otherwise. No law says these: each province has its own rules of work."""
PLAIN_NUMBERS = frozenset({TermCode.EXTENSION_TIMES})


@dataclass(frozen=True, slots=True)
class Wait:
    """How long something has waited on a day, against the time it is given."""

    since: date
    due: date
    days: int
    """In the unit of the rule."""
    over: int
    """The same, beyond what is given; 0 in time."""


def wait(rule: DeadlineRule, since: date, today: date, calendar: Calendar) -> Wait:
    """What began to wait on `since`, which is not counted."""
    last = due(rule, since, calendar)
    if rule.unit == DAY:
        return Wait(since, last, max((today - since).days, 0), max((today - last).days, 0))
    waited = calendar.working_days(since, today)
    return Wait(since, last, waited, max(waited - rule.n, 0) if today > last else 0)


def latest_overdue(rule: DeadlineRule, today: date, calendar: Calendar) -> date:
    """The latest day such that what has waited since then is past its time today."""
    day = today - ONE_DAY
    while due(rule, day, calendar) >= today:
        day -= ONE_DAY
    return day


def may_edit(actor: Actor) -> bool:
    """Change the calendar and the terms, which hold for everybody: an administrator over the topmost unit."""
    return covers_everything(actor.held(Role.ADMIN))


@cache
def holidays_of(year: int, language: str) -> Mapping[date, str]:
    """The public holidays of a year and the days in lieu of them, by name, as the library has them."""
    known = _vietnam()(years=year, language="en_US" if language == "en" else "vi")
    return dict(sorted(known.items()))


@cache
def _vietnam() -> type[holidays.HolidayBase]:
    """The library's, by a side door: by the front one 250 other countries come along, 9 MB and half a second."""
    module_file = Path(holidays.__file__).with_name("countries") / "vietnam.py"
    spec = spec_from_file_location("holidays_of_vietnam", module_file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: type[holidays.HolidayBase] = module.Vietnam
    return found


@cache
def _public(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off, and weekend days worked in exchange, as the library knows them; none after 2100."""
    known = _vietnam()(years=year)
    return frozenset(known), frozenset(known.weekend_workdays)


def _is_worked(day: date) -> bool:
    off, worked = _public(day.year)
    return day in worked if day.weekday() >= SATURDAY else day not in off


@cache
def _worked_in(year: int) -> tuple[int, ...]:
    """How many days of the year are worked up to and with its first, its second … its last."""
    first = date(year, 1, 1)
    return tuple(accumulate(_is_worked(first + timedelta(passed)) for passed in range(365 + isleap(year))))


def _worked_until(day: date) -> int:
    """In its year, the day among them."""
    return _worked_in(day.year)[(day - date(day.year, 1, 1)).days]
