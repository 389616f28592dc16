"""Keeping account of lists that are taken away: who took which rows, and how far a large one has come."""

import hashlib
from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select, update

from inspect_app.core import audit
from inspect_app.core.actor import SYSTEM, Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.core.storage import Kept, Storage
from inspect_app.sheets.models import Export, ExportState, SheetKind

KEPT_FOR = timedelta(hours=24)
MOST_WAITING = 3
"""Of one person at a time."""
TAKEN_FOR = timedelta(minutes=5)
"""A worker that has said nothing for so long is gone, and another may take its work."""
TRIES = 3


def reach_of(actor: Actor) -> str:
    """A digest of all that decides what the actor may see."""
    held = sorted((one.role.value, one.unit_id, one.path, sorted(one.predecessors)) for one in actor.grants)
    seats = sorted((one.team_id, one.plan_id, one.role.value) for one in actor.seats)
    return hashlib.sha256(repr((held, seats, actor.home_unit_id)).encode()).hexdigest()


def storing(storage: Storage) -> Storage:
    """Where files that wait to be fetched are kept, apart from what records name."""
    return storage.apart("exports")


def hand_out(
    listing: str, query: str, kind: SheetKind, *, rows: int, actor: Actor, language: str, on: date, at: datetime
) -> Export:
    """Note that the list goes out with the answer."""
    made = _new(listing, query, kind, rows=rows, actor=actor, language=language, on=on, at=at)
    made.state, made.done = ExportState.HANDED_OUT, rows
    db.session.flush()
    audit.record("export:hand_out", made, actor=actor, on=on, list=listing, query=query, kind=kind.value, rows=rows)
    return made


def ask(
    listing: str, query: str, kind: SheetKind, *, rows: int, actor: Actor, language: str, on: date, at: datetime
) -> Export:
    """Ask for a file that a worker makes. Raises Invalid for somebody who waits for too many already."""
    moving = Export.state.in_((ExportState.WAITING, ExportState.WORKING))
    mine = select(func.count()).select_from(Export).where(Export.person_id == actor.person_id, moving)
    if (db.session.scalar(mine) or 0) >= MOST_WAITING:
        raise Invalid("Đang có %(most)s tệp chờ lập. Đợi các tệp này xong rồi lập tiếp.", most=MOST_WAITING)
    made = _new(listing, query, kind, rows=rows, actor=actor, language=language, on=on, at=at)
    db.session.flush()
    audit.record("export:ask", made, actor=actor, on=on, list=listing, query=query, kind=kind.value, rows=rows)
    return made


def _new(
    listing: str, query: str, kind: SheetKind, *, rows: int, actor: Actor, language: str, on: date, at: datetime
) -> Export:
    assert actor.person_id is not None
    made = Export(
        person_id=actor.person_id,
        listing=listing,
        query=query,
        kind=kind,
        language=language,
        on=on,
        state=ExportState.WAITING,
        total=rows,
        reach=reach_of(actor),
        asked_at=at,
    )
    db.session.add(made)
    return made


# What the worker does


def take(*, now: datetime) -> Export | None:
    """The one that has waited longest, or whose worker is gone; commit before the work begins.

    What was tried too often is given up.
    """
    gone = and_(Export.state == ExportState.WORKING, Export.taken_at < now - TAKEN_FOR)
    db.session.execute(update(Export).where(gone, Export.tries >= TRIES).values(state=ExportState.FAILED))
    found = db.session.scalars(
        select(Export)
        .where(or_(Export.state == ExportState.WAITING, gone))
        .order_by(Export.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if found is not None:
        found.state, found.taken_at, found.done = ExportState.WORKING, now, 0
        found.tries += 1
    return found


def progress(export_id: int, done: int, *, total: int, now: datetime) -> None:
    """So many rows are written; also says that its worker is alive."""
    db.session.execute(
        update(Export).where(Export.id == export_id).values(done=done, total=max(total, done), taken_at=now)
    )


def finish(export: Export, kept: Kept, *, rows: int, actor: Actor, on: date, at: datetime) -> None:
    """Its file may be fetched, by whoever sees no less than `actor` did when it was made."""
    export.state, export.ready_at = ExportState.READY, at
    export.sha256, export.size = kept.sha256, kept.size
    export.done = export.total = rows
    export.reach = reach_of(actor)
    db.session.flush()
    audit.record("export:make", export, actor=SYSTEM, on=on, rows=rows, sha256=kept.sha256)


def fail(export_id: int) -> None:
    """It cannot be made."""
    db.session.execute(update(Export).where(Export.id == export_id).values(state=ExportState.FAILED))


def fetched(export: Export, *, actor: Actor, on: date) -> None:
    """Its file goes out."""
    audit.record("export:fetch", export, actor=actor, on=on, sha256=export.sha256)


def sweep(*, now: datetime) -> int:
    """What has waited for a day may no longer be fetched; how many that were."""
    old = db.session.scalars(
        select(Export).where(Export.state == ExportState.READY, Export.ready_at < now - KEPT_FOR)
    ).all()
    for export in old:
        export.state, export.sha256 = ExportState.EXPIRED, None
    return len(old)


def sweep_files(storage: Storage, *, now: datetime) -> int:
    """Remove files that nobody may fetch any more, once that was committed; how many that were."""
    before = now - TAKEN_FOR
    return storing(storage).remove_unnamed(_named, before=before) + storing(storage).remove_half_written(before=before)


def _named(hashes: Collection[str]) -> Collection[str]:
    named = db.session.scalars(select(Export.sha256).where(Export.sha256.in_(hashes)))
    return [sha256 for sha256 in named if sha256]
