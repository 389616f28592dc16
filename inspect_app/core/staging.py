"""Files on their way: sent ahead of the form that they belong to, one by one, while the rest is still being typed.

No record of work: seen by their sender alone, gone when the form is sent or when they have waited too long. Their
content stands apart from what records name, so that sweeping can never reach a record's file.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import IO, cast

from sqlalchemy import CursorResult, ForeignKey, and_, delete, exists, func, select
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.core import pictures
from inspect_app.core.actor import Actor
from inspect_app.core.db import Base, db, pk, plain
from inspect_app.core.drafts import Draft
from inspect_app.core.errors import Invalid
from inspect_app.core.filing import Stored
from inspect_app.core.storage import Incoming, Storage

MOST_FILES = 200
"""Of one person."""
KEPT_FOR = timedelta(days=7)


class Staged(Stored, Base):
    """One file that waits for its form."""

    __tablename__ = "staged"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    page: Mapped[plain]
    """The path of the form's address."""


class _Later:
    """The content of a stored file, opened by the first reading and closed by the last."""

    def __init__(self, storage: Storage, sha256: str) -> None:
        self._storage, self._sha256 = storage, sha256
        self._stream: IO[bytes] | None = None

    def read(self, size: int = -1) -> bytes:
        if self._stream is None:
            self._stream = self._storage.open(self._sha256)
        if not (chunk := self._stream.read(size)):
            self._stream.close()
        return chunk

    def seek(self, offset: int) -> int:
        """Back to the beginning, for another reading from there; nowhere else."""
        assert offset == 0
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        return 0


def aside(storage: Storage) -> Storage:
    """Where the content of waiting files is kept."""
    return storage.apart("staged")


def stage(file: Incoming, *, actor: Actor, page: str, at: datetime, storage: Storage, limit: int, quota: int) -> Staged:
    """Keep the file for the form at `page`; `limit` of one file and `quota` of all that wait are in bytes.

    Raises Invalid when the person has too much waiting already.
    """
    kept = aside(storage).keep(file.stream, limit=limit)
    many, waiting = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Staged.size), 0)).where(Staged.person_id == actor.person_id)
    ).one()
    if many >= MOST_FILES or waiting + kept.size > quota:
        raise Invalid("Có quá nhiều tệp đang chờ gửi. Gửi hoặc bỏ bớt rồi thêm tệp này.", field="files")
    assert actor.person_id is not None
    staged = Staged(
        person_id=actor.person_id,
        page=page,
        sha256=kept.sha256,
        received_sha256=file.received_sha256,
        name=file.name,
        media_type=file.media_type,
        size=kept.size,
        taken_at=file.taken_at,
        received_at=at,
    )
    db.session.add(staged)
    db.session.flush()
    return staged


def waiting_of(actor: Actor) -> dict[int, Staged]:
    """Every file of the person's that waits, by its id."""
    return {row.id: row for row in db.session.scalars(select(Staged).where(Staged.person_id == actor.person_id))}


def incoming(staged: Staged, storage: Storage) -> Incoming:
    """The file as services take it."""
    return Incoming(
        staged.name,
        staged.media_type,
        cast(IO[bytes], _Later(aside(storage), staged.sha256)),
        received_sha256=staged.received_sha256,
        taken_at=staged.taken_at,
    )


def let_go(ids: Collection[int], *, actor: Actor) -> None:
    """Of the person's own files, these wait no longer."""
    if ids:
        db.session.execute(delete(Staged).where(Staged.id.in_(ids), Staged.person_id == actor.person_id))


def let_go_of_page(page: str, *, actor: Actor) -> None:
    """What the person staged for the form at `page` waits no longer."""
    db.session.execute(delete(Staged).where(Staged.page == page, Staged.person_id == actor.person_id))


def sweep(*, before: datetime) -> int:
    """Drop what was received before that moment, unless its form is still kept as a draft; how many that were.

    Sweep drafts first. The content goes with `sweep_content`, once this was committed.
    """
    of_a_draft = exists().where(and_(Draft.person_id == Staged.person_id, Draft.page == Staged.page))
    dropped = db.session.execute(delete(Staged).where(Staged.received_at < before, ~of_a_draft))
    assert isinstance(dropped, CursorResult)
    return dropped.rowcount


def sweep_content(storage: Storage, *, before: datetime) -> int:
    """Remove content that came before that moment and belongs to no waiting file; how many files that were."""
    apart = aside(storage)
    removed = apart.remove_unnamed(_waited_for, before=before) + apart.remove_half_written(before=before)
    pictures.remove_small(apart)
    return removed


def _waited_for(hashes: Collection[str]) -> Collection[str]:
    return db.session.scalars(select(Staged.sha256).where(Staged.sha256.in_(hashes))).all()
