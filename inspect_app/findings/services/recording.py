"""Writing findings down during a visit, before anything is issued."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, WrongState
from inspect_app.core.storage import Storage
from inspect_app.core.text import first_sentence, fold
from inspect_app.findings.models import (
    CountedFrom,
    DeadlineUnit,
    Evidence,
    Finding,
    Series,
    Side,
    Span,
    State,
)
from inspect_app.findings.services import evidence
from inspect_app.findings.services.evidence import Incoming
from inspect_app.findings.services.history import FACTS, settle
from inspect_app.findings.workflow import FINDING
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Visit, VisitState


@dataclass(frozen=True, slots=True)
class Draft:
    """One shortcoming as the team writes it down."""

    area_code: str
    text: str
    required: str
    deadline_n: int | None = None
    deadline_unit: DeadlineUnit = DeadlineUnit.DAY
    counted_from: CountedFrom = CountedFrom.CONCLUSION
    fixed_deadline: date | None = None
    follower_id: int | None = None
    files: Sequence[Incoming] = field(default=())


def record(
    visit: Visit, drafts: Sequence[Draft], *, actor: Actor, today: date, storage: Storage, file_limit: int
) -> list[Finding]:
    """Add findings to a visit that has begun and is not concluded. Raises WrongState, Invalid, NotAllowed."""
    if visit.state not in (VisitState.BEGUN, VisitState.REPORTED) or visit.began_on is None:
        raise WrongState("Cuộc kiểm tra chưa bắt đầu hoặc đã có kết luận nên không ghi thêm hạn chế được.")
    visits.require_logging(visit, actor=actor)
    year = visit.plan.year
    number = _take_numbers(year, len(drafts))
    made = []
    for n, draft in enumerate(drafts):
        check_deadline(draft, visit)
        finding = Finding(
            code=f"HC-{year}-{number + n:04d}",
            plan_id=visit.plan_id,
            visit_id=visit.id,
            team_id=visit.team_id,
            unit_id=visit.unit_id,
            responsible_unit_id=visit.unit_id,
            unit_name=visit.unit_name,
            recorded_on=visit.began_on,
            recorder_id=actor.person_id,
            moved_on=visit.began_on,
            state=State.RECORDED,
            in_time=False,
        )
        _write(finding, draft)
        db.session.add(finding)
        db.session.flush()
        files = evidence.keep(
            draft.files,
            side=Side.FOUND,
            finding=finding,
            actor=actor,
            at=clock.now(),
            storage=storage,
            limit=file_limit,
        )
        settle(
            finding,
            "record",
            actor=actor,
            on=visit.began_on,
            text=finding.text,
            required=finding.required,
            files=[file.sha256 for file in files],
        )
        made.append(finding)
    if made:
        visit.entry = Entry.FOUND
    return made


def edit(finding: Finding, draft: Draft, *, actor: Actor, today: date) -> None:
    """Rewrite a finding that was not issued yet. Raises WrongState, Invalid, NotAllowed."""
    FINDING.check("discard", finding, actor=actor)
    check_deadline(draft, finding.visit)
    before: dict[str, Any] = {"text": finding.text, "required": finding.required, "area": finding.area_code}
    _write(finding, draft)
    settle(
        finding,
        "edit",
        actor=actor,
        on=finding.moved_on,
        before=before,
        text=draft.text,
        required=draft.required,
    )


def discard(finding: Finding, *, actor: Actor, reason: str, on: date, today: date) -> None:
    """Delete a finding that was never issued; its events stay. Raises WrongState, NotAllowed."""
    FINDING.check("discard", finding, actor=actor)
    facts = {name: getattr(finding, name) for name in FACTS}
    audit.record(
        "finding:discard",
        finding,
        actor=actor,
        on=max(on, finding.moved_on),
        code=finding.code,
        **facts,
        text=finding.text,
        reason=reason,
    )
    visit = finding.visit
    db.session.execute(delete(Evidence).where(Evidence.finding_id == finding.id))
    db.session.execute(delete(Span).where(Span.finding_id == finding.id))
    db.session.delete(finding)
    db.session.flush()
    left = db.session.scalar(select(func.count()).where(Finding.visit_id == visit.id))
    if not left:
        visit.entry = Entry.MISSING


def check_deadline(draft: Draft, visit: Visit) -> None:
    """One rule, and no deadline on or before the day of the visit. Raises Invalid."""
    if (draft.deadline_n is None) == (draft.fixed_deadline is None):
        raise Invalid("Chọn số ngày hoặc nhập một ngày cụ thể", field="deadline")
    if draft.deadline_n is not None and not 1 <= draft.deadline_n <= 366:
        raise Invalid("Nhập số ngày từ 1 đến 366", field="deadline")
    if draft.fixed_deadline and visit.began_on and draft.fixed_deadline <= visit.began_on:
        raise Invalid(
            "Hạn khắc phục phải sau ngày kiểm tra %(day)s", field="deadline", day=f"{visit.began_on:%d/%m/%Y}"
        )


def _write(finding: Finding, draft: Draft) -> None:
    finding.area_code = draft.area_code
    finding.text, finding.required = draft.text, draft.required
    finding.title, finding.required_title = first_sentence(draft.text), first_sentence(draft.required)
    finding.deadline_n, finding.deadline_unit = draft.deadline_n, draft.deadline_unit
    finding.counted_from, finding.fixed_deadline = draft.counted_from, draft.fixed_deadline
    finding.follower_id = draft.follower_id
    finding.folded = fold(f"{finding.code} {draft.text} {draft.required} {finding.unit_name}")


def _take_numbers(year: int, many: int) -> int:
    """The first of `many` numbers of the year's series; two teams at once never get the same."""
    dialect = db.session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    taken = (
        insert(Series)
        .values(year=year, last=many)
        .on_conflict_do_update(index_elements=[Series.year], set_={"last": Series.last + many})
        .returning(Series.last)
    )
    return db.session.execute(taken).scalar_one() - many + 1
