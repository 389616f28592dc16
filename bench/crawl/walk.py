"""From the home on, as each kind of person, for as long as they are given."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Flask

from bench.crawl.asking import Answer, Asker
from bench.crawl.links import Pattern, Patterns, leads, ours
from bench.crawl.waiting import Waiting
from bench.fill import Filled, settings
from bench.measure import subjects
from inspect_app import create_app

SECONDS = 60.0
"""For each person, unless told otherwise. Whoever has asked for everything they found ends earlier."""
LEFT_OUT = (
    *("exports.", "assets", "static", "home.guide_picture"),
    *("health.", "monitoring.", "outside.", "feeds."),
    *("accounts.sign_in", "accounts.code", "accounts.app", "accounts.forgotten", "accounts.new_password"),
    *("kept.show", "sending.preview"),
)
"""Beginnings of endpoints: files, some of which are made and kept; what is for machines; who is not signed in yet; and
what somebody must have sent before."""


@dataclass(frozen=True, slots=True)
class Step:
    hat: str
    path: str
    pattern: Pattern
    found_on: str
    """The page that leads there; empty for the home."""
    answer: Answer


@dataclass(frozen=True, slots=True)
class Crawled:
    """One database."""

    kind: str
    findings: int
    steps: list[Step]
    endpoints: frozenset[str]
    """All that somebody could have come to."""

    @property
    def missed(self) -> list[str]:
        """Endpoints that answered nobody with more than a refusal."""
        return sorted(self.endpoints - {step.pattern.endpoint for step in self.steps if step.answer.status < 400})


def crawl(filled: Filled, *, hats: Sequence[str] = (), seconds: float = SECONDS) -> Crawled:
    """As the people of `subjects.HATS` whom `hats` names, or as all of them. Nothing that a page writes is kept.

    Raises KeyError for a hat that nobody of the register wears.
    """
    app = create_app(settings(filled.url, filled.storage))
    app.extensions["anchor"] = lambda _why: None
    found = subjects.find(filled, app)
    kind = "sqlite" if filled.url.startswith("sqlite") else "postgresql"
    crawled = Crawled(kind, found.total, [], _endpoints(app))
    try:
        with Asker(app).watching() as asker:
            for hat in hats or found.cookies:
                crawled.steps.extend(walk(app, asker, hat, found.cookies[hat], seconds))
    finally:
        subjects.forget(found, app)
    return crawled


def walk(app: Flask, asker: Asker, hat: str, cookie: str, seconds: float) -> Iterator[Step]:
    """What one person comes to from the home, and what it was like."""
    patterns, waiting, until = Patterns(app), Waiting(), time.monotonic() + seconds
    waiting.add("/", Pattern("home.index"), "", None)
    while waiting and time.monotonic() < until:
        path, pattern, found_on = waiting.next()
        answer = asker.ask(path, cookie)
        yield Step(hat, path, pattern, found_on, answer)
        for lead in leads(answer.page, path) if answer.page else [ours(path, answer.location)]:
            of = patterns.of(lead)
            if of and not of.endpoint.startswith(LEFT_OUT):
                waiting.add(lead, of, path, pattern)


def _endpoints(app: Flask) -> frozenset[str]:
    asked = (rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))
    return frozenset(endpoint for endpoint in asked if not endpoint.startswith(LEFT_OUT))
