"""Writing the index: one verb per function; each logs itself; none commits.

A grading changes as a whole: its version tells of rules and scores alike. Once published nothing in it changes until
it is opened again with a reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from sqlalchemy.exc import IntegrityError

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.loading import load
from inspect_app.core.text import clean, one_line
from inspect_app.core.versions import expect
from inspect_app.grading import policy, queries
from inspect_app.grading.models import Criterion, Grade, Grading, Score, Step
from inspect_app.grading.policy import BANDS, DEFAULTS, FULL, GROUPS, Rules, Rung
from inspect_app.units.models import Unit, UnitKind

CHANGED = Stale("%(name)s vừa sửa bảng này lúc %(time)s. Xem bản mới rồi gửi lại; nội dung đã nhập vẫn còn bên dưới.")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one unit scored, 0–100 with two decimals; both parts or none, and then they make the total."""

    total: Decimal
    assessed: Decimal | None = None
    surveyed: Decimal | None = None


def open_grading(
    year: int, kind: UnitKind, *, actor: Actor, today: date, now: datetime, note: str = "", on: date | None = None
) -> Grading:
    """A group's table for a year, with the rules of the latest year before, or the defaults.

    Raises NotAllowed, Invalid (kind), Stale where somebody opened it already.
    """
    _allow(actor)
    if kind not in GROUPS:
        raise Invalid("Chọn một nhóm đơn vị", field="kind")
    if year > today.year:
        raise Invalid("Chưa đến năm %(year)s nên chưa chấm điểm được", field="kind", year=year)
    earlier = queries.latest(actor, year - 1).get(kind)
    rules = queries.rules_of(earlier) if earlier else DEFAULTS
    grading = Grading(year=year, kind=kind, edited_at=now, note=clean(note))
    _set(grading, rules)
    db.session.add(grading)
    _flush(Stale("Người khác vừa mở bảng điểm này. Xem bảng đó rồi làm tiếp."))
    facts = {"year": year, "kind": kind, "rules": as_plain(rules), "copied_from": earlier.year if earlier else None}
    audit.record("grading:open", grading, actor=actor, on=on or today, **facts)
    return grading


def change_rules(
    grading: Grading, rules: Rules, *, note: str, actor: Actor, today: date, now: datetime, version: int | None = None
) -> None:
    """From now on these bands and steps grade the group in its year.

    Raises NotAllowed, Stale, WrongState once published, Invalid (bands, inspected, handled).
    """
    _may_change(grading, actor, version)
    check(rules)
    load(grading, "steps")
    was, was_note, note = queries.rules_of(grading), grading.note, clean(note)
    if as_plain(rules) == as_plain(was) and note == was_note:
        return
    grading.steps.clear()
    db.session.flush()  # the same bound may come again
    _set(grading, rules)
    grading.note, grading.edited_at = note, now
    db.session.flush()
    audit.record(
        "grading:rules", grading, actor=actor, on=today, rules=as_plain(rules), before=as_plain(was), note=note
    )


def enter(
    grading: Grading,
    entries: Mapping[int, Entry | None],
    *,
    units: Iterable[Unit],
    actor: Actor,
    today: date,
    now: datetime,
    version: int | None = None,
    source: str = "typed",
    on: date | None = None,
) -> int:
    """Set the scores of these units, all or nothing; None takes one away. How many changed.

    `units` are those that the group has in its year. Raises NotAllowed, Stale, WrongState once published, Invalid.
    """
    _may_change(grading, actor, version)
    known, held = {unit.id: unit for unit in units}, queries.scores_of(grading)
    changes = []
    for unit_id, entry in entries.items():
        if unit_id not in known:
            raise Invalid("Có đơn vị không thuộc nhóm này, tải lại trang rồi gửi lại", field="")
        row, was = held.get(unit_id), _said(held.get(unit_id))
        now_said = _said(_checked(entry)) if entry else None
        if now_said == was:
            continue
        changes.append({"unit": unit_id, "name": known[unit_id].name, "score": now_said, "before": was})
        if entry is None:
            db.session.delete(row)
            continue
        if row is None:
            row = Score(grading_id=grading.id, unit_id=unit_id, unit_name=known[unit_id].name)
            db.session.add(row)
        row.total, row.assessed, row.surveyed = entry.total, entry.assessed, entry.surveyed
    if changes:
        grading.edited_at = now
        _flush(Stale("Người khác vừa nhập điểm của bảng này. Xem bản mới rồi gửi lại."))
        audit.record("grading:enter", grading, actor=actor, on=on or today, source=source, changes=changes)
    return len(changes)


def publish(
    grading: Grading,
    *,
    number: str,
    dated_on: date,
    actor: Actor,
    today: date,
    now: datetime,
    version: int | None = None,
) -> None:
    """The decision of this number and date publishes the scores: everybody in scope sees them, nobody changes them.

    Raises NotAllowed, Stale, WrongState where it is published already or has no score, Invalid (number, dated_on).
    """
    _may_change(grading, actor, version)
    number = one_line(number)
    if not number:
        raise Invalid("Nhập số quyết định công bố", field="number")
    if dated_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="dated_on")
    if dated_on.year < grading.year:
        raise Invalid("Ngày quyết định phải từ năm %(year)s", field="dated_on", year=grading.year)
    scores = queries.scores_of(grading)
    if not scores:
        raise WrongState("Bảng này chưa có điểm nào để công bố.")
    grading.decision_number, grading.decision_on = number, dated_on
    grading.published_on, grading.edited_at = today, now
    db.session.flush()
    told = {"number": number, "dated_on": dated_on, "scores": {str(key): _said(row) for key, row in scores.items()}}
    audit.record("grading:publish", grading, actor=actor, on=dated_on, **told)


def reopen(
    grading: Grading, *, reason: str, actor: Actor, today: date, now: datetime, version: int | None = None
) -> None:
    """Take the scores back to correct them; only those who write the index see them until they are published again.

    Raises NotAllowed, Stale, WrongState where it is not published, Invalid (reason).
    """
    _allow(actor)
    expect(grading, version, CHANGED)
    reason = clean(reason)
    if not reason:
        raise Invalid("Nhập lý do mở lại", field="reason")
    if not grading.is_published:
        raise WrongState("Bảng này chưa công bố nên không cần mở lại.")
    told = {"number": grading.decision_number, "dated_on": grading.decision_on, "reason": reason}
    grading.decision_number, grading.decision_on = "", None
    grading.published_on, grading.edited_at = None, now
    db.session.flush()
    audit.record("grading:reopen", grading, actor=actor, on=today, **told)


def record_bundle(city: Unit, *, actor: Actor, today: date, **told: object) -> None:
    """Note that a bundle of evidence left the house: of which year, group and criterion, and its manifest's hash."""
    audit.record("grading:bundle", city, actor=actor, on=today, **told)


def check(rules: Rules) -> None:
    """Raises Invalid (bands, inspected, handled) where the rules contradict themselves."""
    bounds = [rules.bands[grade] for grade in BANDS if grade in rules.bands]
    if not bounds:
        raise Invalid("Nhập ít nhất một mức điểm xếp loại", field="bands")
    if any(not 0 <= bound <= FULL for bound in bounds):
        raise Invalid("Nhập điểm từ 0 đến 100", field="bands")
    if any(higher <= lower for higher, lower in pairwise(bounds)):
        raise Invalid("Mức xếp loại cao hơn phải có điểm cao hơn", field="bands")
    for criterion in Criterion:
        rungs = rules.rungs[criterion]
        if not 0 <= rules.points[criterion] <= FULL:
            raise Invalid("Nhập điểm tối đa từ 0 đến 100", field=criterion)
        if not rungs:
            raise Invalid("Nhập ít nhất một bậc điểm", field=criterion)
        if any(not 0 <= part <= FULL for rung in rungs for part in (rung.from_percent, rung.share or Decimal(0))):
            raise Invalid("Nhập tỷ lệ từ 0 đến 100", field=criterion)
        if len({rung.from_percent for rung in rungs}) < len(rungs):
            raise Invalid("Có hai bậc cùng một tỷ lệ, bỏ bớt một bậc", field=criterion)


def as_plain(rules: Rules) -> dict[str, object]:
    """The rules for the log."""
    return {
        "bands": {grade.value: f"{rules.bands[grade]:.2f}" for grade in BANDS if grade in rules.bands},
        "points": {criterion.value: f"{rules.points[criterion]:.2f}" for criterion in Criterion},
        "steps": {criterion.value: [_rung(rung) for rung in rules.rungs[criterion]] for criterion in Criterion},
    }


def _rung(rung: Rung) -> list[str | None]:
    return [f"{rung.from_percent:.2f}", None if rung.share is None else f"{rung.share:.2f}"]


def _set(grading: Grading, rules: Rules) -> None:
    bands = rules.bands
    grading.excellent_from, grading.good_from = bands.get(Grade.EXCELLENT), bands.get(Grade.GOOD)
    grading.fair_from, grading.average_from = bands.get(Grade.FAIR), bands.get(Grade.AVERAGE)
    grading.inspected_points = rules.points[Criterion.INSPECTED]
    grading.handled_points = rules.points[Criterion.HANDLED]
    grading.steps.extend(
        Step(criterion=criterion, from_percent=rung.from_percent, share=rung.share)
        for criterion in Criterion
        for rung in rules.rungs[criterion]
    )


def _checked(entry: Entry) -> Entry:
    parts = (entry.assessed, entry.surveyed)
    if any(not 0 <= number <= FULL for number in (entry.total, *(part for part in parts if part is not None))):
        raise Invalid("Nhập điểm từ 0 đến 100", field="")
    if (entry.assessed is None) is not (entry.surveyed is None):
        raise Invalid("Nhập cả hai điểm thành phần hoặc để trống cả hai", field="")
    if entry.assessed is not None and entry.surveyed is not None and entry.assessed + entry.surveyed != entry.total:
        raise Invalid("Hai điểm thành phần cộng lại phải bằng tổng điểm", field="")
    return entry


def _said(entry: Entry | Score | None) -> list[str | None] | None:
    if entry is None:
        return None
    parts = (entry.total, entry.assessed, entry.surveyed)
    return [None if part is None else f"{part:.2f}" for part in parts]


def _allow(actor: Actor) -> None:
    if not policy.may_write(actor):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")


def _may_change(grading: Grading, actor: Actor, version: int | None) -> None:
    _allow(actor)
    expect(grading, version, CHANGED)
    if grading.is_published:
        raise WrongState("Bảng điểm này đã công bố. Mở lại, ghi lý do rồi mới sửa được.")


def _flush(refusal: Stale) -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise refusal from error
