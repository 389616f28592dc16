"""What was last done."""

from functools import cache

from sqlalchemy import Select, bindparam, select

from inspect_app.core.db import db
from inspect_app.upkeep.models import Chore


def last(name: str) -> Chore | None:
    """The last time that this chore was done; None when it never was."""
    return db.session.scalars(_called(), {"name": name}).one_or_none()


@cache
def _called() -> Select[Chore]:
    return select(Chore).where(Chore.name == bindparam("name"))
