"""How far the plans have come that the actor may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select, union_all

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared, spelt_out
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reports.queries import Progress, progress_in, progress_of

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
    """The latest plans that the actor may see, but for self-inspections; one statement."""
    rows = db.session.execute(_plans_in_progress(shape_of(actor), today), filling_of(actor))
    return [PlanLine(r.id, r.kind, r.year, r.title, r.number, r.issuing_unit, progress_in(r)) for r in rows]


@built_once
def _plans_in_progress(actor: Actor, today: date) -> Select[Any]:
    # Of each kind by itself: an index has the plans by year, and neither database sorts a country's for eight of them.
    each = (
        plans.listing(actor, kinds=(kind,))
        .order_by(Plan.year.desc(), Plan.id.desc())
        .limit(spelt_out(SHOWN))
        .subquery()
        for kind in (PlanKind.SCHEDULED, PlanKind.SURPRISE)
    )
    both = union_all(*map(select, each)).subquery().c
    latest = select(*both).order_by(both.year.desc(), both.kind, both.id.desc()).limit(spelt_out(SHOWN)).cte("latest")
    far = progress_of(select(latest.c.id), actor, today).subquery()
    return prepared(
        select(*(latest.c[name] for name in _TOLD), *list(far.c)[1:])
        .outerjoin_from(latest, far, far.c.plan_id == latest.c.id)
        .order_by(latest.c.year.desc(), latest.c.kind, latest.c.id.desc())
    )


_TOLD = ("id", "kind", "year", "title", "number", "issuing_unit")


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
