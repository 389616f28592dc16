"""Bringing a sheet of findings in: kept and looked at first, written down all at once or not at all."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, Stale, WrongState
from inspect_app.core.storage import Incoming, Kept, Storage
from inspect_app.findings import services as findings
from inspect_app.findings.services import Particulars
from inspect_app.sheets.models import Brought
from inspect_app.sheets.queries import tracking
from inspect_app.sheets.services import heads, reading
from inspect_app.sheets.services.heads import Field
from inspect_app.sheets.services.judging import Judged, Verdict, codes, judge
from inspect_app.sheets.services.reading import Book

KEPT_FOR = timedelta(days=7)
"""A sheet that nobody came back to."""
MOST_AT_ONCE = 1000
"""Findings that one sheet may add and change: all are written in one transaction."""


def storing(storage: Storage) -> Storage:
    """Where sheets are kept, apart from what records name."""
    return Storage(storage.root / "brought")


def receive(file: Incoming, *, storage: Storage, limit: int) -> tuple[Kept, Book]:
    """Keep the file and read it; takes its time, and asks the database nothing. Raises Invalid; see `reading`."""
    kept = storing(storage).keep(file.stream, limit=limit)
    return kept, reading.read(storing(storage).path(kept.sha256))


def bring(name: str, kept: Kept, book: Book, *, actor: Actor, at: datetime) -> Brought:
    """Take the sheet up, and guess what its columns are."""
    head = heads.guess(book.rows)
    digest = heads.digest(book.rows[head] if book.rows else [])
    before = tracking.choices_before(actor, digest)
    columns = before.get("columns") or heads.fields(book.rows[head] if book.rows else [])
    assert actor.person_id is not None
    brought = Brought(
        person_id=actor.person_id,
        name=name,
        sha256=kept.sha256,
        size=kept.size,
        heads=digest,
        choices={"sheet": 0, "head": head, "columns": {str(name): place for name, place in columns.items()}},
        received_at=at,
    )
    db.session.add(brought)
    db.session.flush()
    return brought


def opened(sha256: str, sheet: int, *, storage: Storage) -> Book:
    """One sheet of the file; takes its time, and asks the database nothing. Raises Invalid."""
    return reading.read(storing(storage).path(sha256), sheet=sheet)


def choose(
    brought: Brought,
    book: Book,
    *,
    sheet: int,
    head: int,
    columns: Mapping[Field, int],
    units: Mapping[str, int],
    version: int | None,
) -> None:
    """Say what the columns are and which units are meant; `book` is the `sheet`. Raises WrongState, Stale.

    The columns of another sheet, or below other heads, are guessed anew.
    """
    _not_done(brought, version)
    said: dict[str, Any] = {"sheet": sheet, "head": head}
    if sheet != brought.choices["sheet"]:
        said["head"] = heads.guess(book.rows)
        columns = heads.fields(book.rows[said["head"]]) if book.rows else {}
    elif head != brought.choices["head"]:
        columns = heads.fields(book.rows[head]) if head < len(book.rows) else {}
    said["columns"] = {str(name): place for name, place in columns.items()}
    said["units"] = {**brought.choices.get("units", {}), **units}
    brought.choices = said


def judged(brought: Brought, book: Book, *, actor: Actor) -> Judged:
    """What writing the sheet down would do now."""
    head, columns = int(brought.choices["head"]), columns_of(brought, book)
    rows = book.rows[head + 1 :]
    known = tracking.known(actor, codes(rows, columns))
    return judge(enumerate(rows, head + 2), columns, brought.choices.get("units", {}), known, actor)


def columns_of(brought: Brought, book: Book) -> dict[Field, int]:
    wide = len(book.rows[0]) if book.rows else 0
    return {Field(name): place for name, place in brought.choices["columns"].items() if 0 <= place < wide}


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
    found = judged(brought, book, actor=actor)
    if found.digest != seen:
        raise Stale("Sổ đã thay đổi từ khi kiểm tra tệp. Đã kiểm tra lại, xem kết quả mới rồi ghi.")
    tally = found.tally
    if not found.may_be_done:
        raise WrongState("Còn dòng sai hoặc không có gì để ghi.")
    if tally[Verdict.NEW] + tally[Verdict.CHANGED] > MOST_AT_ONCE:
        raise Invalid("Mỗi lần ghi không quá %(most)s dòng mới hoặc thay đổi. Chia nhỏ tệp.", most=MOST_AT_ONCE)
    keeping: dict[str, Any] = {"actor": actor, "today": today, "storage": storage, "file_limit": file_limit}
    by_visit: dict[int, list[Particulars]] = {}
    visits = {}
    for line in found.lines:
        if line.verdict is Verdict.NEW and line.visit is not None and line.particulars is not None:
            visits[line.visit.id] = line.visit
            by_visit.setdefault(line.visit.id, []).append(line.particulars)
        elif line.verdict is Verdict.CHANGED and line.finding is not None and line.particulars is not None:
            findings.edit(line.finding, line.particulars, version=line.finding.version, **keeping)
    for visit_id, several in by_visit.items():
        findings.record(visits[visit_id], several, **keeping)
    brought.done_at, brought.added, brought.changed = at, tally[Verdict.NEW], tally[Verdict.CHANGED]
    db.session.flush()
    told = {"name": brought.name, "sha256": brought.sha256, "added": brought.added, "changed": brought.changed}
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
