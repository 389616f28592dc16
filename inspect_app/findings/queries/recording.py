"""What the pages of writing down and concluding read beside the findings themselves."""

from collections.abc import Sequence

from sqlalchemy import func, select

from inspect_app.core.db import db
from inspect_app.findings.models import Evidence, Finding, Side
from inspect_app.visits.models import Visit


def photo_counts(findings: Sequence[Finding]) -> dict[int, int]:
    """Finding -> how many files the team took on the spot; those without any are left out."""
    taken = (
        select(Evidence.finding_id, func.count().label("number"))
        .where(Evidence.finding_id.in_([finding.id for finding in findings]), Evidence.side == Side.FOUND)
        .group_by(Evidence.finding_id)
    )
    return {row.finding_id: row.number for row in db.session.execute(taken)}


def scans_of(visit: Visit) -> Sequence[Evidence]:
    """The scanned notice, in the order in which its files came."""
    scans = select(Evidence).where(Evidence.visit_id == visit.id, Evidence.side == Side.CONCLUSION)
    return db.session.scalars(scans.order_by(Evidence.id)).all()
