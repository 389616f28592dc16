"""The machine's clock jumps, as it does when it is put right: nobody is let in or locked out, no order breaks."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.findings.models import Finding, Message
from inspect_app.reminders import jobs
from inspect_app.reminders.models import Notice
from tests.faults.site import Site, enter, populate
from tests.support.make import PASSWORD, Make

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def site(own_app):
    token, page = populate(own_app)
    return Site(enter(own_app, token), page)


def test_time_that_jumps_back_and_forth_breaks_nothing(site, own_app):
    now = clock.now()
    jumps = [timedelta(), -HOUR, timedelta(), timedelta(seconds=30), -HOUR, timedelta(minutes=1)]
    for number, jump in enumerate(jumps):
        with time_machine.travel(now + jump, tick=True):
            assert site.get() == 200, f"signed out by a jump of {jump}"
            assert site.write(f"Câu hỏi {number}").status_code == 303
    with time_machine.travel(now + DAY, tick=True):
        assert site.get() == 302, "a day later everybody signs in again"
    with time_machine.travel(now + timedelta(minutes=2), tick=True):
        assert site.get() == 302, "what is over stays over when time jumps back"
    with own_app.app_context():
        said = db.session.scalars(select(Message.text).order_by(Message.id)).all()
        numbers = db.session.scalars(select(Event.seq).order_by(Event.seq)).all()
        assert said == [f"Câu hỏi {number}" for number in range(len(jumps))]
        assert numbers == list(range(1, len(numbers) + 1))
        texts = db.session.scalars(select(Event.payload).where(Event.action == "finding:message").order_by(Event.seq))
        assert len(texts.all()) == len(jumps)


def test_a_lock_ends_after_its_time_whatever_the_clock_did_meanwhile(own_app, account_in):
    client, username = own_app.test_client(), account_in
    now = clock.now()

    def enters(password: str) -> int:
        return client.post("/login", data={"username": username, "password": password}).status_code

    for _miss in range(5):
        assert enters("sai mật khẩu") == 422
    with time_machine.travel(now - HOUR, tick=True):
        assert enters(PASSWORD) == 422
    with time_machine.travel(now + DAY, tick=True):
        assert enters(PASSWORD) == 303


def test_people_are_told_once_though_a_day_comes_twice(own_app):
    with own_app.app_context():
        today, make = clock.today(), Make(db.session)
        make.finding("open", fixed_deadline=today + timedelta(days=2))
        db.session.commit()
        now, before = clock.now(), len(db.session.scalars(select(Notice)).all())
        told = []
        for jump in (0, 1, 0, 1, 2, 0):
            told.append(jobs.remind(today=today + jump * DAY, now=now + jump * DAY))
        notices = db.session.scalars(select(Notice)).all()
        assert sum(told) == len(notices) - before
        assert told[2:4] == [0, 0]
        assert told[5] == 0


def test_numbers_of_findings_go_on_upwards(own_app):
    with own_app.app_context():
        make, now = Make(db.session), clock.now()
        for jump in (timedelta(), -HOUR, HOUR, -HOUR):
            with time_machine.travel(now + jump, tick=True):
                make.finding("open")
        codes = db.session.scalars(select(Finding.code).order_by(Finding.id)).all()
    assert [int(re.findall(r"\d+", code)[-1]) for code in codes] == [1, 2, 3, 4]


@pytest.fixture
def account_in(own_app, password_hash):
    own_app.config["WTF_CSRF_ENABLED"] = False
    with own_app.app_context():
        person = Make(db.session).person()
        person.password_hash = password_hash
        db.session.commit()
        return person.username
