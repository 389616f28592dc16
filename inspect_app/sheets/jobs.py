"""Making the files that were asked for. Each step commits by itself and may be cut off anywhere."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from flask import Flask
from flask_babel import force_locale

from inspect_app.core import clock
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db, reading
from inspect_app.reminders.queries.people import actors
from inspect_app.sheets.models import Export
from inspect_app.sheets.queries.rows import cells
from inspect_app.sheets.services import bringing, exports, files, spool
from inspect_app.sheets.services.files import Opened

LARGEST = 2 << 30
"""Bytes of one file."""
log = structlog.get_logger()


def make_all(app: Flask, *, going_on: Callable[[], bool] = lambda: True) -> int:
    """Make what waits, until nothing does or it is time to stop; returns how many were made.

    What has waited too long to be fetched is dropped first.
    """
    made = 0
    sweep(app, now=clock.now())
    while going_on():
        export = exports.take(now=clock.now())
        if export is None:
            db.session.commit()
            break
        export_id = export.id
        db.session.commit()
        try:
            _make(app, export_id)
        except Exception as error:  # whatever it was, the others still wait
            db.session.rollback()
            exports.fail(export_id)
            db.session.commit()
            log.error("export", export=export_id, exc_info=error)
        else:
            made += 1
    return made


def sweep(app: Flask, *, now: datetime) -> int:
    """Drop files that waited for a day, and sheets that nobody came back to; how many of the files."""
    dropped = exports.sweep(now=now)
    bringing.sweep(now=now)
    db.session.commit()
    exports.sweep_files(app.extensions["storage"], now=now)
    bringing.sweep_files(app.extensions["storage"], now=now)
    return dropped


def _make(app: Flask, export_id: int) -> None:
    """Read at one moment, then write. What the asker may see is what they may see now."""
    export = db.session.get_one(Export, export_id)
    kind, language, today = export.kind, export.language, clock.now().astimezone(HANOI).date()
    told: dict[str, Any] = {"on": export.on, "at": clock.now()}
    storage = exports.storing(app.extensions["storage"])
    storage.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    (asker,) = actors([export.person_id], today)
    with tempfile.TemporaryFile(dir=storage.root) as rows, tempfile.TemporaryFile(dir=storage.root) as file:
        listing, query = export.listing, export.query
        db.session.rollback()
        with reading(), force_locale(language):
            opened: Opened = app.extensions["sheets"](listing, query, asker, **told)
            total = spool.set_aside(cells(opened.table), rows)
            db.session.rollback()

        def tell(done: int) -> None:
            exports.progress(export_id, done, total=total, now=clock.now())
            db.session.commit()

        tell(0)
        aside = spool.taken_up(rows)
        made = {"language": language, "scratch": storage.root, "told": tell}
        files.write(opened, kind, file, rows=aside, **made)  # type: ignore[arg-type]
        file.seek(0)
        kept = storage.keep(file, limit=LARGEST)
    now = clock.now()
    exports.finish(
        db.session.get_one(Export, export_id), kept, rows=total, actor=asker, on=now.astimezone(HANOI).date(), at=now
    )
    db.session.commit()
