"""People go along with their unit: when it carries on under a new row, so do the roles held over it and its people.

Listens to the log, in the same transaction as the change. Nobody gains anything: the same role over the same unit.
"""

from datetime import date, timedelta

from sqlalchemy import select

from inspect_app.accounts.models import Grant, Person
from inspect_app.accounts.queries import holds_already, may_hold
from inspect_app.core import audit
from inspect_app.core.actor import SYSTEM, Actor
from inspect_app.core.audit import Noted
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.units.models import SuccessionKind, Unit
from inspect_app.units.queries import carries_on_as

A_DAY = timedelta(days=1)


def listen(noted: Noted) -> None:
    """For `audit.configure`."""
    if noted.action == "unit:change":
        since = noted.payload["since"]
    elif noted.action == "unit:succeed" and noted.payload["kind"] == SuccessionKind.UNCHANGED:
        since = noted.payload["effective"]
    else:
        return
    heir = db.session.get_one(Unit, noted.payload["became"])
    today = noted.at.astimezone(HANOI).date()
    _follow(noted.subject.id, heir, date.fromisoformat(since), noted=noted, today=today)


def _follow(unit_id: int, heir: Unit, since: date, *, noted: Noted, today: date) -> None:
    db.session.flush()
    held = select(Grant, Person).join(Grant.person).where(Grant.unit_id == unit_id, may_hold(max(today, since)))
    for given, person in db.session.execute(held.order_by(Grant.id)).all():
        _regrant(given, person, heir, since, noted=noted, today=today)
    if since <= today:  # until that day they are at home where they were
        _rehouse(unit_id, heir, actor=noted.actor, today=today)


def follow(*, today: date) -> None:
    """Whoever is at home in a unit that ended and only carries on under another row is at home there from now on.

    For changes whose day was still to come when they were written down.
    """
    homes = select(Person.home_unit_id).where(Person.home_unit_id.is_not(None))
    ended = select(Unit).where(Unit.valid_to < today, Unit.id.in_(homes)).order_by(Unit.id)
    for unit in db.session.scalars(ended).all():
        heir = carries_on_as(unit, day=today)
        if heir is not None:
            _rehouse(unit.id, heir, actor=SYSTEM, today=today)


def _rehouse(unit_id: int, heir: Unit, *, actor: Actor, today: date) -> None:
    people = select(Person).where(Person.home_unit_id == unit_id).order_by(Person.id)
    for person in db.session.scalars(people).all():
        person.home_unit_id = heir.id
        changed = [unit_id, heir.id]
        audit.record("person:edit", person, actor=actor, on=today, home_unit_id=changed, by_itself=True)


def _regrant(given: Grant, person: Person, heir: Unit, since: date, *, noted: Noted, today: date) -> None:
    """The old grant ends on the unit's last day, a new one over the new row begins the day after."""
    begins, until = max(given.since, since), given.until
    if not holds_already(person, given.role, heir, since=begins, until=until):
        new = Grant(person_id=person.id, role=given.role, unit_id=heir.id, since=begins, until=until)
        db.session.add(new)
        db.session.flush()
        _tell("grant:give", new, noted.actor, today)
    if given.since < since:
        given.until = since - A_DAY
    else:
        given.ended_at = noted.at
    _tell("grant:end", given, noted.actor, today)


def _tell(action: str, grant: Grant, actor: Actor, today: date) -> None:
    audit.record(
        action,
        grant,
        actor=actor,
        on=today,
        person=grant.person_id,
        role=grant.role,
        unit=grant.unit_id,
        since=grant.since,
        until=grant.until,
        by_itself=True,
    )
