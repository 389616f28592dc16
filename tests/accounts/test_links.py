"""An address at which somebody sets a new password, once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from inspect_app.accounts import services
from inspect_app.accounts.models import ResetLink, SignIn
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, WrongState
from tests.support.make import PASSWORD

NEW = "cây cầu bắc qua sông Hậu"


@pytest.fixture
def link(account, make, session):
    """`link()`: (somebody, the secret of an address of theirs, who gave it)."""

    def made(**columns):
        person, admin = account(Role.OFFICER, make.unit(), **columns), make.actor(make.person(Role.ADMIN))
        token = services.make_link(person, actor=admin, reach=[], now=clock.now(), today=clock.today())
        session.commit()
        return person, token, admin

    return made


def use(token, new=NEW, **told):
    services.use_link(token, new, **{"address": "10.0.0.1", "now": clock.now(), "today": clock.today(), **told})


def test_it_works_once_and_only_while_it_is_the_newest_and_not_old(link, session):
    person, token, admin = link()
    newer = services.make_link(person, actor=admin, reach=[], now=clock.now(), today=clock.today())
    for useless, moment in ((token, 0), (newer, 25), ("x" * 43, 0)):
        with pytest.raises(WrongState):
            use(useless, now=clock.now() + timedelta(hours=moment))
    with pytest.raises(Invalid, match="ít nhất 14 ký tự"):
        use(newer, "ngắn quá")
    use(newer)
    with pytest.raises(WrongState):
        use(newer, NEW + "!")
    assert services.check_password(person.username, NEW).right
    session.commit()
    log = [(event.action, str(event.payload)) for event in session.scalars(select(Event).order_by(Event.seq))]
    assert [action for action, _payload in log if "link" in action] == [
        "person:make_link",
        "person:make_link",
        "person:use_link",
    ]
    assert not any(secret in payload for secret in (token, newer, NEW) for _action, payload in log)


@pytest.mark.parametrize("ended_by", ["reset", "deactivate", "change", "production"])
def test_it_dies_with_what_overtakes_it(link, ended_by, make, session):
    person, token, admin = link(demo=ended_by == "production")
    told: dict[str, Any] = {"now": clock.now(), "today": clock.today()}
    if ended_by == "reset":
        services.reset_password(person, actor=admin, reach=[], **told)
    elif ended_by == "deactivate":
        services.deactivate(person, actor=admin, reach=[], **told)
    elif ended_by == "change":
        limits = services.Limits(5, 50, timedelta(minutes=15))
        own = make.actor(person)
        services.change_password(person, actor=own, current=PASSWORD, new=NEW, token="", limits=limits, **told)
    with pytest.raises(WrongState):
        use(token, production=ended_by == "production")


def test_only_who_manages_the_person_gives_one(link, make):
    person, _token, _admin = link()
    stranger = make.actor(make.person(Role.ADMIN, make.unit()))
    with pytest.raises(NotAllowed):
        services.make_link(person, actor=stranger, reach=[make.root], now=clock.now(), today=clock.today())


def test_from_the_slip_to_signing_in(account, enter, browser, make, session, app, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://kiemtra.example.vn")
    person = account(Role.OFFICER, make.unit())
    enter(person)
    browser.signed_in_as(make.person(Role.ADMIN))
    slip = browser.post("people.reset_link", person_id=person.id, status=200)
    address = slip.html.select_one("#address").get_text()
    assert address.startswith("https://kiemtra.example.vn/login/new-password/")
    assert slip.html.select_one("img.qr")["src"].startswith("data:image/svg+xml")
    assert address.rpartition("/")[2] not in str(session.execute(select(ResetLink.__table__)).all())
    assert "chưa dùng" in browser.get("people.show", person_id=person.id).main

    path = address.removeprefix("https://kiemtra.example.vn")
    browser.signed_in_as(None)
    for _ in range(2):  # looking does not use it up
        assert person.username in browser.visit(path).main
    weak = browser.open("POST", path, data={"new": "matkhau matkhau", "again": "matkhau matkhau"}, status=422)
    assert weak.error_on("new") == "Mật khẩu này dễ đoán, hãy dùng mật khẩu khác"
    assert browser.open("POST", path, data={"new": NEW, "again": NEW}, status=303).location == "/login"
    assert "Đường dẫn này đã dùng rồi" in browser.visit(path, status=404).main
    assert session.scalars(select(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))).all() == []
    enter(person, NEW)
