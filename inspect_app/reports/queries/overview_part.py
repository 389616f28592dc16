"""The overview of today for whoever sees some units: read from what is kept, as far as plans are theirs as a whole.

A plan of a province is inspected at its own units: what is kept of it is then what its reader may see. At units in
scope everything is seen that was found there, under whichever plan, and kept for the unit. What was found under plans
that reach further is counted from findings. A figure says here what `overview_lines` and `overview_time` would count.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    String,
    bindparam,
    func,
    literal,
    type_coerce,
    union_all,
)

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.findings.models import By, Finding, FindingCount
from inspect_app.findings.queries import facts as f
from inspect_app.plans.models import Area
from inspect_app.reports.queries.days import Month
from inspect_app.reports.queries.overview_known import Plans, in_scope
from inspect_app.reports.queries.overview_lines import (
    UNIT_KINDS,
    Numbers,
    OfArea,
    OfUnit,
    View,
    by_unit_and_area,
    place_of,
    total_of,
)
from inspect_app.reports.queries.overview_rows import KEPT, row_of, summed
from inspect_app.reports.queries.overview_time import changes_by_month
from inspect_app.reports.queries.tally import Grouping
from inspect_app.reports.queries.trend import Point, line_through
from inspect_app.units.models import Unit
from inspect_app.units.queries import within

_WHOLE: BindParameter[Any] = bindparam("whole", expanding=True)
"""The plans, to be filled in where a statement that was built before is asked."""


@dataclass(slots=True)
class Year:
    units: dict[int, OfUnit]
    areas: dict[str, OfArea]
    changed: dict[Month, tuple[int, int]]
    """By how much the numbers of what counted and of what was resolved changed."""


def tells(view: View, plans: Plans) -> bool:
    """Whether there is anything kept of what is looked at."""
    return view.is_of_all_today and bool(plans.whole(view.year))


def year(actor: Actor, view: View, plans: Plans) -> tuple[list[OfUnit], list[OfArea], list[Point]]:
    """Units with their areas, of which what is left to be put right is told alone; areas and months in their order.

    One statement, and two more where plans reach further.
    """
    found = _kept(actor, view, plans.whole(view.year))
    if reaching_further := plans.in_part(view.year):
        _add_counted(found, actor, view, reaching_further)
    for unit in found.units.values():
        unit.numbers = unit.numbers._replace(overdue=sum(numbers.overdue for numbers in unit.by_area.values()))
    areas = sorted(found.areas.values(), key=lambda area: area.position)
    return [*found.units.values()], areas, line_through(found.changed, view.day)


def _kept(actor: Actor, view: View, whole: list[int]) -> Year:
    found, left, late = Year({}, {}, {}), list[tuple[int, str, Numbers]](), Counter[str]()
    rows = db.session.execute(_year(shape_of(actor), view), {**filling_of(actor), "whole": whole}).all()
    for what, key, name, other, code, *numbers in rows:
        said = Numbers(*numbers)
        if what == "left":
            left.append((key, code, said))
            late[code] += said.overdue
        elif what == "unit":
            found.units[key] = OfUnit(key, name, UNIT_KINDS[code], other, said)
        elif what == "area":
            found.areas[code] = OfArea(code, key, name, other, said)
        else:
            found.changed[int(code[:4]), int(code[4:])] = said.counted, said.resolved
    for unit_id, code, said in left:
        found.units[unit_id].by_area[code] = said
    for code, area in found.areas.items():
        found.areas[code] = replace(area, numbers=area.numbers._replace(overdue=late[code]))
    return found


def _add_counted(found: Year, actor: Actor, view: View, plan_ids: list[int]) -> None:
    """What is seen of these plans. At a unit in scope it is among what is kept, but for what is overdue."""
    units, areas = by_unit_and_area(actor, view, plan_ids)
    for unit in units:
        known = found.units.setdefault(unit.id, unit)
        if known is not unit:
            for code, numbers in unit.by_area.items():
                known.by_area[code] = total_of((known.by_area.get(code, Numbers()), numbers))
    for area in areas:
        so_far = found.areas.setdefault(area.code, replace(area, numbers=Numbers()))
        found.areas[area.code] = replace(area, numbers=total_of((so_far.numbers, area.numbers)))
    for month, (counted, resolved) in changes_by_month(actor, view, plan_ids).items():
        before = found.changed.get(month, (0, 0))
        found.changed[month] = before[0] + counted, before[1] + resolved


@built_once
def _year(actor: Actor, view: View) -> CompoundSelect[Any]:
    """Rows of `row_of`.

    A unit in scope: key is its id, other the key by which it is sorted, code its kind. An area: key is its position,
    other its English name. A month: code is year and month. What is left at a unit, key, in an area, code: as counted,
    and overdue.
    """
    of_year = FindingCount.year == view.year
    by = By.RESPONSIBLE if view.by is Grouping.RESPONSIBLE else By.UNIT
    whole = FindingCount.key.in_(_WHOLE)
    units = (
        row_of("unit", Unit.id, (Unit.name, Unit.sort_key, type_coerce(Unit.kind, String)), KEPT)
        .join(Unit, Unit.id == FindingCount.key)
        .where(of_year, FindingCount.by == by, FindingCount.counted > 0, within(FindingCount.key, in_scope(actor)))
    )
    areas = (
        row_of("area", Area.position, (Area.short_name, Area.name_en, Area.code), summed())
        .join(Area, Area.code == FindingCount.code)
        .where(of_year, FindingCount.by == By.PLAN_AREA, FindingCount.counted > 0, whole)
        .group_by(Area.code, Area.position, Area.short_name, Area.name_en)
    )
    months = (
        row_of("month", literal(0), ("", "", FindingCount.code), summed())
        .where(of_year, FindingCount.by == By.MONTH, whole)
        .group_by(FindingCount.code)
    )
    place, late = place_of(view, Finding), func.count().filter(f.overdue(Finding, view.day.on))
    left = (
        row_of("left", place, ("", "", Finding.area_code), {"counted": func.count(), "overdue": late})
        .where(f.live(Finding), Finding.plan_id.in_(_WHOLE))
        .group_by(place, Finding.area_code)
    )
    return union_all(units, areas, months, left)
