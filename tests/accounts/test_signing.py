"""Signing in and out: who gets in, who does not, and what the answer gives away."""

import unicodedata
from datetime import timedelta
from urllib.parse import quote

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from inspect_app.accounts import services
from inspect_app.accounts.models import Grant, Miss, SignIn
from inspect_app.accounts.services import Limits, SignInRefused
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from tests.support.make import PASSWORD, Make
from tests.support.threads import at_once

WRONG = "Tên đăng nhập hoặc mật khẩu chưa đúng"
LOCKED = "Đã nhập sai 5 lần. Thử lại sau 15 phút hoặc gọi Sở Nội vụ"
LIMITS = Limits(misses=5, misses_per_address=50, locked_for=timedelta(minutes=15))


def actions(session):
    return session.scalars(select(Event.action).order_by(Event.seq)).all()


def test_the_page_asks_for_a_name_and_a_password(browser):
    page = browser.get("accounts.sign_in")
    assert page.h1 == "Đăng nhập"
    assert [field["name"] for field in page.html.select("main form[action^='/login'] input:not([type=hidden])")] == [
        "username",
        "password",
    ]


def test_signing_in_leads_home_and_is_logged(account, enter, browser, session):
    person = account()
    page = enter(person)
    assert page.location == "/"
    assert browser.get("accounts.password").status == 200
    assert actions(session) == ["person:sign_in"]


def test_the_name_may_be_typed_in_capitals_and_with_blanks(account, enter):
    assert enter(f"  {account().username.upper()} ").location == "/"


def test_signing_in_leads_back_to_where_somebody_wanted_to_go(account, browser):
    person = account()
    page = browser.visit("/account/password?a=1", status=302)
    data = {"username": person.username, "password": PASSWORD}
    assert browser.open("POST", page.location, data=data).location == "/account/password?a=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "evil.example",
        "/\t/evil.example",
        "javascript:1",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(account, enter, elsewhere):
    assert enter(account(), where=f"?next={quote(elsewhere)}").location == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(account, enter, session):
    wrong = enter(account(), "không phải mật khẩu này", status=422)
    unknown = enter("khongaico", status=422)
    assert wrong.error_on("username") == unknown.error_on("username") == WRONG
    assert wrong.html.select_one("#username")["value"]
    assert PASSWORD not in wrong.text
    assert actions(session) == ["person:sign_in_missed", "log:sign_in_missed"]


def test_an_unknown_name_costs_as_much_work_as_a_wrong_password(account, monkeypatch):
    compared, compare = [], PasswordHasher.verify

    def counting(*given):
        compared.append(given)
        return compare(*given)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    for name in (account().username, "khongaico"):
        assert not services.check_password(name, "sai").right
    assert len(compared) == 2


def test_empty_fields_say_what_to_do(enter):
    page = enter("", "", status=422)
    assert page.error_on("username") == "Nhập tên đăng nhập"
    assert page.error_on("password") == "Nhập mật khẩu"


@pytest.mark.parametrize("known", [True, False])
def test_five_misses_lock_a_name_whether_it_exists_or_not(account, enter, hands, known):
    name = account().username if known else "khongaico"
    said = [enter(name, "sai", status=422).error_on("username") for _ in range(6)]
    assert said == [WRONG] * 4 + [LOCKED] * 2


def test_a_locked_name_does_not_get_in_with_the_right_password_until_the_time_is_over(account, enter, hands):
    person = account()
    for _ in range(5):
        enter(person, "sai", status=422)
    assert enter(person, status=422).error_on("username") == LOCKED

    hands.shift(timedelta(minutes=15, seconds=1))
    assert enter(person).location == "/"


def test_another_spelling_of_the_name_is_no_new_name(account, enter, hands):
    person = account()
    for spelling in (person.username, person.username.upper(), f" {person.username}", "Ngưỡi1", "nguoi1"):
        enter(spelling.replace("1", person.username.removeprefix("nguoi")), "sai", status=422)
    assert enter(person, status=422).error_on("username") == LOCKED


def test_getting_in_forgets_the_misses(account, enter, hands):
    person = account()
    for _ in range(2):
        for _ in range(4):
            enter(person, "sai", status=422)
        enter(person)


def test_many_names_from_one_address_lock_the_address(account, enter, app, hands, monkeypatch):
    monkeypatch.setitem(app.config, "MISSES_PER_ADDRESS", 3)
    for number in range(3):
        enter(f"ten{number}", "sai", status=422)
    assert enter(account(), status=422).error_on("username") == LOCKED


def test_old_misses_are_swept_out(enter, session, hands):
    enter("ai-do", "sai", status=422)
    hands.shift(timedelta(minutes=16))
    enter("nguoi-khac", "sai", status=422)
    assert len(session.scalars(select(Miss)).all()) == 1


def test_what_was_typed_as_a_name_is_not_kept(enter, session):
    enter("mật khẩu gõ nhầm ô", "sai", status=422)
    assert "mật" not in str(session.scalars(select(Miss.name)).one())


@pytest.mark.parametrize(
    "columns",
    [{"active": False}, {"secret_expires_at": clock.now() - timedelta(minutes=1)}],
    ids=["inactive", "first password expired"],
)
def test_who_may_not_come_in_learns_no_more_than_anybody(account, enter, columns):
    assert enter(account(**columns), status=422).error_on("username") == WRONG


def test_people_of_the_demo_do_not_get_in_where_the_work_is_real(account, enter, app, monkeypatch):
    person = account(demo=True)
    enter(person)
    monkeypatch.setitem(app.config, "PRODUCTION", True)
    assert enter(person, status=422).error_on("username") == WRONG


def test_a_password_typed_on_another_keyboard_is_the_same_password(account, enter):
    assert enter(account(), unicodedata.normalize("NFD", PASSWORD)).location == "/"


def test_guesses_sent_at_the_same_moment_are_counted_one_by_one(own_app):
    with own_app.app_context():
        username = Make(db.session).person().username

    def guess(_number):
        proof = services.Proof(None, right=False)
        try:
            services.sign_in(
                *(username, "sai", proof),
                address="10.0.0.1",
                device="",
                now=clock.now(),
                today=clock.today(),
                limits=LIMITS,
            )
        except SignInRefused as refused:
            db.session.commit()
            return "locked" if refused.values else "wrong"

    said = at_once(own_app, guess, people=8)
    assert sorted(said) == ["locked"] * 4 + ["wrong"] * 4
    with own_app.app_context():
        assert len(db.session.scalars(select(Miss)).all()) == 5


# Sessions


def test_the_cookie_holds_a_new_token_at_each_signing_in(account, enter, browser, session):
    person = account()
    enter(person)
    browser.open("POST", "/login", data={"username": person.username, "password": PASSWORD}, status=303)
    first, second = session.scalars(select(SignIn).order_by(SignIn.id)).all()
    assert first.token_hash != second.token_hash
    assert first.ended_at is not None
    assert second.ended_at is None


def test_the_token_is_kept_only_as_a_hash(account, enter, browser, session):
    enter(account())
    with browser.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert len(token) >= 43
    assert token not in session.scalars(select(SignIn.token_hash)).one()


def test_signing_out_ends_the_session_on_the_server(account, enter, browser):
    enter(account())
    stolen = browser.client.get_cookie("session").value
    browser.post("accounts.sign_out")
    browser.client.set_cookie("session", stolen)
    browser.get("accounts.password", status=302)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(account, enter):
    cookie = enter(account()).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie, "it goes with the browser"


def test_a_session_left_alone_is_over(account, enter, browser, hands):
    enter(account())
    hands.shift(timedelta(minutes=14))
    browser.get("accounts.password")
    hands.shift(timedelta(minutes=14))
    browser.get("accounts.password")
    hands.shift(timedelta(minutes=15, seconds=1))
    browser.get("accounts.password", status=302)


def test_an_administrators_session_is_over_sooner(account, enter, browser, hands):
    enter(account(Role.ADMIN))
    hands.shift(timedelta(minutes=4))
    browser.get("people.index")
    hands.shift(timedelta(minutes=5, seconds=1))
    browser.get("people.index", status=302)


def test_no_session_lasts_longer_than_a_working_day(account, enter, browser, hands):
    enter(account())
    for _ in range(48):
        hands.shift(timedelta(minutes=15))
        browser.get("accounts.password")
    hands.shift(timedelta(seconds=1))
    browser.get("accounts.password", status=302)


def test_reading_writes_the_time_of_use_once_a_minute_at_most(account, enter, browser, hands):
    enter(account())
    hands.shift(timedelta(seconds=30))
    assert not [query for query in browser.get("accounts.password").queries if query.startswith("UPDATE")]
    hands.shift(timedelta(seconds=31))
    assert [query for query in browser.get("accounts.password").queries if query.startswith("UPDATE")]
    assert not [query for query in browser.get("accounts.password").queries if query.startswith("UPDATE")]


def test_whoever_is_put_out_of_action_is_out_at_the_next_request(account, enter, browser, session):
    person = account()
    enter(person)
    person.active = False
    session.commit()
    browser.get("accounts.password", status=302)


def test_a_role_taken_back_is_gone_at_the_next_request(account, enter, browser, session, make):
    person = account(Role.ADMIN)
    enter(person)
    browser.get("people.index")
    session.scalars(select(Grant).where(Grant.person_id == person.id)).one().ended_at = clock.now()
    session.commit()
    browser.get("people.index", status=403)
