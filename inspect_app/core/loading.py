"""Relationships never load by accident (`lazy="raise"`); a service says which ones it needs."""

from sqlalchemy import inspect

from inspect_app.core.db import Base, db


def load(record: Base, *names: str) -> None:
    """Make these relationships of the record ready for use; those that are loaded already cost nothing."""
    missing = [name for name in names if name in inspect(record).unloaded]
    if missing:
        db.session.flush()
        db.session.refresh(record, missing)
