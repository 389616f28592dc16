"""What is done is told, in the same transaction, to those whom it concerns and to nobody else."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from inspect_app.accounts.models import Person
from inspect_app.core import audit, clock
from inspect_app.core.actor import Role
from inspect_app.findings import services as findings
from inspect_app.findings.models import Finding, Verification
from inspect_app.findings.queries import visible_to
from inspect_app.plans.models import Team
from inspect_app.reminders.models import Notice
from inspect_app.reminders.services.settings import edit_rule
from inspect_app.units.models import Unit


@pytest.fixture
def told(make):
    """`told(person)`: the codes of what the person was told, in order; with a code only those."""

    def codes(person, code=None):
        rows = make.session.scalars(
            select(Notice.rule_code).where(Notice.recipient_id == person.id).order_by(Notice.id)
        )
        return [one for one in rows if code in (None, one)]

    return codes


@pytest.fixture
def recipients(make):
    """`recipients(code)`: the ids of those who were told of it."""
    return lambda code: set(make.session.scalars(select(Notice.recipient_id).where(Notice.rule_code == code)))


def head_of(make, finding):
    return make.head_of(make.session.get_one(Team, finding.team_id))


def officer_of(make, finding):
    return make.officer(make.session.get_one(Unit, finding.responsible_unit_id))


def submit(make, finding, sender):
    today = clock.today()
    sending = {"statement": "Đã niêm yết đủ.", "files": [make.file()], **make.storing}
    findings.submit(finding, actor=make.actor(sender), on=today, today=today, **sending)
    make.session.commit()


def note(make, finding, verb, by, **payload):
    """The event alone, as a service would log it."""
    audit.record(f"finding:{verb}", finding, actor=make.actor(by), on=clock.today(), **payload)
    make.session.commit()


# The unit


def test_a_unit_is_told_of_its_conclusion_once_for_all_that_it_issues(make, told):
    unit = make.unit("Phường Cái Khế")
    officer = make.officer(unit)
    make.finding("open", unit=unit)
    assert told(officer) == ["visit:conclude"]
    words = make.session.scalars(select(Notice.words)).one()
    assert (words["unit"], words["many"]) == ("Phường Cái Khế", 1)
    assert words["number"].endswith("/TB-ĐKT")


@pytest.mark.parametrize(("state", "code"), [("returned", "finding:return"), ("resolved", "finding:accept")])
def test_a_unit_is_told_how_its_claim_was_judged(make, told, state, code):
    finding = make.finding(state)
    assert told(officer_of(make, finding), code) == [code]


def test_a_second_return_is_told_again(make, told):
    finding = make.finding("returned")
    officer, today = officer_of(make, finding), clock.today()
    submit(make, finding, officer)
    findings.send_back(finding, actor=make.actor(make.reviewer), reason="Chưa đủ.", on=today, today=today)
    make.session.commit()
    assert told(officer, "finding:return") == ["finding:return"] * 2


def test_the_nearest_officers_are_told_and_those_above_them_are_not(make, recipients):
    district = make.unit()
    ward = make.unit(parent=district)
    make.person(Role.OFFICER, district)
    nearest = {make.officer(ward).id, make.person(Role.OFFICER, ward).id}
    make.finding("open", unit=ward)
    assert recipients("visit:conclude") == nearest


def test_where_a_unit_has_no_officer_those_above_it_are_told(make, recipients):
    district = make.unit()
    above = make.person(Role.OFFICER, district)
    finding = make.finding("open", unit=make.unit(parent=district))
    officer_of(make, finding).active = False
    note(make, finding, "withdraw", make.reviewer)
    assert recipients("finding:withdraw") == {above.id}


def test_officers_of_the_unit_that_it_became_are_told(make, recipients):
    finding = make.finding("open")
    old = make.session.get_one(Unit, finding.responsible_unit_id)
    heir = make.unit()
    make.succession(old, heir)
    new = make.officer(heir)
    note(make, finding, "withdraw", make.reviewer, note="Ghi nhầm.")
    assert recipients("finding:withdraw") == {new.id, make.officer(old).id}


def test_whoever_is_not_active_is_told_nothing(make, recipients):
    finding = make.finding("open")
    officer_of(make, finding).active = False
    note(make, finding, "withdraw", make.reviewer)
    assert recipients("finding:withdraw") == set()


# Those who decide


def test_the_team_is_told_of_a_claim(make, recipients):
    make.person(Role.REVIEWER)
    finding = make.finding("submitted")
    assert recipients("finding:submit") == {head_of(make, finding).id}


def test_whoever_follows_a_finding_is_told_in_place_of_the_team(make, recipients):
    team = make.team()
    follower = make.sitting(team)
    finding = make.finding("in_progress", team=team)
    finding.follower_id = follower.id
    submit(make, finding, officer_of(make, finding))
    assert recipients("finding:submit") == {follower.id}


def test_where_nobody_of_the_team_may_verify_reviewers_are_told(make, recipients):
    team = make.team()
    finding = make.finding("in_progress", team=team)
    make.unseat(team, make.head_of(team))
    submit(make, finding, officer_of(make, finding))
    assert recipients("finding:submit") == {make.reviewer.id}


def test_an_explanation_is_told_to_the_head_of_the_team_alone(make, recipients):
    team = make.team()
    make.sitting(team)
    finding = make.finding("disputed", team=team)
    assert recipients("finding:dispute") == {head_of(make, finding).id}


def test_a_wish_for_more_time_is_told_to_reviewers(make, recipients):
    finding = make.finding("open")
    note(make, finding, "ask_extension", officer_of(make, finding), note="Chờ kinh phí.")
    assert recipients("finding:ask_extension") == {make.reviewer.id}


def test_a_question_goes_to_the_team_and_its_answer_to_the_unit(make, recipients):
    finding = make.finding("open")
    officer, head = officer_of(make, finding), head_of(make, finding)
    note(make, finding, "message", officer, from_unit=True)
    assert recipients("finding:message") == {head.id}
    note(make, finding, "message", head, from_unit=False)
    assert recipients("finding:message") == {head.id, officer.id}


def test_whoever_is_put_in_charge_is_told(make, recipients):
    finding = make.finding("open")
    unit = make.session.get_one(Unit, finding.responsible_unit_id)
    colleague = make.person(Role.OFFICER, unit, home=unit)
    note(make, finding, "assign", make.officer(unit), assignee_id=colleague.id)
    assert recipients("finding:assign") == {colleague.id}


def test_nobody_is_told_of_what_they_may_not_see_even_when_put_in_charge(make, recipients):
    finding = make.finding("open")
    stranger = make.person(Role.OFFICER, make.unit())
    note(make, finding, "assign", officer_of(make, finding), assignee_id=stranger.id)
    assert recipients("finding:assign") == set()


# All of them


def test_everybody_who_was_told_of_a_finding_may_open_it_and_nobody_is_told_what_they_did(make):
    for state in ("returned", "disputed", "withdrawn"):
        make.finding(state)
    notices = make.session.scalars(select(Notice).where(Notice.subject_table == "finding")).all()
    assert len(notices) >= 4
    for notice in notices:
        person = make.session.get_one(Person, notice.recipient_id)
        opened = visible_to(make.actor(person)).where(Finding.id == notice.subject_id)
        assert make.session.scalars(opened).first() is not None
        assert notice.words.get("by") != person.name


def test_what_several_have_in_common_is_asked_once_and_what_is_taken_back_alone_is_not_told(make, recipients):
    """As many moves of one sending: whom to tell is asked at its end, for all of them together."""
    unit, asked = make.unit(), []
    several = [make.finding("submitted", unit=unit) for _one in range(3)]
    reviewer, today = make.actor(make.reviewer), clock.today()

    def watch(_connection, _cursor, statement, *_more):
        asked.append(statement)

    event.listen(make.session.get_bind(), "before_cursor_execute", watch)
    try:
        for finding in several:
            with suppress(RuntimeError), make.session.begin_nested():
                findings.accept(finding, actor=reviewer, method=Verification.DOCUMENTS, on=today, today=today)
                if finding is several[-1]:
                    raise RuntimeError
        make.session.commit()
    finally:
        event.remove(make.session.get_bind(), "before_cursor_execute", watch)
    assert sum(statement.startswith("INSERT INTO notice") for statement in asked) == 1
    assert sum('FROM "grant"' in statement or "FROM grant" in statement for statement in asked) == 1
    assert recipients("finding:accept") == {make.officer(unit).id}
    told = make.session.scalars(select(Notice.subject_id).where(Notice.rule_code == "finding:accept")).all()
    assert sorted(told) == sorted(finding.id for finding in several[:2])


def test_what_is_undone_was_told_to_nobody(make):
    finding = make.finding("open")
    before = len(make.session.scalars(select(Notice)).all())
    today = clock.today()
    sending = {"statement": "Đã niêm yết đủ.", "files": [make.file()], **make.storing}
    findings.submit(finding, actor=make.actor(officer_of(make, finding)), on=today, today=today, **sending)
    make.session.rollback()
    assert len(make.session.scalars(select(Notice)).all()) == before


def test_history_that_is_being_entered_is_told_to_nobody(make):
    long_ago = clock.today() - timedelta(days=400)
    make.finding("returned", day=long_ago, issued=long_ago, started=long_ago, sent=long_ago, judged=long_ago)
    assert make.session.scalars(select(Notice)).all() == []


def test_a_rule_that_is_switched_off_tells_nobody(make, recipients):
    admin = make.actor(make.person(Role.ADMIN))
    edit_rule(None, "visit:conclude", days=None, active=False, by_mail=True, actor=admin, today=clock.today())
    make.finding("open")
    assert recipients("visit:conclude") == set()
