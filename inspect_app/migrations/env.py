"""Runs the migrations, as Flask-Migrate asks. Only this file knows the models; a migration imports none."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import context
from flask import current_app

from inspect_app.core.db import Hundredths, UTCDateTime

for models in sorted(Path(current_app.root_path).glob("*/models*")):
    importlib.import_module(f"inspect_app.{models.parent.name}.models")


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Our own column types, spelt with what every migration may import."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, Hundredths):
        return "sa.Integer()"
    return False


def run() -> None:
    db = current_app.extensions["migrate"].db
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given, db.metadata)
        return
    with db.engine.connect() as connection, _foreign_keys_at_rest(connection):
        _migrate(connection, db.metadata)
        _nothing_lost(connection)
        connection.commit()


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
    if connection.dialect.name == "postgresql":
        # A large table takes its time. Two first starts at once: the second waits, and finds the work done.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4726012)")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
