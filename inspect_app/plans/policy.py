"""Who may write plans. Pure sentences."""

from inspect_app.core.actor import Actor, Placed
from inspect_app.plans.models import Plan


def may_write_plans_of(actor: Actor, issuing_unit: Placed) -> bool:
    """Plans, teams and targets are written by the reviewers over the unit that issues the plan."""
    return actor.reviews(issuing_unit)


def may_write_plan(actor: Actor, plan: Plan) -> bool:
    return may_write_plans_of(actor, plan.issuing_unit)
