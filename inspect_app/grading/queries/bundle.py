"""The documents behind a criterion: what there is on paper, and the files that are kept of it.

Every file is asked for with the very condition under which it may be opened by itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, or_, select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.findings.models import Conclusion, Evidence, Finding, Side, Submission, Verdict
from inspect_app.findings.queries import evidence_open_to
from inspect_app.grading.models import Criterion
from inspect_app.grading.policy import day_of
from inspect_app.grading.queries.criteria import aims, problems
from inspect_app.grading.queries.matching import graded_on
from inspect_app.plans.models import Plan, Target, Team
from inspect_app.reports.queries import Day
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.queries import open_to


class What(StrEnum):
    PLAN = "plan"
    TEAM = "team"
    VISIT = "visit"
    """It was inspected, and no notice of conclusion says so yet."""
    CONCLUSION = "conclusion"
    LETTER = "letter"
    """The unit's own report that a finding is put right."""
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class File:
    """What is kept of a document."""

    id: int
    name: str
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Document:
    """One line of the manifest."""

    what: What
    unit_name: str = ""
    number: str = ""
    """As on paper; empty where it has none."""
    dated_on: date | None = None
    title: str = ""
    codes: tuple[str, ...] = ()
    """Of the findings that it proves something about."""
    file: File | None = None


def documents(actor: Actor, year: int, day: Day, criterion: Criterion, kind: UnitKind | None = None) -> list[Document]:
    """All that proves the numerator of the criterion, by unit: four statements at most."""
    if criterion is Criterion.INSPECTED:
        inspections = _inspections(actor, year, day.on, kind)
        return _papers(inspections, _files(actor, inspections), {})
    answers = _answers(actor, year, day, kind)
    codes: dict[int, list[str]] = {}
    for row in answers:
        codes.setdefault(row.visit_id, []).append(row.code)
    visits = _visits(codes, day.on)
    kept = _files(actor, visits, answers)
    return [*_papers(visits, kept, codes), *_remedies(answers, kept)]


_TOLD: tuple[Any, ...] = (
    Visit.id,
    Visit.unit_id,
    Visit.unit_name,
    Visit.began_on,
    Plan.id.label("plan_id"),
    Plan.number.label("plan_number"),
    Plan.title.label("plan_title"),
    Plan.issued_on,
    Team.id.label("team_id"),
    Team.name.label("team_name"),
    Team.decision_number,
    Team.decision_on,
    Conclusion.number,
    Conclusion.dated_on,
)


def _inspections(actor: Actor, year: int, on: date, kind: UnitKind | None) -> Sequence[Row[Any]]:
    its = and_(Visit.target_id == Target.id, Visit.state != VisitState.CANCELLED, Visit.began_on <= on)
    rows = (
        aims(actor, year, on)
        .join(Visit, its)
        .outerjoin(Team, Team.id == Visit.team_id)
        .outerjoin(Conclusion, and_(Conclusion.visit_id == Visit.id, Conclusion.dated_on <= on))
        .where(graded_on(day_of(year, on)), open_to(actor))
        .with_only_columns(*_TOLD)
        .order_by(Plan.id, Unit.sort_key, Visit.id)
    )
    return db.session.execute(rows.where(Unit.kind == kind) if kind else rows).all()


def _visits(ids: Collection[int], on: date) -> Sequence[Row[Any]]:
    """Those that found what was put right; whoever may know of the finding may know of its notice."""
    return db.session.execute(
        select(*_TOLD)
        .join(Plan, Plan.id == Visit.plan_id)
        .join(Unit, Unit.id == Visit.unit_id)
        .outerjoin(Team, Team.id == Visit.team_id)
        .outerjoin(Conclusion, and_(Conclusion.visit_id == Visit.id, Conclusion.dated_on <= on))
        .where(Visit.id.in_(sorted(ids)))
        .order_by(Plan.id, Unit.sort_key, Visit.id)
    ).all()


@dataclass(frozen=True, slots=True)
class _Kept:
    scans: Mapping[int, list[File]]
    """By visit."""
    remedies: Mapping[int, list[File]]
    """By submission."""


def _files(actor: Actor, visits: Sequence[Any], answers: Sequence[Any] = ()) -> _Kept:
    """Scans of these visits' notices and what came with these submissions, as far as the actor may open them."""
    scans: dict[int, list[File]] = {}
    remedies: dict[int, list[File]] = {}
    its_notice = and_(Evidence.side == Side.CONCLUSION, Evidence.visit_id.in_([row.id for row in visits]))
    its_remedy = Evidence.submission_id.in_([row.submission_id for row in answers])
    for file in db.session.scalars(
        select(Evidence).where(or_(its_notice, its_remedy), evidence_open_to(actor)).order_by(Evidence.id)
    ):
        kept = File(file.id, file.name, file.sha256, file.size)
        if file.submission_id is not None:
            remedies.setdefault(file.submission_id, []).append(kept)
        elif file.visit_id is not None:
            scans.setdefault(file.visit_id, []).append(kept)
    return _Kept(scans, remedies)


def _papers(rows: Sequence[Row[Any]], kept: _Kept, codes: Mapping[int, list[str]]) -> list[Document]:
    """Plan, decision and notice of each visit; of a notice its scans, each a line of its own."""
    plans: dict[int, Document] = {}
    teams: dict[int, Document] = {}
    notices: list[Document] = []
    for row in rows:
        plan = Document(What.PLAN, number=row.plan_number, dated_on=row.issued_on, title=row.plan_title)
        plans.setdefault(row.plan_id, plan)
        if row.team_id is not None:
            team = Document(What.TEAM, number=row.decision_number, dated_on=row.decision_on, title=row.team_name)
            teams.setdefault(row.team_id, team)
        about = {"unit_name": row.unit_name, "codes": tuple(codes.get(row.id, ()))}
        if row.number is None:
            notices.append(Document(What.VISIT, dated_on=row.began_on, **about))
            continue
        said = Document(What.CONCLUSION, number=row.number, dated_on=row.dated_on, **about)
        notices += [replace(said, file=scan) for scan in kept.scans.get(row.id, ())] or [said]
    return [*plans.values(), *teams.values(), *notices]


def _answers(actor: Actor, year: int, day: Day, kind: UnitKind | None) -> list[Row[Any]]:
    """The accepted submission of each finding that counts as handled: the latest up to the day."""
    handled = problems(actor, year, day, kind, handled=True)
    answers = (
        select(
            Finding.id,
            Finding.code,
            Finding.title,
            Finding.visit_id,
            Finding.unit_name,
            Submission.id.label("submission_id"),
            Submission.letter_number,
            Submission.letter_on,
            Submission.sent_on,
        )
        .join(Submission, Submission.finding_id == Finding.id)
        .join(Unit, Unit.id == Finding.unit_id)
        .where(Finding.id.in_(handled.ids.with_only_columns(*handled.keys)))
        .where(Submission.verdict == Verdict.ACCEPTED, Submission.judged_on <= day.on)
        .order_by(Unit.sort_key, Finding.id, Submission.round)
    )
    rows: Sequence[Any] = db.session.execute(answers, handled.filling).all()
    latest: dict[int, Row[Any]] = {row.id: row for row in rows}
    return list(latest.values())


def _remedies(answers: Sequence[Row[Any]], kept: _Kept) -> list[Document]:
    made = []
    for row in answers:
        about = {"unit_name": row.unit_name, "title": row.title, "codes": (row.code,)}
        if row.letter_number:
            made.append(Document(What.LETTER, number=row.letter_number, dated_on=row.letter_on, **about))
        files = kept.remedies.get(row.submission_id, ())
        made += [Document(What.EVIDENCE, dated_on=row.sent_on, file=file, **about) for file in files]
    return made
