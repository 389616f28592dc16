"""How many rows a list has: counted by the database, and no further than the number tells something."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Executable, Label, ScalarSelect, Select, func, literal, select

from inspect_app.core.db import db
from inspect_app.core.statements import built_once

MOST_COUNTED = 1000
"""A count that costs more than it tells stops here, and says "hơn 1.000"."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a list has, and each of the ready-made views of it; `MOST_COUNTED + 1` for more than that."""

    total: int
    overdue: int
    """0 where it is dear to tell, and there are more than were counted."""
    views: dict[str, int]
    more: bool = False
    """There may be more, though so many were found."""
    newest: bool = False
    """Who walks the records, newest first, finds a page of the list soon."""

    @property
    def capped(self) -> bool:
        """There are more than were counted."""
        return self.more or self.total > MOST_COUNTED

    @property
    def least(self) -> int:
        """How many there are at least, to be said where there are more."""
        return min(self.total, MOST_COUNTED)

    def up_to(self, most: int) -> "Counts":
        """The same, no number greater than `most`."""
        views = {name: min(number, most) for name, number in self.views.items()}
        return replace(self, total=min(self.total, most), overdue=min(self.overdue, most), views=views)

    def seen(self, rows: int, *, whole: bool) -> "Counts":
        """The same, after a page of so many rows was read; `whole`: there is no other page."""
        if not self.more or self.total > MOST_COUNTED:
            return self
        return replace(self, total=rows, more=False) if whole else replace(self, total=max(rows, self.total))


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
    numbers = tuple(dict.fromkeys((*views.values(), listed, overdue)))
    asked = _of_views(numbers) if len(numbers) == len(views) else select(*numbers)
    found = dict(zip(numbers, db.session.execute(asked).one(), strict=True))
    return Counts(found[listed], found[overdue], {name: found[number] for name, number in views.items()})


@built_once
def _of_views(numbers: tuple[ScalarSelect[int], ...]) -> Executable:
    return select(*numbers)


def counts_at_once(
    listed: Select[Any],
    overdue: Label[int],
    views: Mapping[str, ScalarSelect[int]],
    *,
    more: ColumnElement[Any],
    newest: ColumnElement[Any],
) -> Counts:
    """The same, for a list that is dear to go through: `overdue` is a column of it, 1 or 0, of those that are counted.

    `more`: a condition, whether rows were left out of `listed`. `newest`: another one, for the field of that name.
    """
    found = listed.order_by(None).with_only_columns(overdue, maintain_column_froms=True).limit(MOST_COUNTED + 1)
    rows = found.subquery()
    late = func.coalesce(func.sum(rows.c[overdue.name]), 0)
    total, of_them, left_out, soon, *ready = db.session.execute(
        select(func.count(), late, more, newest, *views.values()).select_from(rows)
    ).one()
    counts = Counts(total, of_them, dict(zip(views, ready, strict=True)), more=bool(left_out), newest=bool(soon))
    return replace(counts, overdue=0) if counts.capped else counts
