"""Pages on paper: what they say of themselves is there, what is for a hand is not."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from inspect_app.accounts.models import Person
from inspect_app.core.db import db
from tests.browser.conftest import PHONE, Site, Visit
from tests.browser.test_pages import addresses

pytestmark = pytest.mark.browser

FOR_A_HAND = "button, input, textarea, select, summary, .btn, .tick-all, .pager"
NOT_FOR_A_HAND = ".chip-on > summary, .asked .btn, .filters .search input"
"""Of these: what a list is narrowed to."""

SHEET = 624
"""Pixels between the margins of A4."""

Print = Callable[[str, str], Page]


@pytest.fixture
def printed(site: Site, look: Callable[[str | None], Page]) -> Iterator[Print]:
    pages = []

    def paper(who: str, path: str) -> Page:
        page = look(who)
        pages.append(page)
        page.goto(path.format(**addresses(site)))
        page.emulate_media(media="print")
        return page

    yield paper
    for page in pages:
        page.emulate_media(media="screen")


def for_a_hand(page: Page) -> list[str]:
    """What is printed though paper cannot be pressed."""
    shown: list[str] = page.evaluate(
        """([hand, not]) => [...document.querySelectorAll(hand)]
            .filter(one => !one.matches(not) && one.checkVisibility() && one.getClientRects().length)
            .map(one => one.outerHTML.slice(0, 80))""",
        [FOR_A_HAND, NOT_FOR_A_HAND],
    )
    return shown


def test_a_list_says_what_it_is_narrowed_to_and_of_which_day_it_is(printed: Print) -> None:
    page = printed("sonoivu", "/findings/?timing=live&plan={living}&mine=1&q=cong+chuc&counted=1&alone=1")
    conditions = page.locator(".chip-on > summary, .asked .btn")
    assert [words.partition("\n(bỏ")[0] for words in conditions.all_inner_texts()] == [
        "Kế hoạch: 18/KH-UBND",
        "Thời hạn: Chưa xong",
        "Thêm: 2 điều kiện",
        "Không gồm đơn vị trực thuộc",
        "Chỉ hạn chế tính vào số liệu",
        "Của tôi hoặc đoàn của tôi",
    ]
    for condition in conditions.all():
        expect(condition).to_be_visible()
    expect(page.locator("label[for=filter-q]")).to_be_visible()
    expect(page.locator("#filter-q")).to_have_value("cong chuc")
    expect(page.locator("#results .print-only").first).to_contain_text("Số liệu đến ngày")
    assert for_a_hand(page) == []


def test_a_list_of_an_earlier_day_says_that_day(printed: Print) -> None:
    page = printed("sonoivu", "/findings/?as_of=2022-06-30")
    expect(page.locator("#results .print-only").first).to_have_text("Số liệu đến ngày 30/06/2022")


def test_a_page_of_a_longer_list_says_that_it_is_one(printed: Print) -> None:
    page = printed("sonoivu", "/findings/")
    expect(page.get_by_text("Bản in này chỉ có một trang của danh sách.")).to_be_visible()
    assert for_a_hand(page) == []


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("sonoivu", "/findings/{submitted}"),
        ("sonoivu", "/findings/{disputed}"),
        ("canbo", "/findings/{returned}"),
        ("canbo", "/findings/{open}"),
        ("sonoivu", "/tasks/{task_reported}"),
        ("canbo", "/conclusions/{conclusion}"),
        ("sonoivu", "/visits/{visit}"),
        ("sonoivu", "/plans/{plan}"),
        ("sonoivu", "/plans/{plan}/report?as_of=2022-12-31"),
        ("sonoivu", "/snapshots/{snapshot}"),
        ("sonoivu", "/urging/{letter}"),
        ("sonoivu", "/visits/{visit}/minutes"),
        ("canbo", "/"),
        ("lanhdao", "/overview"),
        ("sonoivu", "/calendar/"),
    ],
)
def test_nothing_that_is_for_a_hand_is_printed(printed: Print, who: str, path: str) -> None:
    assert for_a_hand(printed(who, path)) == []


def test_the_appendix_of_a_report_lies_on_one_sheet(printed: Print) -> None:
    """With the line on what in the demo is real."""
    page = printed("sonoivu", "/plans/{plan}/report?as_of=2022-12-31")
    sheets = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert sheets == 5


def test_a_slip_with_a_long_address_fits_a_phone_and_its_sheet(fresh_site: Site, visit: Visit) -> None:
    fresh_site.app.config["PUBLIC_URL"] = "https://kiemtra-cchc.noivu.cantho.example"
    with fresh_site.app.app_context():
        officer = db.session.scalar(select(Person.id).where(Person.username == "canbo"))
    page = visit(fresh_site, "quantri", width=PHONE)
    page.goto(f"/people/{officer}/reset-link")
    page.get_by_role("button", name="Lập đường dẫn").click()
    expect(page.locator("#address")).to_contain_text("/login/new-password/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= SHEET
    expect(page.get_by_text("Sổ kiểm tra CCHC · UBND thành phố Cần Thơ")).to_be_visible()
    assert for_a_hand(page) == []
