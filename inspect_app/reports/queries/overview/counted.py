"""The overview of whatever is not kept: past days, plans seen in part, and their kinds of unit. Counted from findings.

They are read once, and added up by plan, by unit and by area: a page names thirty of these, where units with their
areas would be hundreds of rows. A figure says here what is kept of today.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    String,
    Subquery,
    cast,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.core.these import one_of
from inspect_app.findings.models import By, FindingCount
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.kept import NUMBERS, key_of, month_of
from inspect_app.plans.models import Area
from inspect_app.reports.queries.overview.facts import facts_of
from inspect_app.reports.queries.overview.known import sees_everything
from inspect_app.reports.queries.overview.lines import View, numbers_of, place_of
from inspect_app.reports.queries.overview.rows import NO_DAY, NO_WORDS, of_their_kinds, row_of, summed
from inspect_app.units.models import Unit

Numbers = dict[str, ColumnElement[int]]


def counted(
    actor: Actor, view: View, *, whole: Collection[int], in_part: Collection[int], of_year: Collection[int]
) -> Sequence[Row[Any]]:
    """Rows of `year.read`: of all these plans, and of units and areas what is `of_year`.

    `whole`: plans of which the actor sees every finding. One statement; none where there are no plans.
    """
    asked = {"whole": [*whole], "in_part": [*in_part], "of_year": [*of_year]}
    among = tuple(name for name in ("whole", "in_part") if asked[name])
    if not among:
        return []
    return db.session.execute(_counted(shape_of(actor), view, among), {**filling_of(actor), **asked}).all()


def tells_months(actor: Actor, view: View) -> bool:
    """Whether all months are among these rows: of past days, and of kinds of unit, for who sees everything."""
    return sees_everything(actor) and not view.is_of_all_today and view.unit_id is None


@built_once
def _counted(actor: Actor, view: View, among: tuple[str, ...]) -> CompoundSelect[Any]:
    """To be filled in: the plans of `counted`. `among`: which of the first two are not empty.

    Months are those that are kept: by day where they are told, otherwise of whole plans before that of a past day.
    """
    each = _each(actor, view, among)
    numbers = {column.name: column.element for column in numbers_of(each.c, view.day.on)}
    numbers["counted"] = func.count()
    parts = [_plans(each, numbers), _units(each, numbers), _areas(each, numbers), _left(each, numbers)]
    if tells_months(actor, view):
        parts.append(_months(view))
    elif view.is_of_all and view.day.past and "whole" in among:
        parts.append(_months_before(view, view.day.past))
    return union_all(*parts)


def _each(actor: Actor, view: View, among: tuple[str, ...]) -> CTE:
    """What counts, one by one, with whatever is asked about it."""
    parts = (
        rows.where(f.counted(facts)).add_columns(
            *(facts.plan_id, place_of(view, facts).label("place"), facts.area_code, facts.state),
            *(facts.deadline, facts.in_time, facts.days_late, facts.days_taken),
        )
        for name in among
        for rows, facts in facts_of(actor, view, name, view.day.past, whole=name == "whole")
    )
    return union_all(*parts).cte("each").prefix_with("MATERIALIZED")


def _plans(each: CTE, numbers: Numbers) -> Select[Any]:
    line = each.c
    last_due = func.max(line.deadline).filter(f.live(line))
    return row_of("plan", line.plan_id, NO_WORDS, numbers, last_due).group_by(line.plan_id)


def _units(each: CTE, numbers: Numbers) -> Select[Any]:
    found = _of_year(each, each.c.place, numbers)
    words = (Unit.name, Unit.sort_key, type_coerce(Unit.kind, String))
    told = {name: found.c[name] for name in NUMBERS}
    return row_of("unit", Unit.id, words, told, NO_DAY).join(found, found.c.place == Unit.id)


def _areas(each: CTE, numbers: Numbers) -> Select[Any]:
    found = _of_year(each, each.c.area_code, numbers)
    words = (Area.short_name, Area.name_en, Area.code)
    told = {name: found.c[name] for name in NUMBERS}
    return row_of("area", Area.position, words, told, NO_DAY).join(found, found.c.area_code == Area.code)


def _of_year(each: CTE, mark: Any, numbers: Numbers) -> Subquery:
    """What is overdue is told of what is left."""
    columns = (numbers[name].label(name) for name in NUMBERS)
    return select(mark, *columns).where(one_of(each.c.plan_id, "of_year")).group_by(mark).subquery()


def _left(each: CTE, numbers: Numbers) -> Select[Any]:
    line = each.c
    told = {name: numbers[name] for name in ("counted", "overdue")}
    found = row_of("left", line.place, ("", "", line.area_code), told, NO_DAY)
    return found.where(f.live(line), one_of(line.plan_id, "of_year")).group_by(line.place, line.area_code)


def _months(view: View) -> Select[Any]:
    """What is kept by day are changes of the whole year, told apart by kinds of unit."""
    month = FindingCount.key // 100
    months = row_of("month", literal(0), ("", "", cast(month, String)), summed(), NO_DAY)
    until = (FindingCount.year == view.year, FindingCount.by == By.DAY, FindingCount.key <= key_of(view.day.on))
    return months.where(*until, *of_their_kinds(view)).group_by(month)


def _months_before(view: View, day: date) -> Select[Any]:
    months = row_of("month", literal(0), ("", "", FindingCount.code), summed(), NO_DAY)
    earlier = (FindingCount.by == By.MONTH, FindingCount.code < month_of(day))
    whole = (FindingCount.year == view.year, one_of(FindingCount.key, "of_year"), one_of(FindingCount.key, "whole"))
    return months.where(*whole, *earlier).group_by(FindingCount.code)
