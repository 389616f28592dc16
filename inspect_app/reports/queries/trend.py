"""How plans came to their figures, month by month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, case, cast, extract, func, select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.statements import built_once
from inspect_app.findings.models import Finding, Span
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
    return _points(_changes_under(actor, day), day, {"plan": plan_id})


@built_once
def _changes_under(actor: Actor, day: Day) -> Select[Any]:
    return _changes(actor, day, Span.plan_id == bindparam("plan"))


def points_of(actor: Actor, day: Day, *which: ColumnElement[bool]) -> list[Point]:
    """Of the findings whose spans meet `which`: conditions on `Span` joined with `Finding`.

    From the month of the first issue to the report's day, each point as a report of its own day would say it.

    At least two points, or none where nothing was issued. It ends with the month of the last change when everything is
    resolved by then: nothing more can come.
    """
    return _points(_changes(actor, day, *which), day, {})


def _changes(actor: Actor, day: Day, *which: ColumnElement[bool]) -> Select[Any]:
    """Columns, over the spans in which a finding counted: the month in which they began and that in which they had
    ended by the day, as numbers, how many there are, and how many of them were of something resolved.
    """
    begun, ended = _number(Span.since), case((Span.until <= day.on, _number(Span.until)))
    return (
        select(begun, ended, func.count(), func.count().filter(f.resolved(Span)))
        .select_from(Span)
        .join(Finding, Finding.id == Span.finding_id)
        .where(f.counted(Span), Span.since <= day.on, Span.since < Span.until, seen_by(actor), *which)
        .group_by(begun, ended)
    )


def _points(changes: Select[Any], day: Day, asked: Mapping[str, int]) -> list[Point]:
    changed: dict[int, tuple[int, int]] = {}
    for first, last, counted, resolved in db.session.execute(changes, dict(asked)):
        for month, sign in ((first, 1), (last, -1)):
            if month is not None:
                before_it = changed.get(month, (0, 0))
                changed[month] = before_it[0] + sign * counted, before_it[1] + sign * resolved
    return line_through({(month // 12, month % 12 + 1): changed[month] for month in sorted(changed)}, day)


def _number(day: Any) -> ColumnElement[int]:
    """Of the month that a day is in."""
    return cast(extract("year", day) * 12 + extract("month", day) - 1, Integer)


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
