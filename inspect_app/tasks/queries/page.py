"""One task, one list, with everything that its page shows; what there is to choose from."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Row, Select, bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.core.text import LIKE_ESCAPE, like_pattern, words
from inspect_app.tasks.models import Task, TaskFile, TaskPlan, TaskPlanKind, TaskReport
from inspect_app.tasks.queries.scope import plan_open_to, seen_by, visible_to
from inspect_app.units.models import Unit

PLANS_OFFERED = 12


def one(actor: Actor, task_id: int) -> Select[Any]:
    """The task with what its page, its policy and its services need."""
    return (
        visible_to(actor)
        .where(Task.id == task_id)
        .options(
            joinedload(Task.plan).joinedload(TaskPlan.issuing_unit),
            joinedload(Task.unit),
            selectinload(Task.joining),  # SQLite would join all units with all tasks that they join in
            joinedload(Task.latest),
            joinedload(Task.request),
        )
    )


def one_plan(actor: Actor, plan_id: int) -> Select[Any]:
    """The list, if it exists for the actor."""
    return (
        select(TaskPlan).where(TaskPlan.id == plan_id, plan_open_to(actor)).options(joinedload(TaskPlan.issuing_unit))
    )


def reports_of(task: Task) -> Sequence[TaskReport]:
    """Newest first, each with its sender."""
    return db.session.scalars(
        select(TaskReport)
        .where(TaskReport.task_id == task.id)
        .options(joinedload(TaskReport.sender))
        .order_by(TaskReport.round.desc())
    ).all()


def files_of(task: Task) -> Sequence[TaskFile]:
    """In the order of arrival."""
    return db.session.scalars(select(TaskFile).where(TaskFile.task_id == task.id).order_by(TaskFile.id)).all()


def file_visible_to(actor: Actor, file_id: int) -> Select[Any]:
    """The file, if the actor may know of the task that it belongs to."""
    return select(TaskFile).where(TaskFile.id == file_id, TaskFile.task_id.in_(select(Task.id).where(seen_by(actor))))


# Lists


@built_once
def plans_listed(
    actor: Actor, *, text: str = "", year: int | None = None, kinds: tuple[TaskPlanKind, ...] = ()
) -> Select[Any]:
    """(id, kind, year, title, number, issued_on, issuing_unit, illustrative), unsorted: for a shape, built once."""
    columns: tuple[Any, ...] = (
        TaskPlan.id,
        TaskPlan.kind,
        TaskPlan.year,
        TaskPlan.title,
        TaskPlan.number,
        TaskPlan.issued_on,
        Unit.name.label("issuing_unit"),
        TaskPlan.illustrative,
    )
    rows: Select[Any] = select(*columns).join(TaskPlan.issuing_unit).where(plan_open_to(actor))
    if text:
        asked = (TaskPlan.folded.like(like_pattern(word), escape=LIKE_ESCAPE) for word in words(text))
        rows = rows.where(*asked)
    if year is not None:
        rows = rows.where(TaskPlan.year == year)
    return rows.where(TaskPlan.kind.in_(kinds)) if kinds else rows


def plans_offered(actor: Actor, chosen: int | None) -> Sequence[Row[int, str, str]]:
    """(id, number, title) of the latest lists that the actor sees, and of the one chosen."""
    shape, filling = shape_of(actor), filling_of(actor)
    latest = db.session.execute(_latest(shape), filling).all()
    if chosen is None or any(one.id == chosen for one in latest):
        return latest
    return [*latest, *db.session.execute(_chosen(shape), {**filling, "chosen": chosen})]


@built_once
def _latest(actor: Actor) -> Select[int, str, str]:
    return _offered(actor).order_by(TaskPlan.year.desc(), TaskPlan.id.desc()).limit(PLANS_OFFERED)


@built_once
def _chosen(actor: Actor) -> Select[int, str, str]:
    return _offered(actor).where(TaskPlan.id == bindparam("chosen", type_=Integer))


def _offered(actor: Actor) -> Select[int, str, str]:
    return select(TaskPlan.id, TaskPlan.number, TaskPlan.title).where(plan_open_to(actor))


def plan_years(actor: Actor) -> Sequence[int]:
    """The years for which the actor sees a list, latest first."""
    return db.session.scalars(_years(shape_of(actor)), filling_of(actor)).all()


@built_once
def _years(actor: Actor) -> Select[int]:
    return select(TaskPlan.year).where(plan_open_to(actor)).distinct().order_by(TaskPlan.year.desc())
