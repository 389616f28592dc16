"""Which findings an actor may know of: the one condition that every page, list, count and file starts from."""

from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, false, literal, or_, select, true, union, union_all
from sqlalchemy.orm import aliased

from inspect_app.core.actor import Actor, Held, Placed, Role, covers_everything
from inspect_app.core.reading_order import held_back, ids_among, met_by_one
from inspect_app.core.shapes import among
from inspect_app.findings.models import Finding, State
from inspect_app.units.models import Lineage
from inspect_app.units.queries import within
from inspect_app.visits.models import Visit, VisitState

# A name of its own: the query around it may well have joined the table already.
FollowUp = aliased(Visit)
Again = aliased(Finding, name="again")
_ANSWERING = select(Again.responsible_unit_id).where(Again.id == Finding.id).scalar_subquery()
"""Who answers for it, told of each that moved: the index of those has ids alone, and they are few."""


@lru_cache(maxsize=64)
def seen_by(actor: Actor, *, walking: bool = False) -> ColumnElement[bool]:
    """The team sees what it recorded, reviewers everything in scope, officers and leaders what was issued.

    A unit's scope covers findings it was inspected for and findings that it now answers for. The team of a follow-up
    visit sees what was issued before to the unit that it looks at again. What nobody of the actor's kind may see is
    left out, and everything where a reviewer may see everything. Built once for whoever holds the same. `walking`: see
    `core.reading_order`.
    """
    ways = ways_to_see(actor, walking)
    if len(ways) == 1:
        return ways[0]
    return or_(*ways) if ways else false()


def seen_among(actor: Actor, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """What meets all of `which` and the actor may know of, gathered by an index for each way in which they may."""
    ways = ways_to_see(actor, walking=False)
    if len(ways) < 2:
        return and_(*which, *ways) if ways else false()
    return met_by_one(Finding.id, *(and_(*which, way) for way in ways))


def ids_seen(actor: Actor, *which: ColumnElement[bool]) -> list[Select[int]]:
    """Ids of what meets all of `which` and the actor, who does not see everything, may know of: some may come twice.

    Gathered by indexes that have ids in them: what was found in a place, and what moved there from elsewhere.
    """
    ways = ways_to_see(actor, walking=False, by_id=True) or [false()]
    return [select(Finding.id).where(*which, way) for way in ways]


def nothing_is_hidden(actor: Actor) -> bool:
    """They review everything. Leaders of everything do not see what was not issued."""
    return covers_everything(actor.held(Role.REVIEWER))


def sees_all_issued(actor: Actor) -> bool:
    """Whatever was issued by some day, they may know of: nothing that was is ever as before it was."""
    return covers_everything(actor.held(Role.REVIEWER, Role.OFFICER, Role.VIEWER))


def ways_to_see(actor: Actor, walking: bool, *, by_id: bool = False) -> list[ColumnElement[bool]]:
    """Each is enough; the only one is `true()` for whom there is nothing to hide from. `by_id`: see `ids_seen`."""
    reviewing, officers, viewers = (actor.held(role) for role in (Role.REVIEWER, Role.OFFICER, Role.VIEWER))
    if nothing_is_hidden(actor):
        return [true()]
    issued = Finding.state != State.RECORDED
    conditions = [
        *_in_scope(reviewing, walking, by_id),
        *(and_(issued, there) for there in _in_scope(viewers, walking, by_id)),
        *(and_(or_(issued, Finding.team_id.is_(None)), there) for there in _in_scope(officers, walking, by_id)),
    ]
    if actor.seats:
        team = held_back(Finding.team_id) if walking else Finding.team_id
        conditions.append(among(team, actor.team_ids))
        conditions += [and_(issued, there) for there in _looked_at_again(actor, walking)]
    return conditions


def visible_to(actor: Actor) -> Select[Any]:
    """Findings that the actor may know of."""
    return select(Finding).where(seen_by(actor))


def predecessors(unit: Placed) -> Select[int]:
    """Ids of the units that became part of this one, near and far."""
    return select(Lineage.predecessor_id).where(Lineage.unit_id == unit.id)


def was_at(unit_id: int, facts: Any) -> ColumnElement[bool]:
    """Found at the unit, or its to answer for, or of a unit that became part of it."""
    moved = facts.responsible_unit_id != facts.unit_id  # of a past day an index knows those alone
    return or_(found_at(unit_id, facts.unit_id), and_(moved, found_at(unit_id, facts.responsible_unit_id)))


def found_at(unit_id: int, place: Any) -> ColumnElement[bool]:
    """The `place` is the unit or one that became part of it."""
    former = select(Lineage.predecessor_id).where(Lineage.unit_id == unit_id)
    return ids_among(place, union_all(select(literal(unit_id)), former), walking=False)


# Each way to see a finding is a condition of its own: of an OR inside another SQLite uses no index.


def _looked_at_again(actor: Actor, walking: bool) -> list[ColumnElement[bool]]:
    """What was found at the units that the actor's teams follow up, and at those that became part of them."""
    followed = select(_followed(actor.team_ids).c.id)
    return [ids_among(place, followed, walking=walking) for place in (Finding.unit_id, Finding.responsible_unit_id)]


@lru_cache(maxsize=64)
def _followed(team_ids: frozenset[int]) -> CTE:
    """The same one each time, which a statement looks up once."""
    wanted = (
        FollowUp.follow_up,
        among(FollowUp.team_id, team_ids),
        FollowUp.state != VisitState.CANCELLED,
    )
    units = select(FollowUp.unit_id.label("id")).where(*wanted).cte()
    former = select(Lineage.predecessor_id).where(Lineage.unit_id.in_(select(units.c.id)))
    return union(select(units.c.id), former).cte()


def _in_scope(held: tuple[Held, ...], walking: bool, by_id: bool) -> list[ColumnElement[bool]]:
    if not held:
        return []
    if covers_everything(held):
        return [true()]
    found_there = within(Finding.unit_id, held, walking=walking)
    if by_id:
        moved = Finding.responsible_unit_id != Finding.unit_id
        return [and_(moved, within(_ANSWERING, held, walking=True)), found_there]
    return [within(Finding.responsible_unit_id, held, walking=walking), found_there]
