"""Files that came in, as rows. What may come in at all was settled at the door (web/uploads)."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.core.actor import Actor
from inspect_app.core.db import db, plain
from inspect_app.core.pictures import MEDIA_TYPES
from inspect_app.core.storage import Incoming, Storage

_SHOWN = frozenset(MEDIA_TYPES.values())


class Stored:
    """The columns of a file that is stored by the hash of its content."""

    sha256: Mapped[plain] = mapped_column(index=True)
    """Of what is stored."""
    received_sha256: Mapped[str | None]
    """Of what came, where a picture was turned upright and stripped before it was stored."""
    taken_at: Mapped[datetime | None]
    """When the camera says that the picture was taken."""
    size: Mapped[int]
    """Bytes."""
    media_type: Mapped[str]
    name: Mapped[str]
    """As the sender called it, cleaned; never used as a path."""
    received_at: Mapped[datetime]

    @property
    def can_be_shown(self) -> bool:
        """A picture of a kind that a page can show."""
        return self.media_type in _SHOWN


class Filed(Stored):
    """The columns of one that a record names."""

    claimed_on: Mapped[date | None]
    """The day the sender says it shows."""
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)

    @property
    def hashes(self) -> set[str]:
        """Of the content that is stored, and of what came where that was another one."""
        return {self.sha256, self.received_sha256 or self.sha256}


F = TypeVar("F", bound=Filed)


def file_away(
    kind: Callable[..., F],
    files: Iterable[Incoming],
    *,
    actor: Actor,
    at: datetime,
    storage: Storage,
    limit: int,
    **of: Any,
) -> list[F]:
    """Store the files and make their rows, `of` what they belong to; the same content twice in one go is kept once.

    Raises what `Storage.keep` raises.
    """
    rows: dict[str, F] = {}
    for file in files:
        kept = file.keep(storage, limit=limit)
        rows.setdefault(
            kept.sha256,
            kind(
                **of,
                sha256=kept.sha256,
                size=kept.size,
                media_type=file.media_type,
                name=file.name,
                received_sha256=file.received_sha256,
                taken_at=file.taken_at,
                claimed_on=file.claimed_on,
                received_at=at,
                uploader_id=actor.person_id,
            ),
        )
    db.session.add_all(rows.values())
    db.session.flush()
    return list(rows.values())
