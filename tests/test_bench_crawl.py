"""The crawl: where a page leads, what is asked next, what an address costs, and that nothing of it stays."""

import json
from dataclasses import replace

from flask import Flask
from sqlalchemy import func, select

from bench.crawl import as_json, table
from bench.crawl.asking import Answer, Asker
from bench.crawl.links import Pattern, Patterns, leads, ours
from bench.crawl.waiting import EACH, Waiting
from bench.crawl.walk import Crawled, Step, walk
from inspect_app.core.db import db
from inspect_app.findings.models import Series
from inspect_app.web.access import public

PAGE = """
<html><body><a href="/visits/7#team">A</a> <a href="?page=2">B</a> <a href="/visits/7">A</a>
<a href="https://example.vn/">C</a> <a href="//example.vn/">D</a> <a href="mailto:a@example.vn">E</a>
<form method="get" action="/findings/"><input type="hidden" name="sort" value="unit"><input name="q" value="x">
 <input type="checkbox" name="state" value="open" checked><input type="radio" name="timing" value="overdue">
 <select name="area"><option value="">–</option><option value="3">Đất đai</option></select></form>
<form method="get" action="/many/accept"><input type="checkbox" name="id" value="9">
 <button formaction="/many/return">F</button></form>
<form method="post" action="/units/1/end"><input type="checkbox" name="sure" value="1"></form></body></html>
""".encode()
HOME = Pattern("home.index")


def test_a_page_leads_to_its_links_and_to_each_choice_of_forms_that_only_ask():
    assert leads(PAGE, "/visits/?state=begun") == [
        "/visits/7",
        "/visits/?page=2",
        "/findings/?sort=unit&state=open",
        "/findings/?sort=unit&timing=overdue",
        "/findings/?sort=unit&area=3",
        "/many/accept?id=9",
        "/many/return?id=9",
    ]
    assert ours("/units/", "/login") == "/login"
    assert ours("/units/", "") == "/units/"


def test_addresses_are_alike_but_for_the_values_that_are_one_of_few():
    patterns = Patterns(_program())
    assert patterns.of("/3?after=WyI3&state=open&sort=-newest") == patterns.of("/41?state=open&sort=-newest&after=x3")
    assert patterns.of("/3?state=open") == Pattern("show", frozenset(["state=open"]))
    assert patterns.of("/3?state=open") != patterns.of("/3?state=closed")
    assert patterns.of("/3?state=") == Pattern("show")
    assert patterns.of("/elsewhere") is None


def test_each_endpoint_has_its_turn_and_within_it_each_pattern_of_addresses():
    waiting, plain, begun = Waiting(), Pattern("visits"), Pattern("visits", frozenset(["state=begun"]))
    for number in range(EACH + 3):
        waiting.add(f"/visits/{number}", plain, "/", HOME)
    waiting.add("/visits/?state=begun", begun, "/", HOME)
    waiting.add("/plans", Pattern("plans"), "/", HOME)
    waiting.add("/visits/0", plain, "/plans", Pattern("plans"))
    asked = []
    while waiting:
        asked.append(waiting.next()[0])
    assert asked == ["/visits/0", "/plans", "/visits/?state=begun", "/visits/1"]


def test_what_is_found_on_another_kind_of_page_is_asked_for_besides():
    waiting, plain = Waiting(), Pattern("visits.show")
    for place in (HOME, Pattern("visits.index")):
        for number in range(EACH + 3):
            waiting.add(f"/{place.endpoint}/{number}", plain, "/", place)
    asked = []
    while waiting:
        asked.append(waiting.next()[0])
    assert len(asked) == 2 * EACH


def test_a_walk_follows_what_answers_say_and_stays_out_of_what_is_left_out():
    pages = {
        "/": _answer(b'<p><a href="/1">A</a><a href="/static/x">B</a><a href="https://example.vn/">C</a></p>'),
        "/1": _answer(location="/2", status=302),
        "/2": _answer(status=404),
    }

    class Told(Asker):
        def ask(self, path: str, cookie: str) -> Answer:
            return pages[path]

    app = _program()
    steps = list(walk(app, Told(app), "officer", "", seconds=5))
    assert [(step.path, step.found_on) for step in steps] == [("/", ""), ("/1", "/"), ("/2", "/1")]


def test_what_a_page_asks_is_counted_and_what_it_writes_is_taken_back(own_app):
    def writes() -> str:
        db.session.add(Series(year=2026, last=7))
        db.session.commit()
        return f"<p>{db.session.scalar(select(func.count()).select_from(Series))}</p>"

    own_app.add_url_rule("/writes", view_func=public(writes))
    with Asker(own_app).watching() as asker:
        answer = asker.ask("/writes", "")
    assert (answer.status, answer.page, answer.statements) == (200, b"<p>0</p>", 2)
    with own_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Series)) == 0


def test_the_dearest_is_told_once_for_each_pattern_and_every_refusal_with_the_page_that_led_there():
    steps = [_step("/1", 30.0), _step("/2", 90.0), replace(_step("/3", 1.0), answer=_answer(status=503))]
    crawled = Crawled("sqlite", 250, steps, frozenset(["show", "plans.index"]))
    dearest, failed, missed = table(crawled).strip().split("\n\n")
    assert "/2" in dearest
    assert "/1" not in dearest
    assert failed.endswith("/3  on /from")
    assert missed.endswith(": plans.index")
    told = json.loads(json.dumps(as_json(crawled)))
    assert [one["path"] for one in told] == ["/2", "/1", "/3"]
    assert told[0] | {"status": 200, "endpoint": "show", "hat": "head", "cpu_ms": 90.0} == told[0]


def _program() -> Flask:
    app = Flask("crawled", static_folder=None)
    app.add_url_rule("/", "home.index", str)
    app.add_url_rule("/<int:number>", "show", str)
    app.add_url_rule("/static/<name>", "static", str)
    return app


def _answer(page: bytes = b"", location: str = "", status: int = 200, cpu_ms: float = 1.0) -> Answer:
    return Answer(status, cpu_ms, 0.0, cpu_ms, 3, len(page), page, location)


def _step(path: str, cpu_ms: float) -> Step:
    return Step("head", path, Pattern("show"), "/from", _answer(cpu_ms=cpu_ms))
