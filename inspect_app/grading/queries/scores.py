"""Who scored what in a year, ranked within each group and beside the year before.

What is not published yet is seen by those who write it alone. A rank counts the whole group, whoever reads it: it is
published with the score.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import joinedload

from inspect_app.core.actor import Actor, Placed, Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.figures import mean
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared
from inspect_app.grading.models import Criterion, Grade, Grading, Score, Step
from inspect_app.grading.policy import BANDS, GROUPS, Rules, Rung, day_of, grade_of, may_write
from inspect_app.grading.queries.matching import graded_on
from inspect_app.reports.queries import Day
from inspect_app.units.models import Succession, SuccessionKind, Unit, UnitKind
from inspect_app.units.queries import within

READERS = (Role.REVIEWER, Role.VIEWER)
GRADES = tuple(Grade)
CHANGES_SHOWN = 6
_SAME_UNIT = (SuccessionKind.UNCHANGED, SuccessionKind.RENAME)


def open_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Grading`."""
    return true() if may_write(actor) else Grading.published_on.is_not(None)


def visible_to(actor: Actor) -> Select[Grading]:
    """Gradings that exist for the actor, with their steps."""
    return select(Grading).where(open_to(actor)).options(joinedload(Grading.steps))


def of_year(actor: Actor, year: int) -> dict[UnitKind, Grading]:
    """The year's gradings by group, in the order of groups."""
    rows = db.session.scalars(visible_to(actor).where(Grading.year == year)).unique()
    found = {one.kind: one for one in rows}
    return {kind: found[kind] for kind in GROUPS if kind in found}


def years(actor: Actor) -> Sequence[int]:
    """Years with a grading that the actor may see, latest first."""
    rows = select(Grading.year).where(open_to(actor)).distinct()
    return db.session.scalars(rows.order_by(Grading.year.desc())).all()


def latest(actor: Actor, year: int) -> dict[UnitKind, Grading]:
    """Each group's grading of the year, or of the latest year before that has one, with its steps.

    Of the year itself only what the actor may see; rules of an earlier year are no secret.
    """
    known = or_(Grading.year < year, and_(Grading.year == year, open_to(actor)))
    rows = select(Grading).where(known).options(joinedload(Grading.steps)).order_by(Grading.year)
    return {one.kind: one for one in db.session.scalars(rows).unique()}


def rules_of(grading: Grading) -> Rules:
    """What the grading says, as it is worked with."""
    bounds = {
        Grade.EXCELLENT: grading.excellent_from,
        Grade.GOOD: grading.good_from,
        Grade.FAIR: grading.fair_from,
        Grade.AVERAGE: grading.average_from,
    }
    return Rules(
        bands={grade: bound for grade in BANDS if (bound := bounds[grade]) is not None},
        points={Criterion.INSPECTED: grading.inspected_points, Criterion.HANDLED: grading.handled_points},
        rungs={criterion: _rungs(grading.steps, criterion) for criterion in Criterion},
    )


def _rungs(steps: Iterable[Step], criterion: Criterion) -> tuple[Rung, ...]:
    rungs = (Rung(step.from_percent, step.share) for step in steps if step.criterion is criterion)
    return tuple(sorted(rungs, key=lambda rung: rung.from_percent, reverse=True))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a unit stood in a year."""

    total: Decimal
    grade: Grade
    rank: int
    """Within its group; the same for the same total."""
    of: int
    """Units of the group that have a score."""


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's result."""

    unit_id: int
    unit_name: str
    kind: UnitKind
    assessed: Decimal | None
    surveyed: Decimal | None
    now: Standing
    before: Standing | None
    """A year earlier, where the same unit had a score then, be it under another name."""

    @property
    def change(self) -> Decimal | None:
        return self.now.total - self.before.total if self.before else None

    @property
    def places(self) -> int | None:
        """How many places up; below 0 down."""
        return self.before.rank - self.now.rank if self.before else None


@dataclass(frozen=True)
class Results:
    """A year's scores that the actor may see, by group and rank."""

    lines: list[Line]
    earlier: Mapping[tuple[UnitKind, Grade], int]
    """How many of the same scope had which grade in the year before."""

    @cached_property
    def counts(self) -> Mapping[tuple[UnitKind, Grade], int]:
        return Counter((line.kind, line.now.grade) for line in self.lines)

    def number(self, grade: Grade | None = None, kind: UnitKind | None = None) -> int:
        return _number(self.counts, grade, kind)

    def number_before(self, grade: Grade | None = None, kind: UnitKind | None = None) -> int:
        return _number(self.earlier, grade, kind)

    def chosen(self, grades: Sequence[Grade], kinds: Sequence[UnitKind]) -> list[Line]:
        """Those of one of the grades and one of the groups; nothing named is every one."""
        return [
            line
            for line in self.lines
            if (not grades or line.now.grade in grades) and (not kinds or line.kind in kinds)
        ]

    def scored(self, kind: UnitKind) -> int:
        """Units of the group that have a score, in and out of the reader's scope; 0 where the reader sees none."""
        return next((line.now.of for line in self.lines if line.kind is kind), 0)

    def mean(self, kind: UnitKind) -> Any:
        """Of the group's totals, exactly; None without any."""
        totals = [line.now.total for line in self.lines if line.kind is kind]
        hundredths = mean(sum(int(total * 100) for total in totals), len(totals))
        return hundredths / 100 if hundredths is not None else None


def _number(counts: Mapping[tuple[UnitKind, Grade], int], grade: Grade | None, kind: UnitKind | None) -> int:
    return sum(n for (of, got), n in counts.items() if grade in (None, got) and kind in (None, of))


def results(actor: Actor, year: int) -> Results:
    """Of the year and the one before, in one statement.

    Columns: those of `_ranks`; seen, whether the unit lies in the actor's scope; heir_id, once for each unit that it
    goes on as.
    """
    rows = (
        _ranks()
        .join(Unit, Unit.id == Score.unit_id)
        .where(Grading.year.in_((year - 1, year)), open_to(actor))
        .add_columns(within(Score.unit_id, actor.held(*READERS)).label("seen"), Unit.sort_key)
    )
    # Joined outside the window: a unit with two heirs must not stand in the ranking twice.
    ranked = rows.subquery()
    goes_on = and_(ranked.c.year < year, Succession.old_id == ranked.c.unit_id, Succession.kind.in_(_SAME_UNIT))
    found = db.session.execute(
        select(ranked, Succession.new_id.label("heir_id"))
        .select_from(ranked)
        .outerjoin(Succession, goes_on)
        .order_by(ranked.c.sort_key)
    ).all()
    then: dict[int, Standing] = {}
    counted: dict[int, tuple[UnitKind, Grade]] = {}
    for row in found:
        if row.year < year:
            then[row.unit_id] = _standing(row)
            if row.seen:
                counted[row.unit_id] = row.kind, _standing(row).grade
    for row in found:
        if row.heir_id is not None:
            then.setdefault(row.heir_id, then[row.unit_id])
    lines = [
        Line(
            row.unit_id,
            row.unit_name,
            row.kind,
            row.assessed,
            row.surveyed,
            _standing(row),
            then.get(row.unit_id),
        )
        for row in found
        if row.year == year and row.seen
    ]
    by_rank = sorted(lines, key=lambda line: (GROUPS.index(line.kind), line.now.rank))
    return Results(by_rank, Counter(counted.values()))


def _standing(row: Any) -> Standing:
    bounds = (row.excellent_from, row.good_from, row.fair_from, row.average_from)
    bands = {grade: bound for grade, bound in zip(BANDS, bounds, strict=True) if bound is not None}
    return Standing(row.total, grade_of(row.total, bands), row.rank, row.of)


def _ranks() -> Select[*tuple[Any, ...]]:
    """(grading_id, year, kind, the four bounds, unit_id, unit_name, total, assessed, surveyed, rank, of)"""
    group = Score.grading_id
    return select(
        Score.grading_id,
        Grading.year,
        Grading.kind,
        Grading.excellent_from,
        Grading.good_from,
        Grading.fair_from,
        Grading.average_from,
        Score.unit_id,
        Score.unit_name,
        Score.total,
        Score.assessed,
        Score.surveyed,
        func.rank().over(partition_by=group, order_by=Score.total.desc()).label("rank"),
        func.count().over(partition_by=group).label("of"),
    ).join(Grading, Grading.id == Score.grading_id)


@dataclass(frozen=True, slots=True)
class Past:
    """A unit's result of one year."""

    year: int
    kind: UnitKind
    unit_name: str
    standing: Standing
    published: bool


def of_unit(actor: Actor, unit: Placed, day: Day) -> list[Past]:
    """What the unit scored, latest year first, also under a row that it goes on from; its own officers see it, too.

    Of an earlier day only what a decision had published by then. Nothing for those whose scope does not reach the unit.
    """
    if not any(held.covers(unit) for held in actor.held(*READERS, Role.OFFICER)):
        return []
    rows = db.session.execute(_of_unit(shape_of(actor), day), {**filling_of(actor), "unit": unit.id})
    return [Past(row.year, row.kind, row.unit_name, _standing(row), row.published_on is not None) for row in rows]


@built_once
def _of_unit(actor: Actor, day: Day) -> Select[Any]:
    """What `of_unit` asks of the unit `unit`."""
    unit = bindparam("unit", type_=Integer)
    former = select(Succession.old_id).where(Succession.new_id == unit, Succession.kind.in_(_SAME_UNIT))
    decided = Grading.decision_on <= day.on
    known = decided if day.past else or_(decided, Grading.decision_on.is_(None))
    ranked = _ranks().where(open_to(actor), known).add_columns(Grading.published_on).subquery()
    return prepared(
        select(ranked)
        .where(or_(ranked.c.unit_id == unit, ranked.c.unit_id.in_(former)))
        .order_by(ranked.c.year.desc(), ranked.c.unit_id.desc())
    )


def scores_of(grading: Grading) -> dict[int, Score]:
    """Every score of the grading, by unit."""
    return {row.unit_id: row for row in db.session.scalars(select(Score).where(Score.grading_id == grading.id))}


def sizes(year: int, today: date) -> dict[UnitKind, int]:
    """How many units of each group are in force at the end of the year, or today while it runs."""
    rows = select(Unit.kind, func.count()).where(Unit.kind.in_(GROUPS), graded_on(day_of(year, today)))
    return {row[0]: row[1] for row in db.session.execute(rows.group_by(Unit.kind))}


def changes(grading_ids: Sequence[int]) -> Sequence[Event]:
    """The latest that was done to these gradings, newest first."""
    return db.session.scalars(
        select(Event)
        .where(Event.subject_table == Grading.__tablename__, Event.subject_id.in_(grading_ids))
        .order_by(Event.seq.desc())
        .limit(CHANGES_SHOWN)
    ).all()
