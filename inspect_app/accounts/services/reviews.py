"""The half-yearly review of access: opened, decided role by role, closed. Ending roles happens at the close."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from inspect_app.accounts import policy
from inspect_app.accounts.models import AccessReview, Decision, Grant, ReviewedGrant
from inspect_app.accounts.queries import reviews as queries
from inspect_app.accounts.services.grants import end_grant
from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.versions import expect

CHANGED = Stale("%(name)s vừa cập nhật đợt rà soát này lúc %(time)s. Xem bản mới rồi quyết định lại.")
LONGEST_NOTE = 2000


def open_review(*, actor: Actor, now: datetime, today: date) -> AccessReview:
    """Every role that holds today, or will, to be looked at. Raises NotAllowed, WrongState: one is under way."""
    _allow(actor)
    take_turns(db.session, "access review")
    if queries.under_way() is not None:
        raise WrongState("Một đợt rà soát đang mở. Kết thúc đợt đó trước khi mở đợt mới.")
    assert actor.person_id is not None
    review = AccessReview(opened_at=now, opener_id=actor.person_id)
    db.session.add(review)
    db.session.flush()
    found = [
        {"review_id": review.id, **row._asdict(), "second_factor": bool(row.second_factor)}
        for row in queries.to_review(today)
    ]
    if found:
        db.session.execute(insert(ReviewedGrant), found)
    audit.record("access_review:open", review, actor=actor, on=today, grants=len(found))
    return review


def decide(
    review: AccessReview,
    decisions: Mapping[int, Decision],
    *,
    actor: Actor,
    today: date,
    unit_id: int | None = None,
) -> int:
    """Say of these lines of the review what becomes of them; of a unit, that all its undecided ones stay.

    Returns how many lines that changed. Raises NotAllowed, WrongState.
    """
    _allow(actor)
    _still_open(review)
    wanted = dict(decisions)
    if unit_id is not None:
        undecided = (
            select(ReviewedGrant.id)
            .join(Grant, Grant.id == ReviewedGrant.grant_id)
            .where(ReviewedGrant.review_id == review.id, ReviewedGrant.decision.is_(None), Grant.unit_id == unit_id)
        )
        wanted = dict.fromkeys(db.session.scalars(undecided), Decision.KEEP) | wanted
    lines = db.session.scalars(
        select(ReviewedGrant).where(ReviewedGrant.review_id == review.id, ReviewedGrant.id.in_(wanted))
    ).all()
    changed = [line for line in lines if line.decision is not wanted[line.id]]
    for line in changed:
        line.decision, line.decider_id = wanted[line.id], actor.person_id
    if changed:
        said = {
            decision.value: [line.grant_id for line in changed if line.decision is decision] for decision in Decision
        }
        audit.record("access_review:decide", review, actor=actor, on=today, **said)
    return len(changed)


def close_review(
    review: AccessReview, *, note: str, version: int | None, actor: Actor, now: datetime, today: date
) -> int:
    """Take back the roles that were not to stay, and be done; returns how many roles that ended.

    Raises NotAllowed; WrongState when something is undecided, or the last administrator would go; Stale; Invalid.
    """
    _allow(actor)
    _still_open(review)
    expect(review, version, CHANGED)
    note = note.strip()
    if not note:
        raise Invalid("Ghi kết quả rà soát", field="note")
    left = queries.tally(review).open
    if left:
        raise WrongState("Còn %(left)s dòng chưa quyết định. Quyết định hết rồi kết thúc.", left=left)
    ended = 0
    for given in _to_end(review):
        if given.may_hold(today):
            end_grant(given, actor=actor, now=now, today=today)
            ended += 1
    review.closed_at, review.closer_id, review.note = now, actor.person_id, note[:LONGEST_NOTE]
    audit.record("access_review:close", review, actor=actor, on=today, ended=ended, note=review.note)
    return ended


def _to_end(review: AccessReview) -> Collection[Grant]:
    return db.session.scalars(
        select(Grant)
        .join(ReviewedGrant, ReviewedGrant.grant_id == Grant.id)
        .where(ReviewedGrant.review_id == review.id, ReviewedGrant.decision == Decision.END)
        .options(joinedload(Grant.unit), joinedload(Grant.person))
        .order_by(Grant.id)
    ).all()


def _allow(actor: Actor) -> None:
    if not policy.may_review(actor):
        raise NotAllowed("Rà soát quyền truy cập là việc của quản trị toàn hệ thống.")


def _still_open(review: AccessReview) -> None:
    if review.closed_at is not None:
        raise WrongState("Đợt rà soát này đã kết thúc.")
