"""The log: gapless, chained, never changed, and telling exactly what was committed."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from inspect_app.accounts.models import Person
from inspect_app.core import audit
from inspect_app.core.actor import SYSTEM, Role
from inspect_app.core.audit import GENESIS, Event
from inspect_app.core.db import db
from tests.support.make import Make
from tests.support.threads import at_once

TODAY = date(2023, 11, 14)
NOW = datetime(2023, 11, 14, 3, 5, tzinfo=UTC)


def note(subject, action="person:try", **payload):
    return audit.record(action, subject, actor=SYSTEM, on=TODAY, **payload)


def log():
    return db.session.scalars(select(Event).order_by(Event.seq)).all()


def columns(event):
    return {column.name: getattr(event, column.name) for column in Event.__table__.columns}


def assert_chained(events):
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    prev_hash = GENESIS
    for event in events:
        assert event.prev_hash == prev_hash
        assert event.hash == audit.seal(prev_hash, columns(event))
        prev_hash = event.hash


def test_events_are_numbered_without_gaps_and_chained(make, session):
    person = make.person()
    for transaction in range(3):
        note(person, part=1, transaction=transaction)
        note(person, part=2, transaction=transaction)
        session.commit()

    events = log()
    assert len(events) == 6
    assert_chained(events)


def test_a_changed_column_no_longer_fits_its_hash(make, session):
    note(make.person(), role="viewer")
    session.commit()

    event = columns(log()[0])
    assert audit.seal(GENESIS, event) == event["hash"]
    for name, other in {"actor_name": "X", "on": date(2023, 1, 1), "payload": {"role": "admin"}, "seq": 2}.items():
        assert audit.seal(GENESIS, {**event, name: other}) != event["hash"], name


def test_what_is_noted_comes_back_as_it_was_hashed(make, session):
    day, moment = date(2022, 12, 31), datetime(2022, 12, 31, 17, 5, 0, 123, tzinfo=UTC)
    note(
        make.person(),
        role=Role.REVIEWER,
        day=day,
        at=moment,
        words="Niêm yết đủ 12 thủ tục \u2028 đ",
        number=1.5,
        nothing=None,
        some=[1, {"b": True, "a": "ơ"}],
        by_id={7: "seven"},
    )
    session.commit()
    session.expire_all()

    (event,) = log()
    assert event.payload == {
        "role": "reviewer",
        "day": "2022-12-31",
        "at": "2022-12-31T17:05:00.000123+00:00",
        "words": "Niêm yết đủ 12 thủ tục \u2028 đ",
        "number": 1.5,
        "nothing": None,
        "some": [1, {"b": True, "a": "ơ"}],
        "by_id": {"7": "seven"},
    }
    assert_chained([event])


@pytest.mark.tried_on("sqlite", "postgresql")
@pytest.mark.parametrize("change", [update(Event).values(actor_name="X"), delete(Event)], ids=["update", "delete"])
def test_the_database_refuses_to_change_an_event(make, session, change):
    note(make.person())
    session.commit()

    with pytest.raises(DBAPIError, match="the log only grows"), session.begin_nested():
        session.execute(change)
    assert len(log()) == 1


def test_the_database_refuses_to_empty_the_log(make, session):
    if session.get_bind().dialect.name == "sqlite":
        return  # it has no TRUNCATE; DELETE is refused above
    note(make.person())
    session.commit()

    with pytest.raises(DBAPIError, match="the log only grows"), session.begin_nested():
        session.execute(text("TRUNCATE event"))


def test_what_is_undone_leaves_no_event(make, session):
    person = make.person()
    note(person)
    session.rollback()
    note(person, action="person:kept")
    session.commit()

    assert [event.action for event in log()] == ["person:kept"]


def test_an_event_falls_with_the_savepoint_in_which_it_was_noted(make, session):
    person = make.person()
    note(person, action="person:before")
    with session.begin_nested() as savepoint:
        note(person, action="person:undone")
        with session.begin_nested():
            note(person, action="person:undone_with_it")
        savepoint.rollback()
    with session.begin_nested():
        note(person, action="person:inside")
    session.commit()

    assert [event.action for event in log()] == ["person:before", "person:inside"]


def test_an_error_in_a_savepoint_takes_only_its_own_events(make, session):
    person = make.person()
    note(person, action="person:before")
    with session.begin_nested() as savepoint:
        note(person, action="person:undone")
        session.add(Person(username=person.username, name="", name_folded="", sort_key="", password_hash=""))
        with pytest.raises(IntegrityError):
            session.flush()
        savepoint.rollback()
    session.commit()

    assert [event.action for event in log()] == ["person:before"]


def test_an_event_may_be_noted_before_its_subject_has_an_id(session):
    person = Person(username="moi", name="Mới", name_folded="moi", sort_key="", password_hash="", password_set_at=NOW)
    note(person)
    session.add(person)
    session.commit()

    assert log()[0].subject_id == person.id


def test_people_at_work_at_once_leave_one_chain(own_app):
    with own_app.app_context():
        person_id = Make(db.session).person().id

    def work(_number):
        for part in range(5):
            note(db.session.get_one(Person, person_id), part=part)
            db.session.commit()

    assert at_once(own_app, work, people=6) == [None] * 6
    with own_app.app_context():
        events = log()
        assert len(events) == 30
        assert_chained(events)
