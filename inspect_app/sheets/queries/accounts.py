"""People and what they were granted, as sheets of them are compared with: a few statements whatever their length."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from inspect_app.accounts.models import Grant, Person
from inspect_app.accounts.queries import may_hold, visible_to
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.plans.models import Plan, Team, TeamMember
from inspect_app.units.models import Place, Unit

AT_A_TIME = 500
"""Names in one statement."""


def by_username(actor: Actor, usernames: Collection[str]) -> dict[str, Person]:
    """Those of these people whom the actor may see, with their homes."""
    found: dict[str, Person] = {}
    for some in _several(usernames):
        people = db.session.scalars(visible_to(actor).where(Person.username.in_(some))).unique()
        found |= {person.username: person for person in people}
    return found


def taken(usernames: Collection[str]) -> set[str]:
    """Which of these names somebody has, whoever sees them."""
    return {
        name
        for some in _several(usernames)
        for name in db.session.scalars(select(Person.username).where(Person.username.in_(some)))
    }


def reaches(people: Collection[Person], today: date) -> dict[int, list[Place]]:
    """Person -> every unit over which they hold something or will: home, grants, the plans of their teams."""
    found: dict[int, list[Place]] = {
        person.id: [person.home_unit.place] if person.home_unit else [] for person in people
    }
    ids = sorted(found)
    for start in range(0, len(ids), AT_A_TIME):
        some = ids[start : start + AT_A_TIME]
        granted: Any = (
            select(Grant.person_id, Unit.id, Unit.path)
            .join(Unit, Unit.id == Grant.unit_id)
            .where(Grant.person_id.in_(some), may_hold(today))
        )
        seated: Any = (
            select(TeamMember.person_id, Unit.id, Unit.path)
            .join(Team, Team.id == TeamMember.team_id)
            .join(Plan, Plan.id == Team.plan_id)
            .join(Unit, Unit.id == Plan.issuing_unit_id)
            .where(TeamMember.person_id.in_(some), or_(TeamMember.until.is_(None), TeamMember.until >= today))
        )
        for query in (granted, seated):
            for person_id, unit_id, path in db.session.execute(query):
                found[person_id].append(Place(unit_id, path))
    return found


def grants_of(people: Collection[Person]) -> dict[int, list[Grant]]:
    """Person -> what they were given and was not taken back."""
    ids, found = sorted(person.id for person in people), dict[int, list[Grant]]()
    for start in range(0, len(ids), AT_A_TIME):
        some = ids[start : start + AT_A_TIME]
        given = select(Grant).where(Grant.person_id.in_(some), Grant.ended_at.is_(None))
        for one in db.session.scalars(given.options(joinedload(Grant.unit)).order_by(Grant.id)):
            found.setdefault(one.person_id, []).append(one)
    return found


def _several(names: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(names)
    for start in range(0, len(ordered), AT_A_TIME):
        yield ordered[start : start + AT_A_TIME]
