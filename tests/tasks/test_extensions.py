"""A later due day, asked for and given: what changes on which day, who decides, who is told, what both sides read."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.home import queries as work
from inspect_app.reminders.models import Notice
from inspect_app.reminders.services.passing import remind
from inspect_app.tasks import queries, services
from inspect_app.tasks.models import TaskExtension, TaskState
from inspect_app.tasks.queries import Filter, Timing
from inspect_app.tasks.services import Particulars
from inspect_app.tasks.services.history import ready
from inspect_app.units.models import Unit
from inspect_app.workdays import queries as workdays
from inspect_app.workdays.models import Term
from inspect_app.workdays.policy import TermCode
from tests.support.tasks import task

TODAY = clock.today()


def days(n: int) -> Any:
    return TODAY + timedelta(days=n)


class Hands:
    def __init__(self, make, one):
        self.make, self.one = make, one
        self.person = make.officer(make.session.get_one(Unit, one.unit_id))
        self.officer, self.reviewer = make.actor(self.person), make.actor(make.reviewer)

    def ask(self, on=TODAY, **given):
        told = {"actor": self.officer, "wanted": days(9), "reason": "Chờ kinh phí.", **given}
        return services.ask_extension(self.one, on=on, today=TODAY, **told)

    def take_back(self, **given):
        services.take_back_extension(self.one, **{"actor": self.officer, "on": TODAY, "today": TODAY, **given})

    def extend(self, on=TODAY, **given):
        services.extend(self.one, on=on, today=TODAY, **{"actor": self.reviewer, "until": days(9), **given})

    def refuse(self, **given):
        told = {"actor": self.reviewer, "reason": "Còn đủ thời gian.", **given}
        services.refuse_extension(self.one, on=TODAY, today=TODAY, **told)


@pytest.fixture
def hands(make):
    return Hands(make, task(make, due_on=days(-4)))


def refused(act, field):
    with pytest.raises(Invalid) as error:
        act()
    assert error.value.field == field


def rows(make, one):
    make.session.commit()
    found = make.session.scalars(
        select(TaskExtension).where(TaskExtension.task_id == one.id).order_by(TaskExtension.id)
    )
    return [(row.wanted, row.granted, row.new_due_on, row.note) for row in found]


def test_what_is_asked_granted_refused_and_taken_back_is_on_record_and_the_first_day_stays(hands, make):
    one = hands.one
    hands.ask(letter_number=" 45/UBND-VP ", letter_on=TODAY)
    assert (one.due_on, one.state, one.is_overdue(TODAY)) == (days(-4), TaskState.TODO, True)
    hands.take_back()
    hands.ask(wanted=days(3))
    hands.refuse()
    hands.ask()
    hands.extend(until=days(7))
    assert rows(make, one) == [
        (days(9), False, None, ""),
        (days(3), False, None, "Còn đủ thời gian."),
        (days(9), True, days(7), ""),
    ]
    assert (one.baseline, one.due_on, one.extended, one.is_overdue(TODAY)) == (days(-4), days(7), True, False)
    hands.extend(until=days(12), reason="Thêm việc.")
    assert rows(make, one)[-1] == (None, True, days(12), "")


def test_what_cannot_be_asked_or_granted(hands, make):
    one, calendar = hands.one, workdays.calendar()
    refused(lambda: hands.ask(reason=" "), "reason")
    refused(lambda: hands.ask(wanted=None), "wanted")
    refused(lambda: hands.ask(wanted=TODAY), "wanted")
    refused(lambda: hands.ask(letter_on=days(1)), "letter_on")
    refused(lambda: hands.ask(wanted=calendar.next_working(days(26)) + timedelta(days=1)), "wanted")
    for outsider in (hands.reviewer, make.actor(make.officer(make.unit()))):
        with pytest.raises(NotAllowed):
            hands.ask(actor=outsider)
    hands.ask(on=days(-1))
    with pytest.raises(WrongState):
        hands.ask()
    with pytest.raises(NotAllowed):
        hands.take_back(actor=make.actor(make.person(Role.OFFICER, make.session.get_one(Unit, one.unit_id))))
    refused(lambda: hands.extend(on=days(-2)), "on")
    refused(lambda: hands.refuse(reason=""), "reason")
    hands.extend()
    refused(lambda: hands.extend(until=days(20)), "reason")
    make.session.add(Term(code=TermCode.EXTENSION_TIMES, days=1))
    make.session.flush()
    refused(lambda: hands.ask(wanted=days(20)), "wanted")
    with pytest.raises(WrongState):
        Hands(make, task(make, due_on=None)).ask()


def test_a_request_lapses_with_what_it_was_for(make):
    def after(act):
        hands = Hands(make, task(make, "reported", due_on=days(5)))
        hands.ask()
        act(hands)
        return rows(make, hands.one)

    by: Any = {"on": TODAY, "today": TODAY}
    lapsed = [(days(9), False, None, "")]
    assert after(lambda it: services.accept(it.one, actor=it.reviewer, **by)) == lapsed
    assert after(lambda it: services.withdraw(it.one, actor=it.reviewer, reason="Thôi.", **by)) == lapsed
    assert after(lambda it: services.send_back(it.one, actor=it.reviewer, reason="Thiếu.", **by))[0][1] is None
    fresh = Hands(make, task(make, due_on=days(5)))
    fresh.ask()
    words: Any = {"text": "Lập báo cáo.", "unit": make.session.get_one(Unit, fresh.one.unit_id)}
    services.edit(fresh.one, Particulars(due_on=days(5), **words), actor=fresh.reviewer, **by)
    assert rows(make, fresh.one)[0][1] is None
    services.edit(fresh.one, Particulars(due_on=None, **words), actor=fresh.reviewer, **by)
    assert rows(make, fresh.one) == lapsed


def test_a_task_is_judged_by_the_day_in_force_when_it_was_reported(make):
    def done(put_off, sent):
        hands = Hands(make, task(make, due_on=days(-10)))
        hands.ask(on=days(-12), wanted=days(-5))
        hands.extend(on=put_off, until=days(-5))
        told: Any = {"statement": "Đã làm.", "files": [make.file()], **make.storing}
        services.report(hands.one, actor=hands.officer, on=max(sent, put_off), today=TODAY, **told)
        services.accept(hands.one, actor=hands.reviewer, on=TODAY, today=TODAY)
        return hands.one

    assert done(days(-11), days(-7)).days_late == -2
    assert done(days(-11), days(-5)).days_late == 0
    late = done(days(-8), days(-4))
    assert late.days_late == 1

    def overdue(on):
        wanted = Filter(timing=Timing.OVERDUE, as_of=on)
        found = make.session.execute(queries.listed(make.actor(make.reviewer), wanted, today=TODAY)[0])
        return late.id in {row.id for row in found}

    assert [overdue(days(n)) for n in (-10, -9, -8, -5)] == [False, True, False, False]


def told(make):
    """Who was told what since the last time: it is told when what was done is committed."""
    make.session.commit()
    found = make.session.scalars(select(Notice).where(Notice.read_at.is_(None)).order_by(Notice.id)).all()
    said = [(row.recipient_id, row.rule_code) for row in found]
    for row in found:
        row.read_at = clock.now()
    make.session.commit()
    return said


def test_whoever_has_to_answer_is_told_and_reminded_and_the_unit_learns_the_answer(hands, make):
    told(make)
    hands.ask()
    reviewer, officer = make.reviewer.id, hands.person.id
    assert told(make) == [(reviewer, "task:ask_extension")]
    waiting = work.waiting(hands.reviewer, TODAY)[0]

    def on(day):
        remind(today=day, at=clock.now())
        return [row for row in told(make) if row[1] == "wait:task_extension"]

    due = workdays.calendar().add_working_days(TODAY, 3)
    assert on(due) == []
    assert on(due + timedelta(days=1)) == [(reviewer, "wait:task_extension")]
    hands.refuse()
    assert told(make) == [(officer, "task:refuse_extension")]
    assert work.waiting(hands.reviewer, TODAY)[0] == waiting - 1
    assert on(due + timedelta(days=30)) == []
    hands.ask()
    told(make)
    hands.extend()
    assert told(make) == [(officer, "task:extend")]


def test_asking_and_answering_on_the_pages(hands, make, browser):
    one = hands.one
    path, wanted = f"/tasks/{one.id}", f"{days(9):%d/%m/%Y}"
    asking = {"wanted": wanted, "reason": "Chờ kinh phí.", "version": one.version}
    browser.signed_in_as(hands.person)
    again = browser.open("POST", f"{path}/ask-extension", data={**asking, "reason": ""}, status=422)
    assert again.html.select_one("[name=wanted]")["value"] == wanted
    browser.open("POST", f"{path}/ask-extension", data=asking, status=303)
    second = browser.open("POST", f"{path}/ask-extension", data={**asking, "reason": "Thêm lần nữa."}, status=409)
    assert "Thêm lần nữa." in second.main
    assert f"Đơn vị đề nghị gia hạn đến {wanted}, chờ Sở Nội vụ trả lời." in second.main

    browser.signed_in_as(make.reviewer)
    (link,) = {href for href in browser.get("home.index").links() if "decide=1" in href}
    listed = browser.visit(link)
    assert (listed.total, f"đề nghị gia hạn đến {wanted}" in listed.main) == (1, True)
    assert browser.visit(path).html.select_one("[name=until]")["value"] == wanted
    browser.open("POST", f"{path}/extend", data={"until": wanted, "reason": "", "version": one.version}, status=303)
    page, first = browser.visit(path), f"{days(-4):%d/%m/%Y}"
    for words in (f"{wanted} (đã gia hạn, hạn ban đầu {first})", f"Gia hạn từ {first} đến {wanted}", "Chờ kinh phí."):
        assert words in page.main
    assert not {href for href in browser.get("home.index").links() if "decide=1" in href}


def test_of_two_who_ask_or_decide_at_once_the_first_counts(hands, make, session):
    request = hands.ask()
    session.commit()
    ready(hands.one)
    taken = f"UPDATE task_extension SET granted = {_false(session)} WHERE id = {request.id}"
    session.connection().exec_driver_sql(taken)
    with pytest.raises(WrongState, match="vừa có người xử lý"):
        hands.extend()
    session.rollback()
    hands.take_back()
    session.commit()
    ready(hands.one)
    asked = {"asker_id": hands.officer.person_id, "asked_on": TODAY, "wanted": days(9), "old_due_on": TODAY}
    session.add(TaskExtension(task_id=hands.one.id, reason="x", **asked))
    with pytest.raises(Stale, match="đang chờ trả lời"):
        hands.ask()


def _false(session):
    return "0" if session.connection().dialect.name == "sqlite" else "FALSE"
