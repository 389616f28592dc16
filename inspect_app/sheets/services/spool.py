"""Rows set aside on the disk: read at one moment, written into a file at leisure, in memory never all at once."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

from inspect_app.sheets.queries.rows import Value


def set_aside(rows: Iterable[Sequence[Value]], into: IO[bytes]) -> int:
    """One line for each row; returns how many."""
    number = 0
    for row in rows:
        into.write(json.dumps([_plain(value) for value in row], ensure_ascii=False).encode() + b"\n")
        number += 1
    return number


def taken_up(source: IO[bytes]) -> Iterator[list[Value]]:
    """The rows again, from the beginning."""
    source.seek(0)
    for line in source:
        yield [_typed(value) for value in json.loads(line)]


def _plain(value: Value) -> Any:
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"share": str(value)} if isinstance(value, Decimal) else value


def _typed(value: Any) -> Value:
    if not isinstance(value, dict):
        known: Value = value
        return known
    return date.fromisoformat(value["day"]) if "day" in value else Decimal(value["share"])
