"""Reading the working calendar. Never writes, never sees a request."""

from sqlalchemy import select

from inspect_app.core.db import db
from inspect_app.workdays.models import DayOverride
from inspect_app.workdays.policy import Calendar


def calendar() -> Calendar:
    """The working days as they are decided now: one query. Ask once and count with the answer."""
    rows = db.session.execute(select(DayOverride.day, DayOverride.working))
    return Calendar({row.day: row.working for row in rows})
