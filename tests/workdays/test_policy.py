from datetime import date

import pytest

from inspect_app.workdays.policy import LONGEST, Calendar, DeadlineRule, due

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
