"""Whether the program can do its work: what a monitor asks, in words that give nothing away. Never writes."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from inspect_app.config import ROOT
from inspect_app.core.audit import Event
from inspect_app.core.connections import reading
from inspect_app.core.db import db
from inspect_app.core.outage import waiting
from inspect_app.reminders.models import Mail
from inspect_app.sheets.models import Export, ExportState
from inspect_app.upkeep.models import Chore

MIGRATIONS = ROOT / "inspect_app" / "migrations" / "versions"
DATABASE_ANSWERS = 3.0
"""Seconds within which it has to."""
WORKER = "worker"
"""The chore that tells that the worker lives."""
WORKER_SILENT = timedelta(minutes=5)
"""A worker that was not heard of for that long is dead or stuck: between chores it tells every half minute."""
CHORES = ("files", "log", "scanner")
"""Chores whose last outcome a monitor has to know: a fault stays until it is looked into."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that work depends on."""

    name: str
    good: bool
    said: str
    """One word."""


@dataclass(frozen=True, slots=True)
class Queues:
    """What waits for the worker, and where the log ends."""

    mails: int
    exports: int
    head: int


def checks(folders: Sequence[Path], *, least_free: int, now: datetime) -> list[Check]:
    """Database, migrations, disk, worker and the outcome of chores. `least_free` is in bytes."""
    found = [_disk(folders, least_free)]
    try:
        with waiting(DATABASE_ANSWERS), reading():
            found += [Check("database", True, "ok"), _migrations(), *_chores(now)]
    except SQLAlchemyError:
        found.append(Check("database", False, "away"))
    finally:
        db.session.rollback()
    return sorted(found, key=lambda check: check.name)


def queues() -> Queues:
    """Raises SQLAlchemyError."""
    with waiting(DATABASE_ANSWERS), reading():
        unsent = select(func.count()).where(Mail.sent_at.is_(None), Mail.given_up_at.is_(None))
        unmade = select(func.count()).where(Export.state.in_((ExportState.WAITING, ExportState.WORKING)))
        head = select(func.coalesce(func.max(Event.seq), 0))
        row = db.session.execute(select(unsent.scalar_subquery(), unmade.scalar_subquery(), head.scalar_subquery()))
        return Queues(*row.one())


def chores() -> Sequence[Chore]:
    """What was last done. Raises SQLAlchemyError."""
    with waiting(DATABASE_ANSWERS), reading():
        return db.session.scalars(select(Chore).order_by(Chore.name)).all()


def free_space(folders: Sequence[Path]) -> int:
    """Bytes left where it is tightest. Raises OSError."""
    return min(shutil.disk_usage(folder).free for folder in folders)


def _disk(folders: Sequence[Path], least_free: int) -> Check:
    # A folder that was not needed yet is made when it is.
    there = [folder if folder.exists() else folder.parent for folder in folders]
    try:
        if not all(os.access(folder, os.W_OK) for folder in there):
            return Check("disk", False, "read-only")
        full = free_space(there) < least_free
    except OSError:
        return Check("disk", False, "away")
    return Check("disk", not full, "full" if full else "ok")


def _migrations() -> Check:
    at = db.session.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    there = list(at) == [_newest()]
    return Check("migrations", there, "ok" if there else "behind")


@cache
def _newest() -> str:
    """By the names of their files: Alembic would read them all to say the same."""
    return max(file.name.partition("_")[0] for file in MIGRATIONS.glob("[0-9]*.py"))


def _chores(now: datetime) -> list[Check]:
    done = {chore.name: chore for chore in chores()}
    alive = WORKER in done and now - done[WORKER].done_at < WORKER_SILENT
    worker = Check(WORKER, alive, "ok" if alive else "silent" if WORKER in done else "never")
    faults = [done[name] for name in CHORES if name in done]
    return [worker, *(Check(one.name, one.good, "ok" if one.good else "fault") for one in faults)]
