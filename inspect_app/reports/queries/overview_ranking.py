"""Ranking units by how much of what was found they have put right. Pure: no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from inspect_app.reports.queries.overview_lines import OfUnit


@dataclass(frozen=True, slots=True)
class Place:
    place: int
    """From 1; units that the rule cannot tell apart share one, and as many places after it stay empty."""
    unit: OfUnit


def ranked(units: Iterable[OfUnit]) -> list[Place]:
    """Units at which something counts, best first.

    By the share put right; where it is equal, by fewer overdue, then by the share put right in time. Who is equal in
    all three shares a place: larger numbers stand first there, then the alphabet.
    """
    counted = [unit for unit in units if unit.numbers.counted]
    ordered = sorted(counted, key=lambda unit: (_merit(unit), -unit.numbers.counted, unit.key, unit.id))
    places: list[Place] = []
    for number, unit in enumerate(ordered, start=1):
        same = places and _merit(places[-1].unit) == _merit(unit)
        places.append(Place(places[-1].place if same else number, unit))
    return places


def _merit(unit: OfUnit) -> tuple[Fraction, int, Fraction]:
    """Least for the best."""
    numbers = unit.numbers
    in_time = Fraction(numbers.on_time, numbers.resolved) if numbers.resolved else Fraction(0)
    return -Fraction(numbers.resolved, numbers.counted), numbers.overdue, -in_time
