"""The database is told how large its tables have become, by which it chooses among indexes."""

from collections.abc import Callable

from inspect_app.core.db import db
from inspect_app.upkeep.jobs.rounds import once_a_day
from inspect_app.upkeep.services import statistics


def daily() -> Callable[[object], None]:
    """For the worker's rounds."""
    return once_a_day(measure)


def after(bring: Callable[[Callable[[], bool]], int]) -> Callable[[Callable[[], bool]], None]:
    """For the worker's rounds: `bring`, which tells how many sheets it wrote down, and measure if there were any."""

    def then_measure(going_on: Callable[[], bool]) -> None:
        if bring(going_on):
            measure()

    return then_measure


def measure() -> None:
    db.session.rollback()
    statistics.measure(db.session)
    db.session.commit()
