"""What stands around the rows of a list: areas and plans to narrow it to, the reader's own views; one statement."""

from dataclasses import dataclass

from sqlalchemy import CompoundSelect, literal, select, union_all

from inspect_app.accounts.models import SavedView
from inspect_app.accounts.queries import OwnView
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.plans.models import Area
from inspect_app.plans.queries.offered import offered_in_sql


@dataclass(frozen=True, slots=True)
class OfferedArea:
    code: str
    short_name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class OfferedPlan:
    id: int
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Around:
    areas: list[OfferedArea]
    """In their own order."""
    plans: list[OfferedPlan]
    """The latest, latest first; the chosen one among them or behind them."""
    views: list[OwnView]
    """By name."""


def around(actor: Actor, *, page: str, plan_id: int | None) -> Around:
    """Of the list that has the endpoint `page`; `plan_id` is the plan that it is narrowed to."""
    asked = filling_of(actor) if plan_id is None else {**filling_of(actor), "plan_id": plan_id}
    rows = db.session.execute(_around(shape_of(actor), page, plan_id is not None), asked).all()
    areas = sorted((row for row in rows if row.kind == "area"), key=lambda row: row.number)
    offered = {row.number: row for row in rows if row.kind == "plan"}
    plans = sorted(offered.values(), key=lambda row: (row.year, row.number), reverse=True)
    views = sorted((row for row in rows if row.kind == "view"), key=lambda row: row.one)
    return Around(
        [OfferedArea(row.one, row.two, row.three) for row in areas],
        [OfferedPlan(row.number, row.one, row.two) for row in plans],
        [OwnView(row.one, row.two, row.three) for row in views],
    )


@built_once
def _around(actor: Actor, page: str, one_is_chosen: bool) -> CompoundSelect[tuple[str, int, str, str, str, int]]:
    """Built once for whoever holds the same; `plan_id` is to be filled in where one is chosen."""
    plans = [one.subquery() for one in offered_in_sql(actor, one_is_chosen)]
    return union_all(
        select(
            literal("area").label("kind"),
            Area.position.label("number"),
            Area.code.label("one"),
            Area.short_name.label("two"),
            Area.name_en.label("three"),
            literal(0).label("year"),
        ),
        *(select(literal("plan"), one.c.id, one.c.number, one.c.title, literal(""), one.c.year) for one in plans),
        select(literal("view"), SavedView.id, SavedView.name, SavedView.query, SavedView.page, literal(0)).where(
            SavedView.person_id == actor.person_id, SavedView.page == page
        ),
    )
