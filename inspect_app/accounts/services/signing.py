"""Signing in, and how often somebody may get it wrong."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from inspect_app.accounts import queries
from inspect_app.accounts.models import Miss, Person, SignIn
from inspect_app.accounts.services.authority import check_manages
from inspect_app.accounts.services.passwords import hashed, is_dated, is_right
from inspect_app.core import audit
from inspect_app.core.actor import Actor, Placed
from inspect_app.core.db import db, take_turns
from inspect_app.core.errors import Invalid
from inspect_app.core.text import fold

LONGEST_DEVICE = 200


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
) -> str:
    """Begin a session and return its secret token. Raises SignInRefused, having noted the miss."""
    take_turns(db.session, _counted_as(username))  # guesses sent at one moment are counted one by one
    refuse_if_locked(username, address=address, now=now, limits=limits)
    person = queries.by_username(username)
    if person is None or not _may_enter(person, proof, now=now, production=production):
        note_miss(username, person, address=address, now=now, today=today, limits=limits)
        refuse_if_locked(username, address=address, now=now, limits=limits)
        raise SignInRefused("Tên đăng nhập hoặc mật khẩu chưa đúng", field="username")
    forgive(username)
    if is_dated(person.password_hash):
        person.password_hash = hashed(password)
    return _begin(person, address=address, device=device, now=now, today=today)


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


def note_miss(
    username: str, person: Person | None, *, address: str, now: datetime, today: date, limits: Limits
) -> None:
    """Count a wrong password against the name and the address; older ones than count are swept out."""
    db.session.execute(delete(Miss).where(Miss.at <= now - limits.locked_for))
    db.session.add(Miss(name=_counted_as(username), address=address, at=now))
    db.session.flush()
    if person is not None:
        nobody = Actor(person_id=None, name="", address=address)
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


def _may_enter(person: Person, proof: Proof, *, now: datetime, production: bool) -> bool:
    known = proof.right and proof.password_hash == person.password_hash
    in_time = person.secret_expires_at is None or now <= person.secret_expires_at
    return known and in_time and person.active and not (person.demo and production)


def _misses(whose: ColumnElement[bool], now: datetime, limits: Limits) -> int:
    recent = select(func.count()).select_from(Miss).where(whose, Miss.at > now - limits.locked_for)
    return db.session.scalar(recent) or 0


def _counted_as(username: str) -> str:
    return hashlib.sha256(fold(username).encode()).hexdigest()


def _begin(person: Person, *, address: str, device: str, now: datetime, today: date) -> str:
    token = secrets.token_urlsafe(32)
    session = SignIn(
        token_hash=queries.token_hash(token),
        person_id=person.id,
        began_at=now,
        seen_at=now,
        address=address,
        device=device[:LONGEST_DEVICE],
    )
    db.session.add(session)
    db.session.flush()
    actor = Actor(person_id=person.id, name=person.name, home_unit_id=person.home_unit_id, address=address)
    audit.record("person:sign_in", person, actor=actor, on=today, sign_in=session.id)
    return token
