"""The overview of a year: what all its plans have come to on one day, as far as the reader may see them.

Two questions are kept apart. Everything but `flow` is of the *cohort*: what was found under the plans of the year.
`flow` says what happened between two days, whatever year the plans are of.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inspect_app.core.actor import Actor, covers_everything
from inspect_app.plans.queries import READERS
from inspect_app.reports.queries import overview_kept as kept
from inspect_app.reports.queries import overview_part as part
from inspect_app.reports.queries.overview_known import plans_of
from inspect_app.reports.queries.overview_lines import (
    Before,
    Numbers,
    OfArea,
    View,
    before_this,
    by_unit_and_area,
)
from inspect_app.reports.queries.overview_plans import by_plan
from inspect_app.reports.queries.overview_shown import ALL, Named, PlanLines, UnitLines, of_plans, of_units
from inspect_app.reports.queries.overview_time import Flow, changes_by_month, flow
from inspect_app.reports.queries.trend import Point, line_through
from inspect_app.workdays.periods import Period


@dataclass(frozen=True, slots=True)
class Overview:
    view: View
    plans: PlanLines
    units: UnitLines
    areas: Sequence[OfArea]
    trend: Sequence[Point]
    before: Before
    partial: bool
    """The reader's grants do not reach over everything there is."""
    flow: Flow | None = None

    @property
    def total(self) -> Numbers:
        return self.units.total

    @property
    def live_areas(self) -> list[OfArea]:
        return [area for area in self.areas if area.numbers.live]


def overview(view: View, *, actor: Actor, period: Period | None = None, named: Named = ALL) -> Overview:
    """Five statements, and one more where a period is asked about, however many rows there are.

    Whoever sees everything is told today's figures by three, from what is kept; by four, whoever sees whole plans.
    """
    happened = flow(actor, view, period) if period else None
    if kept.tells(actor, view):
        plans, year, before = kept.told(actor, view, named)
        return Overview(view, plans, year.units, year.areas, year.trend, before, False, happened)
    known = plans_of(actor, view.year, view.year - 1)
    if part.tells(view, known):
        at_units, areas, trend = part.year(actor, view, known)
    else:
        of_year = known.of(view.year)
        at_units, areas = by_unit_and_area(actor, view, of_year)
        trend = line_through(changes_by_month(actor, view, of_year), view.day)
    return Overview(
        view=view,
        plans=of_plans(by_plan(actor, view, known), view, named),
        units=of_units(at_units, named),
        areas=areas,
        trend=trend,
        before=before_this(actor, view, known),
        partial=not covers_everything(actor.held(*READERS)),
        flow=happened,
    )
