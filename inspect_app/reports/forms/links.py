"""Where a figure leads: to a list of exactly the rows that it counts, on the day that it is of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from flask import url_for

from inspect_app.reports.queries import Day, Grouping, UnitLine
from inspect_app.workdays.periods import Period

BEGUN = ("begun", "reported", "concluded", "closed")
"""States of a visit that has begun and was not cancelled."""


def address(endpoint: str, chosen: Mapping[str, object], known: dict[str, str]) -> str:
    """A list with what is chosen there, a parameter of several values once for each. A page has hundreds of these:
    `known` keeps where its few lists are.
    """
    path = known.get(endpoint) or known.setdefault(endpoint, url_for(endpoint))
    return f"{path}?{'&'.join(_parameters(chosen))}"


def _parameters(chosen: Mapping[str, object]) -> Iterator[str]:
    for name, values in chosen.items():
        for value in values if isinstance(values, (list, tuple)) else (values,):
            yield f"{name}={_quoted(str(value))}"


_quoted = lru_cache(maxsize=4096)(quote_plus)
"""Mostly codes, days and numbers of records, which come again and again."""


@dataclass(frozen=True, slots=True)
class Links:
    """Built from one address and a few words each: a page has hundreds of them."""

    plan_id: int
    day: Day
    by: Grouping = Grouping.INSPECTED
    addresses: dict[str, str] = field(default_factory=dict, compare=False, repr=False, kw_only=True)

    def on(self, day: date) -> "Links":
        """The same on another day."""
        return replace(self, day=replace(self.day, on=day))

    def findings(self, *, unit: UnitLine | None = None, **chosen: object) -> str:
        """Findings of the plan: `counted=1`, `state="resolved"`, `timing="late"`, `kind="district"`, `area="III"`."""
        place = {"unit": unit.id, "alone": 1} if unit else {}
        if self.by is Grouping.RESPONSIBLE:
            place["responsible"] = 1
        return self._list("findings.index", plan=self.plan_id, **place, **chosen)

    def issued(self, period: Period, **chosen: Any) -> str:
        """What was issued in the period and counts."""
        return self.findings(counted=1, **_ends("issued", period), **chosen)

    def done(self, period: Period, **chosen: Any) -> str:
        """What was put right in the period."""
        return self.findings(state="resolved", **_ends("done", period), **chosen)

    def lapsed(self, period: Period, **chosen: Any) -> str:
        """What became overdue in the period and counts."""
        return self.findings(counted=1, **_ends("overdue", period), **chosen)

    def found(self, visit_id: int, area: str) -> str:
        """What one visit found in one area, whatever its plan."""
        return self._list("findings.index", visit=visit_id, area=area, counted=1)

    def units(self, plan_id: int | None = None, **chosen: object) -> str:
        """Targets of this plan or another: `begun=1`, `kind="district"`."""
        return self._list("visits.schedule", plan=plan_id or self.plan_id, **chosen)

    def visits(self, plan_id: int | None = None, **chosen: object) -> str:
        """Visits under this plan or another that have begun."""
        return self._list("visits.index", plan=plan_id or self.plan_id, state=BEGUN, **chosen)

    def _list(self, endpoint: str, **chosen: object) -> str:
        as_of = {"as_of": self.day.past.isoformat()} if self.day.past else {}
        return address(endpoint, {**chosen, **as_of}, self.addresses)


def _ends(name: str, period: Period) -> dict[str, Any]:
    return {f"{name}_from": period.first.isoformat(), f"{name}_to": period.last.isoformat()}
