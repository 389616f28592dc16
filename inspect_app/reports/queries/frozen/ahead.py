"""What figures that are about to be frozen come to: added up by the database, before they are measured one by one."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, literal, select, union_all

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.reading_order import ids_among
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.core.these import one_of
from inspect_app.findings.models import FOREVER
from inspect_app.findings.queries import facts as f
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.plans.queries import counting, target_open_to
from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.frozen.freezing import Of, reviewer_of
from inspect_app.reports.queries.overview.facts import facts_of
from inspect_app.reports.queries.overview.known import plans_of
from inspect_app.reports.queries.overview.lines import View
from inspect_app.units.models import Unit
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import begun, inspected, open_to


class Ahead(NamedTuple):
    """Those of the `total` of `figures.figures` that are told before."""

    counted: int
    resolved: int
    on_time: int
    targets: int
    inspected: int
    self_inspections: int


def ahead(of: Of, scope: Unit, as_of: date) -> Ahead:
    """One statement, and one before it to learn which plans of a year concern the scope."""
    reader = reviewer_of(scope)
    known, whole, in_part = [], list[int](), list[int]()
    if of.plan is not None:
        known = in_part = [of.plan.id]
    else:
        plans = plans_of(reader, of.year)
        known, whole, in_part = [*plans.of(of.year)], plans.whole(of.year), plans.in_part(of.year)
    among = tuple(name for name, ids in (("whole", whole), ("in_part", in_part)) if ids)
    which = _ahead(shape_of(reader), View(of.year, Day(as_of, FOREVER)), among, one=of.plan is not None)
    asked = {**filling_of(reader), "known": known, "whole": whole, "in_part": in_part}
    return Ahead(*map(sum, zip(*db.session.execute(which, asked), strict=True)))


@built_once
def _ahead(actor: Actor, view: View, among: tuple[str, ...], *, one: bool) -> CompoundSelect[Any]:
    """Columns: those of `Ahead`. To be filled in: the plans `known`, those of them seen as a `whole` and those seen
    `in_part`. `among`: which of these two are not empty. `one`: they are one plan, not those of the year.
    """
    day = view.day.on
    findings = (
        _adding(rows, counted=f.counted(facts), resolved=f.resolved(facts), on_time=f.on_time(facts))
        for name in among
        for rows, facts in facts_of(actor, view, name, day, whole=name == "whole")
    )
    # Said of both: PostgreSQL would go through all plans there are beside the targets of these.
    aimed_at = select().select_from(Target).join(Target.plan).where(one_of(Target.plan_id, "known"))
    targets = aimed_at.where(one_of(Plan.id, "known"), counting(day), target_open_to(actor))
    its = one_of(Plan.id, "known") if one else Plan.year == view.year
    those = ids_among(Visit.plan_id, select(Plan.id).where(Plan.kind == PlanKind.SELF, its), walking=False)
    by_themselves = select().select_from(Visit).join(Visit.plan).where(those, begun(day), open_to(actor))
    return union_all(
        *findings,
        _adding(targets, targets=None, inspected=inspected(day)),
        _adding(by_themselves, self_inspections=None),
    )


def _adding(rows: Select[Any], **numbers: ColumnElement[bool] | None) -> Select[Any]:
    """How many of these rows there are that meet each condition, or how many at all."""
    each = {name: func.count() if which is None else func.count().filter(which) for name, which in numbers.items()}
    return rows.add_columns(*(each.get(name, literal(0)).label(name) for name in Ahead._fields))
