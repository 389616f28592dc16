"""The letters that a page offers, to whoever may take them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from inspect_app.core.actor import Actor, Role
from inspect_app.documents import policy
from inspect_app.documents.queries import templates
from inspect_app.documents.queries.letters import KINDS
from inspect_app.findings.models import Conclusion
from inspect_app.plans.models import Plan, PlanKind, Team
from inspect_app.reminders.models import Level, Urging
from inspect_app.reports.queries import Grouping, Report
from inspect_app.visits.models import Visit


@dataclass(frozen=True, slots=True)
class Offer:
    name: str
    """A message id."""
    word: str
    pdf: str
    """Empty while a changed template is in force."""


def at_visit(actor: Actor, visit: Visit) -> Mapping[str, Any] | None:
    offered = []
    if policy.may_take_conclusion(actor, visit):
        offered.append("conclusion")
    if policy.may_take_minutes(actor, visit):
        offered.append("minutes")
    return _offers(actor, offered, visit_id=visit.id)


def at_plan(actor: Actor, plan: Plan) -> Mapping[str, Any] | None:
    offered = []
    if plan.kind is not PlanKind.SELF and policy.may_take_plan(actor, plan):
        offered.append("plan")
    if policy.may_take_schedule(actor, plan):
        offered.append("schedule")
    return _offers(actor, [*offered, "report"], plan_id=plan.id)


def at_team(actor: Actor, subject: tuple[Plan, Team]) -> Mapping[str, Any] | None:
    """On the page of a team of the plan."""
    plan, team = subject
    return _offers(actor, ["decision"], team_id=team.id) if policy.may_take_plan(actor, plan) else None


def at_notice(actor: Actor, notice: Conclusion) -> Mapping[str, Any] | None:
    """On the page of a notice of conclusion."""
    return _offers(actor, ["remediation"], conclusion_id=notice.id)


def at_plans(actor: Actor, _list: Any) -> Mapping[str, Any] | None:
    """Beside the list of plans: the way to the periodical annexes."""
    return {} if {Role.REVIEWER, Role.VIEWER} & actor.roles else None


def of_minutes(actor: Actor, visit: Visit) -> Mapping[str, Any] | None:
    """Among the buttons of the page of minutes."""
    return _offers(actor, ["minutes"], visit_id=visit.id)


def of_report(actor: Actor, report: Report) -> Mapping[str, Any] | None:
    """Among the buttons of a plan's report: the same day, by the same units."""
    asked = {"as_of": report.day.past.isoformat()} if report.day.past else {}
    by = {"group": report.by.value} if report.by is not Grouping.INSPECTED else {}
    return _offers(actor, ["report"], plan_id=report.plan.id, **asked, **by)


def of_urging(actor: Actor, step: Urging) -> Mapping[str, Any] | None:
    """Among the buttons of a letter's page."""
    return None if step.level is Level.REMINDER else _offers(actor, ["urging"], urging_id=step.id)


def _offers(actor: Actor, kinds: list[str], **of: Any) -> Mapping[str, Any] | None:
    """The partial's context; nothing where there is nothing to take."""
    if not kinds:
        return None
    changed = templates.changed()
    offers = [
        Offer(
            KINDS[kind].name,
            url_for(f"documents.{kind}", ending="docx", **of),
            "" if kind in changed else url_for(f"documents.{kind}", ending="pdf", **of),
        )
        for kind in kinds
    ]
    return {"offers": offers, "keeps": policy.may_keep_templates(actor)}
