from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspect_app.workdays.policy import (
    LONGEST,
    Calendar,
    DeadlineRule,
    _public,
    due,
    holidays_of,
    latest_overdue,
    wait,
)

CALENDAR = Calendar({date(2026, 1, 2): False, date(2026, 1, 10): True})


def day(written):
    return date.fromisoformat(written)


@pytest.mark.parametrize(
    ("n", "unit", "start", "last", "why"),
    [
        (15, "working_day", "2023-01-16", "2023-02-13", "Tết in between"),
        (1, "working_day", "2023-11-14", "2023-11-15", "the first day is not counted"),
        (1, "working_day", "2023-11-17", "2023-11-20", "a weekend in between"),
        (1, "working_day", "2023-11-18", "2023-11-20", "begun on a Saturday"),
        (5, "working_day", "2023-04-26", "2023-05-08", "30/4 and 1/5, with days off in lieu"),
        (1, "working_day", "2026-01-09", "2026-01-10", "a Saturday worked in exchange"),
        (30, "day", "2023-10-15", "2023-11-14", "a Tuesday"),
        (1, "day", "2023-11-14", "2023-11-15", "the first day is not counted"),
        (4, "day", "2023-11-14", "2023-11-20", "the last day is a Saturday"),
        (10, "day", "2023-01-12", "2023-01-27", "the last day is Tết"),
        (2, "day", "2025-12-31", "2026-01-05", "the last day is off in exchange, then a weekend"),
        (1, "day", "2026-01-09", "2026-01-10", "the last day is a Saturday worked in exchange"),
        (366, "day", "2023-11-14", "2024-11-14", "a leap year"),
    ],
)
def test_due(n, unit, start, last, why):
    assert due(DeadlineRule(n, unit), day(start), CALENDAR) == day(last), why


@pytest.mark.parametrize("n", [-1, 0, LONGEST + 1])
def test_a_rule_has_1_to_366_days(n):
    with pytest.raises(ValueError, match="366"):
        DeadlineRule(n, "day")


def test_a_rule_counts_days_or_working_days():
    with pytest.raises(ValueError, match="week"):
        DeadlineRule(2, "week")


@pytest.mark.parametrize(
    ("n", "unit", "today", "days", "over"),
    [
        (3, "working_day", "2023-11-14", 0, 0),
        (3, "working_day", "2023-11-17", 3, 0),
        (3, "working_day", "2023-11-19", 3, 0),
        (3, "working_day", "2023-11-20", 4, 1),
        (3, "day", "2023-11-17", 3, 0),
        (3, "day", "2023-11-18", 4, 1),
        (4, "day", "2023-11-19", 5, 0),
        (4, "day", "2023-11-21", 7, 1),
    ],
)
def test_how_long_something_has_waited(n, unit, today, days, over):
    waited = wait(DeadlineRule(n, unit), day("2023-11-14"), day(today), CALENDAR)
    assert (waited.days, waited.over) == (days, over)


@given(st.dates(date(2022, 1, 1), date(2027, 1, 1)), st.integers(1, 60), st.sampled_from(["day", "working_day"]))
def test_what_is_past_its_time_today_began_on_the_latest_day_or_before(today, n, unit):
    rule = DeadlineRule(n, unit)
    last = latest_overdue(rule, today, CALENDAR)
    assert due(rule, last, CALENDAR) < today <= due(rule, last + timedelta(1), CALENDAR)


@given(st.dates(date(2019, 12, 1), date(2030, 2, 1)), st.integers(-40, 1500))
def test_working_days_are_those_that_are_worked_one_by_one(start, passed):
    end = start + timedelta(passed)
    one_by_one = sum(CALENDAR.is_working(start + timedelta(n)) for n in range(1, passed + 1))
    assert CALENDAR.working_days(start, end) == one_by_one


def test_the_days_off_are_those_that_the_library_says_by_its_front_door():
    for year in range(2016, 2031):
        known = holidays.country_holidays("VN", years=year, language="vi")
        assert holidays_of(year, "vi") == dict(known)
        assert _public(year) == (frozenset(known), frozenset(known.weekend_workdays))
