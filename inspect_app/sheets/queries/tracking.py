"""What a sheet of findings is compared with: the visits that the actor may write to, and what is written there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, joinedload

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import seen_by
from inspect_app.plans.models import Area
from inspect_app.sheets.models import Brought
from inspect_app.units.models import Lineage, Unit
from inspect_app.visits import policy
from inspect_app.visits import queries as visits
from inspect_app.visits.models import Visit, VisitState

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that judging a sheet asks about; four statements."""

    visits: dict[int, Visit]
    """Those that the actor may write findings down for."""
    names: dict[int, set[str]]
    """Visit -> every name that its unit has or had."""
    elsewhere: frozenset[str]
    """Names, folded, of all units."""
    areas: Sequence[Area]
    findings: dict[str, Finding]
    """By code: those that the sheet names and the actor may see."""
    written: dict[int, dict[str, str]]
    """Visit -> text -> code of what is written down there."""
    areas_meant: dict[str, str | None] = field(default_factory=dict)
    """As written -> code of the area, for what was asked already: a sheet names few of them thousands of times."""


def known(actor: Actor, codes: Collection[str]) -> Known:
    open_ = {visit.id: visit for visit in _open_to_writing(actor)}
    unit_ids = {visit.unit_id for visit in open_.values()}
    former = aliased(Unit)
    names = {visit.id: {visit.unit_name, visit.unit.name} for visit in open_.values()}
    rows = db.session.execute(
        select(Lineage.unit_id, former.name)
        .join(former, former.id == Lineage.predecessor_id)
        .where(Lineage.unit_id.in_(unit_ids))
    )
    by_unit: dict[int, set[str]] = {}
    for row in rows:
        by_unit.setdefault(row.unit_id, set()).add(row.name)
    for visit in open_.values():
        names[visit.id] |= by_unit.get(visit.unit_id, set())
    written: dict[int, dict[str, str]] = {}
    for one in db.session.execute(select(Finding.visit_id, Finding.text, Finding.code).where(_of(open_))):
        written.setdefault(one.visit_id, {})[one.text] = one.code
    found = db.session.scalars(
        select(Finding)
        .where(Finding.code.in_(sorted(codes)), seen_by(actor))
        .options(joinedload(Finding.visit).options(joinedload(Visit.plan), joinedload(Visit.unit)))
    )
    return Known(
        open_,
        names,
        frozenset(db.session.scalars(select(Unit.name_folded))),
        db.session.scalars(select(Area).order_by(Area.position)).all(),
        {finding.code: finding for finding in found},
        written,
    )


def _of(open_: dict[int, Visit]) -> Any:
    return Finding.visit_id.in_(sorted(open_))


def _open_to_writing(actor: Actor) -> list[Visit]:
    under_way = (VisitState.BEGUN, VisitState.REPORTED)
    rows = db.session.scalars(visits.visible_to(actor).where(Visit.state.in_(under_way))).unique()
    return [visit for visit in rows if policy.may_record(actor, visit)]


# Sheets that were brought in


def visible_to(actor: Actor) -> Select[Any]:
    """A person's own, as long as it is kept."""
    return select(Brought).where(Brought.person_id == actor.person_id)


def latest(actor: Actor) -> Sequence[Brought]:
    return db.session.scalars(visible_to(actor).order_by(Brought.id.desc()).limit(SHOWN)).all()


def choices_before(actor: Actor, kind: str, heads: str) -> dict[str, Any]:
    """What the person last took columns like these for, in sheets of this kind."""
    alike = visible_to(actor).where(Brought.kind == kind, Brought.heads == heads)
    found = db.session.scalars(alike.order_by(Brought.id.desc()).limit(1)).one_or_none()
    return dict(found.choices) if found else {}
