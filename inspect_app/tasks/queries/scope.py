"""Which tasks an actor may know of: the one condition that every page, list, count and file starts from."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, true
from sqlalchemy.orm import aliased

from inspect_app.core.actor import Actor, Held, Role, covers_everything
from inspect_app.core.reading_order import ids_among, met_by_one
from inspect_app.core.statements import built_once
from inspect_app.tasks.models import Task, TaskExtension, TaskPlan, TaskReport, TaskState, TaskUnit
from inspect_app.units.queries import within

# Names of their own: the query around them may well have joined the tables already.
Giving, Sent = aliased(TaskPlan), aliased(TaskReport)

READERS = (Role.REVIEWER, Role.VIEWER)


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Reviewers and leaders see what was given to units in scope, or by them; officers what their units do or join.

    Whoever sits on an inspection team sees none by that. Asked of tasks that are led to another way; a list of all
    that somebody may see is `gathered_for` them.
    """
    return or_(*_ways(actor, walking=True))


def gathered_for(actor: Actor) -> ColumnElement[bool]:
    """The same, by an index for each way in which somebody may see a task."""
    ways = _ways(actor, walking=False)
    return ways[0] if len(ways) == 1 else met_by_one(Task.id, *ways)


def sees_everything(actor: Actor) -> bool:
    """There is no task that the actor may not know of."""
    return covers_everything(actor.held(*READERS))


@built_once
def _ways(actor: Actor, *, walking: bool) -> list[ColumnElement[bool]]:
    """Conditions on `Task`, each of which is enough. `walking`: see `core.reading_order`."""
    readers, everybody = actor.held(*READERS), actor.held(*READERS, Role.OFFICER)
    if sees_everything(actor):
        return [true()]
    joined = select(TaskUnit.task_id).where(within(TaskUnit.unit_id, everybody, walking=False))
    ways = [within(Task.unit_id, everybody, walking=walking), ids_among(Task.id, joined, walking=walking)]
    if readers:
        ways.append(_given_in(readers, walking=walking))
    return ways


def _given_in(held: Iterable[Held], *, walking: bool) -> ColumnElement[bool]:
    """It stands in a list of a unit that one of these grants covers."""
    given_there = select(Giving.id).where(within(Giving.issuing_unit_id, held, walking=False))
    return ids_among(Task.plan_id, given_there, walking=walking)


def visible_to(actor: Actor) -> Select[Any]:
    """Tasks that the actor may know of."""
    return select(Task).where(seen_by(actor))


def plan_open_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `TaskPlan`: seen from the unit that issues it, and wherever one of its tasks may be seen."""
    theirs = select(Task.plan_id).where(gathered_for(actor))
    return or_(within(TaskPlan.issuing_unit_id, actor.held(*READERS)), TaskPlan.id.in_(theirs))


def in_charge(actor: Actor) -> ColumnElement[bool]:
    """Tasks that the actor's own units have to do."""
    return within(Task.unit_id, actor.held(Role.OFFICER))


def to_confirm(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Task`: a report waits, and the actor may say whether it will do, as the policy has it."""
    sent_by_me = (
        select(Sent.id)
        .where(Sent.task_id == Task.id, Sent.round == Task.rounds, Sent.sender_id == actor.person_id)
        .exists()
    )
    # The code stands in the statement itself, so that SQLite finds its index.
    reported = literal(TaskState.REPORTED, Task.state.type, literal_execute=True)
    return and_(Task.state == reported, Task.reported_on.is_not(None), _to_decide(actor), ~sent_by_me)


def to_extend(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Task`: the unit asked for a later day, and the actor may answer, as the policy has it."""
    asked = select(TaskExtension.task_id).where(
        TaskExtension.granted.is_(None), TaskExtension.asker_id != actor.person_id
    )
    return and_(Task.id.in_(asked), _to_decide(actor))


def _to_decide(actor: Actor) -> ColumnElement[bool]:
    reviewers = actor.held(Role.REVIEWER)
    given = true() if covers_everything(reviewers) else _given_in(reviewers, walking=True)
    own = actor.home_unit_id if actor.home_unit_id is not None else -1
    return and_(given, Task.unit_id != own, ~in_charge(actor))
