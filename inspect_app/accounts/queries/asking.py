"""Who is asking: the signed-in person with all that they hold today, in one statement. Never writes.

Every page begins with it, so it is built once for the life of the program and only filled in.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Row,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
)

from inspect_app.accounts.models import Grant, Person, SecondFactor, SignIn
from inspect_app.core.actor import Held, Role, Seat, TeamRole
from inspect_app.core.db import UTCDateTime, db
from inspect_app.core.statements import prepared
from inspect_app.units.models import Unit
from inspect_app.units.queries import entering

Seats = Callable[[Any, Any], Select[Any]]
"""Of a person on a day, both as the database has them: (id, team_id, plan_id, role)."""


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
    password_set_at: datetime
    has_factor: bool
    """An authenticator app, confirmed."""
    demo: bool
    began_at: datetime
    seen_at: datetime
    proved_at: datetime
    """When they last proved who they are: in signing in, or since."""
    grants: tuple[Held, ...] = ()
    """In force today."""
    seats: tuple[Seat, ...] = ()
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return self.token


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def visitor(token: str, *, today: date, seats: Seats) -> Visitor | None:
    """Who the token belongs to, if that sign-in was not ended and the person is active."""
    rows = db.session.execute(_asking(seats), {"token_hash": token_hash(token), "today": today}).all()
    of: dict[str, list[Row[Any]]] = {"person": [], "grant": [], "seat": [], "entered": []}
    for row in rows:
        of[row.kind].append(row)
    if not of["person"]:
        return None
    found = of["person"][0]
    return Visitor(
        token=token,
        sign_in_id=found.id,
        person_id=found.one,
        username=found.word,
        name=found.name,
        home_unit_id=found.other,
        home_unit_name=found.unit_name or "",
        home_path=found.path or "",
        must_change_password=found.must_change_password,
        password_set_at=found.password_set_at,
        has_factor=found.has_factor,
        demo=found.demo,
        began_at=found.began_at,
        seen_at=found.seen_at,
        proved_at=found.proved_at,
        grants=_grants(of["grant"], of["entered"]),
        seats=tuple(Seat(row.one, row.other, TeamRole(row.word)) for row in sorted(of["seat"], key=lambda row: row.id)),
    )


def _grants(rows: Sequence[Row[Any]], entered: Sequence[Row[Any]]) -> tuple[Held, ...]:
    predecessors: dict[str, set[int]] = {}
    for row in entered:
        predecessors.setdefault(row.path, set()).add(row.id)
    return tuple(
        Held(Role(row.word), row.one, row.path, frozenset(predecessors.get(row.path, ())))
        for row in sorted(rows, key=lambda row: row.id)
    )


@cache
def _asking(seats: Seats) -> CompoundSelect[Any]:
    """Rows of four kinds: the person; their grants; their places on teams; the predecessors of the units granted."""
    hashed: BindParameter[str] = bindparam("token_hash", type_=String)
    today: BindParameter[date] = bindparam("today", type_=Date)
    person_id: ScalarSelect[int] = (
        select(SignIn.person_id)
        .where(SignIn.token_hash == hashed, SignIn.ended_at.is_(None), not_(SignIn.half))
        .scalar_subquery()
    )
    alive = (SignIn.token_hash == hashed, SignIn.ended_at.is_(None), not_(SignIn.half), Person.active)
    columns: tuple[Any, ...] = (
        literal("person").label("kind"),
        SignIn.id.label("id"),
        Person.id.label("one"),
        Person.home_unit_id.label("other"),
        Person.username.label("word"),
        Unit.path.label("path"),
        Person.name.label("name"),
        Unit.name.label("unit_name"),
        Person.must_change_password.label("must_change_password"),
        SecondFactor.confirmed_at.is_not(None).label("has_factor"),
        Person.demo.label("demo"),
        Person.password_set_at.label("password_set_at"),
        SignIn.began_at.label("began_at"),
        SignIn.seen_at.label("seen_at"),
        func.coalesce(SignIn.proved_at, SignIn.began_at).label("proved_at"),
    )
    person = (
        select(*columns)
        .select_from(SignIn)
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(Unit, Unit.id == Person.home_unit_id)
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
        .where(*alive)
    )
    held = (Grant.person_id == person_id, in_force(today))
    grants = _beside("grant", Grant.id, Grant.unit_id, null(), Grant.role, Unit.path)
    granted = grants.select_from(Grant).join(Unit, Unit.id == Grant.unit_id).where(*held)
    places = seats(person_id, today).subquery()
    seated = _beside("seat", places.c.id, places.c.team_id, places.c.plan_id, places.c.role, null())
    paths = select(Unit.path).join(Grant, Grant.unit_id == Unit.id).where(*held, Unit.parent_id.is_not(None))
    came = entering(paths.distinct().subquery()).subquery()
    entered = _beside("entered", came.c.predecessor_id, null(), null(), null(), came.c.path)
    return prepared(union_all(person, granted, seated, entered))


def _beside(kind: str, number: Any, one: Any, other: Any, word: Any, path: Any) -> Select[Any]:
    """Rows of another kind than the person's: what only a person has is empty."""
    flag, moment = cast(null(), Boolean), cast(null(), UTCDateTime)
    return select(
        literal(kind),
        number,
        cast(one, Integer),
        cast(other, Integer),
        cast(word, String),
        cast(path, String),
        *(cast(null(), String),) * 2,
        *(flag,) * 3,
        *(moment,) * 4,
    )


def in_force(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """`Grant.in_force` in SQL."""
    return and_(Grant.since <= today, may_hold(today))


def may_hold(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """`Grant.may_hold` in SQL: in force, or still to come."""
    return and_(Grant.ended_at.is_(None), or_(Grant.until.is_(None), Grant.until >= today))
