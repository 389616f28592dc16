"""Questions and answers: nothing else changes, and whoever is not party to it reads none of it."""

from typing import Any

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.errors import Invalid, NotAllowed, WrongState
from inspect_app.core.loading import load
from inspect_app.findings import queries, services
from inspect_app.findings.models import Message, Verification
from inspect_app.home import queries as work
from inspect_app.plans.models import Team
from inspect_app.reminders.models import Notice

TODAY = clock.today()


def written(finding):
    """Oldest first, as they are stored."""
    load(finding, "messages")
    return finding.messages


class Sides:
    def __init__(self, make, finding, unit):
        self.finding = finding
        self.officer = make.officer(unit)
        self.head = make.head_of(make.session.get_one(Team, finding.team_id))
        self.make = make

    def write(self, person, text="Có cần niêm yết bản điện tử không?"):
        actor = self.make.actor(person)
        return services.send_message(self.finding, actor=actor, text=text, on=TODAY, today=TODAY)


@pytest.fixture
def unit(make):
    return make.unit("Phường Cái Khế")


@pytest.fixture
def sides(make, unit):
    return Sides(make, make.finding("in_progress", unit=unit, text="Bảng niêm yết thiếu."), unit)


def test_a_question_waits_until_the_team_answers_and_changes_nothing(sides, session):
    finding = sides.finding
    before = (finding.version, finding.state, finding.deadline, finding.moved_on)
    sides.write(sides.officer)
    sides.write(sides.officer, "Nếu có thì mẫu nào?")
    session.commit()
    assert [m.unanswered for m in written(finding)] == [True, True]
    sides.write(sides.head, "Có, theo mẫu số 2.")
    session.commit()
    assert [(m.from_unit, m.unanswered) for m in written(finding)] == [
        (True, False),
        (True, False),
        (False, False),
    ]
    assert (finding.version, finding.state, finding.deadline, finding.moved_on) == before


@pytest.mark.parametrize("verb", ["accept", "withdraw"])
def test_a_question_about_a_finding_that_is_over_waits_for_nobody(make, unit, session, verb):
    """Nor does it when the finding is reopened: whoever accepted it had the question before them."""
    sides = Sides(make, make.finding("submitted" if verb == "accept" else "in_progress", unit=unit), unit)
    other = Sides(make, make.finding("in_progress", unit=unit), unit)
    for one in (sides, other):
        one.write(one.officer)
    on: dict[str, Any] = {"on": TODAY, "today": TODAY}
    if verb == "accept":
        judge = make.actor(sides.head)
        services.accept(sides.finding, actor=judge, method=Verification.DOCUMENTS, **on)
    else:
        reviewer = make.actor(make.reviewer)
        services.withdraw(sides.finding, actor=reviewer, reason="Trùng nội dung.", decision="12/QĐ-UBND", **on)
    session.commit()
    assert [[m.unanswered for m in written(one.finding)] for one in (sides, other)] == [[False], [True]]


def test_the_log_says_who_wrote_and_not_what(sides, session):
    sides.write(sides.officer, "Câu hỏi rất riêng.")
    sides.write(sides.head, "Trả lời.")
    session.commit()
    events = [event for event, _unit in queries.events_of(sides.finding)][:2]
    assert [(e.action, e.payload["from_unit"], e.payload["answers"]) for e in events] == [
        ("finding:message", False, True),
        ("finding:message", True, False),
    ]
    assert "riêng" not in str([e.payload for e in events])


def test_the_notice_says_what_was_written_to_whom_it_was_written(sides, session):
    sides.write(sides.head, "Có, theo mẫu số 2.")
    session.commit()
    told = session.scalars(select(Notice).where(Notice.rule_code == "finding:message")).one()
    assert (told.recipient_id, told.words["note"]) == (sides.officer.id, "Có, theo mẫu số 2.")


def test_who_may_write(sides, make, session):
    for outsider in (make.person(Role.VIEWER), make.person(Role.ADMIN), make.officer(make.unit())):
        with pytest.raises(NotAllowed):
            sides.write(outsider)
    sides.write(make.reviewer)
    with pytest.raises(Invalid):
        sides.write(sides.officer, " ")
    assert len(session.scalars(select(Message)).all()) == 1


def test_nobody_writes_about_what_is_over(make, unit):
    over = Sides(make, make.finding("resolved", unit=unit), unit)
    with pytest.raises(WrongState):
        over.write(over.officer)


def test_an_unanswered_question_is_work_of_the_team(sides, make, browser, session):
    before = work.waiting(make.actor(sides.head), TODAY)[0]
    sides.write(sides.officer)
    session.commit()
    assert work.waiting(make.actor(sides.head), TODAY)[0] == before + 1
    assert "Đơn vị hỏi: Bảng niêm yết thiếu" in browser.signed_in_as(sides.head).get("home.index").main
    page = browser.get("findings.show", finding_id=sides.finding.id)
    assert "Trả lời đơn vị" in page.buttons
    assert "Có cần niêm yết bản điện tử không?" in page.main
    data = {"text": "Không cần.", "version": sides.finding.version}
    browser.open("POST", f"/findings/{sides.finding.id}/message", data=data, status=303)
    assert work.waiting(make.actor(sides.head), TODAY)[0] == before
    assert "Đơn vị hỏi" not in browser.get("home.index").main


def test_leaders_read_it_and_a_unit_that_answers_no_more_does_not(sides, make, unit, browser, session):
    sides.write(sides.officer)
    heir = make.unit("Phường Ninh Kiều")
    sides.finding.responsible_unit_id = heir.id
    session.commit()
    for person, reads in ((make.person(Role.VIEWER), True), (make.officer(heir), True), (sides.officer, False)):
        page = browser.signed_in_as(person).get("findings.show", finding_id=sides.finding.id)
        assert ("bản điện tử" in page.main) is reads
