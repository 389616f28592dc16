"""What both databases promise: no write is lost, silently or otherwise, and reading is not writing."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.orm.exc import StaleDataError

from inspect_app.accounts.models import Person
from inspect_app.core.connections import reading, take_turns, wal_is_safe
from inspect_app.core.db import UTCDateTime, db
from tests.support.make import Make
from tests.support.threads import at_once

WRITES = 10


@pytest.fixture
def person_id(own_app):
    with own_app.app_context():
        return Make(db.session).person().id


def add_one(person_id):
    """Read, think, write: the way of every form."""
    person = db.session.get_one(Person, person_id)
    person.title = str(int(person.title or "0") + 1)
    db.session.commit()


def test_no_write_is_lost_when_many_write_at_once(own_app, person_id):
    def write(_number):
        kept = 0
        for _ in range(WRITES):
            try:
                add_one(person_id)
                kept += 1
            except StaleDataError:
                db.session.rollback()
        return kept

    kept = at_once(own_app, write, people=6)

    with own_app.app_context():
        assert int(db.session.get_one(Person, person_id).title) == sum(kept) >= WRITES


def test_whoever_takes_turns_waits_for_the_one_before(own_app, person_id):
    def write(_number):
        for _ in range(WRITES):
            take_turns(db.session, "a number")
            add_one(person_id)

    assert at_once(own_app, write, people=6) == [None] * 6
    with own_app.app_context():
        assert db.session.get_one(Person, person_id).title == str(6 * WRITES)


def test_whoever_locks_a_row_waits_for_the_one_before_and_reads_what_that_one_wrote(own_app, person_id):
    def write(_number):
        for _ in range(WRITES):
            person = db.session.get_one(Person, person_id)
            db.session.refresh(person, with_for_update=True)
            add_one(person_id)

    assert at_once(own_app, write, people=6) == [None] * 6
    with own_app.app_context():
        assert db.session.get_one(Person, person_id).title == str(6 * WRITES)


def test_whoever_has_only_read_so_far_keeps_nobody_waiting_who_writes(own_app, person_id):
    with own_app.app_context():
        make = Make(db.session)
        next(make.serial)  # of the person who is there
        mine = make.person()
        assert db.session.get_one(Person, person_id).title == ""

        assert at_once(own_app, lambda _number: add_one(person_id), people=1) == [None]
        mine.title = "2"
        db.session.commit()

        assert db.session.get_one(Person, person_id).title == "1"


def test_whoever_read_what_was_changed_meanwhile_changes_nothing(own_app, person_id):
    with own_app.app_context():
        person = db.session.get_one(Person, person_id)
        at_once(own_app, lambda _number: add_one(person_id), people=1)

        person.title = "mine"
        with pytest.raises(StaleDataError):
            db.session.commit()


def test_reading_goes_on_while_somebody_writes(own_app, person_id):
    with own_app.app_context():
        db.session.get_one(Person, person_id).title = "chưa ghi"
        db.session.flush()

        def read(_number):
            with reading():
                return db.session.get_one(Person, person_id).title

        assert at_once(own_app, read, people=2) == ["", ""]


def test_sqlite_is_set_up_so_that_what_was_answered_is_kept(own_app):
    with own_app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            return
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "synchronous") == 2
        assert pragma(connection, "busy_timeout") >= 5000
        version = tuple(int(part) for part in connection.scalar(text("SELECT sqlite_version()")).split("."))
        assert pragma(connection, "journal_mode") == ("wal" if wal_is_safe(version) else "delete")


def pragma(connection: Connection, name):
    return connection.scalar(text(f"PRAGMA {name}"))


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_write_ahead_logging_only_where_it_loses_nothing(version, safe):
    assert wal_is_safe(version) is safe


def test_moments_are_kept_in_utc(session):
    hanoi = datetime(2023, 11, 14, 10, 5, tzinfo=timezone(timedelta(hours=7)))
    kept = UTCDateTime()
    assert kept.process_bind_param(hanoi, session.get_bind().dialect) == datetime(2023, 11, 14, 3, 5)  # noqa: DTZ001
    with pytest.raises(ValueError, match="naive"):
        kept.process_bind_param(datetime(2023, 11, 14), session.get_bind().dialect)  # noqa: DTZ001


def test_moments_come_back_with_their_zone(make, session):
    make.person()
    session.expire_all()
    assert session.scalars(select(Person.password_set_at)).one().tzinfo is UTC
