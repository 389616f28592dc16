"""Sessions are rows: they can be seen, and ended from the server."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CursorResult, delete, select, update

from inspect_app.accounts import queries
from inspect_app.accounts.models import Person, SignIn
from inspect_app.accounts.services.authority import check_manages
from inspect_app.core import audit
from inspect_app.core.actor import Actor, Placed
from inspect_app.core.db import db

TOUCH_EVERY = timedelta(minutes=1)
"""How exactly it is known when a session was last used."""
KEPT_FOR = timedelta(days=90)
"""After its last use, whether it was ended or not; that somebody signed in stays in the log."""


LONGEST_DEVICE = 200


class How(StrEnum):
    """What somebody proved who they are with; stands in the log."""

    PASSWORD = "password"
    CODE = "code"
    """The password, and a code of the authenticator app."""
    RECOVERY = "recovery"
    """The password, and a recovery code."""
    OUTSIDE = "outside"
    """Another system, which the organisation trusts, said so."""


def begin_session(
    person: Person, *, address: str, device: str, now: datetime, today: date, how: str = How.PASSWORD
) -> str:
    """Somebody proved who they are: the secret token of a session that begins. The one way into the program.

    Whether the person may come in was for the caller to check; see `signing.may_enter`.
    """
    token, session = _new(person, address=address, device=device, now=now, half=False)
    actor = Actor(person_id=person.id, name=person.name, home_unit_id=person.home_unit_id, address=address)
    audit.record("person:sign_in", person, actor=actor, on=today, sign_in=session.id, how=how)
    return token


def begin_half(person: Person, *, address: str, device: str, now: datetime) -> str:
    """The password was right: a token that lets its bearer type the code of the second factor, and nothing else."""
    return _new(person, address=address, device=device, now=now, half=True)[0]


def _new(person: Person, *, address: str, device: str, now: datetime, half: bool) -> tuple[str, SignIn]:
    token = secrets.token_urlsafe(32)
    session = SignIn(
        token_hash=queries.token_hash(token),
        person_id=person.id,
        began_at=now,
        seen_at=now,
        half=half,
        address=address,
        device=device[:LONGEST_DEVICE],
    )
    db.session.add(session)
    db.session.flush()
    return token, session


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
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(ended_at=now, expired=True))


def proved(sign_in_id: int, *, now: datetime) -> None:
    """Note that the person has just proved again who they are."""
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(proved_at=now))


def end_session(
    session: SignIn, person: Person, *, actor: Actor, reach: Iterable[Placed], now: datetime, today: date
) -> None:
    """End one, of oneself or of somebody that the actor manages. Raises NotAllowed."""
    if actor.person_id != person.id:
        check_manages(actor, person, reach)
    session.ended_at = now
    audit.record("person:end_sessions", person, actor=actor, on=today, ended=1, sign_in=session.id)


def end_other_sessions(person: Person, *, actor: Actor, token: str, now: datetime, today: date) -> int:
    """Everywhere but here; returns how many sessions that ended."""
    ended = close_sessions(person, now=now, but=token)
    audit.record("person:end_sessions", person, actor=actor, on=today, ended=ended)
    return ended


def end_sessions(person: Person, *, actor: Actor, reach: Iterable[Placed], now: datetime, today: date) -> int:
    """Sign the person out everywhere; returns how many sessions that ended. Raises NotAllowed."""
    check_manages(actor, person, reach)
    ended = close_sessions(person, now=now)
    audit.record("person:end_sessions", person, actor=actor, on=today, ended=ended)
    return ended


def close_sessions(person: Person, *, now: datetime, but: str = "") -> int:
    """As part of another act, which logs it; `but` is the token of the session in hand."""
    ending = update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    if but:
        ending = ending.where(SignIn.token_hash != queries.token_hash(but))
    result = db.session.execute(ending.values(ended_at=now))
    assert isinstance(result, CursorResult)
    return result.rowcount


def sweep(*, before: datetime) -> int:
    """Forget sessions that were last used before that moment; how many that were."""
    dropped = db.session.execute(delete(SignIn).where(SignIn.seen_at < before))
    assert isinstance(dropped, CursorResult)
    return dropped.rowcount
