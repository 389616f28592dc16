"""Somebody who opens every address there is, fills in the forms of its pages and sends what they like."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from typing import Any, ClassVar
from urllib.parse import urlsplit

import lxml.html
import pytest
from flask import Flask, Request, g
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from inspect_app.accounts.models import Person
from inspect_app.core import clock
from inspect_app.core.db import Base, db
from tests.support.browser import Browser
from tests.support.make import PASSWORD
from tests.support.routes import method_and_endpoint
from tests.support.world import World

Row = dict[str, Any]
Rows = dict[tuple[str, Any], Row]
WORDS = "Đã xem nội dung."
PAPER = ("van-ban.pdf", b"%PDF-1.7 van ban")
LATER = {"wanted", "until", "deadline", "by", "resubmit_by", "due_on"}
"""Fields of a day to come."""
SAID = {
    **dict.fromkeys(["planned_at", "began_at", "ended_at", "observed_at"], "08:30"),
    **dict.fromkeys(["percent", "numerator"], "5"),
    **dict.fromkeys(["new", "again"], "một câu dài không ai đoán ra"),
    "denominator": "10",
    "days": "10",
    "phone": "0912 345 678",
    "email": "an@example.vn",
    "username": "nguoi.moi",
    "unit": "Phường Cái Khế",
    "joining": "Phường Cái Khế",
    "note": "Vì việc chung.",
    "paste": "",
    "q": "",
    "successors": "",
}
"""Fields whose form takes no other words, by the last part of their name."""


def all_rows() -> Rows:
    """(table, key) -> the row, of every table."""
    db.session.flush()
    db.session.expire_all()
    found: Rows = {}
    for table in Base.metadata.sorted_tables:
        keys = [column.name for column in table.primary_key.columns]
        for row in db.session.execute(table.select()).mappings():
            found[table.name, tuple(row[key] for key in keys)] = dict(row)
    return found


class Noted(ImmutableMultiDict[str, Any]):
    """What somebody sent, which notes the names that the program asks it for."""

    names: ClassVar[set[str]] = set()

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def getlist(self, key: str, *rest: Any, **named: Any) -> Any:
        self.names.add(key)
        return super().getlist(key, *rest, **named)


class NotingRequest(Request):
    """`app.request_class` of a walk that has to know what each address reads."""

    parameter_storage_class = Noted


def take_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk may last: what it undoes is also that somebody was seen, so that they would be signed out on the way."""
    for name in ("IDLE", "IDLE_ADMIN", "LONGEST_SESSION", "PROOF_LASTS"):
        monkeypatch.setitem(app.config, name, timedelta(days=1))


def told_one_by_one(wrong: dict[Any, Any]) -> str:
    """What was found, a line for each."""
    return "\n".join(f"{' '.join(key)}: {found}" for key, found in wrong.items())


@dataclass
class Answer:
    status: int
    mimetype: str
    headers: Any = field(repr=False)
    body: bytes = field(repr=False)
    location: str | None = None

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Form:
    """A form as a page shows it: what it sends as it stands, and with what was empty filled in."""

    standing: list[tuple[str, str]] = field(default_factory=list)
    needed: list[tuple[str, str]] = field(default_factory=list)
    empty: list[tuple[str, str]] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    choices: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    contents: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Name and content of a file where any other would not do."""

    @property
    def papers(self) -> list[tuple[str, Any]]:
        """Something in each field that takes files; to be sent once."""
        given = {name: self.contents.get(name, PAPER) for name in sorted(self.files)}
        return [(name, (BytesIO(content), called)) for name, (called, content) in given.items()]

    def saying(self, said: dict[str, Any]) -> "Form":
        """The same with other words in these fields, or with these besides."""
        pairs = [(name, str(value)) for name, value in said.items()]
        kept = ([pair for pair in asked if pair[0] not in said] for asked in (self.standing, self.needed, self.empty))
        standing, needed, empty = kept
        names = self.names | said.keys() if self.names else set()  # of a form that no page shows nobody knows them
        return replace(self, standing=standing + pairs, needed=needed, empty=empty, names=names)

    @property
    def fillings(self) -> list[list[tuple[str, str]]]:
        """Only what has to be filled in, then everything."""
        scanty = self.standing + self.needed
        full = scanty + self.empty
        return [scanty] if scanty == full else [scanty, full]


class Walker:
    """Opens what `world` has, as whoever they are at the moment; counts what came."""

    def __init__(self, app: Flask, browser: Browser, world: World) -> None:
        self.app, self.browser, self.world = app, browser, world
        self.rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
        self.statuses: Counter[int] = Counter()
        self.person: Person | None = None
        self.forms: dict[str, list[tuple[str, Form]]] = {}
        """Of the pages that the person of the moment opened."""

    def become(self, person: Person | None) -> None:
        if person is None or person is not self.person:
            self.browser.signed_in_as(person)
            self.person = person
            self.forms = {}

    def address(self, row: str, world: World | None = None, **asked: Any) -> str:
        _method, endpoint = method_and_endpoint(row)
        return self.browser.address(endpoint, {**asked, **(world or self.world).values(self.rules[endpoint])})

    def ask(self, method: str, path: str, **given: Any) -> Answer:
        """What comes back, whatever was sent."""
        db.session.commit()
        db.session.expire_all()
        for name in list(g):
            g.pop(name)  # the request shares the test's context, and what extensions cached on it
        client = self.browser.in_another_window().client
        response = client.open(path, method=method, **given)
        answer = Answer(
            response.status_code, response.mimetype or "", response.headers, response.get_data(), response.location
        )
        response.close()
        db.session.expire_all()
        self.statuses[answer.status] += 1
        return answer

    def send(self, path: str, pairs: Iterable[tuple[str, Any]], **given: Any) -> Answer:
        return self.ask("POST", path, data=MultiDict(list(pairs)), **given)

    def form(self, row: str, page: str | None = None) -> Form | None:
        """The form of the program's own pages that goes to this address, as the person of the moment sees it.

        `page` is the endpoint of the page on which it stands, where that is known.
        """
        address = self.address(row)
        for shown in self._pages_with(row, page):
            for action, form in self._forms_of(shown):
                if urlsplit(action).path == urlsplit(address).path:
                    return form
        return None

    def _pages_with(self, row: str, known: str | None) -> list[str]:
        _method, endpoint = method_and_endpoint(row)
        given = self.world.values(self.rules[endpoint])
        if known:
            return [self.browser.address(known, {name: given[name] for name in self.rules[known].arguments})]
        package = endpoint.partition(".")[0]
        beside = [
            rule
            for rule in self.rules.values()
            if "GET" in (rule.methods or ())
            and rule.endpoint.partition(".")[0] == package
            and rule.arguments <= given.keys()
        ]
        beside.sort(key=lambda rule: (rule.endpoint != endpoint, -len(rule.arguments), "show" not in rule.endpoint))
        return [self.browser.address(rule.endpoint, given) for rule in beside[:4]]

    def _forms_of(self, page: str) -> list[tuple[str, Form]]:
        if page not in self.forms:
            with self.world.undone():
                answer = self.ask("GET", page)
            found = []
            if answer.status == 200 and answer.mimetype == "text/html":
                root = lxml.html.fromstring(answer.text)
                for form in root.forms:
                    if form.method == "POST":
                        found.append((form.action or page, read(root, form)))
            self.forms[page] = found
        return self.forms[page]


def read(root: Any, form: Any) -> Form:
    """The form as somebody would leave it who fills in what is empty and ticks what is there to be ticked."""
    made = Form()
    inside = list(form.iter("input", "textarea", "select", "button"))
    if form.get("id"):
        inside += root.xpath("//*[@form=$id]", id=form.get("id"))
    ticked = {tag.get("name") for tag in inside if tag.get("checked") is not None}
    pressed = False
    for tag in inside:
        name, kind = tag.get("name"), tag.get("type", "text") if tag.tag == "input" else tag.tag
        if not name or tag.get("disabled") is not None:
            continue
        made.names.add(name)
        needed = made.needed if tag.get("required") is not None else made.empty
        if kind in {"submit", "button"}:
            if not pressed and all(b.get("name") for b in inside if b.tag == "button"):
                made.standing.append((name, tag.get("value", "")))
            pressed = True
        elif kind == "file":
            made.files.add(name)
        elif kind in {"checkbox", "radio"}:
            made.choices.add(name)
            if tag.get("checked") is not None:
                made.standing.append((name, tag.get("value", "on")))
            elif name not in ticked:
                ticked.add(name)
                (made.needed if kind == "radio" else needed).append((name, tag.get("value", "on")))
        elif kind == "select":
            made.choices.add(name)
            chosen = [option.get("value", "") for option in tag.iter("option") if option.get("selected") is not None]
            offered = [option.get("value") for option in tag.iter("option") if option.get("value")]
            if any(chosen):
                made.standing += [(name, value) for value in chosen]
            elif offered:
                needed.append((name, offered[0]))
        elif kind == "hidden":
            made.standing.append((name, tag.get("value", "")))
        else:
            made.texts.add(name)
            standing = (tag.text if kind == "textarea" else tag.get("value")) or ""
            if standing.strip():
                made.standing.append((name, standing.strip()))
            else:
                needed.append((name, _typed(tag, kind)))
    return made


def _typed(tag: Any, kind: str) -> str:
    name = tag.get("name").rpartition("-")[2]
    if name in LATER:
        return (clock.today() + timedelta(days=400)).strftime("%d/%m/%Y")
    if name == "day" and tag.get("required") is None:
        return ""  # beside a number of days
    if name in SAID:
        return SAID[name]
    if kind == "password":
        return PASSWORD
    if kind == "email":
        return "an@example.vn"
    if tag.get("inputmode") == "numeric" and tag.get("autocomplete") == "off":
        return clock.today().strftime("%d/%m/%Y")
    if tag.get("inputmode") in {"numeric", "decimal"}:
        return "5"
    return WORDS
