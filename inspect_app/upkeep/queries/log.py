"""Reading the log on screen, a page at a time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select

from inspect_app.accounts.models import Person
from inspect_app.core.audit import Event
from inspect_app.core.clock import HANOI
from inspect_app.core.pseudonyms import was_erased
from inspect_app.core.statements import built_once
from inspect_app.core.text import fold

OPEN = frozenset({"person", "grant", "unit", "log", "rule", "saved_view", "feed", "access_review", "workday", "mail"})
"""What administrators look after. Of other records they see who did what to which, not what it says."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to."""

    words: str = ""
    """Of the name or the user name of whoever did it."""
    table: str = ""
    record_id: int | None = None
    verb: str = ""
    first: date | None = None
    last: date | None = None


@built_once
def listing(wanted: Wanted) -> Select[Any]:
    """The events, each with what is shown of it: the same object each time for the same."""
    columns: list[Any] = [
        Event.seq,
        Event.at,
        Event.shown_name.label("by"),
        Event.actor_id,
        Event.role,
        Event.address,
        Event.request_id,
        Event.action,
        Event.subject_table,
        Event.subject_id,
        Event.payload,
        and_(Event.subject_table == Person.__tablename__, was_erased(Event.subject_id)).label("about_erased"),
    ]
    query: Select[Any] = select(*columns)
    if wanted.words:
        people = select(Person.id).where(
            or_(
                Person.name_folded.contains(fold(wanted.words), autoescape=True),
                Person.username == wanted.words.lower(),
            )
        )
        query = query.where(Event.actor_id.in_(people))
    if wanted.table:
        query = query.where(Event.subject_table == wanted.table)
    if wanted.record_id is not None:
        query = query.where(Event.subject_id == wanted.record_id)
    if wanted.verb:
        query = query.where(Event.action.endswith(f":{wanted.verb}", autoescape=True))
    if wanted.first is not None:
        query = query.where(Event.at >= _midnight(wanted.first))
    if wanted.last is not None:
        query = query.where(Event.at < _midnight(wanted.last + timedelta(days=1)))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HANOI)
