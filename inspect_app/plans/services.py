"""Writing plans, teams and targets. One verb per function; each checks, logs itself, and never commits.

`today` is the day of the act, `on` the day it counts for: the same unless it is entered as history, never later.
"""

import csv
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from inspect_app.accounts.models import Person
from inspect_app.core import audit
from inspect_app.core.actor import Actor, TeamRole
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.loading import load
from inspect_app.core.text import clean, fold, one_line
from inspect_app.core.versions import expect
from inspect_app.plans import policy, queries
from inspect_app.plans.models import Area, Plan, PlanKind, Target, Team, TeamMember
from inspect_app.units.models import Unit

AREAS = Path(__file__).parent / "reference" / "areas.csv"
FIRST_YEAR, LAST_YEAR = 2000, 2100


def load_areas() -> int:
    """Bring the catalogue of areas up to the file that comes with the program; returns how many were new."""
    kept, new = {area.code: area for area in queries.areas()}, 0
    with AREAS.open(encoding="utf-8", newline="") as file:
        for position, row in enumerate(csv.DictReader(file), start=1):
            area = kept.get(row["code"])
            if area is None:
                db.session.add(Area(position=position, **row))
                new += 1
                continue
            area.name, area.short_name, area.name_en = row["name"], row["short_name"], row["name_en"]
    db.session.flush()
    return new


# Plans


def create_plan(
    *,
    kind: PlanKind,
    year: int,
    title: str,
    issuing_unit: Unit,
    actor: Actor,
    today: date,
    number: str = "",
    issued_on: date | None = None,
    note: str = "",
    illustrative: bool = False,
    on: date | None = None,
) -> Plan:
    """Raises NotAllowed, Invalid."""
    _allow(policy.may_write_plans_of(actor, issuing_unit))
    plan = Plan(
        kind=kind,
        issuing_unit_id=issuing_unit.id,
        issuing_unit=issuing_unit,
        illustrative=illustrative,
        **facts_of(year, title, number, issued_on, note),
    )
    db.session.add(plan)
    db.session.flush()
    audit.record("plan:create", plan, actor=actor, on=_day(on, today), **told_of(plan))
    return plan


def change_plan(
    plan: Plan,
    *,
    year: int,
    title: str,
    actor: Actor,
    today: date,
    number: str = "",
    issued_on: date | None = None,
    note: str = "",
    version: int | None = None,
) -> None:
    """Its kind and issuing unit stay: they decide who may see what. Raises NotAllowed, Stale, Invalid."""
    _may_write(actor, plan)
    _expect(plan, version)
    before = told_of(plan)
    for name, value in facts_of(year, title, number, issued_on, note).items():
        setattr(plan, name, value)
    if told_of(plan) != before:
        audit.record("plan:change", plan, actor=actor, on=today, **told_of(plan), before=before)


def facts_of(year: int, title: str, number: str, issued_on: date | None, note: str) -> dict[str, Any]:
    """The columns of a plan as they are stored, of inspections or of tasks. Raises Invalid."""
    title, number = one_line(title), one_line(number)
    if not title:
        raise Invalid("Nhập tên kế hoạch", field="title")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid("Nhập năm từ %(first)d đến %(last)d", field="year", first=FIRST_YEAR, last=LAST_YEAR)
    return {
        "year": year,
        "title": title,
        "number": number,
        "issued_on": issued_on,
        "note": clean(note),
        "folded": fold(f"{number} {title}"),
    }


def told_of(plan: Any) -> dict[str, Any]:
    """What an event says of a plan, of inspections or of tasks."""
    return {
        "kind": plan.kind,
        "year": plan.year,
        "title": plan.title,
        "number": plan.number,
        "issued_on": plan.issued_on,
        "unit": plan.issuing_unit_id,
        "note": plan.note,
    }


# Targets


def add_targets(
    plan: Plan,
    units: Collection[Unit],
    *,
    actor: Actor,
    today: date,
    since: date | None = None,
    month: int | None = None,
    team: Team | None = None,
) -> list[Target]:
    """Name these units in the plan from `since` (today unless said).

    Units that the plan names already are left as they are; returns those that are new. Raises NotAllowed, Invalid.
    """
    _may_write(actor, plan)
    since = _day(since, today, field="since")
    if month is not None and not 1 <= month <= 12:
        raise Invalid("Chọn một tháng từ 1 đến 12", field="month")
    if team is not None and team.plan_id != plan.id:
        raise Invalid("Chọn một đoàn của kế hoạch này", field="team")
    kept, added = queries.units_of(plan), []
    for unit in units:
        if not actor.reviews(unit):
            raise Invalid(
                "%(name)s nằm ngoài phạm vi của tài khoản đang dùng, hãy chọn đơn vị khác",
                field="units",
                name=unit.name,
            )
        if unit.id in kept:
            continue
        kept.add(unit.id)
        added.append(Target(plan=plan, unit=unit, team_id=team.id if team else None, month=month, since=since))
    db.session.add_all(added)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Stale("Người khác vừa thêm đơn vị vào kế hoạch này. Xem bản mới rồi gửi lại.") from error
    for target in added:
        audit.record("target:add", target, actor=actor, on=since, **_aimed(target))
    return added


def change_target(
    target: Target, *, actor: Actor, today: date, month: int | None = None, team: Team | None = None
) -> None:
    """Another month or team. Raises NotAllowed, Invalid, WrongState."""
    _may_write(actor, _plan_of(target))
    if target.removed_on is not None:
        raise WrongState("Đơn vị này đã được đưa ra khỏi kế hoạch.")
    if team is not None and team.plan_id != target.plan_id:
        raise Invalid("Chọn một đoàn của kế hoạch này", field="team")
    before = {"month": target.month, "team": target.team_id}
    target.month, target.team_id = month, team.id if team else None
    if before != {"month": target.month, "team": target.team_id}:
        audit.record("target:change", target, actor=actor, on=today, **_aimed(target), before=before)


def remove_target(target: Target, *, actor: Actor, today: date, reason: str, on: date | None = None) -> None:
    """From `on` the plan no longer means to inspect the unit. The row stays. Raises NotAllowed, Invalid, WrongState."""
    _may_write(actor, _plan_of(target))
    if target.removed_on is not None:
        raise WrongState("Đơn vị này đã được đưa ra khỏi kế hoạch.")
    if target.begun_on is not None:
        raise WrongState("Đơn vị này đã được kiểm tra nên vẫn thuộc kế hoạch.")
    reason, on = clean(reason), _day(on, today)
    if not reason:
        raise Invalid("Nhập lý do đưa đơn vị ra khỏi kế hoạch", field="reason")
    if on < target.since:
        raise Invalid("Nhập ngày từ %(first)s trở đi", field="on", first=_said(target.since))
    target.removed_on, target.removed_why = on, reason
    audit.record("target:remove", target, actor=actor, on=on, **_aimed(target), reason=reason)


def _aimed(target: Target) -> dict[str, Any]:
    return {
        "plan": target.plan_id,
        "unit": target.unit_id,
        "team": target.team_id,
        "month": target.month,
        "since": target.since,
    }


# Teams


def make_team(
    plan: Plan,
    *,
    name: str,
    actor: Actor,
    today: date,
    decision_number: str = "",
    decision_on: date | None = None,
    on: date | None = None,
) -> Team:
    """Raises NotAllowed, Invalid, WrongState."""
    _may_write(actor, plan)
    if plan.kind is PlanKind.SELF:
        raise WrongState("Kế hoạch tự kiểm tra không lập đoàn kiểm tra.")
    team = Team(plan=plan, **_named(name, decision_number, decision_on))
    db.session.add(team)
    db.session.flush()
    audit.record("team:make", team, actor=actor, on=_day(on, today), **_described(team))
    return team


def change_team(
    team: Team,
    *,
    name: str,
    actor: Actor,
    today: date,
    decision_number: str = "",
    decision_on: date | None = None,
    version: int | None = None,
) -> None:
    """Raises NotAllowed, Stale, Invalid."""
    _may_write(actor, _plan_of(team))
    expect(
        team,
        version,
        Stale(
            "%(name)s vừa cập nhật đoàn kiểm tra này lúc %(time)s. Xem bản mới rồi gửi lại; "
            "nội dung đã nhập vẫn còn bên dưới."
        ),
    )
    before = _described(team)
    for field, value in _named(name, decision_number, decision_on).items():
        setattr(team, field, value)
    if _described(team) != before:
        audit.record("team:change", team, actor=actor, on=today, **_described(team), before=before)


def seat(
    team: Team,
    person: Person,
    *,
    role: TeamRole,
    since: date,
    actor: Actor,
    today: date,
    until: date | None = None,
) -> TeamMember:
    """Give the person a place on the team. Raises NotAllowed, Invalid."""
    _may_write(actor, _plan_of(team))
    if until is not None and until < since:
        raise Invalid("Nhập ngày từ %(first)s trở đi", field="until", first=_said(since))
    if not person.active:
        raise Invalid("Tài khoản của người này đã ngừng dùng, hãy chọn người khác", field="person")
    take_turns(db.session, f"the seats of team {team.id}")
    at_that_time = [one for one in queries.members_of(team) if _overlap(one, since, until)]
    if any(one.person_id == person.id for one in at_that_time):
        raise Invalid("Người này đã có trong đoàn vào thời gian đó", field="person")
    if role is TeamRole.HEAD and any(one.role is TeamRole.HEAD for one in at_that_time):
        raise Invalid("Đoàn đã có trưởng đoàn vào thời gian đó", field="role")
    member = TeamMember(team_id=team.id, person_id=person.id, role=role, since=since, until=until)
    db.session.add(member)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Stale("Người khác vừa thêm người này vào đoàn. Xem bản mới rồi gửi lại.") from error
    audit.record("team:seat", team, actor=actor, on=min(since, today), **_sitting(member, team))
    return member


def unseat(member: TeamMember, *, last_day: date, actor: Actor, today: date) -> None:
    """The person sits on the team for the last time on `last_day`. Raises NotAllowed, Invalid, WrongState."""
    load(member, "team")
    _may_write(actor, _plan_of(member.team))
    if member.until is not None and member.until <= last_day:
        raise WrongState("Người này đã thôi tham gia đoàn.")
    if last_day < member.since:
        raise Invalid("Nhập ngày từ %(first)s trở đi", field="last_day", first=_said(member.since))
    member.until = last_day
    audit.record("team:unseat", member.team, actor=actor, on=today, **_sitting(member, member.team))


def _overlap(member: TeamMember, since: date, until: date | None) -> bool:
    return (until is None or member.since <= until) and (member.until is None or since <= member.until)


def _named(name: str, decision_number: str, decision_on: date | None) -> dict[str, Any]:
    name = one_line(name)
    if not name:
        raise Invalid("Nhập tên đoàn kiểm tra", field="name")
    return {"name": name, "decision_number": one_line(decision_number), "decision_on": decision_on}


def _described(team: Team) -> dict[str, Any]:
    return {
        "plan": team.plan_id,
        "name": team.name,
        "decision_number": team.decision_number,
        "decision_on": team.decision_on,
    }


def _sitting(member: TeamMember, team: Team) -> dict[str, Any]:
    return {
        "plan": team.plan_id,
        "team": team.id,
        "person": member.person_id,
        "role": member.role,
        "since": member.since,
        "until": member.until,
    }


# Shared


def _may_write(actor: Actor, plan: Plan) -> None:
    load(plan, "issuing_unit")
    _allow(policy.may_write_plan(actor, plan))


def _allow(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")


def _plan_of(part: Target | Team) -> Plan:
    load(part, "plan")
    return part.plan


def _expect(plan: Plan, version: int | None) -> None:
    expect(
        plan,
        version,
        Stale(
            "%(name)s vừa cập nhật kế hoạch này lúc %(time)s. Xem bản mới rồi gửi lại; "
            "nội dung đã nhập vẫn còn bên dưới."
        ),
    )


def _day(on: date | None, today: date, field: str = "on") -> date:
    """The day something counts for. Raises Invalid for one that is still to come."""
    if on is not None and on > today:
        raise Invalid("Nhập ngày không muộn hơn %(last)s", field=field, last=_said(today))
    return on or today


def _said(day: date) -> str:
    return f"{day:%d/%m/%Y}"
