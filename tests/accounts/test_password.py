"""One's own password, and the first one that somebody else gave."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from inspect_app.accounts import policy, services
from inspect_app.accounts.models import SignIn
from inspect_app.accounts.policy import PasswordRules
from inspect_app.accounts.services.commonplace import commonplace
from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid
from tests.support.make import PASSWORD

NEW = "cây cầu bắc qua sông Hậu"
LIMITS = services.Limits(misses=5, misses_per_address=50, locked_for=timedelta(minutes=15))


def change(browser, current=PASSWORD, new=NEW, again=None, status=303):
    data = {"current": current, "new": new, "again": new if again is None else again}
    return browser.post("accounts.password", data=data, status=status)


def test_changing_it_lets_in_with_the_new_one_alone(account, enter, browser):
    person = account()
    enter(person)
    change(browser)
    enter(person, status=422)
    enter(person, NEW)


def test_changing_it_ends_the_other_sessions_but_not_this_one(account, enter, browser, session):
    person = account()
    enter(person)
    elsewhere = browser.client
    enter(person)
    change(browser)
    browser.get("accounts.password")
    browser.client = elsewhere
    browser.get("accounts.password", status=302)
    assert len(session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all()) == 1


def test_nothing_that_was_typed_is_in_the_log(account, enter, browser, session):
    enter(account())
    change(browser)
    events = session.scalars(select(Event).order_by(Event.seq)).all()
    assert [event.action for event in events] == ["person:sign_in", "person:change_password"]
    assert not any(secret in str(event.payload) for event in events for secret in (PASSWORD, NEW, "argon2"))


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"current": "sai"}, "current", "Mật khẩu đang dùng chưa đúng"),
        ({"current": ""}, "current", "Nhập mật khẩu đang dùng"),
        ({"new": "ngắn quá"}, "new", "Mật khẩu phải có ít nhất 14 ký tự, ví dụ bốn từ ghép lại"),
        ({"new": "x" * 129}, "new", "Mật khẩu không quá 128 ký tự"),
        ({"new": PASSWORD}, "new", "Mật khẩu mới phải khác mật khẩu đang dùng"),
        ({"new": "password12345678"}, "new", "Mật khẩu này dễ đoán, hãy dùng mật khẩu khác"),
        ({"again": "khác hẳn đi mất rồi"}, "again", "Hai lần nhập mật khẩu mới chưa giống nhau"),
    ],
)
def test_what_will_not_do_is_said_at_the_field(account, enter, browser, typed, field, said):
    enter(account())
    page = change(browser, **typed, status=422)
    assert page.error_on(field) == said
    assert not any(field.get("value") for field in page.html.select("input[type=password]"))


def test_guessing_the_current_one_in_an_open_session_locks_too(account, enter, browser):
    enter(account())
    for _ in range(5):
        change(browser, current="sai", status=422)
    assert change(browser, status=422).error_on("current").startswith("Đã nhập sai 5 lần.")


def test_a_hundred_and_twenty_eight_characters_are_taken_whole(account, enter, browser):
    person, long = account(), "dài lắm: " + "abcdefghijklmnopq" * 7
    enter(person)
    change(browser, new=long)
    enter(person, long[:-1], status=422)
    enter(person, long)


@pytest.mark.parametrize(
    ("password", "will_do"),
    [
        ("bốn từ ghép lại nhé", True),
        ("Correct horse battery", True),
        ("12345612345612345", False),
        ("aaaaaaaaaaaaaaaa", False),
        ("abababababababab", False),
        ("nguyenvanannguyenvanan", False),
        ("Nguyễn Văn An 1234", False),
        ("matkhau matkhau matkhau", False),
        ("canthocanthocantho", False),
        ("ngắn mà rất lạ", True),
        ("ngắn mà rất l", False),
    ],
)
def test_weak_is_what_anybody_would_try_first(password, will_do):
    assert (policy.weakness_of(password, username="nguyenvanan", name="Nguyễn Văn An") == "") is will_do


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("matkhau123", "dễ đoán"),
        ("Anhyeuem!!", "dễ đoán"),
        ("sunshine99", "dễ đoán"),
        ("iloveyoufootball", "dễ đoán"),
        ("phuongcaikhe1", "dễ đoán"),
        ("caikhe2024", "dễ đoán"),
        ("UBND Cần Thơ", "dễ đoán"),
        ("bảy chữ", "ít nhất %(with_factor)s"),
        ("con cò bay lả", ""),
    ],
)
def test_with_a_second_factor_eight_will_do_and_common_ones_still_do_not(password, said):
    place: dict[str, Any] = {"places": ["UBND thành phố Cần Thơ", "Phường Cái Khế"], "is_common": commonplace}
    found = policy.weakness_of(password, username="nguyenvanan", name="Nguyễn Văn An", has_factor=True, **place)
    assert (said in found) if said else not found


def test_kinds_and_history_are_switches(account, make, session):
    person, rules = account(), PasswordRules(kinds=3, history=2)
    names = {"username": person.username, "name": person.name}
    assert "bốn loại" in policy.weakness_of("chỉ có chữ thường thôi", rules=rules, **names)
    assert not policy.weakness_of("Chữ thường, chữ hoa 7", rules=rules, **names)

    def change(current, new):
        told: dict[str, Any] = {"now": clock.now(), "today": clock.today(), "token": "", "limits": LIMITS}
        services.change_password(
            person, actor=make.actor(person), current=current, new=new, rules=PasswordRules(history=2), **told
        )
        session.flush()

    first, second = "cây cầu bắc qua sông", "con đò nằm dưới bến"
    change(PASSWORD, first)
    change(first, second)
    with pytest.raises(Invalid, match="đã dùng trước đây"):
        change(second, first)
    change(second, PASSWORD)  # longer ago than two


def test_a_password_grows_old_where_a_setting_says_so(account, enter, browser, hands, app, monkeypatch):
    monkeypatch.setitem(app.config, "PASSWORD_DAYS", 30)
    person = account(password_set_at=clock.now() - timedelta(days=31))
    enter(person)
    assert browser.get("home.index", status=303).location == "/account/password"
    assert "Mật khẩu đang dùng đã quá 30 ngày" in browser.get("accounts.password").main
    change(browser)
    browser.get("home.index")


# The first password


@pytest.fixture
def newcomer(account):
    return account(must_change_password=True, secret_expires_at=clock.now() + timedelta(days=3))


def test_whoever_was_given_a_password_replaces_it_before_anything_else(newcomer, enter, browser, session):
    enter(newcomer)
    assert browser.get("home.index", status=303).location == "/account/password"
    assert browser.get("accounts.password").h1 == "Đặt mật khẩu của riêng mình"
    change(browser)
    browser.get("home.index")
    session.refresh(newcomer)
    assert newcomer.secret_expires_at is None


def test_until_then_nothing_is_written_either(newcomer, enter, browser):
    enter(newcomer)
    assert browser.post("people.new").location == "/account/password"


def test_until_then_the_language_can_be_changed_and_one_can_leave(newcomer, enter, browser):
    enter(newcomer)
    assert browser.post("language.switch", data={"language": "en", "next": "/login"}).location == "/login"
    assert browser.post("accounts.sign_out").location == "/login"


def test_people_of_the_demo_keep_theirs(account, enter):
    assert enter(account(demo=True, must_change_password=False)).location == "/"
