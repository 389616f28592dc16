"""Which findings an actor may know of: the one condition that every page, list, count and file starts from."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import aliased

from inspect_app.core.actor import Actor, Placed, Role
from inspect_app.findings.models import Finding, State
from inspect_app.units.models import Lineage
from inspect_app.units.queries import within
from inspect_app.visits.models import Visit, VisitState

# A name of its own: the query around it may well have joined the table already.
FollowUp = aliased(Visit)


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The team sees what it recorded, reviewers everything in scope, officers and leaders what was issued.

    A unit's scope covers findings it was inspected for and findings that it now answers for. The team of a follow-up
    visit sees what was issued before to the unit that it looks at again.
    """
    reviewing, officers = actor.held(Role.REVIEWER), actor.held(Role.OFFICER)
    issued = Finding.state != State.RECORDED
    own_inspection = and_(Finding.team_id.is_(None), _in_scope(officers))
    return or_(
        Finding.team_id.in_(sorted(actor.team_ids)),
        _in_scope(reviewing),
        and_(issued, _in_scope((*officers, *actor.held(Role.VIEWER)))),
        own_inspection,
        and_(issued, _looked_at_again(actor)),
    )


def visible_to(actor: Actor) -> Select[Any]:
    """Findings that the actor may know of."""
    return select(Finding).where(seen_by(actor))


def predecessors(unit: Placed) -> Select[int]:
    """Ids of the units that became part of this one, near and far."""
    return select(Lineage.predecessor_id).where(Lineage.unit_id == unit.id)


def was_at(unit_id: Any, facts: Any) -> ColumnElement[bool]:
    """Found at the unit, or its to answer for, or of a unit that became part of it."""
    former = select(Lineage.predecessor_id).where(Lineage.unit_id == unit_id)
    return or_(
        *(place == unit_id for place in (facts.unit_id, facts.responsible_unit_id)),
        *(place.in_(former) for place in (facts.unit_id, facts.responsible_unit_id)),
    )


def _looked_at_again(actor: Actor) -> ColumnElement[bool]:
    """What was found at the units that the actor's teams follow up, and at those that became part of them."""
    if not actor.seats:
        return false()
    units = select(FollowUp.unit_id).where(
        FollowUp.follow_up, FollowUp.team_id.in_(sorted(actor.team_ids)), FollowUp.state != VisitState.CANCELLED
    )
    former = select(Lineage.predecessor_id).where(Lineage.unit_id.in_(units))
    return or_(
        *(place.in_(those) for place in (Finding.unit_id, Finding.responsible_unit_id) for those in (units, former))
    )


def _in_scope(held: tuple[Any, ...]) -> ColumnElement[bool]:
    return or_(within(Finding.responsible_unit_id, held), within(Finding.unit_id, held))
