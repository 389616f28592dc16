"""Several people at once, on databases of their own."""

import pytest
from sqlalchemy import select

from inspect_app.accounts.models import Person
from inspect_app.core import clock
from inspect_app.core.actor import TeamRole
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, Stale
from inspect_app.plans import services
from inspect_app.plans.models import Plan, Target, Team, TeamMember
from inspect_app.units.models import Unit
from tests.support.make import Make
from tests.support.threads import at_once

TODAY = clock.today()


@pytest.fixture
def make(own_app):
    with own_app.app_context():
        yield Make(db.session)
        db.session.rollback()


def test_a_unit_is_named_once_however_many_add_it(own_app, make):
    plan, units = make.plan().id, [make.unit().id for _ in range(5)]
    writer = make.actor(make.reviewer)
    db.session.rollback()

    def add(_person):
        named = [db.session.get_one(Unit, unit) for unit in units]
        services.add_targets(db.session.get_one(Plan, plan), named, actor=writer, today=TODAY)
        db.session.commit()

    said = at_once(own_app, add, people=4)
    assert None in said
    assert all(one is None or isinstance(one, Stale) for one in said)
    assert sorted(db.session.scalars(select(Target.unit_id))) == units


def test_a_team_gets_one_head_however_many_seat_one(own_app, make):
    plan = make.plan()
    team = services.make_team(plan, name="Đoàn số 1", actor=make.actor(make.reviewer), today=TODAY).id
    people, writer = [make.person().id for _ in range(4)], make.actor(make.reviewer)
    db.session.rollback()

    def seat(number):
        person = db.session.get_one(Person, people[number])
        services.seat(
            db.session.get_one(Team, team), person, role=TeamRole.HEAD, since=TODAY, actor=writer, today=TODAY
        )
        db.session.commit()

    said = at_once(own_app, seat, people=4)
    assert said.count(None) == 1
    assert all(isinstance(one, Invalid) for one in said if one is not None)
    assert db.session.scalars(select(TeamMember)).one().role is TeamRole.HEAD
