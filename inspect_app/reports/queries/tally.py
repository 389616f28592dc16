"""Counting findings: what they have come to on a day."""

from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.figures import mean
from inspect_app.findings.models import Finding, State
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries import seen_by
from inspect_app.plans.models import Area
from inspect_app.reports.queries.days import Day
from inspect_app.units.models import Unit

WAITING = (State.SUBMITTED, State.DISPUTED)
"""Shown as one in bars: it is somebody else's turn than the unit's."""
DOING = (State.IN_PROGRESS, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of findings. `counted` is the denominator: issued and not withdrawn."""

    counted: int = 0
    resolved: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    waiting: int = 0
    doing: int = 0
    new: int = 0
    withdrawn: int = 0
    days_taken: int = 0
    """Calendar days from conclusion to accepted submission, over all that are resolved."""
    repeats: int = 0
    """Of those counted, confirmed to repeat an earlier one."""
    moved: int = 0
    """Of those counted, answered for by another unit than the one inspected."""
    entered_after: int = 0
    """Whose facts of that day were written on a later one; those withdrawn by then among them."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))

    @property
    def live(self) -> int:
        """Still to be put right."""
        return self.counted - self.resolved

    @property
    def mean_days(self) -> Fraction | None:
        """Calendar days; none while nothing is resolved."""
        return mean(self.days_taken, self.resolved)


class Grouping(StrEnum):
    """By which unit findings are counted."""

    INSPECTED = "inspected"
    RESPONSIBLE = "responsible"
    """The unit that answers for them on the day of the report."""


def by_unit_and_area(actor: Actor, plan_id: int, day: Day, by: Grouping = Grouping.INSPECTED) -> list[Row[Any]]:
    """The plan's findings that the actor may see: every other figure of a report is a sum of these.

    Columns: unit_id, unit_name, unit_kind, unit_key, area_code, area_name, area_name_en, area_position, and those of
    `Tally`. A unit and an area without findings have no row.
    """
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
    return list(
        db.session.execute(
            rows.join(Unit, Unit.id == (facts.responsible_unit_id if by is Grouping.RESPONSIBLE else Finding.unit_id))
            .join(Area, Area.code == facts.area_code)
            .where(Finding.plan_id == plan_id, facts.state != State.RECORDED)
            .add_columns(*unit, *area, *_tally(facts, day))
            .group_by(*(column.element for column in (*unit, *area)))
        )
    )


def tally_of(row: Row[Any]) -> Tally:
    return Tally(*(getattr(row, one.name) for one in fields(Tally)))


def _seen(actor: Actor, day: Day) -> tuple[Select[Any], Any]:
    return f.facts_on(select().select_from(Finding).where(seen_by(actor)), day.past)


def _tally(facts: Any, day: Day) -> list[ColumnElement[int]]:
    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    later = f.entered_after(facts, day.past) if day.past else false()
    columns = {
        "counted": number(f.counted(facts)),
        "resolved": number(f.resolved(facts)),
        "on_time": number(f.on_time(facts)),
        "late": number(f.late(facts)),
        "overdue": number(f.overdue(facts, day.on)),
        "waiting": number(facts.state.in_(WAITING)),
        "doing": number(facts.state.in_(DOING)),
        "new": number(facts.state == State.OPEN),
        "withdrawn": number(facts.state == State.WITHDRAWN),
        "days_taken": func.coalesce(func.sum(facts.days_taken).filter(f.resolved(facts)), 0),
        "repeats": number(and_(f.counted(facts), Finding.repeats_id.is_not(None))),
        "moved": number(and_(f.counted(facts), facts.responsible_unit_id != Finding.unit_id)),
        "entered_after": number(later),
    }
    return [columns[one.name].label(one.name) for one in fields(Tally)]
