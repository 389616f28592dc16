"""The lines of the overview for plans: how many units were inspected, and what has come of what was found there."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Row,
    Select,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.findings.models import Finding, PlanStanding
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.kept import standings_of_targets
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.plans.queries import counting, target_open_to
from inspect_app.reports.queries.overview_lines import NAMES, Known, Numbers, Plans, View, narrowed, numbers_of
from inspect_app.units.models import Unit
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import begun, open_to

STANDINGS = ("targets", "inspected", "told", "ended", "nothing_found", "self_inspections")
_KNOWN: BindParameter[Any] = bindparam("known", expanding=True)
_KEPT: BindParameter[Any] = bindparam("kept", expanding=True)
_COUNTED: BindParameter[Any] = bindparam("counted", expanding=True)
_NO_FIGURES: tuple[Any, ...] = (*(literal(0) for _name in NAMES), cast(null(), Date))


class OfPlan(NamedTuple):
    id: int
    kind: PlanKind
    number: str
    title: str
    year: int
    is_open: bool
    """The reader may open the plan itself; otherwise they know it from findings of theirs."""
    numbers: Numbers
    last_due: date | None
    """The latest deadline of what is still to be put right."""
    targets: int
    inspected: int
    told: int
    """Targets of which it was reported what was found, be it nothing."""
    ended: int
    """Targets with a conclusion, or closed without findings."""
    nothing_found: int
    self_inspections: int

    def is_finished(self, view: View) -> bool:
        """Every unit inspected and concluded, everything put right; self-inspections: everything, and the year over."""
        if self.numbers.live:
            return False
        if self.kind is PlanKind.SELF:
            return view.day.on.year > self.year
        return self.targets == self.ended > 0

    @property
    def is_empty(self) -> bool:
        """Nothing of it concerns the units looked at."""
        return not (self.numbers.counted or self.targets or self.self_inspections)


def by_plan(actor: Actor, view: View, plans: Plans) -> list[OfPlan]:
    """Plans of the year and of the year before it that the reader knows of, unsorted."""
    known = {**plans[view.year], **plans[view.year - 1]}
    kept = set[int]()
    if view.day.past is None and not view.kinds:
        kept = {plan_id for plan_id, one in known.items() if one is Known.INSPECTIONS}
    counted = known.keys() - kept
    asked = {**filling_of(actor), "known": [*known], "kept": sorted(kept), "counted": sorted(counted)}
    lines = db.session.execute(_by_plan(shape_of(actor), view, bool(kept), bool(counted)), asked)
    told = (_plan(line, is_open=known[line.id] >= Known.OPENED) for line in lines)
    return [plan for plan in told if plan.is_open or plan.numbers.counted]


@built_once
def _by_plan(actor: Actor, view: View, kept: bool, counted: bool) -> Select[Any]:
    """Columns: id, kind, number, title, year, those of `Numbers`, last_due, and those of `STANDINGS`.

    To be filled in: the plans `known`, and of those which how far inspections have come is `kept` of, or `counted`.
    """
    none = literal(0)
    rows, facts = narrowed(actor, view, _KNOWN)
    found = rows.add_columns(
        Finding.plan_id,
        *numbers_of(facts, view.day.on),
        func.max(case((f.live(facts), facts.deadline))).label("last_due"),
        *(none.label(name) for name in STANDINGS),
    ).group_by(Finding.plan_id)
    inspections = (*(_standings_kept() if kept else ()), *(_standings_counted(actor, view) if counted else ()))
    each = union_all(found, *inspections).subquery().c
    summed = (
        select(
            each.plan_id,
            *(func.sum(each[name]).label(name) for name in NAMES),
            func.max(each.last_due).label("last_due"),
            *(func.sum(each[name]).label(name) for name in STANDINGS),
        )
        .group_by(each.plan_id)
        .subquery()
    )
    return (
        select(Plan.id, Plan.kind, Plan.number, Plan.title, Plan.year, *list(summed.c)[1:])
        .outerjoin(summed, summed.c.plan_id == Plan.id)
        .where(Plan.id.in_(_KNOWN))
    )


def _standings_kept() -> Iterator[Select[Any]]:
    """How far inspections have come, today and of all units, of plans of which all of them may be seen."""
    numbers = (getattr(PlanStanding, name) for name in STANDINGS)
    yield select(PlanStanding.plan_id, *_NO_FIGURES, *numbers).where(PlanStanding.plan_id.in_(_KEPT))


def _standings_counted(actor: Actor, view: View) -> Iterator[Select[Any]]:
    day, none = view.day.on, literal(0)
    yield (
        select(Target.plan_id, *_NO_FIGURES, *standings_of_targets(day), none)
        .join(Target.plan)
        .join(Target.unit)
        .where(Target.plan_id.in_(_COUNTED), counting(day), target_open_to(actor), *_kinds(view))
        .group_by(Target.plan_id)
    )
    yield (
        select(Visit.plan_id, *_NO_FIGURES, *[none] * 5, func.count())
        .join(Visit.plan)
        .join(Visit.unit)
        .where(Visit.plan_id.in_(_COUNTED), Plan.kind == PlanKind.SELF, begun(day), open_to(actor), *_kinds(view))
        .group_by(Visit.plan_id)
    )


def _plan(line: Row[Any], *, is_open: bool) -> OfPlan:
    plan_id, kind, number, title, year, *rest = tuple(line)
    said, last_due, standings = rest[: len(NAMES)], rest[len(NAMES)], rest[len(NAMES) + 1 :]
    numbers = Numbers(*(int(one or 0) for one in said))
    whole = (int(one or 0) for one in standings)
    return OfPlan(plan_id, kind, number, title, year, is_open, numbers, last_due, *whole)


def _kinds(view: View) -> list[ColumnElement[bool]]:
    return [Unit.kind.in_(view.kinds)] if view.kinds else []
