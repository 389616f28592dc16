"""Counting so that it can be proved: every finding and unit that a figure counts, one by one, and their sums.

Counted for a scope, not for a reader: whoever counts again years later gets what a reviewer of that unit gets.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, String, case, literal_column, select, type_coerce
from sqlalchemy.orm import aliased

from inspect_app.core.actor import Actor, Held, Role
from inspect_app.core.db import db
from inspect_app.findings.models import FOREVER, Finding
from inspect_app.plans.models import Area, Plan, PlanKind
from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.frozen_figures import Document, figures
from inspect_app.reports.queries.rows import SORTS, issued_rows
from inspect_app.reports.queries.tally import sorts
from inspect_app.reports.queries.units import aims
from inspect_app.units.models import Unit
from inspect_app.units.queries import predecessors_of
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import begun, open_to

Names = tuple[str, str, str]
"""Of a unit: its code, its name, its kind."""
AT_A_TIME = 1000
"""Rows fetched: a year has a hundred thousand of them, which are kept in another shape."""
FACTS = (
    *("code", "plan", "unit", "responsible", "area", "state", "issued_on", "baseline", "deadline"),
    *("submitted_on", "resolved_on", "days_late", "days_taken", "counts_as"),
)
"""What is kept of each finding, beside its id."""


@dataclass(frozen=True, slots=True)
class Of:
    """What figures are of: one plan, or all plans of a year."""

    year: int
    plan: Plan | None = None

    @property
    def plans(self) -> ColumnElement[bool]:
        """Condition on `Plan`."""
        return Plan.year == self.year if self.plan is None else Plan.id == self.plan.id


@dataclass(frozen=True, slots=True)
class Measured:
    """What a report counts in a scope on a day; plain values only, in one fixed order."""

    findings: list[Document]
    """By id: `FACTS`."""
    targets: list[Document]
    """By plan and unit: plan, unit, standing."""
    self_inspections: list[Document]
    """By visit: visit, plan, unit, began_on."""
    units: dict[str, Document]
    """Id -> code, name, kind of every unit that is named."""
    plans: dict[str, Document]
    """Id -> kind, number, title, year of every plan that something is counted of."""
    areas: dict[str, Document]
    """Code -> position, name of every area that is named."""

    @property
    def figures(self) -> Document:
        return figures(self.findings, self.targets, self.self_inspections, self.units)


def canonical(document: Mapping[str, Any]) -> str:
    """The one way to write a document: sorted names, no spaces, no escapes but those that JSON demands."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def measure(of: Of, scope: Unit, as_of: date, *, named: bool = True) -> Measured:
    """Four statements at most: the findings, the targets, the self-inspections, and the names of many plans.

    Whoever only compares needs no plan `named`.
    """
    reader, day = reviewer_of(scope), Day(as_of, FOREVER)
    found = _found(reader, of, day)
    targets = sorted(aims(reader, of.plans, day), key=lambda aim: (aim.plan_id, aim.unit_id))
    visits = _self_inspections(reader, of, as_of) if of.plan is None or of.plan.kind is PlanKind.SELF else []
    ids = {one["plan"] for one in found.findings} | {one.plan_id for one in (*targets, *visits)} if named else set()
    plans = [of.plan] if of.plan else db.session.scalars(select(Plan).where(Plan.id.in_(sorted(ids)))) if ids else ()
    units = {
        **found.inspected,
        **found.answering,
        **{visit.unit_id: (visit.code, visit.unit_name, visit.kind.value) for visit in visits},
        **{aim.unit_id: (aim.unit_code, aim.unit_name, aim.unit_kind.value) for aim in targets},
    }
    return Measured(
        findings=found.findings,
        targets=[{"plan": aim.plan_id, "unit": aim.unit_id, "standing": aim.standing} for aim in targets],
        self_inspections=[
            {"visit": one.id, "plan": one.plan_id, "unit": one.unit_id, "began_on": one.began_on.isoformat()}
            for one in visits
        ],
        units={str(key): {"code": code, "name": name, "kind": kind} for key, (code, name, kind) in units.items()},
        plans={str(plan.id): _plan(plan) for plan in plans},
        areas=found.areas,
    )


def reviewer_of(scope: Unit) -> Actor:
    """Nobody in particular, who reviews the unit."""
    held = Held(Role.REVIEWER, scope.id, scope.path, predecessors_of(scope.path))
    return Actor(person_id=None, name="", grants=(held,))


def _plan(plan: Plan) -> Document:
    return {"kind": plan.kind.value, "number": plan.number, "title": plan.title, "year": plan.year}


def _ids(of: Of) -> Select[int]:
    return select(Plan.id).where(of.plans)


@dataclass(slots=True)
class _Found:
    findings: list[Document] = field(default_factory=list)
    inspected: dict[int, Names] = field(default_factory=dict)
    answering: dict[int, Names] = field(default_factory=dict)
    areas: dict[str, Document] = field(default_factory=dict)


def _found(reader: Actor, of: Of, day: Day) -> _Found:
    """What counts alike has one list of names in common: nobody is to change it."""
    found, ways = _Found(), dict[int, list[str]]()
    for rows in db.session.connection().execute(_one_by_one(reader, of, day)).partitions(AT_A_TIME):
        for row in rows:
            finding_id, code, plan, unit, responsible, area, state, *days, days_late, days_taken, marks = row[:15]
            issued_on, baseline, deadline, submitted_on, resolved_on = days
            if marks not in ways:
                ways[marks] = sorted(name for at, name in enumerate(SORTS) if marks >> at & 1)
            found.findings.append(
                {
                    "id": finding_id,
                    "code": code,
                    "plan": plan,
                    "unit": unit,
                    "responsible": responsible,
                    "area": area,
                    "state": state,
                    "issued_on": issued_on and issued_on.isoformat(),
                    "baseline": baseline and baseline.isoformat(),
                    "deadline": deadline and deadline.isoformat(),
                    "submitted_on": submitted_on and submitted_on.isoformat(),
                    "resolved_on": resolved_on and resolved_on.isoformat(),
                    "days_late": days_late,
                    "days_taken": days_taken,
                    "counts_as": ways[marks],
                }
            )
            found.inspected[unit], found.answering[responsible] = row[15:18], row[18:21]
            if area not in found.areas:
                found.areas[area] = {"position": row.area_position, "name": row.area_name}
    return found


def _one_by_one(reader: Actor, of: Of, day: Day) -> Select[Any]:
    """Columns: id, code, plan_id, unit_id, responsible_unit_id, area_code, state, issued_on, baseline, deadline,
    submitted_on, resolved_on, days_late, days_taken, marks (a bit for each of `SORTS`); unit_code, unit_name,
    unit_kind, heir_code, heir_name, heir_kind, area_position, area_name.
    """
    query, facts = issued_rows(reader, day)
    inspected, heir = aliased(Unit), aliased(Unit)
    each = (
        query.where(Finding.plan_id.in_(_ids(of)))
        .join(inspected, inspected.id == Finding.unit_id)
        .join(heir, heir.id == facts.responsible_unit_id)
        .with_only_columns(
            *(Finding.id, Finding.code, Finding.plan_id, Finding.unit_id, facts.responsible_unit_id),
            *(facts.area_code, type_coerce(facts.state, String).label("state")),
            *(facts.issued_on, facts.baseline, facts.deadline, facts.submitted_on, facts.resolved_on),
            *(facts.days_late, facts.days_taken, _marks(facts, day).label("marks")),
            *(inspected.code.label("unit_code"), Finding.unit_name, _kind(inspected).label("unit_kind")),
            *(heir.code.label("heir_code"), heir.name.label("heir_name"), _kind(heir).label("heir_kind")),
            *(Area.position.label("area_position"), Area.short_name.label("area_name")),
        )
        .subquery()
    )
    return select(each).order_by(each.c.id)


def _kind(unit: Any) -> ColumnElement[str]:
    """As it is kept: of thousands of lines, at half the price of the column's type."""
    return type_coerce(unit.kind, String)


def _marks(facts: Any, day: Day) -> ColumnElement[int]:
    """All that a finding counts as in one number: a year has a hundred thousand findings to be read."""
    holds = sorts(facts, day)
    nothing = literal_column("0", Integer)
    bits = (case((holds[name], literal_column(str(1 << at), Integer)), else_=nothing) for at, name in enumerate(SORTS))
    return reduce(add, bits)


def _self_inspections(reader: Actor, of: Of, as_of: date) -> list[Row[Any]]:
    return list(
        db.session.execute(
            select(Visit.id, Visit.plan_id, Visit.unit_id, Visit.unit_name, Visit.began_on, Unit.code, Unit.kind)
            .join(Visit.plan)
            .join(Visit.unit)
            .where(of.plans, Plan.kind == PlanKind.SELF, begun(as_of), open_to(reader))
            .order_by(Visit.id)
        )
    )
