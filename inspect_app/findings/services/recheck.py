"""Looking again (phúc tra): whether what was found before is still put right. The earlier finding is never changed."""

from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from inspect_app.core import audit
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState, sentence
from inspect_app.core.storage import Storage
from inspect_app.core.text import clean
from inspect_app.findings import queries
from inspect_app.findings.models import Finding, Outcome, Recheck, State
from inspect_app.findings.queries import recheck as seen
from inspect_app.findings.services.history import tell
from inspect_app.findings.services.recording import Particulars, discard, hold, record
from inspect_app.plans.models import Team
from inspect_app.units.models import Unit
from inspect_app.visits import policy
from inspect_app.visits import services as visits
from inspect_app.visits.models import Visit, VisitState

WHILE = (VisitState.BEGUN, VisitState.REPORTED)


def plan_follow_up(team: Team, unit: Unit, *, actor: Actor, today: date, **given: Any) -> Visit:
    """Put a follow-up on the calendar, or log one that took place; `given` as `visits.plan_follow_up` takes it.

    A reviewer sends any team; a team goes back to a unit of which it knows what was found.
    Raises NotAllowed, WrongState, Invalid.
    """
    if not seen.something_found_at(actor, unit):
        if Role.REVIEWER in actor.roles:
            raise WrongState("Đơn vị này chưa có hạn chế nào được ban hành nên chưa có gì để phúc tra.")
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    return visits.plan_follow_up(team, unit, actor=actor, today=today, **given)


def outcomes_of(state: State) -> tuple[Outcome, ...]:
    """What a follow-up may see of a finding that stood in `state` on its day."""
    return (Outcome.HELD, Outcome.RELAPSED) if state is State.RESOLVED else (Outcome.UNFINISHED,)


def look_again(
    visit: Visit,
    finding: Finding,
    *,
    outcome: Outcome | None,
    note: str = "",
    relapse: Particulars | None = None,
    actor: Actor,
    today: date,
    storage: Storage,
    file_limit: int,
    version: int | None = None,
) -> Recheck | None:
    """Write down what the follow-up saw of an earlier finding; an `outcome` of None takes it back.

    `RELAPSED` makes a new finding of this visit from `relapse`, linked to the earlier one; choosing another outcome
    afterwards discards it. `version` is that of what the page showed, 0 for nothing.
    Raises NotAllowed, WrongState, Stale, Invalid.
    """
    hold(visit)
    if not policy.may_record(actor, visit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    if not visit.follow_up or visit.state not in WHILE:
        raise WrongState("Chỉ ghi kết quả phúc tra từ lúc bắt đầu đến trước khi có kết luận.")
    then = seen.state_then(finding, visit, today=today)
    if then is None:
        raise WrongState("Hạn chế này không thuộc cuộc phúc tra.")
    if outcome is not None and outcome not in outcomes_of(then):
        raise Invalid("Chọn một kết quả phù hợp với trạng thái của hạn chế", field="outcome")
    was = seen.recheck_of(visit, finding)
    if version is not None and version != (was.version if was else 0):
        raise Stale("Người khác trong đoàn vừa ghi kết quả phúc tra hạn chế này. Xem bản mới rồi ghi lại.")
    note, before = clean(note), _told(was)
    if was is not None and was.outcome is outcome and was.note == note:
        return was
    relapse_id = before["relapse_id"]
    if outcome is Outcome.RELAPSED and relapse_id is None:
        relapse_id = _came_back(visit, finding, relapse, actor, today, storage, file_limit)
    now = _write(visit, finding, was, outcome, note, relapse_id)
    if relapse_id is not None and outcome is not Outcome.RELAPSED:
        _take_back(relapse_id, actor, today)
    code = {"finding_id": finding.id, "code": finding.code}
    audit.record("visit:recheck", visit, actor=actor, on=_day(visit), **code, **_told(now), before=before)
    return now


def _told(recheck: Recheck | None) -> dict[str, Any]:
    if recheck is None:
        return {"outcome": None, "note": "", "relapse_id": None}
    return {"outcome": recheck.outcome, "note": recheck.note, "relapse_id": recheck.relapse_id}


def _write(
    visit: Visit, finding: Finding, was: Recheck | None, outcome: Outcome | None, note: str, relapse_id: int | None
) -> Recheck | None:
    if outcome is None:
        if was is not None:
            db.session.delete(was)
            db.session.flush()
        return None
    now = was or Recheck(visit_id=visit.id, finding_id=finding.id)
    now.outcome, now.note = outcome, note
    now.relapse_id = relapse_id if outcome is Outcome.RELAPSED else None
    db.session.add(now)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Stale("Người khác trong đoàn vừa ghi kết quả phúc tra hạn chế này. Xem bản mới rồi ghi lại.") from error
    return now


def _came_back(
    visit: Visit,
    finding: Finding,
    relapse: Particulars | None,
    actor: Actor,
    today: date,
    storage: Storage,
    file_limit: int,
) -> int:
    if relapse is None:
        raise Invalid("Nhập mô tả hạn chế", field="text")
    [new] = record(visit, [relapse], actor=actor, today=today, storage=storage, file_limit=file_limit)
    new.repeats_id = finding.id
    db.session.flush()
    tell(new, "repeat", actor=actor, on=_day(visit), repeats=True, earlier_id=finding.id, earlier=finding.code)
    return new.id


def _take_back(relapse_id: int, actor: Actor, today: date) -> None:
    relapse = queries.one(actor, relapse_id)
    if relapse is not None:
        reason = sentence("Kết quả phúc tra đã được sửa.")
        discard(relapse, actor=actor, reason=reason, on=relapse.moved_on, today=today)


def _day(visit: Visit) -> date:
    assert visit.began_on is not None
    return visit.began_on
