"""Reading plans, their teams and targets. Never writes, never sees a request.

The surprise embargo lives here: until its visit has begun, a target of a surprise plan exists only for the teams of
that plan and for reviewers and viewers granted at the issuing unit or above. Every list, page, count and search of
targets starts from `targets_visible_to` (or its condition, `target_open_to`), those of plans from `visible_to`.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased, contains_eager, joinedload

from inspect_app.accounts.models import Person
from inspect_app.core.actor import Actor, Held, Role, Seat, TeamRole
from inspect_app.core.db import db
from inspect_app.core.shapes import among, filling_of, shape_of
from inspect_app.core.statements import built_once, prepared
from inspect_app.core.text import LIKE_ESCAPE, like_pattern, words
from inspect_app.plans.models import Area, Plan, PlanKind, Target, Team, TeamMember
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import KIND_ORDER, called, in_force, named, within

# A name of its own: the query around it may well have joined the table already.
Named = aliased(Target)
THE_PLAN: BindParameter[int] = bindparam("plan_id", type_=Integer)
"""Which one: statements about one plan are built once, and planned once."""

TOLD: tuple[Any, ...] = (
    *(Plan.id, Plan.kind, Plan.year, Plan.title, Plan.number, Plan.issued_on),
    *(Unit.name.label("issuing_unit"), Plan.illustrative),
)
"""What a line about a plan says of it."""

READERS = (Role.REVIEWER, Role.VIEWER)
"""Who reads what lies in scope, whichever unit it concerns."""
IN_PLACE = (*READERS, Role.OFFICER)
"""Who reads of a unit that is theirs to read or to answer for."""
PEOPLE_OFFERED = 20
UNITS_OFFERED = 40
CANDIDATES = 6
"""Units offered for one typed line."""


# Who sees what


def visible_to(actor: Actor) -> Select[Plan]:
    """Plans that exist for the actor, with their issuing unit."""
    return select(Plan).where(plan_open_to(actor)).options(joinedload(Plan.issuing_unit))


@built_once
def one(actor: Actor) -> Select[Plan]:
    """The plan `plan_id`, if it exists for the actor."""
    return prepared(visible_to(actor).where(Plan.id == THE_PLAN))


def plan_open_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Plan`.

    A plan is seen by its teams, from the unit that issues it, and wherever one of its targets may be seen; a plan
    of self-inspections, which may name no targets, by every unit under the one that issues it.
    """
    in_place = actor.held(*IN_PLACE)
    ways = [_at_the_issuer(actor)]
    if in_place:  # whoever has teams alone is spared looking for targets of nobody in every plan there is
        above = (among(Plan.issuing_unit_id, held.above) for held in in_place)
        ways += [*_names_a_unit_of(in_place), and_(Plan.kind == PlanKind.SELF, or_(*above))]
    if actor.seats:
        ways.append(among(Plan.id, actor.plan_ids))
    return or_(*ways)


def targets_visible_to(actor: Actor) -> Select[Target]:
    """Targets that exist for the actor, removed ones too, with plan and unit; the surprise embargo holds."""
    return (
        select(Target)
        .join(Target.plan)
        .join(Target.unit)
        .where(target_open_to(actor))
        .options(contains_eager(Target.plan).joinedload(Plan.issuing_unit), contains_eager(Target.unit))
    )


def target_open_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Target` joined with `Plan`."""
    there = within(Target.unit_id, actor.held(*IN_PLACE))
    in_place = and_(there, or_(Plan.kind != PlanKind.SURPRISE, Target.begun_on.is_not(None)))
    if not actor.seats:
        return or_(_at_the_issuer(actor), in_place)
    return or_(_at_the_issuer(actor), among(Target.plan_id, actor.plan_ids), in_place)


def _at_the_issuer(actor: Actor) -> ColumnElement[bool]:
    return within(Plan.issuing_unit_id, actor.held(*READERS))


@built_once
def _names_a_unit_of(held: tuple[Held, ...]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """A target of the plan is open in place: one that has begun, or one that no embargo hides.

    Two conditions, so that an index of targets alone answers each; the same ones each time, so that a statement which
    says them twice looks those plans up once.
    """
    named = select(Named.plan_id).where(within(Named.unit_id, held)).distinct()
    begun, ahead = (named.where(which).cte() for which in (Named.begun_on.is_not(None), Named.begun_on.is_(None)))
    not_yet = Plan.id.in_(select(ahead.c.plan_id))
    return Plan.id.in_(select(begun.c.plan_id)), and_(Plan.kind != PlanKind.SURPRISE, not_yet)


# Plans


def in_year(year: int) -> ColumnElement[bool]:
    return Plan.year == year


def matching(text: str) -> ColumnElement[bool]:
    """Plans whose number or title has every word, with or without marks."""
    return and_(true(), *(Plan.folded.like(like_pattern(word), escape=LIKE_ESCAPE) for word in words(text)))


def years(actor: Actor) -> Sequence[int]:
    """The years for which the actor sees a plan, latest first."""
    return sorted(db.session.scalars(years_in_sql(shape_of(actor)), filling_of(actor)), reverse=True)


@built_once
def years_in_sql(actor: Actor) -> Select[int]:
    """The same, unsorted.

    Asked of each year there is, which the index of years is entered for: thousands of plans share it. Where a plan
    issued for it may be seen, no target is looked at.
    """
    first = select(func.min(Plan.year).label("year")).cte("years", recursive=True)
    next_one = select(func.min(Plan.year)).where(Plan.year > first.c.year).scalar_subquery()
    year = first.union_all(select(next_one).where(first.c.year.is_not(None))).c.year
    issued = select(Plan.id).where(Plan.year == year, _at_the_issuer(actor)).limit(1).scalar_subquery()
    opened = year.in_(select(Plan.year).where(plan_open_to(actor)))
    return select(year).where(year.is_not(None), or_(issued.is_not(None), opened))


def of_self_inspections(actor: Actor) -> Sequence[Plan]:
    """Plans under which the actor's units inspect themselves, latest first."""
    return db.session.scalars(
        visible_to(actor).where(Plan.kind == PlanKind.SELF).order_by(Plan.year.desc(), Plan.id.desc())
    ).all()


def listing(
    actor: Actor,
    *,
    text: str = "",
    year: int | None = None,
    kinds: Collection[PlanKind] = (),
    issued: tuple[date, date] | None = None,
) -> Select[*tuple[Any, ...]]:
    """(id, kind, year, title, number, issued_on, issuing_unit, illustrative), unsorted.

    `issued`: from the first to the last day, both included.
    """
    return select(*TOLD).join(Plan.issuing_unit).where(*_narrowed(actor, text, year, kinds, issued))


@built_once
def chosen(
    actor: Actor,
    *,
    text: str = "",
    year: int | None = None,
    kinds: tuple[PlanKind, ...] = (),
    issued: tuple[date, date] | None = None,
) -> Select[int]:
    """The ids of the same, unsorted, which `told` makes into rows."""
    return select(Plan.id).where(*_narrowed(actor, text, year, kinds, issued))


@built_once
def told(actor: Actor, day: date) -> Callable[[Subquery], Select[Any]]:
    """Makes the columns of `listing` and `targets` of ids: how many count on `day`, of those that the actor may see."""
    seen = select(func.count()).where(Target.plan_id == Plan.id, counting(day), target_open_to(actor))
    targets = seen.correlate(Plan).scalar_subquery().label("targets")
    return lambda ids: select(*TOLD, targets).select_from(ids).join(Plan, Plan.id == ids.c.id).join(Plan.issuing_unit)


def _narrowed(
    actor: Actor, text: str, year: int | None, kinds: Collection[PlanKind], issued: tuple[date, date] | None
) -> list[ColumnElement[bool]]:
    wanted = []
    if text:
        wanted.append(matching(text))
    if year is not None:
        wanted.append(in_year(year))
    if issued is not None:
        wanted.append(Plan.issued_on.between(*issued))
    if kinds:
        wanted.append(Plan.kind.in_(kinds))
    return [*wanted, plan_open_to(actor)]


def counting(day: date) -> ColumnElement[bool]:
    """Targets that count in their plan on `day`."""
    return and_(Target.since <= day, or_(Target.removed_on.is_(None), Target.removed_on > day))


def has_targets(plan: Plan) -> bool:
    return db.session.scalar(select(Target.id).where(Target.plan_id == plan.id).limit(1)) is not None


# Teams


def seats_of(person_id: int, today: date) -> tuple[Seat, ...]:
    """The places on teams that the person holds today."""
    rows = db.session.execute(seats_in_sql(person_id, today).order_by(TeamMember.id))
    return tuple(Seat(row.team_id, row.plan_id, TeamRole(row.role)) for row in rows)


def seats_in_sql(person_id: Any, today: Any) -> Select[Any]:
    """The same as (id, team_id, plan_id, role), unsorted, of a person and on a day that the database may know."""
    columns: tuple[Any, ...] = (TeamMember.id, TeamMember.team_id, Team.plan_id, TeamMember.role)
    return select(*columns).join(TeamMember.team).where(TeamMember.person_id == person_id, seated(today))


def reach_of(person_id: int, today: date) -> list[Unit]:
    """The units that issued the plans on whose teams the person sits, or will."""
    plans = (
        select(Team.plan_id)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(TeamMember.person_id == person_id, or_(TeamMember.until.is_(None), TeamMember.until >= today))
    )
    issuers = select(Plan.issuing_unit_id).where(Plan.id.in_(plans))
    return list(db.session.scalars(select(Unit).where(Unit.id.in_(issuers))))


def seated(day: date | BindParameter[date]) -> ColumnElement[bool]:
    return and_(TeamMember.since <= day, or_(TeamMember.until.is_(None), TeamMember.until >= day))


def teams_of(plan: Plan) -> Sequence[Team]:
    """The plan's teams with everybody who ever sat on them."""
    return db.session.scalars(_teams(), {"plan_id": plan.id}).unique().all()


@cache
def _teams() -> Select[Team]:
    members = joinedload(Team.members).joinedload(TeamMember.person).joinedload(Person.home_unit)
    return prepared(select(Team).where(Team.plan_id == THE_PLAN).options(members).order_by(Team.id))


def team_of(plan: Plan, team_id: int) -> Select[Team]:
    return (
        select(Team)
        .where(Team.plan_id == plan.id, Team.id == team_id)
        .options(joinedload(Team.members).joinedload(TeamMember.person).joinedload(Person.home_unit))
    )


def members_of(team: Team) -> Sequence[TeamMember]:
    """Everybody who ever sat on the team."""
    return db.session.scalars(select(TeamMember).where(TeamMember.team_id == team.id).order_by(TeamMember.id)).all()


def people_named(text: str) -> Sequence[Person]:
    """Active people whose name has every word, by given name; the first twenty."""
    asked = [Person.name_folded.like(like_pattern(word), escape=LIKE_ESCAPE) for word in words(text)]
    return db.session.scalars(
        select(Person)
        .where(Person.active, *asked)
        .options(joinedload(Person.home_unit))
        .order_by(Person.sort_key, Person.id)
        .limit(PEOPLE_OFFERED)
    ).all()


# Units to choose


def issuers(actor: Actor) -> Sequence[Unit]:
    """Units in whose name the actor may write plans: those of their grants, and departments and districts below."""
    granted = [held.unit_id for held in actor.held(Role.REVIEWER)]
    below = and_(Unit.parent_id.in_(granted), Unit.kind.in_((UnitKind.DEPARTMENT, UnitKind.DISTRICT)))
    return db.session.scalars(
        select(Unit).where(or_(Unit.id.in_(granted), below)).order_by(Unit.ended, KIND_ORDER, Unit.sort_key, Unit.id)
    ).all()


def units_to_add(
    actor: Actor, plan: Plan, day: date, *, text: str = "", ids: Collection[int] = ()
) -> Sequence[Row[*tuple[Any, ...]]]:
    """(id, name, kind, parent_name) of units that the plan may name from `day` and does not name yet.

    Those that `text` finds, at most `UNITS_OFFERED`, or those of these `ids`.
    """
    above = aliased(Unit)
    rows = (
        select(Unit.id, Unit.name, Unit.kind, above.name.label("parent_name"))
        .outerjoin(above, above.id == Unit.parent_id)
        .where(_may_be_named(actor, day), Unit.id.not_in(_in_the_plan(plan)))
        .order_by(KIND_ORDER, Unit.sort_key, Unit.id)
    )
    rows = rows.where(Unit.id.in_(sorted(ids))) if ids else rows.where(called(text)).limit(UNITS_OFFERED)
    return db.session.execute(rows).all()


def _may_be_named(actor: Actor, day: date) -> ColumnElement[bool]:
    return and_(in_force(day), within(Unit.id, actor.held(Role.REVIEWER)))


def _in_the_plan(plan: Plan) -> Select[int]:
    return select(Target.unit_id).where(Target.plan_id == plan.id, Target.removed_on.is_(None))


def units_of(plan: Plan) -> set[int]:
    """Ids of the units that the plan names now."""
    return set(db.session.scalars(_in_the_plan(plan)))


def named_line_by_line(actor: Actor, lines: Sequence[str], day: date) -> list[list[Row[*tuple[Any, ...]]]]:
    """For each line the (id, name, kind, parent_name, name_folded) of units that it may mean on `day`.

    Shortest name first, at most `CANDIDATES`; none for a line that names nothing. One statement for all lines.
    """
    above, found = aliased(Unit), [list[Row[*tuple[Any, ...]]]() for _ in lines]
    asked = [
        select(
            literal(place).label("place"),
            Unit.id,
            Unit.name,
            Unit.kind,
            Unit.name_folded,
            select(above.name).where(above.id == Unit.parent_id).scalar_subquery().label("parent_name"),
        )
        .where(named(line), _may_be_named(actor, day))
        .order_by(func.length(Unit.name_folded), Unit.sort_key, Unit.id)
        .limit(CANDIDATES)
        .subquery()
        for place, line in enumerate(lines)
    ]
    if asked:
        for row in db.session.execute(union_all(*(select(one) for one in asked))):
            found[row.place].append(row)
    return found


def areas() -> Sequence[Area]:
    """The catalogue of areas in its own order."""
    return db.session.scalars(select(Area).order_by(Area.position)).all()
