"""What was last done."""

from sqlalchemy import select

from inspect_app.core.db import db
from inspect_app.upkeep.models import Chore


def last(name: str) -> Chore | None:
    """The last time that this chore was done; None when it never was."""
    return db.session.scalars(select(Chore).where(Chore.name == name)).one_or_none()
