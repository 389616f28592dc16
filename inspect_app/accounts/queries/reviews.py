"""Reviews of access: which there were, when the next one is due, what stands in one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import aliased

from inspect_app.accounts.models import AccessReview, Decision, Grant, Person, ReviewedGrant, SecondFactor
from inspect_app.accounts.policy import may_review
from inspect_app.accounts.queries import may_hold
from inspect_app.core.actor import Actor
from inspect_app.core.audit import Event
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.units.models import Unit

Giver, Closer, Opener = aliased(Person), aliased(Person), aliased(Person)


def visible_to(actor: Actor) -> Select[AccessReview]:
    """All of them, for administrators over everything; nobody else knows of any."""
    return select(AccessReview).where(AccessReview.id > 0 if may_review(actor) else AccessReview.id < 0)


def listing(actor: Actor) -> Select[Any]:
    """(id, opened_at, opener, closed_at, closer, kept, ended, open), unsorted."""
    decision = ReviewedGrant.decision
    counted = (
        select(
            ReviewedGrant.review_id,
            func.count().filter(decision == Decision.KEEP).label("kept"),
            func.count().filter(decision == Decision.END).label("ended"),
            func.count().filter(decision.is_(None)).label("open"),
        )
        .group_by(ReviewedGrant.review_id)
        .subquery()
    )
    columns: tuple[Any, ...] = (
        AccessReview.id,
        AccessReview.opened_at,
        Opener.name.label("opener"),
        AccessReview.closed_at,
        Closer.name.label("closer"),
        func.coalesce(counted.c.kept, 0).label("kept"),
        func.coalesce(counted.c.ended, 0).label("ended"),
        func.coalesce(counted.c.open, 0).label("open"),
    )
    known = visible_to(actor).with_only_columns(AccessReview.id)
    return (
        select(*columns)
        .join(Opener, Opener.id == AccessReview.opener_id)
        .outerjoin(Closer, Closer.id == AccessReview.closer_id)
        .outerjoin(counted, counted.c.review_id == AccessReview.id)
        .where(AccessReview.id.in_(known))
    )


def under_way() -> AccessReview | None:
    """The one that is not closed; there is at most one."""
    return db.session.scalars(select(AccessReview).where(AccessReview.closed_at.is_(None))).one_or_none()


def due_on(months: int) -> date | None:
    """The day from which the next review is due; None where reviews are switched off or one is under way.

    Counted from the close of the last one, or from the first line of the log.
    """
    if not months or under_way() is not None:
        return None
    last = db.session.scalar(select(func.max(AccessReview.closed_at)))
    last = last or db.session.scalar(select(Event.at).order_by(Event.seq).limit(1))
    return _later(last.astimezone(HANOI).date(), months) if last else None


def _later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(day.year + years, month + 1, number)
        except ValueError:
            continue
    return date(day.year + years, month + 1, min(day.day, 27))


# One review


def lines(review: AccessReview, *, only_open: bool = False) -> Select[Any]:
    """(id, decision, giver, signed_in_at, second_factor, grant_id, role, since, until, ended_at, person_id, name,
    username, title, active, unit_id, unit, unit_key, sort_key), unsorted."""
    columns: tuple[Any, ...] = (
        ReviewedGrant.id,
        ReviewedGrant.decision,
        Giver.name.label("giver"),
        ReviewedGrant.signed_in_at,
        ReviewedGrant.second_factor,
        Grant.id.label("grant_id"),
        Grant.role,
        Grant.since,
        Grant.until,
        Grant.ended_at,
        Person.id.label("person_id"),
        Person.name,
        Person.username,
        Person.title,
        Person.active,
        Unit.id.label("unit_id"),
        Unit.name.label("unit"),
        Unit.sort_key.label("unit_key"),
        Person.sort_key,
    )
    rows = (
        select(*columns)
        .join(Grant, Grant.id == ReviewedGrant.grant_id)
        .join(Person, Person.id == Grant.person_id)
        .join(Unit, Unit.id == Grant.unit_id)
        .outerjoin(Giver, Giver.id == ReviewedGrant.giver_id)
        .where(ReviewedGrant.review_id == review.id)
    )
    return rows.where(ReviewedGrant.decision.is_(None)) if only_open else rows


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a review is."""

    kept: int
    ended: int
    open: int

    @property
    def total(self) -> int:
        return self.kept + self.ended + self.open


def tally(review: AccessReview) -> Tally:
    found = db.session.execute(
        select(ReviewedGrant.decision, func.count().label("number"))
        .where(ReviewedGrant.review_id == review.id)
        .group_by(ReviewedGrant.decision)
    ).all()
    many = {row.decision: row.number for row in found}
    return Tally(many.get(Decision.KEEP, 0), many.get(Decision.END, 0), many.get(None, 0))


def names(person_ids: Sequence[int | None]) -> Mapping[int, str]:
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_([one for one in person_ids if one])))
    return {row.id: row.name for row in rows}


# What a review begins with


def to_review(today: date) -> Sequence[Row[Any]]:
    """(grant_id, giver_id, signed_in_at, second_factor) of every role that may still hold.

    Who gave it and when its holder last signed in come from the log.
    """
    last = (
        select(Event.subject_id.label("person_id"), func.max(Event.at).label("at"))
        .where(Event.subject_table == Person.__tablename__, Event.action == "person:sign_in")
        .group_by(Event.subject_id)
        .subquery()
    )
    given = (
        select(Event.subject_id.label("grant_id"), func.max(Event.actor_id).label("giver_id"))
        .where(Event.subject_table == Grant.__tablename__, Event.action == "grant:give")
        .group_by(Event.subject_id)
        .subquery()
    )
    return db.session.execute(
        select(
            Grant.id.label("grant_id"),
            given.c.giver_id,
            last.c.at.label("signed_in_at"),
            SecondFactor.confirmed_at.is_not(None).label("second_factor"),
        )
        .join(Grant.person)
        .outerjoin(last, last.c.person_id == Grant.person_id)
        .outerjoin(given, given.c.grant_id == Grant.id)
        .outerjoin(SecondFactor, SecondFactor.person_id == Grant.person_id)
        .where(may_hold(today), Person.demo.is_(False) | Person.active)
        .order_by(Grant.id)
    ).all()
