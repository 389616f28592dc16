"""Ids that a statement is filled in with as one value, however many they are.

Written out one by one, each number of them is a statement of its own to the driver and to the database.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Dialect, Integer, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine

from inspect_app.core.conditions import Condition


class _Ids(TypeDecorator[Collection[int]]):
    """An array; a text that lists them where there are no arrays."""

    impl = ARRAY(Integer)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(Integer))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        ids = [*value]
        return json.dumps(ids) if dialect.name == "sqlite" else ids


class _OneOf(Condition):
    """A column is one of these ids."""

    inherit_cache = True


@compiles(_OneOf)
def _in_the_list(element: _OneOf, compiler: Any, **rest: Any) -> str:
    column, ids = (compiler.process(clause, **rest) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - what was compiled already


@compiles(_OneOf, "postgresql")
def _in_the_array(element: _OneOf, compiler: Any, **rest: Any) -> str:
    column, ids = (compiler.process(clause, **rest) for clause in element.clauses)
    return f"{column} = ANY ({ids})"


def one_of(column: Any, name: str) -> ColumnElement[bool]:
    """The column is one of the ids that the statement is filled in with by this name."""
    return _OneOf(column, bindparam(name, type_=_Ids()))
