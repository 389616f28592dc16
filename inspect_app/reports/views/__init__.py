"""The page of a plan's report. Only reads."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.reports import queries
from inspect_app.reports.forms import Links, PlanReportForm, periods_of
from inspect_app.reports.views.charts import trend_charts
from inspect_app.reports.views.sentence import sentence
from inspect_app.web import standby
from inspect_app.web.access import actor, for_roles

bp = Blueprint("reports", __name__)


@bp.get("/plans/<id:plan_id>/report")
@for_roles(Role.REVIEWER, Role.VIEWER, Role.INSPECTOR, Role.OFFICER)
@standby.reads_apart
def plan(plan_id: int) -> ResponseReturnValue:
    """What the plan has come to on `?as_of=`, by the units of `?group=`, and what happened `?from=` … `?to=`.

    A day that cannot be shown is refused above the figures of today, a period above those that are shown unasked.
    """
    opened = queries.opened(actor(), plan_id) or abort(404)
    found, today = opened.plan, clock.today()
    form = PlanReportForm(request.args, today=today, year=found.year)
    accepted = form.validate()
    day, period, chosen = form.day, form.period, form.chosen
    form.fill(day.on, period)
    report = queries.report(found, actor=actor(), day=day, by=form.by, period=period)
    page = render_template(
        "reports/plan.html",
        report=report,
        form=form,
        links=Links(found.id, day, form.by),
        sentence=sentence(report),
        charts=trend_charts(report.trend),
        home=opened.home,
        frozen=opened.frozen,
        period=period,
        chosen=chosen,
        periods=periods_of(day.on, found.year),
    )
    return page, 200 if accepted else 422
