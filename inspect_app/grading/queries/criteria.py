"""The two criteria of the index that inspections decide: the numbers behind them, and the rows behind the numbers.

Both are of the year's inspection plans, scheduled and surprise; what units found by themselves is left out. "Inspected"
and "handled" mean what they mean in every report (`visits.queries`, `findings.queries`), on the day asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, func, select

from inspect_app.core.actor import Actor, covers_everything
from inspect_app.core.db import db
from inspect_app.core.reading_order import ids_among
from inspect_app.core.shapes import filling_with
from inspect_app.findings.models import Finding, State
from inspect_app.findings.queries import Filter, chosen, counted, facts_on, resolved, seen_by, sort_keys
from inspect_app.grading.models import Criterion
from inspect_app.grading.policy import GROUPS, Award, Rules, award, day_of
from inspect_app.grading.queries.matching import graded_on
from inspect_app.grading.queries.scores import READERS
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.reports.queries import Day
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import within
from inspect_app.visits import queries as visits

INSPECTIONS = (PlanKind.SCHEDULED, PlanKind.SURPRISE)


def sees_everything(actor: Actor) -> bool:
    """Whether there is nothing that these figures leave out for them."""
    return covers_everything(actor.held(*READERS))


@dataclass(frozen=True, slots=True)
class Measure:
    """One group's two criteria on a day."""

    kind: UnitKind
    awards: Mapping[Criterion, Award]
    ended: int
    """Units that were inspected and are not in force on the day of the denominator: counted nowhere."""
    counted_on: date
    """The day on which the units of the group are counted."""


def measures(actor: Actor, year: int, day: Day, rules: Mapping[UnitKind, Rules]) -> list[Measure]:
    """Of every group of `rules` that has a unit in force in the actor's scope: three statements.

    Columns: unit_kind and how many units are in force; how many of those were inspected, and how many units at all; how
    many findings count, and how many are resolved.
    """
    last = day_of(year, day.on)
    units = dict(_pairs(select(Unit.kind, func.count()).where(*_members(actor, last)).group_by(Unit.kind)))
    inspected = {row[0]: row for row in db.session.execute(_inspected_by_kind(actor, year, day.on, last))}
    found = {row[0]: row for row in db.session.execute(_handled_by_kind(actor, year, day))}
    nothing: tuple[Any, int, int] = (None, 0, 0)
    made = []
    for kind in GROUPS:
        if not units.get(kind) or kind not in rules:
            continue
        (_k, visited, ever), (_k, whole, done) = inspected.get(kind, nothing), found.get(kind, nothing)
        awards = {
            Criterion.INSPECTED: award(rules[kind], Criterion.INSPECTED, visited, units[kind]),
            Criterion.HANDLED: award(rules[kind], Criterion.HANDLED, done, whole),
        }
        made.append(Measure(kind, awards, ever - visited, last))
    return made


def measure_of(actor: Actor, year: int, day: Day, kind: UnitKind, criterion: Criterion, rules: Rules) -> Award:
    """One criterion of one group: the same numbers as in `measures`, in one statement or two."""
    if criterion is Criterion.HANDLED:
        row = db.session.execute(_handled_by_kind(actor, year, day).where(Unit.kind == kind)).first()
        return award(rules, criterion, row[2], row[1]) if row else award(rules, criterion, 0, 0)
    last = day_of(year, day.on)
    whole = db.session.scalar(select(func.count()).select_from(Unit).where(*_members(actor, last), Unit.kind == kind))
    row = db.session.execute(_inspected_by_kind(actor, year, day.on, last).where(Unit.kind == kind)).first()
    return award(rules, criterion, row[1] if row else 0, whole or 0)


def _pairs(rows: Select[*tuple[Any, ...]]) -> list[tuple[Any, Any]]:
    return [(row[0], row[1]) for row in db.session.execute(rows)]


def _members(actor: Actor, last: date) -> tuple[ColumnElement[bool], ...]:
    """Conditions on `Unit`: the denominator of the first criterion."""
    return Unit.kind.in_(GROUPS), graded_on(last), within(Unit.id, actor.held(*READERS))


def aims(actor: Actor, year: int, on: date) -> Select[Any]:
    """The targets of the year's inspections that had begun by the day."""
    return visits.counted(actor, on).where(*_of_year(year), visits.inspected(on))


def _of_year(year: int) -> tuple[ColumnElement[bool], ...]:
    return Plan.year == year, Plan.kind.in_(INSPECTIONS)


def _inspected_by_kind(actor: Actor, year: int, on: date, last: date) -> Select[*tuple[Any, ...]]:
    """Whether a unit is in force is asked once of each, however many inspections it had."""
    units = aims(actor, year, on).with_only_columns(Target.unit_id)
    return (
        select(Unit.kind, func.count().filter(graded_on(last)), func.count())
        .where(Unit.id.in_(units), within(Unit.id, actor.held(*READERS)))
        .group_by(Unit.kind)
    )


def _handled_by_kind(actor: Actor, year: int, day: Day) -> Select[*tuple[Any, ...]]:
    base = (
        select()
        .select_from(Finding)
        .join(Unit, Unit.id == Finding.unit_id)
        .join(Plan, Plan.id == Finding.plan_id)
        .where(seen_by(actor), *_of_year(year))
    )
    query, facts = facts_on(base, day.past)
    return query.add_columns(
        Unit.kind, func.count().filter(counted(facts)), func.count().filter(resolved(facts))
    ).group_by(Unit.kind)


# The rows behind the numbers


def members(
    actor: Actor, year: int, on: date, kind: UnitKind | None = None, *, inspected: bool = False
) -> Select[*tuple[Any, ...]]:
    """(id, name, kind, sort_key, inspected), unsorted: the units of the first criterion, all or those inspected."""
    begun = aims(actor, year, on).with_only_columns(Unit.id)
    rows = select(Unit.id, Unit.name, Unit.kind, Unit.sort_key, Unit.id.in_(begun).label("inspected")).where(
        *_members(actor, day_of(year, on))
    )
    if kind is not None:
        rows = rows.where(Unit.kind == kind)
    return rows.where(Unit.id.in_(begun)) if inspected else rows


def inspections_of(actor: Actor, year: int, on: date, unit_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Unit -> the rows of `visits.queries.schedule` that say when, and under which plan, it was inspected."""
    found: dict[int, list[Row[Any]]] = {}
    rows = visits.schedule(actor, on, visits.Planned(begun=True)).where(*_of_year(year), Unit.id.in_(unit_ids))
    for row in db.session.execute(rows.order_by(Plan.id)):
        found.setdefault(row.unit_id, []).append(row)
    return found


class Problems(NamedTuple):
    """The findings that the second criterion counts, as `findings.queries.chosen` has them."""

    ids: Select[Any]
    facts: Any
    filling: Mapping[str, Any]
    """What `ids` is asked with."""
    keys: tuple[Any, ...]
    """By which the oldest come first."""


def problems(actor: Actor, year: int, day: Day, kind: UnitKind | None = None, *, handled: bool = False) -> Problems:
    """All or those put right. Units of kinds that are no group are graded by nobody: the city itself.

    Today's of a part lie together and are gathered, others are walked in their order, from where the year begins.
    """
    walked = day.past is not None or sees_everything(actor)
    wanted = Filter(
        year=year if walked else None,
        counted=True,
        kinds=(kind,) if kind else GROUPS,
        states=(State.RESOLVED,) if handled else (),
        as_of=day.past,
    )
    ids, facts = chosen(actor, wanted, sort="newest", many=walked, today=day.today)
    inspections = select(Plan.id).where(*_of_year(year))
    keys, _downwards = sort_keys("newest", facts, wanted)
    ids = ids.where(ids_among(facts.plan_id, inspections, walking=walked))
    return Problems(ids, facts, filling_with(actor, wanted), keys)
