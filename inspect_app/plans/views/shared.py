"""What the pages of a plan have in common."""

from flask import Blueprint

from inspect_app.core.actor import Role
from inspect_app.core.errors import NotAllowed
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.plans import policy, queries
from inspect_app.plans.models import Plan
from inspect_app.web.access import actor
from inspect_app.web.lookup import one_or_404

bp = Blueprint("plans", __name__, url_prefix="/plans")

READERS = (Role.REVIEWER, Role.VIEWER, Role.INSPECTOR, Role.OFFICER)


def seen(plan_id: int) -> Plan:
    """The plan, or 404 where it does not exist for the actor."""
    plan: Plan = one_or_404(queries.one(shape_of(actor())), **filling_of(actor()), plan_id=plan_id)
    return plan


def written(plan_id: int) -> Plan:
    """The plan, where it is the actor's to write."""
    plan = seen(plan_id)
    if not policy.may_write_plan(actor(), plan):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    return plan
