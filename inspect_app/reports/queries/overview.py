"""The overview of a year: what all its plans have come to on one day, as far as the reader may see them.

Two questions are kept apart. Everything but `flow` is of the *cohort*: what was found under the plans of the year.
`flow` says what happened between two days, whatever year the plans are of.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from inspect_app.core.actor import Actor
from inspect_app.plans.models import PlanKind
from inspect_app.plans.queries import READERS
from inspect_app.reports.queries import overview_kept as kept
from inspect_app.reports.queries.overview_lines import (
    Before,
    Numbers,
    OfArea,
    OfKind,
    OfUnit,
    View,
    areas_of,
    before_this,
    by_unit_and_area,
    kinds_of,
    plans_of,
    total_of,
)
from inspect_app.reports.queries.overview_plans import OfPlan, by_plan
from inspect_app.reports.queries.overview_ranking import Place, ranked
from inspect_app.reports.queries.overview_time import Flow, flow, months_of
from inspect_app.reports.queries.trend import Point
from inspect_app.units.queries.scope import is_root
from inspect_app.workdays.periods import Period


@dataclass(frozen=True)
class Overview:
    view: View
    plans: list[OfPlan]
    """Of the year and of the one before it, those with most overdue first."""
    units: list[OfUnit]
    areas: list[OfArea]
    trend: list[Point]
    before: Before
    partial: bool
    """The reader's grants do not reach over everything there is."""
    flow: Flow | None = None

    @cached_property
    def total(self) -> Numbers:
        return total_of(unit.numbers for unit in self.units)

    @cached_property
    def of_year(self) -> list[OfPlan]:
        return [plan for plan in self.plans if plan.year == self.view.year]

    @cached_property
    def of_year_before(self) -> list[OfPlan]:
        return [plan for plan in self.plans if plan.year != self.view.year]

    @property
    def under_way(self) -> int:
        """Plans of the year that are not finished."""
        return sum(not plan.is_finished(self.view) for plan in self.of_year)

    @property
    def targets(self) -> int:
        return sum(plan.targets for plan in self.of_year)

    @property
    def inspected(self) -> int:
        return sum(plan.inspected for plan in self.of_year)

    @cached_property
    def kinds(self) -> list[OfKind]:
        return kinds_of(self.units)

    @cached_property
    def ranking(self) -> list[Place]:
        return ranked(self.units)

    @cached_property
    def late(self) -> list[OfUnit]:
        """Units with something overdue, worst first."""
        return sorted(
            (unit for unit in self.units if unit.numbers.overdue),
            key=lambda unit: (-unit.numbers.overdue, -unit.numbers.live, unit.key, unit.id),
        )

    @cached_property
    def in_time(self) -> list[OfUnit]:
        """Units with something left to put right, and nothing of it overdue; those with most left first."""
        return sorted(
            (unit for unit in self.units if unit.numbers.live and not unit.numbers.overdue),
            key=lambda unit: (-unit.numbers.live, unit.key, unit.id),
        )

    @property
    def live_areas(self) -> list[OfArea]:
        return [area for area in self.areas if area.numbers.live]


@dataclass(frozen=True, slots=True)
class Named:
    """Of how many lines the page tells all there is; of the others nobody asks the areas and the last deadline."""

    plans: int
    earlier: int
    """Plans of the year before."""
    units: int | None
    """Those with most overdue; none for all."""


def overview(view: View, *, actor: Actor, period: Period | None = None, named: Named | None = None) -> Overview:
    """Five statements, and one more where a period is asked about, however many rows there are.

    Whoever sees everything is told today's figures by four, from what is kept; then of the lines `named`, or of all.
    """
    if kept.tells(actor, view):
        return _of_what_is_kept(view, actor, period, named)
    plans = plans_of(actor, view.year, view.year - 1)
    units, areas = by_unit_and_area(actor, view, plans)
    return Overview(
        view=view,
        plans=_in_order(by_plan(actor, view, plans), view),
        units=units,
        areas=areas_of(areas),
        trend=months_of(actor, view, plans),
        before=before_this(actor, view, plans),
        partial=not any(is_root(grant.path) for grant in actor.held(*READERS)),
        flow=flow(actor, view, period) if period else None,
    )


def _of_what_is_kept(view: View, actor: Actor, period: Period | None, named: Named | None) -> Overview:
    late = kept.overdue(view)
    plans = _in_order(kept.plans(actor, view, late), view)
    of_year = {plan.id for plan in plans if plan.year == view.year}
    year = kept.year(view, {key: number for key, number in late.items() if key[0] in of_year})
    found = Overview(
        view=view,
        plans=plans,
        units=year.units,
        areas=year.areas,
        trend=year.trend,
        before=Before(view.day.on, 0, view.day.on, 0, 0),
        partial=False,
        flow=flow(actor, view, period) if period else None,
    )
    most = named or Named(len(plans), len(plans), None)
    shown = [*found.of_year[: most.plans], *found.of_year_before[: most.earlier]]
    units = [*found.late, *found.in_time] if most.units is None else found.late[: most.units]
    before, last_due = kept.details(view, units, shown)
    told = [replace(plan, last_due=last_due[plan.id]) if plan.id in last_due else plan for plan in plans]
    return replace(found, before=before, plans=told)


def _in_order(plans: Iterable[OfPlan], view: View) -> list[OfPlan]:
    """The later year first; self-inspections last, what is finished after what is not, the most overdue first."""
    return sorted(
        (plan for plan in plans if not (view.kinds and plan.is_empty)),
        key=lambda plan: (
            *(-plan.year, plan.kind is PlanKind.SELF, plan.is_finished(view)),
            *(-plan.numbers.overdue, -plan.numbers.live, plan.id),
        ),
    )
