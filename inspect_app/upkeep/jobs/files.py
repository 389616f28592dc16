"""The daily look at files: what nobody names goes, what is named and missing is told aloud."""

from collections.abc import Callable, Collection

import structlog
from flask import Flask

from inspect_app.core import clock
from inspect_app.core.connections import reading
from inspect_app.core.db import db
from inspect_app.upkeep.jobs.rounds import once_a_day
from inspect_app.upkeep.queries import files as queries
from inspect_app.upkeep.services import chores, files
from inspect_app.upkeep.services.files import Held

CHORE = "files"
log = structlog.get_logger()


def daily(app: Flask) -> Callable[[object], None]:
    """For the worker's rounds."""
    return once_a_day(lambda: sweep(app))


def sweep(app: Flask) -> tuple[dict[str, int], Held]:
    """Clear the storage and look for the file of every row; says what it found in the log and as a chore."""
    storage = app.extensions["storage"]
    cleared = files.clear(storage, _named, now=clock.now())
    with reading():
        held = files.hold(queries.of_records(db.session), storage)
        db.session.rollback()
    for file in held.first:
        log.error("file_missing", table=file.table, id=file.id, sha256=file.sha256, size=file.size)
    log.info("files_swept", looked_at=held.looked_at, missing=held.missing, **cleared)
    first = [f"{file.table} {file.id}" for file in held.first[:3]]
    told = {"looked_at": held.looked_at, "missing": held.missing, "first": first, **cleared}
    chores.done(CHORE, good=not held.missing, at=clock.now(), **told)
    db.session.commit()
    return cleared, held


def _named(hashes: Collection[str]) -> Collection[str]:
    """As of now: each call reads in a transaction of its own."""
    with reading():
        db.session.rollback()
        found = queries.named(hashes, db.session)
        db.session.rollback()
    return found
