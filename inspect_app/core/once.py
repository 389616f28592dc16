"""A form that is sent twice does its work once (requirement R41).

Every drawing of such a form carries a random key. Whoever sends it first takes the key in the transaction that does
the work; whoever sends it again learns where the first one led. A transaction that is undone gives the key back.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, ForeignKey, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import Base, db, plain

KEPT_FOR = timedelta(days=30)
"""No form stays open for longer."""


class Once(Base):
    """A key that was taken. Nobody else's work hangs on it."""

    __tablename__ = "once"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    key: Mapped[plain] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    led_to: Mapped[str] = mapped_column(default="")
    """The address that the first sending was answered with."""


def take(key: str, *, actor: Actor) -> str | None:
    """Take the key; None for who comes first, otherwise where the first one led.

    Somebody who sends the same at the same moment waits here until the first has committed or given up.
    """
    dialect = db.session.get_bind().dialect.name
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    taken = insert(Once).values(person_id=actor.person_id, key=key, at=clock.now(), led_to="")
    if db.session.execute(taken.on_conflict_do_nothing().returning(Once.key)).first():
        return None
    return db.session.scalars(select(Once.led_to).where(*_the_row(key, actor))).one()


def is_taken(key: str, *, actor: Actor) -> bool:
    """Whether the form with this key was sent and did its work."""
    return db.session.scalar(select(Once.at).where(*_the_row(key, actor))) is not None


def lead(key: str, to: str, *, actor: Actor) -> None:
    """Remember the address that the work was answered with, in the transaction of the work."""
    db.session.execute(update(Once).where(*_the_row(key, actor)).values(led_to=to))


def sweep(*, before: datetime) -> int:
    """Forget keys that were taken before that moment; how many that were."""
    dropped = db.session.execute(delete(Once).where(Once.at < before))
    assert isinstance(dropped, CursorResult)
    return dropped.rowcount


def _the_row(key: str, actor: Actor) -> tuple[Any, ...]:
    return Once.person_id == actor.person_id, Once.key == key
