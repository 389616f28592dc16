"""Who people are, and the passwords they begin with."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from inspect_app.accounts import policy, queries
from inspect_app.accounts.models import Person
from inspect_app.accounts.services.authority import check_manages, keep_an_administrator
from inspect_app.accounts.services.passwords import hashed, is_right, new_secret
from inspect_app.accounts.services.sessions import close_sessions
from inspect_app.accounts.services.signing import Limits, SignInRefused, forgive, note_miss, refuse_if_locked
from inspect_app.core import audit
from inspect_app.core.actor import SYSTEM, Actor, Placed
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.text import fold, name_sort_key, one_line
from inspect_app.core.versions import expect
from inspect_app.units.models import Unit

FIRST_SECRET_LASTS = timedelta(days=3)
"""How long a password given by somebody else works."""


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
    audit.record("person:deactivate", person, actor=actor, on=today)


def reactivate(person: Person, *, actor: Actor, reach: Iterable[Placed], today: date) -> None:
    """Raises NotAllowed, WrongState."""
    check_manages(actor, person, reach)
    if person.active:
        raise WrongState("Tài khoản này đang hoạt động.")
    person.active = True
    audit.record("person:reactivate", person, actor=actor, on=today)
    if person.erased_at is not None:
        raise WrongState("Thông tin cá nhân của tài khoản này đã được xóa.")


def reset_password(person: Person, *, actor: Actor, reach: Iterable[Placed], now: datetime, today: date) -> str:
    """A new first password, to be told to the person; it expires, and has to be changed. Raises NotAllowed."""
    check_manages(actor, person, reach)
    secret = new_secret()
    person.password_hash, person.password_set_at = hashed(secret), now
    person.must_change_password, person.secret_expires_at = True, now + FIRST_SECRET_LASTS
    close_sessions(person, now=now)
    forgive(person.username)
    audit.record("person:reset_password", person, actor=actor, on=today, expires=person.secret_expires_at)
    return secret


def change_password(
    person: Person,
    *,
    actor: Actor,
    current: str,
    new: str,
    token: str,
    now: datetime,
    today: date,
    limits: Limits,
) -> None:
    """By the person; their other sessions end.

    Raises SignInRefused, having noted the miss, when the current one is wrong; Invalid when the new one is weak.
    """
    name, address = person.username, actor.address
    refuse_if_locked(name, address=address, now=now, limits=limits, field="current")
    if not is_right(person.password_hash, current):
        note_miss(name, person, address=address, now=now, today=today, limits=limits)
        raise SignInRefused("Mật khẩu đang dùng chưa đúng", field="current")
    weakness = policy.weakness_of(new, username=name, name=person.name)
    if weakness:
        raise Invalid(weakness, field="new")
    if new == current:
        raise Invalid("Mật khẩu mới phải khác mật khẩu đang dùng", field="new")
    person.password_hash, person.password_set_at = hashed(new), now
    person.must_change_password, person.secret_expires_at = False, None
    close_sessions(person, now=now, but=token)
    forgive(name)
    audit.record("person:change_password", person, actor=actor, on=today)


def set_demo_passwords(password: str, *, now: datetime, today: date) -> list[str]:
    """One password for everybody of the demo who is active; returns their user names."""
    password_hash = hashed(password)
    people = db.session.scalars(select(Person).where(Person.demo, Person.active).order_by(Person.id)).all()
    for person in people:
        person.password_hash, person.password_set_at = password_hash, now
        close_sessions(person, now=now)
        audit.record("person:set_demo_password", person, actor=SYSTEM, on=today)
    return [person.username for person in people]


def _facts(person: Person) -> Facts:
    return Facts(person.name, person.title, person.phone, person.email, person.home_unit_id)


def _put(person: Person, facts: Facts) -> None:
    for field, value in asdict(facts).items():
        setattr(person, field, value)
    person.name_folded, person.sort_key = fold(facts.name), name_sort_key(facts.name)


def _check_home(actor: Actor, unit: Unit | None) -> None:
    if actor is not SYSTEM and (unit is None or not policy.may_house(actor, unit)):
        raise NotAllowed("Đơn vị này không thuộc phạm vi quản trị của tài khoản đang dùng.")
