"""A list as one person narrowed it, under a name of theirs alone."""

from urllib.parse import parse_qs, urlsplit

import pytest

from inspect_app.accounts.models import SavedView
from inspect_app.accounts.services import saved_views as services
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed


@pytest.fixture
def reader(make, browser):
    person = make.person(Role.REVIEWER)
    browser.signed_in_as(person)
    return person


def keep(browser, name, page="findings.index", **args):
    return browser.post("saved.new", list=page, data={"name": name}, **args)


LISTS = {
    "findings.index": {"state": ["open", "returned"], "sort": ["unit"]},
    "visits.index": {"state": ["begun"]},
    "plans.index": {"kind": ["surprise"]},
}


def test_a_list_is_kept_as_it_is_narrowed(browser, reader):
    for page, args in LISTS.items():
        keeps(browser, page, args)


def keeps(browser, page, args):
    link = next(a for a in browser.get(page, **args).html.select("main a") if "Lưu cách xem này" in a.text)
    form = browser.visit(link["href"])
    led = browser.open("POST", form.html.select_one("main form")["action"], data={"name": "Của tôi"}, status=303)
    parts = urlsplit(led.location)
    assert parse_qs(parts.query) == args
    shown = browser.visit(led.location)
    here = shown.html.select_one(".views a[aria-current=page]")
    assert here.get_text(strip=True) == "Của tôi"
    assert "Của tôi" in browser.get(page).main


def test_only_what_the_list_understands_is_kept(browser, reader):
    led = keep(browser, "Một", state="open", next="https://example.org", after="abc", tick=1).location
    assert parse_qs(urlsplit(led).query) == {"state": ["open"]}
    for page in ("accounts.password", "https://example.org", ""):
        browser.post("saved.new", list=page, data={"name": "Hai"}, status=404)


def test_a_name_is_asked_for_and_used_once(browser, reader):
    keep(browser, "Quá hạn", timing="overdue")
    again = browser.post("saved.new", list="findings.index", timing="live", data={"name": "Quá hạn"}, status=422)
    assert again.error_on("name") == "Đã có cách xem tên này, chọn tên khác"
    empty = browser.post("saved.new", list="findings.index", timing="live", data={"name": " "}, status=422)
    assert empty.error_on("name") == "Đặt tên cho cách xem này"
    assert keep(browser, "Quá hạn", page="visits.index", state="begun").status == 303


def test_it_is_its_owners_alone(make, browser, reader):
    keep(browser, "Riêng tôi", timing="late")
    view = db.session.query(SavedView).one()
    other = make.person(Role.REVIEWER)
    browser.signed_in_as(other)
    assert "Riêng tôi" not in browser.get("findings.index").main
    assert "Riêng tôi" not in browser.get("saved.index").main
    browser.get("saved.edit", view_id=view.id, status=404)
    browser.post("saved.remove", view_id=view.id, status=404)
    with pytest.raises(NotAllowed):
        services.remove_view(view, actor=make.actor(other))


def test_it_is_renamed_and_removed(browser, reader):
    for name in ("Một", "Hai"):
        keep(browser, name, timing="late")
    view = db.session.query(SavedView).filter_by(name="Hai").one()
    clash = browser.post("saved.edit", view_id=view.id, data={"name": "Một"}, status=422)
    assert clash.error_on("name") == "Đã có cách xem tên này, chọn tên khác"
    browser.post("saved.edit", view_id=view.id, data={"name": "Ba"})
    assert {row.name for row in db.session.query(SavedView)} == {"Một", "Ba"}
    browser.post("saved.remove", view_id=view.id)
    assert [row.name for row in db.session.query(SavedView)] == ["Một"]
    assert "Một" in browser.get("saved.index").main


def test_there_is_an_end_to_it(make, reader, session):
    who = make.actor(reader)
    for number in range(services.MOST):
        services.save_view(page="findings.index", name=f"Số {number}", query="q=a", actor=who)
    with pytest.raises(Invalid):
        services.save_view(page="findings.index", name="Thêm", query="q=a", actor=who)
