"""Eight people at the same button, over HTTP against a server: one is first, the others lose nothing they typed."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import requests
from sqlalchemy import select

from inspect_app.accounts.models import Person, SignIn
from inspect_app.accounts.queries import token_hash
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.findings.models import Finding, Message, State
from inspect_app.plans import services as plans
from tests.support.make import Make
from tests.support.server import running

PEOPLE = 8


def racing(
    app: Any, address: str, cookies: list[str], path: str, fields: list[dict[str, str]]
) -> list[tuple[int, str]]:
    """What each was answered, all having sent at the same moment."""
    ready = Barrier(len(cookies))

    def send(number: int) -> tuple[int, str]:
        with requests.Session() as browser:
            browser.cookies.set("session", cookies[number])
            browser.get(f"{address}/healthz", timeout=20)
            ready.wait()
            answer = browser.post(address + path, data=fields[number], timeout=30, allow_redirects=False)
            return answer.status_code, answer.text

    with ThreadPoolExecutor(len(cookies)) as pool:
        return list(pool.map(send, range(len(cookies))))


def cookie_of(app: Any, person: Person) -> str:
    """Of a session that has just begun. Within an app context."""
    token, now = secrets.token_urlsafe(16), clock.now()
    mine = {"person_id": person.id, "address": "127.0.0.1", "device": "test"}
    db.session.add(SignIn(token_hash=token_hash(token), began_at=now, seen_at=now, **mine))
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    kept = client.get_cookie("session")
    assert kept
    return str(kept.value)


@pytest.fixture
def city(own_app):
    own_app.config["WTF_CSRF_ENABLED"] = False
    with own_app.app_context():
        make = Make(db.session)
        plans.load_areas()
        submitted, underway = make.finding("submitted"), make.finding("in_progress")
        reviewers = [make.person(Role.REVIEWER) for _ in range(PEOPLE)]
        yield {
            "submitted": submitted.id,
            "version": str(submitted.version),
            "underway": underway.id,
            "cookies": [cookie_of(own_app, person) for person in reviewers],
        }


def test_of_eight_who_judge_one_wins_and_seven_keep_what_they_typed(own_app, city):
    number, reasons = city["submitted"], [f"Ảnh thứ {n} chưa rõ, chụp lại." for n in range(PEOPLE)]
    fields = [{"reason": reason, "once": secrets.token_urlsafe(24), "version": city["version"]} for reason in reasons]
    with running(own_app) as address:
        answers = racing(own_app, address, city["cookies"], f"/findings/{number}/return", fields)
    assert sorted(status for status, _text in answers) == [303] + [409] * (PEOPLE - 1)
    for (status, text), reason in zip(answers, reasons, strict=True):
        assert status == 303 or reason in text
    finding = db.session.get_one(Finding, number)
    events = db.session.scalars(
        select(Event.action).where(Event.subject_id == number, Event.action == "finding:return")
    )
    assert finding.state is State.RETURNED
    assert len(events.all()) == 1


def test_a_form_that_is_sent_eight_times_at_once_does_its_work_once(own_app, city):
    number = city["underway"]
    fields = {"text": "Xin hỏi hạn nộp.", "once": secrets.token_urlsafe(24), "version": "1"}
    with running(own_app) as address:
        answers = racing(
            own_app, address, city["cookies"][:1] * PEOPLE, f"/findings/{number}/message", [fields] * PEOPLE
        )
    assert [status for status, _text in answers] == [303] * PEOPLE
    assert db.session.scalars(select(Message.text)).all() == ["Xin hỏi hạn nộp."]
