"""Who may do what to tasks. Pure sentences: no query, no request.

They read `task.plan` with its issuing unit, `task.unit`, `task.latest` and `task.request`.
"""

from inspect_app.core.actor import Actor, Placed
from inspect_app.tasks.models import Task, TaskPlan


def may_write_plans_of(actor: Actor, issuing_unit: Placed) -> bool:
    """Lists of tasks are written, and tasks given, by the reviewers over the unit that issues the list."""
    return actor.reviews(issuing_unit)


def may_write_plan(actor: Actor, plan: TaskPlan) -> bool:
    return may_write_plans_of(actor, plan.issuing_unit)


def answers_for(actor: Actor, task: Task) -> bool:
    """The unit in charge reports; those that join in read."""
    return actor.answers_for(task.unit)


def may_recall(actor: Actor, task: Task) -> bool:
    """Its sender."""
    return task.latest is not None and task.latest.sender_id == actor.person_id and answers_for(actor, task)


def may_edit(actor: Actor, task: Task) -> bool:
    """Say what is to be done: whoever may give tasks of the list, to their own unit too."""
    return may_write_plan(actor, task.plan)


def may_decide(actor: Actor, task: Task) -> bool:
    """Hand on, withdraw, reopen: whoever gave it, unless it is a task of their own unit."""
    return may_write_plan(actor, task.plan) and not actor.belongs_to(task.unit)


def may_confirm(actor: Actor, task: Task) -> bool:
    """The same, and nobody confirms what they reported themselves."""
    sent_it = task.latest is not None and task.latest.sender_id == actor.person_id
    return may_decide(actor, task) and not sent_it


def may_extend(actor: Actor, task: Task) -> bool:
    """Put the due day off, or refuse to: the same, and nobody grants what they asked for themselves."""
    asked_it = task.request is not None and task.request.asker_id == actor.person_id
    return may_decide(actor, task) and not asked_it


def may_take_back_extension(actor: Actor, task: Task) -> bool:
    """Its asker, while they answer for the task."""
    return answers_for(actor, task) and (task.request is None or task.request.asker_id == actor.person_id)
