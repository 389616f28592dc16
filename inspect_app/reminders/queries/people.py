"""Who may be told: people as they stand today, seen from the unit or the team that they act for.

Nobody is told of what they may not open: whoever picks recipients asks `see_finding`, `see_visit` or `see_task` last.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Date, bindparam, exists, select

from inspect_app.accounts.models import Grant, Person
from inspect_app.accounts.queries import in_force
from inspect_app.core.actor import Actor, Held, Placed, Role, Seat, TeamRole
from inspect_app.core.db import db
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import seen_by
from inspect_app.plans.models import Team, TeamMember
from inspect_app.plans.queries import seated
from inspect_app.tasks.models import Task, TaskPlan
from inspect_app.tasks.queries import plan_open_to
from inspect_app.tasks.queries import seen_by as task_seen_by
from inspect_app.units.models import Lineage, Unit
from inspect_app.units.queries import predecessors_of
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import open_to

Levels = Sequence[tuple[int, ...]]
"""Ids of people, the nearest first: those at the unit itself, then those one level above, and so on."""


# Built once: whatever is done asks them, and building one is dearer than asking it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_TODAY = bindparam("today", type_=Date())
_ACTIVE = (
    select(Person.id, Person.name, Person.home_unit_id, Unit.path)
    .outerjoin(Unit, Unit.id == Person.home_unit_id)
    .where(Person.id.in_(_IDS), Person.active)
)
_GRANTED = (
    select(Grant.person_id, Grant.role, Grant.unit_id, Unit.path)
    .join(Unit, Unit.id == Grant.unit_id)
    .where(Grant.person_id.in_(_IDS), in_force(_TODAY))
    .order_by(Grant.id)
)
_SEATED = (
    select(TeamMember.person_id, TeamMember.team_id, Team.plan_id, TeamMember.role)
    .join(Team, Team.id == TeamMember.team_id)
    .where(TeamMember.person_id.in_(_IDS), seated(_TODAY))
    .order_by(TeamMember.id)
)
_PATHS = select(Unit.id, Unit.path).where(Unit.id.in_(_IDS))
_HEIRS = (
    select(Lineage.predecessor_id, Unit.path)
    .join(Unit, Unit.id == Lineage.unit_id)
    .where(Lineage.predecessor_id.in_(_IDS))
)
_HOLDING = (
    select(Grant.unit_id, Grant.person_id)
    .join(Person, Person.id == Grant.person_id)
    .where(Grant.role == bindparam("role", type_=Grant.role.type), Grant.unit_id.in_(_IDS))
    .where(in_force(_TODAY), Person.active)
    .order_by(Grant.id)
)


def actors(person_ids: Collection[int | None], today: date) -> list[Actor]:
    """Those of them who are active, as services would see them, in the order given."""
    ids = list(dict.fromkeys(one for one in person_ids if one is not None))
    if not ids:
        return []
    people = {row.id: row for row in db.session.execute(_ACTIVE, {"ids": ids})}
    asked = {"ids": list(people), "today": today}
    granted = db.session.execute(_GRANTED, asked).all()
    former = {path: predecessors_of(path) for path in {row.path for row in granted}}
    grants: dict[int, list[Held]] = {one: [] for one in people}
    for row in granted:
        grants[row.person_id].append(Held(Role(row.role), row.unit_id, row.path, former[row.path]))
    seats: dict[int, list[Seat]] = {one: [] for one in people}
    for seat in db.session.execute(_SEATED, asked):
        seats[seat.person_id].append(Seat(seat.team_id, seat.plan_id, TeamRole(seat.role)))
    return [
        Actor(
            person_id=one,
            name=people[one].name,
            home_unit_id=people[one].home_unit_id,
            home_path=people[one].path or "",
            grants=tuple(grants[one]),
            seats=tuple(seats[one]),
        )
        for one in ids
        if one in people
    ]


def holders(role: Role, unit_ids: Collection[int], today: date) -> Mapping[int, Levels]:
    """Unit -> the active people whose `role` covers it, the nearest first; three statements.

    Whoever holds the role over a unit that the unit became part of stands where the holders of the unit itself do.
    """
    paths = {row.id: row.path for row in db.session.execute(_PATHS, {"ids": list(unit_ids)})}
    return _holders(role, paths, today)


def holders_at(role: Role, units: Iterable[Placed], today: date) -> Mapping[int, Levels]:
    """The same of units that are at hand; two statements."""
    return _holders(role, {unit.id: unit.path for unit in units}, today)


def _holders(role: Role, paths: Mapping[int, str], today: date) -> Mapping[int, Levels]:
    heirs = db.session.execute(_HEIRS, {"ids": list(paths)})
    chains: dict[int, list[list[int]]] = {unit_id: [] for unit_id in paths}
    for unit_id, path in (*paths.items(), *heirs):
        chains[unit_id].append([int(step) for step in reversed(path.split("/")) if step])
    above = {step for several in chains.values() for chain in several for step in chain}
    held: dict[int, list[int]] = {}
    asked = {"role": role, "ids": sorted(above), "today": today}
    for unit_id, person_id in db.session.execute(_HOLDING, asked):
        held.setdefault(unit_id, []).append(person_id)
    return {unit_id: _levels(several, held) for unit_id, several in chains.items()}


def _levels(chains: list[list[int]], held: Mapping[int, list[int]]) -> Levels:
    found = []
    for level in range(max(map(len, chains), default=0)):
        units = dict.fromkeys(chain[level] for chain in chains if level < len(chain))
        people = tuple(dict.fromkeys(person for unit in units for person in held.get(unit, ())))
        if people:
            found.append(people)
    return found


def members(team_ids: Collection[int], today: date) -> Mapping[int, list[tuple[int, TeamRole]]]:
    """Team -> (person, role) of those who sit on it today."""
    found: dict[int, list[tuple[int, TeamRole]]] = {team_id: [] for team_id in team_ids}
    for row in db.session.execute(
        select(TeamMember.team_id, TeamMember.person_id, TeamMember.role)
        .where(TeamMember.team_id.in_(team_ids), seated(today))
        .order_by(TeamMember.id)
    ):
        found[row.team_id].append((row.person_id, TeamRole(row.role)))
    return found


def see_finding(several: Sequence[Actor], finding_id: int) -> list[Actor]:
    """Those of them who may open the finding."""
    return _those(several, lambda one: exists(select(Finding.id).where(Finding.id == finding_id, seen_by(one))))


def see_visit(several: Sequence[Actor], visit_id: int) -> list[Actor]:
    """Those of them who may open the visit."""
    return _those(
        several, lambda one: exists(select(Visit.id).join(Visit.plan).where(Visit.id == visit_id, open_to(one)))
    )


def see_task(several: Sequence[Actor], task_id: int) -> list[Actor]:
    """Those of them who may open the task."""
    return _those(several, lambda one: exists(select(Task.id).where(Task.id == task_id, task_seen_by(one))))


def see_task_plan(several: Sequence[Actor], plan_id: int) -> list[Actor]:
    """Those of them who may open the list of tasks."""
    return _those(several, lambda one: exists(select(TaskPlan.id).where(TaskPlan.id == plan_id, plan_open_to(one))))


def _those(several: Sequence[Actor], condition: Callable[[Actor], Any]) -> list[Actor]:
    if not several:
        return []
    answers = db.session.execute(select(*(condition(one).label(f"a{n}") for n, one in enumerate(several)))).one()
    return [one for one, yes in zip(several, answers, strict=True) if yes]
