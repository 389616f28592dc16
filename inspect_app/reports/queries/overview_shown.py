"""What the overview shows of plans and units: the first ones of each, and what all of them come to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from inspect_app.plans.models import PlanKind
from inspect_app.reports.queries.overview_lines import Numbers, OfKind, OfUnit, View, kinds_of, total_of
from inspect_app.reports.queries.overview_plans import OfPlan
from inspect_app.reports.queries.overview_ranking import Part, Place, ranked


@dataclass(frozen=True, slots=True)
class Named:
    """Of how many lines a page tells all there is; none for all."""

    plans: int | None = None
    earlier: int | None = None
    """Plans of the year before."""
    units: int | None = None
    """Those with something left to put right, the most overdue first."""
    places: Part | None = None
    """Of the ranking."""


ALL = Named()


@dataclass(frozen=True, slots=True)
class PlanLines:
    of_year: Sequence[OfPlan] = ()
    """Those that are named. Self-inspections last, what is finished after what is not, the most overdue first."""
    earlier: Sequence[OfPlan] = ()
    """The same of the year before."""
    number: int = 0
    """How many plans the year has."""
    under_way: int = 0
    """Of them not finished."""
    targets: int = 0
    inspected: int = 0


@dataclass(frozen=True, slots=True)
class UnitLines:
    kinds: Sequence[OfKind] = ()
    left: Sequence[OfUnit] = ()
    """Those that are named of the units with something left to put right: the most overdue first, then most left."""
    late: int = 0
    """How many have something overdue."""
    in_time: int = 0
    """How many have something left to put right, and nothing of it overdue."""
    ranking: Sequence[Place] = ()
    """Those that are named."""

    @property
    def total(self) -> Numbers:
        return total_of(line.numbers for line in self.kinds)

    @property
    def number(self) -> int:
        """How many units have something that counts; each has a place."""
        return sum(line.units for line in self.kinds)


def of_plans(plans: Iterable[OfPlan], view: View, named: Named) -> PlanLines:
    """What is shown of these, which are of the year and of the one before it."""
    ordered = sorted(
        (
            *(plan.kind is PlanKind.SELF, plan.is_finished(view)),
            *(-plan.numbers.overdue, -plan.numbers.live, plan.id, plan),
        )
        for plan in plans
        if not (view.kinds and plan.is_empty)
    )
    of_year = [line for line in ordered if line[-1].year == view.year]
    return PlanLines(
        of_year=[plan for *_order, plan in of_year[: named.plans]],
        earlier=[plan for *_order, plan in ordered if plan.year != view.year][: named.earlier],
        number=len(of_year),
        under_way=sum(not finished for _by_units, finished, *_rest in of_year),
        targets=sum(plan.targets for *_order, plan in of_year),
        inspected=sum(plan.inspected for *_order, plan in of_year),
    )


def of_units(units: Sequence[OfUnit], named: Named) -> UnitLines:
    """What is shown of these."""
    left = [
        (-numbers.overdue, -numbers.live, unit.key, unit.id, unit)
        for unit in units
        if (numbers := unit.numbers).counted > numbers.resolved
    ]
    late = sum(line[0] < 0 for line in left)
    first = sorted(left) if named.units is None else nsmallest(named.units, left)
    return UnitLines(
        kinds=kinds_of(units),
        left=[line[-1] for line in first],
        late=late,
        in_time=len(left) - late,
        ranking=ranked(units, named.places),
    )
