"""One visit with everything that its page shows."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache

from sqlalchemy import (
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    false,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from inspect_app.accounts import queries as accounts
from inspect_app.core.actor import Actor, Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.statements import built_once, prepared
from inspect_app.plans.models import Area, TeamMember
from inspect_app.plans.queries import seated
from inspect_app.units.models import Unit
from inspect_app.units.queries import called, in_force, within
from inspect_app.visits.models import AreaAnswer, Verdict, Visit
from inspect_app.visits.queries.scope import visible_to


@built_once
def one(actor: Actor) -> Select[Visit]:
    """The visit `visit_id` with what its page reads, if it exists for the actor."""
    its = visible_to(actor).where(Visit.id == bindparam("visit_id", type_=Integer))
    return prepared(its.options(joinedload(Visit.checklist)))


def events_of(visit: Visit) -> Sequence[Event]:
    """The visit's log, newest first."""
    return [event for event, _unit in accounts.events_of(visit)]


def team_on(visit: Visit) -> Sequence[TeamMember]:
    """Who sat on the visit's team on its day."""
    return db.session.scalars(_team_on(), {"team_id": visit.team_id, "day": visit.day}).all()


@cache
def _team_on() -> Select[TeamMember]:
    its = TeamMember.team_id == bindparam("team_id", type_=Integer)
    members = select(TeamMember).where(its, seated(bindparam("day", type_=Date)))
    return prepared(members.options(joinedload(TeamMember.person)).order_by(TeamMember.id))


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
