"""Who is told what about tasks: by events, by time, in the calendar."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.reminders.models import Notice
from inspect_app.reminders.policy import RULES
from inspect_app.reminders.services.passing import remind
from inspect_app.reminders.services.settings import open_feed
from inspect_app.tasks import services
from inspect_app.units.models import Unit
from inspect_app.workdays import queries as workdays
from tests.support.tasks import task, task_plan

TODAY = clock.today()


def told(make):
    """What was told since the last time, as (who, rule, sentence): it is told when what was done is committed."""
    make.session.commit()
    rows = make.session.scalars(select(Notice).where(Notice.read_at.is_(None)).order_by(Notice.id)).all()
    said = [(row.recipient_id, row.rule_code, RULES[row.rule_code].sentence % row.words) for row in rows]
    for row in rows:
        row.read_at = clock.now()
    make.session.commit()
    return said


def test_both_sides_are_told_of_what_the_other_did(make):
    unit, heir = make.unit("Phường Cái Khế"), make.unit("Phường Ninh Kiều")
    officer, reviewer, heirs_officer = make.officer(unit), make.reviewer, make.officer(heir)
    plan = task_plan(make, number="05/KH-UBND")
    one = task(make, plan=plan, unit=unit, given=TODAY, due_on=TODAY + timedelta(days=9))
    given = "Phường Cái Khế được giao 1 nhiệm vụ theo 05/KH-UBND"
    assert told(make) == [(officer.id, "task_plan:give", given)]

    def by(person):
        return {"actor": make.actor(person), "on": TODAY, "today": TODAY}

    sending: Any = {"statement": "Đã làm.", **make.storing}
    services.report(one, files=[make.file()], **sending, **by(officer))
    ((who, rule, _sentence),) = told(make)
    assert (who, rule) == (reviewer.id, "task:report")
    services.send_back(one, reason="Thiếu số liệu.", **by(reviewer))
    assert [row[:2] for row in told(make)] == [(officer.id, "task:return")]
    services.extend(one, until=TODAY + timedelta(days=20), reason="Thêm việc.", **by(reviewer))
    services.report(one, files=[make.file()], **sending, **by(officer))
    services.accept(one, **by(reviewer))
    assert [row[:2] for row in told(make)] == [
        (officer.id, "task:extend"),
        (reviewer.id, "task:report"),
        (officer.id, "task:accept"),
    ]
    services.reopen(one, reason="Báo cáo sai.", **by(reviewer))
    told(make)
    services.hand_on(one, make.session.get_one(Unit, heir.id), reason="Sáp nhập.", **by(reviewer))
    assert [row[:2] for row in told(make)] == [(heirs_officer.id, "task:hand_on")]
    task(make, "done", unit=unit, given=TODAY - timedelta(days=400), due_on=None, sent=TODAY - timedelta(days=399))
    assert "task:report" not in {row[1] for row in told(make)}


def test_a_due_day_is_reminded_of_before_on_and_after_it_and_not_once_it_was_reported(make, browser):
    due = workdays.calendar().next_working(TODAY + timedelta(days=60))
    one, sent = task(make, due_on=due), task(make, "reported", due_on=due)
    task(make, due_on=None)
    officer = make.session.get_one(type(make.reviewer), make.officer(make.session.get_one(Unit, one.unit_id)).id)
    told(make)

    def on(day):
        remind(today=day, at=clock.now())
        make.session.commit()
        return [row for row in told(make) if row[0] == officer.id]

    assert [row[:2] for row in on(due - timedelta(days=7))] == [(officer.id, "before:first")]
    assert on(due) == [(officer.id, "due", f"{one.code}: hạn là ngày {due:%d/%m/%Y}")]
    assert on(due) == []
    assert [row[:2] for row in on(due + timedelta(days=14))] == [(officer.id, "after")]

    token = open_feed(actor=make.actor(officer), now=clock.now(), today=TODAY)
    make.session.commit()
    calendar = browser.client.get(browser.address("feeds.show", {"token": token})).get_data(as_text=True)
    assert f"task-{one.id}@" in calendar
    assert f"task-{sent.id}@" not in calendar


def test_units_that_join_in_are_told_of_what_changes_their_work(make):
    unit, joining, late_comer = make.unit(), make.unit("Phường Ô Môn"), make.unit("Phường Bình Thủy")
    officer, helper, other = make.officer(unit), make.officer(joining), make.officer(late_comer)
    plan = task_plan(make, number="05/KH-UBND")
    one = task(make, plan=plan, unit=unit, given=TODAY, due_on=TODAY + timedelta(days=9), joining=[joining, unit])
    joins = "Phường Ô Môn phối hợp thực hiện 1 nhiệm vụ theo 05/KH-UBND"
    assert told(make)[1:] == [(helper.id, "task_plan:join", joins)]
    by: Any = {"actor": make.actor(make.reviewer), "on": TODAY, "today": TODAY}
    words = services.Particulars(text=one.text, unit=unit, due_on=one.due_on, joining=[joining, late_comer])
    services.edit(one, words, **by)
    assert [row[:2] for row in told(make)] == [(other.id, "task_plan:join")]
    services.extend(one, until=TODAY + timedelta(days=20), reason="Thêm việc.", **by)
    assert {row[:2] for row in told(make)} == {(who.id, "task:extend") for who in (officer, helper, other)}


def test_a_report_that_waits_too_long_is_brought_to_mind_until_it_is_answered(make):
    calendar = workdays.calendar()
    late = task(make, "reported", sent=TODAY)
    due = calendar.add_working_days(TODAY, 5)
    told(make)

    def on(day):
        remind(today=day, at=clock.now())
        make.session.commit()
        return [row[:2] for row in told(make) if row[1] == "wait:task"]

    assert on(due) == []
    assert on(due + timedelta(days=1)) == [(make.reviewer.id, "wait:task")]
    assert on(due + timedelta(days=2)) == []
    assert on(due + timedelta(days=8)) == [(make.reviewer.id, "wait:task")]
    services.accept(late, actor=make.actor(make.reviewer), on=TODAY, today=TODAY)
    assert on(due + timedelta(days=30)) == []
