"""Several people at once, on databases of their own."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.core.errors import Stale, WrongState
from inspect_app.plans.models import Target
from inspect_app.visits import services
from inspect_app.visits.models import Visit, VisitState
from tests.support.make import Make
from tests.support.threads import at_once

TODAY = clock.today()
REFUSED = (Stale, WrongState, StaleDataError)


@pytest.fixture
def make(own_app):
    with own_app.app_context():
        yield Make(db.session)
        db.session.rollback()


def test_a_target_gets_one_visit_however_many_plan_it(own_app, make):
    target = make.target(team=make.team())
    number, head = target.id, make.actor(make.head_of(make.team_of(target)))
    db.session.rollback()

    def plan(_person):
        services.plan_visit(db.session.get_one(Target, number), actor=head, today=TODAY, planned_on=TODAY)
        db.session.commit()

    said = at_once(own_app, plan, people=4)
    assert said.count(None) == 1
    assert all(isinstance(one, REFUSED) for one in said if one is not None)
    assert db.session.scalars(select(Visit)).one().target_id == number


def test_a_visit_begins_or_is_cancelled_once(own_app, make):
    for _ in range(3):
        visit = make.visit("planned")
        number, head = visit.id, make.actor(make.head_of(make.whole(visit).team))
        db.session.rollback()

        def move(person, number=number, head=head):
            one = db.session.get_one(Visit, number)
            if person % 2:
                services.begin(one, actor=head, today=TODAY)
            else:
                services.cancel(one, reason="Đơn vị xin hoãn.", actor=head, today=TODAY)
            db.session.commit()

        said = at_once(own_app, move, people=4)
        left = db.session.get_one(Visit, number)
        assert all(isinstance(one, REFUSED) for one in said if one is not None)
        # Beginning and then cancelling is a way through; both of a kind never are.
        assert said.count(None) in (1, 2)
        assert left.state in (VisitState.BEGUN, VisitState.CANCELLED)
        begun_on = db.session.get_one(Target, left.target_id).begun_on
        assert (begun_on is not None) == (left.state is VisitState.BEGUN)
        db.session.rollback()
