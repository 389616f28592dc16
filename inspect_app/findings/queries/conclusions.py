"""Notices of conclusion as those who answer for their findings read them. Never writes, never sees a request."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import joinedload

from inspect_app.core.actor import Actor, Role, covers_everything
from inspect_app.core.db import db
from inspect_app.core.reading_order import held_back
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.findings.models import LIVE, Conclusion, Finding, State, Submission
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.scope import seen_by
from inspect_app.plans.models import Plan
from inspect_app.visits.models import Visit


@dataclass(frozen=True, slots=True)
class Standing:
    """How the findings of one notice stand, of those that the reader may know of."""

    total: int = 0
    """Issued and not withdrawn."""
    done: int = 0
    waiting: int = 0
    """With somebody else than the unit."""
    overdue: int = 0

    @property
    def left(self) -> int:
        return self.total - self.done


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of notices is narrowed to."""

    text: str = ""
    """Words of the number."""
    plan_id: int | None = None
    unfinished: bool = False
    """Only those with a finding that is not put right."""


def issued(actor: Actor) -> ColumnElement[bool]:
    """A condition on `Conclusion`: the actor may know of a finding that it issued."""
    return _has_one(actor, Filter())


def _has_one(actor: Actor, wanted: Filter) -> ColumnElement[bool]:
    of_it = Finding.visit_id == Conclusion.visit_id
    return exists().where(of_it, seen_by(actor, walking=True), _wanted(wanted))


def _wanted(wanted: Filter) -> ColumnElement[bool]:
    """A condition on `Finding`: a notice is there for it."""
    return f.live(Finding) if wanted.unfinished else Finding.state != State.RECORDED


def _kept(query: Select[Any], actor: Actor, wanted: Filter, *, walking: bool) -> Select[Any]:
    """Those notices of `query` that are wanted and that the actor may know of.

    Who may know of everything that was issued knows of every notice: there is none that issued nothing.
    """
    query = query.where(*_said(wanted))
    if covers_everything(actor.held(Role.REVIEWER, Role.VIEWER, Role.OFFICER)) and not wanted.unfinished:
        return query
    if walking:
        return query.where(_has_one(actor, wanted))
    its_visit = held_back(Finding.visit_id).label("visit_id")  # SQLite would read all findings by visit
    visits = select(its_visit).where(seen_by(actor), _wanted(wanted)).distinct().subquery()
    return query.join(visits, visits.c.visit_id == Conclusion.visit_id)


@built_once
def listing(actor: Actor, wanted: Filter, *, walking: bool = False) -> Select[Any]:
    """Notices, to be sorted by day; `walking`: see `core.reading_order`.

    Columns: id, visit_id, number, dated_on, signer, unit_name, plan_id, plan_number, plan_title.
    """
    columns: Sequence[Any] = (
        Conclusion.id,
        Conclusion.visit_id,
        Conclusion.number,
        Conclusion.dated_on,
        Conclusion.signer,
        Visit.unit_name,
        Visit.plan_id,
        Plan.number.label("plan_number"),
        Plan.title.label("plan_title"),
    )
    query = (
        select(*columns)
        .select_from(Conclusion)
        .join(Visit, Visit.id == Conclusion.visit_id)
        .join(Plan, Plan.id == Visit.plan_id)
    )
    return _kept(query, actor, wanted, walking=walking)


@built_once
def matching(actor: Actor, wanted: Filter) -> Select[Any]:
    """The same notices without what is told of them, to be counted: nothing else is looked at."""
    query = select(Conclusion.id)
    if wanted.plan_id is not None:
        query = query.join(Visit, Visit.id == Conclusion.visit_id)
    return _kept(query, actor, wanted, walking=False)


def _said(wanted: Filter) -> list[ColumnElement[bool]]:
    """Conditions on the notice itself and its visit."""
    of_plan = [] if wanted.plan_id is None else [Visit.plan_id == wanted.plan_id]
    # Numbers of letters are in capitals; SQLite's lower() knows no Đ.
    words = (sorted({word, word.upper()}) for word in wanted.text.split())
    return [*of_plan, *(or_(*(Conclusion.number.contains(word, autoescape=True) for word in one)) for one in words)]


def standings(actor: Actor, visit_ids: Collection[int], today: date) -> dict[int, Standing]:
    """Visit -> how its findings stand: one statement for a page of notices."""
    rows = db.session.execute(_standings(shape_of(actor), today), {**filling_of(actor), "visit_ids": sorted(visit_ids)})
    return {row.visit_id: Standing(row.total, row.done, row.waiting, row.overdue) for row in rows}


@built_once
def _standings(actor: Actor, today: date) -> Executable:
    with_others = Finding.state.in_((State.SUBMITTED, State.DISPUTED))
    return (
        select(
            Finding.visit_id,
            func.count().label("total"),
            func.count().filter(f.resolved(Finding)).label("done"),
            func.count().filter(with_others).label("waiting"),
            func.count().filter(f.overdue(Finding, today)).label("overdue"),
        )
        .where(Finding.visit_id.in_(bindparam("visit_ids", expanding=True)), seen_by(actor), f.counted(Finding))
        .group_by(Finding.visit_id)
    )


def one(actor: Actor, conclusion_id: int) -> Select[Any]:
    """The notice with its visit and plan, if the actor may know of it."""
    return (
        select(Conclusion)
        .where(Conclusion.id == conclusion_id, issued(actor))
        .options(
            joinedload(Conclusion.visit).options(joinedload(Visit.plan), joinedload(Visit.unit), joinedload(Visit.team))
        )
    )


def findings_of(actor: Actor, conclusion: Conclusion) -> Sequence[Finding]:
    """Those of the notice that the actor may know of, with what policies and pages read.

    What is not over comes first, the nearest deadline before others.
    """
    return (
        db.session.scalars(
            select(Finding)
            .where(Finding.visit_id == conclusion.visit_id, Finding.state != State.RECORDED, seen_by(actor))
            .options(
                joinedload(Finding.visit).options(
                    joinedload(Visit.unit), joinedload(Visit.plan).joinedload(Plan.issuing_unit)
                ),
                joinedload(Finding.unit),
                joinedload(Finding.responsible_unit),
                joinedload(Finding.area),
                joinedload(Finding.latest),
                joinedload(Finding.request),
            )
            .order_by(Finding.state.not_in(LIVE), Finding.deadline, Finding.id)
        )
        .unique()
        .all()
    )


@dataclass(frozen=True, slots=True)
class Companion:
    """A finding that was sent together with another."""

    id: int
    code: str
    title: str


def sent_with(actor: Actor, finding: Finding, bundles: Collection[int]) -> dict[int, list[Companion]]:
    """Bundle -> the other findings that were sent in it, of those that the actor may know of; asks only if it must."""
    others: dict[int, list[Companion]] = {}
    if not bundles:
        return others
    rows = db.session.execute(
        select(Submission.bundle, Finding.id, Finding.code, Finding.title)
        .join(Finding, Finding.id == Submission.finding_id)
        .where(Submission.bundle.in_(sorted(bundles)), Finding.id != finding.id, seen_by(actor))
        .order_by(Finding.id)
    )
    for row in rows:
        others.setdefault(row.bundle, []).append(Companion(row.id, row.code, row.title))
    return others
