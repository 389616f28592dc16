"""How plans came to their figures, month by month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, ScalarSelect, Select, String, case, cast, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from inspect_app.core.actor import Actor
from inspect_app.core.reading_order import held_back
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


def trend(changes: str, day: Day) -> list[Point]:
    """Of the plan whose `changes_under` these are."""
    each = (change.split(" ") for change in changes.split(",") if change)
    return line_through(by_month((int(a), int(b) if b else None, int(c), int(d)) for a, b, c, d in each), day)


def changes_under(actor: Actor, day: Day, plan_id: BindParameter[int]) -> ScalarSelect[str]:
    """Of one plan, as part of a statement that is asked anyway: "24310 24312 5 3,24311  2 0", none for no change.

    Each is what a row of `_changes` says.
    """
    of_those = _of_those(Finding.plan_id == plan_id, seen_by(actor, walking=True))
    each = _changes(day, Span.plan_id == plan_id, of_those).subquery().c
    words: list[Any] = [func.coalesce(cast(number, String), "") for number in each]
    change = reduce(lambda said, word: said.concat(" ").concat(word), words)
    return select(func.aggregate_strings(change, ",")).scalar_subquery()


def changes_of(
    actor: Actor, day: Day, *, spans: Iterable[ColumnElement[bool]], findings: Iterable[ColumnElement[bool]]
) -> Select[Any]:
    """Of the findings that meet `findings`, while they meet `spans`: for `by_month`.

    The spans are those of whole plans: found in the order of an index that has all that is counted.
    """
    of_those = _of_those(*findings, seen_by(actor, walking=True), finding_id=held_back(Span.finding_id))
    return _changes(day, *spans, of_those)


def by_month(changes: Iterable[Any]) -> dict[Month, tuple[int, int]]:
    """By how much the numbers of what counted and of what was resolved changed. `changes`: rows of `changes_of`."""
    changed: dict[int, tuple[int, int]] = {}
    for first, last, counted, resolved in changes:
        for month, sign in ((first, 1), (last, -1)):
            if month is not None:
                before_it = changed.get(month, (0, 0))
                changed[month] = before_it[0] + sign * counted, before_it[1] + sign * resolved
    return {(month // 12, month % 12 + 1): numbers for month, numbers in changed.items()}


def _of_those(*findings: ColumnElement[bool], finding_id: Any = Span.finding_id) -> ColumnElement[bool]:
    """Their spans. As a set of ids, which is made once: spans are many, and need not look at their finding each."""
    found: ColumnElement[bool] = finding_id.in_(select(Finding.id).where(*findings))
    return found


def _changes(day: Day, *which: ColumnElement[bool]) -> Select[Any]:
    """Columns, over the spans in which a finding counted: the month in which they began and that in which they had
    ended by the day, as numbers, how many there are, and how many of them were of something resolved.
    """
    begun, ended = _Month(Span.since), case((Span.until <= day.on, _Month(Span.until)))
    counted, resolved = func.count(), func.count().filter(f.resolved(Span))
    return (
        select(begun.label("begun"), ended.label("ended"), counted.label("counted"), resolved.label("resolved"))
        .where(f.counted(Span), Span.since <= day.on, Span.since < Span.until, *which)
        .group_by(begun, ended)
    )


class _Month(FunctionElement[int]):
    """Of the month that a day is in, counted from that of the year 0."""

    type = Integer()
    inherit_cache = True


@compiles(_Month)
def _out_of_the_date(element: _Month, compiler: Any, **rest: Any) -> str:
    """`extract` would count in decimals, at twice the price."""
    day = compiler.process(element.clauses, **rest)
    return f"CAST(date_part('year', {day}) * 12 + date_part('month', {day}) - 1 AS INTEGER)"


@compiles(_Month, "sqlite")
def _out_of_the_text(element: _Month, compiler: Any, **rest: Any) -> str:
    day = compiler.process(element.clauses, **rest)
    return f"(substr({day}, 1, 4) * 12 + substr({day}, 6, 2) - 1)"


def line_through(changed: Mapping[Month, tuple[int, int]], day: Day) -> list[Point]:
    """The points to which these changes of `counted` and `resolved` add up.

    From the month of the first issue to the report's day, each point as a report of its own day would say it. At least
    two points, or none where nothing was issued. It ends with the month of the last change when everything is resolved
    by then: nothing more can come.
    """
    first = min((month for month, (counted, _) in changed.items() if counted), default=None)
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
