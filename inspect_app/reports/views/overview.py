"""The overview of a year, and comparing two years or two units. Only reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.plans import queries as plans
from inspect_app.reports.forms.comparing import comparison_from
from inspect_app.reports.forms.overview import OverviewLinks, overview_from
from inspect_app.reports.queries.overview.compare import areas_of_both, days, points, side
from inspect_app.reports.queries.overview.known import plans_of
from inspect_app.reports.queries.overview.ranking import Part, Place
from inspect_app.reports.queries.overview.shown import Named
from inspect_app.reports.queries.overview.whole import overview
from inspect_app.reports.views.charts import trend_charts
from inspect_app.web import standby
from inspect_app.web.access import actor, for_roles
from inspect_app.workdays.periods import PeriodCode, period, reporting_year

bp = Blueprint("overview", __name__, url_prefix="/overview")

READERS = (Role.REVIEWER, Role.VIEWER)
PLANS_SHOWN, PLANS_BEFORE = 15, 5
"""Lines for plans of the year, and of the year before."""
HOT = 10
"""Units that the heat map names one by one, unless all are asked for."""
ENDS, ONE_PAGE = 5, 200
"""Units shown from each end of the ranking, and on a page of all of it or of the whole heat map."""
PERIODS: Mapping[PeriodCode, Any] = {
    PeriodCode.YEAR: _l("Cả năm"),
    PeriodCode.Q1: _l("Quý I"),
    PeriodCode.HALF: _l("6 tháng đầu năm"),
    PeriodCode.Q3: _l("Quý III"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """The part of the ranking on the page."""

    first: Sequence[Place]
    between: int
    last: Sequence[Place]
    earlier: int | None = None
    """The place from which the page before begins."""
    later: int | None = None


@bp.get("")
@for_roles(*READERS)
@standby.reads_apart
def index() -> ResponseReturnValue:
    """What the address may ask for stands in `forms.overview`; what cannot be read is said above the figures."""
    today = clock.today()
    years = plans.years(actor())
    wanted = overview_from(request.args, today=today, years=years)
    places = Part(ONE_PAGE, wanted.ranked) if wanted.ranked else Part(ENDS)
    heat = Part(ONE_PAGE, wanted.all_units) if wanted.all_units else Part(HOT, 1)
    named = Named(PLANS_SHOWN, PLANS_BEFORE, heat, places)
    found = overview(wanted.view, actor=actor(), period=wanted.period, named=named)
    page = render_template(
        "reports/overview.html",
        found=found,
        view=wanted.view,
        wanted=wanted,
        links=OverviewLinks(wanted.view),
        years=sorted({*years, wanted.view.year, reporting_year(today)}, reverse=True),
        periods=[(code, word, period(code, wanted.view.year)) for code, word in PERIODS.items()],
        period_word=PERIODS[wanted.code] if wanted.code else "",
        charts=trend_charts(found.trend),
        heat=heat,
        ranking=shown_of(found.units.ranking, found.units.number, places),
    )
    return page, 422 if wanted.problems else 200


@bp.get("/compare")
@for_roles(*READERS)
@standby.reads_apart
def compare() -> ResponseReturnValue:
    """Two years, or with `?by=units` two units in one year; the address is told of in `forms.comparing`."""
    today = clock.today()
    years = plans.years(actor())
    wanted = comparison_from(request.args, today=today, years=years)
    if wanted.by_name:
        return redirect(wanted.here())
    sides = []
    if wanted.is_complete:
        of_both = plans_of(actor(), wanted.first.year, wanted.second.year)
        asked = ((wanted.first, wanted.one), (wanted.second, wanted.other))
        sides = [side(actor(), view, of_both, each.unit) for view, each in asked]
    page = render_template(
        "reports/overview_compare.html",
        wanted=wanted,
        view=wanted.first,
        sides=sides,
        links=[OverviewLinks(one.view) for one in sides],
        areas=areas_of_both(*sides) if sides else [],
        points=points,
        days=days,
        years=sorted({*years, wanted.first.year, wanted.second.year, reporting_year(today)}, reverse=True),
    )
    return page, 422 if wanted.problems else 200


def shown_of(places: Sequence[Place], last: int, part: Part) -> Shown:
    """Both ends, or a page; few are shown whole. `last` is the number of all there are."""
    if part.holding is None:
        between = last - len(places)
        return Shown(places[: part.size], between, places[part.size :]) if between else Shown(places, 0, [])
    return Shown(places, 0, [], part.earlier(last), part.later(last))
