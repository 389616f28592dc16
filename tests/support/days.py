"""Days that tests count back from the day on which they began."""

from datetime import date, timedelta

from inspect_app.core import clock

TODAY = clock.today()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)
