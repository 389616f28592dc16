"""Time asked for and given: what the deadline was on each day, who decides, what stays as it was."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.loading import load
from inspect_app.findings import queries, services
from inspect_app.findings.models import Extension, Finding, State
from inspect_app.findings.queries import Extended, Filter
from inspect_app.home import queries as work
from inspect_app.units.models import Unit
from inspect_app.workdays.models import Term
from inspect_app.workdays.policy import TermCode
from tests.findings.test_services import DUE, ISSUED, TODAY, VISITED, Hands, on_day

LATER, ASKED = date(2023, 11, 24), date(2023, 11, 6)


class Asking(Hands):
    def ask(self, on=ASKED, **given):
        told = {"actor": self.officer, "wanted": LATER, "reason": "Chờ bản công bố.", **given}
        return services.ask_extension(self.finding, on=on, today=TODAY, **told)

    def take_back(self, on, **given):
        services.take_back_extension(self.finding, **{"actor": self.officer, "on": on, "today": TODAY, **given})

    def extend(self, on, until=LATER, **given):
        told = {"actor": self.reviewer, "until": until, "reason": "Do thiên tai.", **given}
        services.extend(self.finding, on=on, today=TODAY, **told)

    def refuse(self, on, **given):
        told = {"actor": self.reviewer, "reason": "Còn đủ thời gian.", **given}
        services.refuse_extension(self.finding, on=on, today=TODAY, **told)


@pytest.fixture
def finding(make):
    """Open since 20/10/2023, due on 10/11/2023."""
    return make.finding(day=VISITED, issued=ISSUED, fixed_deadline=DUE)


@pytest.fixture
def hands(make, finding):
    return Asking(make, finding)


def last_of(session, finding):
    session.commit()
    return session.scalars(
        select(Extension).where(Extension.finding_id == finding.id).order_by(Extension.id.desc()).limit(1)
    ).one()


def test_asking_changes_nothing_but_that_somebody_must_answer(hands, finding, session):
    hands.ask(letter_number=" 45/BC-UBND ", letter_on=ASKED)
    asked = last_of(session, finding)
    assert (asked.asked_on, asked.wanted, asked.old_deadline, asked.granted) == (ASKED, LATER, DUE, None)
    assert asked.letter_number == "45/BC-UBND"
    assert (finding.state, finding.deadline) == (State.OPEN, DUE)
    assert on_day(session, finding, date(2023, 11, 11))["overdue"]


def test_granted_late_it_is_overdue_no_more_from_that_day_on(hands, finding, session):
    hands.ask()
    hands.extend(date(2023, 11, 14), date(2023, 11, 20))
    granted = last_of(session, finding)
    assert (granted.granted, granted.decided_on, granted.new_deadline) == (True, date(2023, 11, 14), date(2023, 11, 20))
    assert (finding.baseline, finding.deadline) == (DUE, date(2023, 11, 20))
    overdue = {day: on_day(session, finding, date(2023, 11, day))["overdue"] for day in (10, 11, 13, 14, 20, 21)}
    assert overdue == {10: False, 11: True, 13: True, 14: False, 20: False, 21: True}


def test_what_was_sent_is_judged_by_the_deadline_of_its_day(hands, finding, session):
    hands.submit(date(2023, 11, 13))
    hands.extend(date(2023, 11, 15), date(2023, 11, 30))
    session.commit()
    assert not finding.in_time
    hands.accept(date(2023, 11, 16))
    assert finding.days_late == 3


def test_a_refused_request_leaves_the_deadline_and_another_may_follow(hands, finding, session):
    hands.ask()
    hands.refuse(date(2023, 11, 8))
    refused = last_of(session, finding)
    assert (refused.granted, refused.note, refused.new_deadline) == (False, "Còn đủ thời gian.", None)
    assert finding.deadline == DUE
    hands.ask(date(2023, 11, 9))
    assert last_of(session, finding).granted is None


def test_its_asker_takes_a_request_back_while_nobody_decided(hands, finding, make, session):
    hands.ask()
    colleague = make.person(home=make.root)
    make.grant(colleague, "officer", session.get_one(Unit, finding.unit_id))
    with pytest.raises(NotAllowed):
        hands.take_back(date(2023, 11, 7), actor=make.actor(colleague))
    hands.take_back(date(2023, 11, 7))
    assert last_of(session, finding).taken_back
    with pytest.raises(WrongState):
        hands.take_back(date(2023, 11, 7))
    with pytest.raises(WrongState):
        hands.refuse(date(2023, 11, 7))


def test_one_request_waits_at_a_time(hands, finding, session):
    hands.ask()
    with pytest.raises(WrongState):
        hands.ask()
    hands.take_back(ASKED)
    session.commit()
    load(finding, "request")
    session.add(
        Extension(finding_id=finding.id, asker_id=hands.officer.person_id, asked_on=ASKED, reason="x", old_deadline=DUE)
    )
    with pytest.raises(Stale, match="đang chờ trả lời"):
        hands.ask()


def test_of_two_who_decide_the_first_counts(hands, finding, session):
    hands.ask()
    session.commit()
    load(finding, "visit", "unit", "responsible_unit", "latest", "request")
    request = finding.request
    session.connection().exec_driver_sql(f"UPDATE extension SET granted = {_false(session)} WHERE id = {request.id}")
    with pytest.raises(WrongState, match="vừa có người xử lý"):
        hands.extend(date(2023, 11, 8))


def _false(session):
    return "0" if session.connection().dialect.name == "sqlite" else "FALSE"


@pytest.mark.parametrize(
    ("verb", "given", "field"),
    [
        ("ask", {"reason": " "}, "reason"),
        ("ask", {"wanted": None}, "wanted"),
        ("ask", {"wanted": DUE}, "wanted"),
        ("ask", {"wanted": DUE + timedelta(days=40)}, "wanted"),
        ("ask", {"letter_on": TODAY + timedelta(days=1)}, "letter_on"),
        ("extend", {"until": None}, "until"),
        ("extend", {"until": DUE}, "until"),
        ("extend", {"reason": ""}, "reason"),
        ("refuse", {"reason": ""}, "reason"),
    ],
)
def test_what_each_must_have(hands, finding, verb, given, field):
    if verb == "refuse":
        hands.ask()
    with pytest.raises(Invalid) as refused:
        getattr(hands, verb)(date(2023, 11, 7), **given)
    assert refused.value.field == field
    assert finding.deadline == DUE


def test_no_answer_counts_for_a_day_before_the_question(hands):
    hands.ask()
    with pytest.raises(Invalid, match="trước ngày đề nghị"):
        hands.refuse(ASKED - timedelta(days=1))


def test_how_often_a_unit_may_ask_is_a_term(hands, finding, session):
    session.add(Term(code=TermCode.EXTENSION_TIMES, days=1))
    hands.extend(date(2023, 11, 1), date(2023, 11, 12))
    hands.ask(date(2023, 11, 2))
    hands.extend(date(2023, 11, 3))
    with pytest.raises(Invalid, match="gia hạn 1 lần theo đề nghị"):
        hands.ask(date(2023, 11, 20), wanted=date(2023, 11, 30))
    hands.extend(date(2023, 11, 20), date(2024, 1, 31))
    assert finding.deadline == date(2024, 1, 31), "who decides is not bound by what may be asked for"


def test_a_return_with_a_later_day_answers_the_request(hands, finding, session):
    hands.submit(date(2023, 11, 1))
    hands.ask(date(2023, 11, 2))
    hands.send_back(date(2023, 11, 3), resubmit_by=LATER)
    answered = last_of(session, finding)
    assert (answered.granted, answered.wanted, answered.new_deadline) == (True, LATER, LATER)


@pytest.mark.parametrize("ending", ["accept", "withdraw"])
def test_a_request_ends_with_its_finding(hands, finding, session, ending):
    hands.submit(date(2023, 11, 1))
    hands.ask(date(2023, 11, 2))
    getattr(hands, ending)(date(2023, 11, 3))
    ended = last_of(session, finding)
    assert (ended.granted, ended.decider_id, ended.decided_on) == (False, None, date(2023, 11, 3))


def test_events_name_whom_it_concerns_and_the_days(hands, finding, session):
    hands.ask()
    hands.extend(date(2023, 11, 8))
    hands.ask(date(2023, 11, 9), wanted=date(2023, 11, 30))
    hands.refuse(date(2023, 11, 10))
    session.commit()
    told = {event.action.partition(":")[2]: event.payload for event, _unit in reversed(queries.events_of(finding))}
    asker = hands.officer.person_id
    assert told["extend"]["old"] == "2023-11-10"
    assert told["extend"]["until"] == told["extend"]["deadline"] == "2023-11-24"
    assert told["extend"]["asker_id"] == told["refuse_extension"]["asker_id"] == asker
    assert told["ask_extension"]["wanted"] == "2023-11-30"
    assert told["ask_extension"]["responsible_unit_id"] == finding.unit_id


def test_lists_of_what_was_put_off_and_of_what_waits_for_an_answer(hands, finding, make, session):
    def listed(extension, **wanted):
        query, _facts = queries.listed(hands.reviewer, Filter(extension=Extended(extension), **wanted), today=TODAY)
        return [row.id for row in session.execute(query)]

    hands.ask()
    assert (listed("waiting"), listed("granted")) == ([finding.id], [])
    hands.extend(date(2023, 11, 8))
    session.commit()
    assert (listed("waiting"), listed("granted")) == ([], [finding.id])
    then = date(2023, 11, 7)
    assert (listed("waiting", as_of=then), listed("granted", as_of=then)) == ([finding.id], [])


def test_a_request_waits_on_the_reviewers_page_until_it_is_answered(make, browser, session):
    today = clock.today()
    finding = make.finding("in_progress", issued=today - timedelta(days=9), fixed_deadline=today + timedelta(days=3))
    hands = Asking(make, session.get_one(Finding, finding.id))
    hands.ask(today, wanted=today + timedelta(days=9))
    session.commit()
    before = work.waiting(hands.reviewer, today)[0]
    home = browser.signed_in_as(make.reviewer).get("home.index")
    assert f"Đề nghị gia hạn: {finding.title}" in home.main
    page = browser.get("findings.show", finding_id=finding.id)
    assert {"Duyệt gia hạn", "Không gia hạn"} <= set(page.buttons)
    until = page.html.select_one("#extend-until")["value"]
    assert until == f"{today + timedelta(days=9):%d/%m/%Y}"
    path = f"/findings/{finding.id}/extend"
    browser.open("POST", path, data={"until": until, "version": finding.version}, status=303)
    page = browser.get("findings.show", finding_id=finding.id)
    first, now = f"{today + timedelta(days=3):%d/%m/%Y}", until
    assert f"Gia hạn từ {first} đến {now}" in page.main
    assert f"Hạn {now} (đã gia hạn từ {first})" in page.main
    assert work.waiting(hands.reviewer, today)[0] == before - 1


def test_a_second_request_from_an_old_page_learns_that_one_waits(make, browser, session):
    finding = make.finding("in_progress", fixed_deadline=clock.today() + timedelta(days=3))
    officer = make.officer(session.get_one(Unit, finding.unit_id))
    browser.signed_in_as(officer)
    form = {"wanted": f"{clock.today() + timedelta(days=5):%d/%m/%Y}", "reason": "Chờ bản công bố."}
    path = f"/findings/{finding.id}/ask-extension"
    browser.open("POST", path, data={**form, "version": finding.version}, status=303)
    page = browser.open("POST", path, data={**form, "version": finding.version, "reason": "Thêm lần nữa."}, status=409)
    assert "Thêm lần nữa." in page.main, "what was typed is not lost"
    assert "chờ Sở Nội vụ trả lời" in page.main
    assert "Rút đề nghị gia hạn" in page.buttons
