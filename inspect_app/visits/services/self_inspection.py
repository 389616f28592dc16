"""A unit inspected itself."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, WrongState
from inspect_app.core.loading import load
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.units.models import Unit
from inspect_app.visits import policy, queries
from inspect_app.visits.models import AreaAnswer, Entry, Verdict, Visit, VisitState
from inspect_app.visits.services.conduct import close, conclude, report
from inspect_app.visits.services.steps import allow, day_of, keep, made, noted, said, told

NOTHING_SAID: Mapping[str, Verdict] = MappingProxyType({})


def log_self_inspection(
    plan: Plan,
    unit: Unit,
    *,
    began_on: date,
    actor: Actor,
    today: date,
    entry: Entry | None = None,
    areas: Mapping[str, Verdict] = NOTHING_SAID,
    present: str = "",
    remark: str = "",
    on: date | None = None,
) -> Visit:
    """A unit inspected itself. `on` is the day the result counts from, today unless it is history.

    `areas` says what it saw in each, by the area's code; `entry` what came of it where that was not written down by
    area. With nothing found it is closed at once; with no figures entered it is concluded and says so; with findings
    it stays begun until its officer has written them down. Raises NotAllowed, WrongState, Invalid.
    """
    load(plan, "issuing_unit")
    allow(policy.may_log_self_inspection(actor, plan, unit))
    if plan.kind is not PlanKind.SELF:
        raise WrongState("Kế hoạch này không phải là kế hoạch tự kiểm tra.")
    if began_on > today:
        raise Invalid("Nhập ngày không muộn hơn %(last)s", field="began_on", last=said(today))
    checked = _checked(areas)
    entry = _what_came_of(checked) if checked else entry
    if entry is None:
        raise Invalid("Chọn kết quả của ít nhất một lĩnh vực", field="areas")
    target = queries.unvisited_target(plan, unit)
    visit = made(
        plan,
        unit,
        target,
        team=None,
        team_id=None,
        state=VisitState.BEGUN,
        arranged_on=began_on,
        began_on=began_on,
        day=began_on,
        **noted(present=present, remark=remark),
    )
    if target is not None:
        target.begun_on = began_on
    keep(visit)
    db.session.add_all(AreaAnswer(visit_id=visit.id, area_code=code, verdict=checked[code]) for code in checked)
    audit.record("visit:log_self", visit, actor=actor, on=began_on, **told(visit), areas=checked)
    if entry is not Entry.FOUND:
        on = day_of(visit, on, today)
        report(visit, entry=entry, actor=actor, today=today, on=on)
        (close if entry is Entry.NONE_FOUND else conclude)(visit, actor=actor, today=today, on=on)
    return visit


def _checked(areas: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """What was looked at, in the order of the catalogue; an area without a row was not looked at."""
    if not areas:
        return {}
    known = [area.code for area in plans.areas()]
    if not areas.keys() <= set(known):
        raise Invalid("Chọn một mục trong danh sách", field="areas")
    return {code: areas[code] for code in known if areas.get(code, Verdict.UNCHECKED) is not Verdict.UNCHECKED}


def _what_came_of(checked: Mapping[str, Verdict]) -> Entry:
    return Entry.FOUND if Verdict.WRONG in checked.values() else Entry.NONE_FOUND
