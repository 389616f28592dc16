"""What tasks say on the pages of lower features."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.plans.models import Plan
from inspect_app.tasks import queries
from inspect_app.tasks.queries import Filter, Timing
from inspect_app.units.models import Unit

AT_A_UNIT = 5
YEARS = 4


class Day(Protocol):
    @property
    def past(self) -> date | None: ...


class Profiled(Protocol):
    """What the page of a unit's profile tells of itself."""

    @property
    def unit(self) -> Unit: ...
    @property
    def day(self) -> Day: ...


class OfAYear(Protocol):
    """What the page of a year's overview tells of itself."""

    @property
    def year(self) -> int: ...
    @property
    def day(self) -> Day: ...


class OfAPlan(Protocol):
    """What the report on a plan of inspections tells of itself."""

    @property
    def plan(self) -> Plan: ...
    @property
    def day(self) -> Day: ...


def at_unit(actor: Actor, unit: Unit) -> Mapping[str, Any] | None:
    """On the unit's page: what it and the units under it were given by year, and what is due next."""
    return _given(actor, unit, None)


def on_profile(actor: Actor, subject: Profiled) -> Mapping[str, Any] | None:
    """The same as it was on the day of the profile."""
    return _given(actor, subject.unit, subject.day.past)


def of_year(actor: Actor, view: OfAYear) -> Mapping[str, Any] | None:
    """On the overview of a year: what its lists of tasks have come to."""
    lists = queries.lists_of(actor, view.year, today=clock.today(), as_of=view.day.past)
    return {"lists": lists, "year": view.year, "as_of": view.day.past} if lists else None


def beside_plan(actor: Actor, report: OfAPlan) -> Mapping[str, Any] | None:
    """On a plan's report: what whoever issued it gave as tasks in its year."""
    plan, as_of = report.plan, report.day.past
    lists = queries.lists_of(actor, plan.year, today=clock.today(), as_of=as_of, issuer=plan.issuing_unit_id)
    return {"lists": lists, "year": plan.year, "as_of": as_of} if lists else None


def _given(actor: Actor, unit: Unit, as_of: date | None) -> Mapping[str, Any] | None:
    if not actor.held(Role.REVIEWER, Role.VIEWER, Role.OFFICER):
        return None
    today = clock.today()
    years = queries.years_of(actor, unit, today=today, as_of=as_of)
    if not years:
        return None
    live = any(line.tally.live for line in years)
    rows = _next(actor, Filter(unit=unit, timing=Timing.LIVE, as_of=as_of), today) if live else []
    return {"unit": unit, "years": years[:YEARS], "rows": rows, "day": as_of or today, "as_of": as_of}


def _next(actor: Actor, wanted: Filter, today: date) -> list[Any]:
    """What is due first."""
    query, facts = queries.listed(actor, wanted, today=today)
    keys, _downwards = queries.sort_keys("due", facts)
    return list(db.session.execute(query.order_by(*keys).limit(AT_A_UNIT)))
