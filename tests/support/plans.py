"""How the databases would answer: the plans of statements as the program asks them.

Tables are as small as a test's, and PostgreSQL is kept `without` ways of reading that suit only those ("seqscan",
"sort" …): what still goes that way could not do otherwise.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine, Executable, event
from sqlalchemy.orm import scoped_session

from inspect_app.core.statements import PREPARED

NAMED = re.compile(r"%\((\w+)\)s")
"""A value to come, as the driver for PostgreSQL has it."""
Asked = tuple[str, Any]
"""A statement as the driver gets it, with what it is given."""


@contextmanager
def watched(database: Engine | Connection) -> Iterator[list[Asked]]:
    """Every statement that is asked meanwhile."""
    asked: list[Asked] = []

    def hear(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    event.listen(database, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(database, "before_cursor_execute", hear)


@contextmanager
def prepared(database: Engine | Connection) -> Iterator[set[str]]:
    """Every statement that PostgreSQL is to keep the plan of and that is asked meanwhile."""
    asked: set[str] = set()

    def hear(_connection, _cursor, statement, _parameters, context, _many):
        if PREPARED in context.execution_options:
            asked.add(statement)

    event.listen(database, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(database, "before_cursor_execute", hear)


def for_all_values(connection: Connection, statement: str, *, without: Iterable[str]) -> list[str]:
    """The lines of the plan that PostgreSQL keeps, whatever the statement is filled in with."""
    names = list(dict.fromkeys(NAMED.findall(statement)))
    numbered = NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", statement).replace("%%", "%")
    for way in without:
        connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
    connection.exec_driver_sql(f"PREPARE for_all_values AS {numbered.replace('%', '%%')}")
    nothing = ", ".join("NULL" for _name in names)
    plan = connection.exec_driver_sql(f"EXPLAIN EXECUTE for_all_values({nothing})").all()
    connection.exec_driver_sql("DEALLOCATE for_all_values")
    return [str(line[-1]) for line in plan]


def plans(connection: Connection, asked: Iterable[Asked], *, without: Iterable[str]) -> list[str]:
    """The lines of their plans, one after the other."""
    explain = "EXPLAIN QUERY PLAN"
    if connection.dialect.name == "postgresql":
        explain = "EXPLAIN"
        for way in without:
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    found = [connection.exec_driver_sql(f"{explain} {statement}", given).all() for statement, given in asked]
    return [str(line[-1]) for plan in found for line in plan]


def explained(session: scoped_session[Session], statement: Executable, *, without: Iterable[str]) -> list[str]:
    """The lines of the plan of one statement."""
    connection = session.connection()
    with watched(connection) as asked:
        session.execute(statement)
    return plans(connection, asked[-1:], without=without)
