"""Figures for a monitor, in the words of Prometheus. Its library is an optional one: asked for only with METRICS=1.

Requests are counted by endpoint, never by address: an address names records. Several processes of one server share
their counts through the folder that PROMETHEUS_MULTIPROC_DIR names; without it each one tells its own.
"""

import os
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask, g, request
from flask.signals import request_finished, request_started
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from inspect_app.core.db import db
from inspect_app.upkeep.queries import health

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)
QUERIES = (0, 2, 4, 6, 8, 10, 12, 16, 24, 48, 96)
METHODS = frozenset({"GET", "HEAD", "POST"})

_asked: ContextVar[int] = ContextVar("asked", default=0)


def _count(*_statement: Any) -> None:
    _asked.set(_asked.get() + 1)


class Metrics:
    """Counts what the program answers. Raises ImportError where the library is not installed."""

    def __init__(self, app: Flask) -> None:
        self.library: Any = import_module("prometheus_client")
        self.content_type: str = self.library.CONTENT_TYPE_LATEST
        self.registry = self.library.CollectorRegistry()
        by = {"registry": self.registry}
        self.requests = self.library.Counter(
            "inspect_requests", "Answers, by endpoint and status.", ("method", "endpoint", "status"), **by
        )
        self.seconds = self.library.Histogram(
            "inspect_request_seconds",
            "From the first byte of a request to its answer.",
            ("endpoint",),
            buckets=SECONDS,
            **by,
        )
        self.queries = self.library.Histogram(
            "inspect_request_queries", "Statements of one request.", ("endpoint",), buckets=QUERIES, **by
        )
        # A reference of our own: signals keep none.
        self._listening = (self._begin, self._end)
        if not event.contains(Engine, "before_cursor_execute", _count):
            event.listen(Engine, "before_cursor_execute", _count)
        request_started.connect(self._listening[0], app)
        request_finished.connect(self._listening[1], app)

    def _begin(self, app: Flask, **_more: Any) -> None:
        g.began = perf_counter()
        _asked.set(0)

    def _end(self, app: Flask, response: Any, **_more: Any) -> None:
        endpoint = request.endpoint or "none"
        method = request.method if request.method in METHODS else "other"
        self.requests.labels(method, endpoint, response.status_code).inc()
        if "began" in g:
            self.seconds.labels(endpoint).observe(perf_counter() - g.began)
            self.queries.labels(endpoint).observe(_asked.get())

    def told(self, folders: Sequence[Path]) -> bytes:
        """Everything, as a monitor reads it."""
        counted = self.registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            counted = self.library.CollectorRegistry()
            import_module("prometheus_client.multiprocess").MultiProcessCollector(counted)
        now = self.library.CollectorRegistry()
        now.register(_State(folders))
        drawn: bytes = self.library.generate_latest(counted) + self.library.generate_latest(now)
        return drawn


class _State:
    """What is so at the moment of asking."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders

    def collect(self) -> Iterator[Any]:
        gauge = import_module("prometheus_client.core").GaugeMetricFamily
        yield gauge("inspect_disk_free_bytes", "Where it is tightest.", value=self._free())
        pool: Any = db.engine.pool
        yield gauge("inspect_pool_in_use", "Connections to the database that are at work.", value=pool.checkedout())
        yield gauge("inspect_pool_size", "Connections that are kept.", value=pool.size())
        try:
            queues, chores = health.queues(), health.chores()
        except SQLAlchemyError:
            yield gauge("inspect_database_up", "Whether the database answers.", value=0)
            return
        finally:
            db.session.rollback()
        yield gauge("inspect_database_up", "Whether the database answers.", value=1)
        waiting = gauge("inspect_waiting", "What waits for the worker.", labels=("queue",))
        waiting.add_metric(("mail",), queues.mails)
        waiting.add_metric(("exports",), queues.exports)
        yield waiting
        yield gauge("inspect_log_head", "Number of the last event.", value=queues.head)
        done = gauge("inspect_chore_timestamp_seconds", "When it was last done.", labels=("chore",))
        good = gauge("inspect_chore_good", "Whether nobody has to look into it.", labels=("chore",))
        for chore in chores:
            done.add_metric((chore.name,), chore.done_at.timestamp())
            good.add_metric((chore.name,), int(chore.good))
        yield from (done, good)

    def _free(self) -> float:
        try:
            return health.free_space([folder for folder in self.folders if folder.exists()])
        except (OSError, ValueError):
            return 0
