"""The outbox: a mail is written once, under one Message-ID, and tried until it is sent or given up.

Whoever sends takes a mail by putting its next try off for as long as a try can last (`TAKEN_FOR`), commits, and only
then talks to the mail server: no transaction stays open meanwhile. A sender that dies leaves the mail to be taken
again when that time is over; the recipient gets it twice only if it died between the server's answer and the note of
it, and then under the same Message-ID.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import CursorResult, delete, or_, select, update

from inspect_app.accounts.models import Person
from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, WrongState
from inspect_app.reminders.models import Mail, Notice, Preference
from inspect_app.reminders.policy import may_decide
from inspect_app.reminders.queries.outbox import FRESH, for_the_mail_of, to_be_mailed

TAKEN_FOR = timedelta(minutes=15)
"""Longer than all the time-outs of one try together."""
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
    timedelta(hours=12),
    timedelta(hours=12),
)
"""After the first, second, … try that failed; after one more the mail is given up, a day and a half later."""
LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class Digested:
    """What one person is to be mailed."""

    person_id: int
    name: str
    address: str
    notices: Sequence[Notice]


def gather(person_id: int, *, now: datetime, today: date) -> Digested | None:
    """What the person's mail of today says; None where somebody else just wrote it. Keeps others out until the end."""
    take_turns(db.session, f"digest {person_id}")
    if not to_be_mailed(now, today, person_id):
        return None
    person = db.session.get_one(Person, person_id)
    return Digested(person_id, person.name, person.email, for_the_mail_of(person_id, now))


def enqueue(digested: Digested, *, subject: str, body: str, domain: str, now: datetime, today: date) -> Mail:
    """Put the mail of the day into the outbox; what it says is not mailed again."""
    mail = Mail(
        message_id=f"<{uuid4().hex}@{domain}>",
        recipient_id=digested.person_id,
        address=digested.address,
        subject=subject,
        body=body,
        made_at=now,
        next_try_at=now,
    )
    db.session.add(mail)
    db.session.flush()
    for notice in digested.notices:
        notice.mail_id = mail.id
    preference = db.session.get(Preference, digested.person_id) or Preference(person_id=digested.person_id)
    preference.digested_on = today
    db.session.add(preference)
    return mail


def leave_unmailed(*, now: datetime) -> None:
    """What is too old to be mailed, or was read on screen, waits for no mail any more."""
    db.session.execute(
        update(Notice)
        .where(
            Notice.to_mail,
            Notice.mail_id.is_(None),
            or_(Notice.made_at < now - FRESH, Notice.read_at.is_not(None)),
        )
        .values(to_mail=False)
    )


def take(*, now: datetime) -> Mail | None:
    """The mail that has waited longest for its next try, taken for `TAKEN_FOR`; commit before it is sent."""
    mail = db.session.scalars(
        select(Mail)
        .where(Mail.sent_at.is_(None), Mail.given_up_at.is_(None), Mail.next_try_at <= now)
        .order_by(Mail.next_try_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if mail is not None:
        mail.next_try_at = now + TAKEN_FOR
    return mail


def name_of(mail: Mail) -> str:
    return db.session.scalar(select(Person.name).where(Person.id == mail.recipient_id)) or ""


def sent(mail: Mail, *, at: datetime) -> None:
    """The server has taken it."""
    mail.sent_at, mail.error = at, ""
    mail.tries += 1


def failed(mail: Mail, error: str, *, at: datetime, for_good: bool) -> None:
    """The server has not; try again after a pause, or no more."""
    mail.tries += 1
    mail.error = error[:LONGEST_ERROR]
    if for_good or mail.tries > len(PAUSES):
        mail.given_up_at = at
    else:
        mail.next_try_at = at + PAUSES[mail.tries - 1]


def send_again(mail: Mail, *, actor: Actor, now: datetime, today: date) -> None:
    """Try anew what was given up. Raises NotAllowed, WrongState."""
    if not may_decide(actor):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    result = db.session.execute(
        update(Mail)
        .where(Mail.id == mail.id, Mail.given_up_at.is_not(None))
        .values(given_up_at=None, next_try_at=now, tries=0)
    )
    assert isinstance(result, CursorResult)
    if not result.rowcount:
        raise WrongState("Thư này không ở trạng thái đã thôi gửi. Tải lại trang để xem trạng thái mới.")
    audit.record("mail:send_again", mail, actor=actor, on=today)


def sweep(*, before: datetime) -> int:
    """Forget mails that were written before that moment and are done with; how many that were."""
    old = select(Mail.id).where(Mail.made_at < before, or_(Mail.sent_at.is_not(None), Mail.given_up_at.is_not(None)))
    db.session.execute(update(Notice).where(Notice.mail_id.in_(old)).values(mail_id=None, to_mail=False))
    dropped = db.session.execute(delete(Mail).where(Mail.id.in_(old)))
    assert isinstance(dropped, CursorResult)
    return dropped.rowcount
