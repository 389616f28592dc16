"""Urging units that are late: reminder, two letters, the Chairman; each when it is due, and once."""

from datetime import date, timedelta
from typing import Any

import pytest

from inspect_app.core import clock
from inspect_app.core.actor import Role, TeamRole
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, Stale, WrongState
from inspect_app.findings.models import State
from inspect_app.plans.models import Team
from inspect_app.reminders.models import Level, Notice, Urging
from inspect_app.reminders.queries.urging import STEPS, Taken, cases, next_step
from inspect_app.reminders.services import urging as services
from inspect_app.units.models import Unit
from inspect_app.workdays.policy import DEFAULTS, Calendar
from tests.support.threads import at_once

TODAY = clock.today()


@pytest.fixture
def late(make):
    """A unit with an officer and one finding overdue since yesterday."""
    unit = make.unit("Phường Cái Khế")
    make.officer(unit)
    return make.finding(unit=unit, fixed_deadline=TODAY - timedelta(1))


def take(make, finding, level=Level.REMINDER, *, by=None, seen=0, today=TODAY, **said):
    actor = make.actor(by or make.reviewer)
    words: Any = {"content": "Đơn vị còn hạn chế quá hạn.", **said}
    where = finding.plan_id, finding.responsible_unit_id
    step = services.take(*where, level, actor=actor, seen=seen, today=today, **words)
    make.session.commit()
    return step


def unit_of(finding):
    return db.session.get_one(Unit, finding.responsible_unit_id)


def step(level, on, *ids):
    return Taken(level, on, ids)


def test_each_step_is_proposed_when_its_time_has_come():
    """Monday 2/3/2026 reminded; five working days later the first letter, ten and ten more for the others."""
    calendar, monday = Calendar({}), date(2026, 3, 2)

    def proposed(*taken):
        return next_step(taken, {1, 2}, monday, DEFAULTS, calendar)[0]

    assert (proposed().level, proposed().due_on) == (Level.REMINDER, monday)
    reminded = step(Level.REMINDER, monday, 1)
    assert (proposed(reminded).level, proposed(reminded).due_on) == (Level.LETTER_1, date(2026, 3, 9))
    first = step(Level.LETTER_1, date(2026, 3, 9), 1, 2)
    assert (proposed(reminded, first).level, proposed(reminded, first).due_on) == (Level.LETTER_2, date(2026, 3, 23))
    second = step(Level.LETTER_2, date(2026, 3, 23), 2)
    assert proposed(reminded, first, second).level is Level.CHAIRMAN
    assert proposed(*(step(level, monday, 1) for level in STEPS)) is None
    again = step(Level.REMINDER, date(2026, 3, 20), 1)
    assert proposed(reminded, first, again).level is Level.LETTER_2, "another reminder does not step back"


def test_a_unit_that_falls_behind_again_is_reminded_first():
    over = step(Level.LETTER_1, TODAY - timedelta(60), 7)
    proposal, last = next_step([over], {8}, TODAY, DEFAULTS, Calendar({}))
    assert (proposal and proposal.level, last) == (Level.REMINDER, None)


def test_a_reminder_reaches_the_officers_of_the_unit_and_is_logged(make, late):
    officer = make.officer(unit_of(late))
    other = make.officer(make.unit())
    made = take(make, late)
    told = db.session.query(Notice).filter_by(subject_table="urging").all()
    assert [one.recipient_id for one in told] == [officer.id]
    assert other.id not in {one.recipient_id for one in told}
    assert made.finding_ids == [late.id]
    event = db.session.query(Event).filter_by(action="urging:take").one()
    assert event.payload["findings"] == [late.code]


def test_a_letter_waits_for_its_day(make, late):
    reminder = take(make, late)
    with pytest.raises(WrongState):
        take(make, late, Level.LETTER_1, seen=reminder.id)
    with pytest.raises(WrongState):
        take(make, late, Level.LETTER_2, seen=reminder.id, today=TODAY + timedelta(30))
    letter = take(make, late, Level.LETTER_1, seen=reminder.id, today=TODAY + timedelta(30))
    assert (letter.number, letter.dated_on) == ("", None)


def test_nobody_takes_a_step_that_somebody_took_meanwhile(make, late):
    take(make, late)
    with pytest.raises(Stale):
        take(make, late)


def test_what_is_no_longer_overdue_is_not_urged(make, late):
    make.move(late, State.RESOLVED, started=TODAY, sent=TODAY, judged=TODAY)
    make.session.commit()
    with pytest.raises((WrongState, NotAllowed)):
        take(make, late)


def test_a_unit_without_officers_is_told_otherwise_and_the_next_step_counts_from_there(make, browser):
    alone = make.finding(fixed_deadline=TODAY - timedelta(1))
    where = {"plan_id": alone.plan_id, "unit_id": alone.responsible_unit_id}
    make.officer(unit_of(alone)).active = False
    make.session.commit()
    page = browser.signed_in_as(make.reviewer).get("urging.take", level="reminder", **where)
    assert "Ghi là đã nhắc" in page.buttons
    typed = {field["name"]: field["value"] for field in page.html.select("#step input[type=hidden]")}
    sent = browser.post("urging.take", level="reminder", data={**typed, "content": "Đã gọi điện."}, **where)
    assert "Đơn vị chưa có cán bộ dùng phần mềm" in browser.visit(sent.location).main
    assert not make.session.query(Notice).filter_by(subject_table="urging").all()
    page = browser.get("urging.show", **where)
    assert "Công văn đôn đốc lần 1" in page.main


def test_a_unit_that_has_ended_is_not_urged_before_somebody_answers_in_its_place(make, browser, late):
    unit = unit_of(late)
    unit.valid_to, unit.ended = TODAY - timedelta(1), True
    make.session.commit()
    assert not cases(make.actor(make.reviewer), TODAY)[0].is_due(TODAY)
    page = browser.signed_in_as(make.reviewer).get("urging.index")
    assert f"/units/{unit.id}/custody" in page.links()
    assert not [link for link in page.links() if "/take" in link]


def test_the_head_of_the_team_reminds_and_writes_no_letters(make, late):
    team = make.session.get_one(Team, late.team_id)
    head, member = make.head_of(team), make.sitting(team, TeamRole.MEMBER)
    with pytest.raises(NotAllowed):
        take(make, late, by=member)
    reminder = take(make, late, by=head)
    with pytest.raises(NotAllowed):
        take(make, late, Level.LETTER_1, by=head, seen=reminder.id, today=TODAY + timedelta(30))


def test_a_reviewer_elsewhere_knows_of_nothing(make, browser, late):
    elsewhere = make.person(Role.REVIEWER, make.unit())
    browser.signed_in_as(elsewhere)
    assert browser.get("urging.index").total == 0
    where = {"plan_id": late.plan_id, "unit_id": late.responsible_unit_id}
    browser.get("urging.show", **where, status=404)
    browser.get("urging.take", **where, status=404)
    made = take(make, late)
    browser.get("urging.letter", urging_id=made.id, status=404)


def test_the_draft_names_what_is_late_and_asks_for_a_day(make, browser, late):
    browser.signed_in_as(make.reviewer)
    where = {"plan_id": late.plan_id, "unit_id": late.responsible_unit_id}
    assert browser.get("urging.index").total == 1
    page = browser.get("urging.take", **where, level="reminder", until="2027-01-15")
    draft = page.html.select_one("textarea[name=content]").text
    assert late.code in draft
    assert "quá hạn 1 ngày" in draft
    assert "trước ngày 15/01/2027" in draft
    assert make.officer(unit_of(late)).name in page.main
    fields = {field["name"]: field.get("value", "") for field in page.html.select("form#step input[type=hidden]")}
    done = browser.post("urging.take", **where, level="reminder", data={**fields, "content": draft})
    assert late.code in browser.visit(done.location).main
    assert "Công văn đôn đốc lần 1" in browser.get("urging.show", **where).main
    lost = browser.post("urging.take", **where, data={"content": "Viết tay.", "seen": ""}, status=409)
    assert "Viết tay." in lost.html.select_one("textarea[name=content]").text


def test_every_letter_has_a_draft(make, browser, late):
    browser.signed_in_as(make.reviewer)
    where = {"plan_id": late.plan_id, "unit_id": late.responsible_unit_id}
    for level in STEPS[1:]:
        draft = browser.get("urging.take", **where, level=level.value).html.select_one("textarea[name=content]").text
        assert all(part in draft for part in ("Kính gửi", "Căn cứ", late.code, "Nơi nhận")), level


def test_the_number_of_a_letter_is_typed_once(make, browser, late):
    reminder = take(make, late)
    letter = take(make, late, Level.LETTER_1, seen=reminder.id, today=TODAY + timedelta(30))
    browser.signed_in_as(make.reviewer)
    said = {"number": "05/SNV-CCHC", "dated_on": f"{TODAY:%d/%m/%Y}"}
    browser.post("urging.number", urging_id=letter.id, data=said)
    assert "05/SNV-CCHC" in browser.get("urging.letter", urging_id=letter.id).main
    browser.post("urging.number", urging_id=letter.id, data={**said, "number": "06/SNV-CCHC"}, status=409)


def test_many_units_cost_what_one_costs(make, browser, late):
    browser.signed_in_as(make.reviewer)
    one = browser.get("urging.index")
    for _ in range(2):
        make.finding(fixed_deadline=TODAY - timedelta(3))
    many = browser.get("urging.index")
    assert (many.total, len(many.queries)) == (3, len(one.queries))
    assert browser.get("urging.index", plan=late.plan_id).total == 1
    ticked = browser.get("urging.index", id=[late.id, 10**6, "x"])
    assert (ticked.total, "Phường Cái Khế" in ticked.main) == (1, True)


def test_two_at_once_take_one_step(own_app):
    from tests.support.make import Make

    with own_app.app_context():
        make = Make(db.session)
        unit = make.unit()
        make.officer(unit)
        finding = make.finding(unit=unit, fixed_deadline=TODAY - timedelta(1))
        where = finding.plan_id, unit.id
        reviewer = make.actor(make.reviewer)
        db.session.rollback()

        def remind(_person):
            services.take(*where, Level.REMINDER, actor=reviewer, content="Nhắc.", seen=0, today=TODAY)
            db.session.commit()

        said = at_once(own_app, remind, people=3)
        assert said.count(None) == 1
        assert db.session.query(Urging).count() == 1
