"""A form that comes in when nobody is signed in any more: nothing is done, and nothing typed is lost."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select

from inspect_app.accounts.models import Grant, SignIn
from inspect_app.core import clock, drafts
from inspect_app.core.actor import Role
from inspect_app.core.drafts import Draft
from tests.support.make import PASSWORD

OVER = "Đã hết phiên làm việc. Đăng nhập lại, nội dung đã nhập vẫn được giữ."
NOT_KEPT = "nội dung vừa gửi chưa được lưu"


@pytest.fixture
def typed(account, enter, browser, hands, make):
    """An administrator typed this about somebody, and was called away for six minutes."""
    admin, somebody = account(Role.ADMIN), make.person(Role.OFFICER, make.unit("Phường Cái Khế"))
    enter(admin)
    browser.get("people.show", person_id=somebody.id)
    hands.shift(timedelta(minutes=6))
    fields = {"role": "viewer", "unit": "cái khế\nvà phường tân an", "since": "20/11/2023", "until": ""}
    refused = browser.open(
        "POST",
        f"/people/{somebody.id}/grants",
        data={**fields, "csrf_token": "x"},
        status=401,
        referrer=f"http://localhost/people/{somebody.id}?a=1",
    )
    return admin, somebody, refused


def way_in(page):
    return page.html.select_one("main form[action^='/login']")["action"]


def sign_in(browser, page, person, password=PASSWORD, status=303):
    data = {"username": person.username, "password": password}
    return browser.open("POST", way_in(page), data=data, status=status)


def test_what_was_typed_comes_back_to_its_writer(typed, browser, session):
    admin, somebody, refused = typed
    assert refused.h1 == "Đăng nhập"
    assert OVER in refused.main
    missed = sign_in(browser, refused, admin, "sai", status=422)
    assert way_in(missed) == way_in(refused), "a wrong password on the way loses nothing"

    page = browser.visit(sign_in(browser, refused, admin).location)
    assert page.h1 == "Gửi lại nội dung đã nhập"
    form = page.html.select_one("main form[action^='/people']")
    assert form["action"] == f"/people/{somebody.id}/grants"
    sent = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    sent.pop("csrf_token", None)
    assert sent == {
        "role": "viewer",
        "unit": "cái khế\nvà phường tân an",
        "since": "20/11/2023",
        "until": "",
        "sent_again": "1",
    }
    assert "cái khế và phường tân an" in page.main, "the words are there to be read before they are sent"
    held = select(Grant.role).where(Grant.person_id == somebody.id)
    assert session.scalars(held).all() == [Role.OFFICER], "nothing was done yet"

    refused_again = browser.open("POST", form["action"], data=sent, status=422)
    assert refused_again.html.select_one("#since")["value"] == "20/11/2023"
    assert session.scalars(select(Draft.page)).all() == [form["action"]], "still kept, since it was refused"
    browser.open("POST", form["action"], data={**sent, "unit": "cái khế"}, status=303)
    assert sorted(session.scalars(held)) == [Role.OFFICER, Role.VIEWER]
    assert session.scalars(select(Draft.page)).all() == []


def test_somebody_else_who_signs_in_on_that_browser_never_sees_it(typed, account, browser):
    _admin, somebody, refused = typed
    assert sign_in(browser, refused, account(Role.ADMIN)).location == f"/people/{somebody.id}?a=1"
    browser.get("kept.show", page=f"/people/{somebody.id}/grants", status=404)


def test_it_can_be_dropped(typed, browser, session):
    admin, _somebody, refused = typed
    page = browser.visit(sign_in(browser, refused, admin).location)
    form = page.html.select_one("form[action='/account/kept/drop']")
    data = {field["name"]: field["value"] for field in form.select("input") if field["name"] != "csrf_token"}
    assert browser.open("POST", "/account/kept/drop", data=data, status=303).location.endswith("?a=1")
    assert session.scalars(select(Draft.page)).all() == []


def test_a_form_that_keeps_drafts_is_filled_in_again_on_its_own_page(account, enter, browser, hands, make):
    ward = make.unit("Phường Cái Khế")
    finding, officer = make.finding(unit=ward), account(Role.OFFICER, ward)
    enter(officer)
    hands.shift(timedelta(minutes=16))
    page = f"/findings/{finding.id}"
    fields = {"statement": "Đã in lại bảng niêm yết."}
    refused = browser.open("POST", f"{page}/submit", data=fields, status=401, referrer=f"http://localhost{page}")
    assert sign_in(browser, refused, officer).location == page
    again = browser.visit(page)
    assert again.html.select_one("textarea[name=statement]").text.strip() == "Đã in lại bảng niêm yết."
    assert "Nội dung chưa gửi đã được điền lại" in again.main


def test_the_arguments_of_the_address_are_kept_too(account, enter, browser, hands):
    officer = account(Role.VIEWER)
    enter(officer)
    hands.shift(timedelta(minutes=16))
    address = "/saved-views/new?list=findings.index&timing=overdue"
    refused = browser.open("POST", address, data={"name": "Quá hạn"}, status=401)
    page = browser.visit(sign_in(browser, refused, officer).location)
    assert page.html.select_one("main form[data-once]")["action"] == address


def test_who_cannot_be_told_by_the_cookie_is_told_that_it_was_not_kept(account, enter, browser, hands, session):
    """Nobody signed in, or a session that somebody ended: a thief leaves nothing for its owner to send."""
    fields = {"role": "viewer", "unit": "cái khế"}
    assert NOT_KEPT in browser.open("POST", "/people/1/grants", data=fields, status=401).main
    admin = account(Role.ADMIN)
    enter(admin)
    session.scalars(select(SignIn).where(SignIn.person_id == admin.id)).one().ended_at = clock.now()
    session.commit()
    assert NOT_KEPT in browser.open("POST", "/people/1/grants", data=fields, status=401).main
    enter(admin)
    hands.shift(timedelta(minutes=6))
    too_much = {"unit": "x" * (drafts.LONGEST + 1)}
    assert NOT_KEPT in browser.open("POST", "/people/1/grants", data=too_much, status=401).main
    assert session.scalars(select(Draft.page)).all() == []


def test_passwords_are_never_kept(account, enter, browser, hands, session):
    enter(account())
    hands.shift(timedelta(minutes=16))
    page = browser.open("POST", "/account/password", data={"current": "bí mật", "new": "bí mật hơn"}, status=303)
    assert page.location == "/login?next=/"
    browser.open("POST", "/people/1/grants", data={"proof_password": "bí mật", "unit": "cái khế"}, status=401)
    assert [fields for (fields,) in session.execute(select(Draft.fields))] == [[["unit", "cái khế"]]]


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example", "/\\evil.example", "evil", "/people/1"])
def test_what_was_kept_may_be_made_up(account, enter, path):
    assert enter(account(), where=f"?kept={quote(path)}").location == "/"


def test_a_page_left_open_in_another_window_can_still_be_sent(account, enter, browser, hands, app, monkeypatch):
    """The same person signed in again meanwhile; somebody else's pages are refused as ever."""
    admin = account(Role.ADMIN)
    enter(admin)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    left_open = browser.get("people.new").html.select_one("main input[name=csrf_token]")["value"]
    hands.shift(timedelta(minutes=6))

    def enter_here(person):
        token = browser.get("accounts.sign_in").html.select_one("main input[name=csrf_token]")["value"]
        data = {"username": person.username, "password": PASSWORD, "csrf_token": token}
        browser.open("POST", "/login", data=data, status=303)

    enter_here(admin)
    browser.post("people.new", data={"csrf_token": left_open}, status=422)
    hands.shift(timedelta(minutes=6))
    enter_here(account(Role.ADMIN))
    browser.post("people.new", data={"csrf_token": left_open}, status=400)
