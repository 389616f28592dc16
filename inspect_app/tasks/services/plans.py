"""Writing the lists that tasks stand in."""

from datetime import date
from typing import Any

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale
from inspect_app.core.loading import load
from inspect_app.core.versions import expect
from inspect_app.plans.services import facts_of, told_of
from inspect_app.tasks import policy
from inspect_app.tasks.models import TaskPlan, TaskPlanKind
from inspect_app.units.models import Unit

CHANGED = Stale("%(name)s vừa cập nhật kế hoạch này lúc %(time)s. Xem bản mới rồi gửi lại.")


def create_plan(
    *,
    kind: TaskPlanKind,
    year: int,
    title: str,
    issuing_unit: Unit,
    actor: Actor,
    today: date,
    number: str = "",
    issued_on: date | None = None,
    note: str = "",
    illustrative: bool = False,
    on: date | None = None,
) -> TaskPlan:
    """Raises NotAllowed, Invalid."""
    if not policy.may_write_plans_of(actor, issuing_unit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    plan = TaskPlan(
        kind=kind,
        issuing_unit_id=issuing_unit.id,
        issuing_unit=issuing_unit,
        illustrative=illustrative,
        **_facts(year, title, number, issued_on, note, today),
    )
    db.session.add(plan)
    db.session.flush()
    audit.record("task_plan:create", plan, actor=actor, on=min(on or today, today), **told_of(plan))
    return plan


def change_plan(
    plan: TaskPlan,
    *,
    year: int,
    title: str,
    actor: Actor,
    today: date,
    number: str = "",
    issued_on: date | None = None,
    note: str = "",
    version: int | None = None,
) -> None:
    """Its kind and issuing unit stay: they decide who may see what. Raises NotAllowed, Stale, Invalid."""
    load(plan, "issuing_unit")
    if not policy.may_write_plan(actor, plan):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    expect(plan, version, CHANGED)
    before = told_of(plan)
    for name, value in _facts(year, title, number, issued_on, note, today).items():
        setattr(plan, name, value)
    if told_of(plan) != before:
        audit.record("task_plan:change", plan, actor=actor, on=today, **told_of(plan), before=before)


def _facts(year: int, title: str, number: str, issued_on: date | None, note: str, today: date) -> dict[str, Any]:
    facts = facts_of(year, title, number, issued_on, note)
    if issued_on is not None and issued_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="issued_on")
    return facts
