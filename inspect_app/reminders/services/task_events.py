"""What was done about tasks is told to those whom it concerns: the unit in charge, or whoever gave it."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from inspect_app.core.actor import Actor, Role
from inspect_app.core.audit import Noted
from inspect_app.core.db import db
from inspect_app.core.loading import load
from inspect_app.reminders.queries.people import actors, holders, see_task, see_task_plan
from inspect_app.tasks import policy
from inspect_app.tasks.models import Task, TaskPlan
from inspect_app.tasks.services.history import ready
from inspect_app.units.models import Unit

TO_UNIT = frozenset(
    f"task:{verb}" for verb in ("return", "accept", "reopen", "extend", "refuse_extension", "withdraw", "hand_on")
)
"""Events of which the unit in charge is told."""
TO_JOINING = TO_UNIT - {"task:return", "task:refuse_extension"}
"""Of these the units that join in are told, too: what changes whether, when and for whom they work."""
TO_GIVER = {"task:report": policy.may_confirm, "task:ask_extension": policy.may_extend}
"""Events of which whoever gave the task is told, and what they must be allowed."""
OF_LISTS = frozenset({"task_plan:give", "task_plan:join"})
ACTIONS = TO_UNIT | OF_LISTS | TO_GIVER.keys()


def concerned(noted: Noted, today: date) -> tuple[list[Actor], dict[str, Any]]:
    """Who is told of the event, and the words of its sentence."""
    return _of_list(noted, today) if noted.action in OF_LISTS else _of_task(noted, today)


def _of_list(noted: Noted, today: date) -> tuple[list[Actor], dict[str, Any]]:
    """One notice for all that a unit was given at once, or is to join in."""
    plan, told = cast(TaskPlan, noted.subject), noted.payload
    unit = db.session.get_one(Unit, told["unit_id"])
    nearest = next(iter(holders(Role.OFFICER, [unit.id], today)[unit.id]), ())
    people = _but(noted.actor, actors(nearest, today))
    words = {"many": told["many"], "plan": plan.number or plan.title, "title": plan.title, "unit": unit.name}
    return see_task_plan(people, plan.id), words


def _of_task(noted: Noted, today: date) -> tuple[list[Actor], dict[str, Any]]:
    task = cast(Task, noted.subject)
    ready(task)
    unit = task.unit
    words = {
        "code": task.code,
        "title": task.title,
        "unit": unit.name,
        "deadline": f"{task.due_on:%d/%m/%Y}" if task.due_on else "",
    }
    if noted.action in TO_UNIT:
        units = [unit]
        if noted.action in TO_JOINING:
            load(task, "joining")
            units += task.joining
        own = [task.latest.sender_id if task.latest else None, noted.payload.get("asker_id")]
        levels = holders(Role.OFFICER, {one.id for one in units}, today)
        nearest = [person for one in units for person in next(iter(levels[one.id]), ())]
        people = [one for one in actors([*own, *nearest], today) if any(map(one.answers_for, units))]
        return see_task(_but(noted.actor, people), task.id), words
    issuer = task.plan.issuing_unit_id
    for group in ([task.giver_id], *holders(Role.REVIEWER, [issuer], today)[issuer]):
        people = [one for one in actors(group, today) if TO_GIVER[noted.action](one, task)]
        if found := see_task(_but(noted.actor, people), task.id):
            return found, words
    return [], words


def _but(actor: Actor, people: Iterable[Actor]) -> list[Actor]:
    """Nobody is told what they did themselves."""
    return [one for one in people if one.person_id != actor.person_id]
