"""Where the time of a page goes: its statements with what each took, and the calls that cost most."""

import cProfile
import io
import pstats
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from bench.fill import Filled, settings
from bench.measure import subjects
from bench.measure.pages import chosen
from inspect_app import create_app

TIMES = 20
"""Requests that are looked at together, or as many as fit into `LONGEST`."""
LONGEST = 10.0
"""Seconds."""
LINES = 25
OURS = "inspect_app|templates"
SHORT = 200
"""Characters of a statement that are shown."""


def profile(filled: Filled, *, only: str) -> int:
    """Print it for the pages whose name holds `only`, asked within this process. Returns 0."""
    app = create_app(settings(filled.url, filled.storage))
    found = subjects.find(filled, app)
    try:
        for page, path, cookie in found.opening(chosen(only)):
            print(f"\n== {page.name}: {path}")
            _look(app, path, cookie)
    finally:
        subjects.forget(found, app)
    return 0


def _look(app: Flask, path: str, cookie: str) -> None:
    client = app.test_client(use_cookies=False)

    def once() -> None:
        client.get(path, headers={"Cookie": cookie, "Accept-Encoding": "br, gzip"}).close()

    once()
    began = time.perf_counter()
    _with_statements(once)
    times = max(1, min(TIMES, int(LONGEST / (time.perf_counter() - began))))
    used = time.process_time()
    for _time in range(times):
        once()
    print(f"{(time.process_time() - used) / times * 1000:.2f} ms of processor time each, of {times}")
    watched = cProfile.Profile(time.process_time)
    watched.enable()
    for _time in range(times):
        once()
    watched.disable()
    for order, where in (("tottime", ""), ("cumulative", OURS)):
        told = io.StringIO()
        pstats.Stats(watched, stream=told).sort_stats(order).print_stats(where, LINES)
        print("\n".join(told.getvalue().splitlines()[6:]))


def _with_statements(once: Callable[[], None]) -> None:
    asked: list[tuple[float, str]] = []

    def before(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:
        context.began = time.perf_counter()

    def after(_connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
        asked.append((time.perf_counter() - context.began, statement))

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "after_cursor_execute", after)
    try:
        once()
    finally:
        event.remove(Engine, "before_cursor_execute", before)
        event.remove(Engine, "after_cursor_execute", after)
    for seconds, statement in asked:
        words = " ".join(statement.split())
        print(f"{seconds * 1000:9.2f} ms  {words[:SHORT]}{' …' if len(words) > SHORT else ''}")
