"""Paging by key: the next page begins after the last row's key, so page 2,000 costs what page 1 costs."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar

from flask import request
from sqlalchemy import ColumnElement, Row, Select, Subquery, bindparam, select, tuple_, union
from sqlalchemy.orm import InstrumentedAttribute

from inspect_app.core.counting import number_of
from inspect_app.core.db import db
from inspect_app.core.statements import built_once

R = TypeVar("R")
Key: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]
SIZE = 50


@dataclass(frozen=True, slots=True)
class Sort:
    """One way to sort a list; `keys` end with a unique one and are never NULL (coalesce them)."""

    name: str
    keys: tuple[Key, ...]
    descending: bool = False

    @property
    def is_reverse(self) -> bool:
        return self.descending


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    rows: list[R]
    older: str | None
    """Cursor of the next page, for `?after=`."""
    newer: str | None
    """Cursor of the previous page, for `?before=`."""


def encode(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, ensure_ascii=False).encode()).decode().rstrip("=")


def decode(cursor: str, keys: Sequence[Key]) -> list[Any] | None:
    """The key values, or None where somebody made the cursor up."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(keys):
            return None
        return [_typed(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, binascii.Error):
        return None


def _typed(value: Any, key: Key) -> Any:
    wanted = key.type.python_type
    if wanted is date:
        return date.fromisoformat(value)
    if wanted is datetime:
        return datetime.fromisoformat(value).astimezone(UTC)
    if wanted is int and (isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63):
        raise ValueError(value)
    if not isinstance(value, wanted) or (isinstance(value, str) and "\0" in value):
        raise ValueError(value)
    return value


def page(
    query: Select[Any] | tuple[Select[Any], ...],
    sort: Sort,
    *,
    size: int = SIZE,
    told: Callable[[Subquery], Select[Any]] | None = None,
    walked: bool = True,
    kept: bool = False,
    filling: Mapping[str, Any] = MappingProxyType({}),
) -> Page[Row[Any]]:
    """The page that `?after=` or `?before=` of the request asks for; the first one for a made-up cursor.

    `query` selects columns; the sort keys are added behind them to make the cursors. Of several queries each is read by
    itself in the order wanted, as far as a page goes, and what is in any of them is the list. With `told`, it selects
    only what tells the rows apart, and `told` makes the columns for those of the page: then nothing else is read of the
    others. `walked`: the databases may go through all there is in the order wanted; if not, the rows are gathered first
    and then sorted, see `core.reading_order`. `kept`: what is handed in are the same objects each time, so that the
    statement is built but once. `filling`: what `query` is asked with.
    """
    after, before = request.args.get("after", ""), request.args.get("before", "")
    backwards = bool(before) and not after
    values = decode(before if backwards else after, sort.keys) if (before or after) else None
    backwards = backwards and values is not None
    downwards = sort.descending != backwards
    build = _built if kept else _built.__wrapped__
    edges = {} if values is None else {f"edge{n}": value for n, value in enumerate(values)}
    statement = build(query, sort.keys, downwards, bool(edges), size, told, walked)
    rows = list(db.session.execute(statement, {**filling, **edges}))
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], None, None)
    last, first = _key(rows[-1], sort), _key(rows[0], sort)
    has_older = True if backwards else more
    has_newer = more if backwards else values is not None
    return Page(rows, encode(last) if has_older else None, encode(first) if has_newer else None)


@built_once
def _built(
    query: Select[Any] | tuple[Select[Any], ...],
    keys: tuple[Key, ...],
    downwards: bool,
    beyond: bool,
    size: int,
    told: Callable[[Subquery], Select[Any]] | None,
    walked: bool,
) -> Select[Any]:
    """One row more than the page has; with `beyond` only what comes after `edge0`, `edge1` …"""
    ways = query if isinstance(query, tuple) else (query,)
    cuts = [_cut(way, keys, downwards, beyond, size, walked) for way in ways]
    cut = cuts[0]
    if len(cuts) > 1:
        rows = union(*(select(one.subquery()) for one in cuts)).subquery("ways")
        cut = _ordered(select(rows), _keys(rows, len(keys)), downwards).limit(size + 1)
    if told is None:
        return cut
    ids = cut.subquery("ids")
    found = _keys(ids, len(keys))
    return _ordered(told(ids).add_columns(*found), found, downwards)


def _cut(
    query: Select[Any], keys: tuple[Key, ...], downwards: bool, beyond: bool, size: int, walked: bool
) -> Select[Any]:
    paged = query.add_columns(*(key.label(f"_key{n}") for n, key in enumerate(keys)))
    if beyond:
        edges = [bindparam(f"edge{n}", type_=key.type) for n, key in enumerate(keys)]
        key, edge = tuple_(*keys), tuple_(*edges)
        paged = paged.where(key < edge if downwards else key > edge)
        if len(keys) > 1:
            # Said again of the first key alone: only so do the databases begin there where it is an expression.
            paged = paged.where(keys[0] <= edges[0] if downwards else keys[0] >= edges[0])
    ordered = _ordered(paged, keys, downwards) if walked else _gathered(paged, len(keys), downwards)
    return ordered.limit(size + 1)


def _gathered(query: Select[Any], keys: int, downwards: bool) -> Select[Any]:
    """All of them first: past an OFFSET no database carries what they are to be sorted by."""
    rows = query.offset(0).subquery("rows")
    return _ordered(select(rows), _keys(rows, keys), downwards)


def _keys(rows: Subquery, many: int) -> list[ColumnElement[Any]]:
    return [rows.c[f"_key{n}"] for n in range(many)]


def _ordered(query: Select[Any], keys: Sequence[Key], downwards: bool) -> Select[Any]:
    return query.order_by(*(key.desc() if downwards else key.asc() for key in keys))


def _key(row: Row[Any], sort: Sort) -> list[Any]:
    return [getattr(row, f"_key{n}") for n in range(len(sort.keys))]


def count(
    query: Select[Any],
    *,
    most: int | None = None,
    kept: bool = False,
    filling: Mapping[str, Any] = MappingProxyType({}),
) -> int:
    """How many rows; with `most`, counting stops at `most + 1`. `kept` and `filling`: as for `page`."""
    build = _counting if kept else _counting.__wrapped__
    return db.session.scalar(build(query, most), filling) or 0


@built_once
def _counting(query: Select[Any], most: int | None) -> Select[int]:
    return select(number_of(query, most=most))
