"""One search over everything that the reader may know of."""

import unicodedata

import pytest

from inspect_app.findings.models import State
from tests.support.plans import prepared


@pytest.mark.parametrize("typed", ["niêm yết đường dây", "niem yet duong day", "ĐƯỜNG DÂY NÓNG"])
def test_words_are_found_with_and_without_marks(make, browser, typed):
    make.finding(text="Chưa niêm yết đường dây nóng.")
    make.finding(text="Quy chế làm việc đã cũ.")
    page = browser.signed_in_as(make.reviewer).get("home.search", q=typed)
    assert page.total == 1
    assert "Chưa niêm yết đường dây nóng" in page.main


def test_text_in_decomposed_form_is_found_too(make, browser):
    make.finding(text="Hồ sơ trễ hạn.")
    page = browser.signed_in_as(make.reviewer).get("home.search", q=unicodedata.normalize("NFD", "trễ hạn"))
    assert page.total == 1


def test_a_plan_is_found_by_its_number_and_a_unit_by_its_name(make, browser):
    make.plan(title="Kiểm tra năm nay", number="262/KH-UBND")
    make.unit("Phường Ninh Kiều")
    reviewer = browser.signed_in_as(make.reviewer)
    assert "Kiểm tra năm nay" in reviewer.get("home.search", q="262").main
    assert "Phường Ninh Kiều" in reviewer.get("home.search", q="ninh kieu").main


def test_search_finds_nothing_that_the_reader_may_not_know_of(make, browser):
    make.finding(State.OPEN, text="Bí mật của đơn vị khác.")
    unit = make.unit()
    make.finding(State.RECORDED, unit=unit, text="Bí mật chưa ban hành.")
    page = browser.signed_in_as(make.officer(unit)).get("home.search", q="bí mật")
    assert page.total == 0
    assert "của đơn vị khác" not in page.main


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "\\", "'; --", "a" * 3000, "🙂"])
def test_odd_searches_give_a_page_or_a_plain_refusal(make, browser, typed):
    page = browser.signed_in_as(make.reviewer).open("GET", browser.address("home.search", {"q": typed}))
    assert page.status in (200, 400)


def test_a_unit_that_is_found_stands_before_the_findings_and_no_count_is_cut_short(make, browser):
    make.finding(unit=make.unit("Phường Ninh Kiều"))
    for number in range(10):
        make.unit(f"Sở Ninh {number}")
    reviewer = browser.signed_in_as(make.reviewer)
    page = reviewer.get("home.search", q="ninh kieu")
    assert page.main.index("Đơn vị 1") < page.main.index("Hạn chế 1") < page.main.index("Kế hoạch 0")
    assert "Đơn vị Xem tất cả" in reviewer.get("home.search", q="ninh").main


def test_plans_with_words_are_planned_once(make, session, browser):
    """Of findings and tasks how common the words are says which way is good."""
    browser.signed_in_as(make.reviewer)
    with prepared(session.connection()) as asked:
        browser.get("home.search", q="ninh kieu")
    assert [statement for statement in asked if "plan.folded LIKE" in statement.replace('"', "")]
    assert not [statement for statement in asked if "_words" in statement]
