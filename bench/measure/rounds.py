"""Pages and references measured in turns, in one run, over all databases at once.

What is counted is processor time. In each round every page, its floor and every reference is asked a few times, in a
new order; a ratio is taken within a round, and of the rounds the median: whatever else the machine does in a round,
it does to all of them.
"""

import json
import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from bench.measure.client import ask
from bench.measure.memory import Memory
from bench.measure.pages import Page
from bench.measure.server import Server, settled

PROBES = 20
"""SELECTs of one request for the probe: what one costs is a twentieth of what they cost beyond an empty route."""
ONE_TURN = 0.06
"""Seconds of asking the same thing before it is another's turn."""
MOST_IN_A_TURN = 8
SLOW = 1.0
"""Seconds: what takes longer is asked in every third round only."""
REPLAYS = 5
HELLO, OPEN, SIGNED, PROBE = "hello", "open", "signed", "probe"


@dataclass(slots=True)
class Spent:
    """Milliseconds of processor time of one answer, round by round: of the server, and of PostgreSQL for it."""

    server: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """By the clock on the wall, each answer."""
    first: list[float] = field(default_factory=list)

    def both(self) -> list[float]:
        return [one + other for one, other in zip(self.server, self.database, strict=True)]

    def median(self) -> float:
        return statistics.median(self.both())


@dataclass(slots=True)
class Asked:
    """One thing that is asked in turns."""

    path: str
    cookie: str = ""
    others: Iterator[str] | None = None
    """Cookies without end, of which the next is taken each time."""
    kind: str = ""
    times: int = 4
    slow: bool = False
    rounds: list[int] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)


@dataclass(slots=True)
class Measured:
    """A page of one database."""

    page: Page
    path: str
    asked: Asked
    floor: Asked | None
    queries: int
    statements: list[str]
    size: int
    replayed: list[float] = field(default_factory=list)
    """Milliseconds of processor time for its statements by the driver alone."""
    problem: str = ""


@dataclass(slots=True)
class Site:
    """One database with its server."""

    kind: str
    findings: int
    server: Server
    workers: list[int]
    """Processes of the server; the last one answers."""
    pages: list[Measured] = field(default_factory=list)
    references: dict[str, Asked] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)

    def page(self, name: str) -> Measured | None:
        return next((one for one in self.pages if one.page.name == name), None)


def prepare(
    site: Site,
    wanted: Sequence[tuple[Page, str, str]],
    *,
    signed_in: str,
    turns: Mapping[str, Sequence[str]],
    say: Callable[[str], None],
) -> None:
    """Open every page (with its address and its cookie) until it is warm, and keep what its templates were given.

    `turns`: the cookies of whoever asks in turn, by their hat.
    """
    port = site.server.port
    site.references = {
        HELLO: Asked("/bench/hello/", times=MOST_IN_A_TURN),
        OPEN: Asked("/bench/open", times=MOST_IN_A_TURN),
        SIGNED: Asked("/bench/signed", signed_in, times=MOST_IN_A_TURN),
        PROBE: Asked(f"/bench/probe?n={PROBES}", times=MOST_IN_A_TURN),
    }
    for one in site.references.values():
        answer = ask(port, one.path, cookie=one.cookie)
        if answer.status != 200:
            raise RuntimeError(f"{one.path} answers {answer.status}")
    for number, (page, path, cookie) in enumerate(wanted):
        if wrong := _wrong(port, path, cookie):
            say(f"  {page.name}: {path} answers {wrong}, left out")
            continue
        answer = ask(port, path, cookie=cookie)
        statements = _told(site)["statements"]
        times = max(1, min(MOST_IN_A_TURN, round(ONE_TURN / answer.seconds)))
        others = cycle(turns[page.hat]) if page.kind == "turns" else None
        asked = Asked(path, cookie, others, times=times, slow=answer.seconds > SLOW)
        measured = Measured(page, path, asked, None, len(statements), statements, answer.size)
        if page.kind not in ("export", "turns"):
            measured.floor, measured.problem = _floor(port, number, path, cookie)
            measured.replayed = [_replayed(site, slow=asked.slow)]
        site.pages.append(measured)


def _wrong(port: int, path: str, cookie: str) -> str:
    """What is wrong with a page that cannot be measured; empty where nothing is."""
    try:
        status = ask(port, path, cookie=cookie).status
    except ValueError as error:
        return str(error)
    return "" if status == 200 else str(status)


def measure(sites: Sequence[Site], *, rounds: int, say: Callable[[str], None]) -> None:
    """Ask everything `rounds` times over."""
    for number in range(rounds):
        for site in sites:  # the server may have connected anew
            site.server.backends = set(_told(site)["backends"])
        turns = [(site, one) for site in sites for one in _everything(site) if not (one.slow and number % 3)]
        random.Random(number).shuffle(turns)
        for site, one in turns:
            _turn(site, one, number)
        say(f"  round {number + 1} of {rounds}")


def _everything(site: Site) -> list[Asked]:
    floors = [one.floor for one in site.pages if one.floor]
    return [*site.references.values(), *(one.asked for one in site.pages), *floors]


def _turn(site: Site, one: Asked, number: int) -> None:
    workers, backends = site.workers, site.server.backends
    server, database = settled(workers), settled(backends)
    for _time in range(one.times):
        cookie = next(one.others) if one.others else one.cookie
        answer = ask(site.server.port, one.path, cookie=cookie, kind=one.kind)
        if answer.status != 200:
            raise RuntimeError(f"{one.path} answered {answer.status} in the middle of the measuring")
        one.spent.seconds.append(answer.seconds)
        one.spent.first.append(answer.first)
    one.spent.server.append((settled(workers) - server) / one.times / 1e6)
    one.spent.database.append((settled(backends) - database) / one.times / 1e6)
    one.rounds.append(number)


def _floor(port: int, number: int, path: str, cookie: str) -> tuple[Asked | None, str]:
    """The same page drawn from memory, and what is wrong with that."""
    kept = ask(port, path, cookie=cookie, kind=f"keep {number}", coding="")
    floor = Asked(path, kind=f"floor {number}")
    drawn = ask(port, path, kind=floor.kind, coding="")
    if drawn.status != 200:
        return None, f"its templates cannot be drawn from memory ({drawn.status})"
    asked = json.loads(ask(port, "/bench/told", coding="").body)["statements"]
    if asked:
        return floor, f"its templates ask the database {len(asked)} times"
    if kept.body != drawn.body:
        return floor, f"drawn from memory it is another page, of {len(drawn.body)} bytes instead of {len(kept.body)}"
    return floor, ""


def _replayed(site: Site, *, slow: bool) -> float:
    """Milliseconds of processor time for the statements of the page that was kept last, by the driver alone."""
    port, many = site.server.port, 1 if slow else REPLAYS
    ask(port, "/bench/replay")
    site.server.backends = set(_told(site)["backends"])
    before = settled(site.server.backends)
    answer = ask(port, f"/bench/replay?n={many}", coding="")
    if answer.status != 200:
        return 0.0
    if site.kind == "postgresql":
        return (settled(site.server.backends) - before) / many / 1e6
    ms: float = json.loads(answer.body)["ms"]
    return ms / many


def _told(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(site.server.port, "/bench/told", coding="").body)
    return found
