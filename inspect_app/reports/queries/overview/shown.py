"""What the overview shows of plans and units: the first ones of each, and what all of them come to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inspect_app.plans.models import PlanKind
from inspect_app.reports.queries.overview.lines import Numbers, OfKind, OfUnit, View, kinds_of, total_of
from inspect_app.reports.queries.overview.plans import OfPlan
from inspect_app.reports.queries.overview.ranking import Part, Place, ranked


@dataclass(frozen=True, slots=True)
class Named:
    """Of how many lines a page tells all there is; none for all."""

    plans: int | None = None
    earlier: int | None = None
    """Plans of the year before."""
    units: Part | None = None
    """A page of those with something left to put right, the most overdue first."""
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
    def number_left(self) -> int:
        """How many have something left to put right."""
        return self.late + self.in_time

    @property
    def number(self) -> int:
        """How many units have something that counts; each has a place."""
        return sum(line.units for line in self.kinds)


def of_plans(plans: Iterable[OfPlan], view: View, named: Named) -> PlanLines:
    """What is shown of these, which are of the year and of the one before it."""
    ordered = in_order((plan for plan in plans if not (view.kinds and plan.is_empty)), view)
    of_year = [plan for plan in ordered if plan.year == view.year]
    return PlanLines(
        of_year=of_year[: named.plans],
        earlier=[plan for plan in ordered if plan.year != view.year][: named.earlier],
        number=len(of_year),
        under_way=sum(not plan.is_finished(view) for plan in of_year),
        targets=sum(plan.targets for plan in of_year),
        inspected=sum(plan.inspected for plan in of_year),
    )


def in_order(plans: Iterable[OfPlan], view: View) -> list[OfPlan]:
    """As `PlanLines` has them."""

    def order(plan: OfPlan) -> tuple[bool, bool, int, int, int]:
        by_units, numbers = plan.kind is PlanKind.SELF, plan.numbers
        return by_units, plan.is_finished(view), -numbers.overdue, -numbers.live, plan.id

    return sorted(plans, key=order)


def of_units(units: Sequence[OfUnit], named: Named) -> UnitLines:
    """What is shown of these."""
    left = [unit for unit in units if unit.numbers.live]
    late = sum(unit.numbers.overdue > 0 for unit in left)
    ordered = sorted(left, key=most_late_first)
    return UnitLines(
        kinds=kinds_of(units),
        left=[ordered[seat] for seat in named.units.of(len(left))] if named.units else ordered,
        late=late,
        in_time=len(left) - late,
        ranking=ranked(units, named.places),
    )


def most_late_first(unit: OfUnit) -> tuple[int, int, str, int]:
    """The order of what is left, as `UnitLines` has it."""
    return -unit.numbers.overdue, -unit.numbers.live, unit.key, unit.id
