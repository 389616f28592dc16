"""Statements that take longer to build, or to plan, than to ask."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, literal_column

S = TypeVar("S", bound=Any)

built_once = lru_cache(maxsize=64)
"""For functions that make a statement: of shapes (`core.shapes`) and a day, so that few are kept for everybody."""

PREPARED = "prepared"
"""Among the options of a statement: see `prepared`. Whether that is so `always`."""


def prepared(statement: S, *, always: bool = False) -> S:
    """PostgreSQL plans it once for each connection, and then only fills it in.

    For what names one record or one person and follows keys from there: whichever it is, the way is the same. And for
    queues of a home, whose way was seen to be the same for a province and a commune; over the root they name no unit.
    Not for lists: the way that is good for any unit is 600 times slower for the root of the tree.

    PostgreSQL plans it anew all the same where it takes what any values have for much more than what these have.
    `always`: where that was seen to take longer than it saves.
    """
    said = PREPARED in statement.get_execution_options()  # a copy of it would have to be looked up anew
    return statement if said else statement.execution_options(**{PREPARED: always})  # type: ignore[no-any-return]


def filled_up(ids: Collection[int]) -> list[int]:
    """For the IN of what is `prepared`: as many as the next power of two, the last one again and again.

    Each number of them is a statement of its own, whose plan would be kept beside the others'.
    """
    found = sorted(ids)
    room = 1 << max(0, len(found) - 1).bit_length()
    return found + found[-1:] * (room - len(found))


def spelt_out(number: int) -> ColumnElement[int]:
    """For the LIMIT of what is `prepared`: PostgreSQL takes one that is only filled in for a tenth of all rows."""
    return literal_column(str(number), Integer)
