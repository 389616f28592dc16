"""How plans came to their figures, month by month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, extract, func, select, union_all

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.findings.models import FOREVER, Finding, Span
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries import seen_by
from inspect_app.reports.queries.days import Day, Month, before, last_day_of, months


@dataclass(frozen=True, slots=True)
class Point:
    """What had come about at the end of a month, or on the report's day in the last one."""

    on: date
    counted: int
    resolved: int


def trend(actor: Actor, plan_id: int, day: Day) -> list[Point]:
    """Of one plan."""
    return points_of(actor, day, Span.plan_id == plan_id)


def points_of(actor: Actor, day: Day, *which: ColumnElement[bool]) -> list[Point]:
    """Of the findings whose spans meet `which`: conditions on `Span` joined with `Finding`.

    From the month of the first issue to the report's day, each point as a report of its own day would say it.

    At least two points, or none where nothing was issued. It ends with the month of the last change when everything is
    resolved by then: nothing more can come.

    Columns of its one statement: year, month, and by how much `counted` and `resolved` changed in that month.
    """
    begun, ended = _changes(actor, day, Span.since, 1), _changes(actor, day, Span.until, -1)
    changes = union_all(begun.where(*which), ended.where(*which)).subquery()
    rows = db.session.execute(
        select(changes.c.year, changes.c.month, func.sum(changes.c.counted), func.sum(changes.c.resolved))
        .group_by(changes.c.year, changes.c.month)
        .order_by(changes.c.year, changes.c.month)
    )
    return line_through(
        {(int(year), int(month)): (int(counted), int(resolved)) for year, month, counted, resolved in rows}, day
    )


def line_through(changed: Mapping[Month, tuple[int, int]], day: Day) -> list[Point]:
    """The points to which these changes of `counted` and `resolved` add up, the months in their order."""
    first = next((month for month, (counted, _) in changed.items() if counted), None)
    if first is None:
        return []
    points, counted, resolved = [], 0, 0
    for month in months(first, (day.on.year, day.on.month)):
        more, done = changed.get(month, (0, 0))
        counted, resolved = counted + more, resolved + done
        points.append(Point(min(last_day_of(month), day.on), counted, resolved))
    points = _without_tail(points)
    if len(points) == 1:  # one point draws no line: begin at nothing
        points.insert(0, Point(before(first), 0, 0))
    return points


def _changes(actor: Actor, day: Day, edge: Any, sign: int) -> Select[*tuple[Any, ...]]:
    """A span counts from `since` to before `until`: on one day it adds what it holds, on the other it takes it away."""
    return (
        select(
            extract("year", edge).label("year"),
            extract("month", edge).label("month"),
            (sign * func.count().filter(f.counted(Span))).label("counted"),
            (sign * func.count().filter(f.resolved(Span))).label("resolved"),
        )
        .select_from(Span)
        .join(Finding, Finding.id == Span.finding_id)
        .where(edge <= day.on, edge < FOREVER, seen_by(actor))
        .group_by(extract("year", edge), extract("month", edge))
    )


def _without_tail(points: list[Point]) -> list[Point]:
    while (
        len(points) > 1
        and _is_done(points[-1])
        and (points[-1].counted, points[-1].resolved)
        == (
            points[-2].counted,
            points[-2].resolved,
        )
    ):
        points.pop()
    return points


def _is_done(point: Point) -> bool:
    return point.counted == point.resolved
