"""Telling people, and their having read it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, bindparam, delete, func, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.reminders.models import Notice, Rule
from inspect_app.reminders.policy import Decided
from inspect_app.reminders.queries.rules import rules

AT_A_TIME = 500
"""Rows of one statement."""


def tell(
    code: str,
    subject: tuple[str, int],
    recipients: Iterable[int],
    *,
    occurrence: str,
    words: Mapping[str, Any],
    at: datetime,
) -> int:
    """Tell these people once; returns how many had not been told.

    `code` is one of `policy.RULES`; nothing is told where the rule is switched off. `subject` is a table and an id,
    `occurrence` what makes this telling one of its own: the due day, or the moment of the event. `words` fill in the
    rule's sentence. Whether they may see the subject is for the caller to have asked.
    """
    lines = [row(code, subject, one, occurrence=occurrence, words=words, at=at) for one in recipients]
    return keep(lines, rules()) if lines else 0


def row(
    code: str, subject: tuple[str, int], recipient_id: int, *, occurrence: str, words: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """One line of the ledger, for `keep`."""
    table, subject_id = subject
    return {
        "recipient_id": recipient_id,
        "rule_code": code,
        "subject_table": table,
        "subject_id": subject_id,
        "occurrence": occurrence,
        "words": dict(words),
        "made_at": at,
    }


def keep(lines: Iterable[Mapping[str, Any]], decided: Mapping[str, Decided]) -> int:
    """Write the lines that are not in the ledger yet; returns how many those were."""
    fresh = [
        {**line, "to_mail": decided[line["rule_code"]].by_mail} for line in lines if decided[line["rule_code"]].active
    ]
    dialect = db.session.get_bind().dialect.name
    insert_into: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    told = 0
    for start in range(0, len(fresh), AT_A_TIME):
        statement = insert_into(Notice).values(fresh[start : start + AT_A_TIME]).on_conflict_do_nothing()
        told += len(db.session.execute(statement.returning(Notice.id)).all())
    return told


def keep_as_decided(lines: Sequence[Mapping[str, Any]]) -> None:
    """The same in one statement, which looks itself what was decided about each rule."""
    if lines:
        asked = [{f"its_{name}": value for name, value in line.items()} for line in lines]
        db.session.connection().execute(_as_decided(db.session.get_bind().dialect.name), asked)


@cache
def _as_decided(dialect: str) -> Any:
    into, rule = Notice.__table__, Rule.__table__
    insert_into: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    names = ("recipient_id", "rule_code", "subject_table", "subject_id", "occurrence", "words", "made_at")
    given = {name: bindparam(f"its_{name}", type_=into.c[name].type) for name in names}

    def decided(column: Any) -> Any:
        """As of a rule about which nobody decided anything, where there is none."""
        return func.coalesce(select(column).where(rule.c.code == given["rule_code"]).scalar_subquery(), true())

    line = select(*given.values(), decided(rule.c.by_mail)).where(decided(rule.c.active))
    return insert_into(into).from_select([*names, "to_mail"], line).on_conflict_do_nothing()


def read(notice: Notice, *, at: datetime) -> None:
    """It was opened. No event: nothing was decided."""
    if notice.read_at is None:
        notice.read_at = at


def read_all(*, actor: Actor, up_to: int, at: datetime) -> int:
    """Everything that the actor was told up to the notice `up_to`; what came in meanwhile stays unread."""
    result = db.session.execute(
        update(Notice)
        .where(Notice.recipient_id == actor.person_id, Notice.read_at.is_(None), Notice.id <= up_to)
        .values(read_at=at)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


def sweep(*, before: datetime) -> int:
    """Forget what people were told before that moment; how many notices that were."""
    dropped = db.session.execute(delete(Notice).where(Notice.made_at < before))
    assert isinstance(dropped, CursorResult)
    return dropped.rowcount
