"""How long the database is waited for, and which of its errors mean that it is away, full or locked.

The server's own limits end a statement that it works on. A server that is gone or stands still ends nothing, and
the network may take hours to say so: whoever answers a person waits by a clock of their own.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from time import monotonic
from typing import Any

from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

IN_A_REQUEST = 8.0
"""Seconds that a page waits for one statement, on SQLite for other writers to finish."""
AT_REST = 3.0
"""Seconds for the first sign of life of a connection that lay in the pool, where a request asks."""
CONNECTING = 3
"""Seconds for a new connection."""
SPARED = 2.0
"""Seconds after an attempt to connect that met silence in which the next ones fail at once: else each waits in turn."""
TELLING = 1.0
"""Seconds for telling the server that nobody waits for its answer any more."""
TROUBLE = frozenset({"25006", "25P03", "XX000", "XX001", "XX002"})
"""SQLSTATE of read-only, of a session that the server ended, of damage: none is called operational by the driver."""

_patience: ContextVar[float | None] = ContextVar("patience", default=None)
_silent: dict[tuple[str, str], float] = {}
_silent_lock = threading.Lock()


def wait_at_most(seconds: float | None) -> None:
    """How long the statements that follow in this thread are waited for; None leaves it to the server."""
    _patience.set(seconds)


def patience() -> float | None:
    return _patience.get()


@contextmanager
def waiting(seconds: float) -> Iterator[None]:
    """Inside, statements are waited for that long."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


def is_outage(error: SQLAlchemyError) -> bool:
    """The database is away, busy, full, read-only or damaged: nothing that was asked of it was wrong."""
    if isinstance(error, OperationalError | PoolTimeout) or type(error) is DatabaseError:
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in TROUBLE


def connect(*given: Any, **named: Any) -> Any:
    """A connection to PostgreSQL that ends where `patience` does. Raises psycopg.OperationalError."""
    import psycopg  # here, since an installation on SQLite never needs it

    place, began = (str(named.get("host")), str(named.get("port"))), monotonic()
    with _silent_lock:
        silent_at = _silent.get(place)
    if patience() is not None and silent_at is not None and began - silent_at < SPARED:
        raise psycopg.OperationalError("the server did not answer a moment ago")
    try:
        connection = _impatient().connect(*given, **named)
    except psycopg.OperationalError:
        if monotonic() - began > SPARED:
            with _silent_lock:
                _silent[place] = monotonic()
        raise
    with _silent_lock:
        _silent.pop(place, None)
    return connection


def rests(connection: Any) -> None:
    """The connection goes back to the pool: whether its server still lives has to be asked when it is taken again."""
    if hasattr(connection, "rested"):
        connection.rested = True


@cache
def _impatient() -> Any:
    import psycopg

    class Impatient(psycopg.Connection[Any]):
        rested = False

        def wait(self, generator: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            limit = patience() if timeout is None else timeout
            if limit is not None and self.rested:
                limit = min(limit, AT_REST)
            try:
                answer = super().wait(generator, interval=interval, timeout=limit)
            except psycopg.errors._WaitTimeout:
                self._give_up()
                raise psycopg.OperationalError(f"the server did not answer within {limit:g} s") from None
            self.rested = False
            return answer

        def _give_up(self) -> None:
            """The server stops working for nobody, if it hears; the connection is of no more use."""
            try:
                self.cancel_safe(timeout=TELLING)
            except psycopg.Error:
                pass  # it hears nothing
            finally:
                self.close()

    return Impatient
