"""Writing plans: who may, what is refused, and an event for everything that changed."""

import unicodedata
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role, TeamRole
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.plans import queries, services
from inspect_app.plans.models import Area, PlanKind, Target
from tests.plans.listed import targets_told

TODAY = clock.today()
A_DAY = timedelta(days=1)


@pytest.fixture
def writer(make):
    return make.actor(make.reviewer)


def _events(action):
    db.session.commit()
    return db.session.scalars(select(Event).where(Event.action == action).order_by(Event.seq)).all()


def test_the_catalogue_of_areas_loads_once(session):
    assert services.load_areas() == 9
    assert services.load_areas() == 0
    assert [area.code for area in queries.areas()] == ["I", "II", "III", "IV", "V", "VI", "VII", "KL", "VT"]
    assert db.session.get_one(Area, "III").short_name == "Thủ tục hành chính"


def test_an_event_tells_what_a_plan_is(make, writer):
    plan = services.create_plan(
        kind=PlanKind.SCHEDULED,
        year=2022,
        title=unicodedata.normalize("NFD", "  Kiểm tra   CCHC "),
        number="262/KH-UBND",
        issued_on=date(2021, 12, 29),
        issuing_unit=make.root,
        actor=writer,
        today=TODAY,
        on=date(2021, 12, 29),
    )
    (event,) = _events("plan:create")
    assert plan.title == unicodedata.normalize("NFC", "Kiểm tra CCHC")
    assert (event.on, event.subject_id) == (date(2021, 12, 29), plan.id)
    assert event.payload | {"unit": make.root.id, "kind": "scheduled", "issued_on": "2021-12-29"} == event.payload


@pytest.mark.parametrize(
    ("wrong", "field"), [({"title": " "}, "title"), ({"year": 1999}, "year"), ({"on": TODAY + A_DAY}, "on")]
)
def test_what_a_plan_cannot_be(make, writer, wrong, field):
    said = {"kind": PlanKind.SCHEDULED, "year": 2022, "title": "Kiểm tra", **wrong}
    with pytest.raises(Invalid) as refused:
        services.create_plan(issuing_unit=make.root, actor=writer, today=TODAY, **said)
    assert refused.value.field == field


def test_only_a_reviewer_over_the_issuing_unit_writes(make, writer):
    district = make.unit("Quận Ô Môn")
    plan, unit, person = make.plan(), make.unit(parent=district), make.person()
    team = make.team(plan)
    target = make.target(plan, unit)
    (member, *_) = queries.members_of(team)
    strangers = [
        make.person(Role.REVIEWER, district),
        make.person(Role.VIEWER),
        make.person(Role.ADMIN),
        make.person(Role.OFFICER, unit),
        make.head_of(team),
    ]
    for stranger in strangers:
        by = {"actor": make.actor(stranger), "today": TODAY}
        attempts = [
            lambda by=by: services.create_plan(
                kind=PlanKind.SCHEDULED, year=2022, title="Kế hoạch", issuing_unit=make.root, **by
            ),
            lambda by=by: services.change_plan(plan, year=2022, title="Tên khác", **by),
            lambda by=by: services.add_targets(plan, [make.root], **by),
            lambda by=by: services.change_target(target, month=3, **by),
            lambda by=by: services.remove_target(target, reason="Trùng.", **by),
            lambda by=by: services.make_team(plan, name="Đoàn khác", **by),
            lambda by=by: services.change_team(team, name="Tên khác", **by),
            lambda by=by: services.seat(team, person, role=TeamRole.MEMBER, since=TODAY, **by),
            lambda by=by: services.unseat(member, last_day=TODAY, **by),
        ]
        for attempt in attempts:
            with pytest.raises(NotAllowed):
                attempt()


def test_who_comes_second_learns_who_was_first(make, writer):
    plan = make.plan(title="Kiểm tra")
    seen = plan.version
    services.change_plan(plan, year=2022, title="Kiểm tra năm 2022", actor=writer, today=TODAY, version=seen)
    db.session.commit()
    with pytest.raises(Stale) as refused:
        services.change_plan(plan, year=2023, title="Kiểm tra năm 2023", actor=writer, today=TODAY, version=seen)
    assert str(refused.value).startswith(f"{make.reviewer.name} vừa cập nhật kế hoạch này lúc ")
    assert plan.title == "Kiểm tra năm 2022"
    (event,) = _events("plan:change")
    assert event.payload["before"]["title"] == "Kiểm tra"


def test_saying_the_same_again_is_no_event(make, writer):
    plan = make.plan(title="Kiểm tra", year=2022)
    services.change_plan(plan, year=2022, title="Kiểm tra", actor=writer, today=TODAY)
    assert not _events("plan:change")


def test_a_unit_is_named_once(make, writer):
    plan, first, second = make.plan(), make.unit(), make.unit()
    team = make.team(plan)
    make.target(plan, first)
    added = services.add_targets(
        plan, [first, second, second], actor=writer, today=TODAY, month=5, team=team, since=date(2022, 1, 2)
    )
    assert [target.unit_id for target in added] == [second.id]
    event = _events("target:add")[-1]
    assert event.on == date(2022, 1, 2)
    assert event.payload == {
        "plan": plan.id,
        "unit": second.id,
        "team": team.id,
        "month": 5,
        "since": "2022-01-02",
    }


def test_a_target_takes_a_team_of_its_own_plan_only(make, writer):
    plan, elsewhere = make.plan(), make.team()
    target = make.target(plan)
    with pytest.raises(Invalid, match="Chọn một đoàn"):
        services.add_targets(plan, [make.unit()], actor=writer, today=TODAY, team=elsewhere)
    with pytest.raises(Invalid, match="Chọn một đoàn"):
        services.change_target(target, actor=writer, today=TODAY, team=elsewhere)
    with pytest.raises(Invalid, match="tháng"):
        services.add_targets(plan, [make.unit()], actor=writer, today=TODAY, month=13)


def test_a_removed_target_keeps_its_row_and_may_be_named_again(make, writer):
    plan, unit = make.plan(), make.unit()
    target = make.target(plan, unit, since=date(2022, 1, 2))
    services.remove_target(target, reason="Đã sáp nhập.", actor=writer, today=TODAY, on=date(2022, 6, 1))
    db.session.commit()
    assert targets_told(writer, date(2022, 5, 31)) == {plan.id: 1}
    assert targets_told(writer, date(2022, 6, 1)) == {plan.id: 0}
    assert _events("target:remove")[0].payload["reason"] == "Đã sáp nhập."

    make.target(plan, unit)
    assert len(db.session.scalars(select(Target)).all()) == 2


def test_what_was_inspected_stays_in_the_plan(make, writer):
    target = make.visit("begun").target
    with pytest.raises(WrongState):
        services.remove_target(target, reason="Nhầm.", actor=writer, today=TODAY)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "Nhầm.", "on": TODAY + A_DAY}, "on"),
        ({"reason": "Nhầm.", "on": TODAY - A_DAY}, "on"),
    ],
)
def test_removing_wants_a_reason_and_a_day(make, writer, said, field):
    target = make.target(since=TODAY)
    with pytest.raises(Invalid) as refused:
        services.remove_target(target, actor=writer, today=TODAY, **said)
    assert refused.value.field == field


def test_a_team_has_one_head_at_a_time(make, writer):
    team = make.team()
    with pytest.raises(Invalid) as refused:
        services.seat(team, make.person(), role=TeamRole.HEAD, since=TODAY, actor=writer, today=TODAY)
    assert refused.value.field == "role"

    make.unseat(team, make.head_of(team))
    new = make.person()
    services.seat(team, new, role=TeamRole.HEAD, since=TODAY, actor=writer, today=TODAY)
    assert _events("team:seat")[-1].payload == {
        "plan": team.plan_id,
        "team": team.id,
        "person": new.id,
        "role": "head",
        "since": TODAY.isoformat(),
        "until": None,
    }


def test_nobody_sits_twice_on_one_team(make, writer):
    team = make.team()
    with pytest.raises(Invalid) as refused:
        services.seat(team, make.head_of(team), role=TeamRole.MEMBER, since=TODAY, actor=writer, today=TODAY)
    assert refused.value.field == "person"


def test_leaving_a_team_is_dated_and_told(make, writer):
    team = make.team()
    (member,) = queries.members_of(team)
    with pytest.raises(Invalid):
        services.unseat(member, last_day=member.since - A_DAY, actor=writer, today=TODAY)
    services.unseat(member, last_day=TODAY, actor=writer, today=TODAY)
    assert _events("team:unseat")[0].payload["until"] == TODAY.isoformat()
    with pytest.raises(WrongState):
        services.unseat(member, last_day=TODAY, actor=writer, today=TODAY)


def test_self_inspections_have_no_team(make, writer):
    with pytest.raises(WrongState):
        services.make_team(make.plan(PlanKind.SELF), name="Đoàn", actor=writer, today=TODAY)
