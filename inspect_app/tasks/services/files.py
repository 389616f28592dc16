"""Files that come with reports."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.filing import file_away
from inspect_app.core.storage import Incoming, Storage
from inspect_app.tasks.models import Task, TaskFile, TaskReport, TaskVerdict


def keep(
    files: Sequence[Incoming], report: TaskReport, *, actor: Actor, storage: Storage, limit: int
) -> list[TaskFile]:
    """Store the files of a report and make their rows."""
    if not files:
        return []
    db.session.flush()  # they name the report
    of: dict[str, Any] = {"task_id": report.task_id, "report_id": report.id}
    return file_away(TaskFile, files, actor=actor, at=report.sent_at, storage=storage, limit=limit, **of)


def hand_out(file: TaskFile, *, actor: Actor, today: date) -> None:
    """Note who took the file away."""
    audit.record("task_file:download", file, actor=actor, on=today, sha256=file.sha256, task_id=file.task_id)


def shown_before(task: Task) -> set[str]:
    """Hashes of what earlier reports showed; what was recalled was shown to nobody."""
    if not task.rounds:
        return set()
    earlier = (
        select(TaskFile)
        .join(TaskReport, TaskReport.id == TaskFile.report_id)
        .where(
            TaskFile.task_id == task.id,
            or_(TaskReport.verdict.is_(None), TaskReport.verdict != TaskVerdict.RECALLED),
        )
    )
    return {sha256 for file in db.session.scalars(earlier) for sha256 in file.hashes}
