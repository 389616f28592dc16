"""Tasks for tests: given by the reviewer of `make`, brought further by the unit's officer, as people do it.

And what became of them, counted from nothing but the events of the log.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.core.loading import load
from inspect_app.tasks import services
from inspect_app.tasks.models import Task, TaskPlan, TaskPlanKind, TaskState
from inspect_app.tasks.services import Particulars
from inspect_app.units.models import Unit
from tests.support.make import Make


def task_plan(make: Make, *, kind: TaskPlanKind = TaskPlanKind.PLAN, **given: Any) -> TaskPlan:
    """A list of this year, issued by the city."""
    today = clock.today()
    facts = {"year": today.year, "title": f"Kế hoạch nhiệm vụ số {next(make.serial)}", "issuing_unit": make.root}
    plan = services.create_plan(kind=kind, actor=make.actor(make.reviewer), today=today, **{**facts, **given})
    make.session.commit()
    return plan


def task(
    make: Make,
    state: TaskState | str = TaskState.TODO,
    *,
    plan: TaskPlan | None = None,
    unit: Unit | None = None,
    given: date | None = None,
    sent: date | None = None,
    judged: date | None = None,
    **particulars: Any,
) -> Task:
    """A task given on `given` (30 days ago), due today unless said, reported on `sent` and answered on `judged`."""
    state, today = TaskState(state), clock.today()
    given, sent = given or today - timedelta(days=30), sent or today
    unit, plan = unit or make.unit(), plan or task_plan(make)
    words = {"text": f"Lập báo cáo số {next(make.serial)}. Gửi về Sở Nội vụ.", "due_on": today, **particulars}
    reviewer = make.actor(make.reviewer)
    (made,) = services.give(plan, [Particulars(unit=unit, **words)], actor=reviewer, today=today, on=given)
    officer = make.actor(make.officer(unit))
    if state is TaskState.DOING:
        services.start(made, actor=officer, on=sent, today=today)
    if state in (TaskState.REPORTED, TaskState.RETURNED, TaskState.DONE):
        told: Any = {"statement": "Đã lập báo cáo.", "files": [make.file()], **make.storing}
        services.report(made, actor=officer, on=sent, today=today, **told)
    if state is TaskState.RETURNED:
        services.send_back(made, actor=reviewer, reason="Thiếu số liệu.", on=judged or today, today=today)
    if state is TaskState.DONE:
        services.accept(made, actor=reviewer, on=judged or today, today=today)
    if state is TaskState.WITHDRAWN:
        services.withdraw(made, actor=reviewer, reason="Không còn phải làm.", on=judged or today, today=today)
    make.session.commit()
    load(made, "plan", "unit")
    load(made.plan, "issuing_unit")
    return made


@dataclass(frozen=True)
class Standing:
    """How one task stands on a day."""

    unit_id: int
    due: date | None
    state: str = "todo"
    sent: date | None = None
    due_when_sent: date | None = None
    done: date | None = None

    def timing(self, day: date) -> str:
        if self.state == "done":
            if self.due_when_sent is None or self.sent is None:
                return "undated"
            return ("before", "on_day", "late")[(self.sent > self.due_when_sent) - (self.sent < self.due_when_sent) + 1]
        waits_in_time = self.state == "reported" and None not in (self.sent, self.due_when_sent)
        in_time = waits_in_time and self.sent <= self.due_when_sent  # type: ignore[operator]
        return "overdue" if self.due is not None and self.due < day and not in_time else "open"


STATES = {
    "start": "doing",
    "report": "reported",
    "recall": "doing",
    "accept": "done",
    "enter": "done",
    "return": "returned",
    "reopen": "returned",
    "withdraw": "withdrawn",
}


def standings(events: Iterable[Event], day: date) -> dict[int, Standing]:
    """Task -> how it stands on `day`; `events` in the order of the log. Withdrawn ones are left out."""
    found: dict[int, Standing] = {}
    for event in events:
        verb, told, which = event.action.removeprefix("task:"), event.payload, event.subject_id
        if event.subject_table != "task" or event.on > day or which is None:
            continue
        if verb == "give":
            found[which] = Standing(told["unit_id"], _day(told["due_on"]))
        one = replace(found[which], state=STATES.get(verb, found[which].state))
        match verb:
            case "edit":
                one = replace(one, due=_day(told["due"]))
            case "extend":
                one = replace(one, due=_day(told["until"]))
            case "hand_on":
                one = replace(one, unit_id=told["unit_id"])
            case "report" | "enter":
                one = replace(one, sent=event.on, due_when_sent=one.due)
        if verb in ("accept", "enter"):
            one = replace(one, done=event.on)
        found[which] = one
    return {which: one for which, one in found.items() if one.state != "withdrawn"}


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
