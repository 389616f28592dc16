"""Writing findings down during a visit, before anything is issued."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, func, inspect, select
from sqlalchemy.dialects import postgresql, sqlite

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, WrongState, sentence
from inspect_app.core.loading import load
from inspect_app.core.moves import said
from inspect_app.core.storage import Incoming, Storage
from inspect_app.core.text import clean, first_sentence, fold
from inspect_app.findings.models import (
    CountedFrom,
    DeadlineUnit,
    Evidence,
    Finding,
    Recheck,
    Series,
    Side,
    Span,
    State,
)
from inspect_app.findings.services import evidence
from inspect_app.findings.services.history import facts_of, prepare, settle
from inspect_app.visits import policy as visits
from inspect_app.visits import services as visit_services
from inspect_app.visits.models import Entry, Visit, VisitState

LONGEST_DEADLINE = 366


@dataclass(frozen=True, slots=True)
class Particulars:
    """One shortcoming as the team writes it down. Either `deadline_n` or `fixed_deadline` is given."""

    area_code: str
    text: str
    required: str
    deadline_n: int | None = None
    deadline_unit: DeadlineUnit = DeadlineUnit.DAY
    counted_from: CountedFrom = CountedFrom.CONCLUSION
    fixed_deadline: date | None = None
    follower_id: int | None = None
    item_id: int | None = None
    """The item of the visit's checklist that was not met."""
    files: Sequence[Incoming] = field(default=())


def record(
    visit: Visit, several: Sequence[Particulars], *, actor: Actor, today: date, storage: Storage, file_limit: int
) -> list[Finding]:
    """Add findings to a visit that has begun and is not concluded. Raises NotAllowed, WrongState, Invalid.

    They count for the day of the visit. What is copied from a sheet may be found in a later copy of it only, when the
    visit was concluded already: `issue_copied` then issues it with that conclusion.
    """
    hold(visit)
    if not visits.may_record(actor, visit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    later = visit.state is VisitState.CONCLUDED and visits.may_copy(actor, visit)
    if visit.state not in (VisitState.BEGUN, VisitState.REPORTED) and not later:
        raise WrongState("Cuộc kiểm tra chưa bắt đầu hoặc đã có kết luận nên không ghi thêm hạn chế được.")
    assert visit.began_on is not None
    for particulars in several:
        check(particulars, visit)
    year = visit.plan.year
    first = _take_numbers(year, len(several)) if several else 0
    made = [
        _record(visit, particulars, f"HC-{year}-{number:04d}", actor=actor, storage=storage, file_limit=file_limit)
        for number, particulars in enumerate(several, first)
    ]
    if made:
        visit.entry = Entry.FOUND
    return made


def _record(
    visit: Visit, particulars: Particulars, code: str, *, actor: Actor, storage: Storage, file_limit: int
) -> Finding:
    assert visit.began_on is not None
    finding = Finding(
        code=code,
        plan=visit.plan,
        visit=visit,
        team_id=visit.team_id,
        unit=visit.unit,
        responsible_unit=visit.unit,
        unit_name=visit.unit_name,
        recorded_on=visit.began_on,
        recorder_id=actor.person_id,
        item_id=particulars.item_id,
        moved_on=visit.began_on,
        state=State.RECORDED,
        in_time=False,
    )
    write(finding, particulars)
    db.session.add(finding)
    db.session.flush()
    files = _keep(finding, particulars, actor=actor, storage=storage, file_limit=file_limit)
    settle(finding, "record", actor=actor, on=visit.began_on, **told_of(finding), files=files)
    return finding


def edit(
    finding: Finding,
    particulars: Particulars,
    *,
    actor: Actor,
    today: date,
    storage: Storage,
    file_limit: int,
    version: int | None = None,
) -> None:
    """Rewrite a finding that was not issued yet, and add files to it. Raises NotAllowed, Stale, WrongState, Invalid."""
    load(finding, "visit")
    hold(finding.visit)
    prepare(finding, "discard", actor=actor, on=finding.moved_on, today=today, version=version)
    check(particulars, finding.visit)
    before = {"area_code": finding.area_code, **told_of(finding)}
    write(finding, particulars)
    files = _keep(finding, particulars, actor=actor, storage=storage, file_limit=file_limit)
    after = {"area_code": finding.area_code, **told_of(finding)}
    if after == before and not files:
        return
    was = {name: before[name] for name in before if before[name] != after[name]}
    settle(finding, "edit", actor=actor, on=finding.moved_on, **told_of(finding), before=was, files=files)


def discard(finding: Finding, *, actor: Actor, reason: str, on: date, today: date, version: int | None = None) -> None:
    """Delete a finding that was never issued; its events stay. Raises NotAllowed, Stale, WrongState, Invalid."""
    load(finding, "visit")
    visit = finding.visit
    hold(visit)
    prepare(finding, "discard", actor=actor, on=on, today=today, version=version)
    reason = said(reason, sentence("Nhập lý do xóa hạn chế này"), "reason")
    audit.record(
        "finding:discard",
        finding,
        actor=actor,
        on=on,
        code=finding.code,
        target_id=visit.target_id,
        **facts_of(finding),
        **told_of(finding),
        reason=reason,
    )
    db.session.execute(delete(Recheck).where(Recheck.relapse_id == finding.id))
    db.session.execute(delete(Evidence).where(Evidence.finding_id == finding.id))
    db.session.execute(delete(Span).where(Span.finding_id == finding.id))
    db.session.delete(finding)
    db.session.flush()
    if not db.session.scalar(select(func.count()).where(Finding.visit_id == visit.id)):
        visit.entry = Entry.NONE_FOUND if visit.state is VisitState.REPORTED else Entry.MISSING


def send(
    visit: Visit,
    *,
    actor: Actor,
    today: date,
    on: date | None = None,
    version: int | None = None,
    reason: str = "",
) -> None:
    """Gửi kết quả with the findings that were written down. Raises NotAllowed, WrongState, Stale, Invalid.

    `reason`: why a self-inspection wrote none in an area that it called wrong.
    """
    hold(visit)
    areas = set(db.session.scalars(select(Finding.area_code).where(Finding.visit_id == visit.id)))
    visit_services.report(
        visit, entry=Entry.FOUND, written_in=areas, reason=reason, on=on, version=version, actor=actor, today=today
    )


def hold(visit: Visit) -> None:
    """Nobody else writes down, reports or concludes this visit until this transaction ends; it is read afresh."""
    load(visit, "plan", "unit")
    load(visit.plan, "issuing_unit")
    db.session.flush()
    db.session.refresh(visit, [column.key for column in inspect(Visit).column_attrs], with_for_update=True)


def check(particulars: Particulars, visit: Visit) -> None:
    """What a finding needs; no deadline on or before the day of the visit. Raises Invalid."""
    said(particulars.text, sentence("Nhập mô tả hạn chế"), "text")
    said(particulars.required, sentence("Nhập việc đơn vị phải làm"), "required")
    if (particulars.deadline_n is None) == (particulars.fixed_deadline is None):
        raise Invalid("Chọn số ngày hoặc nhập một ngày cụ thể", field="deadline")
    if particulars.deadline_n is not None and not 1 <= particulars.deadline_n <= LONGEST_DEADLINE:
        raise Invalid("Nhập số ngày từ 1 đến %(most)s", field="deadline", most=LONGEST_DEADLINE)
    if particulars.fixed_deadline and visit.began_on and particulars.fixed_deadline <= visit.began_on:
        raise Invalid(
            "Hạn khắc phục phải sau ngày kiểm tra %(day)s", field="deadline", day=f"{visit.began_on:%d/%m/%Y}"
        )


def write(finding: Finding, particulars: Particulars) -> None:
    """Put down what was found, cleaned as it is stored."""
    finding.area_code = particulars.area_code
    finding.text, finding.required = clean(particulars.text), clean(particulars.required)
    finding.title, finding.required_title = first_sentence(finding.text), first_sentence(finding.required)
    finding.deadline_n, finding.deadline_unit = particulars.deadline_n, particulars.deadline_unit
    finding.counted_from, finding.fixed_deadline = particulars.counted_from, particulars.fixed_deadline
    finding.follower_id = particulars.follower_id
    finding.folded = fold(f"{finding.code} {finding.text} {finding.required} {finding.unit_name}")


def _keep(finding: Finding, particulars: Particulars, *, actor: Actor, storage: Storage, file_limit: int) -> list[str]:
    kept = evidence.keep(
        particulars.files,
        side=Side.FOUND,
        finding=finding,
        actor=actor,
        at=clock.now(),
        storage=storage,
        limit=file_limit,
    )
    return [file.sha256 for file in kept]


def told_of(finding: Finding) -> dict[str, Any]:
    """What an event says of a finding before it is issued, beside the facts."""
    return {
        "text": finding.text,
        "required": finding.required,
        "deadline_n": finding.deadline_n,
        "deadline_unit": finding.deadline_unit,
        "counted_from": finding.counted_from,
        "fixed_deadline": finding.fixed_deadline,
        "follower_id": finding.follower_id,
        "item_id": finding.item_id,
    }


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
