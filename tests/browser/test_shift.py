"""Font and script that come late, as over the line of a ward office, and large text move and cut off nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import PHONE, WIDE, Site, Visit, sign_in, window
from tests.browser.test_pages import addresses

pytestmark = pytest.mark.browser

LEAST_SEEN = 0.01
"""Layout shift, as browsers add it up: a tenth of what counts as good."""
PAGES = ("/", "/overview?year=2022&period=half", "/units/{ward}/profile")
LATE = ("**/*.woff2", "**/js/*.js")

WATCHING = """
    window.moved = [];
    new PerformanceObserver(list => window.moved.push(...list.getEntries().map(moved => [moved.value, moved.sources
        .map(source => (source.node?.textContent || "").trim().slice(0, 40))])))
        .observe({type: "layout-shift", buffered: true});
    window.painted = new Promise(done => new PerformanceObserver(list =>
        list.getEntriesByName("first-contentful-paint").length && done()).observe({type: "paint", buffered: true}));
"""
"""Before anything else on each page: what moves, and that something has been painted."""

SETTLED = """() => document.fonts.load("400 16px Inter").then(() =>
    new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))))"""
"""The font is there, and what it moved has been drawn."""

CUT = """() => [...document.querySelectorAll("h1, .top-title")].filter(title => title.checkVisibility() && (
    title.scrollWidth > title.clientWidth || title.scrollHeight > title.clientHeight + 1))
    .map(title => title.innerText)"""


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_what_comes_late_moves_nothing_and_cuts_no_title(chromium: Browser, site: Site, width: int) -> None:
    signed_in = window(chromium, site, width=width)
    sign_in(signed_in.new_page(), "sonoivu")
    known = signed_in.cookies()
    signed_in.close()
    for path in PAGES:
        context = window(chromium, site, width=width)  # each of its own: nothing is kept from the page before
        context.add_cookies([{"name": kept["name"], "value": kept["value"], "url": site.url} for kept in known])
        page, let_through = _without_what_is_late(context.new_page())
        page.goto(path.format(**addresses(site)), wait_until="commit")
        page.evaluate("() => window.painted")
        assert page.evaluate(CUT) == [], path
        let_through()
        page.wait_for_load_state()
        page.evaluate(SETTLED)
        moved = page.evaluate("() => window.moved")
        assert sum(value for value, _of in moved) <= LEAST_SEEN, (path, moved)
        assert page.evaluate(CUT) == [], path
        context.close()


def _without_what_is_late(page: Page) -> tuple[Page, Callable[[], None]]:
    """The page, whose font and scripts stay on the way until the second is called."""
    held: list[Route] = []
    coming = False

    def on_the_way(route: Route) -> None:
        if coming:
            route.continue_()
        else:
            held.append(route)

    def let_through() -> None:
        nonlocal coming
        coming = True
        assert any(route.request.resource_type == "font" for route in held)
        for route in held:
            route.continue_()

    page.add_init_script(WATCHING)
    for name in LATE:
        page.route(name, on_the_way)
    return page, let_through


@pytest.mark.parametrize("path", ["/plans/", "/tasks/plans/"])
def test_figures_of_a_card_stay_in_it_when_text_is_twice_as_large(site: Site, visit: Visit, path: str) -> None:
    page = visit(site, "lanhdao", width=PHONE)
    page.goto(path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    ends = page.locator(".tbl-list td:has(a[data-count])").evaluate_all(
        "all => all.map(cell => cell.getBoundingClientRect().left + cell.scrollWidth)"
    )
    assert 0 < max(ends) <= PHONE
