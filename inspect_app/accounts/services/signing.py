"""Signing in, and how often somebody may get it wrong."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NoReturn

from sqlalchemy import ColumnElement, delete, func, select

from inspect_app.accounts import queries
from inspect_app.accounts.models import Miss, Person
from inspect_app.accounts.queries import factors
from inspect_app.accounts.services.authority import check_manages
from inspect_app.accounts.services.passwords import hashed, is_dated, is_right
from inspect_app.accounts.services.sessions import How, begin_half, begin_session
from inspect_app.core import audit
from inspect_app.core.actor import Actor, Placed
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.core.text import fold


@dataclass(frozen=True, slots=True)
class Limits:
    """How often somebody may get it wrong; see Config."""

    misses: int
    misses_per_address: int
    locked_for: timedelta


@dataclass(frozen=True, slots=True)
class Proof:
    """A password compared with a hash: slow, so done before the transaction that acts on it."""

    password_hash: str | None
    right: bool


@dataclass(frozen=True, slots=True)
class Entered:
    """The password was right."""

    token: str
    half: bool
    """The session begins when the code of the second factor was right, too."""


class SignInRefused(Invalid):
    """Wrong name or password, or locked: one sentence for each, the same whether the name exists or not."""


def check_password(username: str, password: str) -> Proof:
    """Only reads; takes as long for a name that nobody has."""
    person = queries.by_username(username)
    password_hash = person.password_hash if person else None
    return Proof(password_hash, is_right(password_hash, password))


def sign_in(
    username: str,
    password: str,
    proof: Proof,
    *,
    address: str,
    device: str,
    now: datetime,
    today: date,
    limits: Limits,
    production: bool = False,
) -> Entered:
    """Begin a session, or half of one for who has a second factor. Raises SignInRefused, having noted the miss."""
    one_by_one(username)
    refuse_if_locked(username, address=address, now=now, limits=limits)
    person = queries.by_username(username)
    if person is None or not (_is_proof(person, proof, now=now) and may_enter(person, production=production)):
        refused = SignInRefused("Tên đăng nhập hoặc mật khẩu chưa đúng", field="username")
        refuse(refused, username, person, address=address, now=now, today=today, limits=limits)
    if is_dated(person.password_hash):
        person.password_hash = hashed(password)
    where = {"address": address, "device": device}
    if factors.confirmed(person.id):
        # Wrong codes are counted with wrong passwords: knowing the password does not wipe them out.
        return Entered(begin_half(person, **where, now=now), half=True)
    forgive(username)
    return Entered(begin_session(person, how=How.PASSWORD, **where, now=now, today=today), half=False)


def one_by_one(username: str) -> None:
    """Guesses sent at one moment wait for each other, and are counted each."""
    take_turns(db.session, _counted_as(username))


def prove(
    person: Person, proof: Proof, *, address: str, now: datetime, today: date, limits: Limits, field: str = "password"
) -> None:
    """Somebody who is signed in typed their password again. Raises SignInRefused, having noted the miss."""
    one_by_one(person.username)
    refuse_if_locked(person.username, address=address, now=now, limits=limits, field=field)
    if not _is_proof(person, proof, now=now):
        refused = SignInRefused("Mật khẩu chưa đúng", field=field)
        refuse(refused, person.username, person, address=address, now=now, today=today, limits=limits)
    forgive(person.username)


def refuse_if_locked(username: str, *, address: str, now: datetime, limits: Limits, field: str = "username") -> None:
    """Raises SignInRefused."""
    by_name, by_address = Miss.name == _counted_as(username), Miss.address == address
    locked = (
        _misses(by_name, now, limits) >= limits.misses or _misses(by_address, now, limits) >= limits.misses_per_address
    )
    if locked:
        raise SignInRefused(
            "Đã nhập sai %(misses)s lần. Thử lại sau %(minutes)s phút hoặc gọi Sở Nội vụ",
            field=field,
            misses=limits.misses,
            minutes=int(limits.locked_for.total_seconds() // 60),
        )


def refuse(
    refused: SignInRefused,
    username: str,
    person: Person | None,
    *,
    address: str,
    now: datetime,
    today: date,
    limits: Limits,
) -> NoReturn:
    """Note the miss; say that it was the last one, where it was, and otherwise what is `refused`."""
    note_miss(username, person, address=address, now=now, today=today, limits=limits)
    refuse_if_locked(username, address=address, now=now, limits=limits, field=refused.field or "username")
    raise refused


def note_miss(
    username: str, person: Person | None, *, address: str, now: datetime, today: date, limits: Limits
) -> None:
    """Count a wrong password against the name and the address; older ones than count are swept out."""
    db.session.execute(delete(Miss).where(Miss.at <= now - limits.locked_for))
    db.session.add(Miss(name=_counted_as(username), address=address, at=now))
    db.session.flush()
    nobody = Actor(person_id=None, name="", address=address)
    if person is None:  # what was typed is kept nowhere: people type passwords into that field too
        audit.record("log:sign_in_missed", audit.THE_LOG, actor=nobody, on=today)
    else:
        locked = is_locked(person, now=now, limits=limits)
        audit.record("person:sign_in_missed", person, actor=nobody, on=today, locked=locked)


def forgive(username: str) -> None:
    """Forget the wrong passwords counted against the name."""
    db.session.execute(delete(Miss).where(Miss.name == _counted_as(username)))


def is_locked(person: Person, *, now: datetime, limits: Limits) -> bool:
    return _misses(Miss.name == _counted_as(person.username), now, limits) >= limits.misses


def unlock(person: Person, *, actor: Actor, reach: Iterable[Placed], today: date) -> None:
    """Let somebody try again who got it wrong too often. Raises NotAllowed."""
    check_manages(actor, person, reach)
    forgive(person.username)
    audit.record("person:unlock", person, actor=actor, on=today)


def may_enter(person: Person, *, production: bool) -> bool:
    """Whoever it is, and whatever they proved it with."""
    return person.active and not (person.demo and production)


def _is_proof(person: Person, proof: Proof, *, now: datetime) -> bool:
    known = proof.right and proof.password_hash == person.password_hash
    return known and (person.secret_expires_at is None or now <= person.secret_expires_at)


def _misses(whose: ColumnElement[bool], now: datetime, limits: Limits) -> int:
    recent = select(func.count()).select_from(Miss).where(whose, Miss.at > now - limits.locked_for)
    return db.session.scalar(recent) or 0


def _counted_as(username: str) -> str:
    return hashlib.sha256(fold(username).encode()).hexdigest()
