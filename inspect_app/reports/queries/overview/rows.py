"""Statements of the overview that say several things at once: what each of their rows is of, and what is kept of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, String, cast, func, literal, null, or_, select

from inspect_app.findings.models import FindingCount
from inspect_app.findings.queries.kept import NUMBERS
from inspect_app.reports.queries.overview.lines import NAMES, View
from inspect_app.reports.queries.tally import Grouping

KEPT: Mapping[str, ColumnElement[int]] = {name: getattr(FindingCount, name) for name in NUMBERS}
"""Those of `Numbers` that are kept: all but what is overdue."""
NO_WORDS = ("", "", "")
NO_DAY: ColumnElement[date | None] = cast(null(), Date)


def row_of(
    what: str,
    key: Any,
    words: Iterable[Any] = NO_WORDS,
    numbers: Mapping[str, ColumnElement[int]] = MappingProxyType({}),
    *more: ColumnElement[Any],
) -> Select[Any]:
    """Columns: what, key, the three `words`, which are name, other and code, then `more`, then those of `Numbers`."""
    said = [cast(literal(word), String) if isinstance(word, str) else word for word in words]
    return select(literal(what), key, *said, *more, *(numbers.get(name, literal(0)).label(name) for name in NAMES))


def summed() -> dict[str, ColumnElement[int]]:
    """The same as `KEPT` over a group of rows."""
    return {name: cast(func.sum(number), Integer) for name, number in KEPT.items()}


def of_their_kinds(view: View) -> list[ColumnElement[bool]]:
    """Of rows of counts that are told apart by kinds: those of the kinds looked at."""
    code, by = FindingCount.code, view.by
    said = (code.like(f"% {kind}" if by is Grouping.RESPONSIBLE else f"% {kind} %") for kind in view.kinds)
    return [or_(*said)] if view.kinds else []
