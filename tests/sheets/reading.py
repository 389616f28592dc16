"""Reading back what was written, with a reader that is not ours."""

import csv
import io
from typing import Any

from flask import g
from python_calamine import CalamineWorkbook

from tests.support.browser import Browser

LISTS = {"/findings/": "findings", "/visits/": "visits", "/visits/schedule": "schedule"}
"""The path of a list -> what it is called as a file."""


def from_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel takes a file without the mark for another alphabet"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def from_xlsx(content: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def fetched(browser: Browser, address: str, *, status: int = 200) -> bytes:
    """The file at an address."""
    for cached in list(g):
        g.pop(cached)  # the request shares the test's context, and who asked before
    with browser.client.get(address) as answer:
        assert answer.status_code == status, f"{address}: {answer.status_code}"
        assert status != 200 or "attachment" in answer.headers["Content-Disposition"]
        content: bytes = answer.get_data()
        return content


def taken_away(browser: Browser, page: str) -> list[list[str]]:
    """The rows of the list at the address `page`, as its file has them."""
    path, _mark, query = page.partition("?")
    return from_csv(fetched(browser, f"/exports/{LISTS[path]}.csv?{query}"))[1:]
