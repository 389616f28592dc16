"""The mail: what has to be written, what waits, what did not get through."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from inspect_app.accounts.models import Person
from inspect_app.core.db import db
from inspect_app.reminders.models import Digest, Mail, Notice, Preference

FRESH = timedelta(days=7)
"""What is older is not mailed any more: it stands in the inbox."""
MOST_IN_A_MAIL = 100


def unmailed(now: datetime) -> ColumnElement[bool]:
    """Notices that belong into a mail: not too old, not read on screen before."""
    return and_(Notice.to_mail, Notice.mail_id.is_(None), Notice.read_at.is_(None), Notice.made_at >= now - FRESH)


def to_be_mailed(now: datetime, today: date, person_id: int | None = None) -> Sequence[int]:
    """The people for whom there is something to mail, and who had no mail today; of them this one, if one is named."""
    people = (
        select(Person.id)
        .join(Notice, Notice.recipient_id == Person.id)
        .outerjoin(Preference, Preference.person_id == Person.id)
        .where(unmailed(now), Person.active, Person.email != "", _may_be_mailed(today))
        .distinct()
        .order_by(Person.id)
    )
    if person_id is not None:
        people = people.where(Person.id == person_id)
    return db.session.scalars(people).all()


def _may_be_mailed(today: date) -> ColumnElement[bool]:
    return or_(
        Preference.person_id.is_(None),
        and_(
            Preference.digest == Digest.DAILY,
            or_(Preference.digested_on.is_(None), Preference.digested_on < today),
        ),
    )


def for_the_mail_of(person_id: int, now: datetime) -> Sequence[Notice]:
    """What a mail of now says, in the order in which it came up."""
    return db.session.scalars(
        select(Notice).where(Notice.recipient_id == person_id, unmailed(now)).order_by(Notice.id).limit(MOST_IN_A_MAIL)
    ).all()


class Shown(StrEnum):
    """What the page of the mail is narrowed to."""

    UNSENT = "unsent"
    GIVEN_UP = "given_up"
    ALL = "all"


def listing(shown: Shown) -> Select[Any]:
    """(id, name, address, subject, made_at, tries, next_try_at, sent_at, given_up_at, error), unsorted."""
    columns: tuple[Any, ...] = (
        Mail.id,
        Person.name,
        Mail.address,
        Mail.subject,
        Mail.made_at,
        Mail.tries,
        Mail.next_try_at,
        Mail.sent_at,
        Mail.given_up_at,
        Mail.error,
    )
    rows = select(*columns).outerjoin(Person, Person.id == Mail.recipient_id)
    match shown:
        case Shown.UNSENT:
            return rows.where(Mail.sent_at.is_(None))
        case Shown.GIVEN_UP:
            return rows.where(Mail.given_up_at.is_not(None))
        case _:
            return rows


def stuck(now: datetime) -> Row[int, int]:
    """(waiting, given_up): mails whose time came more than an hour ago and that nobody took, and those given up."""
    waiting = and_(Mail.sent_at.is_(None), Mail.given_up_at.is_(None), Mail.next_try_at < now - timedelta(hours=1))
    return db.session.execute(
        select(
            func.count().filter(waiting).label("waiting"),
            func.count().filter(Mail.given_up_at.is_not(None)).label("given_up"),
        ).where(Mail.sent_at.is_(None))
    ).one()
