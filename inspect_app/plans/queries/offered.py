"""The plans that a filter offers to choose from."""

from typing import Any

from sqlalchemy import CompoundSelect, Integer, Select, bindparam, select, union_all

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.plans.models import Plan
from inspect_app.plans.queries import plan_open_to

MOST = 12
"""The latest."""


def offered(actor: Actor, chosen: int | None) -> list[tuple[int, str]]:
    """(id, number or title) of the latest plans, latest first; the chosen one among them or behind them."""
    asked = filling_of(actor) if chosen is None else {**filling_of(actor), "plan_id": chosen}
    rows = db.session.execute(_offered(shape_of(actor), chosen is not None), asked).all()
    named = {row.id: row for row in rows}
    latest_first = sorted(named.values(), key=lambda row: (row.year, row.id), reverse=True)
    return [(row.id, row.number or row.title) for row in latest_first]


@built_once
def _offered(actor: Actor, one_is_chosen: bool) -> CompoundSelect[Any]:
    return union_all(*(select(part.subquery()) for part in offered_in_sql(actor, one_is_chosen)))


def offered_in_sql(actor: Actor, one_is_chosen: bool) -> list[Select[int, str, str, int]]:
    """(id, number, title, year) of the latest, and of the chosen one, whose `plan_id` is to be filled in."""
    mine = select(Plan.id, Plan.number, Plan.title, Plan.year).where(plan_open_to(actor))
    latest = mine.order_by(Plan.year.desc(), Plan.id.desc()).limit(MOST)
    return [latest, mine.where(Plan.id == bindparam("plan_id", type_=Integer))] if one_is_chosen else [latest]
