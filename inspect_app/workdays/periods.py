"""The periods that offices report on. A reporting year runs from 15/12 of the year before to 14/12.

Pure sentences: no clock, no database. Every period is a first and a last day, both included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

TURN = (12, 15)
"""Month and day on which a reporting year begins."""


class PeriodCode(StrEnum):
    """The periods that reports are handed in for; the second and the fourth quarter are told of by half and year."""

    YEAR = "year"
    Q1 = "q1"
    HALF = "half"
    Q3 = "q3"


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included. Raises ValueError when they are not in order."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"{self.first} is after {self.last}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def until(self, day: date) -> "Period | None":
        """As much of it as is over at the end of `day`; nothing where it has not begun by then."""
        return Period(self.first, min(self.last, day)) if self.first <= day else None


_BEGIN_AND_END = {
    PeriodCode.YEAR: (TURN, (12, 14)),
    PeriodCode.Q1: (TURN, (3, 14)),
    PeriodCode.HALF: (TURN, (6, 14)),
    PeriodCode.Q3: ((6, 15), (9, 14)),
}


def reporting_year(day: date) -> int:
    """The reporting year that `day` lies in: 14/12/2023 in 2023, 15/12/2023 in 2024."""
    return day.year + ((day.month, day.day) >= TURN)


def year_to_show(day: date, known: Sequence[int]) -> int:
    """Of the years of which anything is known that which `day` lies in, or the latest; its own where none is."""
    this = reporting_year(day)
    return this if this in known or not known else max(known)


def period(code: PeriodCode, year: int) -> Period:
    """`PeriodCode.Q1` of 2023 is 15/12/2022–14/3/2023. Raises ValueError unless `year` is from 2 to 9999."""
    begins, ends = _BEGIN_AND_END[code]
    first_year = year - 1 if begins == TURN else year
    return Period(date(first_year, *begins), date(year, *ends))


def quarter_of(day: date) -> Period:
    """The quarter of the reporting year that `day` lies in, each from the 15th to the 14th three months on."""
    year = reporting_year(day)
    starts = [date(year - 1, *TURN), date(year, 3, 15), date(year, 6, 15), date(year, 9, 15), date(year, *TURN)]
    place = max(number for number, start in enumerate(starts) if start <= day)
    return Period(starts[place], starts[place + 1] - timedelta(days=1))
