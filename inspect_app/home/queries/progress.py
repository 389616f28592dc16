"""How far the plans have come that the actor may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reports.queries import Progress, progress

SHOWN = 8


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan and how far it has come."""

    id: int
    kind: PlanKind
    year: int
    title: str
    number: str
    issuing_unit: str
    progress: Progress


def plans_in_progress(actor: Actor, today: date) -> list[PlanLine]:
    """The latest plans that the actor may see, but for self-inspections; two statements."""
    query = plans.listing(actor, kinds=(PlanKind.SCHEDULED, PlanKind.SURPRISE))
    rows = db.session.execute(query.order_by(Plan.year.desc(), Plan.kind, Plan.id.desc()).limit(SHOWN)).all()
    far = progress([row.id for row in rows], actor, today) if rows else {}
    return [PlanLine(r.id, r.kind, r.year, r.title, r.number, r.issuing_unit, far[r.id]) for r in rows]


@dataclass(frozen=True, slots=True)
class Year:
    """The plans of one year, summed."""

    year: int
    plans: int
    progress: Progress


def year_so_far(lines: Sequence[PlanLine], today: date) -> Year:
    """This year's part of the lines."""
    own = [line.progress for line in lines if line.year == today.year]
    return Year(today.year, len(own), sum(own, Progress()))
