"""Keeping account of chores."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.upkeep.models import Chore
from inspect_app.upkeep.queries import chores


def done(name: str, *, good: bool, at: datetime, **told: Any) -> Chore:
    """Remember that the chore was done, in place of the time before. `told` is JSON's own types."""
    take_turns(db.session, "chore")
    chore = chores.last(name)
    if chore is None:
        chore = Chore(name=name)
        db.session.add(chore)
    chore.done_at, chore.good, chore.told = at, good, told
    db.session.flush()
    return chore


def forget(name: str) -> None:
    """It is not done here any more."""
    db.session.execute(delete(Chore).where(Chore.name == name))
