"""What reports say on the pages of plans."""

from collections.abc import Mapping
from typing import Any

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.plans.models import Plan
from inspect_app.reports import queries
from inspect_app.reports.forms import Links


def plan(actor: Actor, plan: Plan) -> Mapping[str, Any]:
    """On the plan's page: how far its findings have come today, and the way to its report."""
    today = clock.today()
    return {
        "plan": plan,
        "far": queries.progress([plan.id], actor, today)[plan.id],
        "links": Links(plan.id, queries.Day(today, today)),
    }
