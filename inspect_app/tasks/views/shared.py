"""What the pages of tasks have in common."""

from typing import Any

from flask import Blueprint, current_app

from inspect_app.core.actor import Role
from inspect_app.core.errors import NotAllowed
from inspect_app.tasks import policy, queries
from inspect_app.tasks.models import Task, TaskPlan
from inspect_app.web.access import actor
from inspect_app.web.lookup import one_or_404

bp = Blueprint("tasks", __name__, url_prefix="/tasks")

READERS = (Role.REVIEWER, Role.VIEWER, Role.OFFICER)


def seen(task_id: int) -> Task:
    """The task with all that its page and its policies read, or 404 where it does not exist for the actor."""
    task: Task = one_or_404(queries.one(actor(), task_id))
    return task


def seen_plan(task_plan_id: int) -> TaskPlan:
    """The list, or 404 where it does not exist for the actor."""
    plan: TaskPlan = one_or_404(queries.one_plan(actor(), task_plan_id))
    return plan


def written_plan(task_plan_id: int) -> TaskPlan:
    """The list, where it is the actor's to write."""
    plan = seen_plan(task_plan_id)
    if not policy.may_write_plan(actor(), plan):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    return plan


def storing() -> dict[str, Any]:
    """Where services put files, and how large one may be."""
    return {"storage": current_app.extensions["storage"], "file_limit": current_app.config["FILE_LIMIT"]}
