"""Plans that have the words of a text, for the search over everything.

The statement is built once for all words that are as many, which are filled in when it is asked.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared, spelt_out
from inspect_app.core.text import LIKE_ESCAPE, like_pattern, words
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan

_LATEST = Plan.year.desc(), Plan.id.desc()


def plans_with(actor: Actor, text: str, *, most: int) -> Sequence[Row[Any]]:
    """The latest, at most so many; columns of `plans.queries.listing`."""
    words = _filling(text)
    return db.session.execute(_plans_with(shape_of(actor), len(words), most), {**filling_of(actor), **words}).all()


@built_once
def _plans_with(actor: Actor, number: int, most: int) -> Select[Any]:
    """Words before whose plan it is: SQLite looks in this order, and few plans have the words."""
    with_words = select(Plan.id).where(*_each_in(Plan.folded, number), plans.plan_open_to(actor))
    found = with_words.order_by(*_LATEST).limit(spelt_out(most)).subquery()
    rows = select(*plans.TOLD).select_from(found).join(Plan, Plan.id == found.c.id).join(Plan.issuing_unit)
    return prepared(rows.order_by(*_LATEST))


def _each_in(folded: Any, number: int) -> list[ColumnElement[bool]]:
    return [folded.like(bindparam(f"word{place}"), escape=LIKE_ESCAPE) for place in range(number)]


def _filling(text: str) -> dict[str, str]:
    return {f"word{place}": like_pattern(word) for place, word in enumerate(words(text))}
