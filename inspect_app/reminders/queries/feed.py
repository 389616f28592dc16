"""Whose calendar a private address is, and the deadlines in it."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, or_, select

from inspect_app.accounts.models import Person
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.findings.models import LIVE, Finding
from inspect_app.findings.queries import seen_by
from inspect_app.findings.workflow import UNITS_TURN
from inspect_app.reminders.models import Feed
from inspect_app.reminders.queries.people import actors
from inspect_app.tasks.models import Task
from inspect_app.tasks.workflow import UNITS_TURN as TASK_UNITS_TURN
from inspect_app.units.models import Unit
from inspect_app.units.queries import within

MOST = 500


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def reader_of(token: str, today: date) -> Actor | None:
    """Whose address that is, as they stand today; nobody's once it was revoked or the person is not active."""
    person_id = db.session.scalar(
        select(Feed.person_id)
        .join(Person, Person.id == Feed.person_id)
        .where(Feed.token_hash == hashed(token), Feed.revoked_at.is_(None), Person.active)
    )
    return next(iter(actors([person_id], today)), None)


def deadlines_of(actor: Actor) -> Sequence[Row[Any]]:
    """The findings that the actor has to act on, nearest deadline first, at most `MOST`.

    Of officers those that their units must put right, of teams and reviewers those that they follow.
    Columns: id, code, required_title, unit_name, responsible, deadline.
    """
    own = and_(within(Finding.responsible_unit_id, actor.held(Role.OFFICER)), Finding.state.in_(sorted(UNITS_TURN)))
    followed = and_(Finding.follower_id == actor.person_id, Finding.state.in_(LIVE))
    columns: tuple[Any, ...] = (
        Finding.id,
        Finding.code,
        Finding.required_title,
        Finding.unit_name,
        Unit.name.label("responsible"),
        Finding.deadline,
    )
    rows = (
        select(*columns)
        .join(Finding.responsible_unit)
        .where(seen_by(actor), or_(own, followed))
        .order_by(Finding.deadline, Finding.id)
        .limit(MOST)
    )
    return db.session.execute(rows).all()


def tasks_of(actor: Actor) -> Sequence[Row[Any]]:
    """The tasks with a due day that the actor's units have to act on, nearest first, at most `MOST`.

    Columns: id, code, title, unit_name, due_on.
    """
    columns: tuple[Any, ...] = (Task.id, Task.code, Task.title, Task.unit_name, Task.due_on)
    rows = (
        select(*columns)
        .where(
            within(Task.unit_id, actor.held(Role.OFFICER)),
            Task.state.in_(sorted(TASK_UNITS_TURN)),
            Task.due_on.is_not(None),
        )
        .order_by(Task.due_on, Task.id)
        .limit(MOST)
    )
    return db.session.execute(rows).all()
