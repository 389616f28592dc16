"""Counting findings: what they have come to on a day."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from operator import attrgetter
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, String, and_, bindparam, cast, extract, false, func, literal, select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.figures import mean, median
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared
from inspect_app.findings.models import DOING, WAITING, Finding, State
from inspect_app.findings.queries import Age, seen_by
from inspect_app.findings.queries import facts as f
from inspect_app.plans.models import Area, Team
from inspect_app.plans.queries import THE_PLAN
from inspect_app.reports.queries.days import Day
from inspect_app.units.models import Unit
from inspect_app.workdays.periods import Period


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of findings. `counted` is the denominator: issued and not withdrawn."""

    counted: int = 0
    resolved: int = 0
    on_time: int = 0
    """Early or on the day."""
    early: int = 0
    late: int = 0
    overdue: int = 0
    overdue_1_30: int = 0
    overdue_31_90: int = 0
    waiting: int = 0
    doing: int = 0
    new: int = 0
    withdrawn: int = 0
    judged: int = 0
    """Of those counted, a submission was accepted or returned."""
    returned: int = 0
    """Of those judged, a submission was returned at least once, whatever came after."""
    repeats: int = 0
    """Of those counted, confirmed to repeat an earlier one."""
    moved: int = 0
    """Of those counted, answered for by another unit than the one inspected."""
    entered_after: int = 0
    """Whose facts of that day were written on a later one; those withdrawn by then among them."""
    days: tuple[int, ...] = ()
    """Calendar days from conclusion to accepted submission, of each that is resolved, in no order."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    @property
    def live(self) -> int:
        """Still to be put right."""
        return self.counted - self.resolved

    @property
    def on_day(self) -> int:
        """Put right on the very day of the deadline."""
        return self.on_time - self.early

    @property
    def ages(self) -> list[tuple[Age, int]]:
        """How many have been overdue for how long."""
        first, second = self.overdue_1_30, self.overdue_31_90
        return list(zip(Age, (first, second, self.overdue - first - second), strict=True))

    @property
    def mean_days(self) -> Fraction | None:
        """Calendar days; none while nothing is resolved."""
        return mean(sum(self.days), len(self.days))

    @property
    def median_days(self) -> Fraction | None:
        """Calendar days; none while nothing is resolved."""
        return median(self.days)


NAMES = tuple(one.name for one in fields(Tally))
Numbers: TypeAlias = tuple[Any, ...]
"""What a `Tally` holds, in its order: what is added up before one is made of many rows."""
_held: Callable[[Tally], Numbers] = attrgetter(*NAMES)
NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class Flow:
    """What happened in a period, whenever it was issued: no parts of one whole. Withdrawn findings do not count."""

    issued: int = 0
    resolved: int = 0
    """Agreed to in the period, and not reopened by the day of the report."""
    lapsed: int = 0
    """Became overdue: they were not on the day before the period, and then were on some day of it."""

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(self.issued + other.issued, self.resolved + other.resolved, self.lapsed + other.lapsed)


NO_FLOW = Flow()
_OF_FLOW = slice(-len(fields(Flow)), None)
_OF_TALLY = slice(_OF_FLOW.start - len(NAMES), _OF_FLOW.start)
"""Where they are in a row of `broken_down`, at its end."""


class Grouping(StrEnum):
    """By which unit findings are counted."""

    INSPECTED = "inspected"
    RESPONSIBLE = "responsible"
    """The unit that answers for them on the day of the report."""


def broken_down(
    actor: Actor,
    plan_ids: Collection[int],
    day: Day,
    by: Grouping = Grouping.INSPECTED,
    period: Period | None = None,
) -> list[Row[Any]]:
    """The plans' findings that the actor may see: every other figure of a report is a sum of these. One statement.

    Columns: plan_id, unit_id, unit_name, unit_kind, unit_key, area_code, area_name, area_name_en, area_position,
    team_id, team_name, year and month of the issue, those of `Tally`, those of `Flow` in `period` (0 without one).
    Unit, area, team and month without findings have no row; what a unit found of itself has no team.
    `period` must be over by the day of the report.
    """
    ids = sorted(plan_ids)
    which = {"plan_id": ids[0]} if len(ids) == 1 else {"plans": ids}
    asked = _broken_down(shape_of(actor), day, by, period, one=len(ids) == 1)
    return list(db.session.execute(asked, {**filling_of(actor), **which}).all())


@built_once
def _broken_down(actor: Actor, day: Day, by: Grouping, period: Period | None, *, one: bool) -> Select[Any]:
    """Built once for a day: building it takes longer than the database does."""
    rows, facts = _seen(actor, day)
    unit = (
        Unit.id.label("unit_id"),
        Unit.name.label("unit_name"),
        Unit.kind.label("unit_kind"),
        Unit.sort_key.label("unit_key"),
    )
    area = (
        Area.code.label("area_code"),
        Area.short_name.label("area_name"),
        Area.name_en.label("area_name_en"),
        Area.position.label("area_position"),
    )
    team = Team.id.label("team_id"), Team.name.label("team_name")
    month = extract("year", facts.issued_on).label("year"), extract("month", facts.issued_on).label("month")
    keys = (Finding.plan_id.label("plan_id"), *unit, *area, *team, *month)
    its = Finding.plan_id == THE_PLAN if one else Finding.plan_id.in_(bindparam("plans", expanding=True))
    found = (
        rows.join(Unit, Unit.id == (facts.responsible_unit_id if by is Grouping.RESPONSIBLE else Finding.unit_id))
        .join(Area, Area.code == facts.area_code)
        .outerjoin(Team, Team.id == Finding.team_id)
        .where(its, facts.state != State.RECORDED)
        .add_columns(*keys, *_tally(facts, day), *_flow(facts, period))
        .group_by(*(column.element for column in keys))
    )
    return prepared(found) if one else found


def numbers_of(row: Row[Any]) -> Numbers:
    """Of one row of `broken_down`."""
    *counted, days = row[_OF_TALLY]
    return (*counted, tuple(map(int, days.split(","))) if days else ())


def tally_of(several: Iterable[Numbers]) -> Tally:
    """Their sum, at the price of reading each once."""
    columns = list(zip(*several, strict=True))
    if not columns:
        return NOTHING
    summed: Any = (*map(sum, columns[:-1]), tuple(chain.from_iterable(columns[-1])))
    return Tally(*summed)


def total(tallies: Iterable[Tally]) -> Tally:
    """The same of tallies."""
    return tally_of(map(_held, tallies))


def flow_of(rows: Iterable[Row[Any]]) -> Flow:
    """What happened, of all these rows of `broken_down`."""
    return Flow(*map(sum, zip(*(row[_OF_FLOW] for row in rows), strict=True)))


def _seen(actor: Actor, day: Day) -> tuple[Select[Any], Any]:
    return f.facts_on(select().select_from(Finding).where(seen_by(actor, walking=True)), day.past)


def sorts(facts: Any, day: Day) -> dict[str, ColumnElement[bool]]:
    """Every number of a `Tally` but `entered_after` -> which findings it is of."""
    counted = f.counted(facts)
    return {
        "counted": counted,
        "resolved": f.resolved(facts),
        "on_time": f.on_time(facts),
        "early": f.early(facts),
        "late": f.late(facts),
        "overdue": f.overdue(facts, day.on),
        "overdue_1_30": f.overdue_for(facts, day.on, *Age.MONTH.days),
        "overdue_31_90": f.overdue_for(facts, day.on, *Age.QUARTER.days),
        "waiting": facts.state.in_(WAITING),
        "doing": facts.state.in_(DOING),
        "new": facts.state == State.OPEN,
        "withdrawn": facts.state == State.WITHDRAWN,
        "judged": and_(counted, f.judged_by(day.on)),
        "returned": and_(counted, f.returned_by(day.on)),
        "repeats": and_(counted, Finding.repeats_id.is_not(None)),
        "moved": and_(counted, facts.responsible_unit_id != Finding.unit_id),
    }


def _number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(and_(*conditions))


def _tally(facts: Any, day: Day) -> list[ColumnElement[Any]]:
    numbers = {name: _number(condition) for name, condition in sorts(facts, day).items()}
    later = f.entered_after(facts, day.past) if day.past else false()
    days = func.aggregate_strings(cast(facts.days_taken, String), ",").filter(f.resolved(facts))
    columns: dict[str, ColumnElement[Any]] = {**numbers, "entered_after": _number(later), "days": days}
    return [columns[name].label(name) for name in NAMES]


def _flow(facts: Any, period: Period | None) -> list[ColumnElement[int]]:
    if period is None:
        nothing: ColumnElement[int] = literal(0)
        issued = resolved = lapsed = nothing
    else:
        first, last = period.first, period.last
        issued = _number(f.counted(facts), facts.issued_on.between(first, last))
        resolved = _number(f.resolved(facts), facts.resolved_on.between(first, last))
        lapsed = _number(f.counted(facts), f.became_overdue(first, last))
    return [issued.label("flow_issued"), resolved.label("flow_resolved"), lapsed.label("flow_lapsed")]
