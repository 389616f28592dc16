"""How far plans have come: the targets of which an inspection has begun, of all that count."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    func,
)

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared, spelt_out
from inspect_app.core.these import one_of
from inspect_app.plans.models import Plan, Target, Team
from inspect_app.plans.queries import THE_PLAN, counting, targets_visible_to
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.queries.scope import inspected, known_on, open_to, state_on

MONTH = func.coalesce(Target.month, 13)
IN_ORDER = (MONTH, Unit.sort_key, Target.id)
"""How a schedule is read: month by month, what has none last."""


@dataclass(frozen=True, slots=True)
class Coverage:
    inspected: int
    targets: int


def counted(actor: Actor, day: date) -> Select[Target]:
    """The targets that count on `day` and that the actor may see: the rows behind every figure of coverage."""
    return targets_visible_to(actor).where(counting(day))


def coverage(actor: Actor, day: date, *which: ColumnElement[bool]) -> Coverage:
    """Over the targets that meet `which` (conditions on Target, Plan, Unit): one plan, one kind of unit."""
    return Coverage(*db.session.execute(_numbers(actor, day).where(*which)).one())


def coverage_of(actor: Actor, plan: Plan, day: date) -> Coverage:
    """Over the targets of one plan."""
    return Coverage(*db.session.execute(_numbers_of_plan(shape_of(actor), day), _about(actor, plan)).one())


def coverage_by(actor: Actor, day: date, column: Any, *which: ColumnElement[bool]) -> dict[Any, Coverage]:
    """The same for each value of `column`: `Unit.kind`, `Target.plan_id`, `Target.team_id`."""
    rows = db.session.execute(
        counted(actor, day)
        .where(*which)
        .with_only_columns(column, _inspected_number(day), func.count())
        .group_by(column)
    )
    return {row[0]: Coverage(row[1], row[2]) for row in rows}


def coverage_under(actor: Actor, plan_ids: Collection[int], day: date, kinds: Collection[UnitKind] = ()) -> Coverage:
    """Over the targets of these plans: all of them, or those that are of one of the `kinds` of unit."""
    asked = _numbers_under(shape_of(actor), day, tuple(kinds))
    return Coverage(*db.session.execute(asked, {**filling_of(actor), "plans": plan_ids}).one())


@built_once
def _numbers_of_plan(actor: Actor, day: date) -> Select[int, int]:
    return prepared(_numbers(actor, day).where(Target.plan_id == THE_PLAN))


@built_once
def _numbers_under(actor: Actor, day: date, kinds: tuple[UnitKind, ...]) -> Select[int, int]:
    """Both tables are told which plans: PostgreSQL would go through all there are."""
    its = _numbers(actor, day).where(one_of(Target.plan_id, "plans"), one_of(Plan.id, "plans"))
    return its.where(Unit.kind.in_(kinds)) if kinds else its


def _about(actor: Actor, plan: Plan) -> dict[str, Any]:
    """What a statement about the plan is asked with."""
    return {**filling_of(actor), "plan_id": plan.id}


def _numbers(actor: Actor, day: date) -> Select[int, int]:
    return counted(actor, day).with_only_columns(_inspected_number(day), func.count())


def _inspected_number(day: date) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((inspected(day), 1), else_=0)), 0)


def scheduled(targets: Select[Any], actor: Actor, day: date) -> Select[*tuple[Any, ...]]:
    """Targets with plan and unit, as (id, month, plan_id, plan_number, plan_title, unit_id, unit_name, unit_kind,
    team_id, team_name, begun, visit_id, visit_state, visit_day).

    The visit is given to those who may see it; whoever may not learns only whether an inspection has begun.
    """
    its = and_(
        Visit.target_id == Target.id,
        Visit.state != VisitState.CANCELLED,
        known_on(day),
        open_to(actor),
    )
    return (
        targets.outerjoin(Target.team)
        .outerjoin_from(Target, Visit, its)
        .with_only_columns(
            Target.id,
            Target.month,
            Target.plan_id,
            Plan.number.label("plan_number"),
            Plan.title.label("plan_title"),
            Target.unit_id,
            Unit.name.label("unit_name"),
            Unit.kind.label("unit_kind"),
            Target.team_id,
            Team.name.label("team_name"),
            inspected(day).label("begun"),
            Visit.id.label("visit_id"),
            case((Visit.id.is_not(None), state_on(day))).label("visit_state"),
            Visit.day.label("visit_day"),
        )
    )


def first_of(actor: Actor, plan: Plan, day: date, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of `scheduled` of one plan, in the order of the months, no more than `limit`."""
    return db.session.execute(_first_of(shape_of(actor), day, limit), _about(actor, plan)).all()


@built_once
def _first_of(actor: Actor, day: date, limit: int) -> Select[Any]:
    rows = scheduled(counted(actor, day), actor, day).where(Target.plan_id == THE_PLAN)
    return prepared(rows.order_by(*IN_ORDER).limit(spelt_out(limit)))
