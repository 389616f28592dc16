"""Counting so that it can be proved: every finding and unit that a figure counts, one by one, and their sums.

Counted for a scope, not for a reader: whoever counts again years later gets what a reviewer of that unit gets.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import aliased

from inspect_app.core.actor import Actor, Held, Role
from inspect_app.core.db import db
from inspect_app.findings.models import FOREVER, Finding
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.rows import counts_as, issued_rows
from inspect_app.reports.queries.units import Standing, aims
from inspect_app.units.models import Unit
from inspect_app.units.queries import predecessors_of
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import begun, open_to

Document = dict[str, Any]
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
    reader, day = _reviewer_of(scope), Day(as_of, FOREVER)
    rows = _rows(reader, of, day)
    targets = sorted(aims(reader, of.plans, day), key=lambda aim: (aim.plan_id, aim.unit_id))
    visits = _self_inspections(reader, of, as_of) if of.plan is None or of.plan.kind is PlanKind.SELF else []
    ids = {one.plan_id for several in (rows, targets, visits) for one in several} if named else set()
    plans = [of.plan] if of.plan else db.session.scalars(select(Plan).where(Plan.id.in_(sorted(ids)))) if ids else ()
    units = {
        **{row.unit_id: (row.unit_code, row.unit_name, row.unit_kind) for row in rows},
        **{row.responsible_unit_id: (row.heir_code, row.heir_name, row.heir_kind) for row in rows},
        **{visit.unit_id: (visit.code, visit.unit_name, visit.kind) for visit in visits},
        **{aim.unit_id: (aim.unit_code, aim.unit_name, aim.unit_kind) for aim in targets},
    }
    return Measured(
        findings=[_finding(row) for row in rows],
        targets=[{"plan": aim.plan_id, "unit": aim.unit_id, "standing": aim.standing} for aim in targets],
        self_inspections=[
            {"visit": one.id, "plan": one.plan_id, "unit": one.unit_id, "began_on": one.began_on.isoformat()}
            for one in visits
        ],
        units={str(key): {"code": code, "name": name, "kind": kind.value} for key, (code, name, kind) in units.items()},
        plans={str(plan.id): _plan(plan) for plan in plans},
        areas={row.area_code: {"position": row.area_position, "name": row.area_name} for row in rows},
    )


def figures(
    findings: Sequence[Document],
    targets: Sequence[Document],
    self_inspections: Sequence[Document],
    units: Mapping[str, Document],
) -> Document:
    """The sums of what was measured. In plain Python: they hold for a document that was read from a file, too.

    `total`, `by_plan`, `by_kind` and `by_unit` of the unit inspected, `by_responsible`, `by_area`: what findings count
    as, in the names of `Tally`, and days_taken, targets, inspected, self_inspections. What is 0 is left out.
    """
    kind_of = {int(key): unit["kind"] for key, unit in units.items()}
    return {
        "total": _sums(findings, targets, self_inspections),
        "by_plan": _by(lambda one: str(one["plan"]), findings, targets, self_inspections),
        "by_kind": _by(lambda one: kind_of[one["unit"]], findings, targets, self_inspections),
        "by_unit": _by(lambda one: str(one["unit"]), findings, targets, self_inspections),
        "by_responsible": _by(lambda one: str(one["responsible"]), findings),
        "by_area": _by(lambda one: one["area"], findings),
    }


def _by(key: Any, *parts: Sequence[Document]) -> Document:
    found: dict[str, list[list[Document]]] = {}
    for place, rows in enumerate(parts):
        for row in rows:
            found.setdefault(key(row), [[], [], []])[place].append(row)
    return {name: _sums(*grouped) for name, grouped in found.items()}


def _sums(
    findings: Iterable[Document], targets: Sequence[Document] = (), self_inspections: Sequence[Document] = ()
) -> Document:
    numbers: Counter[str] = Counter()
    for finding in findings:
        numbers.update(finding["counts_as"])
        if "resolved" in finding["counts_as"]:
            numbers["days_taken"] += finding["days_taken"] or 0
    numbers["targets"] = len(targets)
    numbers["inspected"] = sum(target["standing"] != Standing.AHEAD for target in targets)
    numbers["self_inspections"] = len(self_inspections)
    return {name: number for name, number in numbers.items() if number}


def _reviewer_of(scope: Unit) -> Actor:
    """Nobody in particular, who reviews the unit."""
    held = Held(Role.REVIEWER, scope.id, scope.path, predecessors_of(scope.path))
    return Actor(person_id=None, name="", grants=(held,))


def _plan(plan: Plan) -> Document:
    return {"kind": plan.kind.value, "number": plan.number, "title": plan.title, "year": plan.year}


def _ids(of: Of) -> Select[int]:
    return select(Plan.id).where(of.plans)


def _rows(reader: Actor, of: Of, day: Day) -> list[Row[Any]]:
    """The columns of `issued_rows`, unit_code, unit_kind, heir_code, heir_name, heir_kind."""
    query, facts = issued_rows(reader, day)
    inspected, heir = aliased(Unit), aliased(Unit)
    return list(
        db.session.execute(
            query.where(Finding.plan_id.in_(_ids(of)))
            .join(inspected, inspected.id == Finding.unit_id)
            .join(heir, heir.id == facts.responsible_unit_id)
            .add_columns(
                inspected.code.label("unit_code"),
                inspected.kind.label("unit_kind"),
                heir.code.label("heir_code"),
                heir.name.label("heir_name"),
                heir.kind.label("heir_kind"),
            )
            .order_by(Finding.id)
        )
    )


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


def _finding(row: Row[Any]) -> Document:
    facts = {
        "id": row.id,
        "code": row.code,
        "plan": row.plan_id,
        "unit": row.unit_id,
        "responsible": row.responsible_unit_id,
        "area": row.area_code,
        "state": row.state.value,
        "issued_on": _iso(row.issued_on),
        "baseline": _iso(row.baseline),
        "deadline": _iso(row.deadline),
        "submitted_on": _iso(row.submitted_on),
        "resolved_on": _iso(row.resolved_on),
        "days_late": row.days_late,
        "days_taken": row.days_taken,
    }
    return {**facts, "counts_as": sorted(name for name, holds in counts_as(row).items() if holds)}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
