"""What a sheet of past work is compared with: units of every day, plans, and what was copied before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, or_, select, union, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload

from inspect_app.accounts.models import Person
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.statements import prepared
from inspect_app.findings.models import Conclusion, Extension, Finding, Message, Recheck
from inspect_app.plans.models import Area, Plan, Target, Team, TeamMember
from inspect_app.sheets.models import Brought, Origin
from inspect_app.units.models import Lineage, Unit, UnitKind
from inspect_app.units.queries import within
from inspect_app.visits.models import Visit, VisitState


@dataclass(frozen=True, slots=True)
class Named:
    """A unit as it was called from a day to a day."""

    id: int
    path: str
    name: str
    above: str
    """The name of the unit that it is under."""
    since: date | None
    last: date | None
    """Where it ended: the last day, or the last for which a source names it."""
    ended: bool

    def in_force(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (
            not self.ended or (self.last is not None and day <= self.last)
        )


@dataclass(frozen=True, slots=True)
class KnownFinding:
    finding: Finding
    said: Mapping[str, Any]
    """What the row last copied was taken to say."""
    untouched: bool
    """Nobody changed it in the program since."""


@dataclass(frozen=True, slots=True)
class KnownVisit:
    visit: Visit
    notice: Conclusion | None
    copied: bool
    untouched: bool
    findings: Sequence[KnownFinding]


@dataclass(frozen=True, slots=True)
class KnownPlan:
    plan: Plan
    open: bool
    """History may be copied into it: it was brought in before, or nothing has happened under it yet."""
    team_id: int | None
    """The team that stands for those who made the visits."""
    visits: Mapping[int, KnownVisit]
    """By unit."""
    aims: Mapping[int, Target]
    """Unit -> its target that counts."""


@dataclass(frozen=True, slots=True)
class Known:
    units: Mapping[int, Named]
    """Those that the actor reviews, of all times."""
    kin: Mapping[int, frozenset[int]]
    """Unit -> those that it came from and those that came from it."""
    areas: Sequence[Area]
    plans: Mapping[tuple[str, int], Sequence[KnownPlan]]
    """By number and year."""
    areas_meant: dict[str, str | None] = field(default_factory=dict)
    """As written -> code of the area, for what was asked already."""


def known(actor: Actor, numbers: Collection[str]) -> Known:
    """`numbers`: those of the plans that the sheet names."""
    units = _units(actor)
    kin: dict[int, set[int]] = {}
    for row in db.session.execute(select(Lineage.unit_id, Lineage.predecessor_id)):
        kin.setdefault(row.unit_id, set()).add(row.predecessor_id)
        kin.setdefault(row.predecessor_id, set()).add(row.unit_id)
    plans: dict[tuple[str, int], list[KnownPlan]] = {}
    for plan in _plans(actor, numbers):
        plans.setdefault((plan.number, plan.year), []).append(_known_plan(plan))
    return Known(
        units,
        {one: frozenset(others) for one, others in kin.items()},
        db.session.scalars(select(Area).order_by(Area.position)).all(),
        plans,
    )


def _units(actor: Actor) -> dict[int, Named]:
    above = aliased(Unit)
    rows = db.session.execute(
        select(
            Unit.id,
            Unit.path,
            Unit.name,
            func.coalesce(above.name, "").label("above"),
            Unit.valid_from,
            func.coalesce(Unit.valid_to, Unit.last_known).label("last"),
            Unit.ended,
        )
        .outerjoin(above, above.id == Unit.parent_id)
        .where(within(Unit.id, actor.held(Role.REVIEWER)))
    )
    return {row.id: Named(*row) for row in rows}


def issuer_of(actor: Actor) -> int | None:
    """The unit in whose name the actor brings plans in: that of their widest grant."""
    held = sorted(actor.held(Role.REVIEWER), key=lambda one: one.path.count("/"))
    return held[0].unit_id if held else None


def _plans(actor: Actor, numbers: Collection[str]) -> Sequence[Plan]:
    """Of that unit or a department: every district has a plan of its own with the same number."""
    theirs = or_(Plan.issuing_unit_id == issuer_of(actor), Unit.kind == UnitKind.DEPARTMENT)
    return db.session.scalars(
        select(Plan)
        .join(Plan.issuing_unit)
        .where(Plan.number.in_(sorted(numbers)), theirs, within(Plan.issuing_unit_id, actor.held(Role.REVIEWER)))
        .options(contains_eager(Plan.issuing_unit))
        .order_by(Plan.id)
    ).all()


def exists(number: str, year: int, issuer_id: int) -> bool:
    """Somebody else has just made this plan."""
    asked = select(Plan.id).where(Plan.number == number, Plan.year == year, Plan.issuing_unit_id == issuer_id)
    return db.session.scalar(asked.limit(1)) is not None


def _known_plan(plan: Plan) -> KnownPlan:
    visits = db.session.scalars(
        select(Visit)
        .where(Visit.plan_id == plan.id, Visit.state != VisitState.CANCELLED, Visit.follow_up.is_(False))
        .options(joinedload(Visit.unit), joinedload(Visit.plan), joinedload(Visit.target))
    ).all()
    findings = db.session.scalars(
        select(Finding).where(Finding.plan_id == plan.id).options(joinedload(Finding.area)).order_by(Finding.id)
    ).all()
    notices = {
        notice.visit_id: notice
        for notice in db.session.scalars(select(Conclusion).join(Conclusion.visit).where(Visit.plan_id == plan.id))
    }
    origins = _latest_origins(plan.id)
    by_visit, spoken_of = dict[int, list[KnownFinding]](), _spoken_of(plan.id)
    for finding in findings:
        if (origin := origins.get(("finding", finding.id))) is not None:
            untouched = origin.left_at == finding.version and finding.id not in spoken_of
            one = KnownFinding(finding, origin.said, untouched)
            by_visit.setdefault(finding.visit_id, []).append(one)
    copied = {visit.id: origins.get(("visit", visit.id)) for visit in visits}
    in_program = {finding.visit_id for finding in findings if ("finding", finding.id) not in origins}
    seated = db.session.scalar(select(TeamMember.id).join(TeamMember.team).where(Team.plan_id == plan.id).limit(1))
    return KnownPlan(
        plan=plan,
        open=("plan", plan.id) in origins or (not visits and seated is None),
        team_id=next((visit.team_id for visit in visits if copied[visit.id]), None),
        visits={
            visit.unit_id: KnownVisit(
                visit,
                notices.get(visit.id),
                copied[visit.id] is not None,
                _untouched(visit, copied[visit.id]) and visit.id not in in_program,
                by_visit.get(visit.id, ()),
            )
            for visit in visits
        },
        aims={
            target.unit_id: target
            for target in db.session.scalars(
                select(Target)
                .where(Target.plan_id == plan.id, Target.removed_on.is_(None))
                .options(joinedload(Target.plan), joinedload(Target.unit))
            )
        },
    )


def _spoken_of(plan_id: int) -> set[int]:
    """Findings of the plan about which something was said in the program that leaves their facts as they are."""
    theirs = select(Finding.id).where(Finding.plan_id == plan_id)
    said = (
        select(Extension.finding_id).where(Extension.finding_id.in_(theirs)),
        select(Message.finding_id).where(Message.finding_id.in_(theirs)),
        select(Recheck.finding_id).where(Recheck.finding_id.in_(theirs)),
        select(Finding.repeats_id).where(Finding.repeats_id.in_(theirs)),
    )
    return set(db.session.scalars(union(*said)))


def _untouched(visit: Visit, origin: Origin | None) -> bool:
    return origin is not None and origin.left_at == visit.version


def _latest_origins(plan_id: int) -> dict[tuple[str, int], Origin]:
    """What each record under the plan was last copied from; each kind is found by an index of its own."""
    theirs = (
        select(Origin.id).where(Origin.plan_id == plan_id),
        select(Origin.id).join(Visit, Visit.id == Origin.visit_id).where(Visit.plan_id == plan_id),
        select(Origin.id).join(Finding, Finding.id == Origin.finding_id).where(Finding.plan_id == plan_id),
    )
    rows = db.session.scalars(select(Origin).where(Origin.id.in_(union_all(*theirs))).order_by(Origin.id))
    latest: dict[tuple[str, int], Origin] = {}
    for one in rows:
        if one.finding_id is not None:
            latest["finding", one.finding_id] = one
        elif one.visit_id is not None:
            latest["visit", one.visit_id] = one
        elif one.plan_id is not None:
            latest["plan", one.plan_id] = one
    return latest


# Where a record came from


def origins_of(record: Plan | Finding) -> Sequence[Any]:
    """(row, name, sha256, done_at, person) of each time that it was copied from a sheet, the latest first."""
    return db.session.execute(_origins(isinstance(record, Plan)), {"record_id": record.id}).all()


@cache
def _origins(of_a_plan: bool) -> Select[Any]:
    column = Origin.plan_id if of_a_plan else Origin.finding_id
    columns: Sequence[Any] = (Origin.row, Brought.name, Brought.sha256, Brought.done_at, Person.name.label("person"))
    return prepared(
        select(*columns)
        .join(Origin.brought)
        .join(Person, Person.id == Brought.person_id)
        .where(column == bindparam("record_id", type_=Integer))
        .order_by(Origin.id.desc())
    )
