"""What time brings about for accounts: those that nobody uses are warned and stopped, reviews of access come due."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from inspect_app.accounts.models import Person
from inspect_app.accounts.queries import over_everything
from inspect_app.accounts.queries.reviews import due_on
from inspect_app.accounts.services.idle import idle_accounts, stop_idle
from inspect_app.reminders.policy import ACCOUNT_IDLE, ACCOUNTS_STOPPED, REVIEW_DUE
from inspect_app.reminders.queries.rules import rules
from inspect_app.reminders.services.notices import keep, row

AGAIN = timedelta(days=30)
"""Between two reminders of a review that is due."""


def look_after(*, today: date, at: datetime, idle_days: int, review_months: int) -> int:
    """Stop accounts that were idle for `idle_days`, warn a week before, remind of the review; 0 switches either off.

    Returns how many notices that made.
    """
    allowed = timedelta(days=idle_days)
    stopped = stop_idle(now=at, today=today, allowed=allowed)
    chiefs = sorted({held.person_id for held in over_everything(today)})
    lines = [*_warnings(today, at, allowed), *_reviews(today, at, review_months, chiefs)]
    if stopped:
        words = {"many": stopped, "days": idle_days}
        lines += [_line(ACCOUNTS_STOPPED, one, one, today.isoformat(), words, at) for one in chiefs]
    return keep(lines, rules())


def _warnings(today: date, at: datetime, allowed: timedelta) -> Iterator[dict[str, Any]]:
    for idle in idle_accounts(today=today, allowed=allowed):
        if idle.ends_on > today:
            words = {"since": f"{idle.since:%d/%m/%Y}", "day": f"{idle.ends_on:%d/%m/%Y}"}
            yield _line(ACCOUNT_IDLE, idle.person_id, idle.person_id, idle.ends_on.isoformat(), words, at)


def _reviews(today: date, at: datetime, months: int, chiefs: list[int]) -> Iterator[dict[str, Any]]:
    due = due_on(months)
    if due is None or due > today:
        return
    latest = due + (today - due) // AGAIN * AGAIN
    for one in chiefs:
        yield _line(REVIEW_DUE, one, one, latest.isoformat(), {"day": f"{due:%d/%m/%Y}"}, at)


def _line(
    code: str, subject_id: int, recipient_id: int, occurrence: str, words: dict[str, Any], at: datetime
) -> dict[str, Any]:
    subject = ("access_review" if code == REVIEW_DUE else Person.__tablename__, subject_id)
    return row(code, subject, recipient_id, occurrence=occurrence, words=words, at=at)
