"""What a follow-up visit looks at again, and what follow-up visits saw of one finding.

What a follow-up saw is told to its team and to reviewers at once, to everybody else who may see the visit when it has
ended, as it is with findings that were not issued yet.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, null, or_, select
from sqlalchemy.orm import aliased, contains_eager

from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.reading_order import met_by_one
from inspect_app.core.shapes import among
from inspect_app.findings.models import Finding, Outcome, Recheck, State
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.scope import found_at, seen_by, was_at
from inspect_app.plans.models import Area, Plan, PlanKind, Team
from inspect_app.units.models import Unit
from inspect_app.units.queries import within
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.queries import open_to

SHOWN = 60
"""Findings of one unit on one page."""
TEAMS_OFFERED = 30
ENDED = (VisitState.CONCLUDED, VisitState.CLOSED)
Relapse = aliased(Finding, name="relapse")


def earlier(actor: Actor, visit: Visit, *, today: date) -> Select[*tuple[Any, ...]]:
    """What was found at the visit's unit or its predecessors before, as it stood on the visit's day.

    What is not done yet first, then the latest. Columns: id, code, title, required_title, unit_name, area, area_en,
    state, deadline, resolved_on, outcome, note, relapse_id, relapse_code; the last four are empty where they may not
    be told.
    """
    base = select().select_from(Finding).where(seen_by(actor, walking=True), Finding.visit_id != visit.id)
    query, facts = f.facts_on(base, visit.began_on or today)
    told: tuple[Any, ...] = (Recheck.outcome, Recheck.note, Recheck.relapse_id, Relapse.code.label("relapse_code"))
    if hears_of(actor, visit):
        query = query.outerjoin(Recheck, and_(Recheck.visit_id == visit.id, Recheck.finding_id == Finding.id))
        query = query.outerjoin(Relapse, Relapse.id == Recheck.relapse_id)
    else:  # a join that finds nothing leads SQLite to every day there is
        told = tuple(null().label(column.key) for column in told)
    return (
        query.join(Area, Area.code == facts.area_code)
        .where(was_at(visit.unit_id, facts), f.counted(facts))
        .add_columns(
            Finding.id,
            Finding.code,
            Finding.title,
            Finding.required_title,
            Finding.unit_name,
            Area.short_name.label("area"),
            Area.name_en.label("area_en"),
            facts.state,
            facts.deadline,
            facts.resolved_on,
            *told,
        )
        .order_by(case((facts.state == State.RESOLVED, 1), else_=0), Finding.id.desc())
    )


def earlier_rows(actor: Actor, visit: Visit, *, today: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of `earlier` for a page: at most one more than `SHOWN`."""
    return db.session.execute(earlier(actor, visit, today=today).limit(SHOWN + 1)).all()


def still_to_see(actor: Actor, visit: Visit, *, today: date, beside: int = 0) -> int | None:
    """The first earlier finding of which nothing was written down yet, other than `beside`."""
    seen = select(Recheck.finding_id).where(Recheck.visit_id == visit.id)
    rows = earlier(actor, visit, today=today).where(Finding.id.not_in(seen), Finding.id != beside)
    found = db.session.execute(rows.limit(1)).first()
    return found.id if found else None


def state_then(finding: Finding, visit: Visit, *, today: date) -> State | None:
    """How the finding stood on the visit's day; None where the visit has nothing to do with it."""
    base = select().select_from(Finding).where(Finding.id == finding.id, Finding.visit_id != visit.id)
    query, facts = f.facts_on(base, visit.began_on or today)
    query = query.where(was_at(visit.unit_id, facts), f.counted(facts)).add_columns(facts.state)
    state: State | None = db.session.scalar(query)
    return state


def recheck_of(visit: Visit, finding: Finding) -> Recheck | None:
    return db.session.scalars(
        select(Recheck).where(Recheck.visit_id == visit.id, Recheck.finding_id == finding.id)
    ).one_or_none()


def hears_of(actor: Actor, visit: Visit) -> bool:
    """What the follow-up saw may be told to the actor, who may see the visit."""
    return (
        visit.state in ENDED
        or actor.sits_on(visit.team_id)
        or actor.reviews(visit.unit)
        or actor.reviews(visit.plan.issuing_unit)
    )


def rechecks_of(actor: Actor, finding: Finding) -> Sequence[Row[*tuple[Any, ...]]]:
    """(visit_id, day, outcome, note, relapse_id, relapse_code) of the follow-ups of a finding, latest first."""
    reviewing = actor.held(Role.REVIEWER)
    told = or_(
        Visit.state.in_(ENDED),
        among(Visit.team_id, actor.team_ids) if actor.seats else false(),
        within(Visit.unit_id, reviewing),
        within(Plan.issuing_unit_id, reviewing),
    )
    return db.session.execute(
        select(
            Visit.id.label("visit_id"),
            Visit.day,
            Recheck.outcome,
            Recheck.note,
            Recheck.relapse_id,
            Relapse.code.label("relapse_code"),
        )
        .select_from(Recheck)
        .join(Visit, Visit.id == Recheck.visit_id)
        .join(Plan, Plan.id == Visit.plan_id)
        .outerjoin(Relapse, Relapse.id == Recheck.relapse_id)
        .where(Recheck.finding_id == finding.id, Visit.state != VisitState.CANCELLED, open_to(actor), told)
        .order_by(Visit.day.desc(), Visit.id.desc())
    ).all()


def tally(visit: Visit) -> dict[Outcome, int]:
    """How many earlier findings the visit saw in each way."""
    rows = select(Recheck.outcome, func.count()).where(Recheck.visit_id == visit.id).group_by(Recheck.outcome)
    return {Outcome(outcome): number for outcome, number in db.session.execute(rows)}


def something_found_at(actor: Actor, unit: Unit) -> bool:
    """The actor may know of something that was issued to the unit or to one that became part of it."""
    there = (found_at(unit.id, place) for place in (Finding.unit_id, Finding.responsible_unit_id))
    found = select(Finding.id).where(seen_by(actor), Finding.state != State.RECORDED, met_by_one(Finding.id, *there))
    return db.session.scalar(found.limit(1)) is not None


def teams_for(actor: Actor) -> Sequence[Team]:
    """Teams under whose plans the actor may put a follow-up on the calendar, each with its plan; the latest first."""
    mine: ColumnElement[bool] = among(Team.id, actor.team_ids) if actor.seats else false()
    return db.session.scalars(
        select(Team)
        .join(Team.plan)
        .where(Plan.kind != PlanKind.SELF, or_(mine, within(Plan.issuing_unit_id, actor.held(Role.REVIEWER))))
        .options(contains_eager(Team.plan).joinedload(Plan.issuing_unit))
        .order_by(Plan.year.desc(), Team.id.desc())
        .limit(TEAMS_OFFERED)
    ).all()
