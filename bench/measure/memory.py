"""How large a worker grows: one that serves the program alone, without what the measuring keeps beside it.

A server of its own: the one that pages are measured on holds what each page's floor is drawn from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure.client import ask
from bench.measure.server import resident, running

PROGRAM = "inspect_app:create_app()"
"""As deploy/systemd/so-kiem-tra-web.service has it."""
TIMES = 3
"""How often each page is asked: what is kept of it is there by then."""
SEEN_BY_ALL = ("/", "/findings/")
"""What each of the crowd opens."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Kilobytes of one worker; 0 where nothing was measured."""

    begun: int = 0
    """Ready to answer."""
    opened: int = 0
    """Every page was asked for."""
    most: int = 0
    """At its largest, after many people more have been there."""


def grown(environment: Mapping[str, str], log: Path, pages: Sequence[tuple[str, str]], crowd: Sequence[str]) -> Memory:
    """Of a server in this environment. `pages`: address and cookie; `crowd`: cookies. Raises RuntimeError."""
    with running(environment, log, serves=PROGRAM) as server:
        worker = server.workers()[-1]
        begun, _most = resident(worker)
        for _time in range(TIMES):
            for path, cookie in pages:
                ask(server.port, path, cookie=cookie)
        opened, _most = resident(worker)
        for cookie in crowd:
            for path in SEEN_BY_ALL:
                ask(server.port, path, cookie=cookie)
        _now, most = resident(worker)
    return Memory(begun, opened, most)
