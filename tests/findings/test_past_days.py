"""Lists of a past day hold what was issued by then, in whatever order it was written down."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from inspect_app.core import counting
from inspect_app.core.actor import Role
from inspect_app.core.shapes import filling_with
from inspect_app.core.statements import spelt_out
from inspect_app.findings import queries, services
from inspect_app.findings.models import LIVE, Finding, Span, State
from inspect_app.findings.queries import Age, Filter, Timing, facts
from inspect_app.findings.services import custody
from inspect_app.findings.services.custody import Decision
from inspect_app.plans.models import Plan
from inspect_app.units.models import UnitKind
from tests.support.days import TODAY, ago

DAYS = [TODAY - timedelta(days=back) for back in (61, 60, 55, 50, 40, 30, 20, 10, 5, 3, 2, 1, 0)]
MANY = {"many": True, "few": False}


@pytest.fixture
def district(make):
    return make.unit(kind=UnitKind.DISTRICT)


@pytest.fixture
def ward(make, district):
    return make.unit(parent=district)


@pytest.fixture
def register(make, district, ward, session):
    """Written down in this order; the days do not follow it."""
    moved = make.finding(unit=make.unit(parent=district), day=ago(60), issued=ago(50))
    make.finding(unit=ward, day=ago(60), issued=ago(2))
    make.finding(State.WITHDRAWN, unit=ward, day=ago(40), issued=ago(30), judged=ago(20))
    make.finding(State.RESOLVED, unit=ward, day=ago(30), issued=ago(20), sent=ago(10), judged=ago(5))
    make.finding(unit=ward, day=ago(5), issued=ago(3))
    make.finding(unit=ward, day=ago(61), issued=ago(60), deadline_n=10)
    make.finding(State.RECORDED, unit=ward, day=ago(61))
    make.finding(unit=ward, day=ago(1), issued=ago(1))
    decision = Decision("15/QĐ-UBND", ago(10))
    custody.move(moved, ward, actor=make.actor(make.reviewer), decision=decision, on=ago(10), today=TODAY)
    session.commit()


def _then(session, day, *, holds=lambda _span: True):
    """Ids, the newest first, of what was issued by that day and as it then was."""
    spans = session.scalars(select(Span).where(Span.since <= day, Span.until > day, Span.state != State.RECORDED))
    return sorted((span.finding_id for span in spans if holds(span)), reverse=True)


def _between(name, first, last):
    return lambda span: getattr(span, name) is not None and first <= getattr(span, name) <= last


def _overdue_for(day, least, most):
    """On `day` it was overdue for so many days; below 1 are days that it still had."""
    return lambda span: _waits(span) and least <= (day - span.deadline).days <= most


def _waits(span):
    """Nothing came of it in time."""
    return span.state in LIVE and not span.in_time


def _listed(session, actor, wanted, *, sort="newest", many):
    query, of_day = queries.chosen(actor, wanted, sort=sort, many=many, first=True, today=TODAY)
    keys, downwards = queries.sort_keys(sort, of_day, wanted, many=many)
    ordered = query.order_by(*(key.desc() if downwards else key for key in keys))
    return [row.id for row in session.execute(ordered, filling_with(actor, wanted))]


@pytest.mark.parametrize("many", MANY.values(), ids=MANY)
def test_whoever_sees_everything_is_shown_what_was_issued_by_the_day(register, make, session, many):
    for person in (make.reviewer, make.person(Role.VIEWER, make.root)):
        actor = make.actor(person)
        for day in DAYS:
            assert _listed(session, actor, Filter(as_of=day), many=many) == _then(session, day), (person.username, day)


@pytest.mark.parametrize("many", MANY.values(), ids=MANY)
def test_a_part_of_the_country_is_shown_what_was_issued_there(register, make, district, ward, session, many):
    everything, there = make.actor(make.reviewer), make.actor(make.person(Role.REVIEWER, district))
    at_the_ward = set(session.scalars(select(Finding.id).where(Finding.unit_id == ward.id)))
    for day in DAYS:
        then = _then(session, day)
        assert _listed(session, there, Filter(as_of=day), many=many) == then, day
        found_there = [number for number in then if number in at_the_ward]
        assert _listed(session, everything, Filter(as_of=day, unit=ward), many=many) == found_there, day


@pytest.mark.parametrize("many", MANY.values(), ids=MANY)
def test_what_is_told_of_the_day_narrows_it(register, make, session, many):
    actor = make.actor(make.reviewer)
    for day in DAYS:
        narrowings: list[tuple[dict[str, Any], Callable[[Span], Any]]] = [
            ({"states": (State.OPEN,)}, lambda span: span.state is State.OPEN),
            ({"states": (State.WITHDRAWN,)}, lambda span: span.state is State.WITHDRAWN),
            ({"timing": Timing.LIVE}, lambda span: span.state in LIVE),
            ({"timing": Timing.OVERDUE}, _overdue_for(day, 1, 9999)),
            ({"timing": Timing.SOON}, _overdue_for(day, -7, 0)),
            ({"age": Age.MONTH}, _overdue_for(day, 1, 30)),
            ({"counted": True}, lambda span: span.state is not State.WITHDRAWN),
            ({"areas": ("KL",)}, lambda span: span.area_code == "KL"),
        ]
        for days in (ago(50), ago(20)), (ago(30), ago(30)), (ago(9), ago(4)), (ago(2), date.max):
            narrowings.append(({"issued": days}, _between("issued_on", *days)))
        for days in (ago(8), ago(5)), (date.min, ago(3)), (ago(4), ago(1)):
            narrowings.append(({"done": days}, _between("resolved_on", *days)))
        for narrow, holds in narrowings:
            wanted, then = Filter(as_of=day, **narrow), _then(session, day, holds=holds)
            assert queries.counts(actor, wanted, today=TODAY).total == len(then), (day, narrow)
            assert _listed(session, actor, wanted, many=many) == then, (day, narrow)
            every = sorted(_listed(session, actor, wanted, sort="deadline", many=many), reverse=True)
            assert every == then, (day, narrow)


@pytest.mark.parametrize("many", MANY.values(), ids=MANY)
def test_a_past_day_is_sorted_by_the_deadlines_of_that_day(register, make, session, many):
    """Some were put off or brought back since."""
    postponed = session.scalars(select(Finding).where(Finding.state == State.OPEN).order_by(Finding.deadline)).first()
    told: dict[str, Any] = {"until": TODAY + timedelta(99), "reason": "Chờ kinh phí.", "on": ago(4), "today": TODAY}
    services.extend(postponed, actor=make.actor(make.reviewer), **told)
    session.commit()
    people = make.reviewer, make.person(Role.VIEWER, make.root), make.person(Role.REVIEWER, make.root)
    for actor in map(make.actor, people):
        for day in DAYS:
            spans = session.scalars(select(Span).where(Span.since <= day, Span.until > day))
            due = {span.finding_id: span.deadline for span in spans}
            by_deadline = [number for _due, number in sorted((due[number], number) for number in _then(session, day))]
            for sort, then in (("deadline", by_deadline), ("-deadline", by_deadline[::-1])):
                assert _listed(session, actor, Filter(as_of=day), sort=sort, many=many) == then, (day, sort)


def test_the_page_of_a_past_day_counts_and_shows_the_same(register, make, browser, session, monkeypatch):
    monkeypatch.setattr(counting, "MOST_COUNTED", 1)
    codes = dict(session.execute(select(Finding.id, Finding.code)).all())
    browser.signed_in_as(make.reviewer)
    for day in DAYS:
        for sort in ("newest", "-newest", "deadline", "unit"):
            page = browser.get("findings.index", as_of=day.isoformat(), sort=sort)
            shown = {code for code in codes.values() if code in page.main}
            assert shown == {codes[number] for number in _then(session, day)}, (day, sort)


def test_what_was_issued_or_live_by_a_day_is_told_by_thousands_of_findings(register, session, monkeypatch):
    """Whatever the order in which they were written down, and however many there are in one."""
    for size in (1, 2, 3, 1000):
        monkeypatch.setattr(facts, "_BLOCK", spelt_out(size))
        for day in DAYS:
            issued = session.scalars(select(Finding.id).where(Finding.issued_on <= day)).all()
            last = session.scalar(select(facts.latest_by(day)))
            assert last // size == max((number // size for number in issued), default=0), (size, day)
            assert last % size == size - 1, "the whole of it"
            later = session.scalars(select(Finding.id).where(Finding.issued_on >= day)).all()
            first = session.scalar(select(facts.earliest_from(day)))
            assert first <= min(later, default=first), (size, day)
            assert not later or min(later) - first < size, "no more than the rest of it"
            live = select(Span.finding_id).where(Span.since <= day, Span.until > day, facts.live_on(Span, day))
            then = _then(session, day, holds=lambda span: span.state in LIVE)
            assert sorted(session.scalars(live), reverse=True) == then, (size, day)


def test_what_was_live_in_a_place_is_found_by_its_day(register, make, district, ward, session):
    city = make.unit(kind=UnitKind.CITY)
    finding = make.finding(unit=make.unit(parent=city), day=ago(40), issued=ago(30))
    session.commit()
    year = session.scalar(select(Plan.year).where(Plan.id == finding.plan_id))
    there, everything = make.actor(make.person(Role.VIEWER, city)), make.actor(make.reviewer)
    for day in DAYS:
        found = [number for number in _then(session, day) if number == finding.id]
        for narrow in ({"states": LIVE}, {"timing": Timing.LIVE}, {"states": (State.OPEN,), "year": year}):
            for actor, unit in ((there, None), (everything, city)):
                assert _listed(session, actor, Filter(as_of=day, unit=unit, **narrow), many=False) == found, (
                    day,
                    narrow,
                )
