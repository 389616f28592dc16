"""What happened in a period is what the days say, whoever asks and whenever."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.findings.models import COUNTED, LIVE, Span
from inspect_app.reports.queries import Day, Grouping
from inspect_app.reports.queries.overview.lines import View
from inspect_app.reports.queries.overview.time import flow
from inspect_app.units.models import Unit, UnitKind
from inspect_app.workdays.periods import Period
from tests.reports.test_overview_kept import YEAR, Told
from tests.support.days import TODAY, ago


@pytest.fixture
def told(make):
    return Told(make)


def plainly(view: View, period: Period) -> tuple[int, ...]:
    """Issued, resolved, on time and lapsed: day by day, of whatever was written of each finding."""
    kinds = dict(db.session.execute(select(Unit.id, Unit.kind)).all())
    told = defaultdict(list)
    for span in db.session.scalars(select(Span)):
        told[span.finding_id].append(span)
    before, days = period.first - timedelta(days=1), (period.last - period.first).days + 1

    def during(day: date | None) -> bool:
        return day is not None and period.first <= day <= period.last

    def late(spans: list[Span], day: date) -> bool:
        one = on(spans, day)
        return (
            one is not None
            and one.state in LIVE
            and not one.in_time
            and one.deadline is not None
            and one.deadline < day
        )

    def on(spans: list[Span], day: date) -> Span | None:
        return next((span for span in spans if span.since <= day < span.until), None)

    numbers = [0, 0, 0, 0]
    for spans in told.values():
        then = on(spans, view.day.on)
        if then is None or then.state not in COUNTED:
            continue
        place = then.responsible_unit_id if view.by is Grouping.RESPONSIBLE else then.unit_id
        if view.kinds and kinds[place] not in view.kinds:
            continue
        lapsed = any(late(spans, period.first + timedelta(days=n)) for n in range(days)) and not late(spans, before)
        resolved = during(then.resolved_on)
        in_time = resolved and then.days_late is not None and then.days_late <= 0
        said = during(then.issued_on), resolved, in_time, lapsed
        numbers = [number + one for number, one in zip(numbers, said, strict=True)]
    return tuple(numbers)


@pytest.mark.parametrize("past", [0, 4, 21])
def test_what_happened_is_what_the_days_say(told, past):
    day = Day(ago(past), TODAY)
    periods = [Period(ago(first), ago(last)) for first, last in ((600, past), (95, 50), (66, past), (22, 21))]
    for kinds, by in product(((), (UnitKind.DISTRICT,), (UnitKind.COMMUNE, UnitKind.DEPARTMENT)), Grouping):
        view = View(YEAR, day, kinds=kinds, by=by)
        for period in periods:
            expected = plainly(view, period)
            found = flow(told.leader, view, period)
            assert (found.issued, found.resolved, found.on_time, found.lapsed) == expected


def test_what_was_withdrawn_since_or_reopened_is_told_as_it_was(told):
    told.story.tell(told.first[1].id, "reopen", ago(1))
    view, period = View(YEAR, Day(ago(2), TODAY)), Period(ago(20), ago(2))
    found = flow(told.leader, view, period)
    assert (found.issued, found.resolved, found.on_time, found.lapsed) == plainly(view, period) == (0, 1, 0, 0)
    view, period = View(YEAR, Day(ago(11), TODAY)), Period(ago(600), ago(11))
    found = flow(told.leader, view, period)
    assert (found.issued, found.resolved, found.on_time, found.lapsed) == plainly(view, period) == (9, 2, 2, 4)


def test_of_a_part_as_much_is_told_as_happened_there(told, make):
    reader = make.actor(make.person(Role.REVIEWER, told.district))
    whole, view = Period(ago(600), TODAY), View(YEAR, Day(TODAY, TODAY))
    found = flow(reader, view, whole)
    assert (found.visits, found.issued, found.resolved, found.lapsed) == (2, 3, 0, 2)


@pytest.mark.parametrize("past", [0, 2])
def test_what_became_overdue_in_a_period_is_told_though_nothing_was_changed_since(told, past):
    period, day = Period(ago(69), ago(50)), Day(ago(past), TODAY)
    for reader in (told.leader, told.with_two_hats):
        happened = flow(reader, View(YEAR, day), period)
        assert (happened.visits, happened.issued, happened.resolved, happened.lapsed) == (1, 3, 1, 2)
