"""The overview of today for whoever sees some units: read from what is kept, as far as plans are theirs as a whole.

A plan of a province is inspected at its own units: what is kept of it is then what its reader may see. At units in
scope everything is seen that was found there, under whichever plan, and kept for the unit. A figure says here what
`counted` and `time` would count.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import CompoundSelect, Row, String, func, literal, type_coerce, union_all

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once, prepared
from inspect_app.core.these import one_of
from inspect_app.findings.models import By, Finding, FindingCount
from inspect_app.findings.queries import facts as f
from inspect_app.plans.models import Area
from inspect_app.reports.queries.overview.known import in_scope
from inspect_app.reports.queries.overview.lines import View, place_of
from inspect_app.reports.queries.overview.rows import KEPT, NO_DAY, row_of, summed
from inspect_app.reports.queries.tally import Grouping
from inspect_app.units.models import Unit
from inspect_app.units.queries import within


def kept(actor: Actor, view: View, whole: Collection[int]) -> list[Row[Any]]:
    """Rows of `year.read`, of these plans of the year. One statement."""
    return list(db.session.execute(_kept(shape_of(actor), view), {**filling_of(actor), "whole": [*whole]}))


@built_once
def _kept(actor: Actor, view: View) -> CompoundSelect[Any]:
    of_year = FindingCount.year == view.year
    by = By.RESPONSIBLE if view.by is Grouping.RESPONSIBLE else By.UNIT
    whole = one_of(FindingCount.key, "whole")
    units = (
        row_of("unit", Unit.id, (Unit.name, Unit.sort_key, type_coerce(Unit.kind, String)), KEPT, NO_DAY)
        .join(Unit, Unit.id == FindingCount.key)
        .where(of_year, FindingCount.by == by, FindingCount.counted > 0, within(FindingCount.key, in_scope(actor)))
    )
    areas = (
        row_of("area", Area.position, (Area.short_name, Area.name_en, Area.code), summed(), NO_DAY)
        .join(Area, Area.code == FindingCount.code)
        .where(of_year, FindingCount.by == By.PLAN_AREA, FindingCount.counted > 0, whole)
        .group_by(Area.code, Area.position, Area.short_name, Area.name_en)
    )
    months = (
        row_of("month", literal(0), ("", "", FindingCount.code), summed(), NO_DAY)
        .where(of_year, FindingCount.by == By.MONTH, whole)
        .group_by(FindingCount.code)
    )
    place, late = place_of(view, Finding), func.count().filter(f.overdue(Finding, view.day.on))
    left = (
        row_of("left", place, ("", "", Finding.area_code), {"counted": func.count(), "overdue": late}, NO_DAY)
        .where(f.live(Finding), one_of(Finding.plan_id, "whole"))
        .group_by(place, Finding.area_code)
    )
    return prepared(union_all(units, areas, months, left))
