"""One finding with everything that its page shows."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import takewhile
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Integer, Row, Select, bindparam, exists, or_, select
from sqlalchemy.orm import aliased, joinedload, with_expression

from inspect_app.accounts import queries as accounts
from inspect_app.accounts.models import Grant, Person
from inspect_app.accounts.queries import in_force
from inspect_app.core.actor import Actor, Role, steps_of
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared
from inspect_app.findings.models import Conclusion, Evidence, Extension, Finding, Recheck, Side, State, Submission
from inspect_app.findings.queries.answers import open_to as answers_open_to
from inspect_app.findings.queries.scope import seen_by, visible_to
from inspect_app.plans.models import Plan
from inspect_app.units.models import Lineage, Unit
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import visible_to as visits_visible_to

Again = aliased(Finding)
"""One that repeats it."""
THE_FINDING: BindParameter[int] = bindparam("finding_id", type_=Integer)
"""Which one: statements about one finding are built once, and planned once."""


def one(actor: Actor, finding_id: int) -> Finding | None:
    """The finding with what its page, its policy and its services need, if the actor may know of it."""
    asked = {**filling_of(actor), "finding_id": finding_id}
    return db.session.scalars(_one(shape_of(actor)), asked).unique().one_or_none()


@built_once
def _one(actor: Actor) -> Select[Finding]:
    repeated = or_(Finding.repeats_id.is_not(None), exists().where(Again.repeats_id == Finding.id))
    return prepared(
        visible_to(actor)
        .where(Finding.id == THE_FINDING)
        .options(
            joinedload(Finding.plan).joinedload(Plan.issuing_unit),
            joinedload(Finding.visit).options(joinedload(Visit.unit), joinedload(Visit.plan)),
            joinedload(Finding.team),
            joinedload(Finding.unit),
            joinedload(Finding.responsible_unit),
            joinedload(Finding.area),
            joinedload(Finding.item),
            joinedload(Finding.follower),
            joinedload(Finding.assignee),
            joinedload(Finding.latest),
            joinedload(Finding.request),
            joinedload(Finding.conclusion),
            joinedload(Finding.messages),
            with_expression(Finding.repeated, repeated),
            with_expression(Finding.rechecked, exists().where(Recheck.finding_id == Finding.id)),
        )
    )


def submissions_of(finding: Finding) -> Sequence[Submission]:
    """Newest first, each with its sender."""
    return db.session.scalars(_submissions(), {"finding_id": finding.id}).all()


@cache
def _submissions() -> Select[Submission]:
    its = select(Submission).where(Submission.finding_id == THE_FINDING)
    return prepared(its.options(joinedload(Submission.sender)).order_by(Submission.round.desc()))


def evidence_of(finding: Finding) -> Sequence[Evidence]:
    """Every file of the finding, in the order of arrival."""
    return db.session.scalars(select(Evidence).where(Evidence.finding_id == finding.id).order_by(Evidence.id)).all()


def files_of(finding: Finding) -> Sequence[Row[Evidence, Submission | None]]:
    """Every file of the finding in the order of arrival, each with the submission that it came with and its sender."""
    return db.session.execute(_files(), {"finding_id": finding.id}).all()


@cache
def _files() -> Select[Evidence, Submission]:
    its = select(Evidence, Submission).where(Evidence.finding_id == THE_FINDING)
    sent = its.outerjoin(Submission, Submission.id == Evidence.submission_id).options(joinedload(Submission.sender))
    return prepared(sent.order_by(Evidence.id))


def extensions_of(finding: Finding) -> Sequence[Extension]:
    """Newest first, each with who asked and who decided."""
    return db.session.scalars(
        select(Extension)
        .where(Extension.finding_id == finding.id)
        .options(joinedload(Extension.asker), joinedload(Extension.decider))
        .order_by(Extension.id.desc())
    ).all()


def officers_of(unit: Unit, today: date) -> Sequence[Row[int, str]]:
    """(id, name) of the active people who answer for the unit today: its own officers and those of units above it.

    Of a unit that ended also those of the units that it became part of.
    """
    paths = [unit.path]
    if unit.ended:
        heirs = select(Unit.path).join(Lineage, Lineage.unit_id == Unit.id).where(Lineage.predecessor_id == unit.id)
        paths += db.session.scalars(heirs)
    above = frozenset[int]().union(*map(steps_of, paths))
    return db.session.execute(_officers(), {"units": sorted(above), "today": today}).all()


@cache
def _officers() -> Select[int, str]:
    here = Grant.unit_id.in_(bindparam("units", expanding=True))
    return prepared(
        select(Person.id, Person.name)
        .join(Grant, Grant.person_id == Person.id)
        .where(Person.active, Grant.role == Role.OFFICER, here, in_force(bindparam("today", type_=Date)))
        .group_by(Person.id, Person.name, Person.sort_key)
        .order_by(Person.sort_key, Person.id)
    )


def conclusion_of(visit_id: int) -> Conclusion | None:
    return db.session.scalars(select(Conclusion).where(Conclusion.visit_id == visit_id)).one_or_none()


def events_of(finding: Finding) -> Sequence[Row[Event, str]]:
    """The finding's log, newest first, each event with the name of the actor's home unit.

    SQLite gives the number of a finding that was discarded last to the next one: what is older is of another finding.
    """
    return list(takewhile(lambda row: row[0].action != "finding:discard", accounts.events_of(finding)))


def of_visit(actor: Actor, visit_id: int) -> Sequence[Finding]:
    """The visit's findings that the actor may know of, in the order in which they were written down."""
    return db.session.scalars(_of_visit(shape_of(actor)), {**filling_of(actor), "visit_id": visit_id}).unique().all()


@built_once
def _of_visit(actor: Actor) -> Select[Finding]:
    its = visible_to(actor).where(Finding.visit_id == bindparam("visit_id", type_=Integer))
    return prepared(its.options(joinedload(Finding.area), joinedload(Finding.responsible_unit)).order_by(Finding.id))


def evidence_visible_to(actor: Actor, evidence_id: int) -> Select[Any]:
    """The file, if the actor may have it."""
    return select(Evidence).where(Evidence.id == evidence_id, evidence_open_to(actor))


def evidence_open_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Evidence`: the actor may know of the finding, the answer or the concluded visit that it belongs to.

    A scanned notice is also shown to whoever knows of a finding that it issued: a unit that answers in another's place.
    Each is asked of the one record: as sets, every finding that the actor may know of would be gathered for a file.
    """
    known = select(Finding.id).where(seen_by(actor))
    finding = known.where(Finding.id == Evidence.finding_id)
    issued = known.where(Finding.visit_id == Evidence.visit_id, Finding.state != State.RECORDED)
    visit = visits_visible_to(actor).with_only_columns(Visit.id).where(Visit.id == Evidence.visit_id)
    checked = select(Visit.id).join(Visit.plan).where(answers_open_to(actor), Visit.id == Evidence.visit_id)
    of_finding, of_issued, of_visit, of_checked = (
        one.correlate(Evidence).exists() for one in (finding, issued, visit, checked)
    )
    return or_(
        of_finding,
        or_(of_visit, of_issued) & (Evidence.side == Side.CONCLUSION),
        of_checked & Evidence.answer_id.is_not(None),
    )
