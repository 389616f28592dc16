"""Two people, one form: the second learns who was first, and loses nothing that they typed.

A page carries the version of the record it was drawn from; a service hands it to `expect` before it changes
anything. What slips between that look and the commit is caught by the mapper's own `version_id_col`.
"""

from typing import Protocol

from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.errors import Stale


class Versioned(Protocol):
    __tablename__: str

    @property
    def id(self) -> int: ...
    @property
    def version(self) -> int: ...


def expect(record: Versioned, version: int | None, refusal: Stale) -> None:
    """Refuse when the record is no longer as the form showed it; a `version` of None asks for nothing.

    `refusal` is a sentence with `%(name)s` and `%(time)s`; it is raised with who changed the record last, and when.
    Raises Stale.
    """
    if version is None or version == record.version:
        return
    name, time = _last_change(record)
    raise Stale(refusal.message, name=name, time=time)


def _last_change(record: Versioned) -> tuple[str, str]:
    """Who and when: `10:05` today, `10:05 14/11/2023` on another day."""
    last = db.session.execute(
        select(Event.shown_name, Event.at)
        .where(Event.subject_table == record.__tablename__, Event.subject_id == record.id)
        .order_by(Event.seq.desc())
        .limit(1)
    ).first()
    at = (last.at if last else clock.now()).astimezone(clock.HANOI)
    name = last.shown_name if last and last.shown_name else "Sổ kiểm tra CCHC"
    return name, f"{at:%H:%M}" if at.date() == clock.today() else f"{at:%H:%M %d/%m/%Y}"
