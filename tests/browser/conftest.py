"""A real server with the demo in it, and Chromium in front of it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support import copies
from tests.support.copies import PASSWORD
from tests.support.server import running

PICTURES = Path(__file__).parents[2] / ".pictures"
WIDE, PHONE = 1440, 390
PATIENCE = 15_000
"""Milliseconds: two workers share the machine with their browsers and both databases."""
expect.set_options(timeout=PATIENCE)
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True)
class Site:
    """A running installation with the demo."""

    app: Flask
    url: str


@contextmanager
def serving(app: Flask) -> Iterator[Site]:
    with running(app) as url:
        yield Site(app, url)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, whole_run: Path) -> Iterator[Site]:
    """On SQLite, for reading: tests that change something take `fresh_site`."""
    demo = copies.copy("demo", "sqlite", tmp_path_factory.mktemp("site"), once=whole_run)
    with demo as app, serving(app) as site:
        yield site


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_site(request: pytest.FixtureRequest, tmp_path: Path, whole_run: Path) -> Iterator[Site]:
    """One of its own on each database."""
    with copies.copy("demo", request.param, tmp_path, once=whole_run) as app, serving(app) as site:
        yield site


def found() -> str | None:
    """The shell, where it is: it draws no window around its pages, and takes half the time for each."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found(), args=CHROMIUM)
        yield browser
        browser.close()


Visit = Callable[..., Page]


def window(chromium: Browser, site: Site, *, width: int = WIDE, script: bool = True) -> BrowserContext:
    """A browser of its own, without cookies."""
    context = chromium.new_context(
        base_url=site.url,
        locale="vi-VN",
        viewport={"width": width, "height": 900 if width > 600 else 844},
        has_touch=width <= 600,
        java_script_enabled=script,
    )
    context.set_default_timeout(PATIENCE)
    return context


def sign_in(page: Page, username: str) -> None:
    page.goto("/login")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.locator("#password").fill(PASSWORD)
    page.locator("form[action^='/login'] button.btn-primary").click()
    page.wait_for_url("**/")


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """`visit(site, "canbo", width=390)`: a window of somebody who has signed in; closed after the test."""
    contexts = []

    def open_window(site: Site, username: str | None, *, width: int = WIDE, script: bool = True) -> Page:
        contexts.append(window(chromium, site, width=width, script=script))
        page = contexts[-1].new_page()
        if username:
            sign_in(page, username)
        return page

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def look(chromium: Browser, site: Site) -> Iterator[Callable[[str | None], Page]]:
    """`look("canbo")`: the page of somebody who stays signed in, for tests that only read.

    It stays open from test to test: a new one would start a process and fetch and compile everything again.
    """
    pages: dict[str | None, Page] = {}

    def page_of(username: str | None) -> Page:
        if username not in pages:
            pages[username] = window(chromium, site).new_page()
            if username:
                sign_in(pages[username], username)
        return pages[username]

    yield page_of
    for page in pages.values():
        page.context.close()
