"""The schema goes up, down and up again with rows in the tables, and is what the models say, on both databases."""

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, event, inspect, text
from sqlalchemy.exc import DBAPIError

from inspect_app.core import words
from inspect_app.core.connections import sqlite_driver
from inspect_app.core.db import db

ROWS = {
    "unit": {
        "id": 1,
        "code": "92",
        "name": "Thành phố Cần Thơ",
        "kind": "city",
        "path": "1/",
        "ended": False,
        "name_folded": "thanh pho can tho",
        "sort_key": "thanh",
        "basis": "",
        "version": 1,
    },
    "person": {
        "id": 1,
        "username": "quantri",
        "name": "Võ Thanh Tùng",
        "name_folded": "vo thanh tung",
        "sort_key": "tung",
        "title": "",
        "phone": "",
        "email": "",
        "home_unit_id": 1,
        "password_hash": "!",
        "password_set_at": "2023-11-14 03:05:00",
        "must_change_password": False,
        "active": True,
        "demo": False,
        "version": 1,
    },
    "grant": {"id": 1, "person_id": 1, "role": "admin", "unit_id": 1, "since": "2023-11-14", "version": 1},
    "area": {"code": "III", "position": 3, "name": "Thủ tục", "short_name": "Thủ tục", "name_en": "Procedures"},
    "plan": {
        "id": 1,
        "kind": "scheduled",
        "year": 2023,
        "title": "Kiểm tra",
        "number": "",
        "issuing_unit_id": 1,
        "note": "",
        "illustrative": False,
        "folded": "kiem tra",
        "version": 1,
    },
    "visit": {
        "id": 1,
        "plan_id": 1,
        "unit_id": 1,
        "unit_name": "Thành phố Cần Thơ",
        "state": "begun",
        "entry": "found",
        "arranged_on": "2023-11-01",
        "day": "2023-11-01",
        "began_on": "2023-11-01",
        "planned_at": "",
        "place": "",
        "present": "",
        "opinion": "",
        "remark": "",
        "ended_why": "",
        "created_at": "2023-11-01 03:05:00",
        "version": 1,
    },
    "finding": {
        "id": 1,
        "code": "HC-2023-0001",
        "text": "Bảng thiếu.",
        "title": "Bảng thiếu.",
        "required": "Niêm yết đủ.",
        "required_title": "Niêm yết đủ.",
        "plan_id": 1,
        "visit_id": 1,
        "unit_id": 1,
        "responsible_unit_id": 1,
        "unit_name": "Thành phố Cần Thơ",
        "area_code": "III",
        "state": "recorded",
        "in_time": False,
        "deadline_n": 15,
        "deadline_unit": "day",
        "counted_from": "conclusion",
        "recorded_on": "2023-11-01",
        "undertaking": "",
        "rounds": 0,
        "moved_on": "2023-11-01",
        "folded": "bang thieu",
        "version": 1,
    },
    "task_plan": {
        "id": 1,
        "kind": "orders",
        "year": 2023,
        "title": "Nhiệm vụ được giao",
        "number": "",
        "issuing_unit_id": 1,
        "note": "",
        "illustrative": False,
        "folded": "nhiem vu duoc giao",
        "version": 1,
    },
    "task": {
        "id": 1,
        "code": "NV-2023-0001",
        "text": "Lập báo cáo.",
        "title": "Lập báo cáo.",
        "product": "",
        "source_number": "",
        "source_item": "",
        "plan_id": 1,
        "unit_id": 1,
        "unit_name": "Thành phố Cần Thơ",
        "state": "todo",
        "in_time": False,
        "given_on": "2023-11-01",
        "progress_note": "",
        "rounds": 0,
        "moved_on": "2023-11-01",
        "folded": "lap bao cao",
        "version": 1,
    },
    "evidence": {
        "id": 1,
        "side": "found",
        "finding_id": 1,
        "sha256": "0",
        "size": 1,
        "media_type": "image/jpeg",
        "name": "anh.jpg",
        "received_at": "2023-11-01 03:05:00",
    },
    "event": {
        "seq": 1,
        "on": "2023-11-14",
        "at": "2023-11-14 03:05:00",
        "actor_id": 1,
        "actor_name": "Võ Thanh Tùng",
        "role": "admin",
        "address": "",
        "request_id": "",
        "action": "person:add",
        "subject_table": "person",
        "subject_id": 1,
        "payload": "{}",
        "prev_hash": "0",
        "hash": "1",
    },
}
"""Spelt out in SQL, since a migration knows no model; in an order that the foreign keys allow."""


@pytest.fixture
def database(own_app):
    """At the newest version, with a row here and there."""
    with own_app.app_context():
        fill()
        yield
        db.session.remove()


def fill():
    quote = db.engine.dialect.identifier_preparer.quote
    with db.engine.begin() as connection:
        for table, row in ROWS.items():
            names = ", ".join(quote(name) for name in row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {quote(table)} ({names}) VALUES ({values})"), row)


def tables():
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


@pytest.mark.usefixtures("database")
def test_down_and_up_again_with_rows_in_the_tables():
    everything = tables()
    flask_migrate.downgrade(revision="base")
    assert tables() == set()

    flask_migrate.upgrade()
    assert tables() == everything
    fill()


@pytest.mark.usefixtures("database")
def test_each_step_down_and_up_keeps_what_was_there():
    newest_first = list(ScriptDirectory("inspect_app/migrations").walk_revisions())
    for revision in newest_first[:-1]:
        flask_migrate.downgrade(revision=str(revision.down_revision))
        flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT action FROM event")).scalars().all() == ["person:add"]
        kept = connection.execute(
            text("SELECT finding.code, visit.scope FROM finding JOIN visit ON visit.id = visit_id")
        )
        assert kept.all() == [("HC-2023-0001", "comprehensive")]


@pytest.mark.usefixtures("database")
def test_going_up_twice_changes_nothing():
    flask_migrate.upgrade()


@pytest.mark.only_on("postgresql")
@pytest.mark.usefixtures("database")
def test_an_index_whose_making_was_broken_off_is_made_by_the_next_start():
    flask_migrate.downgrade(revision="0021")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE TABLE twice AS SELECT 1 AS visit_id UNION ALL SELECT 1"))
        with pytest.raises(DBAPIError, match="could not create unique index"):
            connection.execute(text("CREATE UNIQUE INDEX CONCURRENTLY ix_evidence_visit_given ON twice (visit_id)"))
        flask_migrate.upgrade()
        connection.execute(text("DROP TABLE twice"))
    assert "ix_evidence_visit_given" in {index["name"] for index in inspect(db.engine).get_indexes("evidence")}


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("database")
def test_on_sqlite_nobody_comes_between_the_steps_of_an_upgrade():
    """Whoever comes between two steps would do again what another one does meanwhile."""
    seen: list[list[tuple[str]]] = []

    def hear(_connection, _cursor, statement, *_rest):
        if "alembic_version" in statement:
            other = sqlite_driver().connect(db.engine.url.database, timeout=0)
            with pytest.raises(sqlite_driver().OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            seen.append(other.execute("SELECT version_num FROM alembic_version").fetchall())
            other.close()

    flask_migrate.downgrade(revision="0006")
    event.listen(Engine, "before_cursor_execute", hear)
    try:
        flask_migrate.upgrade()
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    assert len(seen) > 7
    assert seen == [[("0006",)]] * len(seen), "nobody sees a part of it"


@pytest.mark.usefixtures("own_app")
def test_the_schema_is_what_the_models_say(own_app):
    with own_app.app_context():
        flask_migrate.check()


@pytest.mark.usefixtures("database")
def test_after_down_and_up_the_log_still_only_grows():
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()
    fill()
    with pytest.raises(DBAPIError, match="the log only grows"), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM event"))


@pytest.mark.usefixtures("own_app")
def test_every_check_of_the_models_stands_in_the_schema(own_app):
    """What `db check` does not compare."""
    with own_app.app_context():
        kept = inspect(db.engine)
        described = {table for table in tables() if not words.is_kept_here(table)}
        migrated = {table: {check["name"] for check in kept.get_check_constraints(table)} for table in described}
    named = {
        table.name: {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}
        for table in db.metadata.sorted_tables
    }
    assert migrated == named
