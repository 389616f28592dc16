"""An append-only, chained account of who did what to which record.

`record` notes an event; the events of a transaction are numbered, chained and written in its last moment, so
that the one lock that keeps the chain gapless is held as briefly as can be. The database refuses to change or
delete an event (triggers, migration 0002). Nothing here decides what may happen.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import JSON, ForeignKey, Index, insert, select
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import Base, db, take_turns

GENESIS = "0" * 64


class Identified(Protocol):
    __tablename__: str

    @property
    def id(self) -> Any: ...


class Event(Base):
    """One line of the log. Never reworded: `action` is `subject:verb`, and reports group by it."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject_table", "subject_id", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3 … without gaps, in the order of commits."""
    on: Mapped[date]
    """The day it counts for."""
    at: Mapped[datetime]
    """When it was written."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    """Empty when the program acted by itself."""
    actor_name: Mapped[str]
    role: Mapped[str]
    """The hats worn, comma separated."""
    address: Mapped[str]
    request_id: Mapped[str]
    action: Mapped[str]
    subject_table: Mapped[str]
    subject_id: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    prev_hash: Mapped[str]
    hash: Mapped[str]

    @property
    def id(self) -> int:
        return self.seq


@dataclass(slots=True)
class Noted:
    """An event of the transaction under way, not yet numbered. Listeners receive it."""

    action: str
    subject: Identified
    actor: Actor
    on: date
    at: datetime
    payload: dict[str, Any] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        return {
            "on": self.on,
            "at": self.at,
            "actor_id": self.actor.person_id,
            "actor_name": self.actor.name,
            "role": ",".join(sorted(self.actor.roles)),
            "address": self.actor.address,
            "request_id": self.actor.request_id,
            "action": self.action,
            "subject_table": self.subject.__tablename__,
            "subject_id": self.subject.id,
            "payload": self.payload,
        }


Listener = Callable[[Noted], None]
_listeners: list[Listener] = []
_key = b""


def configure(key: bytes, listeners: list[Listener]) -> None:
    """Told once by the composition root: the chain's key (kept outside the database) and who listens."""
    global _key, _listeners
    _key, _listeners = key, listeners


def record(action: str, subject: Identified, *, actor: Actor, on: date, **payload: Any) -> Noted:
    """Note an event in the current transaction, so that act and account commit together."""
    noted = Noted(action, subject, actor, on, clock.now(), _plain(payload))
    session = db.session()
    if not session.in_transaction():
        session.begin()
    _noted_in(session).append((_innermost(session), noted))
    for listener in _listeners:
        listener(noted)
    return noted


def _plain(payload: dict[str, Any]) -> dict[str, Any]:
    """JSON's own types only, so that what is hashed is what comes back."""
    plain: dict[str, Any] = json.loads(json.dumps(payload, default=_as_json))
    return plain


def _as_json(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def canonical(columns: dict[str, Any]) -> bytes:
    """The bytes that are chained: every column but the two hashes, in one fixed form."""
    kept = {name: value for name, value in columns.items() if name not in ("prev_hash", "hash")}
    kept["on"], kept["at"] = kept["on"].isoformat(), kept["at"].isoformat()
    return json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def seal(prev_hash: str, columns: dict[str, Any]) -> str:
    """HMAC-SHA256 over the previous hash and this event's canonical form."""
    return hmac.new(_key, prev_hash.encode() + canonical(columns), hashlib.sha256).hexdigest()


def _noted_in(session: Session) -> list[tuple[SessionTransaction | None, Noted]]:
    """What was noted and not yet written, each with the transaction or savepoint that it falls with."""
    noted: list[tuple[SessionTransaction | None, Noted]] = session.info.setdefault("noted", [])
    return noted


def _innermost(session: Session) -> SessionTransaction | None:
    return session.get_nested_transaction() or session.get_transaction()


@sa_event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    """Also called when a savepoint is released: what was noted in it then falls with what surrounds it."""
    savepoint = session.get_nested_transaction()
    if savepoint is None:
        _write(session)
        return
    noted = _noted_in(session)
    noted[:] = [(savepoint.parent if owner is savepoint else owner, one) for owner, one in noted]


def _write(session: Session) -> None:
    noted = [one for _owner, one in _noted_in(session)]
    if not noted:
        return
    session.flush()
    _noted_in(session).clear()
    take_turns(session, "audit")
    head = session.execute(select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1)).first()
    seq, prev_hash = (head.seq, head.hash) if head else (0, GENESIS)
    rows = []
    for one in noted:
        seq += 1
        columns = {"seq": seq, **one.columns()}
        row = {**columns, "prev_hash": prev_hash, "hash": seal(prev_hash, columns)}
        prev_hash = row["hash"]
        rows.append(row)
    session.execute(insert(Event), rows)


@sa_event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, undone: SessionTransaction) -> None:
    while not undone.nested and undone.parent is not None:  # a flush that failed takes with it what it was in
        undone = undone.parent
    noted = _noted_in(session)
    noted[:] = [(owner, one) for owner, one in noted if undone.nested and owner is not undone]
