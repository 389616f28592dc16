"""What a day of reminders has to look at."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload

from inspect_app.core.db import db
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import due_within
from inspect_app.findings.workflow import UNITS_TURN
from inspect_app.tasks import queries as tasks
from inspect_app.tasks.models import Task, TaskExtension, TaskPlan, TaskState
from inspect_app.tasks.workflow import UNITS_TURN as TASK_UNITS_TURN
from inspect_app.units.models import Unit

FIRST_DAY = date(1, 1, 1)


def deadlines(until: date) -> Sequence[Row[Any]]:
    """Findings whose unit must act by `until` or should have acted before.

    Columns: id, code, required_title, unit_name, responsible_unit_id, responsible, assignee_id, deadline, issued_on.
    """
    columns: tuple[Any, ...] = (
        Finding.id,
        Finding.code,
        Finding.required_title,
        Finding.unit_name,
        Finding.responsible_unit_id,
        Unit.name.label("responsible"),
        Finding.assignee_id,
        Finding.deadline,
        Finding.issued_on,
    )
    rows = (
        select(*columns)
        .join(Finding.responsible_unit)
        .where(due_within(Finding, FIRST_DAY, until), Finding.state.in_(sorted(UNITS_TURN)))
        .order_by(Finding.id)
    )
    return db.session.execute(rows).all()


def task_days(until: date) -> Sequence[Row[Any]]:
    """Tasks whose unit must act by `until` or should have acted before.

    Columns: id, code, title, unit_id, unit_name, due_on, given_on.
    """
    columns: tuple[Any, ...] = (
        Task.id,
        Task.code,
        Task.title,
        Task.unit_id,
        Task.unit_name,
        Task.due_on,
        Task.given_on,
    )
    rows = (
        select(*columns)
        .where(tasks.due_within(Task, FIRST_DAY, until), Task.state.in_(sorted(TASK_UNITS_TURN)))
        .order_by(Task.id)
    )
    return db.session.execute(rows).all()


def reports_since(last: date) -> Sequence[Task]:
    """Tasks whose report has waited for an answer since `last` or longer, with all that the policy asks about."""
    return _to_answer(Task.state == TaskState.REPORTED, Task.reported_on <= last)


def requests_since(last: date) -> Sequence[Task]:
    """Tasks for which a later day was asked on `last` or before and nobody decided, in the same way."""
    asked = select(TaskExtension.task_id).where(TaskExtension.granted.is_(None), TaskExtension.asked_on <= last)
    return _to_answer(Task.id.in_(asked))


def _to_answer(*conditions: Any) -> Sequence[Task]:
    plan = joinedload(Task.plan).joinedload(TaskPlan.issuing_unit)
    others = (joinedload(Task.unit), joinedload(Task.latest), joinedload(Task.request))
    return db.session.scalars(select(Task).where(*conditions).order_by(Task.id).options(plan, *others)).all()


def places(unit_ids: Iterable[int]) -> dict[int, Row[int, str]]:
    """Unit -> where it stands: its id and path."""
    rows = db.session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(sorted(unit_ids))))
    return {row.id: row for row in rows}
