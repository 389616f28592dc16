"""Taking files in. What may come in at all was settled at the door (web/uploads)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.storage import Incoming, Storage
from inspect_app.tasks.models import Task, TaskFile, TaskReport, TaskVerdict


def keep(
    files: Sequence[Incoming], report: TaskReport, *, actor: Actor, storage: Storage, limit: int
) -> list[TaskFile]:
    """Store the files and make their rows; the same content twice in one go is kept once."""
    if not files:
        return []
    db.session.flush()  # they name the report
    rows: dict[str, TaskFile] = {}
    for file in files:
        kept = file.keep(storage, limit=limit)
        rows.setdefault(
            kept.sha256,
            TaskFile(
                task_id=report.task_id,
                report_id=report.id,
                sha256=kept.sha256,
                size=kept.size,
                media_type=file.media_type,
                name=file.name,
                received_sha256=file.received_sha256,
                taken_at=file.taken_at,
                claimed_on=file.claimed_on,
                received_at=report.sent_at,
                uploader_id=actor.person_id,
            ),
        )
    db.session.add_all(rows.values())
    db.session.flush()
    return list(rows.values())


def hand_out(file: TaskFile, *, actor: Actor, today: date) -> None:
    """Note who took the file away."""
    audit.record("task_file:download", file, actor=actor, on=today, sha256=file.sha256, task_id=file.task_id)


def hashes_of(file: TaskFile) -> set[str]:
    """Of the content that is stored, and of what came where that was another one."""
    return {file.sha256, file.received_sha256 or file.sha256}


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
    return {sha256 for file in db.session.scalars(earlier) for sha256 in hashes_of(file)}
