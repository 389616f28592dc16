"""What reports say on the pages of plans."""

from collections.abc import Mapping, Sequence
from typing import Any

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.plans.models import Plan
from inspect_app.reports import policy, queries
from inspect_app.reports.forms import Links
from inspect_app.reports.queries.overview.lines import View
from inspect_app.units.models import Unit


def plan(actor: Actor, plan: Plan) -> Mapping[str, Any]:
    """On the plan's page: how far its findings have come today."""
    today = clock.today()
    return {
        "far": queries.results([plan.id], actor, today)[plan.id],
        "links": Links(plan.id, queries.Day(today, today)),
    }


def beside(actor: Actor, plans: Sequence[Any]) -> Mapping[int, Mapping[str, Any]]:
    """In the list of plans: how far each has come today."""
    today, known = clock.today(), dict[str, str]()
    day = queries.Day(today, today)
    return {
        plan_id: {"far": far, "links": Links(plan_id, day, addresses=known)}
        for plan_id, far in queries.shares([plan.id for plan in plans], actor, today).items()
    }


def steps(actor: Actor, plan: Plan) -> Mapping[str, Any]:
    """Among the buttons of the plan's page."""
    return {"plan": plan}


def freezing(actor: Actor, report: queries.Report) -> Mapping[str, Any] | None:
    """Among the buttons of the report: freeze the figures of its day, for whom that is."""
    if policy.freezes_as(actor, report.plan) is None:
        return None
    return {"plan_id": report.plan.id, "as_of": report.day.on.isoformat()}


def freezing_year(actor: Actor, view: View) -> Mapping[str, Any] | None:
    """Among the buttons of the overview of all units: freeze what all plans of its year have come to."""
    if policy.freezes_as(actor, None) is None or view.kinds or view.unit_id:
        return None
    return {"year": view.year, "as_of": view.day.on.isoformat()}


def profile(actor: Actor, unit: Unit) -> Mapping[str, Any] | None:
    """Among the buttons of the unit's page, for whom its profile is."""
    return {"unit": unit} if policy.may_read_profile(actor, unit) else None
