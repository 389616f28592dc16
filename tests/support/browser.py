"""A browser that checks, on every page it opens, what must be true of every page."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import lxml.html
from bs4 import BeautifulSoup
from flask import Flask, g, url_for
from flask.testing import FlaskClient
from sqlalchemy import event

from inspect_app.accounts.models import Person, SignIn
from inspect_app.accounts.queries import token_hash
from inspect_app.core import clock
from inspect_app.core.db import db

QUERY_BUDGET = 10
"""Of a page that is read, whoever is signed in; two of them say who is asking and what waits for them."""
FILE_BUDGET = 18
"""Of a file that is made: what the page beside it asks, and the note of who took it."""
COOKIE = "session"


@dataclass
class Page:
    status: int
    text: str = field(repr=False)
    location: str | None
    headers: Any = field(repr=False)
    queries: list[str] = field(repr=False, default_factory=list)

    @cached_property
    def html(self) -> Any:
        """BeautifulSoup's; a missing element fails the test that asked for it."""
        return BeautifulSoup(self.text, "lxml")

    @property
    def h1(self) -> str:
        return self.html.select_one("h1").get_text(" ", strip=True)

    @property
    def main(self) -> str:
        """The words of the page's main part, spaces folded."""
        return " ".join(self.html.select_one("main").get_text(" ").split())

    @property
    def buttons(self) -> list[str]:
        """What the buttons of the main part's own forms say."""
        return [" ".join(b.get_text(" ").split()) for b in self.html.select("main form[method=post] button")]

    @property
    def total(self) -> int:
        return int(self.html.select_one("[data-total]")["data-total"])

    def error_on(self, field: str) -> str:
        return self.html.select_one(f"#{field}-error").get_text(" ", strip=True)

    def links(self, selector: str = "main a[href]") -> list[str]:
        return [a["href"] for a in self.html.select(selector)]


class Browser:
    """`browser.signed_in_as(person).get("findings.show", finding_id=1)`."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.cookie = ""

    def signed_in_as(self, person: Person | None, *, proved_at: datetime | None = None) -> "Browser":
        """In a session that began now; `proved_at`: when they last proved who they are, if not now."""
        self.client, self.cookie = self.app.test_client(), ""
        if person is not None:
            token, now = secrets.token_urlsafe(16), clock.now()
            db.session.add(
                SignIn(
                    token_hash=token_hash(token),
                    person_id=person.id,
                    began_at=now,
                    seen_at=now,
                    proved_at=proved_at,
                    address="127.0.0.1",
                    device="test",
                )
            )
            db.session.commit()
            with self.client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True
            kept = self.client.get_cookie(COOKIE)
            assert kept
            self.cookie = kept.value
        return self

    def in_another_window(self) -> "Browser":
        """The same person, signed in as before whatever became of the cookie meanwhile."""
        self.client = self.app.test_client()
        if self.cookie:
            self.client.set_cookie(COOKIE, self.cookie)
        return self

    def get(self, endpoint: str, *, status: int = 200, **values: Any) -> Page:
        return self.open("GET", self.address(endpoint, values), status=status)

    def post(self, endpoint: str, *, data: Any = None, status: int = 303, **values: Any) -> Page:
        return self.open("POST", self.address(endpoint, values), data=data, status=status)

    def visit(self, path: str, *, status: int = 200) -> Page:
        """Open a path as it stands in a link."""
        return self.open("GET", path, status=status)

    def address(self, endpoint: str, values: dict[str, Any]) -> str:
        with self.app.test_request_context():
            return url_for(endpoint, **values)

    def open(
        self,
        method: str,
        path: str,
        *,
        data: Any = None,
        status: int | None = None,
        referrer: str | None = None,
        read: bool = True,
        parts: bool = False,
    ) -> Page:
        """What comes back; `read=False` leaves it at the status, for tests that open everything there is.

        `parts`: sent as a form with files is, which spares long values their percent signs.
        """
        queries: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
                queries.append(statement)

        db.session.commit()
        for name in list(g):
            g.pop(name)  # the request shares the test's context, and what extensions cached on it
        connection = db.engines[None]
        event.listen(connection, "before_cursor_execute", note)
        try:
            response = self.client.open(
                path,
                method=method,
                data=data,
                content_type="multipart/form-data" if parts or _has_files(data) else None,
                headers={"Referer": referrer} if referrer else None,
            )
        finally:
            event.remove(connection, "before_cursor_execute", note)
        db.session.expire_all()
        is_page = read and response.mimetype == "text/html"
        text = response.get_data(as_text=True) if is_page else ""
        page = Page(
            response.status_code,
            text,
            response.location,
            response.headers,
            queries,
        )
        response.close()
        if status is not None:
            assert page.status == status, f"{method} {path} gave {page.status}, not {status}: {_gist(page)}"
        if is_page and page.status not in (302, 303):
            check_every_page(page, path)
        if method == "GET":
            many = "\n".join(page.queries)
            made = "attachment" in page.headers.get("Content-Disposition", "")
            budget = FILE_BUDGET if made else QUERY_BUDGET
            assert len(page.queries) <= budget, f"{path}: {len(page.queries)} queries:\n{many}"
        return page


def _has_files(data: Any) -> bool:
    values = data.values() if isinstance(data, dict) else ()
    return any(isinstance(part, tuple | list) and part and not isinstance(part[0], str) for part in values)


def _gist(page: Page) -> str:
    main = page.html.select_one("main")
    return " ".join(main.get_text(" ").split())[:600] if main else ""


UNSEEN = {"hidden", "submit"}


def check_every_page(page: Page, path: str) -> None:
    """One h1, a title that ends with the product's name, unique ids, every control labelled, no inline style or script.

    One walk over the page: the suite opens some thousand of them.
    """
    root = lxml.html.fromstring(page.text)
    ids, headings, controls, labelled, described, wrong = [], 0, [], set(), set(), []
    for tag in root.iter("*"):
        given = tag.attrib
        if "id" in given:
            ids.append(given["id"])
        if tag.tag == "h1":
            headings += 1
        elif tag.get("class") == "err-sum":
            wrong = [link.get("href")[1:] for link in tag.iter("a")]
        elif tag.tag == "label" and "for" in given:
            labelled.add(given["for"])
        elif tag.tag in ("input", "textarea", "select") and given.get("type") not in UNSEEN:
            controls.append(tag)
        assert "style" not in given, f"{path}: inline style in {shown(tag)}"
        assert "onclick" not in given, f"{path}: inline script in {shown(tag)}"
        assert tag.tag != "script" or "src" in given, f"{path}: inline script"
        for name in ("aria-describedby", "aria-labelledby"):
            described.update(given.get(name, "").split())
    title = " ".join(root.findtext(".//title").split())
    assert headings == 1, f"{path}: exactly one <h1>, please"
    assert title.endswith("Sổ kiểm tra CCHC"), f"{path}: <title> {title!r} must end with the product's name"
    assert len(ids) == len(set(ids)), f"{path}: duplicate ids {sorted({i for i in ids if ids.count(i) > 1})}"
    wrong = [one for one in wrong if one in ids]  # a made-up answer may be to what the page does not ask
    assert wrong == sorted(wrong, key=ids.index), f"{path}: errors {wrong} do not come in the order of the page"
    assert described <= set(ids), f"{path}: {sorted(described - set(ids))} are described nowhere"
    for control in controls:
        inside = next(control.iterancestors("label"), None) is not None
        named = control.get("aria-label") or control.get("aria-labelledby") or inside
        assert named or control.get("id") in labelled, f"{path}: no label for {shown(control)}"


def shown(tag: Any) -> str:
    """The element as it stands in the page."""
    return lxml.html.tostring(tag, encoding="unicode", with_tail=False)
