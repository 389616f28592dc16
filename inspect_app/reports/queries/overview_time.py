"""The overview in time: how the year came to its figures month by month, and what happened in a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.core.these import one_of
from inspect_app.findings.models import Finding, Span
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries import seen_by
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reports.queries.days import Month
from inspect_app.reports.queries.overview_lines import View, of_the_units, place_of
from inspect_app.reports.queries.tally import Grouping
from inspect_app.reports.queries.trend import by_month, changes_of
from inspect_app.units.models import Unit
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.queries import known_on, open_to, state_on
from inspect_app.workdays.periods import Period

BEGUN = (VisitState.BEGUN, VisitState.REPORTED, VisitState.CONCLUDED, VisitState.CLOSED)
BY_TEAMS = (PlanKind.SCHEDULED, PlanKind.SURPRISE)


@dataclass(frozen=True, slots=True)
class Flow:
    """What happened from the first to the last day of `period`, under whichever plans, as seen on its last day."""

    period: Period
    visits: int
    """Begun by teams, follow-ups among them; not cancelled since."""
    issued: int
    """Findings, without those withdrawn since."""
    resolved: int
    """And not reopened since."""
    on_time: int
    lapsed: int
    """Became overdue: they were not on the day before, and then were on some day of the period."""


def flow(actor: Actor, view: View, period: Period) -> Flow:
    """One statement. `period` ends on or before the day that is looked at, and is seen as of that day.

    Columns: visits, issued, resolved, on_time, lapsed.
    """
    rows, facts = f.facts_on(select().select_from(Finding).where(seen_by(actor)), view.day.past)
    issued = facts.issued_on.between(period.first, period.last)
    done = facts.resolved_on.between(period.first, period.last)
    lapsed = f.became_overdue(period.first, period.last)
    found = (
        rows.where(_stirred_since(period.first), f.counted(facts), or_(issued, done, lapsed))
        .where(*of_the_units(view, place_of(view, facts)))
        .add_columns(
            func.count().filter(issued).label("issued"),
            func.count().filter(done).label("resolved"),
            func.count().filter(done, f.on_time(facts)).label("on_time"),
            func.count().filter(lapsed).label("lapsed"),
        )
        .subquery()
    )
    row = db.session.execute(select(_visits(actor, view, period), *found.c))
    return Flow(period, *row.one())


def _stirred_since(day: date) -> ColumnElement[bool]:
    """To none of the other findings anything happened since then: they were not changed, and cannot become overdue.

    Of ten years these are most, and PostgreSQL would rather read all spans than look up those of so many.
    """
    return or_(Finding.moved_on >= day, f.live(Finding))


def _visits(actor: Actor, view: View, period: Period) -> ColumnElement[int]:
    rows = (
        select(func.count())
        .select_from(Visit)
        .join(Visit.plan)
        .join(Visit.unit)
        .where(open_to(actor), known_on(view.day.on), state_on(view.day.on).in_(BEGUN))
        .where(Visit.day.between(period.first, period.last), Plan.kind.in_(BY_TEAMS))
    )
    return (rows.where(Unit.kind.in_(view.kinds)) if view.kinds else rows).scalar_subquery()


def changes_by_month(actor: Actor, view: View, plan_ids: Iterable[int]) -> dict[Month, tuple[int, int]]:
    """Of the findings under these plans, counted for the units looked at: for `line_through`. One statement."""
    asked = {**filling_of(actor), "plans": [*plan_ids]}
    return by_month(db.session.execute(_changes(shape_of(actor), view), asked))


@built_once
def _changes(actor: Actor, view: View) -> Select[Any]:
    by_day = view.by is Grouping.RESPONSIBLE
    places = of_the_units(view, place_of(view, Span if by_day else Finding))
    return changes_of(
        actor,
        view.day,
        spans=(one_of(Span.plan_id, "plans"), *(places if by_day else [])),
        findings=(one_of(Finding.plan_id, "plans"), *([] if by_day else places)),
    )
