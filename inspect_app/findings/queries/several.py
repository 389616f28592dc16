"""Several findings at once, for what is done with many of them together."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from inspect_app.accounts.models import Grant, Person
from inspect_app.accounts.queries import in_force
from inspect_app.core.actor import Actor, Role, steps_of
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, filled_up, prepared
from inspect_app.findings.models import Finding
from inspect_app.findings.queries.scope import visible_to
from inspect_app.plans.models import Plan, TeamMember
from inspect_app.plans.queries import seated
from inspect_app.units.models import Lineage, Unit
from inspect_app.visits.models import Visit


def several(actor: Actor, ids: Collection[int]) -> Sequence[Finding]:
    """Those of them that the actor may know of, with what policies and services read, nearest deadline first."""
    return db.session.scalars(_several(shape_of(actor)), {**filling_of(actor), "ids": filled_up(ids)}).unique().all()


@built_once
def _several(actor: Actor) -> Select[Any]:
    return prepared(
        visible_to(actor)
        .where(Finding.id.in_(bindparam("ids", expanding=True)))
        .options(
            joinedload(Finding.visit).options(
                joinedload(Visit.unit), joinedload(Visit.plan).joinedload(Plan.issuing_unit)
            ),
            joinedload(Finding.unit),
            joinedload(Finding.responsible_unit),
            joinedload(Finding.latest),
            joinedload(Finding.request),
        )
        .order_by(Finding.deadline, Finding.id)
    )


def members_of_teams(team_ids: Collection[int], today: date) -> Sequence[tuple[int, str]]:
    """(id, name) of those who sit on these teams today, by given name."""
    rows = db.session.execute(
        select(Person.id, Person.name)
        .where(
            Person.active,
            Person.id.in_(select(TeamMember.person_id).where(TeamMember.team_id.in_(sorted(team_ids)), seated(today))),
        )
        .order_by(Person.sort_key, Person.id)
    )
    return [(row.id, row.name) for row in rows]


def officers_of_any(units: Collection[Unit], today: date) -> Sequence[tuple[int, str]]:
    """(id, name) of those who answer for one of the units today, as `officers_of` says of each, by given name."""
    ended = sorted({unit.id for unit in units if unit.ended})
    paths = [unit.path for unit in units]
    if ended:
        heirs = select(Unit.path).join(Lineage, Lineage.unit_id == Unit.id).where(Lineage.predecessor_id.in_(ended))
        paths += db.session.scalars(heirs)
    above = frozenset[int]().union(*map(steps_of, paths))
    granted = select(Grant.person_id).where(
        Grant.role == Role.OFFICER, Grant.unit_id.in_(sorted(above)), in_force(today)
    )
    rows = db.session.execute(
        select(Person.id, Person.name).where(Person.active, Person.id.in_(granted)).order_by(Person.sort_key, Person.id)
    )
    return [(row.id, row.name) for row in rows]
