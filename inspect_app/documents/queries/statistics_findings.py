"""Findings in the periodical annex: issued in the period, resolved in it, and what was left at its end.

As they were at that end. Of everything an index leads to each; what somebody sees a part of is read once for all three.
"""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, FromClause, Select, and_, func, literal, select, true, union_all

from inspect_app.core.actor import Actor
from inspect_app.core.reading_order import ids_among
from inspect_app.findings.models import Finding, Span
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries import seen_by
from inspect_app.findings.queries.scope import sees_all_issued
from inspect_app.workdays.periods import Period


class _Found(NamedTuple):
    """The rows that are counted, as few columns as it takes."""

    issued: FromClause
    """repeats_id, and whether it is over: resolved by the end."""
    resolved: FromClause
    """state, days_late"""
    left: FromClause
    """state, in_time, deadline"""


def of_findings(actor: Actor, over: Period, today: date) -> Select[Any]:
    """One row with each figure by its name. `over`: as much of the period as is over."""
    past = over.last if over.last < today else None
    if not sees_all_issued(actor):
        found = _of_a_part(actor, over, past)
    else:
        found = _of_everything(over) if past else _as_they_are(actor, over)
    issued, resolved, left = (rows.c for rows in found)
    figures = [
        select(
            func.count().label("han_che_ket_luan"),
            func.count().filter(issued.repeats_id.is_not(None)).label("han_che_lap_lai"),
            func.count().filter(issued.over).label("han_che_da_xu_ly"),
        ).select_from(found.issued),
        select(
            func.count().label("khac_phuc_trong_ky"),
            func.count().filter(f.on_time(resolved)).label("khac_phuc_dung_han"),
            func.count().filter(f.late(resolved)).label("khac_phuc_qua_han"),
        ).select_from(found.resolved),
        select(
            func.count().label("han_che_con_lai"),
            func.count().filter(f.overdue(left, over.last)).label("han_che_con_qua_han"),
        ).select_from(found.left),
    ]
    of_issued, of_resolved, of_left = (one.subquery() for one in figures)
    together = select(of_issued, of_resolved, of_left).select_from(of_issued)
    return together.join(of_resolved, true()).join(of_left, true())


def _as_they_are(actor: Actor, over: Period) -> _Found:
    """Today, of somebody who may see everything."""
    return _asked(select().select_from(Finding).where(seen_by(actor)), Finding, Finding, over)


def _of_a_part(actor: Actor, over: Period, past: date | None) -> _Found:
    query, facts = f.facts_on(select().select_from(Finding).where(seen_by(actor)), past)
    if past:
        query = query.where(Finding.id <= f.latest_by(past))
    long_over = and_(Finding.resolved_on < over.first, Finding.issued_on < over.first)
    named = (facts.state, facts.resolved_on, facts.days_late, facts.in_time, facts.deadline)
    each = query.where(f.counted(facts), long_over.is_not(true())).add_columns(
        Finding.issued_on, Finding.repeats_id, *named
    )
    read = each.cte("each").prefix_with("MATERIALIZED")
    return _asked(select().select_from(read), read.c, read.c, over)


def _asked(rows: Select[Any], facts: Any, of: Any, over: Period) -> _Found:
    """`facts`: where the state of each is read, `of`: what the finding itself says."""
    issued = rows.where(f.counted(facts), of.issued_on.between(over.first, over.last))
    resolved = rows.where(f.resolved(facts), facts.resolved_on.between(over.first, over.last))
    left = rows.where(f.live(facts))
    return _Found(
        issued.add_columns(of.repeats_id, f.resolved(facts).label("over")).subquery(),
        resolved.add_columns(facts.state, facts.days_late).subquery(),
        left.add_columns(facts.state, facts.in_time, facts.deadline).subquery(),
    )


def _of_everything(over: Period) -> _Found:
    """On a day that is past."""
    day, over_then = over.last, f.resolved_then(over.last)
    alive = (
        select(Span.finding_id, Span.state, Span.in_time, Span.deadline)
        .where(Span.since <= day, Span.until > day, f.live_on(Span, day))
        .cte("alive")
        .prefix_with("MATERIALIZED")
    )
    unresolved = select().select_from(Finding).where(ids_among(Finding.id, select(alive.c.finding_id), walking=False))
    in_period = Finding.issued_on.between(over.first, over.last)

    def issued(rows: Select[Any], is_over: bool) -> Select[Any]:
        return rows.where(in_period).add_columns(Finding.repeats_id, literal(is_over).label("over"))

    def resolved(rows: Select[Any], facts: Any) -> Select[Any]:
        return rows.where(facts.resolved_on.between(over.first, day)).add_columns(facts.state, facts.days_late)

    return _Found(
        _all(*(issued(rows, True) for rows, _facts in over_then), issued(unresolved, False)),
        _all(*(resolved(rows, facts) for rows, facts in over_then)),
        alive,
    )


def _all(*rows: Select[Any]) -> FromClause:
    found: CompoundSelect[Any] = union_all(*rows)
    return found.subquery()
