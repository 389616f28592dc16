"""Which rows name which files. Everything that is kept by its hash is named here, or it is swept away."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, literal, select, union, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, scoped_session

from inspect_app.core import staging
from inspect_app.core.staging import Staged
from inspect_app.core.storage import Storage
from inspect_app.sheets.models import Brought, Export
from inspect_app.sheets.services import bringing, exports
from inspect_app.upkeep.queries.kept import NAMING

Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
WAITING: dict[str, Column] = {"staged": Staged.sha256, "brought": Brought.sha256, "exports": Export.sha256}
"""Kept apart, each in a storage of its own: what is on its way in or out and belongs to no record yet."""
_AT_ONCE = 2000
Asked = Session | scoped_session[Any] | Connection


@dataclass(frozen=True, slots=True)
class File:
    """What one row names."""

    table: str
    id: int
    sha256: str
    size: int
    """Bytes."""


def apart(storage: Storage) -> dict[str, Storage]:
    """By the names of `WAITING`, where those are kept."""
    return {
        "staged": staging.aside(storage),
        "brought": bringing.storing(storage),
        "exports": exports.storing(storage),
    }


def named(hashes: Collection[str], asked: Asked) -> Collection[str]:
    """Those of the hashes that a record names."""
    every = [select(model.sha256).where(model.sha256.in_(hashes)) for model in NAMING]
    return asked.execute(union(*every)).scalars().all()


def of_records(asked: Asked, tables: Collection[str] | None = None) -> Iterator[File]:
    """Every file that a record names, in the order of their hashes; one that several name comes several times.

    `tables`: those that there are, where the database may be of an earlier version.
    """
    parts = [
        select(literal(model.__tablename__).label("of"), model.id, model.sha256, model.size)
        for model in NAMING
        if tables is None or model.__tablename__ in tables
    ]
    rows = union_all(*parts).subquery()
    ordered = select(rows).order_by(rows.c.sha256, rows.c.of, rows.c.id)
    for row in asked.execute(ordered, execution_options={"yield_per": _AT_ONCE}):
        yield File(row.of, row.id, row.sha256, row.size)


def waiting(asked: Asked, kind: str) -> list[str]:
    """The hashes of what waits in that storage of `WAITING`."""
    column = WAITING[kind]
    found = asked.execute(select(column).where(column.is_not(None)).distinct().order_by(column)).scalars()
    return [sha256 for sha256 in found if sha256]
