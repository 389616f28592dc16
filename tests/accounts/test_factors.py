"""The second factor: codes of an app, recovery codes, and who is held to have one."""

import base64
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import select, text

from inspect_app.accounts import services
from inspect_app.accounts.models import Miss, RecoveryCode, SignIn
from inspect_app.accounts.queries import factors as held
from inspect_app.accounts.services import Limits, SignInRefused, factors
from inspect_app.core import clock, sealing
from inspect_app.core.actor import Actor, Role
from inspect_app.core.audit import Event
from inspect_app.core.errors import NotAllowed, WrongState
from tests.support.make import PASSWORD

LIMITS = Limits(misses=5, misses_per_address=50, locked_for=timedelta(minutes=15))
HERE: dict[str, Any] = {"address": "10.0.0.1", "limits": LIMITS}


@pytest.fixture
def with_app(account, make, session):
    """`with_app()`: (somebody, the codes of their app at a moment, their recovery codes)."""

    def made(*given, **columns):
        person = account(*given, **columns)
        now, today = clock.now() - timedelta(hours=1), clock.today()
        app = pyotp.TOTP(factors.enrol(person, now=now))
        codes = factors.new_codes()
        actor = make.actor(person)
        factors.confirm(person, app.at(now), codes, actor=actor, token="", now=now, today=today, limits=LIMITS)
        session.commit()
        return person, app, [code for code, _hash in codes]

    return made


def check(person, code, now):
    return factors.check_code(person, code, now=now, today=clock.today(), **HERE)


def test_a_code_is_taken_once_and_half_a_minute_early_or_late(with_app, session):
    person, app, _codes = with_app()
    now = clock.now()

    def code(minutes):
        return app.at(now + timedelta(minutes=minutes))

    for wrong in ("", "12345", "abcdef", code(-1), code(1), "٣٤٥٦٧٨"):
        with pytest.raises(SignInRefused):
            check(person, wrong, now)
        services.signing.forgive(person.username)
    assert check(person, f" {code(-0.5)[:3]} {code(-0.5)[3:]} ", now) == "code"
    for used in (code(-0.5), code(-1)):
        with pytest.raises(SignInRefused):
            check(person, used, now)
    assert check(person, code(0.5), now) == "code"
    with pytest.raises(SignInRefused):
        check(person, code(0), now)  # earlier than one that was taken
    assert len(session.scalars(select(Miss)).all()) == 1, "the right one forgave the earlier misses"


def test_a_recovery_code_is_taken_once_however_it_is_typed(with_app, session):
    person, _app, codes = with_app()
    assert len(set(codes)) == 10
    assert check(person, codes[0].upper().replace("-", " "), clock.now()) == "recovery"
    for wrong in (codes[0], codes[1][:-1], codes[1][:5] + codes[2][5:]):
        with pytest.raises(SignInRefused):
            check(person, wrong, clock.now())
    assert held.codes_left(person.id) == 9
    session.flush()
    assert not any(code in str(row) for code in codes for row in session.execute(select(RecoveryCode.__table__)))
    factors.replace_codes(person, factors.new_codes(), actor=Actor(person.id, person.name), today=clock.today())
    with pytest.raises(SignInRefused):
        check(person, codes[3], clock.now())


def test_wrong_codes_lock_with_wrong_passwords_and_the_password_alone_forgives_nothing(with_app):
    person, app, codes = with_app()
    now = clock.now()
    told: dict[str, Any] = {"device": "", "now": now, "today": clock.today(), **HERE}
    for _ in range(4):
        with pytest.raises(SignInRefused):
            check(person, "000000", now)
    entered = services.sign_in(person.username, PASSWORD, services.check_password(person.username, PASSWORD), **told)
    assert entered.half
    with pytest.raises(SignInRefused, match="Đã nhập sai 5 lần"):
        factors.finish(entered.token, "000000", **told)
    for right in (app.at(now), codes[0]):
        with pytest.raises(SignInRefused, match="Đã nhập sai 5 lần"):
            factors.finish(entered.token, right, **told)
    later: dict[str, Any] = {**told, "now": now + timedelta(minutes=16)}
    with pytest.raises(factors.HalfIsOver):
        factors.finish(entered.token, app.at(later["now"]), **later)


def test_the_secret_is_not_to_be_had_from_the_database_and_outlives_a_change_of_the_key(with_app, session, app):
    person, generator, _codes = with_app()
    kept = session.execute(text("SELECT secret FROM second_factor")).scalar_one()
    secret = base64.b32decode(generator.secret)
    assert generator.secret not in kept
    assert secret not in base64.b64decode(kept)
    first, second = app.config["SECRET_KEY"], "z" * 40
    try:
        sealing.configure([second, first])
        check(person, generator.at(clock.now()), clock.now())
        sealing.configure([second])  # the earlier one is gone; using it once was enough
        later = clock.now() + timedelta(minutes=1)
        check(person, generator.at(later), later)
        sealing.configure([first])
        with pytest.raises(SignInRefused):
            check(person, generator.at(later + timedelta(minutes=1)), later + timedelta(minutes=1))
    finally:
        sealing.configure([first])


def test_who_may_take_it_off(with_app, make, session):
    ward, other = make.unit(), make.unit()
    person, _app, _codes = with_app(Role.OFFICER, ward)
    today, now = clock.today(), clock.now()
    stranger = make.actor(make.person(Role.ADMIN, other))
    with pytest.raises(NotAllowed):
        factors.reset_factor(person, actor=stranger, reach=[ward], now=now, today=today)
    person.password_set_at = now  # set while a short one was enough
    admin = make.actor(make.person(Role.ADMIN, ward))
    factors.reset_factor(person, actor=admin, reach=[ward], now=now, today=today)
    assert not held.confirmed(person.id)
    assert person.must_change_password
    with pytest.raises(WrongState):
        factors.reset_factor(person, actor=admin, reach=[ward], now=now, today=today)
    session.commit()
    told = [
        event.action
        for event in session.scalars(select(Event).where(Event.subject_table == "person").order_by(Event.seq))
    ]
    assert [action for action in told if "factor" in action] == ["person:add_factor", "person:reset_factor"]


# Pages


def test_putting_it_on_and_signing_in_with_it(account, enter, browser, session, hands):
    person = account()
    enter(person)
    assert browser.post("accounts.enrol", data={"proof_password": "sai"}, status=422).error_on("proof_password")
    assert browser.post("accounts.enrol", data={"proof_password": PASSWORD}).location == "/account/second-factor/app"
    page = browser.get("accounts.app")
    assert page.html.select_one("img.qr")["src"].startswith("data:image/svg+xml")
    app = pyotp.TOTP(page.html.select_one("details .exact").get_text().replace(" ", ""))
    elsewhere = {"began_at": clock.now(), "seen_at": clock.now(), "address": "10.0.0.2", "device": "test"}
    session.add(SignIn(person_id=person.id, token_hash="f" * 64, **elsewhere))
    session.commit()
    assert browser.post("accounts.app", data={"code": "000000"}, status=422).error_on("code").startswith("Mã chưa đúng")
    shown = browser.post("accounts.app", data={"code": app.at(clock.now())}, status=200)
    codes = [item.get_text() for item in shown.html.select("ol.codes li")]
    assert len(codes) == 10
    assert browser.get("accounts.app", status=303).location == "/account/second-factor"

    hands.shift(timedelta(minutes=2))
    half = enter(person, where="?next=/account/sessions")
    assert half.location == "/login/code?next=/account/sessions"
    browser.get("accounts.sessions", status=302)  # half a session opens nothing
    assert browser.visit(half.location).h1 == "Nhập mã xác thực"
    missed = browser.open("POST", half.location, data={"code": "000000"}, status=422)
    assert missed.error_on("code") == "Mã chưa đúng hoặc đã dùng rồi"
    done = browser.open("POST", half.location, data={"code": app.at(clock.now())}, status=303)
    assert done.location == "/account/sessions"
    browser.get("accounts.sessions")
    alive = session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all()
    assert [(one.half, one.device == "test") for one in alive] == [(False, False)] * 2, "a session elsewhere ended"

    half = enter(person)
    hands.shift(timedelta(minutes=6))
    over = browser.open("POST", half.location, data={"code": app.at(clock.now())}, status=303)
    assert over.location == "/login?next=/"


def test_where_it_is_required_nothing_else_comes_first(account, enter, browser, app, monkeypatch):
    monkeypatch.setitem(app.config, "SECOND_FACTOR", "required")
    enter(account(Role.OFFICER))
    browser.get("home.index")
    enter(account(Role.REVIEWER))
    assert browser.get("home.index", status=303).location == "/account/second-factor"
    assert "bắt buộc" in browser.get("accounts.factor").main
    browser.post("accounts.enrol", data={"proof_password": PASSWORD})
    page = browser.get("accounts.app")
    generator = pyotp.TOTP(page.html.select_one("details .exact").get_text().replace(" ", ""))
    browser.post("accounts.app", data={"code": generator.at(clock.now())}, status=200)
    browser.get("home.index")
    browser.post("accounts.remove_factor", data={"remove-proof_password": PASSWORD}, status=409)
    monkeypatch.setitem(app.config, "SECOND_FACTOR", "optional")
    browser.post("accounts.remove_factor", data={"remove-proof_password": PASSWORD})
    assert "Bắt đầu" in browser.get("accounts.factor").buttons
