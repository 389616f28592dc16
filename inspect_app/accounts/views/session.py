"""Who is asking, on each request; and what happens to what was typed when nobody is signed in any more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from flask import current_app, request
from sqlalchemy.exc import SQLAlchemyError

from inspect_app.accounts import queries, services
from inspect_app.accounts.policy import PasswordRules
from inspect_app.accounts.queries import Visitor
from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.core.connections import read_only
from inspect_app.core.db import db
from inspect_app.core.outage import is_outage
from inspect_app.web.access import visitor
from inspect_app.web.formats import initials
from inspect_app.web.gate import SAFE
from inspect_app.web.navigation import Signed

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
log = structlog.get_logger()


def load_visitor(token: str) -> Visitor | None:
    """For Flask-Login: who the cookie's token belongs to. Ends sessions that were idle or lasted too long."""
    found = visitor_of(token)
    if found is None:
        return None
    now, settings = clock.now(), current_app.config
    unseen = now - found.seen_at
    over = unseen > settings["IDLE"] or now - found.began_at > settings["LONGEST_SESSION"]
    if not over and unseen > settings["IDLE_ADMIN"]:
        over = any(grant.role is Role.ADMIN for grant in found.grants)
    if over:
        _write(lambda: services.expire(found.sign_in_id, now=now))
        return None
    if unseen > services.TOUCH_EVERY:
        _write(lambda: services.touch(found.sign_in_id, now=now))
    return found


def visitor_of(token: str) -> Visitor | None:
    """Whose session it is, and what they hold today: one statement, with the places on teams that app.py tells of."""
    return queries.visitor(token, today=clock.today(), seats=current_app.extensions["seats"])


def _write(change: Callable[[], None]) -> None:
    """Before the request has read anything else: on SQLite a transaction that began by reading cannot write.

    Reading goes on where writing fails, on a full disk for one; for a minute it is not tried again.
    """
    if clock.now() < current_app.extensions.get("sessions_rest_until", LONG_AGO):
        return
    db.session.rollback()
    read_only(False)
    try:
        change()
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        if not is_outage(error):
            raise
        current_app.extensions["sessions_rest_until"] = clock.now() + services.TOUCH_EVERY
        log.error("session_not_noted", exc_info=error)
    finally:
        read_only(request.method in SAFE)


def actor_of(found: Visitor, *, request_id: str) -> Actor:
    """The signed-in person as services see them."""
    return Actor(
        person_id=found.person_id,
        name=found.name,
        home_unit_id=found.home_unit_id,
        home_path=found.home_path,
        grants=found.grants,
        seats=found.seats,
        address=request.remote_addr or "",
        request_id=request_id,
    )


def describe(found: Visitor) -> Signed:
    """Name, initials and post for the head of the page."""
    return Signed(found.name, initials(found.name), found.home_unit_name)


def limits() -> services.Limits:
    settings = current_app.config
    return services.Limits(settings["MISSES"], settings["MISSES_PER_ADDRESS"], settings["LOCKED_FOR"])


def password_rules() -> PasswordRules:
    settings = current_app.config
    return PasswordRules(
        length=settings["PASSWORD_LENGTH"],
        length_with_factor=settings["PASSWORD_LENGTH_WITH_FACTOR"],
        kinds=settings["PASSWORD_KINDS"],
        history=settings["PASSWORD_HISTORY"],
    )


def password_is_too_old() -> bool:
    """Where a setting says how long one lasts."""
    days: int = current_app.config["PASSWORD_DAYS"]
    return bool(days) and clock.now() - visitor().password_set_at > timedelta(days=days)
