"""What stands around the rows of the list of plans: years to narrow it to, the reader's own views; one statement."""

from dataclasses import dataclass

from sqlalchemy import CompoundSelect, literal, select, union_all

from inspect_app.accounts.models import SavedView
from inspect_app.accounts.queries import OwnView
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.plans.queries import years_in_sql


@dataclass(frozen=True, slots=True)
class Around:
    years: list[int]
    """Those for which the reader sees a plan, latest first."""
    views: list[OwnView]
    """By name."""


def around(actor: Actor, *, page: str) -> Around:
    """Of the list that has the endpoint `page`."""
    rows = db.session.execute(_around(shape_of(actor), page), filling_of(actor)).all()
    years = sorted((row.number for row in rows if row.kind == "year"), reverse=True)
    views = sorted((row for row in rows if row.kind == "view"), key=lambda row: row.name)
    return Around(years, [OwnView(row.name, row.query, page) for row in views])


@built_once
def _around(actor: Actor, page: str) -> CompoundSelect[tuple[str, int, str, str]]:
    year, nothing = years_in_sql(actor).subquery().c.year, literal("")
    views = select(literal("view"), SavedView.id, SavedView.name, SavedView.query)
    return union_all(
        select(literal("year").label("kind"), year.label("number"), nothing.label("name"), nothing.label("query")),
        views.where(SavedView.person_id == actor.person_id, SavedView.page == page),
    )
