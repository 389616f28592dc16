"""Fifty people who send at the same moment, to a server with as many workers as are advised for this machine.

All forms are opened and filled in before; the clock runs from the moment when all send.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Barrier
from time import perf_counter

from flask import Flask
from sqlalchemy import select

from bench.measure import accepting, subjects
from bench.measure.client import ask
from bench.measure.sending import Ready, acceptance, submission, writing
from inspect_app.core import clock
from inspect_app.core.actor import Role, TeamRole
from inspect_app.core.db import db
from inspect_app.findings.models import Finding, State
from inspect_app.plans.models import TeamMember
from inspect_app.plans.queries import seated
from inspect_app.reminders.queries.people import actors, holders
from inspect_app.visits.models import Visit, VisitState

MANY = 50
WORKERS = 2 * (os.cpu_count() or 1) + 1
"""As deploy/gunicorn.conf.py has it."""


@dataclass(slots=True)
class Sent:
    """What came of one kind of form, sent by all at once."""

    name: str
    seconds: list[float] = field(default_factory=list)
    """By the clock, until each had its answer."""
    errors: list[str] = field(default_factory=list)
    took: float = 0.0
    """Seconds until the last one had it."""

    def quantile(self, share: float) -> float:
        """Seconds."""
        return sorted(self.seconds)[min(len(self.seconds) - 1, round(share * len(self.seconds)))]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Whose forms there are: (finding or visit, cookie)."""

    owed: Sequence[tuple[int, str]]
    waiting: Sequence[tuple[int, str]]
    begun: Sequence[tuple[int, str]]


def find(app: Flask, reviewer_id: int) -> Crowd:
    """Signs everybody in. Raises ValueError where too few findings wait to be accepted."""
    today = clock.today()
    with app.app_context():
        asked = select(Finding.id, Finding.responsible_unit_id).where(Finding.state == State.OPEN).order_by(Finding.id)
        open_ = db.session.execute(asked.limit(2 * MANY)).all()
        near = holders(Role.OFFICER, {row.responsible_unit_id for row in open_}, today)
        owed = [(row.id, levels[0][0]) for row in open_ if (levels := near[row.responsible_unit_id])][:MANY]
        reviewer = actors([reviewer_id], today)[0]
        waiting = [(number, reviewer_id) for number in accepting.acceptable(reviewer, MANY)]
        heads = select(Visit.id, TeamMember.person_id).join(TeamMember, TeamMember.team_id == Visit.team_id)
        may_write = (Visit.state == VisitState.BEGUN, TeamMember.role == TeamRole.HEAD, seated(today))
        begun = [(row[0], row[1]) for row in db.session.execute(heads.where(*may_write).order_by(Visit.id).limit(MANY))]
        cookies = subjects.sign_in(app, {person for _number, person in (*owed, *waiting, *begun)})
        db.session.remove()
        db.engine.dispose()
    return Crowd(*([(number, cookies[person]) for number, person in several] for several in (owed, waiting, begun)))


def measure(port: int, crowd: Crowd) -> Iterator[Sent]:
    """On a database that may be changed."""
    kinds = (
        ("submit with evidence", submission, crowd.owed),
        ("accept", acceptance, crowd.waiting),
        ("visit with three findings", writing, crowd.begun),
    )
    for name, fill_in, of in kinds:
        if of:
            yield _all(port, f"{name}, {len(of)} people at once", [fill_in(port, *one) for one in of])


def _all(port: int, name: str, forms: Sequence[Ready]) -> Sent:
    sent, ready = Sent(name), Barrier(len(forms) + 1)
    with ThreadPoolExecutor(len(forms)) as people:
        answers = [people.submit(partial(_send, port, form, ready)) for form in forms]
        ready.wait()
        began = perf_counter()
        for answer in answers:
            seconds, error = answer.result()
            sent.seconds.append(seconds)
            sent.errors += [error] if error else []
        sent.took = perf_counter() - began
    return sent


def _send(port: int, form: Ready, ready: Barrier) -> tuple[float, str]:
    action, cookie, body = form
    ready.wait()
    began = perf_counter()
    try:
        status = ask(port, action, cookie=cookie, sent=body).status
    except (OSError, ValueError) as error:
        return perf_counter() - began, str(error)
    return perf_counter() - began, "" if status == 303 else f"{action} answers {status}"
