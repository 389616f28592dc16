"""The page of a refusal leads on: back to where one came from, to the section's list, to the first page."""

import pytest

from inspect_app.core.actor import Role

MISSING = "/findings/999999"
OURS = "http://localhost"


@pytest.fixture
def reviewer(make, browser):
    browser.signed_in_as(make.person(Role.REVIEWER))


def ways(page):
    return [(" ".join(link.get_text().split()), link["href"]) for link in page.html.select("main a.btn")]


def refused(browser, path=MISSING, *, referrer=None, method="GET", status=404):
    return browser.open(method, path, status=status, referrer=referrer)


@pytest.mark.usefixtures("reviewer")
def test_a_stale_link_leads_to_the_list_of_its_section(browser):
    assert ways(refused(browser)) == [("Mở mục Hạn chế", "/findings/"), ("Về trang đầu", "/")]


@pytest.mark.usefixtures("reviewer")
def test_who_followed_a_link_of_ours_is_led_back_to_its_page_as_it_was_narrowed(browser):
    page = refused(browser, referrer=f"{OURS}/visits/?state=begun")
    assert ways(page) == [
        ("Quay lại trang trước", "/visits/?state=begun"),
        ("Mở mục Hạn chế", "/findings/"),
        ("Về trang đầu", "/"),
    ]


@pytest.mark.usefixtures("reviewer")
def test_no_way_is_offered_twice(browser):
    page = refused(browser, referrer=f"{OURS}/findings/")
    assert ways(page) == [("Quay lại trang trước", "/findings/"), ("Về trang đầu", "/")]
    assert ways(refused(browser, referrer=f"{OURS}/"))[0] == ("Quay lại trang trước", "/")
    assert len(ways(refused(browser, referrer=f"{OURS}/"))) == 2


@pytest.mark.usefixtures("reviewer")
@pytest.mark.parametrize(
    "referrer",
    [
        f"{OURS}{MISSING}",  # itself
        f"{OURS}/login?next={MISSING}",
        f"{OURS}/findings/1/submit",  # answers to forms alone
        f"{OURS}/no-such-page",
        "http://elsewhere.example/visits/",
        "http://[/visits/",
    ],
)
def test_nobody_is_led_to_what_cannot_be_opened_or_is_not_ours(browser, referrer):
    assert ways(refused(browser, referrer=referrer)) == [("Mở mục Hạn chế", "/findings/"), ("Về trang đầu", "/")]


def test_a_section_that_is_not_the_readers_is_not_named(make, browser):
    browser.signed_in_as(make.officer(make.unit("Phường Cái Khế")))
    page = refused(browser, "/people/", status=403)
    assert ways(page) == [("Về trang đầu", "/")]


def test_a_form_that_is_refused_leads_back_to_its_page(make, browser):
    person = make.person(Role.VIEWER)
    browser.signed_in_as(make.person(Role.REVIEWER))
    page = refused(browser, f"/people/{person.id}/deactivate", referrer=f"{OURS}/units/", method="POST", status=403)
    assert ways(page)[0] == ("Quay lại trang trước", "/units/")
