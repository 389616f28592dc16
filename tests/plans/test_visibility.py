"""Who sees which plan and which target: the surprise embargo above all."""

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.plans import queries
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.plans.queries.around import around
from inspect_app.visits import services as visits
from tests.plans.listed import targets_told
from tests.support.tables import cells

SEEN = """
                     scheduled  planned_surprise  begun_surprise  cancelled_surprise
city_reviewer        yes        yes               yes             yes
city_viewer          yes        yes               yes             yes
team_member          yes        yes               yes             yes
other_team_of_plan   yes        yes               yes             yes
team_of_other_plan   no         no                no              no
district_reviewer    yes        no                yes             no
district_viewer      yes        no                yes             no
officer              yes        no                yes             no
officer_elsewhere    no         no                no              no
viewer_elsewhere     no         no                no              no
admin                no         no                no              no
nobody               no         no                no              no
"""
"""Whether a target of a plan issued by the city, and so its plan, exists for somebody."""


@pytest.mark.tried_on("sqlite", "postgresql")
@pytest.mark.parametrize("what", ["scheduled", "planned_surprise", "begun_surprise", "cancelled_surprise"])
def test_a_target_exists_for(make, what):
    district = make.unit("Quận Cái Răng")
    unit = make.unit("Phường Lê Bình", parent=district)
    plan = make.plan(PlanKind.SCHEDULED if what == "scheduled" else PlanKind.SURPRISE)
    state = {"begun_surprise": "begun", "cancelled_surprise": "cancelled"}.get(what, "planned")
    visit = make.visit(state, plan=plan, unit=unit)
    told = {who: cell for who, column, cell in cells(SEEN) if column == what}
    targets, plans, counted = {}, {}, {}
    for who in told:
        actor = make.actor(_person(make, who, plan, make.whole(visit), district, unit))
        seen = db.session.scalars(queries.targets_visible_to(actor)).all()
        targets[who] = "yes" if unit.id in [target.unit_id for target in seen] else "no"
        plans[who] = "yes" if db.session.scalars(queries.visible_to(actor).where(Plan.id == plan.id)).all() else "no"
        counted[who] = "yes" if targets_told(actor, clock.today()).get(plan.id) else "no"
    assert targets == plans == counted == told


def _person(make, who, plan, visit, district, unit):
    match who:
        case "nobody":
            return make.person()
        case "team_member":
            return make.sitting(visit.team)
        case "other_team_of_plan":
            return make.sitting(make.team(plan))
        case "team_of_other_plan":
            return make.sitting(make.team(make.plan(PlanKind.SURPRISE)))
        case "officer":
            return make.person(Role.OFFICER, unit)
        case "officer_elsewhere":
            return make.person(Role.OFFICER, make.unit())
        case "viewer_elsewhere":
            return make.person(Role.VIEWER, make.unit("Quận Thốt Nốt"))
        case "admin":
            return make.person(Role.ADMIN)
    over, role = who.split("_")
    return make.person(Role(role), make.root if over == "city" else district)


def test_only_the_target_that_has_begun_comes_out(make):
    plan, district = make.plan(PlanKind.SURPRISE), make.unit("Quận Ô Môn")
    shown, hidden = make.unit(parent=district), make.unit(parent=district)
    team = make.team(plan)
    make.visit("begun", team=team, plan=plan, unit=shown)
    make.target(plan, hidden, team=team)
    viewer = make.actor(make.person(Role.VIEWER, district))

    assert [t.unit_id for t in db.session.scalars(queries.targets_visible_to(viewer))] == [shown.id]
    assert targets_told(viewer, clock.today()) == {plan.id: 1}


def test_a_plan_of_the_district_is_open_to_its_own_reviewer_before_it_begins(make):
    district = make.unit("Huyện Phong Điền")

    plan = make.plan(PlanKind.SURPRISE, issuer=district)
    make.target(plan, make.unit(parent=district))
    reviewer = make.actor(make.person(Role.REVIEWER, district))
    assert db.session.scalars(queries.targets_visible_to(reviewer)).one().plan_id == plan.id


def test_a_new_unit_inherits_what_its_predecessor_was_a_target_of(make):
    old, new = make.unit("Phường Tân An"), make.unit("Phường Ninh Kiều")
    make.succession(old, new)
    plan = make.plan()
    make.target(plan, old)
    officer = make.actor(make.person(Role.OFFICER, new))
    assert db.session.scalars(queries.visible_to(officer)).one().id == plan.id


def test_every_unit_below_sees_a_plan_of_self_inspections(make):
    plan = make.plan(PlanKind.SELF)
    elsewhere = make.plan(PlanKind.SELF, issuer=make.unit("Quận Bình Thủy"))
    officer = make.actor(make.person(Role.OFFICER, make.unit()))
    seen = {one.id for one in db.session.scalars(queries.visible_to(officer))}
    assert seen == {plan.id}
    assert elsewhere.id not in seen


def test_ending_the_embargo_follows_the_visit_through_its_life(make):
    plan, unit = make.plan(PlanKind.SURPRISE), make.unit()
    visit = make.visit("planned", plan=plan, unit=unit)
    officer, head = make.actor(make.person(Role.OFFICER, unit)), make.actor(make.head_of(make.whole(visit).team))
    hidden = queries.targets_visible_to(officer)
    assert not db.session.scalars(hidden).all()

    visits.begin(visit, actor=head, today=clock.today())
    assert db.session.scalars(hidden).one()

    visits.cancel(visit, reason="Hoãn để kiểm tra lại.", actor=head, today=clock.today())
    assert not db.session.scalars(hidden).all()


def test_search_and_year_do_not_lead_around_the_embargo(make):
    plan = make.plan(PlanKind.SURPRISE, title="Kiểm tra đột xuất một cửa", number="99/KH-SNV")
    unit = make.unit()
    make.target(plan, unit)
    officer = make.actor(make.person(Role.OFFICER, unit))
    for found in (queries.listing(officer, text="dot xuat"), queries.listing(officer, year=plan.year)):
        assert not db.session.execute(found).all()
    assert queries.years(officer) == around(officer, page="plans.index").years == []
    assert db.session.scalar(select(Plan.id)) == plan.id
    assert db.session.scalar(select(Target.id))
