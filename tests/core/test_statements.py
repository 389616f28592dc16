"""What PostgreSQL keeps the plan of, and for how long."""

import pytest
from sqlalchemy import Integer, bindparam, func, select, text

from inspect_app.accounts.models import Person
from inspect_app.core.connections import engine_options, reading
from inspect_app.core.db import db
from inspect_app.core.statements import filled_up, prepared
from tests.support.make import Make

pytestmark = pytest.mark.only_on("postgresql")

ITS = Person.id == bindparam("person_id", type_=Integer)
NAME = prepared(select(Person.name).where(ITS))
USERNAME = prepared(select(Person.username).where(ITS), always=True)
KEPT = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%person%'")


@pytest.fixture
def person_id(own_app):
    with own_app.app_context():
        return Make(db.session).person().id


def name_of(person_id):
    return db.session.scalar(NAME, {"person_id": person_id})


def kept():
    return db.session.scalar(KEPT)


def planned(column):
    """How often for any values and how often for those at hand."""
    numbers = "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
    return tuple(db.session.execute(text(f"{numbers} WHERE statement LIKE '%person.{column} %'")).one())


def test_what_was_prepared_stays_prepared_from_one_reading_to_the_next(own_app, person_id):
    for _time in range(2):
        with own_app.app_context(), reading():
            assert name_of(person_id)
            assert name_of(0) is None

    with own_app.app_context():
        assert kept() == 1


def test_what_nobody_said_is_not_prepared(own_app, person_id):
    with own_app.app_context(), reading():
        for _time in range(12):
            assert db.session.scalar(select(Person.name).where(Person.id == person_id))
        assert kept() == 0


def test_a_plan_is_always_that_for_any_values_where_it_is_said(own_app, person_id):
    for _time in range(3):
        with own_app.app_context(), reading():
            assert db.session.scalar(USERNAME, {"person_id": person_id})

    with own_app.app_context():
        assert planned("username") == (3, 0)


def test_what_is_not_prepared_is_planned_for_its_values_after_it(own_app, person_id):
    mode = text("SELECT current_setting('plan_cache_mode')")
    with own_app.app_context(), reading():
        assert name_of(person_id)
        assert db.session.scalar(USERNAME, {"person_id": person_id})
        assert db.session.scalar(mode) == "auto"
        assert name_of(person_id)
        assert planned("name") == (0, 2)


@pytest.mark.parametrize("before", ["", "WITH others AS (SELECT 1) "])
def test_what_was_written_where_only_reading_was_meant_is_undone(own_app, person_id, before):
    with own_app.app_context(), reading():
        name_of(person_id)
        db.session.execute(text(f"{before}UPDATE person SET name = ''"))

    with own_app.app_context():
        assert name_of(person_id) != ""


def test_what_was_changed_where_only_reading_was_meant_is_undone(own_app, person_id):
    with own_app.app_context(), reading():
        db.session.get_one(Person, person_id).name = ""
        db.session.flush()

    with own_app.app_context():
        assert name_of(person_id) != ""


def test_after_a_statement_that_failed_the_connection_reads_on(own_app, person_id):
    with own_app.app_context(), reading():
        assert name_of(person_id)
        with pytest.raises(Exception, match="division by zero"):
            db.session.scalar(select(func.count() / text("0")))

    with own_app.app_context():
        assert name_of(person_id)


@pytest.mark.parametrize("many", [0, 1, 2, 3, 4, 5, 50, 64, 65])
def test_ids_are_filled_up_with_themselves_to_few_numbers_of_them(many):
    ids = filled_up(range(many, 0, -1))
    assert sorted(set(ids)) == list(range(1, many + 1))
    assert len(ids) in {0, 1, 2, 4, 8, 64, 128}
    assert len(ids) < 2 * many or many == 0


def test_behind_a_pooler_that_knows_nothing_of_it_nothing_is_prepared():
    assert engine_options("postgresql://there/it", prepare=False)["connect_args"]["prepare_threshold"] is None
