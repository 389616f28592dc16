"""What somebody has typed into a form and not sent: no record of work, seen by its writer alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CursorResult, ForeignKey, Integer, Select, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.core.actor import Actor
from inspect_app.core.db import Base, db, plain
from inspect_app.core.errors import Invalid
from inspect_app.core.statements import prepared

LONGEST = 400_000
"""Characters of one draft, names of fields included."""
KEPT_FOR = timedelta(days=30)
MOST_DRAFTS = 100
"""Of one person; one more takes the place of the oldest."""


class Draft(Base):
    """The fields of one form, as one person left them."""

    __tablename__ = "draft"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    page: Mapped[plain] = mapped_column(primary_key=True)
    """The path of the form's address."""
    fields: Mapped[list[list[str]]] = mapped_column(JSON)
    """Name and text, in the order of the form."""
    typed_at: Mapped[datetime]
    """By the clock of the device: a device that kept a copy of its own can tell which one is later."""
    saved_at: Mapped[datetime]


_KEPT: Select[Draft] = prepared(
    select(Draft)
    .where(Draft.person_id == bindparam("person_id", type_=Integer), Draft.page == bindparam("page"))
    .execution_options(populate_existing=True)
)


def save(page: str, fields: Sequence[tuple[str, str]], *, actor: Actor, typed_at: datetime, saved_at: datetime) -> None:
    """Keep the fields in place of what was kept for this form before. Raises Invalid when they are too long."""
    if sum(len(name) + len(text) for name, text in fields) > LONGEST:
        raise Invalid("Nội dung dài quá nên chưa lưu nháp được. Gửi bớt một phần rồi viết tiếp.")
    dialect = db.session.get_bind().dialect.name
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    kept = {"fields": [list(pair) for pair in fields], "typed_at": typed_at, "saved_at": saved_at}
    db.session.execute(
        insert(Draft)
        .values(person_id=actor.person_id, page=page, **kept)
        .on_conflict_do_update(index_elements=[Draft.person_id, Draft.page], set_=kept)
    )
    oldest = (
        select(Draft.page).where(Draft.person_id == actor.person_id).order_by(Draft.saved_at.desc()).offset(MOST_DRAFTS)
    )
    _drop(actor, *db.session.scalars(oldest))


def kept(page: str, *, actor: Actor) -> Draft | None:
    """What the person left of the form at `page`."""
    return db.session.scalars(_KEPT, {"person_id": actor.person_id, "page": page}).one_or_none()


def discard(page: str, *, actor: Actor) -> None:
    """The form was sent, or its writer wants it no more."""
    _drop(actor, page)


def sweep(*, before: datetime) -> int:
    """Drop what nobody came back to since that moment; how many that were."""
    dropped = db.session.execute(delete(Draft).where(Draft.saved_at < before))
    assert isinstance(dropped, CursorResult)
    return dropped.rowcount


def _drop(actor: Actor, *pages: str) -> None:
    if pages:
        db.session.execute(delete(Draft).where(Draft.person_id == actor.person_id, Draft.page.in_(pages)))
