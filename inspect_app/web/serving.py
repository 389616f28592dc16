"""Serving with waitress, and ending politely: whoever comes late is not let in, what was begun is answered."""

import signal
from collections.abc import Callable
from time import monotonic
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel

PATIENCE = 8.0
"""Seconds for what is under way when the end is asked for; `manage.py run` insists after ten."""
GLANCE = 0.5
"""Seconds between two looks at whether to go on."""


def serve(server: Any) -> None:
    """Serve until Ctrl-C or SIGTERM; a second one ends at once."""
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: _heard(asked, got))
    connections = server.map if hasattr(server, "map") else server._map
    _turn(server, connections, lambda: not asked)
    for listener in [one for one in connections.values() if getattr(one, "accepting", False)]:
        listener.del_channel(connections)
        listener.socket.close()
    ending = monotonic() + PATIENCE
    _turn(server, connections, lambda: _answering(connections) and monotonic() < ending)
    server.task_dispatcher.shutdown(timeout=1)


def _heard(asked: list[int], number: int) -> None:
    if asked:
        raise SystemExit(128 + number)
    asked.append(number)


def _turn(server: Any, connections: Any, going_on: Callable[[], bool]) -> None:
    while going_on():
        wasyncore.loop(timeout=GLANCE, use_poll=server.adj.asyncore_use_poll, map=connections, count=1)


def _answering(connections: Any) -> bool:
    """Whether anybody still waits for an answer; whoever does not is let go."""
    channels = [one for one in connections.values() if isinstance(one, HTTPChannel)]
    for channel in channels:
        if not channel.requests and not channel.total_outbufs_len:
            channel.handle_close()
    return any(isinstance(one, HTTPChannel) for one in connections.values())
