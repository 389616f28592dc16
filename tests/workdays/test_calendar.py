import csv
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from inspect_app.core import audit
from inspect_app.core.actor import SYSTEM
from inspect_app.workdays import queries, services
from inspect_app.workdays.models import DayOverride
from inspect_app.workdays.policy import SATURDAY, Calendar

TODAY = date(2026, 1, 5)
CALENDAR = Calendar({})
days = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def read(name):
    with (services.REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def differences(calendar, years):
    """Days on which a calendar and the reference of holidays disagree."""
    kinds = {date.fromisoformat(row["date"]): row["kind"] for row in read("holidays_vn.csv")}
    day, found = date(min(years), 1, 1), []
    while day.year <= max(years):
        kind = kinds.get(day, "work" if day.weekday() < SATURDAY else "off")
        if calendar.is_working(day) != (kind == "work"):
            found.append(day)
        day += timedelta(1)
    return found


def test_the_library_and_the_overrides_agree_with_the_reference_on_every_day():
    overrides = {date.fromisoformat(row["date"]): row["kind"] == "work" for row in read("overrides_vn.csv")}
    assert differences(Calendar(overrides), range(2022, 2027)) == []


def test_the_overrides_are_rows_of_the_reference_with_their_basis():
    rows = read("overrides_vn.csv")
    assert [row for row in rows if row in read("holidays_vn.csv") and row["source"]] == rows


@given(days, st.integers(1, 60))
def test_the_nth_working_day_has_n_working_days_behind_it(start, n):
    last = CALENDAR.add_working_days(start, n)
    between = [start + timedelta(passed) for passed in range(1, (last - start).days + 1)]
    assert sum(CALENDAR.is_working(day) for day in between) == n
    assert CALENDAR.is_working(last)


@given(days)
def test_the_next_working_day_is_the_first_not_before(day):
    found = CALENDAR.next_working(day)
    assert CALENDAR.is_working(found)
    assert not any(CALENDAR.is_working(day + timedelta(passed)) for passed in range((found - day).days))


@pytest.mark.parametrize("n", [0, -1])
def test_working_days_are_counted_from_one(n):
    with pytest.raises(ValueError, match="working days"):
        CALENDAR.add_working_days(TODAY, n)


def test_after_the_last_year_that_the_library_knows_only_weekends_are_off():
    assert CALENDAR.is_working(date(2101, 9, 2))
    assert not CALENDAR.is_working(date(2101, 9, 3))


def test_the_table_overrules_the_library(session):
    tet, saturday = date(2023, 1, 23), date(2023, 11, 18)
    session.add(DayOverride(day=tet, working=True, note="Trực", basis="Công văn 1"))
    session.add(DayOverride(day=saturday, working=True, note="Làm bù", basis="Công văn 1"))
    session.flush()
    calendar = queries.calendar()
    assert calendar.is_working(tet)
    assert calendar.is_working(saturday)
    assert not calendar.is_working(date(2023, 1, 24))


def test_the_reference_is_loaded_once_with_its_basis(session):
    added = services.load_reference(actor=SYSTEM, today=TODAY)
    session.commit()
    assert added == len(read("overrides_vn.csv"))
    assert services.load_reference(actor=SYSTEM, today=TODAY) == 0

    swapped = session.get_one(DayOverride, date(2026, 1, 2))
    assert (swapped.working, swapped.basis) == (False, "12729/VPCP-KGVX 25/12/2025")
    assert differences(queries.calendar(), range(2022, 2027)) == []
    logged = select(func.count()).where(audit.Event.action == "day_override:load")
    assert session.scalar(logged) == added


def test_loading_the_reference_keeps_what_somebody_corrected(session):
    session.add(DayOverride(day=date(2026, 1, 2), working=True, note="Sửa", basis="Quyết định 7"))
    session.flush()
    services.load_reference(actor=SYSTEM, today=TODAY)
    session.commit()
    assert session.get_one(DayOverride, date(2026, 1, 2)).working
