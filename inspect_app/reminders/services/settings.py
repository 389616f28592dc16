"""What people decide about how they are told, and administrators about when."""

import secrets
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from inspect_app.accounts.models import Person
from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.audit import Event
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale
from inspect_app.core.versions import expect
from inspect_app.reminders.models import Cause, Digest, Feed, Preference, Rule
from inspect_app.reminders.policy import LONGEST_BEFORE, RULES, SEND, may_decide
from inspect_app.reminders.queries.feed import hashed

CHANGED = Stale(
    "%(name)s vừa cập nhật quy tắc này lúc %(time)s. Xem bản mới rồi gửi lại; nội dung đã nhập vẫn còn bên dưới."
)


def choose_digest(digest: Digest, *, actor: Actor, today: date) -> None:
    """Whether the actor wants a mail a day."""
    person = _oneself(actor)
    take_turns(db.session, f"preference {person.id}")
    preference = db.session.get(Preference, person.id) or Preference(person_id=person.id, digest=Digest.DAILY)
    if preference.digest is not digest:
        preference.digest = digest
        audit.record("person:choose_digest", person, actor=actor, on=today, digest=digest)
    db.session.add(preference)


def open_feed(*, actor: Actor, now: datetime, today: date) -> str:
    """A new private calendar address for the actor; an earlier one is good no longer. Returns its token, once."""
    _close_feeds(actor, now)
    token = secrets.token_urlsafe(32)
    feed = Feed(token_hash=hashed(token), person_id=_oneself(actor).id, made_at=now)
    db.session.add(feed)
    db.session.flush()
    audit.record("feed:open", feed, actor=actor, on=today)
    return token


def close_feed(*, actor: Actor, now: datetime, today: date) -> None:
    """The actor's calendar address is good no longer."""
    for feed_id in _close_feeds(actor, now):
        audit.record("feed:close", db.session.get_one(Feed, feed_id), actor=actor, on=today)


def hand_out_feed(token: str, *, actor: Actor, address: str, today: date) -> bool:
    """Note that the calendar was fetched: once a day and address, since programs ask every hour. Whether it was now."""
    feed = db.session.scalars(select(Feed).where(Feed.token_hash == hashed(token))).one()
    noted = select(Event.seq).where(
        audit.done_to(Event, "feed", feed.id, "feed:fetch"),
        Event.on == today,
        Event.address == address,
    )
    if db.session.scalar(noted.limit(1)) is not None:
        return False
    audit.record("feed:fetch", feed, actor=actor, on=today)
    return True


def _close_feeds(actor: Actor, now: datetime) -> list[int]:
    person = _oneself(actor)
    take_turns(db.session, f"feed {person.id}")
    closing = update(Feed).where(Feed.person_id == person.id, Feed.revoked_at.is_(None)).values(revoked_at=now)
    return list(db.session.scalars(closing.returning(Feed.id)))


def _oneself(actor: Actor) -> Person:
    if actor.person_id is None:
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    return db.session.get_one(Person, actor.person_id)


def edit_rule(
    rule: Rule | None,
    code: str,
    *,
    days: int | None,
    active: bool,
    by_mail: bool,
    actor: Actor,
    today: date,
    version: int | None = None,
) -> Rule:
    """Decide about a rule; `rule` is the earlier decision, if there is one (its version otherwise counts as 0).

    What is sent by hand is always told: whoever sent it relies on that.

    Raises NotAllowed, Stale, and Invalid for `days`.
    """
    if not may_decide(actor):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    told = RULES[code]
    if told.cause in (Cause.BEFORE, Cause.AFTER, Cause.VERIFIER):
        if days is None or not 1 <= days <= LONGEST_BEFORE:
            raise Invalid("Nhập số ngày từ 1 đến %(most)s", field="days", most=LONGEST_BEFORE)
    else:
        days = told.days
    if rule is None:
        if version:
            raise Stale("Người khác vừa cập nhật quy tắc này. Xem bản mới rồi gửi lại.")
        rule = Rule(code=code, cause=told.cause, days=told.days, active=True, by_mail=True)
        db.session.add(rule)
        try:
            db.session.flush()
        except IntegrityError as error:
            raise Stale("Người khác vừa cập nhật quy tắc này. Xem bản mới rồi gửi lại.") from error
    else:
        expect(rule, version, CHANGED)
    before = {"days": rule.days, "active": rule.active, "by_mail": rule.by_mail}
    rule.days, rule.active, rule.by_mail = days, active or code == SEND, by_mail
    after = {"days": rule.days, "active": rule.active, "by_mail": rule.by_mail}
    audit.record("rule:edit", rule, actor=actor, on=today, code=code, **after, before=before)
    return rule
