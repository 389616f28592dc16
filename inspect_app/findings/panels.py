"""What findings say on the pages of lower features."""

from collections.abc import Mapping
from typing import Any

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.findings import queries
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import Filter, Timing
from inspect_app.findings.queries.recording import scans_of
from inspect_app.units.models import Unit
from inspect_app.visits import policy
from inspect_app.visits.models import Entry, Visit, VisitState
from inspect_app.visits.workflow import VISIT

AT_A_UNIT = 6


def of_visit(actor: Actor, visit: Visit) -> Mapping[str, Any] | None:
    """On the visit's page: what the reader may know of its findings, and the notice that issued them."""
    findings = queries.of_visit(actor, visit.id)
    concluded = visit.state is VisitState.CONCLUDED
    notice = queries.conclusion_of(visit.id) if concluded else None
    if not findings and notice is None:
        return None
    return {
        "visit": visit,
        "findings": findings,
        "notice": notice,
        "scans": scans_of(visit) if notice else [],
        "day": clock.today(),
    }


def visit_steps(actor: Actor, visit: Visit) -> Mapping[str, Any] | None:
    """Beside it: the next steps that are the reader's, exactly those that the server would accept."""
    moves, found = VISIT.offered_to(actor, visit), visit.entry is Entry.FOUND
    steps = {
        "may_record": visit.state in (VisitState.BEGUN, VisitState.REPORTED) and policy.may_record(actor, visit),
        "may_send": "report" in moves and found,
        "may_conclude": "conclude" in moves and found,
    }
    return {"visit": visit, **steps} if any(steps.values()) else None


def at_unit(actor: Actor, unit: Unit) -> Mapping[str, Any] | None:
    """On the unit's page: what it and the units under it still have to put right, the nearest deadline first."""
    today = clock.today()
    counts = queries.counts(actor, Filter(unit=unit), today=today)
    if not counts.total:
        return None
    query, facts = queries.listed(actor, Filter(unit=unit, timing=Timing.LIVE), today=today)
    rows = db.session.execute(query.order_by(facts.deadline, Finding.id).limit(AT_A_UNIT)).all()
    return {"unit": unit, "rows": rows, "total": counts.total, "overdue": counts.overdue, "day": today}
