"""The overview of a year: what all its plans have come to on one day, as far as the reader may see them.

Two questions are kept apart. Everything but `flow` is of the *cohort*: what was found under the plans of the year.
`flow` says what happened between two days, whatever year the plans are of.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inspect_app.core.actor import Actor, covers_everything
from inspect_app.plans.queries import READERS
from inspect_app.reports.queries.overview import kept
from inspect_app.reports.queries.overview.before import before_this
from inspect_app.reports.queries.overview.known import plans_of
from inspect_app.reports.queries.overview.lines import Before, Numbers, OfArea, View
from inspect_app.reports.queries.overview.plans import by_plan
from inspect_app.reports.queries.overview.shown import ALL, Named, PlanLines, UnitLines, of_plans, of_units
from inspect_app.reports.queries.overview.time import Flow, flow
from inspect_app.reports.queries.overview.year import year_of
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
    """Four statements, and one more where a period is asked about, however many rows there are.

    Whoever sees everything is told today's figures by three. One or two more are for plans that are seen in part, one
    is for months of some kinds of unit in a part.
    """
    happened = flow(actor, view, period) if period else None
    if kept.tells(actor, view):
        plans, year, before = kept.told(actor, view, named)
        return Overview(view, plans, year.units, year.areas, year.trend, before, False, happened)
    known = plans_of(actor, view.year, view.year - 1)
    said = year_of(actor, view, known)
    return Overview(
        view=view,
        plans=of_plans(by_plan(actor, view, known, said.plans), view, named),
        units=of_units([*said.units.values()], named),
        areas=sorted(said.areas.values(), key=lambda area: area.position),
        trend=line_through(said.changed, view.day),
        before=before_this(actor, view, known),
        partial=not covers_everything(actor.held(*READERS)),
        flow=happened,
    )
