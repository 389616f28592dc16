"""The list of visits: what it is held to, its rows, and how many of them are in each state."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Executable,
    Row,
    Select,
    func,
    literal,
    select,
    union,
    union_all,
)
from sqlalchemy.sql import visitors

from inspect_app.core.actor import Actor, Placed
from inspect_app.core.counting import counted_rows
from inspect_app.core.db import db
from inspect_app.core.shapes import Blank, among, filling_with, shape_of
from inspect_app.core.statements import built_once
from inspect_app.plans.models import Plan, PlanKind, Team
from inspect_app.plans.queries import matching
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import Spot, blank_unit, called, under, unit_filling
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.queries.scope import known_on, open_to, state_on


@dataclass(frozen=True, slots=True)
class Numbered:
    """As much of a plan as a statement needs."""

    id: int


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

    def holds(self, actor: Actor) -> list[ColumnElement[bool]]:
        """Conditions on `Visit` joined with `Plan` and `Unit`."""
        conditions = [open_to(actor)]
        if self.as_of:
            conditions.append(known_on(self.as_of))
        if self.plan is not None:
            conditions.append(Visit.plan_id == self.plan.id)
        if self.kinds:
            conditions.append(Plan.kind.in_(self.kinds))
        if self.unit_kinds:
            conditions.append(Unit.kind.in_(self.unit_kinds))
        if self.text:
            conditions.append(Visit.id.in_(_about(self.text)))
        if self.within_unit is not None:
            alone = Visit.unit_id == self.within_unit.id
            conditions.append(alone if self.alone else under(Visit.unit_id, self.within_unit))
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


def _about(text: str) -> CompoundSelect[Any]:
    """Ids of the visits at units or under plans of that name: from the few that bear it, each by its index."""
    at_units = select(Visit.id).where(Visit.unit_id.in_(select(Unit.id).where(called(text)).correlate(None)))
    of_plans = select(Visit.id).where(Visit.plan_id.in_(select(Plan.id).where(matching(text)).correlate(None)))
    return union(at_units.correlate(None), of_plans.correlate(None))


def listing(actor: Actor, wanted: Filter = Filter()) -> Select[*tuple[Any, ...]]:
    """(id, day, planned_at, state, entry, unit_id, unit_name, unit_kind, plan_id, plan_number, plan_title, plan_kind,
    team_name, reported_on, ended_on, follow_up), unsorted."""
    return (
        select(
            Visit.id,
            Visit.day,
            Visit.planned_at,
            wanted.state.label("state"),
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
        .join(Visit.plan)
        .join(Visit.unit)
        .outerjoin(Visit.team)
        .where(*wanted.holds(actor))
    )


def chosen(actor: Actor, wanted: Filter) -> Select[Any]:
    """The same rows, the same object each time for the same shapes; asked with `filling_with`."""
    return _chosen(shape_of(actor), wanted.shape)


_chosen = built_once(listing)


def tally(actor: Actor, wanted: Filter = Filter()) -> dict[VisitState, int]:
    """How many rows of `listing` are in each state, whatever `wanted.states` says."""
    counting = _tally(shape_of(actor), replace(wanted, states=()).shape)
    rows = db.session.execute(counting, filling_with(actor, wanted))
    return {VisitState(state): number for state, number in rows}


@built_once
def _tally(actor: Actor, wanted: Filter) -> Executable:
    """Columns: state, how many.

    A join that no condition asks for is left out; without any, each state is counted by its index,
    as far as `counted_rows` does.
    """
    conditions = wanted.holds(actor)
    asked_of = {table for condition in conditions for table in _tables(condition)}
    if not asked_of:
        numbers = {state.value: counted_rows(select(Visit).where(Visit.state == state)) for state in VisitState}
        return union_all(*(select(literal(state), number) for state, number in numbers.items()))
    rows = select(wanted.state.label("shown"), func.count()).select_from(Visit).where(*conditions)
    for table, joined in ((Plan.__table__, Visit.plan), (Unit.__table__, Visit.unit)):
        rows = rows.join(joined) if table in asked_of else rows
    return rows.group_by("shown")


def _tables(condition: ColumnElement[bool]) -> set[Any]:
    """The tables whose columns stand in the condition."""
    return {getattr(part, "table", None) for part in visitors.iterate(condition)} - {None}


def latest_at(actor: Actor, unit: Placed, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of `listing` for the unit itself, latest first."""
    rows = listing(actor).where(Visit.unit_id == unit.id)
    return db.session.execute(rows.order_by(Visit.day.desc(), Visit.id.desc()).limit(limit)).all()
