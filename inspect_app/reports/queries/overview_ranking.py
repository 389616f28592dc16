"""Ranking units by how much of what was found they have put right. Pure: no database."""

from collections.abc import Iterable
from dataclasses import dataclass

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
    ordered = sorted((*_merit(unit), -unit.numbers.counted, unit.key, unit.id, unit) for unit in counted)
    places: list[Place] = []
    merit: list[float] = []
    place = 0
    for number, (*shares, _counted, _key, _id, unit) in enumerate(ordered, start=1):
        if shares != merit:
            merit, place = shares, number
        places.append(Place(place, unit))
    return places


def _merit(unit: OfUnit) -> tuple[float, int, float]:
    """Least for the best. Equal shares of numbers below ten million give equal quotients, unequal ones unequal."""
    numbers = unit.numbers
    in_time = numbers.on_time / numbers.resolved if numbers.resolved else 0.0
    return -numbers.resolved / numbers.counted, numbers.overdue, -in_time
