"""What the tiles of the overview compare with: the same plans a week earlier, and those of the year before."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, literal, union_all

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared
from inspect_app.findings.queries import facts as f
from inspect_app.reports.queries.overview.facts import facts_of
from inspect_app.reports.queries.overview.known import Plans
from inspect_app.reports.queries.overview.lines import A_WEEK, Before, View, in_year


def before_this(actor: Actor, view: View, plans: Plans) -> Before:
    """One statement."""
    week, then = _other_days(view)
    asked = {
        "whole": plans.whole(view.year),
        "in_part": plans.in_part(view.year),
        "whole_before": plans.whole(view.year - 1),
        "in_part_before": plans.in_part(view.year - 1),
    }
    among = tuple(name for name, plan_ids in asked.items() if plan_ids)
    if not among:
        return Before(week, 0, then, 0, 0)
    found = db.session.execute(_before(shape_of(actor), view, among), {**filling_of(actor), **asked})
    were_late, on_time, resolved = map(sum, zip(*found, strict=True))
    return Before(week, were_late, then, on_time, resolved)


def _other_days(view: View) -> tuple[date, date]:
    """A week and a year earlier."""
    return view.day.on - A_WEEK, in_year(view.day.on, view.day.on.year - 1)


@built_once
def _before(actor: Actor, view: View, among: tuple[str, ...]) -> CompoundSelect[Any]:
    """Columns: overdue a week earlier; on_time, resolved a year earlier, of the plans of the year before.

    To be filled in: the plans of each, those seen as a whole and those seen in part. `among`: which are not empty.
    """
    return prepared(union_all(*(part for plans in among for part in _on_that_day(actor, view, plans))))


def _on_that_day(actor: Actor, view: View, plans: str) -> Iterator[Select[Any]]:
    week, then = _other_days(view)
    whole, nothing = plans in ("whole", "whole_before"), literal(0)
    if plans in ("whole_before", "in_part_before"):
        for rows, facts in facts_of(actor, view, plans, then, whole=whole):
            in_time = func.count().filter(f.on_time(facts))
            yield rows.where(f.resolved(facts)).add_columns(nothing, in_time, func.count())
    else:
        for rows, facts in facts_of(actor, view, plans, week, whole=whole):
            yield rows.where(f.overdue(facts, week)).add_columns(func.count(), nothing, nothing)
