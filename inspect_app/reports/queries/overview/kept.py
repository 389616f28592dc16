"""The overview of today for whoever sees everything: read from what is kept beside findings, not from findings.

What is overdue changes with the calendar; it comes from the findings that are live, through their index. The database
adds up and ranks what there is; what a page names leaves it. A figure says here what `lines`,
`plans` and `time` would count.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy import Date as SqlDate

from inspect_app.core.actor import Actor, Role, covers_everything
from inspect_app.core.db import db
from inspect_app.core.statements import built_once
from inspect_app.findings.models import FOREVER, By, Finding, FindingCount, Span
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.kept import key_of
from inspect_app.plans.models import Plan
from inspect_app.reports.queries.overview import kept_plans
from inspect_app.reports.queries.overview.kept_units import Year, year
from inspect_app.reports.queries.overview.lines import (
    A_WEEK,
    Before,
    Numbers,
    View,
    in_year,
    of_the_kinds,
    place_of,
    under_plans_of,
)
from inspect_app.reports.queries.overview.rows import of_their_kinds
from inspect_app.reports.queries.overview.shown import Named, PlanLines, UnitLines

MOST_BY_NAME = 200
"""Units that a statement names one by one."""


def tells(actor: Actor, view: View) -> bool:
    """Whether what is kept is what this reader may see: all that was issued, today, at all units or some kinds of them.

    A leader sees of visits what was reported; who wears another hat besides may see more, and is not told this way.
    """
    if not view.is_of_today:
        return False
    if _reviews(actor):
        return True
    others = actor.seats or actor.held(Role.REVIEWER, Role.OFFICER)
    return not others and covers_everything(actor.held(Role.VIEWER))


def _reviews(actor: Actor) -> bool:
    return covers_everything(actor.held(Role.REVIEWER))


def told(actor: Actor, view: View, named: Named) -> tuple[PlanLines, Year, Before]:
    """Three statements."""
    plans = kept_plans.plans(view, named, reviewer=_reviews(actor))
    found = year(view, named)
    plans, before = _details(view, found.units, plans)
    return plans, found, before


# What is said of few lines only, and of other days


def _details(view: View, units: UnitLines, plans: PlanLines) -> tuple[PlanLines, Before]:
    """The plans named with their `last_due`, and what the tiles compare with; gives the units named their areas."""
    day = view.day.on
    week, then = day - A_WEEK, in_year(day, day.year - 1)
    by_name = len(units.left) <= MOST_BY_NAME
    asked = {"plans": [plan.id for plan in (*plans.of_year, *plans.earlier)]}
    if by_name:
        asked["units"] = [unit.id for unit in units.left]
    were_late, on_time, resolved, last_due = 0, 0, 0, dict[int, date]()
    named = {unit.id: unit for unit in units.left}
    for what, key, code, number, more, last in db.session.execute(_each_detail(view, by_name), asked):
        if what == "unit":
            if key in named:
                named[key].by_area[code] = Numbers(counted=number, overdue=more)
        elif what == "plan":
            last_due[key] = last
        elif what == "year":
            on_time, resolved = int(number), int(more)
        else:
            were_late += number
    shown, earlier = (
        [plan._replace(last_due=last_due.get(plan.id)) for plan in lines] for lines in (plans.of_year, plans.earlier)
    )
    return replace(plans, of_year=shown, earlier=earlier), Before(week, were_late, then, on_time, resolved)


@built_once
def _each_detail(view: View, by_name: bool) -> CompoundSelect[Any]:
    """Columns: what (a unit, a plan, the week or the year before), key, code, number, more, day. To be filled in:
    `plans`, and `units` where they are asked for by name.
    """
    day = view.day.on
    week, then = day - A_WEEK, in_year(day, day.year - 1)
    place, no_day = place_of(view, Finding), cast(null(), SqlDate)
    of_year = and_(Plan.id == Finding.plan_id, Plan.year == view.year)
    live_there = (
        select(literal("unit"), place, Finding.area_code, func.count(), _overdue_number(day), no_day)
        .join(Plan, of_year)
        .where(f.live(Finding), *of_the_kinds(view, place))
        .group_by(place, Finding.area_code)
    )
    if by_name:
        live_there = live_there.where(place.in_(bindparam("units", expanding=True)))
    latest = (
        select(literal("plan"), Finding.plan_id, _no_word(), literal(0), literal(0), func.max(Finding.deadline))
        .where(f.live(Finding), Finding.plan_id.in_(bindparam("plans", expanding=True)), *of_the_kinds(view, place))
        .group_by(Finding.plan_id)
    )
    a_year_before = select(
        *(literal("year"), literal(0), _no_word()),
        *(func.coalesce(func.sum(number), 0) for number in (FindingCount.on_time, FindingCount.resolved)),
        no_day,
    ).where(
        *(FindingCount.year == view.year - 1, FindingCount.by == By.DAY, FindingCount.key <= key_of(then)),
        *of_their_kinds(view),
    )
    return union_all(live_there, latest, a_year_before, *_overdue_then(view, week, no_day))


def _overdue_then(view: View, day: date, no_day: Any) -> Iterable[Select[Any]]:
    """What was overdue on a day not long ago: what is today and was due by then, less what has become so since, and
    what has ceased to be.
    """
    becoming = select().where(f.overdue(Span, day), Span.since > day, Span.until == FOREVER)
    ceasing = select().where(f.overdue(Span, day), Span.since <= day, Span.until > day, Span.until < FOREVER)
    parts = ((Finding, 1, select().where(f.overdue(Finding, day))), (Span, -1, becoming), (Span, 1, ceasing))
    for facts, sign, rows in parts:
        there = (under_plans_of(facts, view.year), *of_the_kinds(view, place_of(view, facts)))
        number = rows.where(*there).add_columns(sign * func.count())
        yield select(literal("week"), literal(0), _no_word(), number.scalar_subquery(), literal(0), no_day)


def _no_word() -> ColumnElement[str]:
    return cast(literal(""), String)


def _overdue_number(day: date) -> ColumnElement[int]:
    return func.count().filter(f.overdue(Finding, day))
