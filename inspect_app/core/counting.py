"""How many rows a list has: counted by the database, and no further than the number tells something."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, literal, select

from inspect_app.core.db import db

MOST_COUNTED = 1000
"""A count that costs more than it tells stops here, and says "hơn 1.000"."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a list has, and each of the ready-made views of it; `MOST_COUNTED + 1` for more than that."""

    total: int
    overdue: int
    views: dict[str, int]

    @property
    def capped(self) -> bool:
        """There are more than were counted."""
        return self.total > MOST_COUNTED


def number_of(query: Select[Any], *, most: int | None = None) -> ScalarSelect[int]:
    """How many rows, as part of a statement; with `most`, counting stops at `most + 1`."""
    rows = query.order_by(None).with_only_columns(literal(1).label("one"), maintain_column_froms=True)
    if most is not None:
        rows = rows.limit(most + 1)
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


def counts_of(listed: Select[Any], overdue: Select[Any], views: Mapping[str, Select[Any]]) -> Counts:
    """Of a list, of what is overdue in it, of each view: one statement."""
    numbers = [number_of(rows, most=MOST_COUNTED) for rows in (listed, overdue, *views.values())]
    row = db.session.execute(select(*numbers)).one()
    return Counts(row[0], row[1], dict(zip(views, row[2:], strict=True)))
