"""Overviews that were counted in different ways, and have to say the same."""

from inspect_app.reports.queries.overview.lines import Numbers
from inspect_app.reports.queries.overview.ranking import Part
from inspect_app.reports.queries.overview.shown import Named, UnitLines
from inspect_app.reports.queries.overview.whole import Overview

FEW = (
    Named(1, 0, Part(1, 1), Part(1, 1)),
    Named(2, 1, Part(1, 2), Part(1, 9)),
    Named(9, 9, Part(2, 9), Part(5)),
)
"""Few lines, of which a page names some, all or none."""


def same(kept: Overview, found: Overview) -> None:
    assert kept.total == found.total
    assert kept.plans == found.plans
    assert kept.areas == found.areas
    assert kept.trend == found.trend
    assert kept.before == found.before
    assert ranking(kept.units) == ranking(found.units)
    assert left(kept.units) == left(found.units)
    for name in ("kinds", "late", "in_time"):
        assert getattr(kept.units, name) == getattr(found.units, name)


def ranking(units: UnitLines) -> list[tuple[int, int, Numbers]]:
    return [(one.place, one.unit.id, one.unit.numbers) for one in units.ranking]


def left(units: UnitLines) -> list[tuple[int, dict[str, tuple[int, int]]]]:
    """What is left to be put right, unit by unit, in the order of the page."""
    return [
        (unit.id, {code: (n.overdue, n.live) for code, n in sorted(unit.by_area.items()) if n.live})
        for unit in units.left
    ]
