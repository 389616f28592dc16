"""Looking again: what was found before is still put right, not done yet, or came back as a finding of its own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.findings import panels, queries, services
from inspect_app.findings.models import Finding, Outcome, Recheck, Span, State
from inspect_app.findings.queries import recheck as looked
from inspect_app.findings.services.history import facts_of
from inspect_app.plans.models import PlanKind
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Visit, VisitState
from inspect_app.visits.queries import Coverage, coverage

TODAY = clock.today()
A_DAY = timedelta(days=1)


@pytest.fixture
def unit(make):
    return make.unit("Phường Cái Khế")


@pytest.fixture
def done(make, unit):
    """Put right ten days ago."""
    then = TODAY - 10 * A_DAY
    return make.finding("resolved", unit=unit, started=then, sent=then, judged=then)


@pytest.fixture
def team(make):
    """Another one than found it."""
    return make.team()


@pytest.fixture
def visit(make, unit, done, team):
    return make.follow_up(unit, team=team)


@pytest.fixture
def head(make, team, visit):
    return make.actor(make.head_of(team))


@pytest.fixture
def look_again(make, visit, head):
    def look_again(finding, outcome, *, actor=None, **given):
        return services.look_again(
            visit, finding, outcome=outcome, actor=actor or head, today=TODAY, **given, **make.storing
        )

    return look_again


def rows(make, visit, person):
    return looked.earlier_rows(make.actor(person), make.whole(visit), today=TODAY)


# What is looked at


def test_a_follow_up_takes_no_targets_place(make, unit, done):
    plan = done.plan_id
    reviewer = make.actor(make.reviewer)
    before = coverage(reviewer, TODAY)
    team = make.session.get_one(Visit, done.visit_id).team_id
    visit = make.follow_up(unit, team=make.team_of(make.whole(make.session.get_one(Visit, done.visit_id)).target))
    assert (visit.plan_id, visit.team_id, visit.target_id, visit.follow_up) == (plan, team, None, True)
    assert coverage(reviewer, TODAY) == before == Coverage(1, 1)


def test_it_carries_what_was_found_there_and_at_what_became_part_of_it(make, unit, done, team):
    old = make.unit("Phường An Thới")
    make.succession(old, unit)
    left_over, waiting = make.finding("open", unit=old), make.finding("in_progress", unit=unit)
    make.finding("withdrawn", unit=unit)
    make.finding("recorded", unit=unit)
    make.finding("open", unit=make.unit())
    visit = make.follow_up(unit, team=team)
    found = rows(make, visit, make.head_of(team))
    assert [row.id for row in found] == [waiting.id, left_over.id, done.id]  # not done yet first
    assert {row.outcome for row in found} == {None}


def test_it_sees_things_as_they_stood_on_its_day(make, unit, done, team):
    past = make.follow_up(unit, team=team, day=TODAY - 15 * A_DAY)
    (row,) = rows(make, past, make.reviewer)
    assert row.state is State.OPEN
    assert looked.state_then(done, past, today=TODAY) is State.OPEN
    earlier = make.follow_up(unit, team=team, day=TODAY - 25 * A_DAY)  # before it was issued
    assert rows(make, earlier, make.reviewer) == []


def test_the_team_that_looks_again_reads_what_others_found_there(make, unit, done, team):
    head, stranger = make.head_of(team), make.head_of(make.team())

    def sees(person):
        return make.session.scalars(queries.visible_to(make.actor(person))).all()

    assert sees(head) == []
    visit = make.follow_up(unit, team=team, state="planned")
    make.finding("recorded", unit=unit)
    assert [finding.id for finding in sees(head)] == [done.id]
    assert sees(stranger) == []
    visits.cancel(visit, reason="Chưa cần.", actor=make.actor(make.reviewer), today=TODAY)
    make.session.commit()
    assert sees(head) == []


# Putting it on the calendar


def test_who_sends_a_team_to_look_again(make, unit, done, team):
    its_own = make.session.get_one(Visit, done.visit_id).team_id

    def plan(person, team, unit=unit, **given):
        given = {"planned_on": TODAY + A_DAY, **given}
        return services.plan_follow_up(team, unit, actor=make.actor(person), today=TODAY, **given)

    own = make.team_of(make.whole(make.session.get_one(Visit, done.visit_id)).target)
    assert plan(make.head_of(own), own).team_id == its_own
    assert plan(make.reviewer, team).state is VisitState.PLANNED
    for person in (make.officer(unit), make.person(Role.VIEWER), make.head_of(make.team())):
        with pytest.raises(NotAllowed):
            plan(person, own)
    with pytest.raises(WrongState, match="chưa có gì để phúc tra"):
        plan(make.reviewer, team, make.unit())
    gone = make.unit(valid_to=TODAY - A_DAY)
    make.finding("open", unit=gone)
    with pytest.raises(WrongState, match="đơn vị kế thừa"):
        plan(make.reviewer, team, gone)
    surprise = make.team(make.plan(PlanKind.SURPRISE))
    with pytest.raises(Invalid, match="lý do kiểm tra đột xuất"):
        plan(make.reviewer, surprise)
    assert plan(make.reviewer, surprise, trigger="Phản ánh của người dân.").trigger


# What it sees


def test_what_may_be_said_of_a_finding_follows_from_how_it_stood(make, unit, done, look_again):
    live = make.finding("in_progress", unit=unit)
    for finding, outcome in ((done, Outcome.UNFINISHED), (live, Outcome.HELD), (live, Outcome.RELAPSED)):
        with pytest.raises(Invalid) as refused:
            look_again(finding, outcome)
        assert refused.value.field == "outcome"
    assert look_again(done, Outcome.HELD, note="Bảng niêm yết đủ.").outcome is Outcome.HELD
    assert look_again(live, Outcome.UNFINISHED).outcome is Outcome.UNFINISHED
    with pytest.raises(WrongState, match="không thuộc cuộc phúc tra"):
        look_again(make.finding("open"), Outcome.UNFINISHED)


def test_a_relapse_is_a_finding_of_its_own_and_the_old_one_never_changes(make, visit, done, look_again, session):
    facts, version = facts_of(done), done.version
    spans = session.scalars(select(Span.id).where(Span.finding_id == done.id)).all()
    seen = look_again(done, Outcome.RELAPSED, relapse=make.particulars(text="Bảng niêm yết lại thiếu."))
    session.commit()
    relapse = session.get_one(Finding, seen.relapse_id)
    assert (relapse.repeats_id, relapse.visit_id, relapse.state) == (done.id, visit.id, State.RECORDED)
    assert relapse.text == "Bảng niêm yết lại thiếu."
    assert make.whole(visit).entry is Entry.FOUND
    assert (facts_of(done), done.version) == (facts, version)
    assert session.scalars(select(Span.id).where(Span.finding_id == done.id)).all() == spans
    told = session.scalars(select(Event).where(Event.action == "visit:recheck")).one()
    assert (told.subject_id, told.payload["code"], told.payload["outcome"]) == (visit.id, done.code, "relapsed")


def test_another_choice_takes_the_new_finding_back(make, done, look_again, session):
    relapse = look_again(done, Outcome.RELAPSED, relapse=make.particulars()).relapse_id
    session.commit()
    look_again(done, Outcome.HELD)
    session.commit()
    assert session.get(Finding, relapse) is None
    assert session.scalars(select(Recheck)).one().outcome is Outcome.HELD
    look_again(done, None)
    session.commit()
    assert not session.scalars(select(Recheck)).all()


def test_discarding_the_new_finding_takes_back_what_was_said(make, done, look_again, head, session):
    relapse = session.get_one(Finding, look_again(done, Outcome.RELAPSED, relapse=make.particulars()).relapse_id)
    session.commit()
    services.discard(relapse, actor=head, reason="Ghi nhầm.", on=TODAY, today=TODAY)
    session.commit()
    assert not session.scalars(select(Recheck)).all()


def test_only_its_team_writes_until_the_conclusion_and_nobody_over_another(make, visit, done, look_again, head):
    for person in (make.reviewer, make.head_of(make.team()), make.officer(make.unit())):
        with pytest.raises(NotAllowed):
            look_again(done, Outcome.HELD, actor=make.actor(person))
    look_again(done, Outcome.HELD, version=0)
    with pytest.raises(Stale):
        look_again(done, Outcome.HELD, note="Khác.", version=0)
    visits.report(visit, entry=Entry.NONE_FOUND, actor=head, today=TODAY)
    look_again(done, Outcome.HELD, note="Đã xem kho lưu trữ.", version=1)
    visits.close(visit, actor=head, today=TODAY)
    with pytest.raises(WrongState):
        look_again(done, None)


def test_what_it_saw_is_told_to_the_unit_when_it_has_ended(make, unit, visit, done, look_again, head, session):
    look_again(done, Outcome.HELD, note="Còn giữ tốt.")
    session.commit()
    officer = make.actor(make.officer(unit))

    def heard(actor):
        return [row.outcome for row in looked.rechecks_of(actor, done)]

    assert (heard(head), heard(make.actor(make.reviewer)), heard(officer)) == ([Outcome.HELD], [Outcome.HELD], [])
    visits.report(visit, entry=Entry.NONE_FOUND, actor=head, today=TODAY)
    session.commit()
    assert heard(officer) == []
    assert [row.outcome for row in looked.earlier_rows(officer, make.whole(visit), today=TODAY)] == [None]
    visits.close(make.whole(visit), actor=head, today=TODAY)
    session.commit()
    assert heard(officer) == [Outcome.HELD]


# Pages


def test_one_refused_comes_back_with_the_teams_to_choose_from(browser, make, unit, done):
    team = make.team(make.plan(PlanKind.SURPRISE))
    typed = {"when": "done", "team": team.id, "day": f"{TODAY:%d/%m/%Y}", "place": "Trụ sở"}
    reviewer = browser.signed_in_as(make.reviewer)
    page = reviewer.post("recording.follow_up", unit=unit.id, data=typed, status=422)
    assert page.error_on("trigger") == "Nhập lý do kiểm tra đột xuất"
    assert page.html.select_one("select[name=team] option[selected]")["value"] == str(team.id)


def test_a_unit_offers_a_follow_up_only_where_there_is_something_to_look_at(make, unit, done):
    reviewer = make.actor(make.reviewer)
    above = make.session.get_one(type(unit), unit.parent_id)
    offered = [(panels.at_unit(reviewer, place) or {})["may_follow_up"] for place in (unit, above)]
    assert offered == [True, False]


def test_a_relapse_is_written_down_and_the_next_finding_comes_up(browser, make, unit, done):
    live, team = make.finding("in_progress", unit=unit), make.team()
    reviewer = browser.signed_in_as(make.reviewer)
    for person, sends in ((make.reviewer, True), (make.officer(unit), False)):
        assert (panels.at_unit(make.actor(person), unit) or {})["may_follow_up"] is sends
    page = reviewer.get("recording.follow_up", unit=unit.id)
    once = page.html.select_one("input[name=once]")["value"]
    typed = {"when": "done", "team": team.id, "day": f"{TODAY:%d/%m/%Y}", "once": once}
    sent = reviewer.post("recording.follow_up", unit=unit.id, data=typed)
    assert reviewer.post("recording.follow_up", unit=unit.id, data=typed).location == sent.location

    head = browser.signed_in_as(make.head_of(team))
    page = head.visit(sent.location)
    assert "còn 2 hạn chế chưa xem lại" in page.main
    visit_id = int(sent.location.rsplit("/", 1)[1])
    to = {"visit_id": visit_id, "finding_id": done.id}
    page = head.get("recording.recheck", **to)
    filled = {"version": "1", "outcome": "relapsed", "relapse-text": " ", "relapse-required": "Niêm yết lại."}
    refused = head.post("recording.recheck", data={**filled, "relapse-within": "15"}, status=422, **to)
    assert "Nhập mô tả hạn chế" in refused.main
    filled |= {"relapse-text": "Lại thiếu.", "relapse-within": "15", "go": "next"}
    head.open("POST", f"/drafts?page=/visits/{visit_id}/recheck/{done.id}&typed=1700000000000", data=filled)
    assert "Lại thiếu." in head.get("recording.recheck", **to).main, "kept while it was typed"
    sent = head.post("recording.recheck", data=filled, **to)
    assert sent.location == f"/visits/{visit_id}/recheck/{live.id}"
    page = head.post("recording.recheck", data={**filled, "outcome": "held"}, status=409, **to)
    assert "vừa ghi kết quả phúc tra" in page.main

    page = head.get("visits.show", visit_id=visit_id)
    assert "còn 1 hạn chế chưa xem lại" in page.main
    assert "Tái diễn" in page.main
    assert "Lại thiếu." in head.get("visits.minutes", visit_id=visit_id).main
    assert "Tái diễn" in head.get("findings.show", finding_id=done.id).main
    head.get("recording.recheck", visit_id=done.visit_id, finding_id=done.id, status=404)
