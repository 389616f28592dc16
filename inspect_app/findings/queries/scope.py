"""Which findings an actor may know of: the one condition that every page, list, count and file starts from."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from inspect_app.core.actor import Actor, Role
from inspect_app.findings.models import Finding, State
from inspect_app.units.queries import within


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The team sees what it recorded, reviewers everything in scope, officers and leaders what was issued.

    A unit's scope covers findings it was inspected for and findings that it now answers for.
    """
    reviewing, officers = actor.held(Role.REVIEWER), actor.held(Role.OFFICER)
    issued = Finding.state != State.RECORDED
    own_inspection = and_(Finding.team_id.is_(None), _in_scope(officers))
    return or_(
        Finding.team_id.in_(sorted(actor.team_ids)),
        _in_scope(reviewing),
        and_(issued, _in_scope((*officers, *actor.held(Role.VIEWER)))),
        own_inspection,
    )


def visible_to(actor: Actor) -> Select[Any]:
    """Findings that the actor may know of."""
    return select(Finding).where(seen_by(actor))


def _in_scope(held: tuple[Any, ...]) -> ColumnElement[bool]:
    return or_(within(Finding.responsible_unit_id, held), within(Finding.unit_id, held))
