"""Visits, and the units that plans mean to inspect, as lists that can be filtered, sent and counted."""

from dataclasses import replace

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits import queries
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.views.shared import READERS, asked_plan, asked_unit, bp
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.paging import Sort, count, page

LATEST = Sort("latest", (Visit.day, Visit.id), descending=True)
OLDEST = Sort("oldest", (Visit.day, Visit.id))
BY_MONTH = Sort("month", (func.coalesce(Target.month, 13), Unit.sort_key, Target.id))
TABS = (
    (VisitState.PLANNED,),
    (VisitState.BEGUN,),
    (VisitState.REPORTED,),
    (VisitState.CONCLUDED, VisitState.CLOSED),
    (VisitState.CANCELLED,),
)
PLANS_OFFERED = 15
ARGUMENTS = frozenset("q plan unit alone mine plan_kind follow_up kind since until as_of state sort".split())
"""What the address of the list may ask for, beside the place of the page."""


@bp.get("/")
@for_roles(*READERS)
def index() -> ResponseReturnValue:
    asked = Asked()
    wanted = queries.Filter(
        text=asked.words(),
        plan=asked_plan(asked),
        within_unit=(unit := asked_unit(asked)),
        alone=bool(asked.choice("alone")),
        mine=bool(asked.choice("mine")),
        follow_up=bool(asked.choice("follow_up")),
        kinds=asked.among("plan_kind", PlanKind),
        unit_kinds=asked.among("kind", UnitKind),
        since=asked.day("since"),
        until=asked.day("until"),
        as_of=asked.day("as_of"),
    )
    filters = dict(asked.said)
    states = asked.among("state", VisitState)
    tally = queries.tally(actor(), wanted)
    sort = OLDEST if asked.args.get("sort") == OLDEST.name else LATEST
    found = page(queries.listing(actor(), replace(wanted, states=states)), sort)
    body = render_template(
        "visits/index.html",
        page=found,
        tabs=[(tab, sum(tally.get(state, 0) for state in tab)) for tab in TABS],
        everything=sum(tally.values()),
        total=sum(number for state, number in tally.items() if not states or state in states),
        states=states,
        said=asked.said | ({"sort": sort.name} if sort is OLDEST else {}),
        filters=filters,
        problems=asked.problems,
        sort=sort.name,
        wanted=wanted,
        plans=_plans(wanted.plan),
        unit=unit,
        has_teams=bool(actor().seats),
        may_log_self=bool({Role.OFFICER, Role.REVIEWER} & actor().roles),
    )
    return body, 422 if asked.problems else 200


@bp.get("/schedule")
@for_roles(*READERS)
def schedule() -> ResponseReturnValue:
    """The units behind every figure of coverage: `?plan=`, `?begun=1`, `?kind=`, `?as_of=`."""
    asked = Asked()
    q, plan, unit = asked.words(), asked_plan(asked), asked_unit(asked)
    kinds, begun, as_of = asked.among("kind", UnitKind), asked.choice("begun"), asked.day("as_of")
    rows = queries.schedule(
        actor(), as_of or clock.today(), plan=plan, kinds=kinds, begun=begun, text=q, within_unit=unit
    )
    body = render_template(
        "visits/schedule.html",
        page=page(rows, BY_MONTH),
        total=count(rows),
        said=asked.said,
        problems=asked.problems,
        q=q,
        plan=plan,
        plans=_plans(plan),
        unit=unit,
        unit_kinds_asked=kinds,
        begun=begun,
        as_of=as_of,
    )
    return body, 422 if asked.problems else 200


def _plans(chosen: Plan | None) -> list[tuple[int, str]]:
    """The latest plans, to choose one of in a filter, and the chosen one."""
    latest = plans.latest(actor(), PLANS_OFFERED)
    rows = [(row.id, row.number or row.title) for row in latest]
    if chosen is not None and chosen.id not in {row.id for row in latest}:
        rows.append((chosen.id, chosen.number or chosen.title))
    return rows
