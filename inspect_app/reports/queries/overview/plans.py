"""The lines of the overview for plans: how many units were inspected, and what has come of what was found there."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    func,
    literal,
    select,
    union_all,
)

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared
from inspect_app.core.these import one_of
from inspect_app.findings.models import By, Finding, FindingCount, PlanStanding
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.kept import ITS_VISIT, standings_of_targets
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.plans.queries import counting, target_open_to
from inspect_app.reports.queries.overview.known import Known, Plans
from inspect_app.reports.queries.overview.lines import NAMES, Numbers, View, of_the_kinds
from inspect_app.reports.queries.overview.rows import KEPT, NO_DAY
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import begun, open_to

Found = tuple[Numbers, date | None]
"""What was found under a plan, and the latest deadline of what is still to be put right."""
STANDINGS = ("targets", "inspected", "told", "ended", "nothing_found", "self_inspections")


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


def by_plan(actor: Actor, view: View, plans: Plans, counted: Mapping[int, Found]) -> list[OfPlan]:
    """Plans of the year and of the year before it that the reader knows of, unsorted.

    `counted`: what was found under plans of which it is not kept.
    """
    years = (view.year, view.year - 1)
    known, reviewed = plans.of(*years), set[int]()
    if not known:
        return []
    if view.day.past is None:
        reviewed = {plan_id for plan_id, one in known.items() if one is Known.INSPECTIONS}
    asked = {
        "known": [*known],
        "whole": plans.whole(*years) if view.is_of_all_today else [],
        "reviewed": sorted(reviewed),
        "visited": sorted(known.keys() - reviewed),
    }
    among = tuple(name for name in ("whole", "reviewed", "visited") if asked[name])
    lines = db.session.execute(_by_plan(shape_of(actor), view, among), {**filling_of(actor), **asked})
    told = (_plan(line, counted.get(line.id), is_open=known[line.id] >= Known.OPENED) for line in lines)
    return [plan for plan in told if plan.is_open or plan.numbers.counted]


@built_once
def _by_plan(actor: Actor, view: View, among: tuple[str, ...]) -> Select[Any]:
    """Columns: id, kind, number, title, year, those of `Numbers`, last_due, and those of `STANDINGS`.

    To be filled in: the plans `known`; those whose findings are kept as a `whole`; those of which how far inspections
    have come is kept, since they are `reviewed`, or counted as `visited`. `among`: which of these three are not empty.
    """
    ways = {
        "whole": _findings_kept(view),
        "reviewed": _standings_kept(view),
        "visited": _standings_counted(actor, view),
    }
    each = union_all(*(part for name in among for part in ways[name])).subquery().c
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
    found = (
        select(Plan.id, Plan.kind, Plan.number, Plan.title, Plan.year, *list(summed.c)[1:])
        .outerjoin(summed, summed.c.plan_id == Plan.id)
        .where(one_of(Plan.id, "known"))
    )
    return found if "visited" in among else prepared(found)


def _findings_kept(view: View) -> Iterator[Select[Any]]:
    """Today's figures of plans that are seen as a whole; what is overdue and when the last is due, of what is live."""
    yield _line(FindingCount.key, KEPT).where(
        FindingCount.year.in_((view.year, view.year - 1)),
        *(FindingCount.by == By.PLAN, FindingCount.code == ""),
        one_of(FindingCount.key, "whole"),
    )
    late = {"overdue": func.count().filter(f.overdue(Finding, view.day.on))}
    live = _line(Finding.plan_id, late, func.max(Finding.deadline))
    yield live.where(f.live(Finding), one_of(Finding.plan_id, "whole")).group_by(Finding.plan_id)


def _standings_kept(view: View) -> Iterator[Select[Any]]:
    """How far inspections have come, today, of plans of which all of them may be seen."""
    kept = {name: getattr(PlanStanding, name) for name in STANDINGS}
    of_kinds = [PlanStanding.kind.in_(view.kinds)] if view.kinds else []
    yield _line(PlanStanding.plan_id, kept).where(one_of(PlanStanding.plan_id, "reviewed"), *of_kinds)


def _standings_counted(actor: Actor, view: View) -> Iterator[Select[Any]]:
    day, visited = view.day.on, one_of(Plan.id, "visited")
    of_targets = {column.name: column.element for column in standings_of_targets(day)}
    yield (
        _line(Target.plan_id, of_targets)
        .join(Target.plan)
        .outerjoin(Visit, and_(ITS_VISIT, one_of(Visit.plan_id, "visited")))
        .where(visited, one_of(Target.plan_id, "visited"), counting(day), target_open_to(actor))
        .where(*of_the_kinds(view, Target.unit_id))
        .group_by(Target.plan_id)
    )
    by_themselves = and_(Plan.kind == PlanKind.SELF, begun(day))
    yield (
        _line(Visit.plan_id, {"self_inspections": func.count()})
        .join(Visit.plan)
        .where(visited, one_of(Visit.plan_id, "visited"), by_themselves, open_to(actor))
        .where(*of_the_kinds(view, Visit.unit_id))
        .group_by(Visit.plan_id)
    )


def _line(
    plan_id: Any, numbers: Mapping[str, ColumnElement[int]], last_due: ColumnElement[date | None] = NO_DAY
) -> Select[Any]:
    """Of a plan: some of `NAMES` and `STANDINGS`, the others nothing."""
    said = {name: numbers.get(name, literal(0)).label(name) for name in (*NAMES, *STANDINGS)}
    return select(plan_id.label("plan_id"), last_due.label("last_due"), *said.values())


def _plan(line: Row[Any], counted: Found | None, *, is_open: bool) -> OfPlan:
    plan_id, kind, number, title, year, *rest = tuple(line)
    said, last_due, standings = rest[: len(NAMES)], rest[len(NAMES)], rest[len(NAMES) + 1 :]
    numbers, last_due = counted or (Numbers(*(int(one or 0) for one in said)), last_due)
    whole = (int(one or 0) for one in standings)
    return OfPlan(plan_id, kind, number, title, year, is_open, numbers, last_due, *whole)
