"""Whom the pages are opened as, and what is opened, out of what the filling says of itself.

People sign in by a row of their own in the table of sessions, which goes with the measuring.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask
from sqlalchemy import delete, func, select

from bench.fill import Filled
from bench.measure.pages import Page
from inspect_app.accounts.models import Grant, SignIn
from inspect_app.accounts.queries import token_hash
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.findings.models import Finding, State
from inspect_app.findings.queries import overdue
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reminders.models import Level, Urging
from inspect_app.tasks.models import Task, TaskPlan
from inspect_app.visits.models import Visit, VisitState
from inspect_app.web.paging import encode

DEVICE = "bench"
HATS = {
    "admin": "admin",
    "country": "root_reviewer",
    "leader": "root_viewer",
    "province": "reviewer",
    "viewer": "viewer",
    "head": "head",
    "member": "member",
    "officer": "officer",
}
"""What the table of pages calls people -> what the filling does."""
IN_TURN = {"officers": Role.OFFICER, "reviewers": Role.REVIEWER}
"""What the table of pages calls many people at once -> what all of them are."""
MOST_IN_TURN = 60
CROWD = 200
"""People of all sorts who come once, so that it is seen how much a worker keeps for each."""


@dataclass(frozen=True, slots=True)
class Subjects:
    filled: Filled
    cookies: dict[str, str]
    """By the names of `HATS`."""
    turns: dict[str, list[str]]
    """By the names of `IN_TURN`, one for each."""
    sessions: list[str]
    """What tells the rows of these sessions from others."""
    total: int
    deep: str
    """The place of a page in the middle of all findings."""
    words: str
    """Common ones."""
    owed: int
    """A finding that the officer's unit has to put right."""
    follow_up: int
    """Planned in the province."""
    orders: int
    """The list of tasks that the province gave this year."""
    task: int
    """One of them."""
    letter: int
    """The latest that somebody wrote to a unit of the province that is late with something today."""
    urged: tuple[int, int]
    """Its plan and unit."""
    crowd: list[str]
    """Cookies of `CROWD` people."""

    def named(self) -> dict[str, object]:
        """What addresses are made of."""
        of = self.filled
        places = {"province": of.province_id, "commune": of.commune_id, "plan": of.plan_id, "visit": of.visit_id}
        asked = {"year": of.year, "deep": self.deep, "words": quote(self.words), "owed": self.owed}
        asked |= {"follow_up": self.follow_up, "orders": self.orders, "task": self.task, "review": of.review_id}
        asked |= {"letter": self.letter, "urged_plan": self.urged[0], "urged_unit": self.urged[1]}
        asked |= {f"sheet_of_{kind}": of.sheet_ids.get(kind, 0) for kind in ("findings", "history")}
        return {**places, **of.finding_ids, **asked}

    def opening(self, pages: Sequence[Page]) -> list[tuple[Page, str, str]]:
        """Each page with its address and the cookie of who opens it, or of the first who does."""
        named, cookies = (
            self.named(),
            {hat: several[0] for hat, several in self.turns.items() if several} | self.cookies,
        )
        return [(one, one.address.format(**named), cookies[one.hat]) for one in pages if one.hat in cookies]


def find(filled: Filled, app: Flask) -> Subjects:
    """Signs everybody in."""
    with app.app_context():
        last = db.session.scalar(select(func.max(Finding.id))) or 1
        total = db.session.scalar(select(func.count()).select_from(Finding)) or 0
        mine = select(func.min(Finding.id)).where(Finding.responsible_unit_id == filled.commune_id)
        owed = db.session.scalar(mine.where(Finding.state == State.OPEN)) or 0
        planned_there = (
            select(func.max(Visit.id))
            .join(Plan, Plan.id == Visit.plan_id)
            .where(Plan.issuing_unit_id == filled.province_id, Visit.follow_up, Visit.state == VisitState.PLANNED)
            .where(Plan.kind == PlanKind.SCHEDULED)
        )
        follow_up = db.session.scalar(planned_there) or 0
        given_there = select(func.max(TaskPlan.id)).where(TaskPlan.issuing_unit_id == filled.province_id)
        orders = db.session.scalar(given_there) or 0
        task = db.session.scalar(select(func.min(Task.id)).where(Task.plan_id == orders)) or 0
        letter, *urged = _urged_in(filled.province_id)
        sessions = list[str]()
        cookies = {
            hat: _signed_in(app, filled.people[name].id, sessions)
            for hat, name in HATS.items()
            if name in filled.people
        }
        turns = {hat: [_signed_in(app, one, sessions) for one in _all(role)] for hat, role in IN_TURN.items()}
        several = db.session.scalars(select(Grant.person_id).distinct().order_by(Grant.person_id).limit(CROWD)).all()
        crowd = [_signed_in(app, person_id, sessions) for person_id in several]
        db.session.commit()
        db.engine.dispose()
    return Subjects(
        filled,
        cookies,
        turns,
        sessions,
        total,
        deep=encode([last // 2]),
        words=filled.searches[1],
        owed=owed,
        follow_up=follow_up,
        orders=orders,
        task=task,
        letter=letter,
        urged=(urged[0], urged[1]),
        crowd=crowd,
    )


def _urged_in(province_id: int) -> Sequence[int]:
    """The latest letter under a plan of the province about what is late today, with its plan and unit."""
    late = (
        select(Finding.id)
        .where(Finding.plan_id == Urging.plan_id, Finding.responsible_unit_id == Urging.unit_id)
        .where(overdue(Finding, clock.today()))
        .exists()
    )
    letters = select(Urging.id, Urging.plan_id, Urging.unit_id).join(Plan, Plan.id == Urging.plan_id)
    letters = letters.where(Plan.issuing_unit_id == province_id, Urging.level != Level.REMINDER, late)
    return tuple(db.session.execute(letters.order_by(Urging.id.desc()).limit(1)).first() or (0, 0, 0))


def _all(role: Role) -> Sequence[int]:
    """Who holds it, `MOST_IN_TURN` of them."""
    held = select(Grant.person_id).where(Grant.role == role).distinct()
    return db.session.scalars(held.order_by(Grant.person_id).limit(MOST_IN_TURN)).all()


def sign_in(app: Flask, person_ids: Iterable[int]) -> dict[int, str]:
    """Person -> the cookie of a session of theirs, for a database that goes with the measuring. Commits."""
    cookies = {person_id: _signed_in(app, person_id, []) for person_id in person_ids}
    db.session.commit()
    return cookies


def forget(found: Subjects, app: Flask) -> None:
    """Sign everybody out again, but for those whom another measuring signed in."""
    with app.app_context():
        db.session.execute(delete(SignIn).where(SignIn.token_hash.in_(found.sessions)))
        db.session.commit()
        db.engine.dispose()


def _signed_in(app: Flask, person_id: int, sessions: list[str]) -> str:
    """The cookie of a session that lasts as long as the measuring: one seen later than now is not noted again."""
    token, now = secrets.token_urlsafe(32), clock.now()
    seen = now + app.config["LONGEST_SESSION"]
    said = {"began_at": now, "seen_at": seen, "proved_at": seen, "address": "127.0.0.1", "device": DEVICE}
    sessions.append(token_hash(token))
    db.session.add(SignIn(token_hash=sessions[-1], person_id=person_id, **said))
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': token, '_fresh': True})}"
