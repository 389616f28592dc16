"""Giving tasks to units, many at once, and saying better what is to be done while nobody has begun."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.dialects import postgresql, sqlite

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, sentence
from inspect_app.core.loading import load
from inspect_app.core.moves import said
from inspect_app.core.text import clean, first_sentence, fold, one_line
from inspect_app.tasks import policy
from inspect_app.tasks.models import Task, TaskPlan, TaskSeries, TaskState, TaskUnit
from inspect_app.tasks.services.extending import EXTENSIONS
from inspect_app.tasks.services.history import begin, prepare, settle
from inspect_app.tasks.workflow import TASK
from inspect_app.units.models import Unit

WHAT_TO_DO = sentence("Nhập nội dung nhiệm vụ")


@dataclass(frozen=True, slots=True)
class Particulars:
    """One task as whoever gives it writes it down."""

    text: str
    unit: Unit
    """In charge."""
    due_on: date | None = None
    """Empty for what has to be done all the time."""
    product: str = ""
    joining: Sequence[Unit] = ()
    source_number: str = ""
    """Of the document that gives it, where that is not the plan itself."""
    source_on: date | None = None
    source_item: str = ""


def give(
    plan: TaskPlan, several: Sequence[Particulars], *, actor: Actor, today: date, on: date | None = None
) -> list[Task]:
    """Put tasks into the list; they count from `on` (today unless said). Raises NotAllowed, Invalid."""
    load(plan, "issuing_unit")
    on = on or today
    if not policy.may_write_plan(actor, plan):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    if on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="on")
    if not several:
        raise Invalid("Nhập ít nhất một nhiệm vụ", field="rows")
    for one in several:
        _check(one, actor=actor, on=on)
    first = _take_numbers(plan.year, len(several))
    made = [_new(plan, one, f"NV-{plan.year}-{n:04d}", actor=actor, on=on) for n, one in enumerate(several, first)]
    begin(made, "give", actor=actor, on=on)
    _join([(task, one.joining) for task, one in zip(made, several, strict=True)])
    for unit, many in Counter(one.unit for one in several).items():
        told = {"unit_id": unit.id, "unit": unit.name, "many": many, "number": plan.number, "title": plan.title}
        audit.record("task_plan:give", plan, actor=actor, on=on, **told)
    _tell_joining(plan, [unit for one in several for unit in one.joining if unit.id != one.unit.id], actor, on)
    return made


def edit(
    task: Task, particulars: Particulars, *, actor: Actor, on: date, today: date, version: int | None = None
) -> None:
    """What is to be done, by when and with whom, while nobody has begun; the unit in charge stays.

    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    prepare(task, "edit", actor=actor, on=on, today=today, version=version)
    load(task, "joining")
    _check(particulars, actor=actor, on=task.given_on, unit=task.unit)
    before = _told(task)
    TASK.apply("edit", task, actor=actor)
    _write(task, particulars)
    if particulars.due_on != task.due_on:
        EXTENSIONS.let_lapse(task, on=on)
    task.baseline = task.due_on = particulars.due_on
    joined = {unit.id for unit in particulars.joining} - {task.unit_id}
    if _told(task) == before and joined == {unit.id for unit in task.joining}:
        return
    db.session.execute(delete(TaskUnit).where(TaskUnit.task_id == task.id))
    _join([(task, particulars.joining)])
    former = {unit.id for unit in task.joining}
    db.session.expire(task, ["joining"])
    settle(task, "edit", actor=actor, on=on, before=before, joined=sorted(joined), **_told(task))
    _tell_joining(task.plan, [unit for unit in particulars.joining if unit.id in joined - former], actor, on)


def _tell_joining(plan: TaskPlan, units: Sequence[Unit], actor: Actor, on: date) -> None:
    """One event for each unit that is to join in, however many tasks that is."""
    for unit, many in Counter(units).items():
        told = {"unit_id": unit.id, "unit": unit.name, "many": many, "number": plan.number, "title": plan.title}
        audit.record("task_plan:join", plan, actor=actor, on=on, **told)


def _check(particulars: Particulars, *, actor: Actor, on: date, unit: Unit | None = None) -> None:
    said(particulars.text, WHAT_TO_DO, "text")
    unit = unit or particulars.unit
    if not actor.reviews(unit):
        raise Invalid("Chọn đơn vị trong phạm vi quản lý", field="unit")
    if any(not actor.reviews(one) for one in particulars.joining):
        raise Invalid("Chọn đơn vị trong phạm vi quản lý", field="joining")
    if particulars.due_on is not None and particulars.due_on < on:
        raise Invalid("Hạn phải từ ngày giao %(day)s trở đi", field="due_on", day=f"{on:%d/%m/%Y}")


def _new(plan: TaskPlan, particulars: Particulars, code: str, *, actor: Actor, on: date) -> Task:
    unit = particulars.unit
    task = Task(
        code=code,
        plan=plan,
        plan_id=plan.id,
        unit=unit,
        unit_id=unit.id,
        unit_name=unit.name,
        state=TaskState.TODO,
        in_time=False,
        baseline=particulars.due_on,
        due_on=particulars.due_on,
        given_on=on,
        moved_on=on,
        giver_id=actor.person_id,
    )
    _write(task, particulars)
    return task


def _write(task: Task, particulars: Particulars) -> None:
    task.text = clean(particulars.text)
    task.title = first_sentence(task.text)
    task.product = clean(particulars.product)
    task.source_number = one_line(particulars.source_number)
    task.source_on = particulars.source_on
    task.source_item = one_line(particulars.source_item)
    fold_again(task)


def fold_again(task: Task) -> None:
    """After a change of what word search looks at."""
    task.folded = fold(" ".join([task.code, task.text, task.product, task.source_number, task.unit_name]))


def _told(task: Task) -> dict[str, Any]:
    """What an event says of the words of a task; the rest of it are facts."""
    named = ("text", "product", "source_number", "source_on", "source_item")
    return {"due": task.due_on, **{name: getattr(task, name) for name in named}}


def _join(several: Sequence[tuple[Task, Sequence[Unit]]]) -> None:
    """The unit in charge does not join in its own task."""
    rows = [
        {"task_id": task.id, "unit_id": unit_id}
        for task, units in several
        for unit_id in dict.fromkeys(unit.id for unit in units)
        if unit_id != task.unit_id
    ]
    if rows:
        db.session.execute(insert(TaskUnit), rows)


def _take_numbers(year: int, many: int) -> int:
    """The first of `many` numbers of the year's series; two people at once never get the same."""
    dialect = db.session.get_bind().dialect.name
    insert_into: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    taken = (
        insert_into(TaskSeries)
        .values(year=year, last=many)
        .on_conflict_do_update(index_elements=[TaskSeries.year], set_={"last": TaskSeries.last + many})
        .returning(TaskSeries.last)
    )
    last: int = db.session.execute(taken).scalar_one()
    return last - many + 1
