"""How large tables are and how their columns are spread: what the planner of SQLite goes by."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session

WHAT_HAS_CHANGED = text("PRAGMA optimize(0x10002)")
"""All tables that were never measured, or are ten times as large as then, or a tenth; whole, not the first rows of an
index, by which a state that few findings are in looks like one that all are in."""


def measure(session: Session | scoped_session[Any]) -> None:
    """SQLite measures what has changed, and nobody else writes meanwhile: a second for a hundred thousand findings.

    PostgreSQL does so by itself (autovacuum). Processes that run already go by it when they open the database anew.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(WHAT_HAS_CHANGED)
