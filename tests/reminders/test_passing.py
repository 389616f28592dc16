"""A day's pass: whom time alone gives something to be told."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.plans.models import PlanKind
from inspect_app.reminders.models import Notice
from inspect_app.reminders.services.passing import remind
from inspect_app.units.models import Unit
from inspect_app.workdays import queries as workdays


@pytest.fixture
def on(make):
    """`on(day)`: what the pass of that day tells, as (who, rule) in order of telling."""

    def told(day):
        before = max(make.session.scalars(select(Notice.id)).all(), default=0)
        remind(today=day, at=clock.now())
        make.session.commit()
        new = select(Notice.recipient_id, Notice.rule_code).where(Notice.id > before).order_by(Notice.id)
        return [(row.recipient_id, row.rule_code) for row in make.session.execute(new)]

    return told


@pytest.fixture
def deadline():
    """A working day, some weeks ahead."""
    return workdays.calendar().next_working(clock.today() + timedelta(days=60))


def finding_due(make, deadline, state="open", **given):
    finding = make.finding(state, fixed_deadline=deadline, **given)
    return finding, make.officer(make.session.get_one(Unit, finding.responsible_unit_id))


def test_a_pass_that_is_run_again_tells_nothing_again(make, on, deadline):
    _finding, officer = finding_due(make, deadline)
    assert on(deadline) == [(officer.id, "due")]
    assert on(deadline) == []


def test_a_missed_pass_is_made_up_for_by_the_latest_reminder_alone(make, on, deadline):
    _finding, officer = finding_due(make, deadline)
    assert on(deadline + timedelta(days=40)) == [(officer.id, "after")]


def test_each_week_after_the_deadline_it_is_told_again(make, on, deadline):
    _finding, officer = finding_due(make, deadline)
    weeks = [on(deadline + timedelta(days=days)) for days in (14, 15, 28)]
    assert weeks == [[(officer.id, "after")], [], [(officer.id, "after")]]


@pytest.mark.parametrize("state", ["submitted", "disputed", "resolved", "withdrawn", "recorded"])
def test_a_unit_that_has_nothing_to_do_is_not_reminded(make, on, deadline, state):
    finding_due(make, deadline, state)
    assert [code for _who, code in on(deadline) if not code.startswith("wait:")] == []


def test_a_later_deadline_is_reminded_of_anew(make, on, deadline):
    finding, officer = finding_due(make, deadline)
    on(deadline)
    finding.deadline = deadline + timedelta(days=28)
    make.session.commit()
    assert on(finding.deadline) == [(officer.id, "due")]


def test_the_officer_in_charge_is_told_with_those_of_the_unit(make, on, deadline):
    above = make.unit()
    unit = make.unit(parent=above)
    finding, officer = finding_due(make, deadline, unit=unit)
    in_charge, stranger = make.person(Role.OFFICER, above), make.person(Role.OFFICER, make.unit())
    finding.assignee_id = in_charge.id
    make.session.commit()
    assert on(deadline) == [(in_charge.id, "due"), (officer.id, "due")]
    finding.assignee_id, finding.deadline = stranger.id, deadline + timedelta(days=28)
    make.session.commit()
    assert on(finding.deadline) == [(officer.id, "due")]


def test_a_pass_costs_the_same_for_one_finding_and_for_many(make, deadline):
    finding_due(make, deadline)
    alone = statements_of(lambda: remind(today=deadline, at=clock.now()))
    for _ in range(2):
        finding_due(make, deadline)
    assert statements_of(lambda: remind(today=deadline, at=clock.now())) == alone


def statements_of(act):
    counted = []
    connection: Any = db.engines[None]

    def note(_connection, _cursor, statement, *_rest):
        counted.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return len(counted)


# Those who decide


def test_the_team_is_reminded_of_what_waits_for_it_too_long_and_again_each_week(make, on):
    team = make.team()
    member = make.sitting(team)
    make.finding("submitted", team=team)
    head, today = make.head_of(team), clock.today()
    told = {(head.id, "wait:verify"), (member.id, "wait:verify")}
    assert set(on(today + timedelta(days=2))) & told == set()
    later = (today + timedelta(days=days) for days in range(3, 30))
    first = next(day for day in later if set(on(day)) >= told)
    again = [days for days in range(1, 15) if told & set(on(first + timedelta(days=days)))]
    assert again == [again[0], again[0] + 7]


def test_what_a_unit_found_itself_waits_for_reviewers_above_it(make, on):
    finding = make.finding("submitted")
    own = make.person(Role.REVIEWER, make.session.get_one(Unit, finding.responsible_unit_id))
    finding.team_id = None
    make.session.commit()
    told = on(clock.today() + timedelta(days=20))
    assert (make.reviewer.id, "wait:verify") in told
    assert own.id not in {who for who, _code in told}


def test_a_visit_whose_result_was_not_sent_is_its_teams(make, on):
    team = make.team()
    make.visit("begun", team=team)
    assert on(clock.today() + timedelta(days=20)) == [(make.head_of(team).id, "wait:report")]


def test_a_surprise_visit_that_has_not_begun_is_told_to_nobody(make, on):
    unit = make.unit()
    make.officer(unit)
    make.visit("planned", plan=make.plan(PlanKind.SURPRISE), unit=unit)
    assert on(date(clock.today().year + 1, 1, 4)) == []
