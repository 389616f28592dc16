"""What findings say on a unit's page."""

from datetime import timedelta

from inspect_app.core import clock, counting
from inspect_app.core.actor import Role
from inspect_app.units.models import UnitKind

TODAY = clock.today()


def test_a_units_page_says_what_is_still_to_be_put_right(make, browser):
    district = make.unit("Quận Long Phú", kind=UnitKind.DISTRICT)
    ward = make.unit("Phường Hòa Phú", parent=district)
    late = make.finding(unit=ward, fixed_deadline=TODAY - timedelta(days=3), issued=TODAY - timedelta(days=20))
    own = make.finding(unit=district, fixed_deadline=TODAY + timedelta(days=9))
    make.finding("resolved", unit=make.unit(parent=district))
    browser.signed_in_as(make.reviewer)
    page = browser.get("units.show", unit_id=district.id)
    panel = page.html.select_one("section[aria-labelledby=unit-findings]")
    assert [a.get_text() for a in panel.select("a.t-title")] == [late.title, own.title], "the nearest deadline first"
    for link in panel.select("a[data-count]"):
        assert browser.visit(link["href"]).total == int(link["data-count"])
    assert [link["data-count"] for link in panel.select("a[data-count]")] == ["3", "1"]
    assert "Phường Hòa Phú" in panel.get_text()


def test_a_unit_under_which_there_are_very_many_says_no_more_than_their_list(make, browser, monkeypatch):
    monkeypatch.setattr(counting, "MOST_COUNTED", 2)
    city = make.unit("Thành phố Cần Thơ", kind=UnitKind.CITY)
    for late in (0, 1, 2):
        make.finding(unit=make.unit(parent=city), fixed_deadline=TODAY - timedelta(days=late))
    browser.signed_in_as(make.reviewer)
    panel = browser.get("units.show", unit_id=city.id).html.select_one("section[aria-labelledby=unit-findings]")
    assert panel.select_one(".card-h p").get_text() == "tất cả hơn 2, quá hạn 2"
    assert "hơn 2 hạn chế" in browser.visit(panel.select_one("p a")["href"]).html.get_text()


def test_a_unit_without_findings_that_the_reader_may_know_of_says_nothing(make, browser):
    ward = make.unit("Phường Hòa Phú")
    make.finding("recorded", unit=ward)
    for person in (make.officer(ward), make.person(Role.VIEWER), make.officer(make.unit())):
        page = browser.signed_in_as(person).get("units.show", unit_id=ward.id)
        assert page.html.select_one("section[aria-labelledby=unit-findings]") is None


def test_a_unit_that_has_put_everything_right_says_so(make, browser):
    ward = make.unit("Phường Hòa Phú")
    make.finding("resolved", unit=ward)
    page = browser.signed_in_as(make.officer(ward)).get("units.show", unit_id=ward.id)
    assert "Không còn hạn chế phải khắc phục" in page.main
