"""Statements that are kept for everybody who is of the same shape, and ask for whom they are filled in with."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from sqlalchemy import exc, select

from inspect_app.accounts import queries as accounts
from inspect_app.accounts.models import Person
from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.core.shapes import Blank, BlankIds, BlankPath, among, end_of, filling_of, path_filling, shape_of
from inspect_app.findings import queries as findings
from inspect_app.findings.models import Finding, State
from inspect_app.findings.queries import Filter, scope
from inspect_app.findings.queries.narrowing import narrowed
from inspect_app.home import queries as home
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.tasks import queries as tasks
from inspect_app.tasks.models import Task, TaskPlan
from inspect_app.units.models import UnitKind
from inspect_app.visits import queries as visits
from inspect_app.visits.models import Visit
from tests.support.plans import watched

TODAY = clock.today()
CONDITIONS: dict[str, tuple[Any, Callable[[Actor], Any]]] = {
    "findings": (select(Finding.id), scope.seen_by),
    "findings, walked": (select(Finding.id), lambda actor: scope.seen_by(actor, walking=True)),
    "findings of the actor's": (select(Finding.id), lambda actor: _of_list(actor, Filter(mine=True))),
    "plans": (select(Plan.id), plans.plan_open_to),
    "targets": (select(Target.id).join(Target.plan), plans.target_open_to),
    "visits": (select(Visit.id).join(Visit.plan), visits.open_to),
    "tasks": (select(Task.id), tasks.seen_by),
    "lists of tasks": (select(TaskPlan.id), tasks.plan_open_to),
    "reports of tasks": (select(Task.id), tasks.to_confirm),
    "people": (select(Person.id), lambda actor: Person.id == actor.person_id),
    "people looked after": (select(Person.id), lambda actor: Person.id.in_(accounts.chosen(actor, today=TODAY))),
    "at home": (select(Person.id), lambda actor: Person.home_unit_id == actor.home_unit_id),
}


def _of_list(actor, wanted):
    rows, _facts = narrowed(actor, wanted, today=TODAY)
    return Finding.id.in_(rows.add_columns(Finding.id))


@pytest.fixture
def people(make):
    """Everybody sees something else: two of each shape, in two districts; one of each has inherited a ward."""
    found = {}
    for place in ("Thốt Nốt", "Ô Môn"):
        district = make.unit(f"Quận {place}", kind=UnitKind.DISTRICT)
        ward, other = make.unit(f"Phường {place}", parent=district), make.unit(f"Phường {place} A", parent=district)
        gone = make.unit(f"Xã {place}")
        head, member = make.person(home=other), make.person()
        team = make.team(head=head, member=member)
        for unit, state in ((ward, State.RECORDED), (other, State.OPEN), (gone, State.SUBMITTED)):
            make.finding(state, unit=unit, team=team)
            make.finding(State.SUBMITTED, unit=unit)
        make.plan(PlanKind.SELF, issuer=district)
        make.succession(gone, ward)
        both = make.person(Role.OFFICER, other)
        make.grant(both, Role.VIEWER, ward)
        found[place] = {
            "head": head,
            "member": member,
            "officer": make.officer(ward),
            "officer without heritage": make.officer(other),
            "reviewer": make.person(Role.REVIEWER, district, home=ward),
            "viewer": make.person(Role.VIEWER, ward),
            "administrator": make.person(Role.ADMIN, district),
            "officer here and viewer there": both,
        }
    found["Thốt Nốt"]["reviewer of all"], found["Ô Môn"]["reviewer of all"] = make.reviewer, make.person(Role.REVIEWER)
    return {kind: [make.actor(found[place][kind]) for place in found] for kind in found["Ô Môn"]}


def test_a_statement_of_a_shape_finds_what_the_actor_s_own_would(people, session):
    for (of, (ids, condition)), (kind, alike) in product(CONDITIONS.items(), people.items()):
        kept = ids.where(condition(shape_of(alike[0])))
        for actor in alike:
            own = set(session.scalars(ids.where(condition(actor))))
            assert set(session.scalars(kept, filling_of(actor))) == own, (of, kind)


def test_people_of_one_shape_differ_in_what_they_are_asked_with_alone(people):
    for kind, (one, other) in people.items():
        assert one != other
        assert shape_of(one) == shape_of(other), kind
        assert hash(shape_of(one)) == hash(shape_of(other)), kind
        assert filling_of(one) != filling_of(other), kind
        assert filling_of(one).keys() == filling_of(other).keys()
    assert len({shape_of(alike[0]) for alike in people.values()}) == len(people)


def test_the_shape_of_a_shape_is_itself(people):
    for alike in people.values():
        assert shape_of(shape_of(alike[0])) == shape_of(alike[0])


def test_lists_of_two_actors_of_a_shape_are_one_statement(people, make):
    one, other = people["officer"]
    first, second = (make.unit(parent=make.unit(kind=UnitKind.DISTRICT)) for _time in range(2))
    lists = [
        findings.chosen(who, wanted, sort="newest", many=False, today=TODAY)[0]
        for who, wanted in ((one, Filter(unit=first, year=2024)), (other, Filter(unit=second, year=2025)))
    ]
    assert lists[0] is lists[1]


@pytest.mark.only_on("postgresql")
def test_who_sits_on_more_teams_asks_the_same_statements(make, session):
    """Of teams told one by one, each number of them would be another, read and planned anew."""
    heads = [make.person() for _time in range(2)]
    for head, teams in zip(heads, (1, 3), strict=True):
        for _team in range(teams):
            make.finding(State.SUBMITTED, team=make.team(head=head))
    said = []
    for head in heads:
        with watched(session.connection()) as asked:
            sent = home.verification_queue(make.actor(head), today=TODAY)
            home.waiting(make.actor(head), TODAY)
        said.append((len(sent), [statement for statement, _filling in asked]))
    assert [number for number, _statements in said] == [1, 3]
    assert said[0][1] == said[1][1]


def test_a_statement_of_a_shape_is_not_asked_without_its_filling(people, session):
    for alike in people.values():
        shape = shape_of(alike[0])
        if shape.person_id is None or shape.held(Role.REVIEWER, Role.ADMIN):
            continue
        with pytest.raises(exc.StatementError, match="A value is required"):
            session.scalars(select(Finding.id).where(scope.seen_by(shape)))


def test_a_blank_among_ids_is_asked_for_and_not_taken_for_one():
    for ids in ([Blank("one")], sorted(BlankIds("several")), BlankIds("several")):
        assert set(Finding.id.in_(ids).compile().params.values()) == {None}
    with pytest.raises(ValueError, match="invalid literal"):
        int(BlankPath("place", like="/1/2/").split("/")[1])


def test_a_blank_path_is_as_far_down_the_tree():
    for path in ("/1/2/", "/1/23/456/", "/1/2/3/4/"):
        assert BlankPath("place", like=path).count("/") == path.count("/")
        assert path_filling("place", path) == {"place": path, "place_end": end_of(path)}
    assert end_of("/1/23/") == "/1/230"


def test_ids_are_looked_for_in_their_order():
    assert list(among(Finding.id, {3, 1, 2}).right.value) == [1, 2, 3]
