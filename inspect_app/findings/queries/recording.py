"""What the pages of writing down and concluding read beside the findings themselves."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Integer, Select, and_, bindparam, func, select

from inspect_app.core.db import db
from inspect_app.core.statements import prepared
from inspect_app.findings.models import Amendment, Conclusion, Evidence, Finding, Side
from inspect_app.visits.models import Visit


def photo_counts(findings: Sequence[Finding]) -> dict[int, int]:
    """Finding -> how many files the team took on the spot; those without any are left out."""
    taken = (
        select(Evidence.finding_id, func.count().label("number"))
        .where(Evidence.finding_id.in_([finding.id for finding in findings]), Evidence.side == Side.FOUND)
        .group_by(Evidence.finding_id)
    )
    return {row.finding_id: row.number for row in db.session.execute(taken)}


def notice_of(visit: Visit) -> tuple[Conclusion | None, list[Amendment], list[Evidence]]:
    """The notice that issued what the visit found, its amendments and its scans, each in their order: one statement."""
    rows = db.session.execute(_notice(), {"visit_id": visit.id}).all()
    amendments = dict.fromkeys(amendment for _notice, amendment, _scan in rows if amendment is not None)
    scans = dict.fromkeys(scan for _notice, _amendment, scan in rows if scan is not None)
    return (rows[0][0] if rows else None), list(amendments), list(scans)


@cache
def _notice() -> Select[Conclusion, Amendment, Evidence]:
    its = and_(Evidence.visit_id == Conclusion.visit_id, Evidence.side == Side.CONCLUSION)
    return prepared(
        select(Conclusion, Amendment, Evidence)
        .outerjoin(Amendment, Amendment.conclusion_id == Conclusion.id)
        .outerjoin(Evidence, its)
        .where(Conclusion.visit_id == bindparam("visit_id", type_=Integer))
        .order_by(Amendment.ordinal, Evidence.id)
    )


def scans_of(visit: Visit) -> Sequence[Evidence]:
    """The scanned notice, in the order in which its files came."""
    scans = select(Evidence).where(Evidence.visit_id == visit.id, Evidence.side == Side.CONCLUSION)
    return db.session.scalars(scans.order_by(Evidence.id)).all()
