"""Relationships never load by accident (`lazy="raise"`); a service says which ones it needs."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import MANYTOONE, RelationshipProperty
from sqlalchemy.orm.attributes import set_committed_value

from inspect_app.core.db import Base, db


def load(record: Base, *names: str) -> None:
    """Make these relationships of the record ready for use; what this transaction has read already costs nothing."""
    state = inspect(record)
    missing = [name for name in names if name in state.unloaded]
    if not missing:
        return
    db.session.flush()
    others = []
    for name in missing:
        relationship = state.mapper.relationships[name]
        if _names_its_one(relationship):
            (column,) = relationship.local_columns
            key = getattr(record, state.mapper.get_property_by_column(column).key)
            one = None if key is None else db.session.get(relationship.entity.class_, key)
            set_committed_value(record, name, one)
        else:
            others.append(name)
    if others:
        db.session.refresh(record, others)


def _names_its_one(relationship: RelationshipProperty[Any]) -> bool:
    """It is a plain reference: one column that holds the other record's only key."""
    pairs = relationship.local_remote_pairs or []
    remote = [there for _here, there in pairs]
    plain = relationship.direction is MANYTOONE and not relationship.viewonly
    return plain and remote == list(relationship.entity.primary_key)
