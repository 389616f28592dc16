"""One finding with everything that its page shows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from inspect_app.accounts.models import Person
from inspect_app.core.actor import Actor
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.findings.models import Conclusion, Evidence, Extension, Finding, Side, Submission
from inspect_app.findings.queries.scope import seen_by, visible_to
from inspect_app.plans.models import Plan
from inspect_app.units.models import Unit
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import visible_to as visits_visible_to


def one(actor: Actor, finding_id: int) -> Select[Any]:
    """The finding with what its page, its policy and its services need."""
    return (
        visible_to(actor)
        .where(Finding.id == finding_id)
        .options(
            joinedload(Finding.plan).joinedload(Plan.issuing_unit),
            joinedload(Finding.visit).options(joinedload(Visit.unit), joinedload(Visit.plan)),
            joinedload(Finding.team),
            joinedload(Finding.unit),
            joinedload(Finding.responsible_unit),
            joinedload(Finding.area),
            joinedload(Finding.follower),
            joinedload(Finding.latest),
        )
    )


def submissions_of(finding: Finding) -> Sequence[Submission]:
    """Newest first, each with its sender."""
    return db.session.scalars(
        select(Submission)
        .where(Submission.finding_id == finding.id)
        .options(joinedload(Submission.sender))
        .order_by(Submission.round.desc())
    ).all()


def evidence_of(finding: Finding) -> Sequence[Evidence]:
    """Every file of the finding, in the order of arrival."""
    return db.session.scalars(select(Evidence).where(Evidence.finding_id == finding.id).order_by(Evidence.id)).all()


def extensions_of(finding: Finding) -> Sequence[Extension]:
    """Newest first."""
    return db.session.scalars(
        select(Extension).where(Extension.finding_id == finding.id).order_by(Extension.id.desc())
    ).all()


def conclusion_of(visit_id: int) -> Conclusion | None:
    return db.session.scalars(select(Conclusion).where(Conclusion.visit_id == visit_id)).one_or_none()


def events_of(finding: Finding) -> Sequence[tuple[Event, str]]:
    """The finding's log, newest first, each event with the name of the actor's home unit."""
    rows = db.session.execute(
        select(Event, func.coalesce(Unit.name, ""))
        .outerjoin(Person, Person.id == Event.actor_id)
        .outerjoin(Unit, Unit.id == Person.home_unit_id)
        .where(Event.subject_table == Finding.__tablename__, Event.subject_id == finding.id)
        .order_by(Event.seq.desc())
    )
    return [(event, unit) for event, unit in rows]


def of_visit(actor: Actor, visit_id: int) -> Sequence[Finding]:
    """The visit's findings that the actor may know of, by area."""
    return (
        db.session.scalars(
            visible_to(actor)
            .where(Finding.visit_id == visit_id)
            .options(joinedload(Finding.area), joinedload(Finding.responsible_unit))
            .order_by(Finding.id)
        )
        .unique()
        .all()
    )


def evidence_visible_to(actor: Actor, evidence_id: int) -> Select[Any]:
    """The file, if the actor may know of the finding or the concluded visit that it belongs to."""
    findings = select(Finding.id).where(seen_by(actor))
    visits = visits_visible_to(actor).with_only_columns(Visit.id)
    return select(Evidence).where(
        Evidence.id == evidence_id,
        or_(
            Evidence.finding_id.in_(findings),
            Evidence.visit_id.in_(visits) & (Evidence.side == Side.CONCLUSION),
        ),
    )
