"""Refusals stand in the log: who asked for what is not theirs.

A refusal is 403, and 404 of an address that names a record by its id: whoever tries ids one after the other shows.
Somebody's first `MOST` in `WITHIN` are noted, so that nobody can fill the log; the program's own log has them all.
"""

from collections import defaultdict, deque
from datetime import datetime, timedelta

import structlog
from flask import Flask, g, request
from sqlalchemy.exc import SQLAlchemyError

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db, read_only
from inspect_app.core.errors import DomainError

MOST = 30
WITHIN = timedelta(minutes=10)
PEOPLE = 10_000
"""Remembered at a time, by each process."""
log = structlog.get_logger()


class Refusals:
    """Notes what `web.errors` refuses."""

    def __init__(self) -> None:
        self._noted: defaultdict[int, deque[datetime]] = defaultdict(deque)

    def init_app(self, app: Flask) -> None:
        app.extensions["refused"] = self.note

    def note(self, status: int) -> None:
        """In a transaction of its own. The refusal goes out whether or not the log takes it."""
        actor: Actor | None = g.get("actor")
        if actor is None or actor.person_id is None or not _is_refusal(status):
            return
        now = clock.now()
        recent = self._recent(actor.person_id, now)
        if len(recent) >= MOST:
            return
        recent.append(now)
        ids = {name: value for name, value in (request.view_args or {}).items() if isinstance(value, int)}
        told = {"status": status, "method": request.method, "page": request.endpoint, **ids}
        if len(recent) == MOST:
            told["more"] = True
        subject = audit.Subject("person", actor.person_id)
        try:
            read_only(False)
            audit.record("person:refused", subject, actor=actor, on=clock.today(), **told)
            db.session.commit()
        except (DomainError, OSError, SQLAlchemyError) as error:
            db.session.rollback()
            log.error("refusal_not_noted", exc_info=error)

    def _recent(self, person_id: int, now: datetime) -> deque[datetime]:
        if len(self._noted) > PEOPLE:
            self._noted.clear()
        recent = self._noted[person_id]
        while recent and not recent[0] <= now < recent[0] + WITHIN:  # the clock may have been put back
            recent.popleft()
        return recent


def _is_refusal(status: int) -> bool:
    names_a_record = any(isinstance(value, int) for value in (request.view_args or {}).values())
    return status == 403 or (status == 404 and names_a_record)
