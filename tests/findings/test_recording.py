"""Writing findings down, numbering them, issuing them with one notice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.findings import queries, services
from inspect_app.findings.models import (
    Conclusion,
    CountedFrom,
    Custody,
    DeadlineUnit,
    Evidence,
    Finding,
    Side,
    Span,
    State,
)
from inspect_app.plans import services as plans
from inspect_app.plans.models import PlanKind
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, VisitState
from inspect_app.workdays.models import DayOverride

TODAY = clock.today()
NOTICE = {"number": "57/TB-ĐKT", "signer": "Lê Thị Ký"}


@pytest.fixture
def head(make):
    """Of whichever team made the visit."""
    return lambda visit: make.actor(make.head_of(visit.team))


@pytest.fixture
def record(make, head):
    """Findings written down by the team's head."""

    def record(visit, *several, actor=None):
        plans.load_areas()
        visit = make.whole(visit)
        return services.record(visit, several, actor=actor or head(visit), today=TODAY, **make.storing)

    return record


@pytest.fixture
def conclude(make, head):
    def conclude(visit, *, actor=None, dated_on=TODAY, reported=True, **given):
        visit = make.whole(visit)
        actor = actor or head(visit)
        if reported and visit.state is VisitState.BEGUN:
            visits.report(visit, entry=Entry.FOUND, actor=actor, today=TODAY, on=visit.began_on)
        notice = {**NOTICE, **given}
        return services.conclude(visit, actor=actor, dated_on=dated_on, today=TODAY, **notice, **make.storing)

    return conclude


def events(session, subject, verb):
    query = select(Event).where(Event.action == f"finding:{verb}", Event.subject_id == subject)
    session.commit()
    return session.scalars(query.order_by(Event.seq)).all()


# Writing down


def test_several_findings_are_written_down_in_one_go(make, record, session):
    visit = make.visit(day=date(2023, 10, 12))
    one, other = record(
        visit,
        make.particulars(
            area_code="V",
            text="Công chức trực quầy không đeo thẻ.  Bàn không có biển tên.",
            required="- Bố trí biển tên;\nchấn chỉnh việc đeo thẻ.",
            files=[make.file()],
        ),
        make.particulars(),
    )
    assert one.title == "Công chức trực quầy không đeo thẻ"
    assert one.required_title == "Bố trí biển tên"
    assert (one.state, one.recorded_on, one.issued_on) == (State.RECORDED, date(2023, 10, 12), None)
    assert "cong chuc truc quay khong deo the" in one.folded
    assert visit.entry is Entry.FOUND
    assert int(other.code[-4:]) == int(one.code[-4:]) + 1
    assert one.code.startswith(f"HC-{visit.plan.year}-")
    file = session.scalars(select(Evidence).where(Evidence.finding_id == one.id)).one()
    assert (file.side, file.submission_id) == (Side.FOUND, None)


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"text": " \n"}, "text", "Nhập mô tả hạn chế"),
        ({"required": ""}, "required", "Nhập việc đơn vị phải làm"),
        ({"deadline_n": None}, "deadline", "Chọn số ngày hoặc nhập một ngày cụ thể"),
        ({"deadline_n": 0}, "deadline", "Nhập số ngày từ 1 đến 366"),
        ({"deadline_n": 367}, "deadline", "Nhập số ngày từ 1 đến 366"),
        (
            {"fixed_deadline": date(2023, 11, 14)},
            "deadline",
            "Hạn khắc phục phải sau ngày kiểm tra 14/11/2023",
        ),
    ],
)
def test_what_a_finding_needs(make, record, session, given, field, sentence):
    visit = make.visit(day=date(2023, 11, 14))
    with pytest.raises(Invalid) as refused:
        record(visit, make.particulars(), make.particulars(**given))
    assert (str(refused.value), refused.value.field) == (sentence, field)
    assert not session.scalars(select(Finding)).all(), "all or none"


@pytest.mark.parametrize("state", [VisitState.PLANNED, VisitState.CONCLUDED, VisitState.CLOSED, VisitState.CANCELLED])
def test_nothing_is_written_down_before_a_visit_begins_or_after_it_ended(make, record, state):
    with pytest.raises(WrongState):
        record(make.visit(state), make.particulars())


def test_only_the_team_writes_down(make, record):
    visit = make.visit()
    for person in (make.reviewer, make.officer(visit.unit), make.head_of(make.team())):
        with pytest.raises(NotAllowed):
            record(visit, make.particulars(), actor=make.actor(person))


def test_what_was_written_is_corrected_and_the_log_says_what_it_was(make, record, session):
    visit = make.visit()
    (finding,) = record(visit, make.particulars(text="Sổ ghi tay.", files=[make.file("a.jpg")]))
    particulars = make.particulars(text="Sổ ghi tay không khớp.", area_code="VII", files=[make.file("b.jpg")])
    actor = make.actor(make.head_of(visit.team))
    services.edit(finding, particulars, actor=actor, today=TODAY, **make.storing)
    assert (finding.title, finding.area_code) == ("Sổ ghi tay không khớp", "VII")
    assert "khong khop" in finding.folded
    (event,) = events(session, finding.id, "edit")
    assert event.payload["before"]["text"] == "Sổ ghi tay."
    assert event.payload["area_code"] == "VII"
    assert len(session.scalars(select(Evidence.id)).all()) == 2


def test_saving_without_a_change_is_no_event(make, record, session):
    visit = make.visit()
    particulars = make.particulars()
    (finding,) = record(visit, particulars)
    actor = make.actor(make.head_of(visit.team))
    services.edit(finding, particulars, actor=actor, today=TODAY, **make.storing)
    assert not events(session, finding.id, "edit")


def test_an_issued_finding_is_not_rewritten(make):
    visit = make.visit()
    finding = make.finding(visit=visit)
    actor = make.actor(make.head_of(make.whole(visit).team))
    with pytest.raises(WrongState):
        services.edit(finding, make.particulars(), actor=actor, today=TODAY, **make.storing)


def test_a_discarded_finding_is_gone_and_its_event_stays(make, record, session):
    visit = make.visit()
    kept, gone = record(visit, make.particulars(), make.particulars(files=[make.file()]))
    number, code, actor = gone.id, gone.code, make.actor(make.head_of(visit.team))
    services.discard(gone, actor=actor, reason="Ghi trùng.", on=TODAY, today=TODAY)
    session.commit()
    assert session.scalars(select(Finding.id)).all() == [kept.id]
    assert not session.scalars(select(Span.id).where(Span.finding_id == number)).all()
    (event,) = events(session, number, "discard")
    assert (event.payload["code"], event.payload["reason"]) == (code, "Ghi trùng.")
    assert visit.entry is Entry.FOUND
    assert record(visit, make.particulars())[0].code > code, "its number is not given again"


def test_the_log_of_a_new_finding_says_nothing_of_one_that_was_discarded(make, record):
    visit = make.visit()
    (gone,) = record(visit, make.particulars())
    services.discard(gone, actor=make.actor(make.head_of(visit.team)), reason="Ghi trùng.", on=TODAY, today=TODAY)
    make.session.commit()
    (finding,) = record(make.visit(), make.particulars())
    make.session.commit()
    assert [event.action for event, _unit in queries.events_of(finding)] == ["finding:record"]


def test_without_its_last_finding_a_visit_says_so(make, record):
    for state, entry in ((VisitState.BEGUN, Entry.MISSING), (VisitState.REPORTED, Entry.NONE_FOUND)):
        visit = make.visit(state)
        (finding,) = record(visit, make.particulars())
        actor = make.actor(make.head_of(visit.team))
        services.discard(finding, actor=actor, reason="Đã có giải thích.", on=TODAY, today=TODAY)
        assert visit.entry is entry


def test_a_lost_race_over_a_finding_says_who_was_first(make, record, session):
    visit = make.visit()
    (finding,) = record(visit, make.particulars())
    first, second = (make.actor(person) for person in (make.head_of(visit.team), make.sitting(visit.team)))
    version = finding.version
    services.edit(finding, make.particulars(), actor=first, today=TODAY, version=version, **make.storing)
    session.commit()
    with pytest.raises(Stale, match=f"{first.name} vừa cập nhật hạn chế này lúc"):
        services.edit(finding, make.particulars(), actor=second, today=TODAY, version=version, **make.storing)


# Issuing


@pytest.mark.parametrize(
    ("rule", "deadline"),
    [
        ({"deadline_n": 15, "deadline_unit": DeadlineUnit.WORKING_DAY}, date(2023, 2, 13)),
        ({"deadline_n": 10}, date(2023, 1, 27)),  # 26/1 was the last day of Tết
        ({"deadline_n": 15}, date(2023, 1, 31)),
        ({"deadline_n": 12}, date(2023, 1, 30)),  # 28/1 was a Saturday
        ({"deadline_n": 30, "counted_from": CountedFrom.VISIT}, date(2023, 2, 2)),
        ({"fixed_deadline": date(2023, 1, 22)}, date(2023, 1, 22)),  # a day fixed by hand is that day
    ],
)
def test_the_deadline_is_fixed_from_the_day_of_the_notice(make, record, conclude, rule, deadline):
    visit = make.visit(day=date(2023, 1, 3))
    record(visit, make.particulars(**rule))
    (finding,) = conclude(visit, dated_on=date(2023, 1, 16))
    assert (finding.baseline, finding.deadline, finding.issued_on) == (deadline, deadline, date(2023, 1, 16))


def test_a_change_of_the_calendar_leaves_an_issued_deadline_alone(make, record, conclude, session):
    visit = make.visit(day=date(2023, 1, 3))
    record(visit, make.particulars(deadline_n=15, deadline_unit=DeadlineUnit.WORKING_DAY))
    (finding,) = conclude(visit, dated_on=date(2023, 1, 16))
    session.add(DayOverride(day=date(2023, 2, 13), working=False, note="", basis=""))
    session.commit()
    assert finding.deadline == date(2023, 2, 13)


def test_one_notice_issues_everything_that_the_visit_found(make, record, conclude, session):
    visit = make.visit(day=TODAY - timedelta(days=9))
    made = record(visit, make.particulars(), make.particulars(), make.particulars())
    issued = conclude(visit, dated_on=TODAY - timedelta(days=2), scan=[make.file("thong-bao.pdf")])
    session.commit()
    assert [finding.id for finding in issued] == [finding.id for finding in made]
    assert {finding.state for finding in made} == {State.OPEN}
    assert (visit.state, visit.ended_on) == (VisitState.CONCLUDED, TODAY - timedelta(days=2))
    notice = session.scalars(select(Conclusion)).one()
    assert (notice.number, notice.signer, notice.dated_on) == ("57/TB-ĐKT", "Lê Thị Ký", TODAY - timedelta(days=2))
    scan = session.scalars(select(Evidence).where(Evidence.side == Side.CONCLUSION)).one()
    assert (scan.visit_id, scan.finding_id) == (visit.id, None)
    custody = session.scalars(select(Custody).order_by(Custody.id)).all()
    assert {(c.finding_id, c.unit_id, c.since) for c in custody} == {
        (finding.id, visit.unit_id, TODAY - timedelta(days=2)) for finding in made
    }
    (event,) = events(session, made[0].id, "issue")
    assert (event.on, event.payload["number"]) == (TODAY - timedelta(days=2), "57/TB-ĐKT")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": " "}, "number"),
        ({"signer": ""}, "signer"),
        ({"dated_on": TODAY + timedelta(days=1)}, "dated_on"),
        ({"dated_on": TODAY - timedelta(days=31)}, "dated_on"),
    ],
)
def test_what_a_notice_needs(make, record, conclude, given, field):
    visit = make.visit(day=TODAY - timedelta(days=30))
    record(visit, make.particulars())
    with pytest.raises(Invalid) as refused:
        conclude(visit, **given)
    assert refused.value.field == field


def test_a_deadline_that_would_be_over_stops_the_whole_notice(make, record, conclude, session):
    visit = make.visit(day=TODAY - timedelta(days=9))
    record(visit, make.particulars(), make.particulars(fixed_deadline=TODAY - timedelta(days=1)))
    session.commit()
    with pytest.raises(Invalid, match="phải sau ngày thông báo kết luận"):
        conclude(visit)
    session.rollback()
    assert set(session.scalars(select(Finding.state))) == {State.RECORDED}
    assert not session.scalars(select(Conclusion.id)).all()


def test_there_is_nothing_to_issue_without_findings(make, conclude):
    with pytest.raises(Invalid, match="không có gì để ban hành"):
        conclude(make.visit(VisitState.REPORTED))


def test_a_visit_is_reported_before_it_is_concluded_and_concluded_once(make, record, conclude):
    visit = make.visit()
    record(visit, make.particulars())
    with pytest.raises(WrongState):
        conclude(visit, reported=False)
    conclude(visit)
    with pytest.raises(WrongState):
        conclude(visit)


def test_head_secretary_and_reviewer_conclude_and_nobody_else(make, record, conclude):
    plan = make.plan()
    for role, may in (("head", True), ("secretary", True), ("deputy", False), ("member", False)):
        people = {role: make.person()}
        visit = make.visit(team=make.team(plan, **people))
        record(visit, make.particulars())
        if may:
            conclude(visit, actor=make.actor(people[role]))
        else:
            visits.report(visit, entry=Entry.FOUND, actor=make.actor(make.head_of(visit.team)), today=TODAY)
            with pytest.raises(NotAllowed):
                conclude(visit, actor=make.actor(people[role]))


def test_a_self_inspection_concludes_itself_for_its_own_unit(make, session):
    plans.load_areas()
    unit = make.unit()
    officer = make.actor(make.officer(unit))
    visit = make.self_inspection(unit=unit, entry=Entry.FOUND)
    services.record(visit, [make.particulars()], actor=officer, today=TODAY, **make.storing)
    visits.report(visit, entry=Entry.FOUND, actor=officer, today=TODAY)
    (finding,) = services.conclude(
        visit, actor=officer, number="", signer="", dated_on=TODAY, today=TODAY, **make.storing
    )
    assert (finding.state, finding.team_id, finding.responsible_unit_id) == (State.OPEN, None, unit.id)
    assert session.scalars(select(Conclusion.number)).one() == ""
    assert visit.plan.kind is PlanKind.SELF
