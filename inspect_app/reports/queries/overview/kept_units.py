"""Units, areas and months of the overview, read from what is kept: ranked and added up by the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Float,
    Integer,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
    union_all,
)

from inspect_app.core.db import db
from inspect_app.core.statements import built_once
from inspect_app.findings.models import By, Finding, FindingCount
from inspect_app.findings.queries import facts as f
from inspect_app.plans.models import Area
from inspect_app.reports.queries.overview.lines import (
    NAMES,
    UNIT_KINDS,
    Numbers,
    OfArea,
    OfKind,
    OfUnit,
    View,
    of_the_kinds,
    place_of,
    under_plans_of,
)
from inspect_app.reports.queries.overview.ranking import Part, placed
from inspect_app.reports.queries.overview.rows import KEPT, NO_WORDS, of_their_kinds, row_of, summed
from inspect_app.reports.queries.overview.shown import Named, UnitLines, most_late_first
from inspect_app.reports.queries.tally import Grouping
from inspect_app.reports.queries.trend import Point, line_through
from inspect_app.reports.queries.units import KINDS
from inspect_app.units.models import Unit

_NOTHING: ColumnElement[int] = literal(0)


@dataclass(frozen=True, slots=True)
class Year:
    units: UnitLines
    """Without their areas."""
    areas: list[OfArea]
    trend: list[Point]


def year(view: View, named: Named) -> Year:
    """One statement."""
    kinds, areas, changed = list[OfKind](), list[OfArea](), dict[tuple[int, int], tuple[int, int]]()
    lines: dict[str, list[OfUnit]] = {"left": [], "best": [], "last": []}
    better, late_units, units_left = 0, 0, 0
    for what, key, name, other, code, late, left, *numbers in db.session.execute(_year(view, named)):
        if what == "kind":
            kinds.append(OfKind(UNIT_KINDS[code], key, Numbers(*numbers)))
            late_units, units_left = late_units + late, units_left + left
        elif what == "area":
            areas.append(OfArea(code, key, name, other, Numbers(*numbers)))
        elif what == "month":
            changed[key // 100, key % 100] = (numbers[0], numbers[1])
        elif what == "better":
            better = key
        else:
            lines[what].append(OfUnit(key, name, UNIT_KINDS[code], other, Numbers(*numbers)))
    number = sum(line.units for line in kinds)
    units = UnitLines(
        kinds=sorted(kinds, key=lambda line: KINDS.index(line.kind)),
        left=sorted(lines["left"], key=most_late_first),
        late=late_units,
        in_time=units_left - late_units,
        ranking=placed(lines["best"], lines["last"], better, number, named.places),
    )
    areas.sort(key=lambda line: line.position)
    return Year(units, areas, line_through(changed, view.day))


@built_once
def _year(view: View, named: Named) -> CompoundSelect[Any]:
    """Columns: what the line is of, key, name, other, code, late, left, those of `Numbers`.

    A kind of unit: key says how many have something that counts; late and left, how many of them have something overdue
    and something to be put right. Units named for what is left of them, and as the best and the last of all: other is
    the key by which they are sorted, code their kind. How many are `better`: key. Areas: other is the English name.
    Months: key is year and month.
    """
    overdue = _overdue(view)
    each = _each(view, overdue)
    parts = [
        _kinds(each),
        _left(each, named.units),
        *_ranking(each, named.places),
        _areas(view, overdue),
        _months(view),
    ]
    return union_all(*(select(part.subquery()) for part in parts))


def _overdue(view: View) -> CTE:
    """What is overdue, one by one. Columns: unit_id, area_code."""
    return (
        select(place_of(view, Finding).label("unit_id"), Finding.area_code)
        .where(f.overdue(Finding, view.day.on), under_plans_of(Finding, view.year))
        .where(*of_the_kinds(view, place_of(view, Finding)))
        .cte("overdue")
        .prefix_with("MATERIALIZED")
    )


def _each(view: View, overdue: CTE) -> CTE:
    """Units at which something counts. Columns: id, name, key, kind, those of `Numbers`, and the two shares by which
    they are ranked, least for the best.
    """
    by = By.RESPONSIBLE if view.by is Grouping.RESPONSIBLE else By.UNIT
    late = (
        select(overdue.c.unit_id, cast(func.count(), Integer).label("number")).group_by(overdue.c.unit_id).subquery()
    ).c
    kept = FindingCount
    in_time = -cast(kept.on_time, Float) / kept.resolved
    return (
        select(
            *(Unit.id, Unit.name, Unit.sort_key.label("key"), type_coerce(Unit.kind, String).label("kind")),
            *(number.label(name) for name, number in _numbers(late.number).items()),
            (-cast(kept.resolved, Float) / kept.counted).label("undone"),
            case((kept.resolved > 0, in_time), else_=0.0).label("untimely"),
        )
        .select_from(kept)
        .join(Unit, Unit.id == kept.key)
        .outerjoin(late.unit_id.table, late.unit_id == Unit.id)
        .where(kept.year == view.year, kept.by == by, kept.counted > 0)
        .where(*([Unit.kind.in_(view.kinds)] if view.kinds else []))
        .cte("line")
        .prefix_with("MATERIALIZED")
    )


def _numbers(late: ColumnElement[Any]) -> dict[str, ColumnElement[int]]:
    """Those of `Numbers`: what is overdue, and what is kept."""
    return {**KEPT, "overdue": func.coalesce(late, 0)}


def _line(
    what: str,
    key: Any,
    words: Iterable[Any] = NO_WORDS,
    numbers: Mapping[str, ColumnElement[int]] = MappingProxyType({}),
    late: ColumnElement[int] = _NOTHING,
    left: ColumnElement[int] = _NOTHING,
) -> Select[Any]:
    """The columns of `_year`."""
    return row_of(what, key, words, numbers, late, left)


def _kinds(each: CTE) -> Select[Any]:
    line = each.c
    numbers = {name: cast(func.sum(line[name]), Integer) for name in NAMES}
    late, left = (func.count().filter(how) for how in (line.overdue > 0, line.counted > line.resolved))
    return _line("kind", func.count(), ("", "", line.kind), numbers, late, left).group_by(line.kind)


def _unit(what: str, each: CTE) -> Select[Any]:
    line = each.c
    return _line(what, line.id, (line.name, line.key, line.kind), {name: line[name] for name in NAMES})


def _left(each: CTE, part: Part | None) -> Select[Any]:
    """As `shown.most_late_first` has them."""
    line = each.c
    unfinished = line.counted > line.resolved
    order = (line.overdue.desc(), line.resolved - line.counted, line.key, line.id)
    left = _unit("left", each).where(unfinished).order_by(*order)
    if part is None:
        return left
    return left.limit(part.size).offset(_seat_before(part, select(func.count()).select_from(each).where(unfinished)))


def _ranking(each: CTE, part: Part | None) -> list[Select[Any]]:
    """As `ranking.ranked` has them: all, a page, or enough of both ends."""
    line = each.c
    order = (line.undone, line.overdue, line.untimely, -line.counted, line.key, line.id)
    best = _unit("best", each).order_by(*order)
    if part is None:
        return [best]
    if part.holding is not None:
        seat = _seat_before(part, select(func.count()).select_from(each))
        return [best.limit(part.size).offset(seat), _better(each, order, seat)]
    worst = [column.desc() for column in order]
    last_ones = _unit("last", each).order_by(*worst).limit(part.size)
    return [best.limit(2 * part.size + 1), last_ones, _better(each, worst, part.size - 1)]


def _seat_before(part: Part, number: Select[int]) -> Any:
    """As `Part.before` has it, of so many as there are."""
    holding, last = part.holding or 1, number.scalar_subquery()
    held = case((last == 0, 1), (last < holding, last), else_=holding)
    return (held - 1) // part.size * part.size


def _better(each: CTE, order: Iterable[ColumnElement[Any]], seat: Any) -> Select[Any]:
    """Than the unit in this seat of the order, if there is one."""
    merit = ("undone", "overdue", "untimely")
    one = select(*(each.c[name] for name in merit)).order_by(*order).limit(1).offset(seat).subquery()
    better = tuple_(*(each.c[name] for name in merit)) < tuple_(*(one.c[name] for name in merit))
    return _line("better", func.count()).where(better)


def _areas(view: View, overdue: CTE) -> Select[Any]:
    late = (
        select(overdue.c.area_code, cast(func.count(), Integer).label("number"))
        .group_by(overdue.c.area_code)
        .subquery()
    ).c
    in_area = func.substr(FindingCount.code, 1, func.length(Area.code) + 1) == Area.code + " "
    kept = (
        select(Area.code, *(number.label(name) for name, number in summed().items()))
        .join(FindingCount, in_area)
        .where(FindingCount.year == view.year, FindingCount.by == By.AREA, *of_their_kinds(view))
        .group_by(Area.code)
        .subquery()
    ).c
    numbers = {**{name: kept[name] for name in KEPT}, "overdue": func.coalesce(late.number, 0)}
    return (
        _line("area", Area.position, (Area.short_name, Area.name_en, Area.code), numbers)
        .join(kept.code.table, kept.code == Area.code)
        .outerjoin(late.area_code.table, late.area_code == Area.code)
        .where(kept.counted > 0)
    )


def _months(view: View) -> Select[Any]:
    """What is kept by day are changes, added up for each month."""
    month = FindingCount.key // 100
    of_year = (FindingCount.year == view.year, FindingCount.by == By.DAY, *of_their_kinds(view))
    return _line("month", month, numbers=summed()).where(*of_year).group_by(month)
