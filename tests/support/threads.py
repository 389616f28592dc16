"""Several people at once: real threads, real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask


def at_once(app: Flask, act: Callable[[int], Any], *, people: int) -> list[Any]:
    """What `act(0)`, `act(1)`, … gave or raised, all begun at the same moment, each in a context of its own."""
    ready = Barrier(people)

    def one(number: int) -> Any:
        with app.app_context():
            ready.wait()
            try:
                return act(number)
            except Exception as raised:  # it is for the test to say which it expects
                return raised

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(people)))
