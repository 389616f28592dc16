"""A list without rows says what that means, and what comes next."""

import pytest

from inspect_app.core.actor import Role


def said(page):
    return page.html.select_one("main .empty b").get_text(strip=True)


@pytest.fixture
def officer(make, browser):
    return browser.signed_in_as(make.officer(make.unit()))


@pytest.mark.parametrize(
    ("endpoint", "timing", "words"),
    [
        ("findings.index", "live", "Không còn hạn chế chưa xong"),
        ("findings.index", "overdue", "Không có hạn chế quá hạn"),
        ("tasks.index", "live", "Không còn nhiệm vụ chưa xong"),
        ("tasks.index", "overdue", "Không có nhiệm vụ quá hạn"),
    ],
)
def test_nothing_left_to_do_is_good_news_and_no_search_that_failed(officer, endpoint, timing, words):
    page = officer.get(endpoint, timing=timing)
    assert said(page) == words
    assert officer.address(endpoint, {}) in page.links("main .empty a")


@pytest.mark.parametrize("endpoint", ["findings.index", "tasks.index"])
def test_what_was_narrowed_further_is_said_to_fit_nothing(officer, endpoint):
    assert "phù hợp" in said(officer.get(endpoint, timing="live", q="zzz"))


@pytest.mark.parametrize(("endpoint", "next_step"), [("plans.index", "plans.new"), ("tasks.plans", "tasks.new_plan")])
def test_who_may_write_is_led_to_the_first_one(make, browser, endpoint, next_step):
    browser.signed_in_as(make.person(Role.REVIEWER))
    assert browser.address(next_step, {}) in browser.get(endpoint).links("main .empty a")
    browser.signed_in_as(make.person(Role.VIEWER))
    assert browser.get(endpoint).links("main .empty a") == []
