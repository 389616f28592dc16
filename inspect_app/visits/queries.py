"""Reading visits and how far plans have come. Never writes, never sees a request.

Until it is reported a visit is seen by its team and by reviewers only; from then on by leaders and by the officers of
the unit too. A visit of a surprise plan that has not begun exists only for its team and for reviewers at the unit
that issued the plan. A unit's own self-inspections are its officers' at any time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased, contains_eager, joinedload
from sqlalchemy.sql import visitors

from inspect_app.core.actor import Actor, Placed, Role
from inspect_app.core.audit import Event
from inspect_app.core.counting import counted_rows
from inspect_app.core.db import db
from inspect_app.plans.models import Area, Plan, PlanKind, Target, Team, TeamMember
from inspect_app.plans.queries import counting, in_year, matching, seated, targets_visible_to
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import called, in_force, under, within
from inspect_app.visits.models import AreaAnswer, Verdict, Visit, VisitState

# A name of its own: the query around it may well have joined the table already.
Counting = aliased(Visit)

REPORTED = (VisitState.REPORTED, VisitState.CONCLUDED, VisitState.CLOSED)


def visible_to(actor: Actor) -> Select[Visit]:
    """Visits that exist for the actor, with plan, unit, team and target."""
    return (
        select(Visit)
        .join(Visit.plan)
        .where(open_to(actor))
        .options(
            contains_eager(Visit.plan).joinedload(Plan.issuing_unit),
            joinedload(Visit.unit),
            joinedload(Visit.team),
            joinedload(Visit.target),
        )
    )


@lru_cache(maxsize=256)
def open_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Visit` joined with `Plan`; what nobody of the actor's kind may see falls out of it."""
    reviewers, viewers, officers = (actor.held(role) for role in (Role.REVIEWER, Role.VIEWER, Role.OFFICER))
    uncovered = or_(
        Plan.kind != PlanKind.SURPRISE,
        and_(Visit.began_on.is_not(None), Visit.state != VisitState.CANCELLED),
    )
    reported, own = Visit.state.in_(REPORTED), Visit.team_id.is_(None)
    return or_(
        Visit.team_id.in_(sorted(actor.team_ids)) if actor.seats else false(),
        within(Plan.issuing_unit_id, reviewers),
        and_(within(Visit.unit_id, reviewers), uncovered),
        and_(within(Visit.unit_id, viewers), reported),
        and_(within(Visit.unit_id, officers), or_(reported, own)),
    )


def visited(target: Target) -> bool:
    """There is a visit for the target that was not cancelled."""
    return bool(db.session.scalar(select(exists().where(_of_target(target.id)))))


def visit_for(target: Target) -> Visit | None:
    """The visit that was made for the target and not cancelled."""
    return db.session.scalars(select(Visit).where(_of_target(target.id)).order_by(Visit.id).limit(1)).one_or_none()


def unvisited_target(plan: Plan, unit: Placed) -> Target | None:
    """The target that names the unit in the plan, if no visit was made for it yet."""
    return db.session.scalars(
        select(Target).where(
            Target.plan_id == plan.id,
            Target.unit_id == unit.id,
            Target.removed_on.is_(None),
            ~exists().where(_of_target(Target.id)),
        )
    ).one_or_none()


def _of_target(target_id: Any) -> ColumnElement[bool]:
    return and_(Visit.target_id == target_id, Visit.state != VisitState.CANCELLED)


# On a day


def known_on(day: date) -> ColumnElement[bool]:
    """Visits that were on the calendar, or had begun, by `day`."""
    return Visit.arranged_on <= day


def state_on(day: date) -> ColumnElement[VisitState]:
    """The state that a visit was in at the end of `day`."""
    kind = Visit.state.type
    return case(
        (Visit.ended_on <= day, Visit.state),
        (Visit.reported_on <= day, literal(VisitState.REPORTED, kind)),
        (Visit.began_on <= day, literal(VisitState.BEGUN, kind)),
        else_=literal(VisitState.PLANNED, kind),
    )


def inspected(day: date) -> ColumnElement[bool]:
    """Condition on `Target`: by `day` an inspection of it had begun, and was not cancelled by then."""
    return exists().where(
        Counting.target_id == Target.id,
        Counting.began_on <= day,
        or_(Counting.state != VisitState.CANCELLED, Counting.ended_on > day),
    )


def begun(day: date) -> ColumnElement[bool]:
    """Condition on `Visit`: it had begun by `day` and was not cancelled by then."""
    return and_(Visit.began_on <= day, or_(Visit.state != VisitState.CANCELLED, Visit.ended_on > day))


# Coverage: targets with a begun visit / targets


@dataclass(frozen=True, slots=True)
class Coverage:
    inspected: int
    targets: int


def counted(actor: Actor, day: date) -> Select[Target]:
    """The targets that count on `day` and that the actor may see: the rows behind every figure of coverage."""
    return targets_visible_to(actor).where(counting(day))


def coverage(actor: Actor, day: date, *which: ColumnElement[bool]) -> Coverage:
    """Over the targets that meet `which` (conditions on Target, Plan, Unit): one plan, one kind of unit."""
    row = db.session.execute(
        counted(actor, day).where(*which).with_only_columns(_inspected_number(day), func.count())
    ).one()
    return Coverage(row[0], row[1])


def coverage_by(actor: Actor, day: date, column: Any, *which: ColumnElement[bool]) -> dict[Any, Coverage]:
    """The same for each value of `column`: `Unit.kind`, `Target.plan_id`, `Target.team_id`."""
    rows = db.session.execute(
        counted(actor, day)
        .where(*which)
        .with_only_columns(column, _inspected_number(day), func.count())
        .group_by(column)
    )
    return {row[0]: Coverage(row[1], row[2]) for row in rows}


def _inspected_number(day: date) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((inspected(day), 1), else_=0)), 0)


def schedule(
    actor: Actor,
    day: date,
    *,
    year: int | None = None,
    plan: Plan | None = None,
    kinds: Collection[UnitKind] = (),
    begun: bool | None = None,
    text: str = "",
    within_unit: Placed | None = None,
) -> Select[*tuple[Any, ...]]:
    """The rows of `counted`, unsorted: (id, month, plan_id, plan_number, plan_title, unit_id, unit_name, unit_kind,
    team_id, team_name, begun, visit_id, visit_state, visit_day).

    `begun` keeps those that the coverage of `day` counts, or the others. The visit is given to those who may see it;
    whoever may not learns only whether an inspection has begun.
    """
    its = and_(
        Visit.target_id == Target.id,
        Visit.state != VisitState.CANCELLED,
        known_on(day),
        open_to(actor),
    )
    rows = (
        counted(actor, day)
        .outerjoin(Target.team)
        .outerjoin_from(Target, Visit, its)
        .with_only_columns(
            Target.id,
            Target.month,
            Target.plan_id,
            Plan.number.label("plan_number"),
            Plan.title.label("plan_title"),
            Target.unit_id,
            Unit.name.label("unit_name"),
            Unit.kind.label("unit_kind"),
            Target.team_id,
            Team.name.label("team_name"),
            inspected(day).label("begun"),
            Visit.id.label("visit_id"),
            case((Visit.id.is_not(None), state_on(day))).label("visit_state"),
            Visit.day.label("visit_day"),
        )
    )
    if year is not None:
        rows = rows.where(in_year(year))
    if plan is not None:
        rows = rows.where(Target.plan_id == plan.id)
    if kinds:
        rows = rows.where(Unit.kind.in_(kinds))
    if begun is not None:
        rows = rows.where(inspected(day) if begun else ~inspected(day))
    if text:
        rows = rows.where(called(text))
    if within_unit is not None:
        rows = rows.where(under(Target.unit_id, within_unit))
    return rows


# The list of visits


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
    within_unit: Placed | None = None
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
            conditions.append(Visit.team_id.in_(sorted(actor.team_ids)))
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


def tally(actor: Actor, wanted: Filter = Filter()) -> dict[VisitState, int]:
    """How many rows of `listing` are in each state, whatever `wanted.states` says.

    A join that no condition asks for is left out; without any, each state is counted by its index,
    as far as `counted_rows` does.
    """
    conditions = replace(wanted, states=()).holds(actor)
    asked_of = {table for condition in conditions for table in _tables(condition)}
    if not asked_of:
        numbers = (counted_rows(select(Visit).where(Visit.state == state)) for state in VisitState)
        return dict(zip(VisitState, db.session.execute(select(*numbers)).one(), strict=True))
    rows = select(wanted.state.label("shown"), func.count()).select_from(Visit).where(*conditions)
    for table, joined in ((Plan.__table__, Visit.plan), (Unit.__table__, Visit.unit)):
        rows = rows.join(joined) if table in asked_of else rows
    return {VisitState(state): number for state, number in db.session.execute(rows.group_by("shown"))}


def _tables(condition: ColumnElement[bool]) -> set[Any]:
    """The tables whose columns stand in the condition."""
    return {getattr(part, "table", None) for part in visitors.iterate(condition)} - {None}


# One visit


def events_of(visit: Visit) -> Sequence[Event]:
    """The visit's log, newest first."""
    its = (Event.subject_table == Visit.__tablename__, Event.subject_id == visit.id)
    return db.session.scalars(select(Event).where(*its).order_by(Event.seq.desc())).all()


def team_on(visit: Visit) -> Sequence[TeamMember]:
    """Who sat on the visit's team on its day."""
    return db.session.scalars(
        select(TeamMember)
        .where(TeamMember.team_id == visit.team_id, seated(visit.day))
        .options(joinedload(TeamMember.person))
        .order_by(TeamMember.id)
    ).all()


def latest_at(actor: Actor, unit: Placed, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of `listing` for the unit itself, latest first."""
    rows = listing(actor).where(Visit.unit_id == unit.id)
    return db.session.execute(rows.order_by(Visit.day.desc(), Visit.id.desc()).limit(limit)).all()


def said_of_areas(visit: Visit) -> Sequence[tuple[Area, Verdict]]:
    """What a self-inspection said of the areas that it looked at, in the order of the catalogue."""
    rows = db.session.execute(
        select(Area, AreaAnswer.verdict)
        .join(AreaAnswer, AreaAnswer.area_code == Area.code)
        .where(AreaAnswer.visit_id == visit.id)
        .order_by(Area.position)
    )
    return [(area, verdict) for area, verdict in rows]


def called_wrong(visit: Visit, *, but: Collection[str] = ()) -> list[Area]:
    """The areas of which a self-inspection said that something is wrong there, without those named."""
    said = said_of_areas(visit) if visit.is_self_inspection else []
    return [area for area, verdict in said if verdict is Verdict.WRONG and area.code not in but]


def units_for_self_inspection(actor: Actor, text: str, day: date, limit: int) -> Sequence[Unit]:
    """The units that the actor is officer of, and those in a reviewer's scope that `text` names."""
    own = Unit.id.in_(sorted(held.unit_id for held in actor.held(Role.OFFICER)))
    looked_for = and_(called(text), in_force(day), within(Unit.id, actor.held(Role.REVIEWER))) if text else false()
    return db.session.scalars(
        select(Unit).where(or_(own, looked_for)).order_by(Unit.sort_key, Unit.id).limit(limit)
    ).all()
