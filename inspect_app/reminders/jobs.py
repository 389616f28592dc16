"""What happens without anybody asking: reminders of the day, the mails that tell of them, sending those.

Each step commits by itself and may be cut off anywhere; what was left is done the next time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from threading import Event
from typing import Any

import structlog
from flask import Flask

from inspect_app.accounts.services import following, sessions
from inspect_app.core import clock, drafts, once, staging
from inspect_app.core.clock import HANOI
from inspect_app.core.connections import reading
from inspect_app.core.db import db
from inspect_app.core.errors import sentence
from inspect_app.findings.services import custody
from inspect_app.reminders.models import Mail, Notice
from inspect_app.reminders.policy import RULES
from inspect_app.reminders.queries.outbox import to_be_mailed
from inspect_app.reminders.services import notices, of_accounts, outbox, passing
from inspect_app.reminders.services.post import Letter, Refused, Server, Unreachable, post

MORNING = time(7)
"""Before that, in Vietnam, nobody is mailed."""
BETWEEN_ROUNDS = 5
"""Seconds."""
PAGES = {
    "log": ("log.index", ""),
    "finding": ("findings.show", "finding_id"),
    "visit": ("visits.show", "visit_id"),
    "task": ("tasks.show", "task_id"),
    "task_plan": ("tasks.plan", "task_plan_id"),
    "person": ("personal.show", ""),
    "access_review": ("reviews.index", ""),
}
"""What a notice is about -> the page that shows it, and what its address names it by, if by anything."""
SUBJECT = sentence("Sổ kiểm tra CCHC: %(n)s việc cần xem")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Done:
    """What one round did."""

    told: int = 0
    written: int = 0
    sent: int = 0
    not_sent: int = 0


def server_of(config: Any) -> Server | None:
    """The mail server that the environment names, if it names one."""
    if not config["SMTP_HOST"]:
        return None
    return Server(
        host=config["SMTP_HOST"],
        port=config["SMTP_PORT"],
        sender=config["MAIL_FROM"],
        security=config["SMTP_SECURITY"],
        user=config["SMTP_USER"],
        password=config["SMTP_PASSWORD"],
    )


def work(app: Flask, stop: Event, others: Sequence[Callable[[Callable[[], bool]], object]] = ()) -> None:
    """Go on until told to stop; the mail in hand is finished first. Trouble is logged and tried again.

    `others`: what else is to be done in each round, each told how to ask whether to go on.
    """
    reminded: date | None = None
    mailed: date | None = None
    while not stop.is_set():
        now = clock.now()
        here = now.astimezone(HANOI)
        try:
            with app.app_context():
                if reminded is None or (reminded < here.date() and here.time() >= MORNING):
                    remind(today=here.date(), now=now)
                    look_after_accounts(app, today=here.date(), now=now)
                    sweep(app, now=now)
                    reminded = here.date()
                if mailed != here.date() and here.time() >= MORNING:
                    write_mails(app, today=here.date(), now=now)
                    mailed = here.date()
                send_mails(app, going_on=lambda: not stop.is_set())
                for other in others:
                    other(lambda: not stop.is_set())
        except Exception as error:  # whatever it was, the next round may fare better, and must come
            log.error("worker", exc_info=error)
        stop.wait(BETWEEN_ROUNDS)


def one_pass(app: Flask, *, now: datetime) -> Done:
    """Everything that is due now, whatever the hour."""
    today = now.astimezone(HANOI).date()
    told = remind(today=today, now=now) + look_after_accounts(app, today=today, now=now)
    written = write_mails(app, today=today, now=now)
    return Done(told, written, *send_mails(app))


def remind(*, today: date, now: datetime) -> int:
    """Tell whoever has something due; returns how many notices that made.

    First people and findings follow the units that changed on a day that has come meanwhile.
    """
    following.follow(today=today)
    custody.follow(today=today)
    told = passing.remind(today=today, at=now)
    outbox.leave_unmailed(now=now)
    db.session.commit()
    return told


def look_after_accounts(app: Flask, *, today: date, now: datetime) -> int:
    """Stop accounts that nobody uses, warn before, remind of the review of access; returns how many were told."""
    told = of_accounts.look_after(
        today=today, at=now, idle_days=app.config["IDLE_DAYS"], review_months=app.config["REVIEW_MONTHS"]
    )
    db.session.commit()
    return told


def sweep(app: Flask, *, now: datetime) -> dict[str, int]:
    """Drop what nobody came back to: typed drafts, files of forms never sent, keys of forms, sessions long past.

    Returns how many of each.
    """
    waited = now - staging.KEPT_FOR
    dropped = {
        "drafts": drafts.sweep(before=now - app.config["KEEP_DRAFTS"]),
        "files": staging.sweep(before=waited),
        "keys": once.sweep(before=now - once.KEPT_FOR),
        "sessions": sessions.sweep(before=now - app.config["KEEP_SESSIONS"]),
        "mails": outbox.sweep(before=now - app.config["KEEP_MAILS"]),
        "notices": notices.sweep(before=now - app.config["KEEP_NOTICES"]),
    }
    db.session.commit()
    staging.sweep_content(app.extensions["storage"], before=waited)
    return dropped


def write_mails(app: Flask, *, today: date, now: datetime) -> int:
    """One mail for everybody who was told something since the last one; none where there is no mail server."""
    server = server_of(app.config)
    if server is None:
        return 0
    # Not `render_template`: what it adds to every page asks who is signed in.
    template = app.jinja_env.get_template("emails/digest.txt")
    with reading():
        people = to_be_mailed(now, today)
        db.session.rollback()
    written = 0
    for person_id in people:
        digested = outbox.gather(person_id, now=now, today=today)
        if digested is not None:
            lines = [(_sentence(notice), notice.words, _link(app, notice)) for notice in digested.notices]
            outbox.enqueue(
                digested,
                subject=SUBJECT % {"n": len(lines)},
                body=template.render(name=digested.name, lines=lines, site=app.config["PUBLIC_URL"]),
                domain=server.domain,
                now=now,
                today=today,
            )
            written += 1
        db.session.commit()
    return written


def _sentence(notice: Notice) -> str:
    return RULES[notice.rule_code].sentence % notice.words


def _link(app: Flask, notice: Notice) -> str:
    """Never made from the Host of a request: only from what the operator said."""
    site = app.config["PUBLIC_URL"]
    if not site or notice.subject_table not in PAGES:
        return ""
    endpoint, argument = PAGES[notice.subject_table]
    return f"{site}{app.url_map.bind('localhost').build(endpoint, {argument: notice.subject_id} if argument else {})}"


def send_mails(
    app: Flask, *, clock: Callable[[], datetime] = clock.now, going_on: Callable[[], bool] = lambda: True
) -> tuple[int, int]:
    """Send what is due, one after the other, until nothing is left, the server fails or it is time to stop.

    Returns how many were sent and how many were not.
    """
    server = server_of(app.config)
    sent = not_sent = 0
    while server is not None and going_on():
        mail = outbox.take(now=clock())
        if mail is None:
            db.session.rollback()
            break
        name = outbox.name_of(mail)
        letter = Letter(mail.message_id, name, mail.address, mail.subject, mail.body, mail.made_at)
        mail_id = mail.id
        db.session.commit()
        try:
            post(letter, server)
        except (Refused, Unreachable) as error:
            for_good = isinstance(error, Refused) and error.for_good
            outbox.failed(_again(mail_id), str(error), at=clock(), for_good=for_good)
            db.session.commit()
            log.warning("mail_not_sent", mail=mail_id, said=str(error), for_good=for_good)
            not_sent += 1
            if isinstance(error, Unreachable):
                break
        else:
            outbox.sent(_again(mail_id), at=clock())
            db.session.commit()
            sent += 1
    return sent, not_sent


def _again(mail_id: int) -> Mail:
    """As it stands now: a new transaction has begun since."""
    return db.session.get_one(Mail, mail_id)
