"""The list of the units that plans mean to inspect: what it is held to, its rows, and how many they are."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, select, union_all

from inspect_app.core.actor import Actor, covers_everything
from inspect_app.core.reading_order import ids_among
from inspect_app.core.shapes import Blank, shape_of
from inspect_app.core.statements import built_once
from inspect_app.plans.models import Plan, Target
from inspect_app.plans.queries import counting, in_year, targets, targets_visible_to
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import Spot, blank_unit, called, under, unit_filling
from inspect_app.visits.queries.coverage import MONTH, scheduled
from inspect_app.visits.queries.scope import Numbered, inspected


@dataclass(frozen=True, slots=True)
class Planned:
    """What the list is narrowed to."""

    text: str = ""
    """A unit, by any name it ever had."""
    year: int | None = None
    """Of the plans of this year."""
    plan: Plan | None = None
    unit: Unit | Spot | None = None
    kinds: Collection[UnitKind] = ()
    begun: bool | None = None
    as_of: date | None = None

    @property
    def shape(self) -> "Planned":
        """What a statement depends on: it is built once for all plans and years, and all units as far down the tree."""
        plan: Any = self.plan and Numbered(Blank("wanted_plan"))
        year = None if self.year is None else Blank("wanted_year")
        unit = self.unit and blank_unit(self.unit)
        return replace(self, plan=plan, year=year, unit=unit, kinds=tuple(self.kinds))

    @property
    def filling(self) -> dict[str, Any]:
        """What the statement of its `shape` is asked with."""
        numbers = {"wanted_plan": self.plan and self.plan.id, "wanted_year": self.year}
        return {**numbers, **(unit_filling(self.unit) if self.unit else {})}

    @property
    def leads(self) -> bool:
        """Targets are found by it, and what the actor may see is asked of these."""
        return self.plan is not None or self.unit is not None

    def holds(self, day: date, *, led: bool) -> list[ColumnElement[bool]]:
        """Conditions on `Target`; `led`: by the year, where nothing else leads to them."""
        conditions = [counting(day)]
        if self.year is not None:
            plans = select(Plan.id).where(in_year(self.year))
            conditions.append(ids_among(Target.plan_id, plans, walking=not led))
        if self.plan is not None:
            conditions.append(Target.plan_id == self.plan.id)
        if self.unit is not None:
            conditions.append(under(Target.unit_id, self.unit, walking=False))
        if self.kinds:
            of_kinds = select(Unit.id).where(Unit.kind.in_(self.kinds))
            conditions.append(ids_among(Target.unit_id, of_kinds, walking=True))
        if self.text:
            bearing = select(Unit.id).where(called(self.text)).correlate(None)
            conditions.append(ids_among(Target.unit_id, bearing, walking=True))
        if self.begun is not None:
            conditions.append(inspected(day) if self.begun else ~inspected(day))
        return conditions


def schedule(actor: Actor, day: date, wanted: Planned = Planned()) -> Select[*tuple[Any, ...]]:
    """The whole list in the columns of `scheduled`, unsorted: the rows behind every figure of coverage, narrowed."""
    return scheduled(targets_visible_to(actor), actor, day).where(*wanted.holds(day, led=True))


def planned(actor: Actor, wanted: Planned, day: date) -> tuple[Select[Any], tuple[Any, ...]]:
    """Ids of the rows of `schedule`, unsorted, which `told_of` makes into rows; and the keys of its order.

    The same objects each time for the same shapes; asked with `filling_with`.
    """
    return _planned(shape_of(actor), wanted.shape, day)


@built_once
def _planned(actor: Actor, wanted: Planned, day: date) -> tuple[Select[Any], tuple[Any, ...]]:
    """Each way to see a target by its own index."""
    led = covers_everything(actor.grants) and not wanted.leads
    conditions = wanted.holds(day, led=led)
    ways = [targets.seen_by(actor)] if wanted.leads else targets.each_way(actor)
    columns = (Target.id, Target.unit_id, MONTH.label("month"))
    rows = union_all(*(select(*columns).where(*conditions, way) for way in ways)).subquery("planned")
    return select(rows.c.id).join(Unit, Unit.id == rows.c.unit_id), (rows.c.month, Unit.sort_key, rows.c.id)


def told_of(actor: Actor, day: date) -> Callable[[Subquery], Select[Any]]:
    """What makes ids that were `planned` into the columns of `schedule`."""
    return _told_of(shape_of(actor), day)


@built_once
def _told_of(actor: Actor, day: date) -> Callable[[Subquery], Select[Any]]:
    def of_these(ids: Subquery) -> Select[Any]:
        these = select().select_from(ids).join(Target, Target.id == ids.c.id).join(Target.plan).join(Target.unit)
        return scheduled(these, actor, day)

    return of_these
