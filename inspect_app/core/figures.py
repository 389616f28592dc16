"""Numbers as offices print them: `41/41 (100%)`, `55,3%`, `1.288`.

Exact arithmetic only: a share is worked out from whole numbers, never from a float. `locale` picks the marks:
a comma before decimals and dots between thousands, the other way round in English.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

NONE = "–"
"""Printed where there is nothing to divide by."""

Number = int | Decimal | Fraction

_VIETNAMESE_MARKS = str.maketrans(",.", ".,")


def percent(part: int, whole: int, locale: str = "vi") -> str:
    """The share of `part` in `whole`, half up to one decimal: `55,3%`, `41%`; `–` when `whole` is 0.

    `100%` only when all and `0%` only when none: 1999/2000 is `99,9%`, 1/3000 is `0,1%`.
    Raises ValueError unless 0 <= part <= whole.
    """
    tenths = _tenths(part, whole)
    return NONE if tenths is None else _printed(tenths, 1, locale) + "%"


def percentage(part: int, whole: int) -> Decimal | None:
    """What `percent` prints, as a number for spreadsheets: 0 to 100 with one decimal, None when `whole` is 0.

    Raises ValueError unless 0 <= part <= whole.
    """
    tenths = _tenths(part, whole)
    return None if tenths is None else Decimal(tenths).scaleb(-1)


def _tenths(part: int, whole: int) -> int | None:
    """Of a percent."""
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is no part of {whole}")
    if whole == 0:
        return None
    tenths = (2000 * part + whole) // (2 * whole)
    return min(max(tenths, 1), 999) if 0 < part < whole else tenths


def fraction(part: int, whole: int, locale: str = "vi") -> str:
    """`41/41`."""
    return f"{thousands(part, locale)}/{thousands(whole, locale)}"


def completion(part: int, whole: int, locale: str = "vi") -> str:
    """`41/41 (100%)`; `–` when `whole` is 0. Raises ValueError unless 0 <= part <= whole."""
    share = percent(part, whole, locale)
    return NONE if whole == 0 else f"{fraction(part, whole, locale)} ({share})"


def thousands(number: int, locale: str = "vi") -> str:
    """`1.288`."""
    return decimal(number, 0, locale)


def decimal(number: Number | None, places: int = 1, locale: str = "vi") -> str:
    """Half up (from zero) to at most `places` decimals, no trailing zeros: `12,5`, `12`; `–` for None."""
    if number is None:
        return NONE
    if isinstance(number, int):
        return _printed(number, 0, locale)
    part, whole = number.as_integer_ratio()
    units = (2 * abs(part) * 10**places + whole) // (2 * whole)
    return _printed(-units if part < 0 else units, places, locale)


def _printed(units: int, places: int, locale: str) -> str:
    """A number given in units of its last decimal."""
    whole, rest = divmod(abs(units), 10**places)
    decimals = f".{rest:0{places}d}".rstrip("0") if rest else ""
    printed = f"{'-' if units < 0 else ''}{whole:,}{decimals}"
    return printed if locale.startswith("en") else printed.translate(_VIETNAMESE_MARKS)


def mean(total: int, count: int) -> Fraction | None:
    """`total` shared over `count`, exactly; None when there is nothing to share over."""
    return Fraction(total, count) if count else None


def median(values: Sequence[int]) -> Fraction | None:
    """The middle value, or halfway between the two in the middle; None when there is none."""
    ordered = sorted(values)
    if not ordered:
        return None
    return Fraction(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2], 2)
