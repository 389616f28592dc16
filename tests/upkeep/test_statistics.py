"""SQLite learns how large its tables are: every day, and when a sheet was brought in."""

import pytest
from sqlalchemy import inspect, text

from inspect_app.core.db import db
from inspect_app.upkeep.jobs import statistics


def measured() -> dict[str, int]:
    """Table -> how many rows SQLite takes it to have."""
    db.session.rollback()
    if "sqlite_stat1" not in inspect(db.engine).get_table_names(sqlite_include_internal=True):
        return {}
    rows = db.session.execute(text("SELECT tbl, stat FROM sqlite_stat1")).all()
    db.session.rollback()
    return {table: int(stat.split()[0]) for table, stat in rows}


@pytest.mark.only_on("sqlite")
def test_the_worker_measures_once_a_day_and_after_each_sheet(own_app, own_make):
    own_make.unit()
    db.session.commit()
    assert "unit" not in measured()
    when_due = statistics.daily()
    when_due(None)
    few = measured()["unit"]
    for _number in range(12 * few):
        own_make.unit()
    db.session.commit()
    when_due(None)
    assert measured()["unit"] == few, "once a day"
    statistics.after(lambda _going_on: 0)(lambda: True)
    assert measured()["unit"] == few, "no sheet was written down"
    statistics.after(lambda _going_on: 1)(lambda: True)
    assert measured()["unit"] == 13 * few


@pytest.mark.only_on("postgresql")
def test_postgresql_measures_by_itself(own_make):
    statistics.measure()
