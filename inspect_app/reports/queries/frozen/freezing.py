"""Counting so that it can be proved: every finding and unit that a figure counts, one by one, and their sums.

Counted for a scope, not for a reader: whoever counts again years later gets what a reviewer of that unit gets.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from itertools import islice
from operator import add, attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    String,
    case,
    literal_column,
    null,
    select,
    type_coerce,
    union_all,
)

from inspect_app.core.actor import Actor, Held, Role
from inspect_app.core.db import db
from inspect_app.core.reading_order import gathered
from inspect_app.core.these import one_of
from inspect_app.findings.models import FOREVER, Finding, State
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries import seen_by
from inspect_app.plans.models import Area, Plan, PlanKind
from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.frozen.document import LINE, Texts, quoted
from inspect_app.reports.queries.frozen.figures import Document, Sums, figures
from inspect_app.reports.queries.rows import SORTS
from inspect_app.reports.queries.tally import sorts
from inspect_app.reports.queries.units import aims
from inspect_app.units.models import Unit
from inspect_app.units.queries import predecessors_of
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import begun, open_to

AT_A_TIME = 1000
"""Findings that are in memory."""
Take = Callable[[Sequence[str]], None]
"""Is handed the next findings, as they are written."""


@dataclass(frozen=True, slots=True)
class Of:
    """What figures are of: one plan, or all plans of a year."""

    year: int
    plan: Plan | None = None

    @property
    def plans(self) -> ColumnElement[bool]:
        """Condition on `Plan`."""
        return Plan.year == self.year if self.plan is None else Plan.id == self.plan.id


@dataclass(frozen=True)
class Measured:
    """What a report counts in a scope on a day; plain values only, in one fixed order. Names are read when asked for:
    one statement for units and areas, one for plans.
    """

    of: Of
    sums: Sums
    """Of the findings, which went by."""
    targets: list[Document]
    """By plan and unit: plan, unit, standing."""
    self_inspections: list[Document]
    """By visit: visit, plan, unit, began_on."""
    went_by: Mapping[int, str]
    """Every unit that is named -> its name as it was written down; empty where it goes by its own."""

    @property
    def figures(self) -> Document:
        return figures(self.sums, self.targets, self.self_inspections, self.units)

    @property
    def units(self) -> dict[str, Document]:
        """Id -> code, name, kind of every unit that is named."""
        return self._names[0]

    @property
    def areas(self) -> dict[str, Document]:
        """Code -> position, name of every area that is named."""
        return self._names[1]

    @cached_property
    def plans(self) -> dict[str, Document]:
        """Id -> kind, number, title, year of the plan, or of every plan that something is counted of."""
        counted = self.sums.keys("plan").union(one["plan"] for one in (*self.targets, *self.self_inspections))
        ids = counted if self.of.plan is None else {self.of.plan.id}
        its = select(Plan.id, Plan.kind, Plan.number, Plan.title, Plan.year).where(one_of(Plan.id, "plans"))
        return {
            str(key): {"kind": kind.value, "number": number, "title": title, "year": year}
            for key, kind, number, title, year in db.session.execute(its, {"plans": sorted(ids)})
        }

    @cached_property
    def _names(self) -> tuple[dict[str, Document], dict[str, Document]]:
        units, areas, counted = dict[str, Document](), dict[str, Document](), self.sums.keys("area")
        of_units = select(Unit.id, Unit.code, Unit.name, _plainly(Unit.kind), null()).where(one_of(Unit.id, "units"))
        of_areas = select(null(), Area.code, Area.short_name, null(), Area.position)
        both: CompoundSelect[Any] = union_all(of_units, of_areas)
        for key, code, name, kind, position in db.session.execute(both, {"units": sorted(self.went_by)}):
            if key is not None:
                units[str(key)] = {"code": code, "name": self.went_by[key] or name, "kind": kind}
            elif code in counted:
                areas[code] = {"position": position, "name": name}
        return units, areas


def measure(of: Of, scope: Unit, as_of: date, take: Take = lambda _lines: None) -> Measured:
    """Three statements at most: the findings, the targets, the self-inspections.

    `take` is handed the findings as they come, by id.
    """
    reader, day = reviewer_of(scope), Day(as_of, FOREVER)
    sums, inspected = _found(reader, of, day, take)
    targets = sorted(aims(reader, of.plans, day), key=attrgetter("plan_id", "unit_id"))
    visits = _self_inspections(reader, of, as_of) if of.plan is None or of.plan.kind is PlanKind.SELF else []
    return Measured(
        of,
        sums,
        targets=[{"plan": aim.plan_id, "unit": aim.unit_id, "standing": aim.standing} for aim in targets],
        self_inspections=[
            {"visit": one.id, "plan": one.plan_id, "unit": one.unit_id, "began_on": one.began_on.isoformat()}
            for one in visits
        ],
        went_by={
            **inspected,
            **dict.fromkeys(sums.keys("responsible"), ""),
            **{visit.unit_id: visit.unit_name for visit in visits},
            **{aim.unit_id: "" for aim in targets},
        },
    )


def reviewer_of(scope: Unit) -> Actor:
    """Nobody in particular, who reviews the unit."""
    held = Held(Role.REVIEWER, scope.id, scope.path, predecessors_of(scope.path))
    return Actor(person_id=None, name="", grants=(held,))


def _found(reader: Actor, of: Of, day: Day, take: Take) -> tuple[Sums, dict[int, str]]:
    """The sums of the findings, which are handed on, and by what name each unit went that was inspected."""
    sums, inspected, said, ways = Sums(), dict[int, str](), Texts(), _Ways()
    asked = _one_by_one(reader, of, day)
    rows = db.session.connection().execute(asked, execution_options={"yield_per": AT_A_TIME})
    for several in rows.partitions():
        lines = []
        for row in several:
            number, code, area, plan, unit, responsible, days_taken, marks, name, state, days_late, *days = row
            issued_on, baseline, deadline, submitted_on, resolved_on = days
            way = ways[marks]
            lines.append(
                LINE
                % (
                    *(said[area], said[baseline], quoted(code), said[way], said[days_late], said[days_taken]),
                    *(said[deadline], number, said[issued_on], plan, said[resolved_on], responsible, said[state]),
                    *(said[submitted_on], unit),
                )
            )
            inspected[unit] = name
        take(lines)
        *facts, marked = islice(zip(*several, strict=True), 2, 8)
        sums.add(
            {
                **dict(zip(("area", "plan", "unit", "responsible", "days_taken"), facts, strict=True)),
                "counts_as": [ways[each] for each in marked],
            }
        )
    return sums, inspected


class _Ways(dict[int, tuple[str, ...]]):
    """What a finding counts as whose bits these are: the names, sorted. What counts alike has them in common."""

    def __missing__(self, marks: int) -> tuple[str, ...]:
        way = self[marks] = tuple(sorted(name for at, name in enumerate(SORTS) if marks >> at & 1))
        return way


def _one_by_one(reader: Actor, of: Of, day: Day) -> Select[Any]:
    """Columns: id, code, area_code, plan_id, unit_id, responsible_unit_id, days_taken, marks (a bit for each of
    `SORTS`), unit_name, state, days_late, issued_on, baseline, deadline, submitted_on, resolved_on.

    Days are as the driver has them: they are only written down.
    """
    query, facts = f.facts_on(select().select_from(Finding).where(seen_by(reader)), day.past)
    days = (facts.issued_on, facts.baseline, facts.deadline, facts.submitted_on, facts.resolved_on)
    each = (
        query.where(facts.state != State.RECORDED, Finding.plan_id.in_(select(Plan.id).where(of.plans)))
        .add_columns(
            *(Finding.id, Finding.code, facts.area_code, Finding.plan_id, Finding.unit_id),
            *(facts.responsible_unit_id, facts.days_taken, _marks(facts, day).label("marks")),
            *(Finding.unit_name, _plainly(facts.state), facts.days_late, *map(_plainly, days)),
        )
        .subquery()
    )
    return select(each).order_by(gathered(each.c.id))


def _plainly(column: Any) -> ColumnElement[str]:
    """As it is kept: of thousands of lines, at half the price of the column's type."""
    return type_coerce(column, String).label(column.key)


def _marks(facts: Any, day: Day) -> ColumnElement[int]:
    """All that a finding counts as in one number: a year has a hundred thousand findings to be read."""
    holds = sorts(facts, day)
    nothing = literal_column("0", Integer)
    bits = (case((holds[name], literal_column(str(1 << at), Integer)), else_=nothing) for at, name in enumerate(SORTS))
    return reduce(add, bits)


def _self_inspections(reader: Actor, of: Of, as_of: date) -> list[Row[Any]]:
    return list(
        db.session.execute(
            select(Visit.id, Visit.plan_id, Visit.unit_id, Visit.unit_name, Visit.began_on)
            .join(Visit.plan)
            .where(of.plans, Plan.kind == PlanKind.SELF, begun(as_of), open_to(reader))
            .order_by(Visit.id)
        )
    )
