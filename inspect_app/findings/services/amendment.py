"""Numbered amendments (đính chính) of a conclusion, which itself stays as it was issued.

An amendment may correct the words and the area of a finding, and a misprint in the notice's own number, day and signer.
It never changes a deadline or a state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState, sentence
from inspect_app.core.moves import said
from inspect_app.core.storage import Incoming, Storage
from inspect_app.core.text import clean, first_sentence, fold, one_line
from inspect_app.findings.models import Amendment, Conclusion, Finding, Side, State
from inspect_app.findings.services import evidence
from inspect_app.findings.services.history import settle
from inspect_app.findings.services.recording import hold
from inspect_app.plans.models import Area
from inspect_app.visits import policy
from inspect_app.visits.models import Visit

NOTICE = ("number", "dated_on", "signer")
TAKEN = Stale("Người khác vừa đính chính thông báo này. Xem bản mới rồi nhập lại; nội dung đã nhập vẫn còn bên dưới.")


@dataclass(frozen=True, slots=True)
class Corrected:
    """A finding as the amendment words it."""

    text: str
    required: str
    area_code: str


def amend(
    visit: Visit,
    *,
    number: str,
    dated_on: date,
    signer: str,
    reason: str,
    findings: Mapping[int, Corrected],
    notice: Mapping[str, Any],
    scan: Sequence[Incoming] = (),
    ordinal: int | None = None,
    actor: Actor,
    today: date,
    storage: Storage,
    file_limit: int,
) -> Amendment:
    """Correct the visit's notice by the next amendment, numbered and dated by the registry.

    `findings` by id, and `notice` by the names in `NOTICE`, say how it should read: what is the same is left out.
    `ordinal` is the one that the page announced. Raises NotAllowed, WrongState, Stale, Invalid.
    """
    hold(visit)
    if not policy.may_sign(actor, visit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    issued = db.session.scalars(select(Conclusion).where(Conclusion.visit_id == visit.id)).one_or_none()
    if issued is None:
        raise WrongState("Chưa có thông báo kết luận nên chưa có gì để đính chính.")
    earlier = list(amendments_of(issued))
    if ordinal is not None and ordinal != len(earlier) + 1:
        raise TAKEN
    number = said(one_line(number), sentence("Nhập số văn bản đính chính"), "number")
    signer = said(one_line(signer), sentence("Nhập người ký văn bản đính chính"), "signer")
    reason = said(reason, sentence("Nhập lý do đính chính"), "reason")
    if dated_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="dated_on")
    if dated_on < issued.dated_on:
        day = f"{issued.dated_on:%d/%m/%Y}"
        raise Invalid("Ngày đính chính phải từ ngày thông báo kết luận %(day)s trở đi", field="dated_on", day=day)
    changed = list(_changed(visit, findings))
    changes = [change for _finding, several in changed for change in several]
    changes += _of_the_notice(as_corrected(issued, earlier), notice)
    if not changes:
        raise Invalid("Chưa sửa nội dung nào so với thông báo kết luận", field="reason")
    amendment = Amendment(
        conclusion_id=issued.id,
        ordinal=len(earlier) + 1,
        number=number,
        dated_on=dated_on,
        signer=signer,
        reason=reason,
        changes=changes,
        issued_at=clock.now(),
        issuer_id=actor.person_id,
        issuer_name=actor.name,
    )
    db.session.add(amendment)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise TAKEN from error
    called = {"ordinal": amendment.ordinal, "number": number, "amendment": amendment.id, "note": reason}
    for finding, several in changed:
        _write(finding, findings[finding.id])
        # On paper it may be older than what happened since; no change counts for a day before the latest one.
        settle(finding, "amend", actor=actor, on=max(dated_on, finding.moved_on), **called, changes=several)
    storing: dict[str, Any] = {"at": amendment.issued_at, "storage": storage, "limit": file_limit}
    files = evidence.keep(scan, side=Side.CONCLUSION, visit=visit, actor=actor, **storing)
    kept = [file.sha256 for file in files]
    audit.record("visit:amend", visit, actor=actor, on=dated_on, **called, changes=changes, files=kept)
    return amendment


def amendments_of(issued: Conclusion) -> Sequence[Amendment]:
    """In the order of their numbers."""
    return db.session.scalars(
        select(Amendment).where(Amendment.conclusion_id == issued.id).order_by(Amendment.ordinal)
    ).all()


def as_corrected(issued: Conclusion, amendments: Sequence[Amendment]) -> dict[str, Any]:
    """Number, day and signer of the notice as they read today."""
    reads: dict[str, Any] = {name: getattr(issued, name) for name in NOTICE}
    for amendment in amendments:
        for change in amendment.changes:
            if not change["finding"]:
                day = change["field"] == "dated_on"
                reads[change["field"]] = date.fromisoformat(change["after"]) if day else change["after"]
    return reads


def issued_by(visit: Visit) -> tuple[Conclusion | None, Sequence[Amendment]]:
    """The visit's notice with its amendments, in one statement."""
    rows = db.session.execute(
        select(Conclusion, Amendment)
        .outerjoin(Amendment, Amendment.conclusion_id == Conclusion.id)
        .where(Conclusion.visit_id == visit.id)
        .order_by(Amendment.ordinal)
    ).all()
    return (rows[0][0] if rows else None), [row[1] for row in rows if row[1] is not None]


def amendable(visit: Visit, *, hold_them: bool = False) -> Sequence[Finding]:
    """What the visit's notice issued; held until the transaction ends where it is about to change."""
    query = (
        select(Finding)
        .where(Finding.visit_id == visit.id, Finding.state != State.RECORDED)
        .options(joinedload(Finding.visit))
        .order_by(Finding.id)
    )
    if hold_them:
        query = query.with_for_update(of=Finding).execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def _changed(visit: Visit, wanted: Mapping[int, Corrected]) -> Sequence[tuple[Finding, list[dict[str, Any]]]]:
    found = []
    for finding in amendable(visit, hold_them=True):
        if finding.id not in wanted:
            continue
        reads = wanted[finding.id]
        text = said(reads.text, sentence("Nhập mô tả hạn chế"), f"f{finding.id}-text")
        required = said(reads.required, sentence("Nhập việc đơn vị phải làm"), f"f{finding.id}-required")
        now = {"text": text, "required": required, "area_code": reads.area_code}
        several = _differences(finding.code, {name: getattr(finding, name) for name in now}, now)
        for change in several:
            if change["field"] == "area_code":
                change["names"] = [_area(change["before"]), _area(change["after"])]
        if several:
            found.append((finding, several))
    return found


def _of_the_notice(reads: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    now = {name: one_line(value) if isinstance(value, str) else value for name, value in wanted.items() if value}
    return _differences("", {name: reads[name] for name in now}, now)


def _differences(code: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"finding": code, "field": name, "before": _plain(before[name]), "after": _plain(after[name])}
        for name in after
        if before[name] != after[name]
    ]


def _area(code: str) -> str:
    """What the area is called; it may be called otherwise later."""
    area = db.session.get(Area, code)
    if area is None:
        raise Invalid("Chọn một lĩnh vực trong danh sách", field="area")
    return area.short_name


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _write(finding: Finding, reads: Corrected) -> None:
    finding.area_code = reads.area_code
    finding.text, finding.required = clean(reads.text), clean(reads.required)
    finding.title, finding.required_title = first_sentence(finding.text), first_sentence(finding.required)
    finding.folded = fold(f"{finding.code} {finding.text} {finding.required} {finding.unit_name}")


def number_of(issued: Conclusion) -> int:
    """How many amendments there are."""
    return db.session.scalar(select(func.count()).where(Amendment.conclusion_id == issued.id)) or 0
