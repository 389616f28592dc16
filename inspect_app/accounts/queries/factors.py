"""Reading second factors and recovery codes. Secrets stay sealed here."""

from datetime import datetime

from sqlalchemy import Row, Select, and_, exists, func, select

from inspect_app.accounts.models import Person, RecoveryCode, ResetLink, SecondFactor, SignIn
from inspect_app.accounts.queries import token_hash
from inspect_app.core.db import db


def factor_of(person_id: int) -> SecondFactor | None:
    """Confirmed or on the way."""
    return db.session.get(SecondFactor, person_id, populate_existing=True)


def confirmed(person_id: int) -> bool:
    """Whether signing in asks this person for a code."""
    there = exists().where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    return bool(db.session.scalar(select(there)))


def ways_in(person_id: int, *, now: datetime) -> Row[bool, datetime | None, datetime | None]:
    """(has_factor, made_at, expires_at): of a second factor, and of the address for a password that is still good."""
    link = and_(ResetLink.person_id == Person.id, ResetLink.expires_at > now)
    return db.session.execute(
        select(SecondFactor.confirmed_at.is_not(None).label("has_factor"), ResetLink.made_at, ResetLink.expires_at)
        .select_from(Person)
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
        .outerjoin(ResetLink, link)
        .where(Person.id == person_id)
    ).one()


def codes_left(person_id: int) -> int:
    """Recovery codes not yet used."""
    unused = (RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def unused_code(person_id: int, opening: str) -> Select[RecoveryCode]:
    """Those that begin so: one, nearly always."""
    return select(RecoveryCode).where(
        RecoveryCode.person_id == person_id, RecoveryCode.opening == opening, RecoveryCode.used_at.is_(None)
    )


def half_of(token: str) -> SignIn | None:
    """The half session of this token, if it was not ended."""
    half = select(SignIn).where(SignIn.token_hash == token_hash(token), SignIn.half, SignIn.ended_at.is_(None))
    return db.session.scalars(half).one_or_none()
