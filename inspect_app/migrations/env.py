"""Runs the migrations, as Flask-Migrate asks. Only this file knows the models; a migration imports none.

Where MIGRATION_DATABASE_URL names the owner of the tables, the role of DATABASE_URL gets what the program needs and no
more: it owns no table, and of the log it may read and add, whatever triggers there are.
"""

import importlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Engine, create_engine, inspect, make_url

from inspect_app.core import words
from inspect_app.core.connections import begin_to_write, engine_options
from inspect_app.core.db import Hundredths, UTCDateTime

for models in sorted(Path(current_app.root_path).glob("*/models*")):
    importlib.import_module(f"inspect_app.{models.parent.name}.models")


ONLY_GROWING = ("event", "snapshot")
"""The program's role may neither change nor delete what stands in these."""


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Our own column types, spelt with what every migration may import."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, Hundredths):
        return "sa.Integer()"
    return False


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether a model describes it."""
    return kind != "table" or not words.is_kept_here(name or "")


def include_object(_described: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """Whether it can be compared: PostgreSQL gives back a CASE and a collation in other words than it was given."""
    return kind != "index" or name not in ("ix_unit_listed", "ix_unit_code")


def run() -> None:
    db = current_app.extensions["migrate"].db
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given, db.metadata)
        return
    engine = _owners_engine() or db.engine
    with engine.connect() as connection, _foreign_keys_at_rest(connection):
        _migrate(connection, db.metadata)
        _nothing_lost(connection)
        if engine is not db.engine:
            _grant(connection, make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username or "")
        connection.commit()
    if engine is not db.engine:
        engine.dispose()


def _owners_engine() -> Engine | None:
    url = current_app.config.get("MIGRATION_DATABASE_URL", "")
    return create_engine(url, **engine_options(url)) if url else None


def _grant(connection: Any, role: str) -> None:
    """Again at each run, so that tables to come and a role named later are seen to, too."""
    quote = connection.dialect.identifier_preparer.quote
    program, owner = quote(role), connection.exec_driver_sql("SELECT current_user").scalar()
    if role in ("", owner):
        return
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {program}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {program}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {program}",
    ]
    there = set(inspect(connection).get_table_names())
    statements += [
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {quote(table)} FROM {program}" for table in ONLY_GROWING if table in there
    ]
    statements += [f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {program}"]
    for statement in statements:
        connection.exec_driver_sql(statement)


@contextmanager
def _foreign_keys_at_rest(connection: Any) -> Iterator[None]:
    """SQLite changes a table by making a new one and dropping the old, which rows that point to it must let happen.

    Only outside a transaction can they be told to; whether all still point to something is checked before the commit.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _nothing_lost(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if lost:
            raise RuntimeError(f"rows that point to nothing after the migration: {lost[:5]}")


def _migrate(connection: Any, metadata: Any) -> None:
    with _alone(connection):
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_item=render_item,
            include_name=include_name,
            include_object=include_object,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _alone(connection: Any) -> Iterator[None]:
    """Two first starts at once: the second waits, and finds the work done. A large table takes its time.

    Held by the session, since a step may commit on its way to make an index while people go on writing. Who waits asks
    again and again instead of standing in the queue: such an index waits for every statement that began before it.

    On SQLite all steps are one transaction that has the turn from before it looks where things stand. Without one of
    ours Alembic commits each step, and another start could come between two.
    """
    if connection.dialect.name != "postgresql":
        if not connection.in_transaction():
            connection.begin()
        begin_to_write(connection)
        yield
        return
    connection.exec_driver_sql("SET statement_timeout = 0")
    connection.exec_driver_sql("SET lock_timeout = 0")
    connection.commit()
    while not connection.exec_driver_sql("SELECT pg_try_advisory_lock(4726012)").scalar():
        connection.commit()
        time.sleep(0.2)
    _drop_what_was_not_finished(connection)
    connection.commit()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    finally:
        for statement in ("SELECT pg_advisory_unlock(4726012)", "RESET statement_timeout", "RESET lock_timeout"):
            connection.exec_driver_sql(statement)
        connection.commit()


def _drop_what_was_not_finished(connection: Any) -> None:
    """An index whose making was broken off stands there and serves nobody; its step would pass it by as made."""
    broken = connection.exec_driver_sql(
        "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)"
        " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE NOT i.indisvalid AND n.nspname = current_schema()"
    )
    for name in broken.scalars().all():
        connection.exec_driver_sql(f"DROP INDEX {name}")


run()
