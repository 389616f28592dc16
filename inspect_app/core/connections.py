"""How the program speaks to SQLite and to PostgreSQL: settings, transactions that read or write, turns, plans kept."""

import importlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from time import monotonic, sleep
from types import ModuleType
from typing import Any

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    String,
    bindparam,
    event,
    func,
    select,
    text,
)
from sqlalchemy.orm import Session, scoped_session

from inspect_app.core import outage
from inspect_app.core.statements import PREPARED

REPORTS = "reports"
"""The bind of the copy of the database that reports are read from, where there is one."""


_reading: ContextVar[bool] = ContextVar("reading", default=False)
_one_moment: ContextVar[bool] = ContextVar("one_moment", default=False)


@contextmanager
def reading(*, one_moment: bool = False) -> Iterator[None]:
    """Transactions begun inside only read: on SQLite they take no write lock. `one_moment`: see `read_only`."""
    tokens = _reading.set(True), _one_moment.set(one_moment)
    try:
        yield
    finally:
        _reading.reset(tokens[0])
        _one_moment.reset(tokens[1])


def read_only(value: bool, *, one_moment: bool = False) -> None:
    """Say whether the transactions that this request begins only read.

    With `one_moment` all that one of them reads is as it was at its first statement; on SQLite that is always so.
    """
    _reading.set(value)
    _one_moment.set(one_moment)


WAL_SAFE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""The first release of each SQLite line in which several writers cannot lose a committed row in WAL mode."""


BUSY = 5
"""Seconds that a writer on SQLite waits for others outside requests, unless told otherwise (core/outage.py)."""
LOOKS = 0.01
"""Seconds until a writer on SQLite who has just come looks again whether it is their turn."""
LOOKS_MORE_OFTEN = 10
"""Times more often after each second of waiting: among several the turn is most likely theirs who waited longest."""
ONLY_READ = "only_read"
"""Of a connection to SQLite: its transaction has only read so far, and may write."""
HAS_READ = "has_read"
"""Of a connection to PostgreSQL: its transaction was begun to read, and has not written."""
ANY_VALUES = "any_values"
"""Of a connection to PostgreSQL: in its transaction plans are taken that are made for any values."""


def sqlite_driver() -> ModuleType:
    """`pysqlite3`, which carries its own recent engine, or the standard library's where there is no wheel."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3


def wal_is_safe(version: tuple[int, ...]) -> bool:
    return version >= WAL_SAFE[0] or any(fixed <= version < (*fixed[:2], 1000) for fixed in WAL_SAFE[1:])


STATEMENT = 30
"""Seconds after which PostgreSQL ends a statement."""
NEVER = 2**31 - 1
"""How often a statement is asked until the driver prepares it that nobody said is to be prepared."""
PLANS = 100
"""Kept with a connection to PostgreSQL, the latest ones; half a megabyte each there. Seven hats have forty."""


def engine_options(
    url: str, *, pool: int = 5, overflow: int = 10, statement: int = STATEMENT, prepare: bool = True
) -> dict[str, Any]:
    """What `create_engine` wants for this address; what is said beyond it is for PostgreSQL.

    `pool` connections stay open in each process, `overflow` more are opened when they are all in use. A `statement` is
    ended after so many seconds. What is `prepared` (core/statements.py) is so only with `prepare`.
    """
    # What was asked with a statement that failed is nobody's business who reads the log of the program.
    always: dict[str, Any] = {"hide_parameters": True, "pool_timeout": 5}
    if url.startswith("sqlite"):
        return {**always, "module": sqlite_driver(), "pool_size": 10}
    return {
        **always,
        "pool_pre_ping": True,
        "pool_size": pool,
        "max_overflow": overflow,
        "connect_args": {
            "connect_timeout": outage.CONNECTING,
            # For whoever waits without a limit of their own: a line that is cut is noticed within a minute.
            "tcp_user_timeout": 10_000,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            # By itself nothing is prepared: see `core.statements.prepared`.
            "prepare_threshold": NEVER if prepare else None,
            "options": f"-c statement_timeout={statement * 1000} -c lock_timeout=7000"
            " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        },
    }


def binds(reports: str, **more: Any) -> dict[str | None, Any]:
    """For Flask-SQLAlchemy: the copy for reports at this address, if any; `more` as `engine_options` takes it."""
    if not reports:
        return {}
    options = engine_options(reports, **more)
    options["connect_args"]["options"] += " -c default_transaction_read_only=on"
    return {REPORTS: {"url": reports, **options}}


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, _record: object) -> None:
    if hasattr(connection, "prepared_max"):
        connection.prepared_max = PLANS
    if not hasattr(connection, "isolation_level") or not hasattr(connection, "create_collation"):
        return
    connection.isolation_level = None  # the driver must not begin transactions behind our back
    version = tuple(int(part) for part in sqlite_driver().sqlite_version.split("."))
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY * 1000}")  # first: changing the journal may have to wait already
    cursor.execute(f"PRAGMA journal_mode={'WAL' if wal_is_safe(version) else 'DELETE'}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA cache_size=-26624")
    cursor.close()


@event.listens_for(Engine, "begin")
def _on_begin(connection: Connection) -> None:
    """On SQLite: it reads, until it writes for the first time; see `_take_the_turn`."""
    if connection.dialect.name == "sqlite":
        _wait_for_others(connection, outage.patience() or BUSY)
        connection.exec_driver_sql("BEGIN")
        connection.info[ONLY_READ] = not _reading.get()
    else:
        if _one_moment.get():
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.info[HAS_READ], connection.info[ANY_VALUES] = _reading.get(), False


@event.listens_for(Engine, "before_cursor_execute")
def _before_statement(
    connection: Connection, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool
) -> None:
    known = connection.info
    if known.get(ONLY_READ) and _writes(statement, context):
        _take_the_turn(connection)
    elif known.get(HAS_READ) and _writes(statement, context):
        known[HAS_READ] = False


@event.listens_for(Engine, "do_execute")
def _ask(cursor: Any, statement: str, values: Any, context: Any) -> bool | None:
    """Whether it was asked here: as one that PostgreSQL keeps the plan of."""
    if context.dialect.name != "postgresql":
        return None
    always = context.execution_options.get(PREPARED)
    if always is not False:
        _plan_for_any_values(context.root_connection, cursor.connection, wanted=bool(always))
    if always is None:
        return None
    cursor.execute(statement, values, prepare=True)
    return True


def _plan_for_any_values(connection: Connection, driver: Any, *, wanted: bool) -> None:
    """From now on, until the transaction ends. What is not prepared would be planned so each time, and badly."""
    if driver.prepare_threshold is None or not connection.in_transaction():
        return
    if connection.info.get(ANY_VALUES, False) is not wanted:
        driver.execute(f"SET LOCAL plan_cache_mode = {'force_generic_plan' if wanted else 'auto'}")
        connection.info[ANY_VALUES] = wanted


@event.listens_for(Engine, "rollback")
def _on_rollback(connection: Connection) -> None:
    """On PostgreSQL: what has only read ends with a commit. With a rollback the driver forgets all that is prepared."""
    if connection.invalidated or not connection.info.pop(HAS_READ, False):
        return
    driver: Any = connection.connection.dbapi_connection
    if driver.info.transaction_status.name == "INTRANS":
        with suppress(connection.dialect.loaded_dbapi.Error):  # the rollback comes yet, and tells
            driver.execute("COMMIT")


def _writes(statement: str, context: Any) -> bool:
    """Whether it writes, or wants what it reads to stay as it is."""
    asked = getattr(getattr(context, "compiled", None), "statement", None)
    if getattr(asked, "is_select", False):
        return getattr(asked, "_for_update_arg", None) is not None
    return not statement.startswith(("SELECT", "EXPLAIN"))


def _take_the_turn(connection: Connection) -> None:
    """On SQLite: from now on nobody else writes, until this transaction ends.

    Whoever asks for that before it is needed has all others wait while a file is looked at. As on PostgreSQL, what was
    read until now may have changed meanwhile: versions, locked rows and turns are there for that.
    """
    connection.info[ONLY_READ] = False
    driver: Any = connection.connection.dbapi_connection
    if not driver.in_transaction:
        return
    driver.execute("COMMIT")
    patience, began = outage.patience() or BUSY, monotonic()
    # SQLite looks ever more seldom the longer it waits: the turn would often be nobody's, and go to whoever comes last.
    _wait_for_others(connection, 0)
    while not driver.in_transaction and (waited := monotonic() - began) < patience:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite_driver().OperationalError as error:
            if "locked" not in str(error):
                break
            sleep(LOOKS / (1 + LOOKS_MORE_OFTEN * waited))
    if not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, for SQLAlchemy to tell what is wrong
    _wait_for_others(connection, patience)


def _wait_for_others(connection: Connection, seconds: float) -> None:
    driver: Any = connection.connection.dbapi_connection
    if connection.info.get("waits", BUSY) != seconds:
        driver.execute(f"PRAGMA busy_timeout={round(seconds * 1000)}")
        connection.info["waits"] = seconds


@event.listens_for(Engine, "do_connect")
def _connect(dialect: Dialect, _record: object, given: Any, named: Any) -> Any:
    return outage.connect(*given, **named) if dialect.name == "postgresql" else None


@event.listens_for(Engine, "checkin")
def _on_checkin(connection: Any, _record: object) -> None:
    outage.rests(connection)


def engine_name(engine: Engine) -> str:
    """The kind and the version of the engine, and on SQLite how it keeps its journal. Asks the database."""
    with reading(), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            version, journal = "SELECT sqlite_version()", "PRAGMA journal_mode"
            return f"SQLite {connection.scalar(text(version))}, journal {connection.scalar(text(journal))}"
        return f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"


_TAKE = select(func.pg_advisory_xact_lock(func.hashtext(bindparam("about", type_=String))))


def take_turns(session: Session | scoped_session[Any], about: str, *, patient: bool = False) -> None:
    """Wait until nobody else's transaction is at `about`, and keep the turn until this one ends.

    For rules that one row cannot hold: a gapless number, the last administrator, wrong passwords counted.
    On SQLite there is one turn, whatever it is about. Who is `patient` waits for as long as the others take.
    """
    if session.get_bind().dialect.name == "postgresql":
        if patient:
            session.execute(text("SET LOCAL lock_timeout = 0"))
            session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(_TAKE, {"about": about})
    else:
        begin_to_write(session.connection())


def begin_to_write(connection: Connection) -> None:
    """On SQLite: take the turn now, before anything is read that decides what is written."""
    if connection.info.get(ONLY_READ):
        _take_the_turn(connection)
