"""Reading the log on screen, a page at a time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, false, func, or_, select
from sqlalchemy.orm import aliased

from inspect_app.accounts.models import Person
from inspect_app.core.audit import Event
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.core.pseudonyms import was_erased
from inspect_app.core.reading_order import held_back
from inspect_app.core.statements import built_once
from inspect_app.core.text import fold

OPEN = frozenset({"person", "grant", "unit", "log", "rule", "saved_view", "feed", "access_review", "workday", "mail"})
"""What administrators look after. Of other records they see who did what to which, not what it says."""
First = aliased(Event)
MOST_APART = 40
"""People whose deeds are read each by itself; of more, all deeds are looked at, latest first."""


EVERYTHING: tuple[Select[Any], ...] = (select(Event.seq),)
"""The same objects each time: the statement of the first page is kept."""


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


def ways(wanted: Wanted) -> tuple[Select[Any], ...]:
    """The events to be listed, apart for each person or for each kind of deed: each is read latest first by an index of
    its own, since what is rare lies anywhere in the log, and who waits for it would have all of it looked at.
    """
    if wanted == Wanted():
        return EVERYTHING
    events = EVERYTHING[0].where(*_in_the_period(wanted))
    if wanted.record_id is not None:
        tables = [wanted.table] if wanted.table else list({table for table, _action in _kinds()})
        events = events.where(Event.subject_id == wanted.record_id, Event.subject_table.in_(tables))
    if wanted.words:
        ids = db.session.scalars(_people(wanted.words).limit(MOST_APART + 1)).all()
        if len(ids) <= MOST_APART:
            theirs = events.where(*_of_the_kind(wanted))
            return tuple(theirs.where(Event.actor_id == person_id) for person_id in ids) or (events.where(false()),)
        events = events.where(held_back(Event.actor_id).in_(_people(wanted.words)))
    if wanted.record_id is not None or not (wanted.table or wanted.verb):
        return (events.where(*_of_the_kind(wanted)),)
    return tuple(
        events.where(Event.subject_table == table, Event.action == action)
        for table, action in _kinds()
        if wanted.table in ("", table) and (not wanted.verb or action.endswith(f":{wanted.verb}"))
    ) or (events.where(false()),)


def told(ids: Subquery) -> Select[Any]:
    """The events of one page, each with what is shown of it."""
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
    return select(*columns).select_from(ids).join(Event, Event.seq == ids.c.seq)


def _in_the_period(wanted: Wanted) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if wanted.first is not None:
        chosen.append(Event.at >= _midnight(wanted.first))
    if wanted.last is not None:
        chosen.append(Event.at < _midnight(wanted.last + timedelta(days=1)))
    return chosen


def _of_the_kind(wanted: Wanted) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if wanted.table:
        chosen.append(held_back(Event.subject_table) == wanted.table)
    if wanted.verb:
        chosen.append(Event.action.endswith(f":{wanted.verb}", autoescape=True))
    return chosen


def _people(words: str) -> Select[int]:
    named = Person.name_folded.contains(fold(words), autoescape=True)
    return select(Person.id).where(or_(named, Person.username == words.lower()))


def _kinds() -> list[tuple[str, str]]:
    """Every table that an event is about with every action there is of it."""
    return [(table, action) for table, action in db.session.execute(_next_kinds()) if action is not None]


@built_once
def _next_kinds() -> Select[Any]:
    """From one to the next by the index, which knows a hundred of them among millions of events."""
    first = select(func.min(Event.subject_table)).scalar_subquery()
    found = select(first.label("table"), _first_of(first).label("action")).cte("kind", recursive=True)
    kinds = select(func.min(Event.action)).where(Event.subject_table == found.c.table, Event.action > found.c.action)
    tables = select(func.min(Event.subject_table)).where(Event.subject_table > found.c.table)
    action, table = (later.correlate(found).scalar_subquery() for later in (kinds, tables))
    then = case((action.is_(None), table), else_=found.c.table), func.coalesce(action, _first_of(table))
    return select(found.union_all(select(*then).where(found.c.table.is_not(None))))


def _first_of(table: Any) -> Any:
    return select(func.min(First.action)).where(First.subject_table == table).scalar_subquery()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HANOI)
