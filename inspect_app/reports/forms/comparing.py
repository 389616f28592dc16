"""The address of a comparison: two years, or two units in one year.

year · other_year: years · by: units · unit, other: ids, or names as typed · same_day: 1 for figures of one day, without
it each year's of the same day of its own · kind · group · as_of. What cannot be read is left out, and said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from inspect_app.core.db import db
from inspect_app.core.text import readable
from inspect_app.reports.forms.overview import AHEAD, given, units_asked
from inspect_app.reports.queries import Day
from inspect_app.reports.queries.overview.lines import View, in_year
from inspect_app.units.forms import AskedUnit, unit_by_name
from inspect_app.units.models import Unit
from inspect_app.web.asked import Asked
from inspect_app.web.fields import FIRST_YEAR, LAST_YEAR, read_id
from inspect_app.workdays.periods import year_to_show


@dataclass(frozen=True, slots=True)
class Comparison:
    first: View
    second: View
    of_units: bool
    one: AskedUnit
    other: AskedUnit
    same_day: bool
    said: Mapping[str, Any]
    """What was understood, as the arguments of an address."""
    problems: Sequence[str]

    @property
    def is_complete(self) -> bool:
        """There are two sides to show."""
        return not self.of_units or (self.one.unit is not None and self.other.unit is not None)

    @property
    def by_name(self) -> bool:
        """Both units are known, and one was asked for by a name: the address can say which are meant."""
        return self.is_complete and bool(self.one.typed or self.other.typed)

    def here(self, **changes: object) -> str:
        """This page with some arguments changed, or taken out by None."""
        return url_for("overview.compare", **given({**self.said, **changes}))


def comparison_from(args: MultiDict[str, str], *, today: date, years: Sequence[int]) -> Comparison:
    asked = Asked(args)
    year = asked.number("year", FIRST_YEAR, LAST_YEAR) or year_to_show(today, years)
    kinds, by = units_asked(asked)
    day = asked.known_day("as_of", today, AHEAD) or today
    of_units = args.get("by") == "units"
    first = View(year, Day(day, today), kinds, by)
    if of_units:
        asked.said["by"] = "units"
        one, other = _unit(asked, "unit"), _unit(asked, "other")
        first, second = _of(first, one), _of(first, other)
        return Comparison(first, second, True, one, other, True, asked.said, asked.problems)
    other_year = asked.number("other_year", FIRST_YEAR, LAST_YEAR) or max(year - 1, FIRST_YEAR)
    same_day = bool(asked.choice("same_day"))
    then = day if same_day else min(in_year(day, day.year + other_year - year), today)
    nobody = AskedUnit(None)
    second = first.of(other_year).on(then)
    return Comparison(first, second, False, nobody, nobody, same_day, asked.said, asked.problems)


def _of(view: View, asked: AskedUnit) -> View:
    return view.at(asked.unit.id) if asked.unit else view


def _unit(asked: Asked, name: str) -> AskedUnit:
    """By id, or by a name that means one unit."""
    named = unit_by_name(asked, name)
    if named is None:
        values = (" ".join(readable(value).split()) for value in asked.args.getlist(name))
        return AskedUnit(_by_id(asked, name, next((value for value in values if value), "")))
    if named.unit is not None:
        asked.said[name] = str(named.unit.id)
    return named


def _by_id(asked: Asked, name: str, typed: str) -> Unit | None:
    try:
        number = read_id(typed)
    except ValueError:
        number = None
    unit = db.session.get(Unit, number) if number else None
    if unit is not None:
        asked.said[name] = str(unit.id)
    elif typed:
        asked.problems.append(_("Không có đơn vị nào mang số “%(name)s”", name=typed))
    return unit
