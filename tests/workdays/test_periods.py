"""Reporting periods, which begin on 15/12 of the year before."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspect_app.workdays.periods import Period, PeriodCode, period, quarter_of, reporting_year

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("q1", date(2022, 12, 15), date(2023, 3, 14)),
        ("half", date(2022, 12, 15), date(2023, 6, 14)),
        ("q3", date(2023, 6, 15), date(2023, 9, 14)),
        ("year", date(2022, 12, 15), date(2023, 12, 14)),
    ],
)
def test_the_periods_of_2023(code, first, last):
    assert period(PeriodCode(code), 2023) == Period(first, last)


@given(DAYS)
def test_every_day_lies_in_the_year_it_is_reported_in_and_in_one_quarter_of_it(day):
    year = period(PeriodCode.YEAR, reporting_year(day))
    quarter = quarter_of(day)
    assert day in year
    assert day in quarter
    assert year.first <= quarter.first
    assert quarter.last <= year.last
    assert quarter_of(quarter.first) == quarter_of(quarter.last) == quarter
    assert quarter_of(quarter.last + timedelta(days=1)).first == quarter.last + timedelta(days=1)


@given(st.integers(2000, 2100))
def test_named_periods_are_made_of_quarters(year):
    q1, half, q3, whole = (
        period(code, year) for code in (PeriodCode.Q1, PeriodCode.HALF, PeriodCode.Q3, PeriodCode.YEAR)
    )
    assert quarter_of(q1.first) == q1
    assert quarter_of(q3.first) == q3
    assert (half.first, half.last) == (q1.first, quarter_of(q1.last + timedelta(days=1)).last)
    assert q3.first == half.last + timedelta(days=1)
    assert whole.last == quarter_of(q3.last + timedelta(days=1)).last
    assert period(PeriodCode.YEAR, year + 1).first == whole.last + timedelta(days=1)


def test_the_year_turns_on_15_december():
    assert reporting_year(date(2023, 12, 14)) == 2023
    assert reporting_year(date(2023, 12, 15)) == 2024


def test_a_period_is_cut_at_the_day_that_is_reported_on():
    half = period(PeriodCode.HALF, 2023)
    assert half.until(date(2023, 3, 1)) == Period(half.first, date(2023, 3, 1))
    assert half.until(half.first) == Period(half.first, half.first)
    assert half.until(date(2024, 1, 1)) == half
    assert half.until(half.first - timedelta(days=1)) is None


def test_a_period_runs_forwards():
    with pytest.raises(ValueError, match="after"):
        Period(date(2023, 2, 1), date(2023, 1, 31))
