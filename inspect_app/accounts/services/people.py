"""Who people are."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from inspect_app.accounts import policy, queries
from inspect_app.accounts.models import Person
from inspect_app.accounts.services.authority import check_manages, keep_an_administrator
from inspect_app.accounts.services.credentials import drop_link
from inspect_app.accounts.services.passwords import hashed
from inspect_app.accounts.services.sessions import close_sessions
from inspect_app.core import audit
from inspect_app.core.actor import SYSTEM, Actor, Placed
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.text import fold, name_sort_key, one_line
from inspect_app.core.versions import expect
from inspect_app.units.models import Unit


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person, as typed."""

    name: str
    title: str
    phone: str
    email: str
    home_unit_id: int | None


def add_person(
    *,
    actor: Actor,
    username: str,
    name: str,
    password: str = "",
    password_hash: str = "",
    home_unit: Unit | None,
    now: datetime,
    today: date,
    title: str = "",
    phone: str = "",
    email: str = "",
    demo: bool = False,
    must_change: bool = True,
    expires_at: datetime | None = None,
) -> Person:
    """Raises NotAllowed: not the actor's unit; Invalid: the user name is taken, or none.

    Of a password that was hashed ahead, where many people are added at once, `password_hash` is given instead.
    """
    username = username.strip().lower()
    _check_home(actor, home_unit)
    fault = policy.username_fault(username)
    if fault:
        raise Invalid(fault, field="username")
    if queries.by_username(username):
        raise Invalid("Tên đăng nhập này đã có người dùng", field="username")
    person = Person(
        username=username,
        password_hash=password_hash or hashed(password),
        password_set_at=now,
        must_change_password=must_change,
        secret_expires_at=expires_at,
        demo=demo,
    )
    facts = Facts(one_line(name), title, phone, email, home_unit.id if home_unit else None)
    _put(person, facts)
    db.session.add(person)
    db.session.flush()
    audit.record("person:add", person, actor=actor, on=today, username=username, demo=demo, **_for_the_log(facts))
    return person


def edit_person(
    person: Person,
    *,
    actor: Actor,
    reach: Iterable[Placed],
    name: str,
    title: str,
    phone: str,
    email: str,
    home_unit: Unit | None,
    version: int | None,
    today: date,
) -> None:
    """Raises NotAllowed, and Stale when somebody changed the person since `version`."""
    if actor.person_id != person.id:
        check_manages(actor, person, reach)
    expect(
        person,
        version,
        Stale(
            "%(name)s vừa cập nhật tài khoản này lúc %(time)s. Xem bản mới rồi gửi lại; "
            "nội dung đã nhập vẫn còn bên dưới"
        ),
    )
    before = _facts(person)
    after = Facts(one_line(name), title, phone, email, home_unit.id if home_unit else None)
    if after.home_unit_id != before.home_unit_id:
        if actor.person_id == person.id:
            raise NotAllowed("Không tự chuyển đơn vị của mình. Nhờ một quản trị khác.")
        _check_home(actor, home_unit)
    if after == before:
        return
    _put(person, after)
    was = _for_the_log(before)
    changes = {field: [was[field], value] for field, value in _for_the_log(after).items() if value != was[field]}
    audit.record("person:edit", person, actor=actor, on=today, **changes)


def deactivate(person: Person, *, actor: Actor, reach: Iterable[Placed], now: datetime, today: date) -> None:
    """From the next request on nothing is theirs; all they did stays. Raises NotAllowed, WrongState."""
    check_manages(actor, person, reach)
    if not person.active:
        raise WrongState("Tài khoản này đã ngừng hoạt động trước đó.")
    keep_an_administrator(person, today=today)
    person.active = False
    close_sessions(person, now=now)
    drop_link(person)
    audit.record("person:deactivate", person, actor=actor, on=today)


def reactivate(person: Person, *, actor: Actor, reach: Iterable[Placed], today: date) -> None:
    """Raises NotAllowed, WrongState."""
    check_manages(actor, person, reach)
    if person.active:
        raise WrongState("Tài khoản này đang hoạt động.")
    if person.erased_at is not None:
        raise WrongState("Thông tin cá nhân của tài khoản này đã được xóa.")
    person.active = True
    audit.record("person:reactivate", person, actor=actor, on=today)


def _for_the_log(facts: Facts) -> dict[str, Any]:
    """As events say them, which nobody can erase: how to reach the person only so that a change can be proved."""
    return {**asdict(facts), "phone": audit.disguised(facts.phone), "email": audit.disguised(facts.email)}


def _facts(person: Person) -> Facts:
    return Facts(person.name, person.title, person.phone, person.email, person.home_unit_id)


def _put(person: Person, facts: Facts) -> None:
    for field, value in asdict(facts).items():
        setattr(person, field, value)
    person.name_folded, person.sort_key = fold(facts.name), name_sort_key(facts.name)


def _check_home(actor: Actor, unit: Unit | None) -> None:
    if actor is not SYSTEM and (unit is None or not policy.may_house(actor, unit)):
        raise NotAllowed("Đơn vị này không thuộc phạm vi quản trị của tài khoản đang dùng.")
