"""Who may write checklists. Pure sentences."""

from inspect_app.checklists.models import Checklist
from inspect_app.core.actor import Actor, Placed
from inspect_app.plans.models import Plan
from inspect_app.plans.policy import may_write_plan


def may_write_for(actor: Actor, plan: Plan | None, root: Placed) -> bool:
    """A list for every plan is written by the reviewers over everything, one for a plan by those who write the plan."""
    return actor.reviews(root) if plan is None else may_write_plan(actor, plan)


def may_write(actor: Actor, checklist: Checklist, root: Placed) -> bool:
    return may_write_for(actor, checklist.plan, root)
