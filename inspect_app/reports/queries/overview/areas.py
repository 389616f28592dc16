"""The areas of a year alone, for whoever compares: told from what is kept of whole plans, counted beyond."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.core.these import one_of
from inspect_app.findings.models import By, Finding, FindingCount
from inspect_app.findings.queries import facts as f
from inspect_app.plans.models import Area
from inspect_app.reports.queries.overview.facts import facts_of
from inspect_app.reports.queries.overview.known import Plans
from inspect_app.reports.queries.overview.lines import NAMES, Numbers, OfArea, View, numbers_of, total_of
from inspect_app.reports.queries.overview.rows import summed


def areas_of(actor: Actor, view: View, plans: Plans) -> dict[str, OfArea]:
    """Those in which something counts, by their codes. One statement; none where there are no plans."""
    asked = {"whole": plans.whole(view.year), "in_part": plans.in_part(view.year)}
    among = tuple(name for name, plan_ids in asked.items() if plan_ids)
    areas: dict[str, OfArea] = {}
    if not among:
        return areas
    found = db.session.execute(_areas(shape_of(actor), view, among), {**filling_of(actor), **asked})
    for code, position, name, name_en, *numbers in found:
        so_far = areas[code].numbers if code in areas else Numbers()
        areas[code] = OfArea(code, position, name, name_en, total_of((so_far, Numbers(*numbers))))
    return areas


@built_once
def _areas(actor: Actor, view: View, among: tuple[str, ...]) -> Select[Any]:
    """Columns: code, position, short_name, name_en, those of `Numbers`; an area may come several times.

    To be filled in: the plans seen as a `whole`, and those seen `in_part`. `among`: which of these are not empty.
    """
    parts = (part for name in among for part in _parts(actor, view, name))
    each = union_all(*parts).subquery().c
    columns = (Area.code, Area.position, Area.short_name, Area.name_en, *(each[name] for name in NAMES))
    return select(*columns).join(each.code.table, each.code == Area.code)


def _parts(actor: Actor, view: View, plans: str) -> Iterator[Select[Any]]:
    if plans == "whole" and view.is_of_all_today:
        yield from _kept(view)
        return
    for rows, facts in facts_of(actor, view, plans, view.day.past, whole=plans == "whole"):
        counted = rows.where(f.counted(facts)).group_by(facts.area_code)
        yield counted.add_columns(facts.area_code.label("code"), *numbers_of(facts, view.day.on))


def _kept(view: View) -> Iterator[Select[Any]]:
    """What is overdue is not kept."""
    its = (FindingCount.year == view.year, FindingCount.by == By.PLAN_AREA, FindingCount.counted > 0)
    kept = _line(FindingCount.code, summed()).where(*its, one_of(FindingCount.key, "whole"))
    yield kept.group_by(FindingCount.code)
    late = _line(Finding.area_code, {"overdue": func.count()}).where(f.overdue(Finding, view.day.on))
    yield late.where(one_of(Finding.plan_id, "whole")).group_by(Finding.area_code)


def _line(code: Any, numbers: Mapping[str, ColumnElement[int]]) -> Select[Any]:
    return select(code.label("code"), *(numbers.get(name, literal(0)).label(name) for name in NAMES))
