"""What the worker does now and then, out of what it does in each round."""

from collections.abc import Callable
from datetime import date

from inspect_app.core import clock


def once_a_day(do: Callable[[], object]) -> Callable[[object], None]:
    """In the worker's first round, and in the first of each day in Vietnam."""
    done_on: date | None = None

    def when_due(_going_on: object) -> None:
        nonlocal done_on
        today = clock.today()
        if done_on != today:
            done_on = today  # before it is done: a fault is told once, and not every five seconds
            do()

    return when_due
