"""Putting a visit on the calendar, or logging one that took place."""

from datetime import date
from typing import Any

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.errors import Invalid, NotAllowed, WrongState
from inspect_app.core.loading import load
from inspect_app.plans.models import Plan, PlanKind, Target, Team
from inspect_app.units.models import Unit
from inspect_app.visits import policy, queries
from inspect_app.visits.models import Manner, Scope, Visit, VisitState
from inspect_app.visits.services.conduct import begin
from inspect_app.visits.services.steps import allow, circumstances, keep, made, noted, said, told


def plan_visit(
    target: Target,
    *,
    actor: Actor,
    today: date,
    planned_on: date | None = None,
    planned_at: str = "",
    began_on: date | None = None,
    team: Team | None = None,
    place: str = "",
    present: str = "",
    scope: Scope = Scope.COMPREHENSIVE,
    theme: str = "",
    manner: Manner = Manner.ON_SITE,
    trigger: str = "",
    on: date | None = None,
) -> Visit:
    """Put a visit to the target's unit on the calendar, or log one that took place on `began_on`.

    `team` is needed where the target names none, `theme` for a thematic visit, `trigger` under a surprise plan.
    Raises NotAllowed, Invalid, WrongState, Stale.
    """
    load(target, "plan", "unit")
    plan = target.plan
    load(plan, "issuing_unit")
    _by_a_team(plan)
    allow(policy.may_plan(actor, target))
    if target.removed_on is not None:
        raise WrongState("Đơn vị này đã được đưa ra khỏi kế hoạch.")
    if queries.visited(target):
        raise WrongState("Đơn vị này đã có cuộc kiểm tra trong kế hoạch.")
    return _arrange(
        plan,
        target.unit,
        _team_for(target, team, actor),
        target=target,
        planned_on=planned_on,
        began_on=began_on,
        on=on,
        actor=actor,
        today=today,
        written={
            **circumstances(plan, scope=scope, theme=theme, manner=manner, trigger=trigger),
            **noted(planned_at=planned_at, place=place, present=present),
        },
    )


def plan_follow_up(
    team: Team,
    unit: Unit,
    *,
    actor: Actor,
    today: date,
    planned_on: date | None = None,
    planned_at: str = "",
    began_on: date | None = None,
    place: str = "",
    present: str = "",
    theme: str = "",
    manner: Manner = Manner.ON_SITE,
    trigger: str = "",
    on: date | None = None,
) -> Visit:
    """Look again at what earlier visits to the unit found (phúc tra), under the plan of the team.

    It takes no target: how far the plan has come stays as it is. Whether there is anything to look at again is for
    the findings to say. Raises NotAllowed, Invalid, WrongState.
    """
    load(team, "plan")
    plan = team.plan
    load(plan, "issuing_unit")
    _by_a_team(plan)
    allow(policy.may_plan_for(actor, plan, team.id))
    day = began_on or planned_on or today
    if not unit.in_force(day):
        raise WrongState("Đơn vị này không còn hoạt động vào ngày kiểm tra. Lập cuộc phúc tra ở đơn vị kế thừa.")
    scope = Scope.THEMATIC if theme.strip() else Scope.COMPREHENSIVE
    return _arrange(
        plan,
        unit,
        team.id,
        follow_up=True,
        planned_on=planned_on,
        began_on=began_on,
        on=on,
        actor=actor,
        today=today,
        written={
            **circumstances(plan, scope=scope, theme=theme, manner=manner, trigger=trigger),
            **noted(planned_at=planned_at, place=place, present=present),
        },
    )


def _by_a_team(plan: Plan) -> None:
    if plan.kind is PlanKind.SELF:
        raise WrongState("Kế hoạch tự kiểm tra do đơn vị tự ghi kết quả.")


def _arrange(
    plan: Plan,
    unit: Unit,
    team_id: int,
    *,
    actor: Actor,
    today: date,
    planned_on: date | None,
    began_on: date | None,
    on: date | None,
    written: dict[str, Any],
    target: Target | None = None,
    follow_up: bool = False,
) -> Visit:
    if planned_on is None and began_on is None:
        raise Invalid("Nhập ngày kiểm tra", field="planned_on")
    arranged_on = _arranged(on, began_on, today)
    visit = made(
        plan,
        unit,
        target,
        team_id=team_id,
        follow_up=follow_up,
        state=VisitState.PLANNED,
        arranged_on=arranged_on,
        planned_on=planned_on,
        day=began_on or planned_on,
        **written,
    )
    keep(visit)
    audit.record("visit:plan", visit, actor=actor, on=arranged_on, **told(visit), **_how(visit))
    if began_on is not None:
        begin(visit, actor=actor, today=today, on=began_on)
    return visit


def _how(visit: Visit) -> dict[str, Any]:
    return {"scope": visit.scope, "theme": visit.theme, "manner": visit.manner, "trigger": visit.trigger}


def _team_for(target: Target, team: Team | None, actor: Actor) -> int:
    """The target's own team, or the one given for a target without."""
    if target.team_id is not None:
        return target.team_id
    if team is None or team.plan_id != target.plan_id:
        raise Invalid("Chọn một đoàn của kế hoạch này", field="team")
    if not (actor.sits_on(team.id) or actor.reviews(target.plan.issuing_unit)):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    return team.id


def _arranged(on: date | None, began_on: date | None, today: date) -> date:
    """The day from which a new visit is on the calendar: no later than it began."""
    for field, day in (("on", on), ("began_on", began_on)):
        if day is not None and day > today:
            raise Invalid("Nhập ngày không muộn hơn %(last)s", field=field, last=said(today))
    return min(day for day in (on, began_on, today) if day is not None)
