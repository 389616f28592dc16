"""Which tasks an actor may know of: the one condition that every page, list, count and file starts from."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from inspect_app.core.actor import Actor, Role
from inspect_app.tasks.models import Task, TaskExtension, TaskPlan, TaskReport, TaskState, TaskUnit
from inspect_app.units.queries import within

# Names of their own: the query around them may well have joined the tables already.
Giving, Sent = aliased(TaskPlan), aliased(TaskReport)

READERS = (Role.REVIEWER, Role.VIEWER)


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Reviewers and leaders see what was given to units in scope, or by them; officers what their units do or join.

    Whoever sits on an inspection team sees none by that.
    """
    readers, everybody = actor.held(*READERS), actor.held(*READERS, Role.OFFICER)
    given_there = select(Giving.id).where(within(Giving.issuing_unit_id, readers))
    joined = select(TaskUnit.task_id).where(within(TaskUnit.unit_id, everybody))
    return or_(within(Task.unit_id, everybody), Task.plan_id.in_(given_there), Task.id.in_(joined))


def visible_to(actor: Actor) -> Select[Any]:
    """Tasks that the actor may know of."""
    return select(Task).where(seen_by(actor))


def plan_open_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `TaskPlan`: seen from the unit that issues it, and wherever one of its tasks may be seen."""
    theirs = select(Task.plan_id).where(seen_by(actor))
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
    return and_(Task.state == TaskState.REPORTED, _to_decide(actor), ~sent_by_me)


def to_extend(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Task`: the unit asked for a later day, and the actor may answer, as the policy has it."""
    asked = select(TaskExtension.task_id).where(
        TaskExtension.granted.is_(None), TaskExtension.asker_id != actor.person_id
    )
    return and_(Task.id.in_(asked), _to_decide(actor))


def _to_decide(actor: Actor) -> ColumnElement[bool]:
    given = select(Giving.id).where(within(Giving.issuing_unit_id, actor.held(Role.REVIEWER)))
    own = actor.home_unit_id if actor.home_unit_id is not None else -1
    return and_(Task.plan_id.in_(given), Task.unit_id != own, ~in_charge(actor))
