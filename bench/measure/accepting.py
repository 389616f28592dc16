"""What one accept costs beside the rows that it writes: the service, and the same statements by the driver, in turns.

In each turn a finding is accepted by the service, with all that it reads. Another one is accepted and taken back at the
last moment, and what that would have written is written by the driver alone, with the same values. Both end with their
commit, and the log goes on through either: what is compared is the same work on the same tables. What is taken back
goes over connections of its own, since with it PostgreSQL's driver forgets its plans: a worker that has been answering
for a while has them.
"""

import io
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event, func, select

from bench.measure.server import is_here, spent
from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.storage import Incoming, Storage
from inspect_app.findings import queries, services
from inspect_app.findings.models import Finding, State, Verification
from inspect_app.findings.queries.several import several
from inspect_app.findings.workflow import FINDING
from inspect_app.reminders.queries.people import actors, holders

WARM = 10
"""Turns before those that count: from its sixth use on PostgreSQL may keep a plan for all values."""
WRITING = ("INSERT", "UPDATE", "DELETE")
NOT_READING = (*WRITING, "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")
NOTE = "Đã xem hồ sơ, ảnh chụp và văn bản kèm theo."


@dataclass(frozen=True, slots=True)
class Cost:
    seconds: float
    """By the clock."""
    cpu: float
    """Seconds of the processor: of this process, and of PostgreSQL for it."""


@dataclass(slots=True)
class Accepting:
    """Turn by turn."""

    service: list[Cost] = field(default_factory=list)
    bare: list[Cost] = field(default_factory=list)
    reads: int = 0
    """Statements of one accept that read."""
    writes: int = 0

    def share(self, of: Callable[[Cost], float]) -> float:
        """How much of the service's cost the driver's is: at 1 the program would cost nothing."""
        turns = zip(self.bare, self.service, strict=True)
        return statistics.median(of(bare) / of(service) for bare, service in turns)

    def median(self, of: Callable[[Cost], float]) -> float:
        return statistics.median(map(of, self.service))


class TakenBack(Exception):
    """In the last moment before a commit."""


@dataclass(slots=True)
class Asked:
    """The statements of one accept."""

    reads: list[str] = field(default_factory=list)
    writes: list[tuple[str, Any, bool]] = field(default_factory=list)
    """Statement, values, whether for several rows."""


def measure(app: Flask, beside: Flask, reviewer_id: int, *, turns: int) -> Accepting:
    """On a database that may be changed; `beside` is the same program, over connections of its own.

    Raises ValueError where too few findings wait to be accepted.
    """
    found = Accepting()
    with app.app_context():
        actor = actors([reviewer_id], clock.today())[0]
        waiting = acceptable(actor, needed(turns))
        with _driver(db.engine) as connection:
            for number in range(turns + WARM):
                mine, other = waiting[2 * number : 2 * number + 2]
                with beside.app_context():
                    asked = _asked(actor, other)
                bare = _cost(partial(_write, connection, asked.writes), [_backend(connection)])
                cost = _cost(partial(accept, actor, mine), _backends())
                if number >= WARM:
                    found.service.append(cost)
                    found.bare.append(bare)
            found.reads, found.writes = len(asked.reads), len(asked.writes)
        db.session.remove()
    return found


def needed(turns: int) -> int:
    """How many findings have to wait."""
    return 2 * (turns + WARM)


def acceptable(actor: Actor, many: int) -> list[int]:
    """Findings that the actor may accept. Raises ValueError where there are not so many."""
    waiting = select(Finding.id).where(Finding.state == State.SUBMITTED).order_by(Finding.id)
    found = [finding_id for finding_id in db.session.scalars(waiting).all() if _offered(actor, "accept", finding_id)]
    db.session.remove()
    if len(found) < many:
        raise ValueError(f"only {len(found)} of {many} findings wait to be accepted")
    return found[:many]


def submit(many: int, storage: Storage, *, but: int) -> int:
    """Have units submit, each with a file of its own, until `many` findings wait; how many do.

    What the unit `but` owes is left for those who submit it over HTTP.
    """
    today = clock.today()
    waiting = db.session.scalar(select(func.count()).where(Finding.state == State.SUBMITTED)) or 0
    theirs = (Finding.state.in_((State.OPEN, State.IN_PROGRESS)), Finding.responsible_unit_id != but)
    owed = select(Finding.id, Finding.responsible_unit_id).where(*theirs)
    for finding_id, unit_id in db.session.execute(owed.order_by(Finding.id).limit(max(0, many - waiting))).all():
        nearest = next(iter(holders(Role.OFFICER, [unit_id], today)[unit_id]), ())
        for officer in actors(nearest[:1], today):
            finding = queries.one(officer, finding_id)
            assert finding is not None
            file = Incoming(f"minh chung {finding_id}.txt", "text/plain", io.BytesIO(f"{finding_id}".encode()))
            given: dict[str, Any] = {"storage": storage, "file_limit": 1000, "on": today, "today": today}
            services.submit(finding, actor=officer, statement=NOTE, files=[file], **given)
            db.session.commit()
            waiting += 1
        db.session.remove()
    return waiting


def _offered(actor: Actor, move: str, finding_id: int) -> bool:
    finding = queries.one(actor, finding_id)
    return finding is not None and move in FINDING.offered_to(actor, finding)


def accept(actor: Actor, finding_id: int) -> None:
    """As a request does it, from its empty session to the commit."""
    _decide(actor, finding_id)
    db.session.commit()
    db.session.remove()


def _decide(actor: Actor, finding_id: int) -> None:
    today = clock.today()
    (finding,) = several(actor, [finding_id])
    done: dict[str, Any] = {"method": Verification.DOCUMENTS, "note": NOTE, "version": finding.version}
    services.accept(finding, actor=actor, on=today, today=today, **done)


def _asked(actor: Actor, finding_id: int) -> Asked:
    """What an accept would have written, had it not been taken back."""
    asked, engine = Asked(), db.engine

    def watch(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if statement.startswith(WRITING):
            asked.writes.append((statement, values, many))
        elif not statement.startswith(NOT_READING):
            asked.reads.append(statement)

    def take_back(_connection: Any) -> None:
        raise TakenBack

    event.listen(engine, "before_cursor_execute", watch)
    event.listen(engine, "commit", take_back)
    try:
        accept(actor, finding_id)
    except TakenBack:
        db.session.rollback()
    finally:
        event.remove(engine, "before_cursor_execute", watch)
        event.remove(engine, "commit", take_back)
        db.session.remove()
    return asked


@contextmanager
def _driver(engine: Engine) -> Iterator[Any]:
    """A connection of the driver's own, as the program opens them."""
    pooled = engine.raw_connection()
    try:
        yield pooled.driver_connection
    finally:
        pooled.close()


def _write(connection: Any, statements: Sequence[tuple[str, Any, bool]]) -> None:
    cursor = connection.cursor()
    if not hasattr(connection, "info"):  # SQLite's driver is told not to begin by itself
        cursor.execute("BEGIN IMMEDIATE")
    for statement, values, many in statements:
        if many:
            cursor.executemany(statement, values)
        else:
            cursor.execute(statement, values)
        if cursor.description is not None:
            cursor.fetchall()
    cursor.close()
    connection.commit()


def _cost(act: Callable[[], None], backends: Sequence[int]) -> Cost:
    processor, theirs, began = time.process_time(), spent(backends), time.perf_counter()
    act()
    seconds = time.perf_counter() - began
    return Cost(seconds, time.process_time() - processor + (spent(backends) - theirs) / 1e9)


def _backends() -> list[int]:
    """Of PostgreSQL, that work for the session."""
    if db.engine.dialect.name == "sqlite":
        return []
    with db.engine.connect() as connection:
        return [_backend(connection.connection.driver_connection)]


def _backend(connection: Any) -> int:
    pid: int = connection.info.backend_pid if hasattr(connection, "info") else 0
    return pid if pid and is_here(pid) else 0
