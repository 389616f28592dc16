"""Making the files that were asked for, and writing long sheets down. May be cut off anywhere."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from flask import Flask
from flask_babel import force_locale

from inspect_app.core import clock
from inspect_app.core.clock import HANOI
from inspect_app.core.connections import reading
from inspect_app.core.db import db
from inspect_app.core.errors import DomainError, WrongState
from inspect_app.reminders.queries.people import actors
from inspect_app.sheets.models import Brought, Export
from inspect_app.sheets.services import bringing, exports, files, spool
from inspect_app.sheets.services.files import Opened

LARGEST = 2 << 30
"""Bytes of one file."""
TOLD_EVERY = 50
"""Rows of a sheet after which whoever waits is told how far it has come."""
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


def write_all(app: Flask, *, going_on: Callable[[], bool] = lambda: True) -> int:
    """Write down the sheets that wait, one transaction each, until none does; returns how many were written."""
    written = 0
    while going_on():
        brought = bringing.take(now=clock.now())
        if brought is None or brought.fault is not None:
            db.session.commit()
            if brought is None:
                break
            continue
        brought_id, person_id = brought.id, brought.person_id
        db.session.commit()
        try:
            _write_down(app, brought_id, person_id)
        except Exception as error:  # whatever it was, nothing of the sheet is written and the others still wait
            db.session.rollback()
            why = error if isinstance(error, DomainError) else WrongState(bringing.NOT_WRITTEN)
            bringing.give_up(db.session.get_one(Brought, brought_id), why)
            db.session.commit()
            if why is not error:
                log.error("sheet", brought=brought_id, exc_info=error)
        else:
            written += 1
        finally:
            bringing.forget_progress(brought_id, app.extensions["storage"])
    return written


def _write_down(app: Flask, brought_id: int, person_id: int) -> None:
    storage = app.extensions["storage"]
    brought = db.session.get_one(Brought, brought_id)
    sha256, sheet, seen = brought.sha256, int(brought.choices["sheet"]), brought.seen or ""
    db.session.rollback()
    book = bringing.opened(sha256, sheet, storage=storage)
    now = clock.now()
    today = now.astimezone(HANOI).date()

    last_told = 0

    def told(done: int) -> None:
        nonlocal last_told
        if done - last_told >= TOLD_EVERY:
            bringing.tell_progress(brought_id, done, storage)
            last_told = done

    brought = db.session.get_one(Brought, brought_id, with_for_update=True)
    asker = actors([person_id], today)
    if not asker:
        raise WrongState("Tài khoản đã gửi tệp này không còn hoạt động.")
    bringing.write_down(
        brought,
        book,
        seen=seen,
        actor=asker[0],
        today=today,
        at=now,
        storage=storage,
        file_limit=app.config["FILE_LIMIT"],
        version=None,
        told=told,
    )
    db.session.commit()


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
    (asker,) = actors([export.person_id], today)
    scratch = storage.scratch
    with tempfile.TemporaryFile(dir=scratch) as rows, tempfile.TemporaryFile(dir=scratch) as file:
        listing, query = export.listing, export.query
        db.session.rollback()
        with reading(one_moment=True), force_locale(language):
            opened: Opened = app.extensions["sheets"](listing, query, asker, **told)
            total = spool.set_aside(files.rows_of(opened, kind), rows)
            db.session.rollback()

        def tell(done: int) -> None:
            exports.progress(export_id, done, total=total, now=clock.now())
            db.session.commit()

        tell(0)
        aside = spool.taken_up(rows)
        made = {"language": language, "scratch": scratch, "told": tell}
        files.write(opened, kind, file, rows=aside, **made)  # type: ignore[arg-type]
        file.seek(0)
        kept = storage.keep(file, limit=LARGEST)
    now = clock.now()
    exports.finish(
        db.session.get_one(Export, export_id), kept, rows=total, actor=asker, on=now.astimezone(HANOI).date(), at=now
    )
    db.session.commit()
