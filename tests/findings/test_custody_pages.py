"""Handing findings on, on screen: what units that ended left behind, a choice for each, one confirmed step."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.findings.models import Finding
from inspect_app.units.models import UnitKind

TODAY = clock.today()
ENDED = TODAY - timedelta(days=5)
DAY = f"{TODAY:%d/%m/%Y}"
BASIS = {"decision_number": "15/QĐ-UBND", "decision_on": DAY, "on": DAY, "note": "Bàn giao."}


@pytest.fixture
def district(make):
    return make.unit("Quận Long Phú", kind=UnitKind.DISTRICT, valid_to=ENDED)


@pytest.fixture
def heirs(make, district):
    """The commune that a commune of the district became, and a department."""
    former = make.unit("Phường Cũ", parent=district, valid_to=ENDED)
    ward = make.unit("Phường Hòa Phú", valid_from=ENDED + timedelta(days=1))
    make.succession(former, ward)
    return ward, make.unit("Sở Tài chính", kind=UnitKind.DEPARTMENT)


@pytest.fixture
def left(make, district):
    return [make.finding(unit=district, day=TODAY - timedelta(days=40 + n)) for n in range(2)]


def sent(page):
    """What the form of the page would send as it stands."""
    form = page.html.select_one("form#custody, main form.row-x")
    return {one["name"]: one.get("value", "") for one in form.select("input[type=hidden], input[type=search]")}


def test_what_is_left_is_handed_on_each_to_its_own_in_one_confirmed_step(make, browser, left, heirs, district, session):
    ward, department = heirs
    browser.signed_in_as(make.reviewer)
    home = browser.get("home.index")
    assert "Còn 2 hạn chế của đơn vị đã kết thúc, chưa có đơn vị chịu trách nhiệm" in home.main
    orphans = browser.get("findings.orphans")
    assert district.name in orphans.main
    for link in orphans.html.select("main a[data-count]"):
        assert browser.visit(link["href"]).total == int(link["data-count"])
    page = browser.get("findings.move_many", unit_id=district.id)
    options = [one.get_text() for one in page.html.select("select#to option")]
    assert options == ["Chọn chung cho các hạn chế chưa chọn riêng", ward.name, department.name], "nobody by default"
    assert not page.html.select("option[selected]")

    chosen = {**sent(page), **BASIS, "to": ward.id, f"to-{left[1].id}": department.id}
    check = browser.post("findings.move_many", unit_id=district.id, data=chosen, status=200)
    sums = [
        [cell.get_text() for cell in row.select("td, th")]
        for row in check.html.select("section[aria-labelledby=h-sums] tr")
    ]
    assert (sums[1], sums[-1]) == ([district.name, "2", "0"], ["Cộng", "2", "2"])
    assert sorted(sums[2:4]) == [[ward.name, "0", "1"], [department.name, "0", "1"]]
    assert {one.responsible_unit_id for one in session.scalars(select(Finding))} == {district.id}, (
        "nothing was done yet"
    )

    done = browser.post("findings.move_many", unit_id=district.id, data={**sent(check), "do": "confirm"})
    units = session.scalars(select(Finding.responsible_unit_id).order_by(Finding.id)).all()
    assert units == [ward.id, department.id]
    again = browser.post("findings.move_many", unit_id=district.id, data={**sent(check), "do": "confirm"})
    assert again.location == done.location == "/", "nothing else is left"
    browser.post("findings.move_many", unit_id=district.id, data={**chosen, "do": "confirm", "once": ""}, status=409)
    assert "chưa có đơn vị chịu trách nhiệm" not in browser.visit(done.location).main

    browser.signed_in_as(make.officer(ward))
    page = browser.get("findings.show", finding_id=left[0].id)
    assert "Chuyển trách nhiệm từ Quận Long Phú sang Phường Hòa Phú" in page.main
    assert "15/QĐ-UBND" in page.main
    assert "Bắt đầu khắc phục" in page.buttons
    notice = next(link for link in page.links() if link.startswith("/conclusions/") and link[-1].isdigit())
    assert browser.visit(notice).total == 1
    for link in {*page.links(), *browser.visit(notice).links()}:
        if link.startswith(("/visits/", "/plans/")):
            browser.visit(link)
    assert browser.get("findings.index").total == 1


def test_a_lost_race_says_which_and_keeps_what_was_chosen(make, browser, left, heirs, district, session):
    browser.signed_in_as(make.reviewer)
    page = browser.get("findings.move_many", unit_id=district.id)
    chosen = {**sent(page), **BASIS, "to": heirs[0].id, "do": "confirm"}
    left[1].version += 1
    session.commit()
    refused = browser.post("findings.move_many", unit_id=district.id, data=chosen, status=409)
    assert left[1].code in refused.main
    assert left[0].code not in refused.html.select_one(".err-sum").get_text()
    assert refused.html.select_one("#decision_number")["value"] == "15/QĐ-UBND"
    assert refused.html.select_one("select#to option[selected]")["value"] == str(heirs[0].id)
    assert session.scalars(select(Finding.responsible_unit_id).distinct()).all() == [district.id]


def test_what_is_missing_is_asked_for_and_nobody_else_can_be_chosen(make, browser, left, heirs, district):
    browser.signed_in_as(make.reviewer)
    page = browser.get("findings.move_many", unit_id=district.id)
    nobody = browser.post("findings.move_many", unit_id=district.id, data={**sent(page), **BASIS}, status=422)
    assert nobody.error_on("to") == "Chọn đơn vị nhận cho ít nhất một hạn chế"
    nothing = browser.post("findings.move_many", unit_id=district.id, data=sent(page), status=422)
    assert [nothing.error_on(field) for field in ("to", "decision_number", "decision_on")], "all of it at once"
    for given, field in (({"decision_number": ""}, "decision_number"), ({"on": "01/01/2020"}, "on")):
        data = {**sent(page), **BASIS, "to": heirs[0].id, **given}
        assert browser.post("findings.move_many", unit_id=district.id, data=data, status=422).error_on(field)
    gone = {**sent(page), **BASIS, "to": make.unit(valid_to=ENDED).id}
    assert browser.post("findings.move_many", unit_id=district.id, data=gone, status=422).error_on("to")


def test_one_finding_goes_to_a_unit_that_is_searched_for(make, browser, session):
    finding, other = make.finding(), make.unit("Xã Trường Long")
    browser.signed_in_as(make.reviewer)
    browser.get("findings.show", finding_id=finding.id)
    page = browser.get("findings.move", finding_id=finding.id)
    assert page.html.select_one("select#to") is None, "no successor is known of a unit in force"
    found = browser.post(
        "findings.move", finding_id=finding.id, data={**sent(page), "q": "truong long", "do": "search"}, status=200
    )
    data = {**sent(found), **BASIS, "to": other.id}
    check = browser.post("findings.move", finding_id=finding.id, data=data, status=200)
    browser.post("findings.move", finding_id=finding.id, data={**sent(check), "do": "confirm"})
    assert session.get_one(Finding, finding.id).responsible_unit_id == other.id


def test_a_list_of_what_was_left_costs_the_same_however_long_it_is(make, browser, left, heirs, district):
    browser.signed_in_as(make.reviewer)
    few = [
        len(browser.get("findings.orphans").queries),
        len(browser.get("findings.move_many", unit_id=district.id).queries),
    ]
    for n in range(4):
        make.finding(unit=district, day=TODAY - timedelta(days=60 + n))
    more = [
        len(browser.get("findings.orphans").queries),
        len(browser.get("findings.move_many", unit_id=district.id).queries),
    ]
    assert few == more
