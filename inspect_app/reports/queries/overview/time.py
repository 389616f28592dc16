"""The overview in time: how the year came to its figures month by month, and what happened in a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.reading_order import ids_among
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.core.these import one_of
from inspect_app.findings.models import Finding, Span, State
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries import seen_by
from inspect_app.findings.queries.scope import sees_all_issued
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reports.queries.days import Month
from inspect_app.reports.queries.overview.lines import View, of_the_units, place_of
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
    lasting = view.by is Grouping.INSPECTED or not of_the_units(view, Finding.unit_id)
    everything = lasting and sees_all_issued(actor)
    found = _of_everything(view, period) if everything else _of_a_part(actor, view, period)
    row = db.session.execute(select(_visits(actor, view, period), *found.subquery().c))
    return Flow(period, *row.one())


def _of_everything(view: View, period: Period) -> Select[Any]:
    """Of units that findings do not leave: an index each leads to what was issued, resolved and late."""
    first, last, day = period.first, period.last, view.day.past
    rows = select(func.count()).select_from(Finding).where(*of_the_units(view, Finding.unit_id))
    issued = rows.where(Finding.issued_on.between(first, last))
    withdrawn, then = f.facts_on(issued.where(Finding.state == State.WITHDRAWN), day)
    late, facts = f.facts_on(rows.where(ids_among(Finding.id, f.overdue_since(first, last), walking=False)), day)
    parts = (
        done.where(of.resolved_on.between(first, last), *of_the_units(view, Finding.unit_id)).add_columns(
            of.state, of.days_late
        )
        for done, of in f.resolved_then(day)
    )
    resolved = union_all(*parts).subquery()
    return select(
        (issued.scalar_subquery() - withdrawn.where(then.state == State.WITHDRAWN).scalar_subquery()).label("issued"),
        func.count().label("resolved"),
        func.count().filter(f.on_time(resolved.c)).label("on_time"),
        late.where(f.counted(facts)).scalar_subquery().label("lapsed"),
    ).select_from(resolved)


def _of_a_part(actor: Actor, view: View, period: Period) -> Select[Any]:
    rows, facts = f.facts_on(select().select_from(Finding).where(seen_by(actor)), view.day.past)
    issued = facts.issued_on.between(period.first, period.last)
    done = facts.resolved_on.between(period.first, period.last)
    lapsed = f.became_overdue(period.first, period.last)
    return (
        rows.where(_stirred_since(period.first), f.counted(facts), or_(issued, done, lapsed))
        .where(*of_the_units(view, place_of(view, facts)))
        .add_columns(
            func.count().filter(issued).label("issued"),
            func.count().filter(done).label("resolved"),
            func.count().filter(done, f.on_time(facts)).label("on_time"),
            func.count().filter(lapsed).label("lapsed"),
        )
    )


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
