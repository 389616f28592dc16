"""How many rows a list has: counted by the database, and no further than the number tells something."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Executable, Label, ScalarSelect, Select, func, literal, select

from inspect_app.core.db import db

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
    """How many rows a list or a view of it has, for `Counting`."""
    return number_of(query, most=MOST_COUNTED)


@dataclass(frozen=True, slots=True)
class Counting:
    """Of a list, of what is overdue in it, of each view: one statement to be kept, in which none is counted twice.

    `places` of its columns: the list, what is overdue, each view.
    """

    statement: Executable
    views: tuple[str, ...]
    places: tuple[int, ...]

    @classmethod
    def of(
        cls, listed: ScalarSelect[int], overdue: ScalarSelect[int], views: Mapping[str, ScalarSelect[int]]
    ) -> "Counting":
        wanted = (listed, overdue, *views.values())
        numbers = list(dict.fromkeys(wanted))
        statement: Executable = select(*numbers)
        return cls(statement, tuple(views), tuple(map(numbers.index, wanted)))

    def counts(self, values: Mapping[str, Any]) -> Counts:
        found = db.session.execute(self.statement, values).one()
        total, overdue, *ready = (found[place] for place in self.places)
        return Counts(total, overdue, dict(zip(self.views, ready, strict=True)))


@dataclass(frozen=True, slots=True)
class CountingAtOnce:
    """The same, for a list that is dear to go through: it is gone through once."""

    statement: Executable
    views: tuple[str, ...]

    @classmethod
    def of(
        cls,
        listed: Select[Any],
        overdue: Label[int],
        views: Mapping[str, ScalarSelect[int]],
        *,
        more: ColumnElement[Any],
        newest: ColumnElement[Any],
        total: ColumnElement[int] | None = None,
    ) -> "CountingAtOnce":
        """`overdue` is a column of `listed`, 1 or 0, of those that are counted.

        `more`: a condition, whether rows were left out of `listed`. `newest`: another one, for the field of that name.
        `total`: how many are counted, where that is told without going through them; then that is done for `overdue`.
        """
        found = listed.order_by(None).with_only_columns(overdue, maintain_column_froms=True).limit(MOST_COUNTED + 1)
        rows = found.subquery()
        late = func.coalesce(func.sum(rows.c[overdue.name]), 0)
        many = func.count() if total is None else total
        return cls(select(many, late, more, newest, *views.values()).select_from(rows), tuple(views))

    def counts(self, values: Mapping[str, Any]) -> Counts:
        total, late, left_out, soon, *ready = db.session.execute(self.statement, values).one()
        views = dict(zip(self.views, ready, strict=True))
        counts = Counts(total, late, views, more=bool(left_out), newest=bool(soon))
        return replace(counts, overdue=0) if counts.capped else counts
