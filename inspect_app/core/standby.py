"""A standby copy of the database that follows it, for reports: how far it has come, and whether it will do.

Only PostgreSQL's own streaming is asked how far it has come. What is not following anything is the database itself,
under another address, and is never behind.
"""

from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from inspect_app.core import outage
from inspect_app.core.db import apart, db

ANSWERS = 2.0
"""Seconds within which it has to say how far it has come."""
SPARED = 15.0
"""Seconds after it was away or too old in which this process does not ask it."""
WROTE = timedelta(seconds=2)
"""Between two machines' clocks."""
# The last change that it has made its own: by the clock of the database that it follows.
_REACHED = text("SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_xact_replay_timestamp() ELSE now() END")
log = structlog.get_logger()


class Standby:
    """What this process knows of it."""

    def __init__(self, most: timedelta) -> None:
        """`most`: how old it may be."""
        self.most = most
        self._left_at: float | None = None
        self._lock = Lock()

    def reached(self, *, now: datetime, wrote_at: datetime | None) -> datetime | None:
        """How far it has come; None where the database itself is to be asked.

        That is when it is away or too far behind, or has not yet seen what the reader wrote at that moment.
        """
        with self._lock:
            if self._left_at is not None and monotonic() - self._left_at < SPARED:
                return None
        try:
            with outage.waiting(ANSWERS), apart():
                moment: datetime | None = db.session.scalar(_REACHED)
        except SQLAlchemyError as error:
            db.session.rollback()
            self.leave(type(error).__name__)
            return None
        if moment is None or now - moment > self.most:
            self.leave("behind", reached=moment.isoformat(timespec="seconds") if moment else "")
            return None
        if wrote_at is not None and moment < wrote_at + WROTE:
            return None
        return min(moment, now)

    def leave(self, why: str, **told: str) -> None:
        """Do without it for a while."""
        with self._lock:
            self._left_at = monotonic()
        log.warning("standby_not_used", why=why, **told)
