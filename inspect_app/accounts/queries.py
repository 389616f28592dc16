"""Reading people, grants and sessions. Never writes, never sees a request."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from inspect_app.accounts.models import Grant, Person, SignIn
from inspect_app.core.actor import Held, Role
from inspect_app.core.db import db
from inspect_app.units import queries as units
from inspect_app.units.models import Unit


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in browser and whose it is: Flask-Login's user. Its id is the secret token of the cookie."""

    token: str
    sign_in_id: int
    person_id: int
    username: str
    name: str
    home_unit_id: int | None
    home_unit_name: str
    home_path: str
    must_change_password: bool
    demo: bool
    began_at: datetime
    seen_at: datetime
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return self.token


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def visitor(token: str) -> Visitor | None:
    """Who the token belongs to, if that sign-in was not ended and the person is active."""
    row = db.session.execute(
        select(
            SignIn.id.label("sign_in_id"),
            SignIn.began_at,
            SignIn.seen_at,
            Person.id.label("person_id"),
            Person.username,
            Person.name,
            Person.home_unit_id,
            Unit.name.label("home_unit_name"),
            Unit.path.label("home_path"),
            Person.must_change_password,
            Person.demo,
        )
        .join(SignIn.person)
        .outerjoin(Person.home_unit)
        .where(SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None), Person.active)
    ).first()
    if row is None:
        return None
    found = row._asdict()
    return Visitor(
        token=token,
        **{**found, "home_unit_name": found["home_unit_name"] or "", "home_path": found["home_path"] or ""},
    )


def in_force(today: date) -> Select[Grant]:
    return select(Grant).where(Grant.since <= today, or_(Grant.until.is_(None), Grant.until >= today))


def held_by(person_id: int, today: date) -> tuple[Held, ...]:
    """The person's grants in force, each with the predecessors of its units."""
    rows = db.session.execute(
        in_force(today)
        .with_only_columns(Grant.role, Grant.unit_id, Unit.path)
        .join(Grant.unit)
        .where(Grant.person_id == person_id)
        .order_by(Grant.id)
    ).all()
    predecessors = {path: units.predecessors_of(path) for path in {row.path for row in rows}}
    return tuple(Held(Role(r.role), r.unit_id, r.path, predecessors[r.path]) for r in rows)


def by_username(username: str) -> Person | None:
    return db.session.scalars(
        select(Person).where(Person.username == username.strip().lower()).options(joinedload(Person.home_unit))
    ).one_or_none()
