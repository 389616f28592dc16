"""Findings one by one, with what each counts as: for pages about few of them that say the same thing several ways.

The conditions are those of every other figure (`findings.queries.facts`); a sum of these rows is what a report prints.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Integer, Row, Select, case, literal_column, select

from inspect_app.core.actor import Actor
from inspect_app.findings.models import Finding, State
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries import seen_by
from inspect_app.plans.models import Area
from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.tally import NAMES, Tally, sorts

SORTS = NAMES[:-2]
"""What a finding may count as: all numbers of a `Tally` but `entered_after`."""
_YES, _NO = literal_column("1", Integer), literal_column("0", Integer)


def issued_rows(actor: Actor, day: Day) -> tuple[Select[Any], Any]:
    """What was issued by the day and the actor may see, unsorted, and where its facts are read from.

    Columns: id, code, title, required_title, unit_id, unit_name, visit_id, plan_id, responsible_unit_id, area_code,
    area_position, area_name, area_name_en, state, issued_on, baseline, deadline, in_time, submitted_on, resolved_on,
    days_late, days_taken, repeats_id, live, and 1 or 0 for each of `SORTS`.
    """
    query, facts = f.facts_on(select().select_from(Finding).where(seen_by(actor)), day.past)
    query = (
        query.join(Area, Area.code == facts.area_code)
        .where(facts.state != State.RECORDED)
        .add_columns(
            Finding.id,
            Finding.code,
            Finding.title,
            Finding.required_title,
            Finding.unit_id,
            Finding.unit_name,
            Finding.visit_id,
            Finding.plan_id,
            facts.responsible_unit_id,
            facts.area_code,
            Area.position.label("area_position"),
            Area.short_name.label("area_name"),
            Area.name_en.label("area_name_en"),
            facts.state,
            facts.issued_on,
            facts.baseline,
            facts.deadline,
            facts.in_time,
            facts.submitted_on,
            facts.resolved_on,
            facts.days_late,
            facts.days_taken,
            Finding.repeats_id,
            f.live(facts).label("live"),
            *(case((condition, _YES), else_=_NO).label(name) for name, condition in sorts(facts, day).items()),
        )
    )
    return query, facts


def tallied(rows: Iterable[Row[Any]]) -> Tally:
    """What these rows come to; `entered_after` is not asked."""
    each = list(rows)
    if not each:
        return Tally()
    marks = map(_marks_in(each[0]._fields), each)
    numbers = dict(zip(SORTS, map(sum, zip(*marks, strict=True)), strict=True))
    return Tally(**numbers, days=tuple(row.days_taken for row in each if row.resolved))


def counts_as(row: Row[Any]) -> dict[str, bool]:
    """Every number of findings in a `Tally` -> whether this one is among them."""
    return dict(zip(SORTS, map(bool, _marks_in(row._fields)(row)), strict=True))


@lru_cache(maxsize=16)
def _marks_in(columns: tuple[str, ...]) -> Callable[[Row[Any]], tuple[int, ...]]:
    """Takes those of `SORTS` out of a row of these columns; by their place, which is half of what names cost."""
    return itemgetter(*map(columns.index, SORTS))
