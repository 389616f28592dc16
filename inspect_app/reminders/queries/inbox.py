"""What one person was told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.reminders.models import Digest, Feed, Notice, Preference

MOST_COUNTED = 99
"""The number at the bell goes no further."""


def visible_to(actor: Actor) -> Select[Notice]:
    """Everybody sees what they were told, and nothing else."""
    return select(Notice).where(Notice.recipient_id == actor.person_id)


def listing(actor: Actor, *, unread_only: bool = False) -> Select[Any]:
    """(id, rule_code, subject_table, subject_id, words, made_at, read_at), unsorted."""
    rows = select(
        Notice.id,
        Notice.rule_code,
        Notice.subject_table,
        Notice.subject_id,
        Notice.words,
        Notice.made_at,
        Notice.read_at,
    ).where(Notice.recipient_id == actor.person_id)
    return rows.where(Notice.read_at.is_(None)) if unread_only else rows


def unread(actor: Actor) -> ColumnElement[int]:
    """How many the person has not opened, `MOST_COUNTED + 1` for more: part of a statement."""
    rows = (
        select(literal(1).label("one"))
        .where(Notice.recipient_id == actor.person_id, Notice.read_at.is_(None))
        .limit(MOST_COUNTED + 1)
    )
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


def wants(actor: Actor) -> Digest:
    """How the person wants to be told by mail."""
    chosen = db.session.scalar(select(Preference.digest).where(Preference.person_id == actor.person_id))
    return chosen or Digest.DAILY


def feed_since(actor: Actor) -> datetime | None:
    """Since when the person has a calendar address in force."""
    return db.session.scalar(select(Feed.made_at).where(Feed.person_id == actor.person_id, Feed.revoked_at.is_(None)))
