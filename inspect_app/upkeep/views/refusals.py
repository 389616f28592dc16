"""Refusals stand in the log: who asked for what is not theirs.

A refusal is 403, and 404 of an address that names a record by its id: whoever tries ids one after the other shows.
Somebody's first `MOST` in `WITHIN` are noted, so that nobody can fill the log, however many servers they ask: it is
the log that is counted. The program's own log has them all.
"""

from datetime import datetime, timedelta

import structlog
from flask import Flask, g, request
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.audit import Event
from inspect_app.core.connections import read_only, take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import DomainError

MOST = 30
WITHIN = timedelta(minutes=10)
LOOKED_AT = 300
"""Of the newest events about somebody, which are read to count refusals: however long their history is."""
ACTION = "person:refused"
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Note what `web.errors` refuses."""
    app.extensions["refused"] = note


def note(status: int) -> None:
    """In a transaction of its own. The refusal goes out whether or not the log takes it."""
    actor: Actor | None = g.get("actor")
    if actor is None or actor.person_id is None or not _is_refusal(status):
        return
    now = clock.now()
    try:
        read_only(False)
        _record(actor, actor.person_id, status, now)
        db.session.commit()
    except (DomainError, OSError, SQLAlchemyError) as error:
        db.session.rollback()
        log.error("refusal_not_noted", exc_info=error)


def noted(person_id: int, now: datetime) -> int:
    """How many refusals of theirs the log has of the last `WITHIN`; nothing later than now counts."""
    newest = (
        select(Event.action, Event.at)
        .where(Event.subject_table == "person", Event.subject_id == person_id)
        .order_by(Event.seq.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    recent = select(func.count()).where(newest.c.action == ACTION, newest.c.at > now - WITHIN, newest.c.at <= now)
    return db.session.scalar(recent) or 0


def _record(actor: Actor, person_id: int, status: int, now: datetime) -> None:
    if db.session.get_bind().dialect.name == "sqlite" and noted(person_id, now) >= MOST:
        return  # and nobody waits for the turn, which is everybody's there
    take_turns(db.session, f"refusals of {person_id}")
    before = noted(person_id, now)
    if before >= MOST:
        return
    ids = {name: value for name, value in (request.view_args or {}).items() if isinstance(value, int)}
    told = {"status": status, "method": request.method, "page": request.endpoint, **ids}
    if before + 1 == MOST:
        told["more"] = True
    audit.record(ACTION, audit.Subject("person", person_id), actor=actor, on=clock.today(), **told)


def _is_refusal(status: int) -> bool:
    names_a_record = any(isinstance(value, int) for value in (request.view_args or {}).values())
    return status == 403 or (status == 404 and names_a_record)
