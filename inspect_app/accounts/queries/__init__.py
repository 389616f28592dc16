"""Reading people, grants and sessions. Never writes, never sees a request."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
)
from sqlalchemy.orm import contains_eager, joinedload

from inspect_app.accounts.models import Grant, Person, ResetLink, SavedView, SignIn
from inspect_app.accounts.queries.asking import Visitor as Visitor
from inspect_app.accounts.queries.asking import in_force as in_force
from inspect_app.accounts.queries.asking import may_hold as may_hold
from inspect_app.accounts.queries.asking import token_hash as token_hash
from inspect_app.accounts.queries.asking import visitor as visitor
from inspect_app.accounts.queries.deeds import events_of as events_of
from inspect_app.core.actor import Actor, Held, Role
from inspect_app.core.db import db
from inspect_app.core.statements import built_once, prepared
from inspect_app.core.text import LIKE_ESCAPE, like_pattern, words
from inspect_app.units import queries as units
from inspect_app.units.models import Place, Unit

SESSIONS_SHOWN = 20


# Who is signed in


def by_username(username: str) -> Person | None:
    return db.session.scalars(select(Person).where(Person.username == username.strip().lower())).one_or_none()


def of_link(token: str, *, now: datetime) -> Person | None:
    """Who may set a password at the address with this secret, which has not yet expired."""
    there = (ResetLink.token_hash == token_hash(token), ResetLink.expires_at > now)
    return db.session.scalars(
        select(Person).join(ResetLink, ResetLink.person_id == Person.id).where(*there)
    ).one_or_none()


def sender_of(token: str) -> int | None:
    """Whose session the token was, if it is alive or came to its end by itself, and nobody put them out of action."""
    ended_by_somebody = and_(SignIn.ended_at.is_not(None), ~SignIn.expired)
    return db.session.scalar(
        select(SignIn.person_id)
        .join(SignIn.person)
        .where(SignIn.token_hash == token_hash(token), ~ended_by_somebody, ~SignIn.half, Person.active)
    )


def sessions_of(person: Person, *, alive_since: datetime) -> Sequence[SignIn]:
    """Where the person is signed in and was seen since `alive_since`, latest first."""
    return db.session.scalars(
        select(SignIn)
        .where(*_alive(person.id, alive_since))
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
        .limit(SESSIONS_SHOWN)
    ).all()


def session_of(person_id: int | None, sign_in_id: int, *, alive_since: datetime) -> Select[SignIn]:
    """One of them."""
    return select(SignIn).where(SignIn.id == sign_in_id, *_alive(person_id, alive_since))


def _alive(person_id: int | None, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return SignIn.person_id == person_id, SignIn.ended_at.is_(None), ~SignIn.half, SignIn.seen_at >= since


# What people hold


def held_by(person_id: int, today: date) -> tuple[Held, ...]:
    """The person's grants in force, each with the predecessors of its units."""
    rows = db.session.execute(
        select(Grant.role, Grant.unit_id, Unit.path)
        .join(Grant.unit)
        .where(Grant.person_id == person_id, in_force(today))
        .order_by(Grant.id)
    ).all()
    predecessors = {path: units.predecessors_of(path) for path in {row.path for row in rows}}
    return tuple(Held(Role(r.role), r.unit_id, r.path, predecessors[r.path]) for r in rows)


def holds_already(person: Person, role: Role, unit: Unit, *, since: date, until: date | None) -> bool:
    """The same role over the same unit on one of these days at least."""
    same = (Grant.person_id == person.id, Grant.role == role, Grant.unit_id == unit.id, Grant.ended_at.is_(None))
    begins_in_time = Grant.since <= until if until else Grant.since.is_not(None)
    not_over = or_(Grant.until.is_(None), Grant.until >= since)
    return bool(db.session.scalar(select(exists().where(*same, begins_in_time, not_over))))


def over_everything(today: date) -> Sequence[Grant]:
    """Grants in force that make an active person administrator over the root, with that person."""
    return db.session.scalars(
        select(Grant)
        .join(Grant.person)
        .join(Grant.unit)
        .where(Grant.role == Role.ADMIN, Unit.parent_id.is_(None), in_force(today), Person.active)
        .options(contains_eager(Grant.person))
    ).all()


def grants_of(person: Person) -> Sequence[Grant]:
    """All that the person was ever given, with its unit, latest first."""
    return db.session.scalars(
        select(Grant)
        .where(Grant.person_id == person.id)
        .options(joinedload(Grant.unit))
        .order_by(Grant.since.desc(), Grant.id.desc())
    ).all()


def grant_of(person: Person) -> Select[Grant]:
    """For the one that an address names."""
    return select(Grant).where(Grant.person_id == person.id).options(joinedload(Grant.unit), joinedload(Grant.person))


def reach_of(person: Person, today: date) -> list[Unit]:
    """Their home, and every unit over which they hold a role or will."""
    held = select(Grant.unit_id).where(Grant.person_id == person.id, may_hold(today))
    return list(db.session.scalars(select(Unit).where(or_(Unit.id == person.home_unit_id, Unit.id.in_(held)))))


# People as administrators see them


def visible_to(actor: Actor) -> Select[Person]:
    """People at home in a unit that the actor administers, or who were ever given a role over one."""
    return select(Person).where(_known_to(actor)).options(joinedload(Person.home_unit))


def _known_to(actor: Actor) -> ColumnElement[bool]:
    held = actor.held(Role.ADMIN)
    if not held:
        return false()
    # Over the root this is simply true, so that people who belong nowhere are seen too.
    whole = units.within(Person.home_unit_id, held)
    return or_(whole, Person.id.in_(select(Grant.person_id).where(units.within(Grant.unit_id, held))))


@built_once
def chosen(
    actor: Actor,
    *,
    today: date,
    text: str = "",
    role: Role | None = None,
    unit: Place | None = None,
    active: bool | None = None,
) -> Select[int]:
    """The ids of people, unsorted, which `told` makes into rows. `unit` takes in everything under it."""
    wanted = [_known_to(actor)]
    for word in words(text):
        pattern = like_pattern(word)
        wanted.append(
            or_(Person.name_folded.like(pattern, escape=LIKE_ESCAPE), Person.username.like(pattern, escape=LIKE_ESCAPE))
        )
    if role:
        holders = select(Grant.person_id).where(Grant.role == role, in_force(today))
        wanted.append(Person.id.in_(holders))
    if unit:
        holders = select(Grant.person_id).where(units.under(Grant.unit_id, unit), in_force(today))
        wanted.append(or_(units.under(Person.home_unit_id, unit), Person.id.in_(holders)))
    if active is not None:
        wanted.append(Person.active.is_(active))
    return select(Person.id).where(*wanted)


def told(ids: Subquery) -> Select[Any]:
    """(id, name, username, title, active, demo, unit) of the people with these ids."""
    columns: Sequence[Any] = (Person.id, Person.name, Person.username, Person.title, Person.active, Person.demo)
    found = select(*columns, Unit.name.label("unit")).select_from(ids).join(Person, Person.id == ids.c.id)
    return found.outerjoin(Person.home_unit)


def roles_of(person_ids: Collection[int], today: date) -> dict[int, list[Row[int, Role, str]]]:
    """(person_id, role, unit) of the grants in force of several people, by person."""
    found: dict[int, list[Row[int, Role, str]]] = {person_id: [] for person_id in person_ids}
    for row in db.session.execute(_roles(today), {"person_ids": list(person_ids)}):
        found[row.person_id].append(row)
    return found


@built_once
def _roles(today: date) -> Executable:
    return (
        select(Grant.person_id, Grant.role, Unit.name.label("unit"))
        .join(Grant.unit)
        .where(Grant.person_id.in_(bindparam("person_ids", expanding=True)), in_force(today))
        .order_by(Grant.id)
    )


def units_of(actor: Actor, text: str, *, today: date, limit: int) -> Sequence[Unit]:
    """Units in force that `text` may mean and that the actor administers, shortest name first."""
    return db.session.scalars(
        select(Unit)
        .where(units.named(text), units.in_force(today), units.within(Unit.id, actor.held(Role.ADMIN)))
        .options(joinedload(Unit.parent))
        .order_by(Unit.sort_key, Unit.id)
        .limit(limit)
    ).all()


def anybody() -> bool:
    """Whether there is a person at all."""
    return db.session.scalar(select(Person.id).limit(1)) is not None


def anybody_is(role: Role, today: date) -> bool:
    """Whether somebody wears this hat somewhere today, or will."""
    holds = select(Grant.id).join(Grant.person).where(Grant.role == role, may_hold(today), Person.active)
    return bool(db.session.scalar(select(holds.exists())))


def demo_usernames() -> Sequence[str]:
    """The names that the demo's people sign in with."""
    return db.session.scalars(select(Person.username).where(Person.demo, Person.active).order_by(Person.id)).all()


# What people keep for themselves


@dataclass(frozen=True, slots=True)
class OwnView:
    """As `SavedView` has it."""

    name: str
    query: str
    page: str


def saved_views(person_id: int | None, page: str | None = None) -> Sequence[SavedView]:
    """The person's own saved views, of one list or of all, by list and name."""
    return db.session.scalars(_saved_views(page is not None), {"person_id": person_id, "page": page}).all()


@built_once
def _saved_views(of_one_list: bool) -> Select[SavedView]:
    mine = select(SavedView).where(SavedView.person_id == bindparam("person_id", type_=Integer))
    if of_one_list:
        mine = mine.where(SavedView.page == bindparam("page"))
    return prepared(mine.order_by(SavedView.page, SavedView.name))


def saved_view(person_id: int | None, view_id: int) -> Select[Any]:
    """It, if it is the person's own."""
    return select(SavedView).where(SavedView.id == view_id, SavedView.person_id == person_id)
