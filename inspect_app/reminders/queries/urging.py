"""Units that are late under a plan: what was done about each, and which step is due by rule. Computed, never stored."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from inspect_app.accounts.models import Grant, Person
from inspect_app.accounts.queries import in_force
from inspect_app.core.actor import Actor, Role, TeamRole
from inspect_app.core.db import db
from inspect_app.core.these import one_of
from inspect_app.findings.models import Conclusion, Finding
from inspect_app.findings.queries import overdue, seen_by
from inspect_app.plans.models import Plan
from inspect_app.reminders.models import Level, Urging
from inspect_app.units.models import Lineage, Unit
from inspect_app.units.queries import within
from inspect_app.workdays import queries as workdays
from inspect_app.workdays.policy import Calendar, DeadlineRule, TermCode, due

STEPS = tuple(Level)
WAITS = {
    Level.LETTER_1: TermCode.URGE_LETTER_1,
    Level.LETTER_2: TermCode.URGE_LETTER_2,
    Level.CHAIRMAN: TermCode.URGE_CHAIRMAN,
}
"""A step -> how long after the one before it, while something is still overdue."""
MOST = 200
"""Units under plans on one page, the latest first."""


class Taken(NamedTuple):
    """A step that was taken, as far as the next one depends on it."""

    level: Level
    taken_on: date
    finding_ids: Collection[int]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The next step, and the day from which it is due."""

    level: Level
    due_on: date

    def is_due(self, today: date) -> bool:
        return self.due_on <= today


@dataclass(frozen=True, slots=True)
class Case:
    """One unit that is late under one plan."""

    plan_id: int
    plan_number: str
    plan_title: str
    unit_id: int
    unit_name: str
    many: int
    oldest: date
    """The earliest deadline that was missed."""
    proposal: Proposal | None
    """None when the last step was taken."""
    last: Taken | None
    """The latest step that concerns something still overdue."""
    ended: bool
    """The unit is no more: whoever answers in its place is to be chosen before anybody is urged."""

    def is_due(self, today: date) -> bool:
        """The next step may be taken, and there is a unit to take it with."""
        return self.proposal is not None and not self.ended and self.proposal.is_due(today)


def next_step(
    taken: Iterable[Taken],
    late: set[int],
    today: date,
    terms: Mapping[TermCode, DeadlineRule],
    calendar: Calendar,
) -> tuple[Proposal | None, Taken | None]:
    """What is to be done next, and what was done last, about the findings `late`.

    Steps about findings that are no longer overdue are over: a unit that falls behind again is reminded first.
    """
    last: Taken | None = None
    for one in taken:
        if late.intersection(one.finding_ids) and (last is None or STEPS.index(one.level) >= STEPS.index(last.level)):
            last = one
    if last is None:
        return Proposal(Level.REMINDER, today), None
    place = STEPS.index(last.level) + 1
    if place == len(STEPS):
        return None, last
    level = STEPS[place]
    return Proposal(level, due(terms[WAITS[level]], last.taken_on, calendar)), last


def urged_by(actor: Actor) -> ColumnElement[bool]:
    """Findings about which the actor may remind: a reviewer of the unit that answers, or the head of the team."""
    led = sorted(seat.team_id for seat in actor.seats if seat.role is TeamRole.HEAD)
    return or_(within(Finding.responsible_unit_id, actor.held(Role.REVIEWER)), Finding.team_id.in_(led))


def cases(actor: Actor, today: date, *, plan_id: int | None = None, finding_ids: Collection[int] = ()) -> list[Case]:
    """Every unit that is late under a plan, what is due first; five statements however many there are.

    `finding_ids`: only the units that answer for one of these, under its plan.
    """
    late = (
        select(
            Finding.plan_id,
            Finding.responsible_unit_id,
            func.count().label("many"),
            func.min(Finding.deadline).label("oldest"),
        )
        .where(seen_by(actor), urged_by(actor), overdue(Finding, today))
        .group_by(Finding.plan_id, Finding.responsible_unit_id)
    )
    if plan_id is not None:
        late = late.where(Finding.plan_id == plan_id)
    if finding_ids:
        ticked = aliased(Finding)
        theirs = select(ticked.plan_id, ticked.responsible_unit_id).where(ticked.id.in_(sorted(finding_ids)))
        late = late.where(tuple_(Finding.plan_id, Finding.responsible_unit_id).in_(theirs))
    # Names are joined to what was counted: in the groups they would be compared for each finding.
    found = late.subquery()
    rows = db.session.execute(
        select(found, Plan.number, Plan.title, Unit.name, Unit.ended)
        .join(Plan, Plan.id == found.c.plan_id)
        .join(Unit, Unit.id == found.c.responsible_unit_id)
        .order_by(found.c.oldest, Unit.sort_key, found.c.plan_id, found.c.responsible_unit_id)
        .limit(MOST)
    ).all()
    if not rows:
        return []
    pairs = [(row.plan_id, row.responsible_unit_id) for row in rows]
    ids: dict[tuple[int, int], set[int]] = {pair: set() for pair in pairs}
    # Each plan and each unit by itself: to plan for hundreds of pairs took PostgreSQL ten times as long as the answer.
    both = {"plans": sorted({plan for plan, _unit in pairs}), "units": sorted({unit for _plan, unit in pairs})}
    late_now = select(Finding.plan_id, Finding.responsible_unit_id, Finding.id).where(
        overdue(Finding, today), one_of(Finding.plan_id, "plans"), one_of(Finding.responsible_unit_id, "units")
    )
    for one in db.session.execute(late_now, both):
        if (pair := (one.plan_id, one.responsible_unit_id)) in ids:
            ids[pair].add(one.id)
    taken: dict[tuple[int, int], list[Taken]] = {pair: [] for pair in pairs}
    steps = select(Urging.plan_id, Urging.unit_id, Urging.level, Urging.taken_on, Urging.finding_ids)
    steps = steps.where(one_of(Urging.plan_id, "plans"), one_of(Urging.unit_id, "units")).order_by(Urging.id)
    for step in db.session.execute(steps, both):
        if (pair := (step.plan_id, step.unit_id)) in taken:
            taken[pair].append(Taken(step.level, step.taken_on, step.finding_ids))
    terms, calendar = workdays.terms(), workdays.calendar()
    told = []
    for row in rows:
        pair = row.plan_id, row.responsible_unit_id
        proposal, last = next_step(taken[pair], ids[pair], today, terms, calendar)
        named = row.plan_id, row.number, row.title, pair[1], row.name, row.many, row.oldest
        told.append(Case(*named, proposal=proposal, last=last, ended=row.ended))
    return sorted(told, key=lambda case: (not case.is_due(today), case.oldest))


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything about one unit under one plan."""

    plan: Plan
    unit: Unit
    rows: Sequence[Any]
    """What is overdue, oldest first: id, code, title, required_title, deadline, notice_number, notice_on."""
    taken: Sequence[Urging]
    """Every step, the latest first."""

    def proposal(self, today: date) -> Proposal | None:
        """The next step; none where nothing is overdue, or the last one was taken. Two statements."""
        if not self.rows:
            return None
        late = {row.id for row in self.rows}
        taken = [Taken(one.level, one.taken_on, one.finding_ids) for one in reversed(self.taken)]
        return next_step(taken, late, today, workdays.terms(), workdays.calendar())[0]

    @property
    def seen(self) -> int:
        """The latest step that this stands on, 0 for none: whoever acts says which one they saw."""
        return self.taken[0].id if self.taken else 0


def standing(actor: Actor, plan_id: int, unit_id: int, today: date) -> Standing | None:
    """None where the actor may know of nothing overdue and of no step."""
    both = select(Plan, Unit).join(Unit, Unit.id == unit_id).options(joinedload(Plan.issuing_unit))
    there = db.session.execute(both.where(Plan.id == plan_id)).first()
    if there is None:
        return None
    mine = (Finding.plan_id == plan_id, Finding.responsible_unit_id == unit_id, urged_by(actor), seen_by(actor))
    rows = db.session.execute(
        select(
            Finding.id,
            Finding.code,
            Finding.title,
            Finding.required_title,
            Finding.deadline,
            Conclusion.number.label("notice_number"),
            Conclusion.dated_on.label("notice_on"),
        )
        .outerjoin(Conclusion, Conclusion.visit_id == Finding.visit_id)
        .where(*mine, overdue(Finding, today))
        .order_by(Finding.deadline, Finding.id)
    ).all()
    taken = db.session.scalars(_steps(actor).where(Urging.plan_id == plan_id, Urging.unit_id == unit_id)).all()
    return Standing(there[0], there[1], rows, taken) if rows or taken else None


def recipients(unit: Unit, today: date, *, but: Actor) -> list[Any]:
    """Whom a reminder reaches: (id, name, title) of the active officers nearest to the unit, by given name.

    Those at the unit itself, or at the nearest one above it that has any; of a unit that ended, at its successors.
    """
    paths = [unit.path]
    if unit.ended:
        heirs = select(Unit.path).join(Lineage, Lineage.unit_id == Unit.id).where(Lineage.predecessor_id == unit.id)
        paths += db.session.scalars(heirs)
    chains = [[int(step) for step in reversed(path.split("/")) if step] for path in paths]
    far = {step: distance for chain in chains for distance, step in enumerate(chain)}
    rows = db.session.execute(
        select(Person.id, Person.name, Person.title, Grant.unit_id)
        .join(Grant, Grant.person_id == Person.id)
        .where(Person.active, Grant.role == Role.OFFICER, Grant.unit_id.in_(far), in_force(today))
        .order_by(Person.sort_key, Person.id)
    ).all()
    nearest = min((far[row.unit_id] for row in rows), default=0)
    found = {row.id: row for row in rows if far[row.unit_id] == nearest and row.id != but.person_id}
    return list(found.values())


def one(actor: Actor, urging_id: int) -> Select[Any]:
    """The step with its plan and unit, if the actor may know of it."""
    return _steps(actor).where(Urging.id == urging_id)


def _steps(actor: Actor) -> Select[Any]:
    """Steps about units that the actor reviews, or under plans on whose teams they stand at the head; latest first."""
    led = sorted(seat.plan_id for seat in actor.seats if seat.role is TeamRole.HEAD)
    return (
        select(Urging)
        .where(or_(within(Urging.unit_id, actor.held(Role.REVIEWER)), Urging.plan_id.in_(led)))
        .options(joinedload(Urging.plan).joinedload(Plan.issuing_unit), joinedload(Urging.unit))
        .order_by(Urging.id.desc())
    )
