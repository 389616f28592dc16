"""Which way a list is read: gathered by an index of its conditions and then sorted, or walked in its order.

A list of a million rows is cheap in one of two ways. Where few rows meet the conditions they are gathered through an
index and sorted; where many do, the rows are walked in the order wanted, and the first fifty that meet them come soon.
The databases cannot tell: SQLite takes any set of ids for twenty-five, PostgreSQL passes by every index where sets
stand in an OR. Whoever asks says which it is, here.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, false, select, true, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from inspect_app.core.conditions import Condition


class _HeldBack(FunctionElement[Any]):
    """A column that SQLite shall not look up in an index."""

    inherit_cache = True

    def __init__(self, column: Any) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(_HeldBack)
def _as_it_is(element: _HeldBack, compiler: Any, **rest: Any) -> str:
    column: str = compiler.process(element.clauses, **rest)
    return column


@compiles(_HeldBack, "sqlite")
def _with_a_sign(element: _HeldBack, compiler: Any, **rest: Any) -> str:
    return f"(+{compiler.process(element.clauses, **rest)})"


class _Gathered(FunctionElement[int]):
    """A column by which PostgreSQL shall walk no index."""

    type = Integer()
    inherit_cache = True


@compiles(_Gathered)
def _walked_all_the_same(element: _Gathered, compiler: Any, **rest: Any) -> str:
    return str(compiler.process(element.clauses, **rest))


@compiles(_Gathered, "postgresql")
def _plus_nothing(element: _Gathered, compiler: Any, **rest: Any) -> str:
    return f"({compiler.process(element.clauses, **rest)} + 0)"


class _AmongIds(Condition):
    """A column is one of the ids that a statement finds, looked up in an index of the column."""

    inherit_cache = True


@compiles(_AmongIds)
def _in_them(element: _AmongIds, compiler: Any, **rest: Any) -> str:
    column, ids = (compiler.process(clause, **rest) for clause in element.clauses)
    return f"{column} IN {ids}"


@compiles(_AmongIds, "postgresql")
def _in_an_array(element: _AmongIds, compiler: Any, **rest: Any) -> str:
    column, ids = (compiler.process(clause, **rest) for clause in element.clauses)
    return f"{column} = ANY (ARRAY{ids})"


class _SaidAgain(Condition):
    """A condition that SQLite must read to go by an index kept for what meets it."""

    inherit_cache = True


@compiles(_SaidAgain)
def _known_already(_element: _SaidAgain, _compiler: Any, **_rest: Any) -> str:
    return "true"


@compiles(_SaidAgain, "sqlite")
def _word_for_word(element: _SaidAgain, compiler: Any, **rest: Any) -> str:
    return str(compiler.process(element.clauses, **rest))


class _FoundFirst(Condition):
    """A column, ids of those that meet a condition, the condition: PostgreSQL asks for the ids, SQLite for the last."""

    inherit_cache = True


@compiles(_FoundFirst)
def _asked_for(element: _FoundFirst, compiler: Any, **rest: Any) -> str:
    _column, _ids, condition = element.clauses
    return str(compiler.process(condition, **rest))


@compiles(_FoundFirst, "postgresql")
def _in_an_array_of_them(element: _FoundFirst, compiler: Any, **rest: Any) -> str:
    column, ids, _condition = element.clauses
    return _in_an_array(_AmongIds(column, ids), compiler, **rest)


def held_back(column: Any) -> ColumnElement[Any]:
    """A column that is compared, but not looked up."""
    return _HeldBack(column)


def gathered(column: Any) -> ColumnElement[int]:
    """An id to sort few rows by. PostgreSQL, which takes a rare word for a common one, would walk all there are."""
    return _Gathered(column)


def ids_among(column: Any, ids: Any, *, walking: bool) -> ColumnElement[bool]:
    """`column` is one of the ids that the statement `ids` finds."""
    if walking:
        return held_back(column).in_(ids)
    return _AmongIds(column, ids.scalar_subquery())


def found_first(column: Any, ids: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """`condition`, which holds for the records that the statement `ids` finds: some thousands, by an index of theirs.

    PostgreSQL would read all there is of another table rather than look up what belongs to these.
    """
    return _FoundFirst(column, ids.scalar_subquery(), condition)


def met_by_one(column: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The record of this id meets one of the conditions, each looked up by its own index.

    Of "this or that" with sets in it both databases look at every record there is.
    """
    found: ColumnElement[bool] = column.in_(
        union_all(*(select(column).where(one).correlate(None) for one in conditions))
    )
    return found


def told_apart(ways: Sequence[ColumnElement[bool]], asked: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """The ways to find records, each without what an earlier one finds already; of no ways one that finds nothing.

    `asked`: the same conditions, to be asked of records that another way has found.
    """
    apart = [and_(way, *(one.is_not(true()) for one in asked[:place])) for place, way in enumerate(ways)]
    return apart or [false()]


def said_again(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """What the other conditions say already: PostgreSQL finds out by itself, and would expect fewer rows."""
    return _SaidAgain(condition)
