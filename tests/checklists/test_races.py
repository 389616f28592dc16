"""Several people at once, on databases of their own: publishing, and answering from several phones."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from inspect_app.checklists import services
from inspect_app.checklists.models import Checklist, Item
from inspect_app.checklists.queries import items_of
from inspect_app.checklists.services import Worded
from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.core.errors import Stale, WrongState
from inspect_app.visits.models import Answer, Result, Visit
from inspect_app.visits.services import answers
from inspect_app.visits.services.answers import Seen
from tests.support.make import Make
from tests.support.threads import at_once

TODAY = clock.today()


@pytest.fixture
def make(own_app):
    with own_app.app_context():
        yield Make(db.session)
        db.session.rollback()


def test_what_is_published_is_what_was_looked_at_and_every_answer_counts(own_app, make):
    checklist = make.checklist("I.1", "III.1", "V.1", "KL.1", published=False)
    number, opened, by = checklist.id, checklist.version, {"actor": make.actor(make.reviewer), "today": TODAY}
    db.session.rollback()

    def write(person):
        found = db.session.get_one(Checklist, number)
        if person % 2:
            services.publish(found, version=opened, **by)
        else:
            item = items_of(number)[0]
            services.change_item(item, Worded("Lời khác"), version=opened, **by)
        db.session.commit()

    said = at_once(own_app, write, people=4)
    assert said.count(None) == 1
    assert all(isinstance(one, Stale | WrongState | StaleDataError) for one in said if one is not None)
    changed = db.session.scalars(select(Item).where(Item.text == "Lời khác")).all()
    assert db.session.get_one(Checklist, number).is_published is not bool(changed)
    if changed:
        services.publish(db.session.get_one(Checklist, number), **by)
        db.session.commit()

    visit = make.visit()
    visit_id, head = visit.id, make.actor(make.head_of(make.whole(visit).team))
    items = [item.id for item in items_of(number)]
    db.session.rollback()

    def answer(person):
        several = {item: Seen(Result.MET) if at == person else Seen() for at, item in enumerate(items)}
        found = db.session.get_one(Visit, visit_id)
        answers.answer(found, several, opened={}, actor=head, today=TODAY)
        db.session.commit()

    assert at_once(own_app, answer, people=4) == [None] * 4
    rows = db.session.scalars(select(Answer).where(Answer.visit_id == visit_id)).all()
    assert {row.item_id: row.result for row in rows} == dict.fromkeys(items, Result.MET)
    assert db.session.get_one(Visit, visit_id).checklist_id == number
