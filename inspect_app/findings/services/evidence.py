"""Files that prove something, of findings and of visits."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.filing import file_away
from inspect_app.core.storage import Incoming, Storage
from inspect_app.findings.models import Evidence, Finding, Side, Submission
from inspect_app.visits.models import Visit


def keep(
    files: Iterable[Incoming],
    *,
    side: Side,
    actor: Actor,
    at: datetime,
    storage: Storage,
    limit: int,
    finding: Finding | None = None,
    submission: Submission | None = None,
    visit: Visit | None = None,
) -> list[Evidence]:
    """Store the files and make their rows."""
    of: dict[str, Any] = {
        "side": side,
        "finding_id": finding.id if finding else None,
        "submission_id": submission.id if submission else None,
        "visit_id": visit.id if visit else None,
    }
    return file_away(Evidence, files, actor=actor, at=at, storage=storage, limit=limit, **of)


def hand_out(file: Evidence, *, actor: Actor, today: date) -> None:
    """Note who took the file away."""
    of = {"finding_id": file.finding_id, "visit_id": file.visit_id}
    audit.record("evidence:download", file, actor=actor, on=today, sha256=file.sha256, **of)
