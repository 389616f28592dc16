"""Two years, or two units in one year, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from inspect_app.core.actor import Actor
from inspect_app.core.figures import percentage
from inspect_app.reports.queries.overview import kept, kept_plans
from inspect_app.reports.queries.overview.areas import areas_of
from inspect_app.reports.queries.overview.known import Plans
from inspect_app.reports.queries.overview.lines import NOTHING, Numbers, OfArea, View, total_of
from inspect_app.units.models import Unit
from inspect_app.visits.queries import Coverage, coverage_under


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what was found and put right, and of a year what was inspected."""

    view: View
    unit: Unit | None
    """The unit that it is of; none for a whole year."""
    numbers: Numbers
    areas: dict[str, OfArea]
    coverage: Coverage | None

    def in_area(self, code: str) -> Numbers:
        return self.areas[code].numbers if code in self.areas else NOTHING


def side(actor: Actor, view: View, plans: Plans, unit: Unit | None = None) -> Side:
    """One statement for a unit; two for a year, the second for the units inspected."""
    areas = areas_of(actor, view, plans)
    total = total_of(area.numbers for area in areas.values())
    return Side(view, unit, total, areas, None if unit else _coverage(actor, view, plans))


def _coverage(actor: Actor, view: View, plans: Plans) -> Coverage:
    if kept.tells(actor, view):
        return kept_plans.coverage(view)
    return coverage_under(actor, plans.of(view.year), view.day.on, view.kinds)


def areas_of_both(one: Side, other: Side) -> Sequence[OfArea]:
    """The areas in which something counts on either side, in the order of the catalogue."""
    return sorted({**other.areas, **one.areas}.values(), key=lambda area: area.position)


def points(part: int, whole: int, other_part: int, other_whole: int) -> Decimal | None:
    """By how many percentage points the first share is above the second, as they are printed; none without both."""
    one, other = percentage(part, whole), percentage(other_part, other_whole)
    return None if one is None or other is None else one - other


def days(one: Fraction, other: Fraction) -> Fraction:
    """By how many days the first mean is above the second, as they are printed."""
    return _printed(one) - _printed(other)


def _printed(number: Fraction) -> Fraction:
    return Fraction(floor(number * 10 + Fraction(1, 2)), 10)
