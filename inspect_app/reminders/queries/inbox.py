"""What one person was told."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, literal, select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.statements import built_once
from inspect_app.findings.models import Extension, Finding, State
from inspect_app.reminders.models import Digest, Feed, Notice, Preference
from inspect_app.reminders.policy import TASK_TIME_WAIT, TASK_WAIT, WAIT
from inspect_app.tasks.models import Task, TaskExtension, TaskState
from inspect_app.workdays.policy import TermCode

EXTENSION = "extension"
ASKS = {
    "finding:submit": State.SUBMITTED,
    "finding:dispute": State.DISPUTED,
    "finding:ask_extension": EXTENSION,
    "task:report": TaskState.REPORTED,
    "task:ask_extension": EXTENSION,
    TASK_WAIT: TaskState.REPORTED,
    TASK_TIME_WAIT: EXTENSION,
    WAIT + TermCode.VERIFY: State.SUBMITTED,
    WAIT + TermCode.ANSWER_DISPUTE: State.DISPUTED,
    WAIT + TermCode.DECIDE_EXTENSION: EXTENSION,
}
"""What a notice asks somebody to answer -> the state that its subject is in until they do."""
MOST_COUNTED = 99
"""The number at the bell goes no further."""


def visible_to(actor: Actor) -> Select[Notice]:
    """Everybody sees what they were told, and nothing else."""
    return select(Notice).where(Notice.recipient_id == actor.person_id)


@built_once
def listing(actor: Actor, *, unread_only: bool = False) -> Select[Any]:
    """(id, rule_code, subject_table, subject_id, words, made_at, read_at), unsorted: for a shape, built once."""
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


def waits(rows: Iterable[Any]) -> dict[int, bool]:
    """Of notices that ask for an answer: id -> whether what they asked for still waits. At most two statements."""
    asking = [row for row in rows if row.rule_code in ASKS]
    still: dict[str, dict[int, str]] = {
        "finding": _states(Finding, [row.subject_id for row in asking if row.subject_table == "finding"]),
        "task": _states(Task, [row.subject_id for row in asking if row.subject_table == "task"]),
    }
    return {row.id: ASKS[row.rule_code] in still[row.subject_table].get(row.subject_id, "") for row in asking}


def _states(model: Any, ids: list[int]) -> dict[int, str]:
    """Id -> its state, and `extension` behind it while a request for time waits."""
    if not ids:
        return {}
    rows = db.session.execute(_asked(model), {"ids": sorted(set(ids))})
    return {row.id: f"{row.state} {EXTENSION if row.asks else ''}" for row in rows}


@cache
def _asked(model: Any) -> Select[Any]:
    """(id, state, asks) of the findings or tasks `ids`."""
    asks = {
        Finding: exists().where(Extension.finding_id == Finding.id, Extension.granted.is_(None)),
        Task: exists().where(TaskExtension.task_id == Task.id, TaskExtension.granted.is_(None)),
    }
    columns: tuple[Any, ...] = (model.id, model.state, asks[model].label("asks"))
    return select(*columns).where(model.id.in_(bindparam("ids", expanding=True)))


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
