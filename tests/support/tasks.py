"""Tasks for tests: given by the reviewer of `make`, brought further by the unit's officer, as people do it."""

from datetime import date, timedelta
from typing import Any

from inspect_app.core import clock
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
