"""Accounts that nobody uses are put out of action, after a warning. An administrator puts them back with one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import func, or_, select

from inspect_app.accounts.models import Person, SignIn
from inspect_app.accounts.services.authority import keep_an_administrator
from inspect_app.accounts.services.sessions import close_sessions
from inspect_app.core import audit
from inspect_app.core.actor import SYSTEM
from inspect_app.core.audit import Event
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.core.errors import WrongState

WARNED_BEFORE = timedelta(days=7)
USED = ("person:add", "person:sign_in", "person:reactivate", "person:reset_password")
"""What idle days are counted from, the latest of them."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Idle:
    """An account that nobody has used for some time."""

    person_id: int
    since: date
    """The day of its last use."""
    ends_on: date
    """The day on which it is put out of action."""


def idle_accounts(*, today: date, allowed: timedelta) -> Sequence[Idle]:
    """Active accounts that were not used since `allowed`, or will not have been in a week; none of the demo's.

    `allowed` of no days switches the rule off.
    """
    if not allowed:
        return []
    known_since = today - (allowed - min(WARNED_BEFORE, allowed / 2))
    before = datetime.combine(known_since, datetime.min.time(), HANOI)
    seen = select(func.max(SignIn.seen_at)).where(SignIn.person_id == Person.id).scalar_subquery()
    last = (
        select(func.max(Event.at)).where(audit.done_to(Event, Person.__tablename__, Person.id, *USED)).scalar_subquery()
    )
    rows = db.session.execute(
        select(Person.id, Person.password_set_at, seen.label("seen_at"), last.label("used_at"))
        .where(Person.active, Person.demo.is_(False), Person.password_set_at < before)
        .where(or_(seen.is_(None), seen < before))
        .order_by(Person.id)
    ).all()
    found = []
    for row in rows:
        moments = (row.password_set_at, row.seen_at, row.used_at)
        since = max(moment for moment in moments if moment is not None).astimezone(HANOI).date()
        if since <= known_since:
            found.append(Idle(row.id, since, since + allowed))
    return found


def stop_idle(*, now: datetime, today: date, allowed: timedelta) -> int:
    """Put out of action whatever was idle for longer than `allowed`; returns how many that were.

    The last administrator stays, whatever the time.
    """
    stopped = 0
    for idle in idle_accounts(today=today, allowed=allowed):
        if idle.ends_on > today:
            continue
        person = db.session.get_one(Person, idle.person_id)
        try:
            keep_an_administrator(person, today=today)
        except WrongState:
            log.warning("last_administrator_is_idle", person=person.id, since=idle.since.isoformat())
            continue
        person.active = False
        close_sessions(person, now=now)
        audit.record("person:deactivate", person, actor=SYSTEM, on=today, idle_since=idle.since, by_itself=True)
        stopped += 1
    return stopped
