"""The address of the overview: read into a `View`, and the addresses of the rows that its figures count.

year · kind: code of a kind of unit · group: responsible · as_of: a day · from, to: days, or period: year, q1, half, q3
of that reporting year · ranked: the place from which the whole ranking is shown · all_units: the same of all
that have something left to put right. What cannot be read is left out, and said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from inspect_app.reports.forms.links import BEGUN, address
from inspect_app.reports.queries import Day, Grouping
from inspect_app.reports.queries.overview.lines import View
from inspect_app.reports.queries.overview.time import BY_TEAMS
from inspect_app.units.models import UnitKind
from inspect_app.web.asked import Asked
from inspect_app.web.fields import FIRST_YEAR, LAST_YEAR
from inspect_app.web.formats import date as shown_day
from inspect_app.workdays.periods import Period, PeriodCode, period, reporting_year, year_to_show

MOST_RANKED = 1_000_000
AHEAD = _l("Ngày %(day)s chưa đến, số liệu dưới đây là của hôm nay")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address of the overview asks for."""

    view: View
    code: PeriodCode | None
    """The period chosen by its name."""
    period: Period | None
    """As much of the period asked about as is over on the day; none where none was asked about."""
    ranked: int | None
    all_units: int | None
    said: Mapping[str, Any]
    """What was understood, as the arguments of an address."""
    problems: Sequence[str]

    def here(self, **changes: object) -> str:
        """This page with some arguments changed, or taken out by None."""
        return url_for("overview.index", **given({**self.said, **changes}))


def overview_from(args: MultiDict[str, str], *, today: date, years: Sequence[int]) -> Wanted:
    """`years` are those of which the reader knows a plan, latest first: the default is this year's, or the latest."""
    asked = Asked(args)
    year = asked.number("year", FIRST_YEAR, LAST_YEAR) or year_to_show(today, years)
    free = asked.day("from"), asked.day("to")
    code = None if any(free) else next(iter(asked.among("period", PeriodCode)), None)
    whole = period(code, year) if code else _period(asked, *free, today)
    day = asked.known_day("as_of", today, AHEAD)
    if day is None:
        day = min(whole.last, today) if whole and whole.first <= today else today
    over = whole.until(day) if whole else None
    if whole and over is None:
        asked.problems.append(
            _("Kỳ bắt đầu ngày %(day)s chưa có số liệu, chọn kỳ đã bắt đầu", day=shown_day(whole.first))
        )
    view = View(year, Day(day, today), *units_asked(asked))
    ranked, all_units = (asked.number(name, 1, MOST_RANKED) for name in ("ranked", "all_units"))
    return Wanted(view, code, over, ranked, all_units, asked.said, asked.problems)


def units_asked(asked: Asked) -> tuple[tuple[UnitKind, ...], Grouping]:
    """The kinds of unit looked at, and which unit findings are counted for."""
    by = next(iter(asked.among("group", Grouping)), Grouping.INSPECTED)
    if by is Grouping.INSPECTED:
        asked.said.pop("group", None)
    return tuple(asked.among("kind", UnitKind)), by


def _period(asked: Asked, first: date | None, last: date | None, today: date) -> Period | None:
    """To today where the last day is not said; from the turn of the reporting year where the first is not."""
    if first is None and last is None:
        return None
    last = last or max(today, first or today)
    first = first or period(PeriodCode.YEAR, reporting_year(last)).first
    if first <= last:
        return Period(first, last)
    asked.problems.append(
        _("Ngày %(first)s đứng sau ngày %(last)s, đổi lại kỳ", first=shown_day(first), last=shown_day(last))
    )
    return None


@dataclass(frozen=True, slots=True)
class OverviewLinks:
    """Lists of exactly the rows that a figure counts, on the day that it is of."""

    view: View
    addresses: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: date) -> "OverviewLinks":
        """The same on another day."""
        return replace(self, view=self.view.on(day))

    def of(self, year: int) -> "OverviewLinks":
        """The same of the plans of another year."""
        return replace(self, view=self.view.of(year))

    def findings(self, *, plan: int | None = None, unit: int | None = None, **chosen: object) -> str:
        """Findings of the year's plans, of one plan, of one unit: `counted=1`, `state="resolved"`, `area="III"`."""
        of = {"plan": plan} if plan else {"year": self.view.year}
        place = {"unit": unit or self.view.unit_id, "alone": 1} if unit or self.view.unit_id else {}
        return self._findings({**of, **place, **chosen})

    def happened(self, **chosen: object) -> str:
        """Findings under whichever plan: `issued_from=…`, `done_to=…`."""
        return self._findings(chosen)

    def schedule(self, *, plan: int | None = None, **chosen: object) -> str:
        """Targets of the year's plans or of one: `begun=1`."""
        of = {"plan": plan} if plan else {"year": self.view.year}
        return self._list("visits.schedule", {**of, **self._kinds(), **chosen})

    def visits(self, plan: int) -> str:
        """Visits under one plan that have begun."""
        return self._list("visits.index", {"plan": plan, "state": BEGUN, **self._kinds()})

    def visits_in(self, period: Period) -> str:
        """Visits that teams began in a period."""
        days = {"since": period.first, "until": period.last}
        return self._list("visits.index", {"state": BEGUN, "plan_kind": BY_TEAMS, **days, **self._kinds()})

    def _findings(self, chosen: Mapping[str, object]) -> str:
        """Whose unit and kind of unit are asked for has to be said only where one is."""
        held = {**self._kinds(), **chosen}
        said = self.view.by is Grouping.RESPONSIBLE and held.keys() & {"unit", "kind"}
        return self._list("findings.index", {**held, "responsible": 1} if said else held)

    def _kinds(self) -> dict[str, object]:
        return {"kind": [kind.value for kind in self.view.kinds]} if self.view.kinds else {}

    def _list(self, endpoint: str, chosen: Mapping[str, object]) -> str:
        day = self.view.day.past
        as_of = {"as_of": day.isoformat()} if day else {}
        return address(endpoint, given({**chosen, **as_of}), self.addresses)


def given(chosen: Mapping[str, object]) -> dict[str, Any]:
    """Without what is not said."""
    return {name: value for name, value in chosen.items() if value not in (None, "", ())}
