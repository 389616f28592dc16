"""Runs the migrations, as Flask-Migrate asks. Only this file knows the models; a migration imports none."""

import importlib
from pathlib import Path
from typing import Any

from alembic import context
from flask import current_app

from inspect_app.core.db import UTCDateTime

for models in sorted(Path(current_app.root_path).glob("*/models.py")):
    importlib.import_module(f"inspect_app.{models.parent.name}.models")


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Our own column types, spelt with what every migration may import."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime()"
    return False


def run() -> None:
    db = current_app.extensions["migrate"].db
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given, db.metadata)
        return
    with db.engine.connect() as connection:
        _migrate(connection, db.metadata)
        connection.commit()


def _migrate(connection: Any, metadata: Any) -> None:
    if connection.dialect.name == "postgresql":
        # Two first starts at once: the second waits, and finds the work done.
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
