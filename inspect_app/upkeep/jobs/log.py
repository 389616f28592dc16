"""Looking after the log: its head is put down outside the database, and every night all is checked against it."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import structlog
from flask import Flask

from inspect_app.core import audit, clock
from inspect_app.core.anchors import Anchors
from inspect_app.core.clock import HANOI
from inspect_app.core.connections import reading
from inspect_app.core.db import db
from inspect_app.upkeep.queries import chores as done_before
from inspect_app.upkeep.services import chores, telling
from inspect_app.upkeep.services.proof import Proof, verify

CHORE = "log"
NIGHT = time(1)
"""From then on, in Vietnam, the check of the day is due."""
ANCHOR_EVERY = timedelta(minutes=5)
log = structlog.get_logger()


def anchors_of(app: Flask) -> Anchors:
    return Anchors(app.config["INSTANCE_PATH"] / "anchors", app.config["ANCHOR_SYSLOG"])


def anchor(app: Flask, why: str) -> bool:
    """Put the head of the log down, if it has moved; whether it was. Raises OSError."""
    with reading():
        db.session.rollback()
        seq, head = audit.head()
        db.session.rollback()
    return anchors_of(app).drop(seq, head, at=clock.now(), why=why)


def anchor_now(app: Flask, why: str) -> None:
    """For pages: a full disk does not keep anybody from their work; the worker tries again."""
    try:
        anchor(app, why)
    except OSError as error:
        log.error("not_anchored", why=why, exc_info=error)


def anchoring(app: Flask) -> Callable[[object], None]:
    """For the worker's rounds: an anchor every `ANCHOR_EVERY`, if the log has grown."""
    last: datetime | None = None

    def when_due(_going_on: object) -> None:
        nonlocal last
        now = clock.now()
        if last is None or not last <= now < last + ANCHOR_EVERY:  # the clock may have been put back
            last = now
            anchor(app, "worker")

    return when_due


def nightly(app: Flask) -> Callable[[object], None]:
    """For the worker's rounds: the check once a day, at night or as soon after as there is a worker."""
    tried: datetime | None = None

    def when_due(_going_on: object) -> None:
        nonlocal tried
        now = clock.now()
        here = now.astimezone(HANOI)
        if here.time() < NIGHT or (tried is not None and tried.astimezone(HANOI).date() == here.date()):
            return
        tried = now  # before it is done: what keeps it from being done is told once, and not every five seconds
        with reading():
            last = done_before.last(CHORE)
            due = last is None or last.done_at.astimezone(HANOI).date() < here.date()
            db.session.rollback()
        if due:
            check(app)

    return when_due


def check(app: Flask) -> Proof:
    """Check everything, keep what came of it, and tell administrators and the program's log of a fault."""
    proof = proven(app)
    now = clock.now()
    told: dict[str, Any] = {"seq": proof.seq, "records": sum(proof.records.values()), "files": proof.files}
    if proof.faults:
        told["fault"] = str(proof.faults[0])
        log.error("log_does_not_agree", fault=told["fault"], seq=proof.seq)
        telling.of_a_fault(proof.faults[0], at=now, today=now.astimezone(HANOI).date())
    chores.done(CHORE, good=proof.good, at=now, **told)
    db.session.commit()
    return proof


def proven(app: Flask, **choices: Any) -> Proof:
    """`verify` of the program's own database, anchors and files."""
    keys = [app.config["AUDIT_KEY"], *app.config["AUDIT_KEY_FALLBACKS"]]
    own: dict[str, Any] = {
        "engine": db.engine,
        "keys": [key.encode() for key in keys],
        "storage": app.extensions["storage"],
        "anchors": anchors_of(app),
    }
    return verify(**own | choices)
