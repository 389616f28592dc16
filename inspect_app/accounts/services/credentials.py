"""Passwords that people set, that others give them, and addresses at which they may set one."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import CursorResult, delete, select

from inspect_app.accounts import policy, queries
from inspect_app.accounts.models import OldPassword, Person, ResetLink
from inspect_app.accounts.policy import PasswordRules
from inspect_app.accounts.queries import factors
from inspect_app.accounts.services.authority import check_manages
from inspect_app.accounts.services.commonplace import commonplace
from inspect_app.accounts.services.passwords import hashed, is_right, new_secret
from inspect_app.accounts.services.sessions import close_sessions
from inspect_app.accounts.services.signing import (
    Limits,
    SignInRefused,
    forgive,
    may_enter,
    note_miss,
    one_by_one,
    refuse_if_locked,
)
from inspect_app.core import audit
from inspect_app.core.actor import SYSTEM, Actor, Placed
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, WrongState, sentence
from inspect_app.units.models import Unit

FIRST_SECRET_LASTS = timedelta(days=3)
"""How long a password given by somebody else works."""
LINK_LASTS = timedelta(hours=24)
RULES = PasswordRules()


def change_password(
    person: Person,
    *,
    actor: Actor,
    current: str,
    new: str,
    token: str,
    now: datetime,
    today: date,
    limits: Limits,
    rules: PasswordRules = RULES,
    organisation: str = "",
) -> None:
    """By the person; their other sessions end.

    Raises SignInRefused, having noted the miss, when the current one is wrong; Invalid when the new one is weak.
    """
    name, address = person.username, actor.address
    one_by_one(name)
    refuse_if_locked(name, address=address, now=now, limits=limits, field="current")
    if not is_right(person.password_hash, current):
        note_miss(name, person, address=address, now=now, today=today, limits=limits)
        raise SignInRefused("Mật khẩu đang dùng chưa đúng", field="current")
    if new == current:
        raise Invalid("Mật khẩu mới phải khác mật khẩu đang dùng", field="new")
    _set(person, new, now=now, rules=rules, organisation=organisation)
    close_sessions(person, now=now, but=token)
    audit.record("person:change_password", person, actor=actor, on=today)


def reset_password(person: Person, *, actor: Actor, reach: Iterable[Placed], now: datetime, today: date) -> str:
    """A new first password, to be told to the person; it expires, and has to be changed. Raises NotAllowed."""
    check_manages(actor, person, reach)
    secret = new_secret()
    person.password_hash, person.password_set_at = hashed(secret), now
    person.must_change_password, person.secret_expires_at = True, now + FIRST_SECRET_LASTS
    close_sessions(person, now=now)
    forgive(person.username)
    drop_link(person)
    audit.record("person:reset_password", person, actor=actor, on=today, expires=person.secret_expires_at)
    return secret


def set_demo_passwords(password: str, *, now: datetime, today: date) -> list[str]:
    """One password for everybody of the demo who is active; returns their user names."""
    password_hash = hashed(password)
    people = db.session.scalars(select(Person).where(Person.demo, Person.active).order_by(Person.id)).all()
    for person in people:
        person.password_hash, person.password_set_at = password_hash, now
        close_sessions(person, now=now)
        audit.record("person:set_demo_password", person, actor=SYSTEM, on=today)
    return [person.username for person in people]


# Addresses at which a password is set once


def make_link(person: Person, *, actor: Actor, reach: Iterable[Placed], now: datetime, today: date) -> str:
    """The secret of a new one, to be printed or sent; the one before works no more. Raises NotAllowed, WrongState.

    Until it is used nothing else changes: the person may still remember the old password.
    """
    check_manages(actor, person, reach)
    if not person.active:
        raise WrongState("Tài khoản này đã ngừng hoạt động trước đó.")
    drop_link(person)
    token = secrets.token_urlsafe(32)
    expires = now + LINK_LASTS
    db.session.add(
        ResetLink(person_id=person.id, token_hash=queries.token_hash(token), made_at=now, expires_at=expires)
    )
    db.session.flush()
    audit.record("person:make_link", person, actor=actor, on=today, expires=expires)
    return token


def drop_link(person: Person) -> None:
    """As part of another act, which logs it."""
    db.session.execute(delete(ResetLink).where(ResetLink.person_id == person.id))


def bearer(token: str, *, now: datetime, production: bool) -> Person | None:
    """Whose password may be set at the address with this secret."""
    person = queries.of_link(token, now=now)
    return person if person is not None and may_enter(person, production=production) else None


def use_link(
    token: str,
    new: str,
    *,
    address: str,
    now: datetime,
    today: date,
    production: bool = False,
    rules: PasswordRules = RULES,
    organisation: str = "",
) -> None:
    """Set the password that the bearer chose; everybody is signed out, the second factor stays.

    Raises WrongState: used, replaced or too old; Invalid when the password is weak.
    """
    person = bearer(token, now=now, production=production)
    over = sentence("Đường dẫn này đã dùng rồi hoặc quá hạn. Gọi Sở Nội vụ để lấy đường dẫn mới.")
    if person is None:
        raise WrongState(over)
    _set(person, new, now=now, rules=rules, organisation=organisation, link=False)
    used = db.session.execute(delete(ResetLink).where(ResetLink.token_hash == queries.token_hash(token)))
    assert isinstance(used, CursorResult)
    if used.rowcount != 1:
        raise WrongState(over)  # somebody was quicker with the same address
    close_sessions(person, now=now)
    nobody = Actor(person_id=None, name="", address=address)
    audit.record("person:use_link", person, actor=nobody, on=today)


def _set(
    person: Person, new: str, *, now: datetime, rules: PasswordRules, organisation: str, link: bool = True
) -> None:
    """Raises Invalid."""
    home = db.session.get(Unit, person.home_unit_id) if person.home_unit_id else None
    weakness = policy.weakness_of(
        new,
        username=person.username,
        name=person.name,
        places=[organisation, home.name if home else ""],
        rules=rules,
        has_factor=factors.confirmed(person.id),
        is_common=commonplace,
    )
    if weakness:
        raise Invalid(weakness, field="new", **policy.told(rules))
    _refuse_earlier(person, new, rules)
    if rules.history:
        db.session.add(OldPassword(person_id=person.id, password_hash=person.password_hash, until=now))
    person.password_hash, person.password_set_at = hashed(new), now
    person.must_change_password, person.secret_expires_at = False, None
    forgive(person.username)
    if link:
        drop_link(person)


def _refuse_earlier(person: Person, new: str, rules: PasswordRules) -> None:
    """Where a setting forbids to take one of the last passwords again; those beyond are forgotten. Raises Invalid."""
    kept = select(OldPassword).where(OldPassword.person_id == person.id).order_by(OldPassword.id.desc())
    earlier = db.session.scalars(kept).all()
    for old in earlier[max(rules.history - 1, 0) :]:
        db.session.delete(old)
    hashes = [person.password_hash, *(old.password_hash for old in earlier)][: rules.history]
    if any(is_right(password_hash, new) for password_hash in hashes):
        raise Invalid(
            "Mật khẩu này đã dùng trước đây, chọn mật khẩu khác với %(history)s mật khẩu gần nhất",
            field="new",
            history=rules.history,
        )
