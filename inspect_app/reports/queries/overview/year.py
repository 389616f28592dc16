"""The plans, units, areas and months of an overview: told from what is kept as far as that goes, counted beyond."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from inspect_app.core.actor import Actor
from inspect_app.reports.queries.days import Day, Month
from inspect_app.reports.queries.overview.counted import counted, tells_months
from inspect_app.reports.queries.overview.known import Plans
from inspect_app.reports.queries.overview.lines import UNIT_KINDS, Numbers, OfArea, OfUnit, View, total_of
from inspect_app.reports.queries.overview.part import kept
from inspect_app.reports.queries.overview.plans import Found
from inspect_app.reports.queries.overview.time import changes_by_month


@dataclass(slots=True)
class Year:
    units: dict[int, OfUnit] = field(default_factory=dict)
    areas: dict[str, OfArea] = field(default_factory=dict)
    changed: dict[Month, tuple[int, int]] = field(default_factory=dict)
    """By how much the numbers of what counted and of what was resolved changed."""
    plans: dict[int, Found] = field(default_factory=dict)
    """Those whose findings were counted."""

    def add(self, other: "Year") -> None:
        """What was counted besides. At a unit that is known it is among its numbers, but for what is overdue."""
        for unit in other.units.values():
            known = self.units.setdefault(unit.id, unit)
            if known is not unit:
                for code, numbers in unit.by_area.items():
                    known.by_area[code] = total_of((known.by_area.get(code, Numbers()), numbers))
        for code, area in other.areas.items():
            so_far = self.areas[code].numbers if code in self.areas else Numbers()
            self.areas[code] = replace(area, numbers=total_of((so_far, area.numbers)))
        self.plans |= other.plans

    def add_changes(self, changed: Iterable[tuple[Month, tuple[int, int]]]) -> None:
        for month, (more, done) in changed:
            before = self.changed.get(month, (0, 0))
            self.changed[month] = before[0] + more, before[1] + done


def year_of(actor: Actor, view: View, plans: Plans) -> Year:
    """One statement where plans are seen as a whole, or nothing but counted; up to three where some reach further."""
    both, in_part = (view.year, view.year - 1), plans.in_part(view.year)
    whole = plans.whole(view.year)
    if view.is_of_all_today:
        found = read(kept(actor, view, whole)) if whole else Year()
        found.add(read(counted(actor, view, whole=(), in_part=plans.in_part(*both), of_year=in_part)))
    else:
        asked = {"whole": plans.whole(*both), "in_part": plans.in_part(*both), "of_year": plans.of(view.year)}
        found = read(counted(actor, view, **asked))
        if tells_months(actor, view):
            in_part = []
        elif view.is_of_all:
            _complete(found, view.day, whole)
        else:
            in_part = [*whole, *in_part]
    if in_part:
        found.add_changes(changes_by_month(actor, view, in_part).items())
    for unit in found.units.values():
        unit.numbers = unit.numbers._replace(overdue=sum(numbers.overdue for numbers in unit.by_area.values()))
    return found


def read(rows: Iterable[Any]) -> Year:
    """Columns: those of `row_of`, with a day before the numbers.

    A plan, key: the day is when the last of it is due. A unit: key is its id, other the key by which it is sorted, code
    its kind. An area: key is its position, other its English name. A month: code is year and month. What is left at a
    unit, key, in an area, code: as counted, and overdue; of units and areas that is not told twice.
    """
    found, left, late = Year(), list[tuple[int, str, Numbers]](), Counter[str]()
    for what, key, name, other, code, last_due, *numbers in rows:
        said = Numbers(*numbers)
        if what == "left":
            left.append((key, code, said))
            late[code] += said.overdue
        elif what == "unit":
            found.units[key] = OfUnit(key, name, UNIT_KINDS[code], other, said)
        elif what == "area":
            found.areas[code] = OfArea(code, key, name, other, said)
        elif what == "plan":
            found.plans[key] = said, last_due
        else:
            found.changed[int(code[:4]), int(code[4:])] = said.counted, said.resolved
    for unit_id, code, said in left:
        found.units[unit_id].by_area[code] = said
    for code, area in found.areas.items():
        found.areas[code] = replace(area, numbers=area.numbers._replace(overdue=late[code]))
    return found


def _complete(found: Year, day: Day, whole: Collection[int]) -> None:
    """The month of a past day: what there was on it under these plans, less what had come about in earlier months."""
    there = [found.plans[plan_id][0] for plan_id in whole if plan_id in found.plans]
    more, done = sum(one.counted for one in there), sum(one.resolved for one in there)
    for earlier, earlier_done in found.changed.values():
        more, done = more - earlier, done - earlier_done
    found.changed[day.on.year, day.on.month] = more, done
