"""The names under which people appear whose identity was erased.

The log cannot be changed, and keeps the name that somebody had when they acted; whoever shows its lines shows
`Event.shown_name`, which is the pseudonym from then on. Tables that repeat a person's name beside their id are
rewritten by `rename`; what is frozen under a seal (the log, snapshots) is not.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, ForeignKey, Table, func, inspect, select, update
from sqlalchemy.orm import Mapped, column_property, mapped_column

from inspect_app.core.audit import Event
from inspect_app.core.db import Base, db

PERSON = "person.id"
FROZEN = frozenset({"event", "snapshot"})
"""Tables whose rows the database refuses to change."""


class Pseudonym(Base):
    """What somebody is called whose identity was erased."""

    __tablename__ = "pseudonym"

    person_id: Mapped[int] = mapped_column(ForeignKey(PERSON, ondelete="RESTRICT"), primary_key=True)
    name: Mapped[str]
    at: Mapped[datetime]


def shown(person_id: Any, name: Any) -> ColumnElement[str]:
    """`name`, or the pseudonym of whoever was erased since: for columns of a frozen table, in a statement."""
    given = select(Pseudonym.name).where(Pseudonym.person_id == person_id).correlate_except(Pseudonym)
    return func.coalesce(given.scalar_subquery(), name)


inspect(Event).add_property("shown_name", column_property(shown(Event.actor_id, Event.__table__.c.actor_name)))


def was_erased(person_id: Any) -> ColumnElement[bool]:
    """Whether the person has a pseudonym, in a statement."""
    return select(Pseudonym.person_id).where(Pseudonym.person_id == person_id).correlate_except(Pseudonym).exists()


def name_of(person_id: int | None, name: str) -> str:
    """The same for one record at hand."""
    return db.session.scalar(select(Pseudonym.name).where(Pseudonym.person_id == person_id)) or name


def references() -> Iterator[tuple[Table, Column[int]]]:
    """Every column that names a person, by table: what a register of personal data has to speak of."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.target_fullname == PERSON for key in column.foreign_keys):
                yield table, column


def repeated_names() -> Iterator[tuple[Table, Column[int], Column[str]]]:
    """Every column that repeats a person's name beside the id, as `sender_name` beside `sender_id`."""
    for table, column in references():
        name = f"{column.name.removesuffix('_id')}_name"
        if table.name not in FROZEN and name in table.columns:
            yield table, column, table.columns[name]


def rename(person_id: int, pseudonym: str, *, at: datetime) -> None:
    """From now on the person appears under the pseudonym wherever their name was repeated, and in the log as shown."""
    db.session.add(Pseudonym(person_id=person_id, name=pseudonym, at=at))
    for table, column, name in repeated_names():
        db.session.execute(update(table).where(column == person_id).values({name.name: pseudonym}))
