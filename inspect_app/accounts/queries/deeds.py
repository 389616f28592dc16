"""Who did what to a record, as its page tells it. Never writes."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Integer, Row, Select, String, bindparam, func, select

from inspect_app.accounts.models import Person
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.statements import prepared
from inspect_app.units.models import Unit


def events_of(record: Any) -> Sequence[Row[Event, str]]:
    """The record's log, newest first, each event with the name of the actor's home unit."""
    return db.session.execute(_events(), {"kind": record.__tablename__, "record_id": record.id}).all()


@cache
def _events() -> Select[Event, str]:
    kind, record_id = bindparam("kind", type_=String), bindparam("record_id", type_=Integer)
    told = (
        select(Event, func.coalesce(Unit.name, ""))
        .outerjoin(Person, Person.id == Event.actor_id)
        .outerjoin(Unit, Unit.id == Person.home_unit_id)
        .where(Event.subject_table == kind, Event.subject_id == record_id)
        .order_by(Event.seq.desc())
    )
    return prepared(told)
