"""Lists of findings: one filter, one set of columns, for screens, figures' links, spreadsheets and documents."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from inspect_app.core.actor import Actor
from inspect_app.core.text import words
from inspect_app.findings.models import FOREVER, Finding, State
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.scope import seen_by
from inspect_app.plans.models import Area, Plan
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import under

Responsible = aliased(Unit, name="responsible")


class Timing(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"
    OVERDUE = "overdue"
    SOON = "soon"
    """Due within seven days, today included."""
    LIVE = "live"
    """Not done yet."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to. Everything empty is everything that the reader may see."""

    words: str = ""
    plan_id: int | None = None
    visit_id: int | None = None
    team_id: int | None = None
    unit: Unit | None = None
    """It and everything under it."""
    responsible: bool = False
    """`unit` and `kinds` are those of the unit that answers now, not of the unit inspected."""
    kinds: tuple[UnitKind, ...] = ()
    areas: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    timing: Timing | None = None
    counted: bool = False
    """Only what figures count: issued and not withdrawn."""
    mine: bool = False
    """Followed by the reader, or found by a team of theirs."""
    as_of: date | None = None
    issued: tuple[date, date] | None = None
    """First and last day."""
    done: tuple[date, date] | None = None
    """Resolved between these days."""


SORTS = ("deadline", "newest", "unit", "submitted")
"""The first is the usual one."""


def listed(actor: Actor, wanted: Filter, *, today: date) -> tuple[Select[Any], Any]:
    """Rows for a list, and where their facts are read from (`Finding` or `Span`), for sorting.

    Columns: id, code, title, required_title, unit_name, unit_id, responsible_name, responsible_unit_id, area,
    area_en, plan_id, plan_number, state, deadline, baseline, in_time, submitted_on, resolved_on, days_late.
    """
    base = select().select_from(Finding).join(Unit, Unit.id == Finding.unit_id).where(seen_by(actor))
    query, facts = f.facts_on(base, wanted.as_of)
    query = (
        query.join(Responsible, Responsible.id == facts.responsible_unit_id)
        .join(Area, Area.code == facts.area_code)
        .join(Plan, Plan.id == Finding.plan_id)
        .where(*_conditions(actor, wanted, facts, day=wanted.as_of or today))
        .add_columns(
            Finding.id,
            Finding.code,
            Finding.title,
            Finding.required_title,
            Finding.unit_name,
            Finding.unit_id,
            Responsible.name.label("responsible_name"),
            facts.responsible_unit_id,
            Area.short_name.label("area"),
            Area.name_en.label("area_en"),
            Finding.plan_id,
            Plan.number.label("plan_number"),
            facts.state,
            facts.deadline,
            facts.baseline,
            facts.in_time,
            facts.submitted_on,
            facts.resolved_on,
            facts.days_late,
        )
    )
    return query, facts


def sort_keys(name: str, facts: Any) -> tuple[tuple[ColumnElement[Any], ...], bool]:
    """The keys of a sort and whether it runs downwards. Unknown names sort by deadline."""
    if name == "newest":
        return (Finding.id,), True
    if name == "unit":
        return (Unit.sort_key, Finding.id), False
    if name == "submitted":
        return (func.coalesce(facts.submitted_on, FOREVER), Finding.id), False
    return (func.coalesce(facts.deadline, FOREVER), Finding.id), False


def _conditions(actor: Actor, wanted: Filter, facts: Any, *, day: date) -> list[ColumnElement[bool]]:
    unit_id = facts.responsible_unit_id if wanted.responsible else Finding.unit_id
    kind = Responsible.kind if wanted.responsible else Unit.kind
    chosen: list[ColumnElement[bool]] = []
    for value, condition in (
        (wanted.plan_id, lambda: Finding.plan_id == wanted.plan_id),
        (wanted.visit_id, lambda: Finding.visit_id == wanted.visit_id),
        (wanted.team_id, lambda: Finding.team_id == wanted.team_id),
        (wanted.unit, lambda: under(unit_id, wanted.unit)),
        (wanted.kinds, lambda: kind.in_(wanted.kinds)),
        (wanted.areas, lambda: facts.area_code.in_(wanted.areas)),
        (wanted.states, lambda: facts.state.in_(wanted.states)),
        (wanted.counted, lambda: f.counted(facts)),
        (wanted.timing, lambda: _timing(wanted.timing, facts, day)),
        (wanted.issued, lambda: facts.issued_on.between(*wanted.issued)),
        (wanted.done, lambda: facts.resolved_on.between(*wanted.done)),
        (
            wanted.mine,
            lambda: or_(Finding.follower_id == actor.person_id, Finding.team_id.in_(actor.team_ids)),
        ),
    ):
        if value:
            chosen.append(condition())
    chosen.extend(Finding.folded.contains(word, autoescape=True) for word in words(wanted.words))
    return chosen


def _timing(timing: Timing | None, facts: Any, day: date) -> ColumnElement[bool]:
    match timing:
        case Timing.ON_TIME:
            return f.on_time(facts)
        case Timing.LATE:
            return f.late(facts)
        case Timing.OVERDUE:
            return f.overdue(facts, day)
        case Timing.SOON:
            return f.due_within(facts, day, day + timedelta(days=7))
        case _:
            return f.live(facts)
