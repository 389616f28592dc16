"""Sessions are rows: they can be seen, and ended from the server."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

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
