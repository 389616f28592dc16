"""Bringing a sheet in, of whatever kind: kept and looked at first, written down all at once or not at all."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import DomainError, Invalid, NotAllowed, Stale, WrongState, sentence
from inspect_app.core.storage import Incoming, Kept, Storage
from inspect_app.sheets.models import Brought
from inspect_app.sheets.queries import tracking
from inspect_app.sheets.services import heads, originals, reading
from inspect_app.sheets.services.declared import Kind, Secret, Writing
from inspect_app.sheets.services.kinds import KINDS
from inspect_app.sheets.services.lines import Judged, Sheet, Source, Verdict
from inspect_app.sheets.services.particulars import FindingLine
from inspect_app.sheets.services.reading import Book

KEPT_FOR = timedelta(days=7)
"""A sheet that nobody came back to."""
MOST_AT_ONCE = 1000
"""Rows added and changed while the page waits; more are written by a worker."""
SHEETS_LOOKED_AT, FEW_COLUMNS = 10, 3
"""The first sheet of a file is often a cover: with fewer known columns than this, the others are looked at."""
TAKEN_FOR = timedelta(minutes=5)
"""A worker has taken a sheet, reads it and compares it; as soon as it writes, it holds the row itself."""
TRIES = 3
NOT_WRITTEN = sentence("Chưa ghi được tệp này vào sổ, sổ không thay đổi gì. Ghi lại; nếu vẫn không được, báo quản trị.")


def storing(storage: Storage) -> Storage:
    """Where sheets are kept, apart from what records name."""
    return storage.apart("brought")


def receive(file: Incoming, kind: Kind, *, storage: Storage, limit: int) -> tuple[Kept, Book, int]:
    """Keep the file and read the sheet of it that is meant; takes its time, and asks the database nothing.

    That is the first, unless it has hardly a column of the kind and another has more. Raises Invalid; see `reading`.
    """
    kept = storing(storage).keep(file.stream, limit=limit)
    with storing(storage).at_hand(kept.sha256) as path:
        book, sheet = reading.read(path), 0
        most = _known(book, kind)
        for place in range(1, min(len(book.sheets), SHEETS_LOOKED_AT)) if most < FEW_COLUMNS else ():
            with suppress(Invalid):  # another sheet's faults are nobody's trouble
                other = reading.read(path, sheet=place)
                if (known := _known(other, kind)) > most:
                    book, sheet, most = other, place, known
        return kept, book, sheet


def _known(book: Book, kind: Kind) -> int:
    """How many columns of the kind the sheet has."""
    return len(heads.fields(heads.named(book.rows, heads.guess(book.rows, kind.columns)), kind.columns))


def bring(name: str, kept: Kept, book: Book, *, sheet: int, kind: Kind, actor: Actor, at: datetime) -> Brought:
    """Take the `sheet` up, and guess what its columns are. Raises NotAllowed where the kind is not theirs."""
    check_may(kind, actor)
    head = heads.guess(book.rows, kind.columns)
    said = heads.named(book.rows, head)
    digest = heads.digest(said)
    before = tracking.choices_before(actor, kind.name, digest)
    columns = before.get("columns") or heads.fields(said, kind.columns)
    assert actor.person_id is not None
    brought = Brought(
        person_id=actor.person_id,
        kind=kind.name,
        name=name,
        sha256=kept.sha256,
        size=kept.size,
        heads=digest,
        choices={"sheet": sheet, "head": head, "columns": dict(columns)},
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
    with storing(storage).at_hand(sha256) as path:
        return reading.read(path, sheet=sheet)


def choose(
    brought: Brought,
    book: Book,
    *,
    sheet: int,
    head: int,
    columns: Mapping[str, int],
    answers: Mapping[str, int],
    decided: Mapping[str, str],
    version: int | None,
) -> None:
    """Say what the columns are, what unclear names mean and whose text holds; `book` is the `sheet`.

    Raises WrongState, Stale. The columns of another sheet, or below other heads, are guessed anew.
    """
    _not_done(brought, version)
    brought.asked_at = brought.fault = None
    known = KINDS[brought.kind].columns
    said: dict[str, Any] = {"sheet": sheet, "head": head}
    if sheet != brought.choices["sheet"]:
        said["head"] = heads.guess(book.rows, known)
        columns = heads.fields(heads.named(book.rows, said["head"]), known)
    elif head != brought.choices["head"]:
        columns = heads.fields(heads.named(book.rows, head), known)
    said["columns"] = {str(name): place for name, place in columns.items()}
    said["answers"] = {**brought.choices.get("answers", {}), **answers}
    said["decided"] = {**brought.choices.get("decided", {}), **decided}
    brought.choices = said


def judged(brought: Brought, book: Book, *, actor: Actor, today: date) -> Judged[Any]:
    """What writing the sheet down would do now."""
    head = int(brought.choices["head"])
    first = heads.below(book.rows, head)
    sheet = Sheet(
        list(enumerate(book.rows[first:], first + 1)),
        columns_of(brought, book),
        brought.choices.get("answers", {}),
        Source(brought.name, brought.sha256),
        above=book.rows[:head],
        originals=originals.read(book.aside),
        decided=brought.choices.get("decided", {}),
    )
    return KINDS[brought.kind].judge(sheet, actor, today)


def compares_two_ways(book: Book, judged: Judged[Any]) -> bool:
    """It names findings of ours and does not tell what stood in their cells when it was taken away."""
    return not originals.read(book.aside) and any(isinstance(one, FindingLine) and one.finding for one in judged.lines)


def columns_of(brought: Brought, book: Book) -> dict[str, int]:
    wide = len(book.rows[0]) if book.rows else 0
    known = {column.name for column in KINDS[brought.kind].columns}
    return {name: place for name, place in brought.choices["columns"].items() if name in known and 0 <= place < wide}


def agreed(brought: Brought, book: Book, *, seen: str, actor: Actor, today: date) -> Judged[Any]:
    """What was said yes to, if that is still what writing it down would do. Raises what `write_down` raises."""
    kind = KINDS[brought.kind]
    if brought.done_at is not None:
        raise _done_already()
    check_may(kind, actor)
    found = judged(brought, book, actor=actor, today=today)
    if found.digest != seen:
        raise Stale("Sổ đã thay đổi từ khi kiểm tra tệp. Đã kiểm tra lại, xem kết quả mới rồi ghi.")
    if not found.may_be_done:
        raise WrongState("Còn dòng sai hoặc không có gì để ghi.")
    if kind.most is not None and found.changes > kind.most:
        raise Invalid("Mỗi lần ghi không quá %(most)s dòng mới hoặc thay đổi. Chia nhỏ tệp.", most=kind.most)
    return found


def is_long(found: Judged[Any]) -> bool:
    """Too long for a page to wait for: a worker writes it down."""
    return found.changes > MOST_AT_ONCE


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
    ahead: Any = None,
    told: Callable[[int], None] = lambda _done: None,
) -> list[Secret]:
    """All of it or nothing; returns first passwords, to be shown once.

    Raises NotAllowed, WrongState, Stale where it would no longer do what was shown (`seen`), Invalid.
    """
    _check_version(brought, version)
    kind = KINDS[brought.kind]
    found = agreed(brought, book, seen=seen, actor=actor, today=today)
    source = Source(brought.name, brought.sha256)
    writing = Writing(actor, today, at, storage, file_limit, source, brought.id, told, ahead)
    kind.write(found, writing)
    brought.done_at = at
    _count(brought, found)
    db.session.flush()
    audit.record("brought:write_down", brought, actor=actor, on=today, **_told(brought))
    return writing.secrets


def ask(brought: Brought, found: Judged[Any], *, actor: Actor, today: date, at: datetime, version: int | None) -> None:
    """Have a worker write down what was `agreed` in this transaction. Raises WrongState, Stale."""
    _not_done(brought, version)
    brought.asked_at, brought.seen, brought.fault, brought.tries, brought.taken_at = at, found.digest, None, 0, None
    _count(brought, found)
    db.session.flush()
    audit.record("brought:ask", brought, actor=actor, on=today, **_told(brought))


def drop(brought: Brought) -> None:
    """It is not to be written down. Raises WrongState."""
    _not_done(brought, None)
    db.session.delete(brought)


def _count(brought: Brought, found: Judged[Any]) -> None:
    tally = found.tally
    brought.added, brought.changed = tally[Verdict.NEW], tally[Verdict.CHANGED]


def _told(brought: Brought) -> dict[str, Any]:
    return {
        "kind": brought.kind,
        "name": brought.name,
        "sha256": brought.sha256,
        "added": brought.added,
        "changed": brought.changed,
    }


# What the worker does


def take(*, now: datetime) -> Brought | None:
    """The one that has waited longest, or whose worker is gone; commit before the work begins.

    What was tried too often is given up.
    """
    waits = and_(Brought.asked_at.is_not(None), Brought.done_at.is_(None), Brought.fault.is_(None))
    gone = or_(Brought.taken_at.is_(None), Brought.taken_at < now - TAKEN_FOR)
    found = db.session.scalars(
        select(Brought).where(waits, gone).order_by(Brought.asked_at).limit(1).with_for_update(skip_locked=True)
    ).one_or_none()
    if found is not None and found.tries >= TRIES:
        give_up(found, WrongState(NOT_WRITTEN))
    elif found is not None:
        found.taken_at = now
        found.tries += 1
    return found


def give_up(brought: Brought, why: DomainError) -> None:
    """It is not written down, and this is why."""
    values = {name: value if isinstance(value, int) else str(value) for name, value in why.values.items()}
    brought.fault = {"message": why.message, "values": values}


def why_not(brought: Brought) -> DomainError | None:
    """Why the worker gave it up, where it did."""
    if brought.fault is None:
        return None
    message: str = brought.fault["message"]
    return WrongState(message, **brought.fault["values"])


def progress_of(brought: Brought, storage: Storage) -> int:
    """How many rows its worker has written so far.

    Stands in the store: while everything is one transaction, SQLite takes no other writing.
    """
    try:
        return int(storing(storage).jotted(_progress(brought.id)) or 0)
    except (OSError, ValueError):
        return 0


def tell_progress(brought_id: int, done: int, storage: Storage) -> None:
    with suppress(OSError):  # nobody's row is lost because nobody hears of it
        storing(storage).jot(_progress(brought_id), str(done).encode())


def forget_progress(brought_id: int, storage: Storage) -> None:
    with suppress(OSError):
        storing(storage).strike(_progress(brought_id))


def _progress(brought_id: int) -> str:
    return f"{brought_id}.progress"


# What is dropped


def sweep(*, now: datetime) -> int:
    """Drop sheets that nobody came back to; how many that were."""
    old = db.session.scalars(
        select(Brought.id).where(Brought.done_at.is_(None), Brought.received_at < now - KEPT_FOR)
    ).all()
    db.session.execute(delete(Brought).where(Brought.id.in_(old)))
    return len(old)


def sweep_files(storage: Storage, *, now: datetime) -> None:
    """Remove content that no sheet names, once that was committed."""
    before = now - timedelta(hours=1)
    storing(storage).remove_unnamed(_named, before=before)
    storing(storage).remove_half_written(before=before)


def _named(hashes: Collection[str]) -> Collection[str]:
    return db.session.scalars(select(Brought.sha256).where(Brought.sha256.in_(hashes))).all()


def _not_done(brought: Brought, version: int | None) -> None:
    if brought.done_at is not None:
        raise _done_already()
    if brought.is_moving:
        raise WrongState("Tệp này đang được ghi vào sổ. Xem tiến độ, đợi ghi xong.")
    _check_version(brought, version)


def _done_already() -> WrongState:
    return WrongState("Tệp này đã được ghi vào sổ rồi.")


def _check_version(brought: Brought, version: int | None) -> None:
    if version is not None and version != brought.version:
        raise Stale("Các lựa chọn của tệp này vừa được sửa ở cửa sổ khác. Xem bản mới rồi gửi lại.")
