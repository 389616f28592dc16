"""The day that a report is about, and months up to it."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

Month = tuple[int, int]
"""Year and month, 1–12."""


@dataclass(frozen=True, slots=True)
class Day:
    """The day that figures are of. Never later than `today`."""

    on: date
    today: date

    @property
    def past(self) -> date | None:
        """The day, where its facts have to be read from the past; none for today."""
        return self.on if self.on < self.today else None


def last_day_of(month: Month) -> date:
    return date(*month, monthrange(*month)[1])


def before(month: Month) -> date:
    """The last day of the month before."""
    return date(*month, 1) - timedelta(days=1)


def months(first: Month, last: Month) -> Iterator[Month]:
    """From the first to the last, both included."""
    for number in range(first[0] * 12 + first[1] - 1, last[0] * 12 + last[1]):
        yield number // 12, number % 12 + 1
