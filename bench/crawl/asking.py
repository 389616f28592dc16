"""One address asked within this process, and what that cost: nothing of it stays in the database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event

from bench.measure.references import NOT_STATEMENTS
from bench.measure.server import is_here, settled
from inspect_app.core.db import db

DEAR = 50.0
"""Milliseconds: what cost more is asked once more, since the first time anything is built costs that besides."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Milliseconds are of processor time."""

    status: int
    cpu_ms: float
    """The program's and PostgreSQL's."""
    backend_ms: float
    """Of `cpu_ms`: PostgreSQL's."""
    first_ms: float
    """As `cpu_ms`, of the first time."""
    statements: int
    size: int
    """Bytes, not compressed."""
    page: bytes
    """Of HTML, else empty."""
    location: str
    """Where it sends to; empty where it does not."""


class Asker:
    """Asks a program as whoever a cookie says."""

    def __init__(self, app: Flask) -> None:
        self._app, self._client = app, app.test_client(use_cookies=False)
        self._backends = set[int]()
        self._statements = 0

    @contextmanager
    def watching(self) -> Iterator["Asker"]:
        """Over connections of its own: PostgreSQL works alone for each, and whatever a page writes is taken back."""
        with self._app.app_context():
            engine = db.engine
        watched: list[tuple[str, Callable[..., Any]]] = [
            ("connect", self._connected),
            ("before_cursor_execute", self._count),
            ("commit", _take_back),
        ]
        engine.dispose()
        for name, listener in watched:
            event.listen(engine, name, listener)
        try:
            yield self
        finally:
            for name, listener in watched:
                event.remove(engine, name, listener)
            engine.dispose()

    def ask(self, path: str, cookie: str) -> Answer:
        first = self._once(path, cookie, None)
        return self._once(path, cookie, first) if first.cpu_ms > DEAR else first

    def _once(self, path: str, cookie: str, before: Answer | None) -> Answer:
        """What it cost now, or `before` where that was less."""
        self._statements = 0
        theirs, ours = settled(self._backends), time.process_time()
        response = self._client.get(path, headers={"Cookie": cookie})
        body = response.get_data()
        response.close()
        ours = time.process_time() - ours
        backend_ms = (settled(self._backends) - theirs) / 1e6
        cpu_ms = ours * 1000 + backend_ms
        if before and before.cpu_ms < cpu_ms:
            return before
        return Answer(
            status=response.status_code,
            cpu_ms=cpu_ms,
            backend_ms=backend_ms,
            first_ms=before.first_ms if before else cpu_ms,
            statements=self._statements,
            size=len(body),
            page=body if response.mimetype == "text/html" else b"",
            location=response.location or "",
        )

    def _connected(self, connection: Any, _record: Any) -> None:
        if hasattr(connection, "info"):
            if is_here(connection.info.backend_pid):
                self._backends.add(connection.info.backend_pid)
            connection.execute("SET max_parallel_workers_per_gather = 0")
            connection.commit()

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self._statements += not statement.startswith(NOT_STATEMENTS)


def _take_back(connection: Connection) -> None:
    """What comes to be committed then is nothing."""
    connection.connection.rollback()
