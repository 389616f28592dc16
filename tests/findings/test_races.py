"""Several people at once, on databases of their own."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from inspect_app.accounts.models import Person
from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.core.errors import Stale, WrongState
from inspect_app.findings import services
from inspect_app.findings.models import Conclusion, Finding, State, Submission, Verdict, Verification
from inspect_app.plans import services as plans
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Visit, VisitState
from tests.support.make import Make
from tests.support.threads import at_once

TODAY = clock.today()
REFUSED = (Stale, WrongState, StaleDataError)


@pytest.fixture
def make(own_app):
    with own_app.app_context():
        made = Make(db.session)
        plans.load_areas()
        db.session.commit()
        yield made
        db.session.rollback()


def test_two_teams_writing_down_at_once_never_get_the_same_number(own_app, make):
    visits_ids = [make.visit().id for _ in range(4)]
    heads = [make.actor(make.head_of(make.whole(db.session.get_one(Visit, n)).team)) for n in visits_ids]
    db.session.rollback()

    def write(number):
        for _ in range(3):
            visit = db.session.get_one(Visit, visits_ids[number])
            several = [Make(db.session).particulars(), Make(db.session).particulars()]
            services.record(visit, several, actor=heads[number], today=TODAY, **make.storing)
            db.session.commit()

    assert at_once(own_app, write, people=4) == [None] * 4
    codes = db.session.scalars(select(Finding.code).order_by(Finding.code)).all()
    assert codes == [f"HC-{TODAY.year}-{n:04d}" for n in range(1, 25)]


def test_a_finding_is_resolved_once(own_app, make):
    finding = make.finding("submitted")
    number, reviewer = finding.id, make.actor(make.reviewer)
    db.session.rollback()

    def judge(person):
        one = db.session.get_one(Finding, number)
        if person % 2:
            services.accept(one, actor=reviewer, method=Verification.DOCUMENTS, on=TODAY, today=TODAY)
        else:
            services.send_back(one, actor=reviewer, reason="Thiếu ảnh.", on=TODAY, today=TODAY)
        db.session.commit()

    said = at_once(own_app, judge, people=4)
    assert said.count(None) == 1
    assert all(isinstance(one, REFUSED) for one in said if one is not None)
    submission = db.session.scalars(select(Submission)).one()
    state = db.session.get_one(Finding, number).state
    expected = {State.RESOLVED: Verdict.ACCEPTED, State.RETURNED: Verdict.RETURNED}
    assert submission.verdict is expected[state]


def test_a_submission_is_recalled_or_opened_never_both(own_app, make):
    for _ in range(3):
        finding = make.finding("submitted")
        latest = db.session.scalars(select(Submission).where(Submission.finding_id == finding.id)).one()
        number, submission, sender = finding.id, latest.id, latest.sender_id
        officer = make.actor(db.session.get_one(Person, sender))
        db.session.rollback()

        def act(person, number=number, submission=submission, officer=officer):
            if person:
                services.mark_opened(db.session.get_one(Submission, submission), at=clock.now())
            else:
                services.recall(db.session.get_one(Finding, number), actor=officer, on=TODAY, today=TODAY)
            db.session.commit()

        said = at_once(own_app, act, people=2)
        after = db.session.get_one(Submission, submission)
        assert (after.opened_at is None) == (after.verdict is Verdict.RECALLED)
        assert (said[0] is None) == (after.verdict is Verdict.RECALLED)
        db.session.rollback()


def test_a_visit_is_concluded_once_and_nothing_is_written_down_after(own_app, make):
    visit = make.visit(day=TODAY - timedelta(days=5))
    head = make.actor(make.head_of(visit.team))
    services.record(visit, [make.particulars()], actor=head, today=TODAY, **make.storing)
    visits.report(visit, entry=Entry.FOUND, actor=head, today=TODAY)
    db.session.commit()
    number, storing = visit.id, make.storing
    db.session.rollback()

    def act(person):
        one = db.session.get_one(Visit, number)
        if person < 2:
            notice: dict[str, Any] = {"number": f"{person}/TB", "dated_on": TODAY, "signer": "Lê Thị Ký"}
            services.conclude(one, actor=head, today=TODAY, **notice, **storing)
        else:
            services.record(one, [Make(db.session).particulars()], actor=head, today=TODAY, **storing)
        db.session.commit()

    said = at_once(own_app, act, people=4)
    assert all(one is None or isinstance(one, REFUSED) for one in said), said
    assert said[:2].count(None) == 1
    assert db.session.get_one(Visit, number).state is VisitState.CONCLUDED
    assert len(db.session.scalars(select(Conclusion)).all()) == 1
    assert set(db.session.scalars(select(Finding.state))) == {State.OPEN}
