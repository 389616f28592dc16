"""Ranking units by how much of what was found they have put right. Pure: no database."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from inspect_app.reports.queries.overview.lines import Numbers, OfUnit


@dataclass(frozen=True, slots=True)
class Place:
    place: int
    """From 1; units that the rule cannot tell apart share one, and as many places after it stay empty."""
    unit: OfUnit


@dataclass(frozen=True, slots=True)
class Part:
    """Of an order both ends, `size` places each; or the page of `size` places that holds the seat `holding`.

    A seat is a number in the order, from 1: no two units share it. Nobody is left out alone between the ends.
    """

    size: int
    holding: int | None = None

    def before(self, last: int) -> int:
        """The seat before the page; `last` is the last there is, and a page after the last is the last."""
        return (min(self.holding or 1, max(last, 1)) - 1) // self.size * self.size

    def earlier(self, last: int) -> int | None:
        """A seat of the page before this one, if there is one."""
        before = self.before(last)
        return before - self.size + 1 if before else None

    def later(self, last: int) -> int | None:
        """A seat of the page after this one, if there is one."""
        after = self.before(last) + self.size
        return after + 1 if after < last else None

    def of(self, last: int) -> Iterable[int]:
        """The seats that it has, counted from 0, of so many that there are."""
        if self.holding is not None:
            return range(self.before(last), min(self.before(last) + self.size, last))
        return range(last) if last <= 2 * self.size + 1 else (*range(self.size), *range(last - self.size, last))


def ranked(units: Iterable[OfUnit], part: Part | None = None) -> list[Place]:
    """Units at which something counts, best first; only a part of them, if one is asked for.

    By the share put right; where it is equal, by fewer overdue, then by the share put right in time. Who is equal in
    all three shares a place: larger numbers stand first there, then the alphabet.
    """
    ordered = sorted((unit for unit in units if unit.numbers.counted), key=_order)
    merits = [_merit(unit.numbers) for unit in ordered]
    seats = part.of(len(ordered)) if part else range(len(ordered))
    return [Place(bisect_left(merits, merits[seat]) + 1, ordered[seat]) for seat in seats]


def placed(best: Iterable[OfUnit], last: Iterable[OfUnit], better: int, number: int, part: Part | None) -> list[Place]:
    """What `ranked` says, of units of which others know the order.

    `best` begin with the first seat of a page, or of all `number` there are; at the end are `last`, where both ends are
    asked for. `better` than the first of the page, or of the last ones, are so many.
    """
    if part is None:
        return list(_in_a_row(best, 0, 0))
    if part.holding is not None:
        return list(_in_a_row(best, part.before(number), better))
    if number <= 2 * part.size + 1:
        return list(_in_a_row(best, 0, 0))
    return [*islice(_in_a_row(best, 0, 0), part.size), *_in_a_row(last, number - part.size, better)]


def _in_a_row(units: Iterable[OfUnit], seat: int, better: int) -> Iterator[Place]:
    """Units that follow each other from a seat on, the first of which so many are better than."""
    before = None
    for here, unit in enumerate(sorted(units, key=_order), start=seat):
        merit = _merit(unit.numbers)
        if before is not None and merit != before:
            better = here
        before = merit
        yield Place(better + 1, unit)


def _order(unit: OfUnit) -> tuple[Any, ...]:
    return _merit(unit.numbers), -unit.numbers.counted, unit.key, unit.id


def _merit(numbers: Numbers) -> tuple[float, int, float]:
    """Least for the best. Equal shares of numbers below ten million give equal quotients, unequal ones unequal."""
    counted, resolved, on_time, overdue, *_rest = numbers
    return -resolved / counted, overdue, -on_time / resolved if resolved else 0.0
