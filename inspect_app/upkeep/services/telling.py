"""Telling administrators what the program found out about itself."""

from datetime import date, datetime

from inspect_app.core.actor import Role
from inspect_app.reminders.policy import LOG_FAULT
from inspect_app.reminders.queries.people import holders
from inspect_app.reminders.services.notices import tell
from inspect_app.units.queries import root
from inspect_app.upkeep.queries.chain import Fault


def of_a_fault(fault: Fault, *, at: datetime, today: date) -> int:
    """Those who administer everything, once a day for the same fault; returns how many that were."""
    top = root()
    if top is None:
        return 0
    nearest = next(iter(holders(Role.ADMIN, [top.id], today)[top.id]), ())
    people = [person_id for person_id in nearest if person_id is not None]
    words = {"fault": str(fault)}
    return tell(LOG_FAULT, ("log", 0), people, occurrence=today.isoformat(), words=words, at=at)
