"""Taking files in. What may come in at all was settled at the door (web/uploads)."""

from collections.abc import Iterable
from datetime import date, datetime

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
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
    """Store the files and make their rows; the same content twice in one go is kept once."""
    rows: dict[str, Evidence] = {}
    for file in files:
        kept = file.keep(storage, limit=limit)
        rows.setdefault(
            kept.sha256,
            Evidence(
                side=side,
                finding_id=finding.id if finding else None,
                submission_id=submission.id if submission else None,
                visit_id=visit.id if visit else None,
                sha256=kept.sha256,
                size=kept.size,
                media_type=file.media_type,
                name=file.name,
                received_sha256=file.received_sha256,
                taken_at=file.taken_at,
                claimed_on=file.claimed_on,
                received_at=at,
                uploader_id=actor.person_id,
            ),
        )
    db.session.add_all(rows.values())
    db.session.flush()
    return list(rows.values())


def hand_out(file: Evidence, *, actor: Actor, today: date) -> None:
    """Note who took the file away."""
    of = {"finding_id": file.finding_id, "visit_id": file.visit_id}
    audit.record("evidence:download", file, actor=actor, on=today, sha256=file.sha256, **of)


def hashes_of(file: Evidence) -> set[str]:
    """Of the content that is stored, and of what came where that was another one."""
    return {file.sha256, file.received_sha256 or file.sha256}
