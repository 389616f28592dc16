"""Tasks that wait for somebody today: at the unit in charge what is near or came back; reports to answer."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, or_, select

from inspect_app.core.actor import Actor, Role
from inspect_app.core.counting import number_of
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared, spelt_out
from inspect_app.tasks.models import Task, TaskReport, TaskState
from inspect_app.tasks.queries import Filter, in_charge, listed, to_confirm, to_extend
from inspect_app.tasks.workflow import UNITS_TURN

NEAR = timedelta(days=30)
"""A task that is due later is no work of today; its list shows it."""
SHOWN = 6
MOST = 99
"""Beside the menu what is more than this is shown as `99+`, and counted no further."""


def to_do(actor: Actor, today: date) -> list[Any]:
    """How many there are of each sort, as parts of one statement."""
    parts = []
    if actor.held(Role.OFFICER):
        parts.append(number_of(select(literal(1)).select_from(Task).where(_near(actor, today)), most=MOST))
    if actor.held(Role.REVIEWER):
        parts.append(number_of(select(literal(1)).select_from(Task).where(to_confirm(actor)), most=MOST))
        parts.append(number_of(select(literal(1)).select_from(Task).where(to_extend(actor)), most=MOST))
    return parts


def unit_tasks(actor: Actor, today: date) -> list[Row[Any]]:
    """What the officer's units have to do next, nearest due day first.

    Columns of `listed`; `note`, why the latest report came back; `total`, of all that there are.
    """
    return list(db.session.execute(_unit_tasks(shape_of(actor), today), filling_of(actor)))


@built_once
def _unit_tasks(actor: Actor, today: date) -> Select[Any]:
    query, _facts = listed(actor, Filter(), today=today)
    latest = and_(TaskReport.task_id == Task.id, TaskReport.round == Task.rounds)
    query = query.outerjoin(TaskReport, latest).where(_near(actor, today))
    query = query.add_columns(TaskReport.note, func.count().over().label("total"))
    return prepared(query.order_by(Task.due_on, Task.id).limit(spelt_out(SHOWN)), always=True)


def _near(actor: Actor, today: date) -> ColumnElement[bool]:
    """Due within thirty days or past that, or returned."""
    near = or_(Task.state == TaskState.RETURNED, Task.due_on <= today + NEAR)
    return and_(in_charge(actor), Task.state.in_(sorted(UNITS_TURN)), near)
