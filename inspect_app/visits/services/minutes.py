"""The minutes of a visit, and what its letters carry beside the findings."""

from datetime import date

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.errors import Invalid, WrongState
from inspect_app.core.text import clean
from inspect_app.visits import policy
from inspect_app.visits.models import Manner, Scope, Visit, VisitState
from inspect_app.visits.services.steps import (
    allow,
    circumstances,
    expect_version,
    noted,
    ready,
    told,
    written,
)

WHILE = (VisitState.BEGUN, VisitState.REPORTED)
"""From the beginning of the visit until its conclusion."""


def write_minutes(
    visit: Visit,
    *,
    actor: Actor,
    today: date,
    version: int | None = None,
    scope: Scope | None = None,
    manner: Manner | None = None,
    theme: str | None = None,
    trigger: str | None = None,
    absent: str | None = None,
    **facts: str,
) -> None:
    """Write down began_at, ended_at, place, present, remark, opinion, strengths, causes, basis, proposals.

    What is not given stays. `absent`, the names of those who were not at their post, does not go into the log in the
    clear. Raises NotAllowed, WrongState, Stale, Invalid.
    """
    ready(visit)
    allow(policy.may_record(actor, visit) or policy.may_sign(actor, visit))
    expect_version(visit, version)
    if visit.state not in WHILE:
        raise WrongState("Biên bản chỉ ghi từ lúc bắt đầu kiểm tra đến trước khi có kết luận.")
    how = circumstances(
        visit.plan,
        scope=visit.scope if scope is None else scope,
        theme=visit.theme if theme is None else theme,
        manner=visit.manner if manner is None else manner,
        trigger=visit.trigger if trigger is None else trigger,
    )
    before, after = written(visit), {**written(visit), **how, **noted(**facts)}
    if after["began_at"] and after["ended_at"] and after["ended_at"] < after["began_at"]:
        raise Invalid("Giờ kết thúc phải sau giờ bắt đầu %(time)s", field="ended_at", time=after["began_at"])
    missing = visit.absent if absent is None else clean(absent)
    if after == before and missing == visit.absent:
        return
    personal = {}
    if missing != visit.absent:
        personal = {"absent": [audit.disguised(visit.absent), audit.disguised(missing)]}
        visit.absent = missing
    for name, value in after.items():
        setattr(visit, name, value)
    was = {name: before[name] for name in before if before[name] != after[name]}
    audit.record("visit:minutes", visit, actor=actor, on=today, **told(visit), **written(visit), before=was, **personal)
