"""Bringing a sheet in, of whatever kind: kept and looked at first, written down all at once or not at all."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.storage import Incoming, Kept, Storage
from inspect_app.sheets.models import Brought
from inspect_app.sheets.queries import tracking
from inspect_app.sheets.services import heads, reading
from inspect_app.sheets.services.declared import Kind, Writing
from inspect_app.sheets.services.kinds import KINDS
from inspect_app.sheets.services.lines import Judged, Sheet, Source, Verdict
from inspect_app.sheets.services.reading import Book

KEPT_FOR = timedelta(days=7)
"""A sheet that nobody came back to."""
MOST_AT_ONCE = 1000
"""Rows that one sheet may add and change: all are written in one transaction."""


def storing(storage: Storage) -> Storage:
    """Where sheets are kept, apart from what records name."""
    return Storage(storage.root / "brought")


def receive(file: Incoming, *, storage: Storage, limit: int) -> tuple[Kept, Book]:
    """Keep the file and read it; takes its time, and asks the database nothing. Raises Invalid; see `reading`."""
    kept = storing(storage).keep(file.stream, limit=limit)
    return kept, reading.read(storing(storage).path(kept.sha256))


def bring(name: str, kept: Kept, book: Book, *, kind: Kind, actor: Actor, at: datetime) -> Brought:
    """Take the sheet up, and guess what its columns are. Raises NotAllowed where the kind is not theirs."""
    check_may(kind, actor)
    head = heads.guess(book.rows, kind.columns)
    digest = heads.digest(book.rows[head] if book.rows else [])
    before = tracking.choices_before(actor, kind.name, digest)
    columns = before.get("columns") or heads.fields(book.rows[head] if book.rows else [], kind.columns)
    assert actor.person_id is not None
    brought = Brought(
        person_id=actor.person_id,
        kind=kind.name,
        name=name,
        sha256=kept.sha256,
        size=kept.size,
        heads=digest,
        choices={"sheet": 0, "head": head, "columns": dict(columns)},
        received_at=at,
    )
    db.session.add(brought)
    db.session.flush()
    return brought


def check_may(kind: Kind, actor: Actor) -> None:
    """Raises NotAllowed."""
    if not kind.may(actor):
        raise NotAllowed("Trang này không dành cho vai trò của tài khoản đang dùng.")


def opened(sha256: str, sheet: int, *, storage: Storage) -> Book:
    """One sheet of the file; takes its time, and asks the database nothing. Raises Invalid."""
    return reading.read(storing(storage).path(sha256), sheet=sheet)


def choose(
    brought: Brought,
    book: Book,
    *,
    sheet: int,
    head: int,
    columns: Mapping[str, int],
    answers: Mapping[str, int],
    version: int | None,
) -> None:
    """Say what the columns are and what unclear names mean; `book` is the `sheet`. Raises WrongState, Stale.

    The columns of another sheet, or below other heads, are guessed anew.
    """
    _not_done(brought, version)
    known = KINDS[brought.kind].columns
    said: dict[str, Any] = {"sheet": sheet, "head": head}
    if sheet != brought.choices["sheet"]:
        said["head"] = heads.guess(book.rows, known)
        columns = heads.fields(book.rows[said["head"]], known) if book.rows else {}
    elif head != brought.choices["head"]:
        columns = heads.fields(book.rows[head], known) if head < len(book.rows) else {}
    said["columns"] = {str(name): place for name, place in columns.items()}
    said["answers"] = {**brought.choices.get("answers", {}), **answers}
    brought.choices = said


def judged(brought: Brought, book: Book, *, actor: Actor, today: date) -> Judged[Any]:
    """What writing the sheet down would do now."""
    head = int(brought.choices["head"])
    sheet = Sheet(
        list(enumerate(book.rows[head + 1 :], head + 2)),
        columns_of(brought, book),
        brought.choices.get("answers", {}),
        Source(brought.name, brought.sha256),
        above=book.rows[:head],
    )
    return KINDS[brought.kind].judge(sheet, actor, today)


def columns_of(brought: Brought, book: Book) -> dict[str, int]:
    wide = len(book.rows[0]) if book.rows else 0
    known = {column.name for column in KINDS[brought.kind].columns}
    return {name: place for name, place in brought.choices["columns"].items() if name in known and 0 <= place < wide}


def write_down(
    brought: Brought,
    book: Book,
    *,
    seen: str,
    actor: Actor,
    today: date,
    at: datetime,
    storage: Storage,
    file_limit: int,
    version: int | None,
) -> None:
    """All of it or nothing. Raises WrongState, Stale where it would no longer do what was shown (`seen`), Invalid."""
    _not_done(brought, version)
    kind = KINDS[brought.kind]
    check_may(kind, actor)
    found = judged(brought, book, actor=actor, today=today)
    if found.digest != seen:
        raise Stale("Sổ đã thay đổi từ khi kiểm tra tệp. Đã kiểm tra lại, xem kết quả mới rồi ghi.")
    tally = found.tally
    if not found.may_be_done:
        raise WrongState("Còn dòng sai hoặc không có gì để ghi.")
    if found.changes > MOST_AT_ONCE:
        raise Invalid("Mỗi lần ghi không quá %(most)s dòng mới hoặc thay đổi. Chia nhỏ tệp.", most=MOST_AT_ONCE)
    source = Source(brought.name, brought.sha256)
    kind.write(found, Writing(actor, today, at, storage, file_limit, source, brought.id))
    brought.done_at, brought.added, brought.changed = at, tally[Verdict.NEW], tally[Verdict.CHANGED]
    db.session.flush()
    told = {
        "kind": brought.kind,
        "name": brought.name,
        "sha256": brought.sha256,
        "added": brought.added,
        "changed": brought.changed,
    }
    audit.record("brought:write_down", brought, actor=actor, on=today, **told)


def drop(brought: Brought) -> None:
    """It is not to be written down. Raises WrongState."""
    _not_done(brought, None)
    db.session.delete(brought)


def sweep(*, now: datetime) -> int:
    """Drop sheets that nobody came back to; how many that were."""
    old = db.session.scalars(
        select(Brought.id).where(Brought.done_at.is_(None), Brought.received_at < now - KEPT_FOR)
    ).all()
    db.session.execute(delete(Brought).where(Brought.id.in_(old)))
    return len(old)


def sweep_files(storage: Storage, *, now: datetime) -> None:
    """Remove content that no sheet names, once that was committed."""
    named = set(db.session.scalars(select(Brought.sha256)))
    for path in storing(storage).files():
        if path.name not in named and path.stat().st_mtime < (now - timedelta(hours=1)).timestamp():
            path.unlink(missing_ok=True)


def _not_done(brought: Brought, version: int | None) -> None:
    if brought.done_at is not None:
        raise WrongState("Tệp này đã được ghi vào sổ rồi.")
    if version is not None and version != brought.version:
        raise Stale("Các lựa chọn của tệp này vừa được sửa ở cửa sổ khác. Xem bản mới rồi gửi lại.")
