"""Who sees which visit, and how far a plan has come on any day."""

from datetime import date, timedelta

import pytest

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.plans.models import PlanKind, Target
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits import queries, services
from inspect_app.visits.models import Entry, VisitState
from inspect_app.visits.queries import Coverage, Filter, Planned
from tests.support.tables import cells

TODAY = clock.today()
A_DAY = timedelta(days=1)

SEEN = """
                    planned  begun  reported  concluded  closed  cancelled
team_member         yes      yes    yes       yes        yes     yes
city_reviewer       yes      yes    yes       yes        yes     yes
district_reviewer   yes      yes    yes       yes        yes     yes
city_viewer         no       no     yes       yes        yes     no
district_viewer     no       no     yes       yes        yes     no
officer             no       no     yes       yes        yes     no
other_team_of_plan  no       no     no        no         no      no
officer_elsewhere   no       no     no        no         no      no
admin               no       no     no        no         no      no
"""

SURPRISE = """
                    planned  begun  reported  concluded  closed  cancelled
team_member         yes      yes    yes       yes        yes     yes
city_reviewer       yes      yes    yes       yes        yes     yes
district_reviewer   no       yes    yes       yes        yes     no
city_viewer         no       no     yes       yes        yes     no
district_viewer     no       no     yes       yes        yes     no
officer             no       no     yes       yes        yes     no
other_team_of_plan  no       no     no        no         no      no
"""
"""The same for a surprise: what has not begun is nobody's but the team's and the issuing unit's."""


@pytest.mark.tried_on("sqlite", "postgresql")
@pytest.mark.parametrize("state", list(VisitState))
@pytest.mark.parametrize(("kind", "table"), [(PlanKind.SCHEDULED, SEEN), (PlanKind.SURPRISE, SURPRISE)])
def test_a_visit_exists_for(make, kind, table, state):
    district = make.unit("Quận Bình Thủy", kind=UnitKind.DISTRICT)
    visit = make.visit(state, plan=make.plan(kind), unit=make.unit(parent=district))
    told = {who: seen for who, column, seen in cells(table) if column == state}
    found, listed = {}, {}
    for who in told:
        actor = make.actor(_person(make, who, make.whole(visit), district))
        found[who] = "yes" if db.session.scalars(queries.visible_to(actor)).all() else "no"
        listed[who] = "yes" if db.session.execute(queries.listing(actor)).all() else "no"
    assert found == listed == told


def _person(make, who, visit, district):
    match who:
        case "team_member":
            return make.sitting(visit.team)
        case "other_team_of_plan":
            return make.sitting(make.team(visit.plan))
        case "officer":
            return make.person(Role.OFFICER, visit.unit)
        case "officer_elsewhere":
            return make.person(Role.OFFICER, make.unit())
        case "admin":
            return make.person(Role.ADMIN)
    over, role = who.split("_")
    return make.person(Role(role), make.root if over == "city" else district)


def test_its_own_self_inspection_is_always_the_units_to_see(make):
    unit = make.unit()
    visit = make.self_inspection(unit=unit, entry=Entry.FOUND)
    assert visit.state is VisitState.BEGUN
    for person, seen in ((make.person(Role.OFFICER, unit), True), (make.person(Role.VIEWER, unit), False)):
        found = db.session.scalars(queries.visible_to(make.actor(person))).all()
        assert [one.id for one in found] == ([visit.id] if seen else [])


def test_the_new_unit_sees_what_was_found_at_the_old(make):
    old, new = make.unit("Phường Tân An"), make.unit("Phường Ninh Kiều")
    make.succession(old, new)
    visit = make.visit("concluded", unit=old)
    officer = make.actor(make.person(Role.OFFICER, new))
    assert db.session.scalars(queries.visible_to(officer)).one().id == visit.id


# States and coverage on a day


@pytest.fixture
def history(make):
    """Planned 1/3, begun 10/3, reported 12/3, concluded 20/3 of 2022."""
    target = make.target(team=make.team(), since=date(2022, 1, 1))
    head = make.actor(make.head_of(make.team_of(target)))
    visit = services.plan_visit(target, actor=head, today=TODAY, planned_on=date(2022, 3, 9), on=date(2022, 3, 1))
    services.begin(visit, actor=head, today=TODAY, on=date(2022, 3, 10))
    services.report(visit, entry=Entry.FOUND, actor=head, today=TODAY, on=date(2022, 3, 12))
    services.conclude(visit, actor=head, today=TODAY, on=date(2022, 3, 20))
    db.session.commit()
    return visit


@pytest.mark.tried_on("sqlite", "postgresql")
@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2022, 2, 28), None),
        (date(2022, 3, 1), "planned"),
        (date(2022, 3, 10), "begun"),
        (date(2022, 3, 11), "begun"),
        (date(2022, 3, 12), "reported"),
        (date(2022, 3, 19), "reported"),
        (date(2022, 3, 20), "concluded"),
        (TODAY, "concluded"),
    ],
)
def test_the_list_shows_the_state_of_the_day_asked_for(make, history, day, state):
    rows = db.session.execute(queries.listing(make.actor(make.reviewer), Filter(as_of=day))).all()
    assert [row.state for row in rows] == ([state] if state else [])
    if state:
        filtered = queries.listing(make.actor(make.reviewer), Filter(as_of=day, states=[VisitState(state)]))
        assert db.session.execute(filtered).one().id == history.id


@pytest.mark.tried_on("sqlite", "postgresql")
@pytest.mark.parametrize(
    ("day", "covered"),
    [
        (date(2021, 12, 31), Coverage(0, 0)),
        (date(2022, 3, 9), Coverage(0, 1)),
        (date(2022, 3, 10), Coverage(1, 1)),
        (TODAY, Coverage(1, 1)),
    ],
)
def test_coverage_comes_out_the_same_later(make, history, day, covered):
    reviewer = make.actor(make.reviewer)
    assert queries.coverage(reviewer, day, Target.plan_id == history.plan_id) == covered
    assert queries.coverage_under(reviewer, [history.plan_id], day) == covered
    assert queries.coverage_under(reviewer, [], day) == Coverage(0, 0)


def test_a_cancelled_visit_counted_until_the_day_it_was_cancelled(make):
    visit = make.visit("begun", day=TODAY - 3 * A_DAY)
    head = make.actor(make.head_of(visit.team))
    services.cancel(visit, reason="Kiểm tra lại sau.", actor=head, today=TODAY)
    reviewer = make.actor(make.reviewer)
    assert queries.coverage(reviewer, TODAY - A_DAY) == Coverage(1, 1)
    assert queries.coverage(reviewer, TODAY) == Coverage(0, 1)


def test_a_removed_target_counted_until_the_day_it_was_removed(make):
    make.target(since=TODAY)
    gone = make.target(since=TODAY - 9 * A_DAY)
    make.remove(gone, on=TODAY - A_DAY)
    reviewer = make.actor(make.reviewer)
    assert queries.coverage(reviewer, TODAY - 2 * A_DAY) == Coverage(0, 1)
    assert queries.coverage(reviewer, TODAY) == Coverage(0, 1)


def test_coverage_by_kind_of_unit_adds_up(make):
    plan = make.plan()
    team = make.team(plan)
    make.visit("begun", team=team, plan=plan, unit=make.unit(kind=UnitKind.DEPARTMENT))
    make.visit("planned", team=team, plan=plan, unit=make.unit(kind=UnitKind.DEPARTMENT))
    make.visit("closed", team=team, plan=plan, unit=make.unit())
    found = queries.coverage_by(make.actor(make.reviewer), TODAY, Unit.kind, Target.plan_id == plan.id)
    assert found == {UnitKind.DEPARTMENT: Coverage(1, 2), UnitKind.COMMUNE: Coverage(1, 1)}
    for kind, covered in found.items():
        assert queries.coverage_under(make.actor(make.reviewer), [plan.id], TODAY, (kind,)) == covered
    assert queries.coverage_under(make.actor(make.reviewer), [plan.id], TODAY, tuple(found)) == Coverage(2, 3)


def test_coverage_counts_only_what_may_be_known(make):
    plan, district = make.plan(PlanKind.SURPRISE), make.unit("Quận Ninh Kiều")
    team = make.team(plan)
    make.visit("planned", team=team, plan=plan, unit=make.unit(parent=district))
    make.visit("begun", team=team, plan=plan, unit=make.unit(parent=district))
    viewer = make.actor(make.person(Role.VIEWER, district))
    for reader, covered in ((viewer, Coverage(1, 1)), (make.actor(make.reviewer), Coverage(1, 2))):
        assert queries.coverage(reader, TODAY) == covered
        assert queries.coverage_under(reader, [plan.id], TODAY) == covered


def test_the_schedule_has_the_rows_that_coverage_counts(make):
    plan = make.plan()
    team = make.team(plan)
    begun = make.visit("begun", team=team, plan=plan)
    planned = make.visit("planned", team=team, plan=plan)
    make.target(plan)
    reviewer = make.actor(make.reviewer)

    def rows(**which):
        return db.session.execute(queries.schedule(reviewer, TODAY, Planned(**which)).order_by(Target.id)).all()

    assert [(row.begun, row.visit_state) for row in rows(plan=plan)] == [
        (True, "begun"),
        (False, "planned"),
        (False, None),
    ]
    assert [row.visit_id for row in rows(begun=True)] == [begun.id]
    assert [row.visit_id for row in rows(begun=False)] == [planned.id, None]


def test_the_schedule_tells_a_leader_that_it_began_but_not_which_visit(make):
    unit = make.unit()
    make.visit("begun", unit=unit)
    viewer = make.actor(make.person(Role.VIEWER, unit))
    row = db.session.execute(queries.schedule(viewer, TODAY)).one()
    assert (row.begun, row.visit_id, row.visit_state) == (True, None, None)


def test_filters_of_the_list(make):
    district = make.unit("Huyện Cờ Đỏ", kind=UnitKind.DISTRICT)
    commune = make.unit("Xã Thới Hưng", parent=district)
    plan = make.plan(title="Kiểm tra Bộ phận Một cửa")
    early = make.visit("closed", plan=plan, unit=commune, day=date(2022, 3, 1))
    late = make.visit("begun", unit=make.unit("Sở Y tế", kind=UnitKind.DEPARTMENT), day=date(2022, 9, 1))
    head = make.actor(make.head_of(make.whole(late).team))
    reviewer = make.actor(make.reviewer)

    def found(actor=reviewer, **which):
        return [row.id for row in db.session.execute(queries.listing(actor, Filter(**which)))]

    assert found(within_unit=district) == [early.id]
    assert found(plan=plan) == [early.id]
    assert found(unit_kinds=[UnitKind.DEPARTMENT]) == [late.id]
    assert found(states=[VisitState.CLOSED]) == [early.id]
    assert found(since=date(2022, 4, 1)) == [late.id]
    assert found(until=date(2022, 4, 1)) == [early.id]
    assert found(since=date(2022, 3, 1), until=date(2022, 9, 1)) == [early.id, late.id]
    assert found(text="thoi hung") == [early.id]
    assert found(text="mot cua") == [early.id]
    assert found(text="so y te") == [late.id]
    assert found(kinds=[PlanKind.SURPRISE]) == []
    assert found(head, mine=True) == [late.id]
    assert found(mine=True) == []
