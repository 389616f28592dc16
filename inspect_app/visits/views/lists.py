"""Visits, and the units that plans mean to inspect, as lists that can be filtered, sent and counted."""

from dataclasses import replace

from flask import render_template
from flask.typing import ResponseReturnValue

from inspect_app.core import clock, counting
from inspect_app.core.actor import Role
from inspect_app.core.shapes import filling_with
from inspect_app.plans import queries as plans
from inspect_app.plans.queries.offered import offered
from inspect_app.visits import queries
from inspect_app.visits.forms import BY_MONTH, OLDEST, of_one_year, schedule_from, visits_from
from inspect_app.visits.models import VisitState
from inspect_app.visits.views.shared import READERS, bp
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.listing import so_many
from inspect_app.web.paging import count, page
from inspect_app.workdays.periods import year_to_show

TABS = (
    (VisitState.PLANNED,),
    (VisitState.BEGUN,),
    (VisitState.REPORTED,),
    (VisitState.CONCLUDED, VisitState.CLOSED),
    (VisitState.CANCELLED,),
)
ARGUMENTS = frozenset("q plan unit alone mine plan_kind follow_up kind since until as_of state sort".split())
"""What the address of the list may ask for, beside the place of the page."""


@bp.get("/")
@for_roles(*READERS)
def index() -> ResponseReturnValue:
    asked = Asked()
    wanted, sort = visits_from(asked, actor())
    states = wanted.states
    tally = queries.tally(actor(), wanted)
    total = sum(number for state, number in tally.items() if not states or state in states)
    found = page(
        queries.chosen(actor(), wanted, total=total),
        sort,
        told=queries.told(wanted.as_of),
        kept=True,
        filling=filling_with(actor(), wanted),
    )
    body = render_template(
        "visits/index.html",
        page=found,
        tabs=[(tab, so_many(sum(tally.get(state, 0) for state in tab))) for tab in TABS],
        everything=so_many(sum(tally.values())),
        total=total,
        most=counting.MOST_COUNTED,
        states=states,
        said=asked.said | ({"sort": sort.name} if sort is OLDEST else {}),
        filters={name: value for name, value in asked.said.items() if name != "state"},
        problems=asked.problems,
        sort=sort.name,
        wanted=wanted,
        plans=offered(actor(), wanted.plan.id if wanted.plan else None),
        unit=wanted.within_unit,
        has_teams=bool(actor().seats),
        may_log_self=bool({Role.OFFICER, Role.REVIEWER} & actor().roles),
    )
    return body, 422 if asked.problems else 200


@bp.get("/schedule")
@for_roles(*READERS)
def schedule() -> ResponseReturnValue:
    """The units behind every figure of coverage."""
    asked = Asked()
    wanted = schedule_from(asked, actor())
    day, narrowed = wanted.as_of or clock.today(), bool(asked.said)
    years = [] if wanted.plan else plans.years(actor())
    wanted = of_one_year(wanted, asked, year_to_show(day, years))
    rows, keys = queries.planned(actor(), wanted, day)
    asking = filling_with(actor(), wanted)
    body = render_template(
        "visits/schedule.html",
        page=page(rows, replace(BY_MONTH, keys=keys), told=queries.told_of(actor(), day), kept=True, filling=asking),
        total=count(rows, kept=True, filling=asking),
        said=asked.said,
        narrowed=narrowed,
        problems=asked.problems,
        q=wanted.text,
        years=sorted({*years, wanted.year}, reverse=True) if wanted.year else [],
        plan=wanted.plan,
        plans=offered(actor(), wanted.plan.id if wanted.plan else None),
        unit=wanted.unit,
        unit_kinds_asked=wanted.kinds,
        begun=wanted.begun,
        as_of=wanted.as_of,
    )
    return body, 422 if asked.problems else 200
