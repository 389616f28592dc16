"""Takes the pictures that the guide and the README show, from the running program with its demo.

    .venv/bin/python -m tests.browser.portraits

They are made anew by hand after a page has changed; a test only makes sure that none is missing.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from inspect_app.home.queries import GUIDE
from tests.browser.conftest import CHROMIUM, PHONE, Site, found, serving
from tests.browser.test_pages import addresses
from tests.support import copies
from tests.support.copies import PASSWORD

WIDE, WIDER, HIGH = 1280, 1440, 860
COLOURS = 255

PORTRAITS = {
    "don-vi-viec-can-lam": ("canbo", "/", WIDE),
    "don-vi-gui-ket-qua": ("canbo", "/findings/{returned}", PHONE),
    "doan-viec-can-lam": ("truongdoan", "/", WIDE),
    "doan-ghi-nhan": ("truongdoan", "/visits/{begun}/record", PHONE),
    "doan-xac-nhan": ("truongdoan", "/findings/{submitted}", WIDE),
    "so-noi-vu-viec-can-lam": ("sonoivu", "/", WIDE),
    "bao-cao-ke-hoach": ("sonoivu", "/plans/{plan}/report?as_of=2022-12-31", WIDER),
    "lanh-dao-trang-dau": ("lanhdao", "/", WIDE),
    "tong-quan": ("lanhdao", "/overview", WIDE),
    "ho-so-don-vi": ("lanhdao", "/units/{ward}/profile", WIDE),
    "so-lieu-da-chot": ("sonoivu", "/snapshots/{snapshot}", WIDE),
    "nhiem-vu-ket-qua": ("sonoivu", "/tasks/plans/{task_list}", WIDE),
    "chi-so-cchc": ("sonoivu", "/grading/2022", WIDER),
}
"""File name -> who looks, at what, how wide."""


def main() -> None:
    (GUIDE / "hinh").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        demo = copies.copy("demo", "sqlite", Path(folder) / "site", once=Path(folder))
        with demo as app, serving(app) as site:
            browser = playwright.chromium.launch(executable_path=found(), args=CHROMIUM)
            known = addresses(site)
            for name, (who, path, width) in PORTRAITS.items():
                take(browser, site, name, who, path.format(**known), width)
            browser.close()


def take(browser: Browser, site: Site, name: str, who: str, path: str, width: int) -> None:
    context = browser.new_context(
        base_url=site.url, locale="vi-VN", viewport={"width": width, "height": HIGH}, has_touch=width == PHONE
    )
    page = context.new_page()
    page.goto("/login")
    page.fill("#username", who)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.locator("form[action^='/login'] button.btn-primary").click()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(COLOURS).save(GUIDE / "hinh" / f"{name}.png", optimize=True)
    context.close()


if __name__ == "__main__":
    main()
