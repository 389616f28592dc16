"""Which findings exist for whom: the one condition that pages, lists, counts and files start from."""

from datetime import date

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.findings import policy, queries, services
from inspect_app.findings.models import State
from inspect_app.plans import services as plans
from inspect_app.plans.models import PlanKind
from inspect_app.units.models import UnitKind
from inspect_app.visits.models import Entry
from tests.support.tables import cells

TODAY = clock.today()


SEEN = """
                    recorded  open  submitted  resolved  withdrawn
head                yes       yes   yes        yes       yes
member              yes       yes   yes        yes       yes
other_team          -         -     -          -         -
reviewer            yes       yes   yes        yes       yes
district_reviewer   yes       yes   yes        yes       yes
neighbour_reviewer  -         -     -          -         -
officer             -         yes   yes        yes       yes
district_officer    -         yes   yes        yes       yes
neighbour_officer   -         -     -          -         -
viewer              -         yes   yes        yes       yes
ward_viewer         -         yes   yes        yes       yes
neighbour_viewer    -         -     -          -         -
admin               -         -     -          -         -
nobody              -         -     -          -         -
"""


def test_who_sees_which_finding(make, session):
    district = make.unit("Quận Long Phú", kind=UnitKind.DISTRICT)
    ward = make.unit("Phường Hòa Phú", parent=district)
    neighbour = make.unit("Phường An Hòa", parent=district)
    head, member = make.person(), make.person()
    states = sorted({state for _, state, _ in cells(SEEN)})
    findings = {state: make.finding(state, unit=ward, team=make.team(head=head, member=member)) for state in states}
    people = {
        "head": head,
        "member": member,
        "other_team": make.head_of(make.team()),
        "reviewer": make.reviewer,
        "district_reviewer": make.person(Role.REVIEWER, district),
        "neighbour_reviewer": make.person(Role.REVIEWER, neighbour),
        "officer": make.officer(ward),
        "district_officer": make.officer(district),
        "neighbour_officer": make.officer(neighbour),
        "viewer": make.person(Role.VIEWER),
        "ward_viewer": make.person(Role.VIEWER, ward),
        "neighbour_viewer": make.person(Role.VIEWER, neighbour),
        "admin": make.person(Role.ADMIN),
        "nobody": make.person(),
    }
    found = set()
    for who, person in people.items():
        actor = make.actor(person)
        seen = session.scalars(queries.visible_to(actor)).all()
        found |= {(who, state, "yes" if finding in seen else "-") for state, finding in findings.items()}
        counts = queries.counts(actor, queries.Filter(), today=TODAY)
        assert (counts.total, counts.views["all"]) == (len(seen), len(seen)), who
        assert counts.views["submitted"] == (findings["submitted"] in seen)
    assert found == set(cells(SEEN))
    # What is told without asking the database is what the database would have said.
    by_policy = {state: "yes" if policy.known_to_its_officers(finding) else "-" for state, finding in findings.items()}
    for who in ("officer", "district_officer"):
        assert {state: said for one, state, said in found if one == who} == by_policy


def test_a_finding_of_a_unit_that_is_no_more_belongs_to_its_heir(make, session):
    old = make.unit("Phường Tân An", valid_to=date(2025, 6, 30))
    finding = make.finding(unit=old)
    heir, stranger = make.unit("Phường Ninh Kiều"), make.unit()
    make.succession(old, heir)
    assert session.scalars(queries.visible_to(make.actor(make.officer(heir)))).all() == [finding]
    assert not session.scalars(queries.visible_to(make.actor(make.officer(stranger)))).all()


def test_an_officer_sees_what_their_own_unit_is_writing_down_about_itself(make, session):
    plans.load_areas()
    unit = make.unit()
    officer = make.actor(make.officer(unit))
    visit = make.self_inspection(unit=unit, entry=Entry.FOUND)
    (finding,) = services.record(visit, [make.particulars()], actor=officer, today=TODAY, **make.storing)
    session.commit()
    assert finding.state is State.RECORDED
    assert session.scalars(queries.visible_to(officer)).all() == [finding]
    assert not session.scalars(queries.visible_to(make.actor(make.person(Role.VIEWER, unit)))).all()


def test_what_a_surprise_team_writes_down_stays_with_it(make, session):
    unit = make.unit()
    team = make.team(make.plan(PlanKind.SURPRISE))
    make.finding("recorded", unit=unit, team=team)
    for person in (make.officer(unit), make.person(Role.VIEWER), make.person(Role.VIEWER, unit)):
        actor = make.actor(person)
        assert not session.scalars(queries.visible_to(actor)).all()
        assert queries.counts(actor, queries.Filter(), today=TODAY).views["all"] == 0


def test_who_left_the_team_sees_it_no_more(make, session):
    team = make.team()
    member = make.sitting(team)
    make.finding("recorded", team=team)
    assert session.scalars(queries.visible_to(make.actor(member))).all()
    make.unseat(team, member)
    assert not session.scalars(queries.visible_to(make.actor(member))).all()
