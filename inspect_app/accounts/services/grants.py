"""Giving roles and taking them back."""

from datetime import date, datetime

from inspect_app.accounts import policy, queries
from inspect_app.accounts.models import Grant, Person
from inspect_app.accounts.services.authority import keep_an_administrator
from inspect_app.core import audit
from inspect_app.core.actor import SYSTEM, Actor, Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, WrongState
from inspect_app.units.models import Unit


def grant(
    person: Person, *, actor: Actor, role: Role, unit: Unit, since: date, until: date | None, today: date
) -> Grant:
    """Raises NotAllowed: not the actor's to give, or to themselves; Invalid: days out of order, held already."""
    if actor is not SYSTEM:
        if not policy.may_grant(actor, role, unit):
            raise NotAllowed("Tài khoản đang dùng không được phân quyền trên đơn vị này.")
        if actor.person_id == person.id:
            raise NotAllowed("Không tự phân quyền cho mình. Nhờ một quản trị khác.")
    if until is not None and until < since:
        raise Invalid("Ngày kết thúc phải sau ngày bắt đầu", field="until")
    if until is not None and until < today and actor is not SYSTEM:
        raise Invalid("Ngày kết thúc đã qua, chọn ngày khác", field="until")
    if queries.holds_already(person, role, unit, since=since, until=until):
        raise Invalid("Người này đã có vai trò đó ở đơn vị này trong thời gian đó", field="role")
    given = Grant(person_id=person.id, role=role, unit_id=unit.id, since=since, until=until)
    db.session.add(given)
    db.session.flush()
    audit.record(
        "grant:give",
        given,
        actor=actor,
        on=today,
        person=person.id,
        role=role,
        unit=unit.id,
        since=since,
        until=until,
    )
    return given


def end_grant(given: Grant, *, actor: Actor, now: datetime, today: date) -> None:
    """Take a role back at once. `given.person` and `given.unit` are loaded.

    Raises NotAllowed, and WrongState when it holds no longer or when nobody would be left to administer.
    """
    if not policy.may_grant(actor, given.role, given.unit):
        raise NotAllowed("Tài khoản đang dùng không được phân quyền trên đơn vị này.")
    if not given.may_hold(today):
        raise WrongState("Vai trò này đã hết hiệu lực trước đó.")
    keep_an_administrator(given.person, today=today, grant=given)
    given.ended_at = now
    audit.record(
        "grant:end",
        given,
        actor=actor,
        on=today,
        person=given.person_id,
        role=given.role,
        unit=given.unit_id,
        since=given.since,
        until=given.until,
    )
