"""A plan as its report is opened: with the unit of whoever reads it and what was frozen of it. One statement."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, select, true
from sqlalchemy.orm import aliased, joinedload

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared
from inspect_app.plans.models import Plan
from inspect_app.plans.queries import THE_PLAN, visible_to
from inspect_app.reports.models import Snapshot
from inspect_app.reports.queries.frozen.snapshots import open_to
from inspect_app.units.models import Unit

FEW = 3
Home = aliased(Unit)


class Frozen(NamedTuple):
    """As `Snapshot` has it."""

    id: int
    title: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Opened:
    plan: Plan
    home: Unit | None
    """The reader's own unit with the one above it: who a printed report comes from."""
    frozen: list[Frozen]
    """What the reader may open of it, the latest few, latest first."""


def opened(actor: Actor, plan_id: int) -> Opened | None:
    """None where the plan does not exist for the actor."""
    rows = db.session.execute(_opened(shape_of(actor)), {**filling_of(actor), "plan_id": plan_id}).all()
    if not rows:
        return None
    plan, home, *_frozen = rows[0]
    return Opened(plan, home, [Frozen(*frozen) for _plan, _home, *frozen in rows if frozen[0] is not None])


@built_once
def _opened(actor: Actor) -> Select[Any]:
    columns = (Snapshot.id, Snapshot.title, Snapshot.as_of)
    of_it = select(*columns).where(Snapshot.plan_id == THE_PLAN, open_to(actor))
    latest = of_it.order_by(Snapshot.id.desc()).limit(FEW).subquery()
    return prepared(
        visible_to(actor)
        .select_from(Plan)
        .add_columns(Home, *latest.c)
        .outerjoin(Home, Home.id == actor.home_unit_id)
        .outerjoin(latest, true())
        .where(Plan.id == THE_PLAN)
        .options(joinedload(Home.parent))
        .order_by(latest.c.id.desc())
    )
