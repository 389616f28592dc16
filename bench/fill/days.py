"""Days and moments as whole numbers, and as both databases take them: text looked up in a table, not formatted."""

from datetime import date, timedelta

FIRST = date(2010, 1, 1).toordinal()
ISO: dict[int | None, str | None] = {
    n: date.fromordinal(FIRST + n).isoformat() for n in range(date(2045, 1, 1).toordinal() - FIRST)
}
"""Number of a day -> the day as columns hold it; nothing of nothing."""
ISO[None] = None
TOLD = {n: f'"{day}"' if day else "null" for n, day in ISO.items()}
"""The same as JSON writes it."""
CLOCK = [f"{minute // 60:02d}:{minute % 60:02d}:00" for minute in range(24 * 60)]
MINUTES = len(CLOCK)
OPENS, CLOSES = 60, 600
"""Minutes of the day in UTC between which offices in Vietnam work."""


def number(day: date) -> int:
    return day.toordinal() - FIRST


def day_of(number: int) -> date:
    return date.fromordinal(FIRST + number)


def iso(number: int) -> str:
    return ISO[number] or ""


def stored(moment: int) -> str:
    """A moment, in minutes since `FIRST`, as a column of either database holds it."""
    day, minute = divmod(moment, MINUTES)
    return f"{ISO[day]} {CLOCK[minute]}.000000"


def sealed(moment: int) -> str:
    """The same moment as the log's chain and JSON write it."""
    day, minute = divmod(moment, MINUTES)
    return f"{ISO[day]}T{CLOCK[minute]}+00:00"


def shown(number: int) -> str:
    """25/12/2026."""
    year, month, day = iso(number).split("-")
    return f"{day}/{month}/{year}"


def weekday_on_or_after(number: int) -> int:
    """No office inspects on a weekend."""
    weekday = (FIRST + number + 6) % 7
    return number + (7 - weekday if weekday >= 5 else 0)


def of_year(year: int, month: int, day: int) -> int:
    return number(date(year, month, day))


def a_year_later(day: date, years: int) -> date:
    return day + timedelta(days=round(365.25 * years))
