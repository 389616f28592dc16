"""A unit inspected itself."""

from datetime import date

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.errors import Invalid, WrongState
from inspect_app.core.loading import load
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.units.models import Unit
from inspect_app.visits import policy, queries
from inspect_app.visits.models import Entry, Visit, VisitState
from inspect_app.visits.services.conduct import close, conclude, report
from inspect_app.visits.services.steps import allow, day_of, keep, noted, said, told


def log_self_inspection(
    plan: Plan,
    unit: Unit,
    *,
    began_on: date,
    entry: Entry,
    actor: Actor,
    today: date,
    present: str = "",
    remark: str = "",
    on: date | None = None,
) -> Visit:
    """A unit inspected itself. `on` is the day the result counts from, today unless it is history.

    With nothing found it is closed at once; with no figures entered it is concluded and says so; with findings it
    stays begun until its officer has written them down. Raises NotAllowed, WrongState, Invalid.
    """
    load(plan, "issuing_unit")
    allow(policy.may_log_self_inspection(actor, plan, unit))
    if plan.kind is not PlanKind.SELF:
        raise WrongState("Kế hoạch này không phải là kế hoạch tự kiểm tra.")
    if began_on > today:
        raise Invalid("Nhập ngày không muộn hơn %(last)s", field="began_on", last=said(today))
    target = queries.unvisited_target(plan, unit)
    visit = Visit(
        plan=plan,
        plan_id=plan.id,
        target=target,
        target_id=target.id if target else None,
        unit=unit,
        unit_id=unit.id,
        unit_name=unit.name,
        team=None,
        team_id=None,
        state=VisitState.BEGUN,
        entry=Entry.MISSING,
        arranged_on=began_on,
        began_on=began_on,
        day=began_on,
        created_at=clock.now(),
        **noted(present=present, remark=remark),
    )
    if target is not None:
        target.begun_on = began_on
    keep(visit)
    audit.record("visit:log_self", visit, actor=actor, on=began_on, **told(visit))
    if entry is not Entry.FOUND:
        on = day_of(visit, on, today)
        report(visit, entry=entry, actor=actor, today=today, on=on)
        (close if entry is Entry.NONE_FOUND else conclude)(visit, actor=actor, today=today, on=on)
    return visit
