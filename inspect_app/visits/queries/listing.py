"""The list of visits: what it is held to, its rows, and how many of them are in each state."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Row,
    Select,
    Subquery,
    func,
    literal,
    or_,
    select,
    union_all,
)

from inspect_app.core.actor import Actor, Placed, covers_everything
from inspect_app.core.counting import counted_rows
from inspect_app.core.db import db
from inspect_app.core.reading_order import ids_among, met_by_one
from inspect_app.core.shapes import Blank, among, filling_with, shape_of
from inspect_app.core.statements import built_once
from inspect_app.plans.models import Plan, PlanKind, Team
from inspect_app.plans.queries import matching
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import Spot, blank_unit, called, under, unit_filling
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.queries.scope import Numbered, each_way, known_on, open_to, seen_among, seen_by, state_on

MOST_GATHERED = 5_000
"""Visits of a list; the first of more come sooner to who walks all there are."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of visits is held to; every list and every count of it starts from one."""

    as_of: date | None = None
    """Every visit in the state of that day, without those not yet on the calendar."""
    plan: Plan | None = None
    kinds: Collection[PlanKind] = ()
    unit_kinds: Collection[UnitKind] = ()
    text: str = ""
    """A unit, by any name it ever had, or a plan."""
    within_unit: Unit | Spot | None = None
    alone: bool = False
    """`within_unit` without what is under it."""
    since: date | None = None
    until: date | None = None
    mine: bool = False
    """Only those of the actor's teams."""
    follow_up: bool = False
    """Only visits that look again at what earlier ones found."""
    states: Collection[VisitState] = ()

    @property
    def leads(self) -> bool:
        """Visits are found by it, and what the actor may see is asked of these."""
        return self.mine or self.plan is not None or self.within_unit is not None

    @property
    def shape(self) -> "Filter":
        """What a statement depends on: it is built once for all plans and all units as far down the tree."""
        plan: Any = self.plan and Numbered(Blank("wanted_plan"))
        return replace(
            self,
            plan=plan,
            within_unit=self.within_unit and blank_unit(self.within_unit),
            kinds=tuple(self.kinds),
            unit_kinds=tuple(self.unit_kinds),
            states=tuple(self.states),
        )

    @property
    def filling(self) -> dict[str, Any]:
        """What the statement of its `shape` is asked with."""
        plan = {} if self.plan is None else {"wanted_plan": self.plan.id}
        return plan if self.within_unit is None else {**plan, **unit_filling(self.within_unit)}

    @property
    def state(self) -> ColumnElement[VisitState]:
        return state_on(self.as_of) if self.as_of else Visit.state.expression

    def holds(self, actor: Actor, *, walking: bool | None = None) -> list[ColumnElement[bool]]:
        """Conditions on `Visit`, beside what the actor may see. `walking`: see `under`."""
        conditions = []
        if self.as_of:
            conditions.append(known_on(self.as_of))
        if self.plan is not None:
            conditions.append(Visit.plan_id == self.plan.id)
        if self.kinds:
            of_kinds = select(Plan.id).where(Plan.kind.in_(self.kinds))
            conditions.append(ids_among(Visit.plan_id, of_kinds, walking=True))
        if self.unit_kinds:
            of_kinds = select(Unit.id).where(Unit.kind.in_(self.unit_kinds))
            conditions.append(ids_among(Visit.unit_id, of_kinds, walking=True))
        if self.text:
            conditions.append(_about(self.text, led=not walking and covers_everything(actor.grants)))
        if self.within_unit is not None:
            alone = Visit.unit_id == self.within_unit.id
            conditions.append(alone if self.alone else under(Visit.unit_id, self.within_unit, walking=walking))
        if self.since is not None:
            conditions.append(Visit.day >= self.since)
        if self.until is not None:
            conditions.append(Visit.day <= self.until)
        if self.follow_up:
            conditions.append(Visit.follow_up.is_(True))
        if self.mine:
            conditions.append(among(Visit.team_id, actor.team_ids))
        if self.states:
            conditions.append(self.state.in_(self.states))
        return conditions


def _about(text: str, *, led: bool) -> ColumnElement[bool]:
    """Visits at units or under plans of that name; `led`: from the few that bear it, each by its index."""
    units = select(Unit.id).where(called(text)).correlate(None)
    plans = select(Plan.id).where(matching(text)).correlate(None)
    at_units, of_plans = ((Visit.unit_id, units), (Visit.plan_id, plans))
    if led:
        return met_by_one(Visit.id, *(column.in_(ids) for column, ids in (at_units, of_plans)))
    return or_(*(ids_among(column, ids, walking=True) for column, ids in (at_units, of_plans)))


def listing(actor: Actor, wanted: Filter = Filter()) -> Select[*tuple[Any, ...]]:
    """(id, day, planned_at, state, entry, unit_id, unit_name, unit_kind, plan_id, plan_number, plan_title, plan_kind,
    team_name, reported_on, ended_on, follow_up), unsorted."""
    return _told(select().select_from(Visit), wanted.state).where(open_to(actor), *wanted.holds(actor))


def chosen(actor: Actor, wanted: Filter, *, total: int) -> Select[Any]:
    """Ids of the same rows, unsorted, which `told` makes into rows; the same object each time for the same shapes.

    `total`: how many they are, as `tally` tells it. Asked with `filling_with`.
    """
    return _chosen(shape_of(actor), wanted.shape, total > MOST_GATHERED and wanted.as_of is None)


@built_once
def _chosen(actor: Actor, wanted: Filter, walking: bool) -> Select[Any]:
    conditions = wanted.holds(actor, walking=walking)
    if walking or wanted.leads:
        return select(Visit.id).where(*conditions, seen_by(actor))
    return select(Visit.id).where(seen_among(actor, *conditions))


@built_once
def told(as_of: date | None) -> Callable[[Subquery], Select[Any]]:
    """What makes ids that were `chosen` into the columns of `listing`."""
    state = Filter(as_of=as_of).state
    return lambda ids: _told(select().select_from(ids).join(Visit, Visit.id == ids.c.id), state)


def _told(query: Select[Any], state: ColumnElement[VisitState]) -> Select[Any]:
    return (
        query.join(Visit.plan)
        .join(Visit.unit)
        .outerjoin(Visit.team)
        .add_columns(
            Visit.id,
            Visit.day,
            Visit.planned_at,
            state.label("state"),
            Visit.entry,
            Visit.unit_id,
            Visit.unit_name,
            Unit.kind.label("unit_kind"),
            Visit.plan_id,
            Plan.number.label("plan_number"),
            Plan.title.label("plan_title"),
            Plan.kind.label("plan_kind"),
            Team.name.label("team_name"),
            Visit.reported_on,
            Visit.ended_on,
            Visit.follow_up,
        )
    )


def tally(actor: Actor, wanted: Filter = Filter()) -> dict[VisitState, int]:
    """How many rows of `listing` are in each state, whatever `wanted.states` says; at least `MOST_COUNTED + 1` where
    there are more."""
    counting = _tally(shape_of(actor), replace(wanted, states=()).shape)
    rows = db.session.execute(counting, filling_with(actor, wanted))
    return {VisitState(state): number for state, number in rows}


@built_once
def _tally(actor: Actor, wanted: Filter) -> Executable:
    """Columns: state, how many.

    Of everything each state is counted by its index, as far as `counted_rows` does.
    """
    conditions = wanted.holds(actor, walking=False)
    if covers_everything(actor.grants) and not conditions:
        each = {state.value: select(Visit).where(Visit.state == state, seen_by(actor)) for state in VisitState}
        return union_all(*(select(literal(state), counted_rows(rows)) for state, rows in each.items()))
    ways = [seen_by(actor)] if wanted.leads else each_way(actor)
    rows = union_all(*(select(wanted.state.label("shown")).where(*conditions, way) for way in ways)).subquery()
    return select(rows.c.shown, func.count()).group_by(rows.c.shown)


def latest_at(actor: Actor, unit: Placed, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of `listing` for the unit itself, latest first."""
    rows = listing(actor).where(Visit.unit_id == unit.id)
    return db.session.execute(rows.order_by(Visit.day.desc(), Visit.id.desc()).limit(limit)).all()
