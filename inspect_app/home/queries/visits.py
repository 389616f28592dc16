"""Visits that wait for somebody: those to go to, and those to be concluded. One statement for both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all

from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.shapes import among, filling_of, shape_of
from inspect_app.core.statements import built_once, prepared, spelt_out
from inspect_app.plans.models import Plan
from inspect_app.units.models import Unit, name_inside
from inspect_app.units.queries import within
from inspect_app.visits.models import Entry, Visit, VisitState
from inspect_app.visits.queries import open_to

SHOWN = 8
"""Rows of a queue on the page."""
STILL_TO_BE_MADE = (VisitState.PLANNED, VisitState.BEGUN)


@dataclass(frozen=True, slots=True)
class VisitLine:
    """What home says of a visit."""

    id: int
    state: VisitState
    planned_on: date | None
    planned_at: str
    began_on: date | None
    reported_on: date | None
    place: str
    unit_name: str
    unit_inside: str
    """The unit as it is called today, within a sentence."""
    plan: str
    """Its number, or its title."""

    def is_due(self, today: date) -> bool:
        """Under way, or planned for today or earlier."""
        return self.state is VisitState.BEGUN or (self.planned_on is not None and self.planned_on <= today)


def visits_waiting(actor: Actor) -> tuple[Sequence[VisitLine], Sequence[VisitLine]]:
    """Visits of the actor's teams that are planned or under way, the earliest first; and those whose results were sent
    and that the actor may conclude, the oldest first."""
    statement = _visits_waiting(shape_of(actor))
    if statement is None:
        return [], []
    rows: Sequence[Any] = db.session.execute(statement, filling_of(actor)).all()
    ahead = sorted((row for row in rows if row.ahead), key=lambda row: (row.planned_on or row.began_on, row.id))
    ended = sorted((row for row in rows if not row.ahead), key=lambda row: (row.reported_on, row.id))
    return [_line(row) for row in ahead], [_line(row) for row in ended]


def _line(row: Any) -> VisitLine:
    return VisitLine(
        id=row.id,
        state=row.state,
        planned_on=row.planned_on,
        planned_at=row.planned_at,
        began_on=row.began_on,
        reported_on=row.reported_on,
        place=row.place,
        unit_name=row.unit_name,
        unit_inside=name_inside(row.name, row.kind),
        plan=row.number or row.title,
    )


@built_once
def _visits_waiting(actor: Actor) -> Any:
    parts = []
    if actor.seats:
        mine = and_(among(Visit.team_id, actor.team_ids), Visit.state.in_(STILL_TO_BE_MADE))
        earliest = func.coalesce(Visit.planned_on, Visit.began_on)
        parts.append(_told(actor, mine, ahead=1).order_by(earliest, Visit.id).limit(spelt_out(3 * SHOWN)))
    if concluding(actor):
        parts.append(
            _told(actor, to_conclude(actor), ahead=0).order_by(Visit.reported_on, Visit.id).limit(spelt_out(SHOWN))
        )
    if not parts:
        return None
    return prepared(parts[0] if len(parts) == 1 else union_all(*(select(part.subquery()) for part in parts)))


def _told(actor: Actor, which: ColumnElement[bool], *, ahead: int) -> Select[Any]:
    columns: tuple[Any, ...] = (
        *(literal(ahead).label("ahead"), Visit.id, Visit.state, Visit.planned_on, Visit.planned_at, Visit.began_on),
        *(Visit.reported_on, Visit.place, Visit.unit_name, Unit.name, Unit.kind, Plan.number, Plan.title),
    )
    return select(*columns).join(Visit.plan).join(Visit.unit).where(open_to(actor, walking=False), which)


def to_visit(actor: Actor, today: date) -> ColumnElement[bool]:
    due = and_(Visit.state == VisitState.PLANNED, Visit.planned_on <= today)
    return and_(among(Visit.team_id, actor.team_ids), or_(due, Visit.state == VisitState.BEGUN))


def concluding(actor: Actor) -> bool:
    return bool(actor.signing_team_ids or actor.held(Role.REVIEWER))


def to_conclude(actor: Actor) -> ColumnElement[bool]:
    reported: ColumnElement[Any] = literal(VisitState.REPORTED, Visit.state.type, literal_execute=True)
    return and_(
        Visit.state == reported,
        Visit.reported_on.is_not(None),  # as it always is then: SQLite passes by the index of their days otherwise
        Visit.entry == Entry.FOUND,
        or_(among(Visit.team_id, actor.signing_team_ids), within(Visit.unit_id, actor.held(Role.REVIEWER))),
    )
