"""What visits say on the pages of plans and units."""

from collections.abc import Mapping
from typing import Any

from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.plans.policy import may_write_plan
from inspect_app.units.models import Unit
from inspect_app.visits import policy, queries
from inspect_app.visits.models import Visit, VisitState

SHOWN = 60
AT_A_UNIT = 8


def targets(actor: Actor, plan: Plan) -> Mapping[str, Any]:
    """On the plan's page: its units, each with its visit, in the order of the months."""
    today = clock.today()
    rows = queries.first_of(actor, plan, today, SHOWN + 1)
    if len(rows) > SHOWN:
        coverage = queries.coverage_of(actor, plan, today)
    else:
        coverage = queries.Coverage(sum(row.begun for row in rows), len(rows))
    return {
        "plan": plan,
        "rows": rows[:SHOWN],
        "coverage": coverage,
        "plannable": {team_id for team_id in _teams(actor, plan) if policy.may_plan_for(actor, plan, team_id)},
        "may_write": may_write_plan(actor, plan),
        "reviews": actor.reviews(plan.issuing_unit),
        "is_self": plan.kind is PlanKind.SELF,
        "may_log_self": Role.OFFICER in actor.roles or actor.reviews(plan.issuing_unit),
        "self_number": self_number(actor, plan) if plan.kind is PlanKind.SELF else 0,
    }


def _teams(actor: Actor, plan: Plan) -> set[int | None]:
    """None stands for a target that has no team yet."""
    return {None, *actor.team_ids}


def self_number(actor: Actor, plan: Plan) -> int:
    """How many self-inspections under the plan the actor may see."""
    return sum(queries.tally(actor, queries.Filter(plan=plan)).values())


def at_unit(actor: Actor, unit: Unit) -> Mapping[str, Any] | None:
    """On the unit's page: its latest visits; nothing where the actor may see none."""
    rows = queries.latest_at(actor, unit, AT_A_UNIT + 1)
    if not rows:
        return None
    return {"unit": unit, "rows": rows[:AT_A_UNIT], "more": len(rows) > AT_A_UNIT}


def said(actor: Actor, visit: Visit) -> Mapping[str, Any] | None:
    """On the page of a self-inspection: what the unit said of each area."""
    rows = queries.said_of_areas(visit) if visit.is_self_inspection else []
    if not rows:
        return None
    wrong_is_open = visit.state is VisitState.BEGUN and policy.may_record(actor, visit)
    return {"visit": visit, "rows": rows, "wrong_is_open": wrong_is_open}
