"""A visit from its beginning to its end."""

from collections.abc import Collection
from datetime import date
from typing import Any

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.errors import Invalid, WrongState
from inspect_app.core.loading import load
from inspect_app.core.text import clean
from inspect_app.visits import policy, queries
from inspect_app.visits.models import Entry, Manner, Scope, Visit, VisitState
from inspect_app.visits.services.steps import (
    allow,
    circumstances,
    day_of,
    expect_version,
    noted,
    ready,
    said,
    told,
    written,
)
from inspect_app.visits.workflow import VISIT


def begin(visit: Visit, *, actor: Actor, today: date, on: date | None = None) -> None:
    """The inspection began on `on`, the day of the visit. Raises NotAllowed, WrongState, Invalid."""
    ready(visit)
    VISIT.check("begin", visit, actor=actor)
    on = day_of(visit, on, today, field="began_on")
    VISIT.apply("begin", visit, actor=actor)
    visit.began_on = visit.day = on
    load(visit, "target")
    if visit.target is not None:
        visit.target.begun_on = on
    audit.record("visit:begin", visit, actor=actor, on=on, **told(visit))


def note(
    visit: Visit,
    *,
    actor: Actor,
    today: date,
    version: int | None = None,
    began_on: date | None = None,
    entry: Entry | None = None,
    planned_on: date | None = None,
    scope: Scope | None = None,
    manner: Manner | None = None,
    theme: str | None = None,
    trigger: str | None = None,
    on: date | None = None,
    **facts: str,
) -> None:
    """Write down place, present, opinion, remark, planned_at, planned_on, entry, how it is made and why.

    What is not given stays.

    Typing `began_on` begins a planned visit; of one that has begun it corrects the day, until it is reported.
    Raises NotAllowed, WrongState, Stale, Invalid.
    """
    ready(visit)
    planned = visit.state is VisitState.PLANNED
    allow(policy.may_record(actor, visit) or policy.may_reschedule(actor, visit))
    expect_version(visit, version)
    if not planned and visit.state is not VisitState.BEGUN:
        raise WrongState("Kết quả đã gửi nên không sửa được nội dung cuộc kiểm tra nữa.")
    if planned and began_on is not None:
        begin(visit, actor=actor, today=today, on=began_on)
    before = {**told(visit), **written(visit)}
    how: dict[str, Any] = {"scope": scope, "theme": theme, "manner": manner, "trigger": trigger}
    if any(value is not None for value in how.values()):
        now = {name: getattr(visit, name) if value is None else value for name, value in how.items()}
        how = circumstances(visit.plan, **now)
    else:
        how = {}
    for name, value in {**noted(**facts), **how}.items():
        setattr(visit, name, value)
    if entry is not None:
        visit.entry = entry
    if visit.state is VisitState.PLANNED and planned_on is not None:
        visit.planned_on = visit.day = planned_on
    elif began_on is not None and began_on != visit.began_on:
        _correct_the_day(visit, began_on, today)
    after = {**told(visit), **written(visit)}
    if after != before:
        was = {name: before[name] for name in before if before[name] != after[name]}
        audit.record("visit:note", visit, actor=actor, on=day_of(visit, on, today), **after, before=was)


def _correct_the_day(visit: Visit, began_on: date, today: date) -> None:
    if began_on > today:
        raise Invalid("Nhập ngày không muộn hơn %(last)s", field="began_on", last=said(today))
    if began_on < visit.arranged_on:
        raise Invalid("Nhập ngày từ %(first)s trở đi", field="began_on", first=said(visit.arranged_on))
    visit.began_on = visit.day = began_on
    load(visit, "target")
    if visit.target is not None:
        visit.target.begun_on = began_on


def report(
    visit: Visit,
    *,
    entry: Entry,
    actor: Actor,
    today: date,
    on: date | None = None,
    version: int | None = None,
    written_in: Collection[str] = (),
    reason: str = "",
) -> None:
    """Gửi kết quả: the team is done writing. Raises NotAllowed, WrongState, Stale, Invalid.

    `written_in` are the areas in which findings were written down. A unit that said of another area that something is
    wrong there tells the `reason` why it wrote nothing.
    """
    ready(visit)
    VISIT.check("report", visit, actor=actor)
    expect_version(visit, version)
    on, reason = day_of(visit, on, today), clean(reason)
    left = queries.called_wrong(visit, but=written_in)
    if left and not reason:
        raise Invalid(
            "Đơn vị đã cho biết có hạn chế về %(areas)s. Ghi từng hạn chế, hoặc cho biết vì sao không ghi",
            field="reason",
            areas=", ".join(area.short_name for area in left),
        )
    VISIT.apply("report", visit, actor=actor)
    visit.entry, visit.reported_on = entry, on
    why = {"reason": reason, "unwritten": [area.code for area in left]} if left else {}
    audit.record("visit:report", visit, actor=actor, on=on, **told(visit), **written(visit), **why)


def conclude(visit: Visit, *, actor: Actor, today: date, on: date | None = None, **payload: Any) -> None:
    """The visit's part in issuing a conclusion dated `on`; `payload` is what the notice adds to the event.

    A notice may be typed in later than it was signed: where it is dated before the day for which the sending of the
    result counts, and not before the inspection, the sending counts for the notice's day from now on, and the log
    says so. Raises NotAllowed, WrongState, and Invalid for `dated_on`.
    """
    ready(visit)
    VISIT.check("conclude", visit, actor=actor)
    if on is not None and visit.reported_on and visit.began_on and visit.began_on <= on < visit.reported_on:
        was, visit.reported_on = visit.reported_on, on
        audit.record("visit:redate", visit, actor=actor, on=on, **told(visit), reported_on=on, before=was)
    _end(visit, "conclude", actor=actor, on=day_of(visit, on, today, field="dated_on"), **payload)


def close(visit: Visit, *, actor: Actor, today: date, on: date | None = None) -> None:
    """End a visit that found nothing. Raises NotAllowed, WrongState, Invalid."""
    ready(visit)
    if visit.entry is not Entry.NONE_FOUND:
        raise WrongState("Chỉ kết thúc cuộc kiểm tra mà không ban hành kết luận khi đã ghi là không có hạn chế.")
    _end(visit, "close", actor=actor, on=day_of(visit, on, today))


def cancel(
    visit: Visit,
    *,
    reason: str,
    actor: Actor,
    today: date,
    on: date | None = None,
    version: int | None = None,
) -> None:
    """The visit does not count. A surprise target that it had uncovered is under the embargo again.

    Raises NotAllowed, WrongState, Stale, Invalid.
    """
    ready(visit)
    VISIT.check("cancel", visit, actor=actor)
    expect_version(visit, version)
    reason = clean(reason)
    if not reason:
        raise Invalid("Nhập lý do hủy cuộc kiểm tra", field="reason")
    visit.ended_why = reason
    load(visit, "target")
    if visit.target is not None:
        visit.target.begun_on = None
    _end(visit, "cancel", actor=actor, on=day_of(visit, on, today), reason=reason)


def _end(visit: Visit, move: str, *, actor: Actor, on: date, **payload: Any) -> None:
    VISIT.apply(move, visit, actor=actor)
    visit.ended_on = on
    audit.record(f"visit:{move}", visit, actor=actor, on=on, **told(visit), **payload)
