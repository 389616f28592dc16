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


def counted_rows(query: Select[Any]) -> ScalarSelect[int]:
    """How many rows a list or a view of it has, for `counts_of`."""
    return number_of(query, most=MOST_COUNTED)


def counts_of(listed: ScalarSelect[int], overdue: ScalarSelect[int], views: Mapping[str, ScalarSelect[int]]) -> Counts:
    """Of a list, of what is overdue in it, of each view: one statement, in which none is counted twice."""
    numbers = list(dict.fromkeys((listed, overdue, *views.values())))
    found = dict(zip(numbers, db.session.execute(select(*numbers)).one(), strict=True))
    return Counts(found[listed], found[overdue], {name: found[number] for name, number in views.items()})
