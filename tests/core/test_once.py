"""Keys of forms: taken once, by one person, with the work or not at all."""

import pytest

from inspect_app.core import once
from inspect_app.core.db import db
from tests.support.make import Make
from tests.support.threads import at_once

KEY, THERE = "k" * 20, "/there"


def test_the_first_takes_the_key_and_the_next_learns_where_it_led(make):
    actor = make.actor(make.person())
    assert once.take(KEY, actor=actor) is None
    once.lead(KEY, THERE, actor=actor)
    assert once.take(KEY, actor=actor) == THERE
    assert once.take("m" * 20, actor=actor) is None


def test_a_key_is_taken_by_each_person_for_themselves(make):
    one, other = make.actor(make.person()), make.actor(make.person())
    assert once.take(KEY, actor=one) is None
    assert once.take(KEY, actor=other) is None


def test_work_that_is_undone_gives_its_key_back(make):
    actor = make.actor(make.person())
    assert once.take(KEY, actor=actor) is None
    db.session.rollback()
    assert once.take(KEY, actor=actor) is None


@pytest.fixture
def sender(own_app):
    with own_app.app_context():
        make = Make(db.session)
        actor = make.actor(make.person())
        db.session.rollback()
        return actor


def test_of_several_at_once_one_does_the_work_and_all_are_led_to_it(own_app, sender):
    def send(number):
        if (led_to := once.take(KEY, actor=sender)) is not None:
            return led_to
        once.lead(KEY, f"/made/{number}", actor=sender)
        db.session.commit()
        return None

    answers = at_once(own_app, send, people=4)
    (worker,) = [number for number, answer in enumerate(answers) if answer is None]
    assert {answer for answer in answers if answer is not None} == {f"/made/{worker}"}
