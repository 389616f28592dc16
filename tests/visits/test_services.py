"""What happens to a visit: days in order, everything told, nothing counted twice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.plans.models import PlanKind
from inspect_app.visits import services
from inspect_app.visits.models import Entry, Visit, VisitState

TODAY = clock.today()
A_DAY = timedelta(days=1)


def _events():
    db.session.commit()
    return db.session.scalars(select(Event).where(Event.subject_table == "visit").order_by(Event.seq)).all()


def _head(make, visit):
    return make.actor(make.head_of(make.whole(visit).team))


def test_a_visit_is_told_move_by_move(make):
    day = date(2022, 4, 12)
    target = make.target(team=make.team(), since=date(2022, 1, 1))
    head = make.actor(make.head_of(make.team_of(target)))
    visit = services.plan_visit(target, actor=head, today=TODAY, planned_on=day, planned_at="8h30", on=date(2022, 4, 1))
    services.note(visit, actor=head, today=TODAY, began_on=day, place="Trụ sở UBND", present="Đoàn, đơn vị")
    services.report(visit, entry=Entry.NONE_FOUND, actor=head, today=TODAY, on=day + A_DAY)
    services.close(visit, actor=head, today=TODAY, on=day + 2 * A_DAY)

    told = [(event.action, event.on) for event in _events()]
    assert told == [
        ("visit:plan", date(2022, 4, 1)),
        ("visit:begin", day),
        ("visit:note", TODAY),
        ("visit:report", day + A_DAY),
        ("visit:close", day + 2 * A_DAY),
    ]
    last = _events()[-1].payload
    assert last == {
        "plan": visit.plan_id,
        "target": target.id,
        "unit": visit.unit_id,
        "team": visit.team_id,
        "state": "closed",
        "entry": "none_found",
        "planned_on": "2022-04-12",
        "began_on": "2022-04-12",
        "follow_up": False,
    }
    assert (visit.planned_at, visit.place, visit.day) == ("08:30", "Trụ sở UBND", day)


def test_no_step_counts_before_the_one_before_or_after_today(make):
    visit = make.visit("begun", day=TODAY - 5 * A_DAY)
    head = _head(make, visit)
    for day in (TODAY - 6 * A_DAY, TODAY + A_DAY):
        with pytest.raises(Invalid):
            services.report(visit, entry=Entry.FOUND, actor=head, today=TODAY, on=day)
    assert visit.state is VisitState.BEGUN

    services.report(visit, entry=Entry.FOUND, actor=head, today=TODAY, on=TODAY - A_DAY)
    with pytest.raises(Invalid) as refused:
        services.conclude(visit, actor=head, today=TODAY, on=TODAY - 6 * A_DAY)
    assert refused.value.field == "dated_on"


def test_a_notice_typed_in_late_takes_the_sending_with_it(make):
    visit = make.visit("begun", day=TODAY - 5 * A_DAY)
    head = _head(make, visit)
    services.report(visit, entry=Entry.FOUND, actor=head, today=TODAY)
    services.conclude(visit, actor=head, today=TODAY, on=TODAY - 3 * A_DAY)
    db.session.commit()
    assert (visit.reported_on, visit.ended_on) == (TODAY - 3 * A_DAY, TODAY - 3 * A_DAY)
    *_before, sent, redated, concluded = [(event.action, event.on, event.at.date()) for event in _events()]
    written = clock.now().date()
    assert sent == ("visit:report", TODAY, written)  # what was written stays as it was written
    assert redated == ("visit:redate", TODAY - 3 * A_DAY, written)
    assert concluded == ("visit:conclude", TODAY - 3 * A_DAY, written)
    assert _events()[-2].payload["before"] == TODAY.isoformat()


def test_a_visit_does_not_begin_before_it_was_arranged_or_tomorrow(make):
    visit = make.visit("planned")
    head = _head(make, visit)
    for day in (TODAY - A_DAY, TODAY + A_DAY):
        with pytest.raises(Invalid) as refused:
            services.begin(visit, actor=head, today=TODAY, on=day)
        assert refused.value.field == "began_on"


def test_a_visit_of_the_past_is_logged_at_once(make):
    team = make.team()
    target = make.target(team=team, since=date(2022, 1, 1))
    head = make.actor(make.head_of(team))
    with pytest.raises(Invalid):
        services.plan_visit(target, actor=head, today=TODAY, began_on=TODAY + A_DAY)
    visit = services.plan_visit(target, actor=head, today=TODAY, began_on=date(2022, 3, 3))
    assert (visit.state, visit.arranged_on) == (VisitState.BEGUN, date(2022, 3, 3))
    assert target.begun_on == date(2022, 3, 3)


def test_one_target_one_visit_until_it_is_cancelled(make):
    visit = make.visit("planned")
    head = _head(make, visit)
    target = visit.target
    with pytest.raises(WrongState):
        services.plan_visit(target, actor=head, today=TODAY, planned_on=TODAY)
    services.cancel(visit, reason="Đơn vị xin hoãn.", actor=head, today=TODAY)
    again = services.plan_visit(target, actor=head, today=TODAY, planned_on=TODAY + A_DAY)
    assert again.id != visit.id


@pytest.mark.parametrize("who", ["officer", "viewer", "member_elsewhere", "reviewer_below"])
def test_who_may_not_put_a_visit_on_the_calendar(make, who):
    district = make.unit("Huyện Thới Lai")
    target = make.target(unit=make.unit(parent=district), team=make.team())
    person = {
        "officer": lambda: make.person(Role.OFFICER, district),
        "viewer": lambda: make.person(Role.VIEWER),
        "member_elsewhere": lambda: make.sitting(make.team(make.whole_target(target).plan)),
        "reviewer_below": lambda: make.person(Role.REVIEWER, district),
    }[who]()
    with pytest.raises(NotAllowed):
        services.plan_visit(target, actor=make.actor(person), today=TODAY, planned_on=TODAY)


def test_a_target_without_a_team_is_given_one(make):
    plan = make.plan()
    target, team = make.target(plan), make.team(plan)
    head = make.actor(make.head_of(team))
    with pytest.raises(Invalid) as refused:
        services.plan_visit(target, actor=head, today=TODAY, planned_on=TODAY)
    assert refused.value.field == "team"
    with pytest.raises(NotAllowed):
        services.plan_visit(target, actor=head, today=TODAY, planned_on=TODAY, team=make.team(plan))
    visit = services.plan_visit(target, actor=head, today=TODAY, planned_on=TODAY, team=team)
    assert visit.team_id == team.id


def test_facts_are_written_until_the_result_is_sent(make):
    visit = make.visit("begun")
    head, seen = _head(make, visit), visit.version
    services.note(visit, actor=head, today=TODAY, remark="Đơn vị phối hợp tốt.", version=seen)
    db.session.commit()
    with pytest.raises(Stale, match="vừa cập nhật cuộc kiểm tra này lúc"):
        services.note(visit, actor=head, today=TODAY, remark="Khác.", version=seen)
    services.report(visit, entry=Entry.FOUND, actor=head, today=TODAY)
    with pytest.raises(WrongState):
        services.note(visit, actor=head, today=TODAY, remark="Muộn rồi.")
    assert visit.remark == "Đơn vị phối hợp tốt."


def test_a_wrong_day_is_put_right_before_the_result_is_sent(make):
    visit = make.visit("begun", day=TODAY - 3 * A_DAY)
    head = _head(make, visit)
    services.note(visit, actor=head, today=TODAY, began_on=TODAY - A_DAY)
    assert visit.began_on == visit.day == visit.target.begun_on == TODAY - A_DAY
    for wrong in (TODAY + A_DAY, TODAY - 4 * A_DAY):
        with pytest.raises(Invalid) as refused:
            services.note(visit, actor=head, today=TODAY, began_on=wrong)
        assert refused.value.field == "began_on"


@pytest.mark.parametrize(
    ("typed", "kept"), [("8:30", "08:30"), ("08h", "08:00"), ("13g05", "13:05"), ("7.15", "07:15"), ("", "")]
)
def test_times_as_people_write_them(make, typed, kept):
    visit = make.visit("planned")
    services.note(visit, actor=_head(make, visit), today=TODAY, planned_at=typed)
    assert visit.planned_at == kept


@pytest.mark.parametrize("typed", ["25:00", "8:75", "sáng", "830", "٨:٣٠"])
def test_times_that_are_none(make, typed):
    visit = make.visit("planned")
    with pytest.raises(Invalid) as refused:
        services.note(visit, actor=_head(make, visit), today=TODAY, planned_at=typed)
    assert refused.value.field == "planned_at"


def test_cancelling_wants_a_reason_and_covers_a_surprise_up_again(make):
    visit = make.visit("begun", plan=make.plan(PlanKind.SURPRISE))
    head = _head(make, visit)
    with pytest.raises(Invalid):
        services.cancel(visit, reason="  ", actor=head, today=TODAY)
    services.cancel(visit, reason="Đơn vị đóng cửa.", actor=head, today=TODAY)
    assert (visit.state, visit.ended_why, visit.target.begun_on) == (
        VisitState.CANCELLED,
        "Đơn vị đóng cửa.",
        None,
    )
    assert _events()[-1].payload["reason"] == "Đơn vị đóng cửa."


def test_a_visit_with_findings_is_not_simply_closed(make):
    visit = make.visit("reported", entry=Entry.FOUND)
    with pytest.raises(WrongState):
        services.close(visit, actor=_head(make, visit), today=TODAY)


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        (Entry.NONE_FOUND, VisitState.CLOSED),
        (Entry.MISSING, VisitState.CONCLUDED),
        (Entry.FOUND, VisitState.BEGUN),
    ],
)
def test_a_self_inspection_concludes_itself(make, entry, state):
    plan, unit = make.plan(PlanKind.SELF), make.unit()
    officer = make.actor(make.person(Role.OFFICER, unit))
    day = TODAY - 10 * A_DAY
    visit = services.log_self_inspection(
        plan, unit, began_on=day, entry=entry, actor=officer, today=TODAY, remark="Tự kiểm tra quý I"
    )
    assert (visit.state, visit.team_id, visit.began_on) == (state, None, day)
    assert visit.entry is (Entry.MISSING if entry is Entry.FOUND else entry)


def test_a_self_inspection_answers_the_target_that_asked_for_it(make):
    plan, unit = make.plan(PlanKind.SELF), make.unit()
    target = make.target(plan, unit)
    first = make.self_inspection(plan, unit)
    second = make.self_inspection(plan, unit)
    assert (first.target_id, second.target_id) == (target.id, None)


def test_self_inspections_are_logged_by_the_unit_itself(make):
    plan, unit = make.plan(PlanKind.SELF), make.unit()
    for stranger in (make.person(Role.OFFICER, make.unit()), make.person(Role.VIEWER)):
        with pytest.raises(NotAllowed):
            services.log_self_inspection(
                plan, unit, began_on=TODAY, entry=Entry.NONE_FOUND, actor=make.actor(stranger), today=TODAY
            )
    officer = make.actor(make.person(Role.OFFICER, unit))
    with pytest.raises(Invalid):
        services.log_self_inspection(
            plan, unit, began_on=TODAY + A_DAY, entry=Entry.NONE_FOUND, actor=officer, today=TODAY
        )
    with pytest.raises(WrongState):
        services.log_self_inspection(
            make.plan(), unit, began_on=TODAY, entry=Entry.NONE_FOUND, actor=officer, today=TODAY
        )
    assert not db.session.scalars(select(Visit)).all()
