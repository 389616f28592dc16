"""Findings one by one, with what each counts as: for pages about few of them that say the same thing several ways.

The conditions are those of every other figure (`findings.queries.facts`); a sum of these rows is what a report prints.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, Select, select

from inspect_app.core.actor import Actor
from inspect_app.findings.models import DOING, WAITING, Finding, State
from inspect_app.findings.queries import Age, seen_by
from inspect_app.findings.queries import facts as f
from inspect_app.plans.models import Area
from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.tally import Tally


def issued_rows(actor: Actor, day: Day) -> tuple[Select[Any], Any]:
    """What was issued by the day and the actor may see, unsorted, and where its facts are read from.

    Columns: id, code, title, required_title, unit_id, unit_name, visit_id, plan_id, responsible_unit_id, area_code,
    area_position, area_name, area_name_en, state, issued_on, baseline, deadline, in_time, submitted_on, resolved_on,
    days_late, days_taken, repeats_id, and as conditions counted, resolved, on_time, early, late, overdue, overdue_1_30,
    overdue_31_90, live, judged, returned.
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
            f.counted(facts).label("counted"),
            f.resolved(facts).label("resolved"),
            f.on_time(facts).label("on_time"),
            f.early(facts).label("early"),
            f.late(facts).label("late"),
            f.overdue(facts, day.on).label("overdue"),
            f.overdue_for(facts, day.on, *Age.MONTH.days).label("overdue_1_30"),
            f.overdue_for(facts, day.on, *Age.QUARTER.days).label("overdue_31_90"),
            f.live(facts).label("live"),
            f.judged_by(day.on).label("judged"),
            f.returned_by(day.on).label("returned"),
        )
    )
    return query, facts


def tallied(rows: Iterable[Row[Any]]) -> Tally:
    """What these rows come to; `entered_after` is not asked."""
    each = list(rows)
    if not each:
        return Tally()
    held = [counts_as(row) for row in each]
    numbers = {name: sum(one[name] for one in held) for name in held[0]}
    return Tally(**numbers, days=tuple(row.days_taken for row in each if row.resolved))


def counts_as(row: Row[Any]) -> dict[str, bool]:
    """Every number of findings in a `Tally` -> whether this one is among them."""
    counted = bool(row.counted)
    return {
        "counted": counted,
        "resolved": bool(row.resolved),
        "on_time": bool(row.on_time),
        "early": bool(row.early),
        "late": bool(row.late),
        "overdue": bool(row.overdue),
        "overdue_1_30": bool(row.overdue_1_30),
        "overdue_31_90": bool(row.overdue_31_90),
        "waiting": row.state in WAITING,
        "doing": row.state in DOING,
        "new": row.state is State.OPEN,
        "withdrawn": row.state is State.WITHDRAWN,
        "judged": counted and bool(row.judged),
        "returned": counted and bool(row.returned),
        "repeats": counted and row.repeats_id is not None,
        "moved": counted and row.responsible_unit_id != row.unit_id,
    }
