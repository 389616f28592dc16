"""Which visits exist for whom, and on which day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased, contains_eager, joinedload

from inspect_app.core.actor import Actor, Placed, Role, covers_everything
from inspect_app.core.db import db
from inspect_app.core.reading_order import held_back, ids_among, met_by_one, told_apart
from inspect_app.core.shapes import among
from inspect_app.core.statements import built_once
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.units.queries import within
from inspect_app.visits.models import Visit, VisitState

# A name of its own: the query around it may well have joined the table already.
Counting = aliased(Visit)

REPORTED = (VisitState.REPORTED, VisitState.CONCLUDED, VisitState.CLOSED)
COVERED = (VisitState.PLANNED, VisitState.CANCELLED)
"""In these a surprise is known to its teams and to the unit that issued its plan alone."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """As much of a plan as a statement needs."""

    id: int


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


@built_once
def open_to(actor: Actor, *, walking: bool | None = None) -> ColumnElement[bool]:
    """Condition on `Visit` joined with `Plan`; what nobody of the actor's kind may see falls out of it.

    `walking`: see `within`. PostgreSQL reads every plan to ask it of few visits, but where they are gathered.
    """
    issued = within(Plan.issuing_unit_id, actor.held(Role.REVIEWER), walking=walking)
    return or_(false(), *_ways(actor, walking, issued=issued, announced=Plan.kind != PlanKind.SURPRISE))


@built_once
def ways_to_see(actor: Actor, *, walking: bool) -> list[ColumnElement[bool]]:
    """The same as conditions on `Visit` alone, each of which is enough; the only one is `true()` for whom there is
    nothing to hide from. `walking`: see `core.reading_order`.
    """
    reviewers = actor.held(Role.REVIEWER)
    if covers_everything(reviewers):
        return [true()]
    plans = select(Plan.id).where(within(Plan.issuing_unit_id, reviewers, walking=False))
    surprises = select(Plan.id).where(Plan.kind == PlanKind.SURPRISE)
    issued = ids_among(Visit.plan_id, plans, walking=walking)
    return _ways(actor, walking, issued=issued, announced=Visit.plan_id.not_in(surprises))


def _ways(
    actor: Actor, walking: bool | None, *, issued: ColumnElement[bool], announced: ColumnElement[bool]
) -> list[ColumnElement[bool]]:
    """`issued`: its plan is one of those issued where the actor reviews. `announced`: it is none of surprises."""
    reviewers, viewers, officers = (actor.held(role) for role in (Role.REVIEWER, Role.VIEWER, Role.OFFICER))
    uncovered = or_(Visit.state.not_in(COVERED), announced)
    state, team = (held_back(column) if walking else column for column in (Visit.state, Visit.team_id))
    reported, own = state.in_(REPORTED), Visit.team_id.is_(None)
    ways = []
    if actor.seats:
        ways.append(among(team, actor.team_ids))
    if reviewers:
        ways += [and_(within(Visit.unit_id, reviewers, walking=walking), uncovered), issued]
    if viewers:
        ways.append(and_(within(Visit.unit_id, viewers, walking=walking), reported))
    if officers:
        ways.append(and_(within(Visit.unit_id, officers, walking=walking), or_(reported, own)))
    return ways


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Asked of visits that are led to another way, or walked in their order."""
    return or_(false(), *ways_to_see(actor, walking=True))


def seen_among(actor: Actor, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """What meets all of `which` and the actor may know of, gathered by an index for each way in which they may."""
    ways = ways_to_see(actor, walking=False)
    if len(ways) < 2:
        return and_(*which, *(ways or [false()]))
    return met_by_one(Visit.id, *(and_(*which, way) for way in ways))


@built_once
def each_way(actor: Actor) -> list[ColumnElement[bool]]:
    """The ways to see a visit, of which every visit meets one at most."""
    return told_apart(ways_to_see(actor, walking=False), ways_to_see(actor, walking=True))


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
    cancelled_later = exists().where(
        *(Counting.target_id == Target.id, Counting.state == VisitState.CANCELLED),
        *(Counting.began_on <= day, Counting.ended_on > day),
    )
    begun_by_then = and_(Target.begun_on.is_not(None), Target.begun_on <= day)
    return or_(begun_by_then, cancelled_later)  # looked up for the others alone


def begun(day: date) -> ColumnElement[bool]:
    """Condition on `Visit`: it had begun by `day` and was not cancelled by then."""
    return and_(Visit.began_on <= day, or_(Visit.state != VisitState.CANCELLED, Visit.ended_on > day))
