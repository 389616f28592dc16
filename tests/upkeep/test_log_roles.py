"""On PostgreSQL the program works as a role that owns nothing: it can do its work, and the log is out of its reach."""

import os

import flask_migrate
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from inspect_app.core.audit import Event
from inspect_app.core.db import db
from tests.support import postgres
from tests.support.browser import Browser
from tests.support.make import Make
from tests.support.program import program, settings

PROGRAM = "the_program"


@pytest.fixture(scope="module")
def apart(tmp_path_factory):
    """A program whose DATABASE_URL is not that of the owner."""
    server, name = os.environ[postgres.VARIABLE], f"apart_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    owner = postgres.create_database(server, name)
    with postgres._maintenance(server) as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": PROGRAM}):
            connection.execute(text(f"CREATE ROLE {PROGRAM} LOGIN"))
        connection.execute(text(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC"))
        connection.execute(text(f"GRANT CONNECT ON DATABASE {name} TO {PROGRAM}"))
    url = make_url(owner).set(username=PROGRAM).render_as_string(hide_password=False)
    app = program(settings(url, tmp_path_factory.mktemp("apart"), MIGRATION_DATABASE_URL=owner))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        flask_migrate.upgrade()
        flask_migrate.upgrade()  # twice is as good as once
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    postgres.drop_database(server, name)


REFUSED = {
    "UPDATE event SET actor_name = 'X'": "permission denied",
    "DELETE FROM event": "permission denied",
    "TRUNCATE event": "permission denied",
    "ALTER TABLE event DISABLE TRIGGER USER": "must be owner",
    "DROP TRIGGER event_is_not_changed ON event": "must be owner",
    "DROP FUNCTION the_log_only_grows()": "must be owner",
    "DROP TABLE event": "must be owner",
    "ALTER TABLE event ADD COLUMN more text": "must be owner",
    "CREATE TABLE mine (id int)": "permission denied",
    "CREATE TRIGGER quiet BEFORE INSERT ON event EXECUTE FUNCTION the_log_only_grows()": "permission denied",
    "SET session_replication_role = replica": "permission denied",
    "UPDATE snapshot SET title = 'X'": "permission denied",
    "DELETE FROM snapshot": "permission denied",
    "UPDATE alembic_version SET version_num = '0001'": "permission denied",
}


def test_the_log_is_out_of_the_programs_reach(apart):
    with apart.app_context():
        for statement, why in REFUSED.items():
            with pytest.raises(ProgrammingError, match=why), db.engine.begin() as connection:
                connection.execute(text(statement))


def test_the_program_does_its_work_without_owning_anything(apart):
    """A life of a finding, then pages of every feature."""
    with apart.app_context():
        make = Make(db.session)
        finding = make.finding("resolved")
        reviewer = make.reviewer
        db.session.commit()
        code = finding.code
        assert db.session.query(Event).count() > 5
        browser = Browser(apart).signed_in_as(reviewer)
        assert code in browser.get("findings.show", finding_id=finding.id).text
        for endpoint in (
            "home.index",
            "findings.index",
            "visits.index",
            "plans.index",
            "overview.index",
            "tasks.index",
        ):
            assert browser.get(endpoint).status == 200
        assert browser.get("exports.findings", kind="csv").status == 200
        with db.engine.begin() as connection:
            tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
            for table in sorted({*tables} - {"event", "snapshot", "alembic_version"}):
                connection.execute(text(f'SELECT 1 FROM "{table}" LIMIT 1'))
                connection.execute(text(f'DELETE FROM "{table}" WHERE false'))
