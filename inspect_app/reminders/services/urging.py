"""The steps taken with a unit that is late: a reminder, two letters, a report to the Chairman. Each is taken once."""

from datetime import date

from sqlalchemy import update

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.loading import load
from inspect_app.core.text import clean, one_line
from inspect_app.reminders.models import Level, Urging
from inspect_app.reminders.policy import SEND
from inspect_app.reminders.queries.urging import Standing, recipients, standing
from inspect_app.reminders.services import notices
from inspect_app.units.models import Unit

BEATEN = Stale(
    "%(name)s vừa thực hiện một bước với đơn vị này lúc %(time)s. Xem bản mới rồi làm tiếp; nội dung đã nhập vẫn còn "
    "bên dưới."
)


def take(
    plan_id: int,
    unit_id: int,
    level: Level,
    *,
    actor: Actor,
    content: str,
    number: str = "",
    dated_on: date | None = None,
    seen: int,
    today: date,
) -> Urging:
    """Take this step about everything overdue. `seen` is the latest step that the page showed, 0 for none.

    A reminder goes to the officers of the unit at once; where it has none, the step says that it was told otherwise.
    A letter is text until its number and day are typed in.
    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    take_turns(db.session, "urging")
    now = standing(actor, plan_id, unit_id, today)
    if now is None or not may_take(actor, level, now.unit, bool(now.rows)):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    if now.seen != seen:
        latest = now.taken[0]
        raise Stale(BEATEN.message, name=latest.taker_name, time=f"{latest.made_at.astimezone(clock.HANOI):%H:%M}")
    _check_turn(now, level, today)
    content = clean(content)
    if not content:
        raise Invalid("Nhập nội dung", field="content")
    number = one_line(number)
    _check_day(dated_on, today)
    told = [row.id for row in recipients(now.unit, today, but=actor)] if level is Level.REMINDER else []
    step = Urging(
        plan_id=plan_id,
        unit_id=unit_id,
        level=level,
        taken_on=today,
        number=number,
        dated_on=dated_on,
        content=content,
        finding_ids=[row.id for row in now.rows],
        taker_id=actor.person_id,
        taker_name=actor.name,
        made_at=clock.now(),
    )
    db.session.add(step)
    db.session.flush()
    codes = [row.code for row in now.rows]
    audit.record(
        "urging:take",
        step,
        actor=actor,
        on=today,
        level=level,
        plan_id=plan_id,
        unit_id=unit_id,
        findings=codes,
        number=number,
        dated_on=dated_on,
        recipients=told,
    )
    if told:
        notices.tell(
            SEND,
            ("urging", step.id),
            told,
            occurrence=str(step.id),
            words={"by": actor.name, "unit": now.unit.name, "note": content},
            at=step.made_at,
        )
    return step


def put_number(step: Urging, *, number: str, dated_on: date | None, actor: Actor, today: date) -> None:
    """What the registry gave the letter, once. Raises NotAllowed, WrongState, Invalid."""
    load(step, "unit")
    if not actor.reviews(step.unit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    if step.level is Level.REMINDER:
        raise WrongState("Nhắc việc không có số văn bản.")
    number = one_line(number)
    if not number:
        raise Invalid("Nhập số văn bản", field="number")
    if dated_on is None:
        raise Invalid("Nhập ngày văn bản", field="dated_on")
    _check_day(dated_on, today)
    written = db.session.scalar(
        update(Urging)
        .where(Urging.id == step.id, Urging.number == "")
        .values(number=number, dated_on=dated_on)
        .returning(Urging.id)
    )
    if written is None:
        raise WrongState("Văn bản này đã có số. Xem bản mới rồi làm tiếp.")
    audit.record("urging:number", step, actor=actor, on=today, number=number, dated_on=dated_on)


def may_take(actor: Actor, level: Level, unit: Unit, late_in_sight: bool) -> bool:
    """Letters are a reviewer's; who sees what is late there, as `urged_by` says, may also remind."""
    return actor.reviews(unit) or (level is Level.REMINDER and late_in_sight)


def _check_turn(now: Standing, level: Level, today: date) -> None:
    """A reminder may be sent whenever something is overdue; a letter only as the step that is due."""
    if not now.rows:
        raise WrongState("Đơn vị không còn hạn chế quá hạn thuộc kế hoạch này.")
    if level is Level.REMINDER:
        return
    proposal = now.proposal(today)
    if proposal is None or proposal.level is not level:
        raise WrongState("Bước này không phải bước tiếp theo với đơn vị. Xem bản mới rồi làm tiếp.")
    if not proposal.is_due(today):
        raise WrongState("Bước này chưa đến ngày, sớm nhất là ngày %(day)s.", day=f"{proposal.due_on:%d/%m/%Y}")


def _check_day(dated_on: date | None, today: date) -> None:
    if dated_on is not None and dated_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="dated_on")
