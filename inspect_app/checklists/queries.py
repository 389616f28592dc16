"""Reading checklists. Never writes, never sees a request.

What was published for every plan is open to everybody who has to do with inspections, what is for one plan to whoever
may know of the plan; what is still being written is seen by reviewers alone.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import joinedload

from inspect_app.checklists.models import Checklist, Item
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.plans.models import Area, Plan
from inspect_app.plans.queries import plan_open_to
from inspect_app.units.models import Unit
from inspect_app.units.queries import within

MOST_PLANS = 200
"""Offered to choose from: a field with ten thousand is of no use."""


def visible_to(actor: Actor) -> Select[Checklist]:
    """Checklists that exist for the actor, each with its plan and the unit that issued it."""
    return select(Checklist).where(open_to(actor)).options(joinedload(Checklist.plan).joinedload(Plan.issuing_unit))


def open_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Checklist`."""
    plans = select(Plan.id).where(plan_open_to(actor))
    known = or_(Checklist.plan_id.is_(None), Checklist.plan_id.in_(plans))
    return and_(known, true() if actor.held(Role.REVIEWER) else Checklist.published_at.is_not(None))


def listing(actor: Actor) -> Select[*tuple[Any, ...]]:
    """(id, title, year, plan_number, plan_title, published_at, publisher_name, number), latest year first.

    `number` is how many items it has.
    """
    number = select(func.count()).where(Item.checklist_id == Checklist.id).scalar_subquery()
    return (
        select(
            Checklist.id,
            Checklist.title,
            Checklist.year,
            Plan.number.label("plan_number"),
            Plan.title.label("plan_title"),
            Checklist.published_at,
            Checklist.publisher_name,
            number.label("number"),
        )
        .outerjoin(Checklist.plan)
        .where(open_to(actor))
        .order_by(Checklist.year.desc(), Checklist.id.desc())
    )


def for_plan(plan: Plan) -> Checklist | None:
    """What visits of the plan are answered on.

    The latest published for this plan alone, or else the latest published of its year or an earlier one.
    """
    return db.session.scalars(
        select(Checklist)
        .where(
            Checklist.published_at.is_not(None),
            or_(Checklist.plan_id == plan.id, and_(Checklist.plan_id.is_(None), Checklist.year <= plan.year)),
        )
        .order_by(
            Checklist.plan_id.is_(None), Checklist.year.desc(), Checklist.published_at.desc(), Checklist.id.desc()
        )
        .limit(1)
    ).one_or_none()


def usable_for(plan: Plan) -> Sequence[Checklist]:
    """Every published version that a visit of the plan may be answered on: for it alone, or for any; latest first."""
    return db.session.scalars(
        select(Checklist)
        .where(
            Checklist.published_at.is_not(None),
            or_(Checklist.plan_id == plan.id, Checklist.plan_id.is_(None)),
        )
        .order_by(Checklist.year.desc(), Checklist.published_at.desc(), Checklist.id.desc())
    ).all()


def items_of(checklist_id: int) -> Sequence[Item]:
    """In the order of the areas, each with its area."""
    return db.session.scalars(
        select(Item)
        .join(Item.area)
        .where(Item.checklist_id == checklist_id)
        .options(joinedload(Item.area))
        .order_by(Area.position, Item.position, Item.id)
    ).all()


def item_of(checklist: Checklist, item_id: int) -> Select[Item]:
    return select(Item).where(Item.checklist_id == checklist.id, Item.id == item_id).options(joinedload(Item.area))


def unpublished() -> Sequence[Checklist]:
    return db.session.scalars(
        select(Checklist).where(Checklist.published_at.is_(None)).options(joinedload(Checklist.plan))
    ).all()


def any_at_all() -> bool:
    return db.session.scalar(select(Checklist.id).limit(1)) is not None


def plans_to_write_for(actor: Actor, chosen: int | None = None) -> Sequence[Plan]:
    """Plans that the actor writes, latest first: a checklist may be for one of them alone.

    Of very many those of units high in the tree are offered, `MOST_PLANS` at most, and the one `chosen` before.
    """
    level = func.length(Unit.path) - func.length(func.replace(Unit.path, "/", ""))
    latest_first = (Plan.year.desc(), Plan.id.desc())
    mine = select(Plan.id).join(Plan.issuing_unit).where(within(Plan.issuing_unit_id, actor.held(Role.REVIEWER)))
    offered = mine.order_by(level, *latest_first).limit(MOST_PLANS)
    return db.session.scalars(
        select(Plan)
        .where(or_(Plan.id.in_(offered), Plan.id.in_(mine.where(Plan.id == chosen))))
        .order_by(*latest_first)
        .options(joinedload(Plan.issuing_unit))
    ).all()
