"""When which reminder about a deadline is due, and rules as administrators edit them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.errors import Invalid, NotAllowed, Stale
from inspect_app.reminders.policy import RULES, Decided, step_on
from inspect_app.reminders.queries.rules import edited, rules
from inspect_app.reminders.services.settings import edit_rule
from inspect_app.workdays.policy import Calendar

DECIDED = {code: Decided(code, told.days) for code, told in RULES.items()}
ISSUED = date(2026, 3, 2)
THURSDAY = date(2026, 4, 2)
MONDAY = date(2026, 4, 6)

STEPS = """
2026-03-25  -
2026-03-26  before:first
2026-03-29  before:first
2026-03-30  before:second
2026-04-01  before:third
2026-04-02  due
2026-04-08  due
2026-04-09  after
2026-04-16  after
"""


def step(today: date, deadline: date, *, issued: date = ISSUED, **changed: Decided):
    calendar = Calendar({})
    given = {**DECIDED, **{name.replace("_", ":"): rule for name, rule in changed.items()}}
    return step_on(today, deadline=deadline, issued_on=issued, rules=given, calendar=calendar)


@pytest.mark.parametrize(("day", "code"), [line.split() for line in STEPS.strip().splitlines()])
def test_the_latest_reminder_that_is_due(day, code):
    found = step(date.fromisoformat(day), THURSDAY)
    assert (found.code if found else "-") == code


def test_after_the_deadline_each_week_is_a_reminder_of_its_own():
    weeks = [step(THURSDAY + timedelta(days=passed), THURSDAY) for passed in (7, 9, 14, 70)]
    assert [week.occurrence for week in weeks if week] == [THURSDAY + timedelta(days=n) for n in (7, 7, 14, 70)]


def test_a_reminder_that_falls_on_a_day_off_comes_on_the_working_day_before():
    friday = MONDAY - timedelta(days=3)
    assert step(friday, MONDAY) == step(MONDAY - timedelta(days=1), MONDAY)
    found = step(friday, MONDAY)
    assert found is not None
    assert found.code == "before:third"


def test_before_a_long_holiday_people_are_told_in_time():
    first_day_back = date(2026, 2, 23)  # Tết 2026: 14 to 22 February
    found = step(date(2026, 2, 13), first_day_back, issued=date(2026, 1, 5))
    assert found is not None
    assert found.code == "before:third"


def test_what_was_just_issued_is_not_reminded_of_the_same_day():
    assert step(THURSDAY - timedelta(days=5), THURSDAY, issued=THURSDAY - timedelta(days=5)) is None


def test_a_rule_that_is_switched_off_says_nothing():
    off = replace(DECIDED["after"], active=False)
    found = step(THURSDAY + timedelta(days=30), THURSDAY, after=off)
    assert found is not None
    assert found.code == "due"


# Editing


def edit(make, person, code="before:first", rule=None, **given):
    wanted = {"days": 10, "active": True, "by_mail": True, **given}
    made = edit_rule(rule, code, actor=make.actor(person), today=clock.today(), **wanted)
    make.session.commit()
    return made


def test_a_rule_is_edited_and_the_others_stay_as_they_were(make):
    edit(make, make.person(Role.ADMIN), days=10, by_mail=False)
    now = rules()
    assert now["before:first"] == Decided("before:first", 10, active=True, by_mail=False)
    assert now["before:second"] == DECIDED["before:second"]


def test_of_two_who_edit_the_same_rule_the_second_is_told(make):
    admin = make.person(Role.ADMIN)
    edit(make, admin)
    rule = edited()["before:first"]
    with pytest.raises(Stale):
        edit(make, admin, rule=rule, version=0)  # their page is from before anybody decided
    edit(make, admin, rule=rule, version=rule.version, days=11)
    with pytest.raises(Stale):
        edit(make, admin, rule=rule, version=rule.version - 1)


@pytest.mark.parametrize("days", [None, 0, 61])
def test_days_have_limits(make, days):
    with pytest.raises(Invalid):
        edit(make, make.person(Role.ADMIN), days=days)


def test_rules_are_for_administrators_over_everything(make):
    district = make.unit()
    for person in (make.reviewer, make.person(Role.ADMIN, district)):
        with pytest.raises(NotAllowed):
            edit(make, person)
