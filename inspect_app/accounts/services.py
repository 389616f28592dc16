"""Changing who people are and what they may do. One verb per function; each logs itself; none commits."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, select, update

from inspect_app.accounts import policy, queries
from inspect_app.accounts.models import Grant, Miss, Person, SignIn
from inspect_app.core import audit
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed
from inspect_app.core.text import fold, name_sort_key, one_line
from inspect_app.units.models import Unit

_hasher = PasswordHasher()
_DUMMY = _hasher.hash(secrets.token_hex(16))
"""Verified when the name does not exist, so that the answer takes as long."""
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How often somebody may get it wrong; see Config."""

    misses: int
    misses_per_address: int
    locked_for: timedelta


class SignInRefused(Invalid):
    """Wrong name or password, or locked: one sentence for each, the same whether the name exists or not."""


def sign_in(
    username: str,
    password: str,
    *,
    address: str,
    device: str,
    now: datetime,
    today: date,
    limits: Limits,
    production: bool = False,
) -> str:
    """Begin a session and return its secret token. Raises SignInRefused, having noted the miss."""
    name = hashlib.sha256(fold(username).encode()).hexdigest()
    person = queries.by_username(username)
    if _locked(name, address, now=now, limits=limits):
        raise _locked_out(limits)
    right = _verify(person.password_hash if person else _DUMMY, password)
    usable = person is not None and person.active and not (person.demo and production)
    expired = person is not None and person.secret_expires_at is not None and person.secret_expires_at < now
    if not (person and right and usable) or expired:
        db.session.add(Miss(name=name, address=address, at=now))
        db.session.flush()
        if person:
            audit.record("person:sign_in_missed", person, actor=_nobody(address), on=today)
        if _locked(name, address, now=now, limits=limits):
            raise _locked_out(limits)
        raise SignInRefused("Tên đăng nhập hoặc mật khẩu chưa đúng", field="username")
    db.session.execute(delete(Miss).where(Miss.name == name))
    if _hasher.check_needs_rehash(person.password_hash):
        person.password_hash = _hasher.hash(password)
    return _begin(person, address=address, device=device, now=now, today=today)


def _begin(person: Person, *, address: str, device: str, now: datetime, today: date) -> str:
    token = secrets.token_urlsafe(32)
    session = SignIn(
        token_hash=queries.token_hash(token),
        person_id=person.id,
        began_at=now,
        seen_at=now,
        address=address,
        device=device[:200],
    )
    db.session.add(session)
    db.session.flush()
    audit.record("person:sign_in", person, actor=_as(person, address), on=today, sign_in=session.id)
    return token


def sign_out(token: str, *, actor: Actor, now: datetime, today: date) -> None:
    """End the session on the server, not only in the browser."""
    session = db.session.scalars(select(SignIn).where(SignIn.token_hash == queries.token_hash(token))).first()
    if session is None or session.ended_at is not None:
        return
    session.ended_at = now
    person = db.session.get_one(Person, session.person_id)
    audit.record("person:sign_out", person, actor=actor, on=today, sign_in=session.id)


def touch(sign_in_id: int, *, now: datetime) -> None:
    """Note that the session is in use."""
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def expire(sign_in_id: int, *, now: datetime) -> None:
    """End a session that was idle or lasted too long."""
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(ended_at=now))


def end_sessions(person: Person, *, now: datetime, except_token: str = "") -> None:
    """End every session of the person, but for the one in hand."""
    ending = update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    if except_token:
        ending = ending.where(SignIn.token_hash != queries.token_hash(except_token))
    db.session.execute(ending.values(ended_at=now))


def change_password(
    person: Person, *, actor: Actor, current: str, new: str, token: str, now: datetime, today: date
) -> None:
    """By the person. Raises Invalid when the current one is wrong or the new one is weak."""
    if not _verify(person.password_hash, current):
        raise Invalid("Mật khẩu đang dùng chưa đúng", field="current")
    weakness = policy.weakness_of(new, username=person.username, name=person.name)
    if weakness:
        raise Invalid(weakness, field="new")
    if new == current:
        raise Invalid("Mật khẩu mới phải khác mật khẩu đang dùng", field="new")
    person.password_hash = _hasher.hash(new)
    person.password_set_at = now
    person.must_change_password = False
    person.secret_expires_at = None
    end_sessions(person, now=now, except_token=token)
    audit.record("person:change_password", person, actor=actor, on=today)


def add_person(
    *,
    actor: Actor,
    username: str,
    name: str,
    password: str,
    home_unit: Unit | None,
    now: datetime,
    today: date,
    title: str = "",
    phone: str = "",
    email: str = "",
    demo: bool = False,
    must_change: bool = True,
    expires_at: datetime | None = None,
) -> Person:
    """Raises Invalid when the user name is taken."""
    username = username.strip().lower()
    if queries.by_username(username):
        raise Invalid("Tên đăng nhập này đã có người dùng", field="username")
    name = one_line(name)
    person = Person(
        username=username,
        name=name,
        name_folded=fold(name),
        sort_key=name_sort_key(name),
        title=title,
        phone=phone,
        email=email,
        home_unit_id=home_unit.id if home_unit else None,
        password_hash=_hasher.hash(password),
        password_set_at=now,
        must_change_password=must_change,
        secret_expires_at=expires_at,
        demo=demo,
    )
    db.session.add(person)
    db.session.flush()
    audit.record(
        "person:add",
        person,
        actor=actor,
        on=today,
        username=username,
        name=name,
        home_unit=person.home_unit_id,
    )
    return person


def grant(
    person: Person, *, actor: Actor, role: Role, unit: Unit, since: date, until: date | None, today: date
) -> Grant:
    """Raises NotAllowed where the unit is not the actor's to grant over, Invalid for days out of order."""
    if actor.person_id is not None and not policy.may_grant(actor, role, unit):
        raise NotAllowed("Tài khoản đang dùng không được phân quyền trên đơn vị này.")
    if until is not None and until < since:
        raise Invalid("Ngày kết thúc phải sau ngày bắt đầu", field="until")
    given = Grant(person_id=person.id, role=role, unit_id=unit.id, since=since, until=until)
    db.session.add(given)
    db.session.flush()
    audit.record(
        "grant:give",
        given,
        actor=actor,
        on=today,
        person=person.id,
        role=role,
        unit=unit.id,
        since=since,
        until=until,
    )
    return given


def _locked(name: str, address: str, *, now: datetime, limits: Limits) -> bool:
    since = now - limits.locked_for
    by_name = db.session.scalar(select(func.count()).where(Miss.name == name, Miss.at > since)) or 0
    if by_name >= limits.misses:
        return True
    by_address = db.session.scalar(select(func.count()).where(Miss.address == address, Miss.at > since)) or 0
    return by_address >= limits.misses_per_address


def _locked_out(limits: Limits) -> SignInRefused:
    return SignInRefused(
        "Đã nhập sai %(misses)s lần. Thử lại sau %(minutes)s phút hoặc gọi Sở Nội vụ",
        field="username",
        misses=limits.misses,
        minutes=int(limits.locked_for.total_seconds() // 60),
    )


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _nobody(address: str) -> Actor:
    return Actor(person_id=None, name="", address=address)


def _as(person: Person, address: str) -> Actor:
    return Actor(person_id=person.id, name=person.name, home_unit_id=person.home_unit_id, address=address)
