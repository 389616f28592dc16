"""Whether the virus scanner is there, and what came in while it was not."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from flask import Flask

from inspect_app.core import audit, clock
from inspect_app.core.actor import SYSTEM
from inspect_app.core.connections import reading
from inspect_app.core.db import db
from inspect_app.core.scanning import Away, Scanner, Unscanned
from inspect_app.upkeep.services import chores, scanning

CHORE = "scanner"
EVERY = timedelta(minutes=1)
log = structlog.get_logger()


def every_minute(app: Flask) -> Callable[[Callable[[], bool]], None]:
    """For the worker's rounds."""
    done_at: datetime | None = None

    def when_due(going_on: Callable[[], bool]) -> None:
        nonlocal done_at
        now = clock.now()
        if done_at is None or not done_at <= now < done_at + EVERY:  # the clock may have been put back
            done_at = now
            look(app, going_on=going_on)

    return when_due


def look(app: Flask, *, going_on: Callable[[], bool] = lambda: True) -> None:
    """Ask the scanner whether it is there and what it thinks of what waits; nothing where there is none."""
    scanner: Scanner | None = app.extensions["scanner"]
    if scanner is None:
        chores.forget(CHORE)
        db.session.commit()
        return
    try:
        told = {"version": scanner.version(), "looked_at": _look_at_all(app, scanner, going_on)}
    except Away as away:
        db.session.rollback()
        log.error("scanner_away", said=str(away))
        told = {"version": "", "looked_at": 0}
    harmful = scanning.harmful()
    chores.done(CHORE, good=bool(told["version"]) and not harmful, at=clock.now(), harmful=harmful, **told)
    db.session.commit()


def _look_at_all(app: Flask, scanner: Scanner, going_on: Callable[[], bool]) -> int:
    """One after the other, each with a transaction that waits for no scanner. Raises Away."""
    last = many = 0
    while going_on():
        with reading():
            unscanned = scanning.next_one(last)
            if unscanned is None:
                break
            last, sha256 = unscanned.id, unscanned.sha256
            db.session.rollback()
        found = scanning.look(sha256, app.extensions["storage"], scanner)
        many += 1
        _settle(last, found)
    db.session.rollback()
    return many


def _settle(number: int, found: str) -> None:
    unscanned = db.session.get(Unscanned, number)
    if unscanned is not None:
        scanning.settle(unscanned, found)
        if found:
            log.error("infected", found=found, sha256=unscanned.sha256, file=unscanned.name)
            told = {"file": unscanned.name, "found": found, "sha256": unscanned.sha256}
            audit.record("log:infected_file", audit.THE_LOG, actor=SYSTEM, on=clock.today(), **told)
    db.session.commit()
