"""Several senders at once, and senders that die: nothing is lost, nothing is sent twice but by dying in between."""

import os
import subprocess
import sys
from datetime import timedelta

from sqlalchemy import select

from inspect_app.accounts.models import Person
from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.reminders import jobs
from inspect_app.reminders.models import Mail
from inspect_app.reminders.services import notices
from inspect_app.reminders.services.outbox import TAKEN_FOR
from tests.reminders.conftest import outbox
from tests.support.threads import at_once


def later():
    return clock.now() + TAKEN_FOR + timedelta(seconds=1)


def unsent(app):
    with app.app_context():
        return len(db.session.scalars(select(Mail.id).where(Mail.sent_at.is_(None))).all())


def test_two_workers_at_once_write_one_mail_for_each_person_and_send_each_once(own_app, office):
    own_app.config.update(office.settings)
    now = clock.now()
    with own_app.app_context():
        for number in range(8):
            told_somebody(number, now)
        db.session.commit()

    at_once(own_app, lambda _: jobs.write_mails(own_app, today=clock.today(), now=now), people=2)
    sent = at_once(own_app, lambda _: jobs.send_mails(own_app), people=2)

    assert sum(number for number, _not_sent in sent) == 8
    assert sorted(office.recipients) == [f"nguoi{number}@cantho.example" for number in range(8)]
    assert unsent(own_app) == 0


def told_somebody(number, now):
    person = Person(
        username=f"nguoi{number}",
        name="Nguyễn Văn An",
        name_folded="nguyen van an",
        sort_key="an",
        email=f"nguoi{number}@cantho.example",
        password_hash="!",
        password_set_at=now,
    )
    db.session.add(person)
    db.session.flush()
    words = {"code": "HC-1", "deadline": "20/11/2026"}
    notices.tell("due", ("finding", 1), [person.id], occurrence="2026-11-20", words=words, at=now)


def send_and_die(app, office, moment):
    """A sender of its own, killed by the mail server at that moment."""
    environment = {
        **os.environ,
        "INSTANCE_PATH": str(app.config["INSTANCE_PATH"]),
        "DATABASE_URL": app.config["DATABASE_URL"],
        **{name: str(value) for name, value in office.settings.items()},
    }
    office.kills_at = moment
    sender = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "inspect_app", "remind"],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    office.sender_pid = sender.pid
    assert sender.wait() == -9


def test_a_worker_that_is_killed_before_it_notes_the_answer_sends_again_under_the_same_id(own_app, office):
    own_app.config.update(office.settings)
    with own_app.app_context():
        outbox("an@cantho.example")
    send_and_die(own_app, office, "QUIT")  # after the server's 250
    assert len(office.taken) == 1
    with own_app.app_context():
        assert jobs.send_mails(own_app, clock=later) == (1, 0)
    assert [str(one["Message-ID"]) for one in office.taken] == ["<0@cantho.example>"] * 2
    assert unsent(own_app) == 0
