"""A form that comes in when nobody is signed in any more: nothing is done, and nothing typed is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from inspect_app.accounts.models import Grant
from inspect_app.core.actor import Role
from tests.support.make import PASSWORD

OVER = "Đã hết phiên làm việc. Đăng nhập lại, nội dung đã nhập vẫn được giữ."


@pytest.fixture
def typed(account, enter, browser, hands, make):
    """An administrator typed this about somebody, and was called away for six minutes."""
    admin, somebody = account(Role.ADMIN), make.person(Role.OFFICER, make.unit("Phường Cái Khế"))
    enter(admin)
    browser.get("people.show", person_id=somebody.id)
    hands.shift(timedelta(minutes=6))
    fields = {"role": "viewer", "unit": "cái khế\ntân an", "since": "20/11/2023", "until": "", "csrf_token": "x"}
    refused = browser.open(
        "POST",
        f"/people/{somebody.id}/grants",
        data=fields,
        status=401,
        referrer=f"http://localhost/people/{somebody.id}?a=1",
    )
    return admin, somebody, refused


def carried(page, form="main form[action^='/login']"):
    return {field["name"]: field.get("value", "") for field in page.html.select(f"{form} input[type=hidden]")}


def test_the_page_of_signing_in_says_so_at_once(typed):
    _admin, _somebody, refused = typed
    assert refused.h1 == "Đăng nhập"
    assert OVER in refused.main


def test_after_signing_in_what_was_typed_is_offered_to_be_sent_again(typed, browser):
    admin, somebody, refused = typed
    action = refused.html.select_one("main form[action^='/login']")["action"]
    data = {**carried(refused), "username": admin.username, "password": PASSWORD}
    again = browser.open("POST", action, data=data, status=200)

    assert again.h1 == "Gửi lại nội dung đã nhập"
    form = again.html.select_one("main form[action^='/people']")
    assert form["action"] == f"/people/{somebody.id}/grants"
    sent = {
        field["name"]: field["value"] for field in form.select("input[type=hidden]") if field["name"] != "csrf_token"
    }
    assert sent == {"role": "viewer", "unit": "cái khế\ntân an", "since": "20/11/2023", "until": ""}
    assert again.links() == [f"/people/{somebody.id}?a=1"]


def test_a_wrong_password_on_the_way_loses_nothing(typed, browser):
    admin, _somebody, refused = typed
    data = {**carried(refused), "username": admin.username, "password": "sai"}
    again = browser.open("POST", "/login", data=data, status=422)
    assert carried(again)["kept"] == carried(refused)["kept"]
    assert OVER in again.main


def test_nothing_was_done(typed, session):
    _admin, somebody, _refused = typed
    assert session.scalars(select(Grant.role).where(Grant.person_id == somebody.id)).all() == [Role.OFFICER]


def test_too_much_to_carry_leads_back_and_says_so(account, browser, make):
    somebody = make.person()
    data = {"unit": "x" * 200_001}
    page = browser.open("POST", f"/people/{somebody.id}/grants", data=data, status=303)
    assert page.location == "/login?next=/"
    assert "nội dung vừa gửi chưa được lưu" in browser.visit(page.location).main


def test_passwords_are_never_carried_along(browser):
    page = browser.open("POST", "/account/password", data={"current": "bí mật", "new": "bí mật hơn"}, status=303)
    assert page.location == "/login?next=/"


@pytest.mark.parametrize("kept", ["{", "null", "[1]", '{"a": 1}', '[["a"]]', "[[1, 2, 3]]", "9" * 5000])
def test_what_is_carried_may_be_made_up(account, enter, kept):
    page = enter(account(), kept_for="/people/1/grants", kept=kept)
    assert page.location == "/"


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example", "/\\evil.example", "evil"])
def test_it_is_never_sent_to_another_site(account, enter, path):
    assert enter(account(), kept_for=path, kept='[["a", "b"]]').location == "/"


def test_hostile_words_come_back_as_words(account, enter):
    page = enter(
        account(), kept_for="/people/1/grants", kept='[["a\\"><script>", "\\"><script>alert(1)</script>"]]', status=200
    )
    assert not page.html.select("main script")
