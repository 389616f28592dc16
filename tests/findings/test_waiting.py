"""What teams and reviewers have had for longer than they are given, on the days that it begins to be so."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import update

from inspect_app.core.actor import SIGNING
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.findings.models import Extension, Finding, Message
from inspect_app.findings.queries.waiting import HEADS, last_days, past_since, waiting_too_long
from inspect_app.units.models import Unit
from inspect_app.visits.models import Visit
from inspect_app.workdays.policy import DEFAULTS, Calendar
from tests.support.plans import explained

CALENDAR = Calendar({})
MONDAY = date(2023, 11, 6)
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_monday():
    with time_machine.travel(datetime(2023, 11, 6, 9, tzinfo=HANOI), tick=False):
        yield


def late(on, **which):
    return [(row.kind, row.subject_id) for row in waiting_too_long(on, CALENDAR, DEFAULTS, **which)]


def test_nothing_is_late_while_nothing_waits(make):
    make.finding("open")
    make.finding("resolved")
    make.visit("closed")
    assert late(MONDAY + 300 * A_DAY) == []


def test_a_verifier_is_late_the_day_after_the_fifth_working_day(make):
    finding = make.finding("submitted", sent=MONDAY)
    assert late(date(2023, 11, 13)) == []
    assert late(date(2023, 11, 14)) == [("verify", finding.id)]
    (row,) = waiting_too_long(date(2023, 11, 15), CALENDAR, DEFAULTS)
    assert (row.wait.since, row.wait.due, row.wait.days, row.wait.over) == (MONDAY, date(2023, 11, 13), 7, 2)
    assert (row.unit_id, row.team_id, row.label) == (finding.responsible_unit_id, finding.team_id, finding.code)
    assert row.asker_id == make.officer(db.session.get_one(Unit, finding.unit_id)).id


def test_an_explanation_waits_from_the_day_it_came_whatever_changed_since(make):
    finding = make.finding("disputed", issued=MONDAY - 20 * A_DAY, started=MONDAY - 10 * A_DAY)
    finding.moved_on = MONDAY
    db.session.commit()
    (row,) = waiting_too_long(MONDAY, CALENDAR, DEFAULTS)
    assert (row.kind, row.wait.since, row.roles) == ("answer_dispute", MONDAY - 10 * A_DAY, HEADS)


def test_a_request_for_time_waits_until_it_is_decided(make):
    finding = make.finding("in_progress", issued=MONDAY - 20 * A_DAY)
    asked = Extension(finding_id=finding.id, reason="Chờ thiết bị", asked_on=MONDAY, old_deadline=finding.deadline)
    db.session.add(asked)
    db.session.commit()
    assert late(date(2023, 11, 9)) == []
    (row,) = waiting_too_long(date(2023, 11, 10), CALENDAR, DEFAULTS)
    assert (row.kind, row.subject_id, row.roles) == ("decide_extension", finding.id, ())
    asked.granted = False
    db.session.commit()
    assert late(date(2023, 11, 10)) == []


def test_questions_wait_from_the_first_that_nobody_answered(make):
    finding = make.finding("open", issued=MONDAY - 20 * A_DAY)

    def said(day, *, unit):
        noon = datetime(2023, 11, day, 5, tzinfo=UTC)
        message = {"finding_id": finding.id, "author_name": "Lan", "text": "Ảnh chụp ở đâu?", "sent_at": noon}
        if not unit:
            db.session.execute(update(Message).values(unanswered=False))
        db.session.add(Message(from_unit=unit, unanswered=unit, **message))
        db.session.commit()

    said(1, unit=True)
    said(2, unit=False)
    assert late(date(2023, 11, 30)) == []
    said(6, unit=True)
    said(8, unit=True)
    assert late(date(2023, 11, 9)) == []
    (row,) = waiting_too_long(date(2023, 11, 10), CALENDAR, DEFAULTS)
    assert (row.kind, row.wait.since) == ("answer_question", MONDAY)


def test_a_team_sends_its_results_and_issues_them_in_time(make):
    begun, sent = make.visit("begun"), make.visit("reported")
    make.self_inspection(entry="found")
    make.visit("cancelled")
    assert late(date(2023, 11, 13)) == []
    assert late(date(2023, 11, 14)) == [("report", begun.id)]
    assert late(date(2023, 11, 21)) == [("report", begun.id), ("conclude", sent.id)]
    (_, row) = waiting_too_long(date(2023, 11, 21), CALENDAR, DEFAULTS)
    assert (row.subject, row.roles, row.team_id, row.unit_id) == ("visit", SIGNING, sent.team_id, make.root.id)


def test_of_each_kind_the_longest_waiting_are_told_where_a_few_will_do(make, session):
    make.visit("begun")
    first, sent = make.visit("begun", day=MONDAY - A_DAY), make.visit("reported")
    last = last_days(MONDAY + 60 * A_DAY, CALENDAR, DEFAULTS)
    rows = session.execute(past_since(last, most=1))
    assert sorted((row.kind, row.subject_id) for row in rows) == [("conclude", sent.id), ("report", first.id)]


def test_what_waits_longest_is_read_in_its_order(make, session):
    """One part of the statement at a time: no table is read whole, and nothing is sorted that an index has sorted."""
    make.finding("submitted", sent=MONDAY)
    last = last_days(MONDAY + 60 * A_DAY, CALENDAR, DEFAULTS)
    for place in range(len(last)):
        plan = explained(session, past_since(last[place : place + 1], most=100), without=("seqscan", "bitmapscan"))
        whole = [line for line in plan if re.search(r"(SCAN|Seq Scan on) (finding|visit|event|submission)\b", line)]
        assert not whole, plan
    plan = explained(session, past_since(last[:1], most=100), without=("seqscan", "bitmapscan", "sort"))
    assert any("ix_finding_submitted" in line for line in plan), plan


def test_conditions_hold_it_to_what_a_reader_may_see(make):
    finding, visit = make.finding("submitted"), make.visit("begun")
    on = MONDAY + 60 * A_DAY
    assert late(on, findings=Finding.id == finding.id, visits=Visit.id == 0) == [("verify", finding.id)]
    assert late(on, findings=Finding.id == 0, visits=Visit.id == visit.id) == [("report", visit.id)]
