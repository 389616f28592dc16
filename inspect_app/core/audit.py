"""An append-only, chained account of who did what to which record.

`record` notes an event; the events of a transaction are numbered, chained and written in its last moment, so
that the one lock that keeps the chain gapless is held as briefly as can be. The database refuses to change or
delete an event (triggers, migration 0002). Nothing here decides what may happen.

The chain is keyed from outside the database. Where another key takes over, an event says so (`CHANGE_OF_KEY`),
sealed with the key before: it begins with the event after that.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, and_, insert, select
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from inspect_app.core import clock
from inspect_app.core.actor import SYSTEM, Actor
from inspect_app.core.clock import HANOI
from inspect_app.core.connections import take_turns
from inspect_app.core.db import Base, db
from inspect_app.core.errors import Unavailable
from inspect_app.core.reading_order import held_back

GENESIS = "0" * 64
TURN = "audit"
"""What whoever is about to write the log waits for, until the end of the transaction."""
CHANGE_OF_KEY = "log:change_key"
"""Its payload: `key` and `before`, the fingerprints of the key that takes over and of the one that sealed it.

Where the key before is lost `before` is empty, and the new one sealed it.
"""


class Identified(Protocol):
    @property
    def __tablename__(self) -> str: ...
    @property
    def id(self) -> Any: ...


class Event(Base):
    """One line of the log. Never reworded: `action` is `subject:verb`, and reports group by it."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_subject", "subject_table", "subject_id", "seq"),
        # Latest first: all there is, what somebody did, what was done of one kind.
        Index("ix_event_at", "at", "seq"),
        Index("ix_event_actor", "actor_id", "at", "seq"),
        Index("ix_event_kind", "subject_table", "action", "at", "seq"),
    )

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
    if TYPE_CHECKING:
        shown_name: Mapped[str]
        """`actor_name`, or the pseudonym of whoever was erased since: what pages show. See core.pseudonyms."""

    @property
    def id(self) -> int:
        return self.seq


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about, where no record is at hand."""

    table: str
    id: int

    @property
    def __tablename__(self) -> str:
        return self.table


def done_to(event: Any, table: str, record_id: Any, *actions: str) -> ColumnElement[bool]:
    """Of `Event`, or another name of it: these deeds alone, to one record, by which they are found.

    Where SQLite has not measured yet how many there are of each, it would look at all such deeds instead.
    """
    return and_(event.subject_table == table, event.subject_id == record_id, held_back(event.action).in_(actions))


THE_LOG = Subject("log", 0)
"""What an event is about that is about the log itself, or about the program as a whole."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where what is under way was asked for: the address and the request that every event of it names."""

    address: str = ""
    request_id: str = ""


_asked: ContextVar[Asked] = ContextVar("asked", default=Asked())  # noqa: B039  (frozen)


def asked(address: str = "", request_id: str = "") -> None:
    """Told when a request begins, and without arguments when it ends."""
    _asked.set(Asked(address, request_id))


@dataclass(slots=True)
class Noted:
    """An event of the transaction under way, not yet numbered. Listeners receive it."""

    action: str
    subject: Identified
    actor: Actor
    on: date
    at: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    asked: Asked = field(default_factory=_asked.get)
    changes: list[Any] = field(default_factory=list)
    """What the event means to whoever closes the transaction; it falls with the event, and is not written down."""

    def columns(self) -> dict[str, Any]:
        return {
            "on": self.on,
            "at": self.at,
            "actor_id": self.actor.person_id,
            "actor_name": self.actor.name,
            "role": ",".join(sorted(self.actor.roles)),
            "address": self.actor.address or self.asked.address,
            "request_id": self.actor.request_id or self.asked.request_id,
            "action": self.action,
            "subject_table": self.subject.__tablename__,
            "subject_id": self.subject.id,
            "payload": self.payload,
        }


Listener = Callable[[Noted], None]
AtTheEnd = Callable[[Session, Sequence[Noted]], None]
"""Told all events that are about to be written; it notes none itself."""
_listeners: list[Listener] = []
_tellers: Sequence[AtTheEnd] = ()
_closers: Sequence[AtTheEnd] = ()
_keys: Sequence[bytes] = (b"",)


def configure(
    key: bytes,
    listeners: list[Listener],
    *,
    earlier: Iterable[bytes] = (),
    tellers: Sequence[AtTheEnd] = (),
    closers: Sequence[AtTheEnd] = (),
) -> None:
    """Told once by the composition root: the chain's key (kept outside the database), and who hears of events.

    Listeners hear of each at once. Tellers hear of all of a transaction at its end, while others may still write
    the log; closers hear of them when nobody else's can come between. `earlier`: keys that the chain may have been
    sealed with before this one took over.
    """
    global _keys, _listeners, _tellers, _closers
    _keys, _listeners, _tellers, _closers = (key, *earlier), listeners, tellers, closers


def record(action: str, subject: Identified, *, actor: Actor, on: date, **payload: Any) -> Noted:
    """Note an event in the current transaction, so that act and account commit together."""
    if actor.copies is not None:
        payload["copied_from"] = asdict(actor.copies)
    noted = Noted(action, subject, actor, on, clock.now(), plain(payload))
    session = db.session()
    if not session.in_transaction():
        session.begin()
    _noted_in(session).append((_innermost(session), noted))
    for listener in _listeners:
        listener(noted)
    return noted


def plain(payload: dict[str, Any]) -> dict[str, Any]:
    """JSON's own types only, so that what is hashed is what comes back."""
    plain: dict[str, Any] = json.loads(json.dumps(payload, default=_as_json))
    return plain


def disguised(text: str) -> str:
    """For a payload, in place of what is personal: tells whoever holds the key whether it is the same, and no more."""
    return hmac.new(_keys[0], text.encode(), hashlib.sha256).hexdigest()[:16] if text else ""


def _as_json(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def canonical(columns: Mapping[str, Any]) -> bytes:
    """The bytes that are chained: every column but the two hashes, in one fixed form."""
    kept = {name: value for name, value in columns.items() if name not in ("prev_hash", "hash")}
    kept["on"], kept["at"] = kept["on"].isoformat(), kept["at"].isoformat()
    return json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def seal(prev_hash: str, columns: Mapping[str, Any], key: bytes | None = None) -> str:
    """HMAC-SHA256 over the previous hash and this event's canonical form, with the key in force unless told another."""
    chained = prev_hash.encode() + canonical(columns)
    return hmac.new(_keys[0] if key is None else key, chained, hashlib.sha256).hexdigest()


def fingerprint(key: bytes) -> str:
    """By which the log calls a key, without telling it."""
    return hmac.new(key, b"fingerprint", hashlib.sha256).hexdigest()[:16]


def sealed_with(columns: Mapping[str, Any], keys: Iterable[bytes]) -> bytes | None:
    """The first of the keys with which this event, hashes and all, is sealed."""
    return next((key for key in keys if seal(columns["prev_hash"], columns, key) == columns["hash"]), None)


def head() -> tuple[int, str]:
    """Number and hash of the log's last event; number 0 while there is none."""
    found = db.session.execute(select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1)).first()
    return (found.seq, found.hash) if found else (0, GENESIS)


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
    for teller in _tellers:
        teller(session, noted)
    _noted_in(session).clear()
    take_turns(session, TURN)
    for closer in _closers:
        closer(session, noted)
    connection = session.connection()
    found = connection.execute(_LAST).mappings().first()
    last = dict(found) if found else None
    key, told = (_keys[0], []) if noted[0].action == CHANGE_OF_KEY else _take_over(last)
    seq, prev_hash = (last["seq"], last["hash"]) if last else (0, GENESIS)
    rows = []
    for one in [*told, *noted]:
        seq += 1
        columns = {"seq": seq, **one.columns()}
        row = {**columns, "prev_hash": prev_hash, "hash": seal(prev_hash, columns, key)}
        prev_hash, key = row["hash"], _keys[0]
        rows.append(row)
    connection.execute(_WRITE, rows)


# Built once: nearly every transaction ends with them.
_EVENTS: Any = Event.__table__
_LAST = select(_EVENTS).order_by(_EVENTS.c.seq.desc()).limit(1)
_WRITE = insert(_EVENTS)


def _take_over(last: Mapping[str, Any] | None) -> tuple[bytes, list[Noted]]:
    """The key to seal the next event with, and what has to be said first where another key was in force until now.

    Raises Unavailable where the last event was sealed with a key that is not here, or was tampered with: nothing is
    chained to what cannot be vouched for.
    """
    mine = fingerprint(_keys[0])
    if last is None or (last["action"] == CHANGE_OF_KEY and last["payload"]["key"] == mine):
        return _keys[0], []
    if last["action"] != CHANGE_OF_KEY:
        before = sealed_with(last, _keys)
    else:
        before = next((key for key in _keys if fingerprint(key) == last["payload"]["key"]), None)
    if before is None:
        raise Unavailable(
            "Chưa lưu được gì: nhật ký không khớp với khóa đang dùng. Báo quản trị hệ thống kiểm tra nhật ký."
        )
    if before == _keys[0]:
        return before, []
    now = clock.now()
    told = {"key": mine, "before": fingerprint(before)}
    return before, [Noted(CHANGE_OF_KEY, THE_LOG, SYSTEM, now.astimezone(HANOI).date(), now, told)]


def begin_anew(*, actor: Actor, on: date) -> Noted:
    """The key that sealed the log is lost: go on with the one at hand. What stands before can be checked no more."""
    return record(CHANGE_OF_KEY, THE_LOG, actor=actor, on=on, key=fingerprint(_keys[0]), before="")


@sa_event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, undone: SessionTransaction) -> None:
    while not undone.nested and undone.parent is not None:  # a flush that failed takes with it what it was in
        undone = undone.parent
    noted = _noted_in(session)
    noted[:] = [(owner, one) for owner, one in noted if undone.nested and owner is not undone]
