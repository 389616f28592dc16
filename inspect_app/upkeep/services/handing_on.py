"""The log as lines that another program keeps: JSON, one event a line, with the hashes that chain them."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, func, select

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.audit import Event
from inspect_app.upkeep.queries.chain import events_of
from inspect_app.upkeep.queries.looking import at_one_moment

PRIORITY = 13 * 8 + 6
"""Of syslog: log audit, informational."""


class Unreadable(Exception):
    """A line that is no event; `str()` says which."""


def note_leaving(*, since: date | None, until: date | None, actor: Actor, today: date) -> None:
    """The log leaves: that stands in it, too."""
    audit.record("log:export", audit.THE_LOG, actor=actor, on=today, since=since, until=until)


def lines(engine: Engine, *, first: datetime | None, last: datetime | None, syslog: bool) -> Iterator[str]:
    """The events written from `first` on and before `last`, whole and in order, those between them too.

    Moments may go back where a clock was corrected; numbers do not. So what is handed on is one piece of the chain.
    """
    begins, ends = _numbers(engine, first, last)
    for row in events_of(engine, since=begins):
        if row["seq"] > ends:
            return
        line = line_of(row)
        yield f"<{PRIORITY}>1 {row['at'].isoformat()} - so-kiem-tra - {row['seq']} - {line}" if syslog else line


def line_of(row: Mapping[str, Any]) -> str:
    """An event as JSON on one line, whatever it says."""
    return json.dumps(dict(row), ensure_ascii=False, default=_said, sort_keys=True)


def _numbers(engine: Engine, first: datetime | None, last: datetime | None) -> tuple[int, int]:
    query = select(func.min(Event.seq), func.max(Event.seq))
    if first is not None:
        query = query.where(Event.at >= first)
    if last is not None:
        query = query.where(Event.at < last)
    with at_one_moment(engine) as connection:
        begins, ends = connection.execute(query).one()
    return (begins or 1, ends or 0)


def row_of(line: str) -> dict[str, Any]:
    """An event as it was handed on. Raises Unreadable."""
    start = line.find("{")
    try:
        row: dict[str, Any] = json.loads(line[start:])
        row["on"], row["at"] = date.fromisoformat(row["on"]), datetime.fromisoformat(row["at"])
        if not isinstance(row["payload"], Mapping) or {*row} != {*Event.__table__.columns.keys()}:
            raise ValueError
    except (KeyError, TypeError, ValueError):
        raise Unreadable(f"This line is no event of the log: {line[:80]!r}") from None
    return row


def _said(value: date | datetime) -> str:
    return value.isoformat()
