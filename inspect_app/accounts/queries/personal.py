"""What the program holds about one person, found by walking the schema: a new table cannot be forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, Table, func, select

from inspect_app.accounts.models import Person
from inspect_app.core.audit import Event
from inspect_app.core.clock import HANOI
from inspect_app.core.db import Base, db
from inspect_app.core.pseudonyms import references

PRIVATE = frozenset(
    "draft export feed grant mail notice preference saved_view sign_in staged second_factor brought once".split()
)
"""Tables whose rows are about the person alone, and handed out whole. Of others only which rows name the person."""
SECRETS = frozenset({"password_hash", "token_hash", "code_hash", "hash", "secret", "key", "opening", "last_step"})
"""Columns that are handed out to nobody."""
APART = frozenset({"event", "pseudonym", "old_password", "recovery_code", "reset_link"})
"""The log stands by itself; the others hold nothing but secrets."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many rows of one table name a person in one of its columns."""

    table: str
    column: str
    number: int


def whole(person: Person) -> dict[str, Any]:
    """Everything about the person, in JSON's own types: themselves, what is theirs, what names them, their log."""
    themselves = Base.metadata.tables["person"]
    found: dict[str, Any] = {"person": _rows(themselves, themselves.c.id, person.id)[0], "own": {}, "named": []}
    for table, column in _of_others():
        if table.name in PRIVATE:
            found["own"][table.name] = _rows(table, column, person.id)
        else:
            ids = db.session.scalars(_key(table, column, person.id)).all()
            if ids:
                found["named"].append({"table": table.name, "as": column.name, "ids": list(ids)})
    found["log"] = [_plain(dict(row._mapping)) for row in db.session.execute(_log(person.id))]
    return found


def counted(person: Person) -> Sequence[Held]:
    """The same as numbers, where there is anything; the log apart. One statement."""
    columns = list(_of_others())
    row = db.session.execute(
        select(*(select(func.count()).where(column == person.id).scalar_subquery() for _table, column in columns))
    ).one()
    held = [Held(table.name, column.name, number) for (table, column), number in zip(columns, row, strict=True)]
    return [one for one in held if one.number]


def _of_others() -> list[tuple[Table, Column[int]]]:
    return [(table, column) for table, column in references() if table.name not in APART]


def _key(table: Table, column: Column[int], person_id: int) -> Any:
    return select(next(iter(table.primary_key))).where(column == person_id).order_by(*table.primary_key)


def _rows(table: Table, column: Column[int], person_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(select(table).where(column == person_id).order_by(*table.primary_key))
    return [_open(dict(row._mapping)) for row in rows]


def _open(row: dict[str, Any]) -> dict[str, Any]:
    """Without secrets."""
    return _plain({name: value for name, value in row.items() if name not in SECRETS})


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(HANOI).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _log(person_id: int) -> Any:
    """What the person did, and what was done to their account."""
    account = (Event.subject_table == Person.__tablename__) & (Event.subject_id == person_id)
    return (
        select(Event.seq, Event.at, Event.on, Event.action, Event.subject_table, Event.subject_id, Event.address)
        .where((Event.actor_id == person_id) | account)
        .order_by(Event.seq)
    )


def log_of(person: Person) -> int:
    """How many lines of the log the person wrote."""
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.actor_id == person.id)) or 0
