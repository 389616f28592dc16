"""Which unit answers for a finding: moved by a reviewer with a decision, or by itself where a unit only carries on.

The unit that was inspected never changes, nor does the deadline: both are what the conclusion said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy.orm.exc import StaleDataError

from inspect_app.core.actor import SYSTEM, Actor
from inspect_app.core.audit import Noted
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, sentence
from inspect_app.core.moves import said
from inspect_app.core.text import clean, one_line
from inspect_app.findings.models import Custody, Finding
from inspect_app.findings.queries.orphans import orphans_of, units_left
from inspect_app.findings.services.history import prepare, ready, settle
from inspect_app.findings.workflow import FINDING
from inspect_app.units.models import SuccessionKind, Unit
from inspect_app.units.queries import carries_on_as
from inspect_app.visits.models import Visit

A_DAY = timedelta(days=1)
CHANGED = sentence("Vừa có người cập nhật %(codes)s. Chưa chuyển hạn chế nào, xem bản mới rồi chuyển lại.")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a move rests on, as on paper."""

    number: str
    dated_on: date | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """One finding, the unit that is to answer for it, and the version of the finding that was seen."""

    finding: Finding
    to: Unit
    version: int | None = None


def move(
    finding: Finding,
    to: Unit,
    *,
    actor: Actor,
    decision: Decision,
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """From `on` the unit `to` answers for the finding; what was done so far stays with it.

    By a reviewer of both units. Raises NotAllowed, Stale, WrongState, Invalid (to, decision_number, decision_on, on).
    """
    decision = _checked(decision, today)
    prepare(finding, "move", actor=actor, on=on, today=today, version=version)
    _check_destination(finding, to, actor=actor, on=on)
    FINDING.apply("move", finding, actor=actor)
    _hand_over(finding, to, decision, actor=actor, on=on)


def check_all(handovers: Sequence[Handover], *, actor: Actor, decision: Decision, on: date, today: date) -> None:
    """Whether `move_all` would go through now; changes nothing and raises what it would."""
    for one in handovers:
        ready(one.finding)
        if not FINDING.moves["move"].guard(actor, one.finding):
            raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    changed = [one.finding.code for one in handovers if one.version not in (None, one.finding.version)]
    if changed:
        raise Stale(CHANGED, codes=", ".join(changed))
    earliest = max((one.finding.moved_on for one in handovers), default=on)
    if on < earliest:
        raise Invalid(
            "Ngày này trước lần thay đổi gần nhất, nhập ngày từ %(day)s trở đi", field="on", day=f"{earliest:%d/%m/%Y}"
        )
    _checked(decision, today)
    for one in handovers:
        prepare(one.finding, "move", actor=actor, on=on, today=today, version=None)
        _check_destination(one.finding, one.to, actor=actor, on=on)


def move_all(
    handovers: Sequence[Handover], *, actor: Actor, decision: Decision, on: date, today: date
) -> list[Finding]:
    """All of them or none. Raises as `move` does; Stale names the findings that somebody changed meanwhile."""
    check_all(handovers, actor=actor, decision=decision, on=on, today=today)
    for one in sorted(handovers, key=lambda one: one.finding.id):  # two sendings never wait in a circle
        code = one.finding.code
        try:
            move(one.finding, one.to, actor=actor, decision=decision, on=on, today=today)
        except StaleDataError as beaten:
            raise Stale(CHANGED, codes=code) from beaten
    return [one.finding for one in handovers]


def _check_destination(finding: Finding, to: Unit, *, actor: Actor, on: date) -> None:
    if not actor.reviews(to):
        raise NotAllowed("Đơn vị nhận không thuộc phạm vi của tài khoản đang dùng.")
    if to.id == finding.responsible_unit_id:
        raise Invalid("%(name)s đang chịu trách nhiệm rồi, chọn đơn vị khác", field="to", name=to.name)
    if not to.in_force(on):
        raise Invalid(
            "%(name)s không hoạt động vào ngày %(day)s, chọn đơn vị khác",
            field="to",
            name=to.name,
            day=f"{on:%d/%m/%Y}",
        )


def _checked(decision: Decision, today: date) -> Decision:
    number = one_line(said(decision.number, sentence("Nhập số văn bản quyết định"), "decision_number"))
    if decision.dated_on is None:
        raise Invalid("Nhập ngày văn bản quyết định", field="decision_on")
    if decision.dated_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="decision_on")
    return Decision(number, decision.dated_on, clean(decision.note))


def _hand_over(finding: Finding, to: Unit, decision: Decision, *, actor: Actor, on: date, **payload: Any) -> None:
    former = finding.responsible_unit
    finding.responsible_unit = to
    finding.assignee_id = None  # an officer of the unit that answers for it no more
    db.session.add(
        Custody(
            finding_id=finding.id,
            unit_id=to.id,
            since=on,
            decision_number=decision.number,
            decision_on=decision.dated_on,
            note=decision.note,
        )
    )
    db.session.flush()
    settle(
        finding,
        "move",
        actor=actor,
        on=on,
        moved_from=former.id,
        former=former.name,
        new=to.name,
        decision=decision.number,
        decision_on=decision.dated_on,
        note=decision.note,
        **payload,
    )


# By itself


def listen(noted: Noted) -> None:
    """For `audit.configure`: when a unit carries on under a new row, its findings go along in the same transaction."""
    today = noted.at.astimezone(HANOI).date()
    carried = noted.action == "unit:change" or (
        noted.action == "unit:succeed" and noted.payload["kind"] == SuccessionKind.UNCHANGED
    )
    if carried:
        _follow(db.session.get_one(Unit, noted.subject.id), actor=noted.actor, today=today)
    elif noted.action == "visit:conclude":
        unit = db.session.get_one(Unit, cast(Visit, noted.subject).unit_id)
        if not unit.in_force(noted.on):  # it went on under another row between the visit and its conclusion
            _follow(unit, actor=noted.actor, today=today)


def follow(*, today: date, actor: Actor = SYSTEM) -> list[Finding]:
    """Move what is left by every unit that ended and only carries on under another row; returns what was moved.

    For what no listener saw: reference data, a change whose day was still to come, history entered afterwards.
    """
    left = db.session.scalars(units_left(today)).all()
    return [finding for unit in left for finding in _follow(unit, actor=actor, today=today)]


def _follow(unit: Unit, *, actor: Actor, today: date) -> list[Finding]:
    db.session.flush()
    heir = carries_on_as(unit, day=today)
    if heir is None:
        return []
    since = unit.valid_to + A_DAY if unit.valid_to else heir.valid_from or today
    decision = Decision("", None, heir.basis)
    moved = list(db.session.scalars(orphans_of(unit, today)))
    for finding in moved:
        ready(finding)
        on = min(max(since, finding.moved_on), today)
        _hand_over(finding, heir, decision, actor=actor, on=on, by_itself=True)
    return moved
