"""Changing the working calendar and the terms. One verb per function; each logs itself; none commits.

No deadline that was issued moves with the calendar: it was given as a day.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale
from inspect_app.core.text import clean
from inspect_app.core.versions import expect
from inspect_app.workdays import policy, queries
from inspect_app.workdays.models import DayOverride, Term
from inspect_app.workdays.policy import LONGEST, WORKING_DAY, Calendar, DeadlineRule, TermCode

REFERENCE = Path(__file__).parents[1] / "reference"
CHANGED = Stale("%(name)s vừa sửa mục này lúc %(time)s. Xem bản mới rồi gửi lại; nội dung đã nhập vẫn còn bên dưới.")


def load_reference(*, actor: Actor, today: date) -> int:
    """Enter the days that the library of holidays does not know; how many were new.

    A day that is in the table already stays as it is: somebody may have corrected it. So does one that was taken out.
    """
    entered = set(db.session.scalars(select(DayOverride.day)))
    removed = select(Event.subject_id).where(
        Event.subject_table == DayOverride.__tablename__, Event.action == "day_override:remove"
    )
    entered |= {date.fromordinal(number) for number in db.session.scalars(removed)}
    new = [override for override in _reference() if override.day not in entered]
    for override in new:
        db.session.add(override)
        audit.record("day_override:load", override, actor=actor, on=today, day=override.day, working=override.working)
    return len(new)


def _reference() -> Iterator[DayOverride]:
    with (REFERENCE / "overrides_vn.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield DayOverride(
                day=date.fromisoformat(row["date"]),
                working=row["kind"] == "work",
                note=row["name"],
                basis=row["source"],
            )


def decide(day: date, *, working: bool, note: str, basis: str, actor: Actor, today: date) -> DayOverride:
    """From now on `day` is worked, or not, whatever weekends and holidays say.

    Raises NotAllowed, Invalid (day, note, basis), Stale where somebody decided about that day already.
    """
    _allow(actor)
    note, basis = _said(note, basis)
    if Calendar({}).is_working(day) is working:
        if working:
            raise Invalid("Ngày này vốn đã là ngày làm việc, không cần ghi thêm", field="day")
        raise Invalid("Ngày này vốn đã là ngày nghỉ, không cần ghi thêm", field="day")
    override = DayOverride(day=day, working=working, note=note, basis=basis)
    if db.session.get(DayOverride, day) is not None:
        raise Stale("Ngày này đã có trong danh sách điều chỉnh. Mở dòng của ngày đó để sửa.")
    db.session.add(override)
    _flush(Stale("Người khác vừa ghi ngày này. Xem bản mới rồi làm tiếp."))
    audit.record("day_override:decide", override, actor=actor, on=today, **_facts(override))
    return override


def change(
    override: DayOverride,
    *,
    working: bool,
    note: str,
    basis: str,
    actor: Actor,
    today: date,
    version: int | None = None,
) -> None:
    """Correct what was decided about a day. Raises NotAllowed, Stale, Invalid (note, basis)."""
    _allow(actor)
    expect(override, version, CHANGED)
    was = _facts(override)
    note, basis = _said(note, basis)
    override.working, override.note, override.basis = working, note, basis
    if _facts(override) != was:
        db.session.flush()
        audit.record("day_override:change", override, actor=actor, on=today, **_facts(override), before=was)


def remove(override: DayOverride, *, actor: Actor, today: date, version: int | None = None) -> None:
    """The day is again what weekends and holidays make it. Raises NotAllowed, Stale."""
    _allow(actor)
    expect(override, version, CHANGED)
    audit.record("day_override:remove", override, actor=actor, on=today, **_facts(override))
    db.session.delete(override)
    db.session.flush()


def set_term(code: TermCode, rule: DeadlineRule, *, actor: Actor, today: date, version: int | None = None) -> None:
    """From now on this takes so long; `version` is that of the decision the page showed, none where it showed none.

    Raises NotAllowed, Stale, Invalid (days).
    """
    _allow(actor)
    term, was = queries.term(code), queries.terms()[code]
    if term is None:
        term = Term(code=code.value, days=rule.n, working=rule.unit == WORKING_DAY)
        db.session.add(term)
    else:
        expect(term, version or 0, CHANGED)
        term.days, term.working = rule.n, rule.unit == WORKING_DAY
    _flush(Stale("Người khác vừa sửa mục này. Xem bản mới rồi gửi lại."))
    if rule != was:
        before = {"days": was.n, "unit": was.unit}
        audit.record("term:set", term, actor=actor, on=today, code=code, days=rule.n, unit=rule.unit, before=before)


def rule_of(n: int, unit: str) -> DeadlineRule:
    """Raises Invalid (days) for what is no term."""
    if not 1 <= n <= LONGEST:
        raise Invalid("Nhập số từ 1 đến %(most)s", field="days", most=LONGEST)
    return DeadlineRule(n, unit)


def _allow(actor: Actor) -> None:
    if not policy.may_edit(actor):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")


def _said(note: str, basis: str) -> tuple[str, str]:
    note, basis = clean(note), clean(basis)
    if not note:
        raise Invalid("Nhập nội dung, ví dụ Nghỉ hoán đổi Tết Dương lịch", field="note")
    if not basis:
        raise Invalid("Nhập số, ngày của văn bản quyết định", field="basis")
    return note, basis


def _facts(override: DayOverride) -> dict[str, object]:
    return {
        "day": override.day.isoformat(),
        "working": override.working,
        "note": override.note,
        "basis": override.basis,
    }


def _flush(refusal: Stale) -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise refusal from error
