"""The clock of those who answer: how long something has waited for a team or a reviewer, against its term."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, Row

from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.statements import built_once, prepared
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import seen_by
from inspect_app.findings.queries.waiting import Last, Late, in_order, last_days, late_of, past_since, since_of
from inspect_app.home.queries.duties import MOST
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import open_to
from inspect_app.workdays.policy import Calendar, DeadlineRule, TermCode, Wait, due, wait
from inspect_app.workdays.queries import calendar_and_terms


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is long, today."""

    today: date
    calendar: Calendar
    terms: Mapping[TermCode, DeadlineRule]
    late: Mapping[TermCode, Sequence[Row[Any]]]
    """What is past its time and the actor may know of, the longest past first; of each kind `MOST + 1` at most."""

    @property
    def total(self) -> int:
        return sum(len(rows) for rows in self.late.values())

    @property
    def more(self) -> bool:
        """There is more of some kind."""
        return any(len(rows) > MOST for rows in self.late.values())

    def wait(self, code: str, since: date) -> Wait:
        return wait(self.terms[TermCode(code)], since, self.today, self.calendar)

    def longest(self, most: int) -> list[Late]:
        """The longest past of all kinds: how long each has waited is worked out of these few alone."""
        first = (row for kind in self.late for row in self._longest_of(kind, most))
        return in_order(self._told(row) for row in first)[:most]

    def answers(self, finding_id: int) -> Late | None:
        """What of this finding waits too long for an answer or a decision, if anything does."""
        found = [
            row
            for kind, rows in self.late.items()
            if kind is not TermCode.VERIFY
            for row in rows
            if row.subject_id == finding_id and row.subject == "finding"
        ]
        return next(iter(in_order(map(self._told, found))), None)

    def _longest_of(self, kind: TermCode, most: int) -> Iterator[Row[Any]]:
        """So many, and all that were due on the same day as the last of them."""
        rule, last = self.terms[kind], date.max
        for place, row in enumerate(self.late[kind], start=1):
            day = due(rule, since_of(row), self.calendar)
            if day > last:
                return
            if place == most:
                last = day
            yield row

    def _told(self, row: Row[Any]) -> Late:
        return late_of(row, self.today, self.calendar, self.terms)


def pace(actor: Actor, today: date) -> Pace:
    """Two statements. Reviewers oversee what they may see, teams what is theirs."""
    calendar, terms = calendar_and_terms()
    last = last_days(today, calendar, terms)
    rows: Sequence[Any] = db.session.execute(_late(actor, last)).all()
    late = {
        kind: sorted((row for row in rows if row.kind == kind), key=lambda row: (since_of(row), row.subject_id))
        for kind, _day in last
    }
    return Pace(today, calendar, terms, late)


@built_once
def _late(actor: Actor, last: Last) -> CompoundSelect[Any]:
    if actor.held(Role.REVIEWER):
        findings, visits = seen_by(actor, walking=True), open_to(actor)
    else:
        teams = sorted(actor.team_ids)
        findings, visits = Finding.team_id.in_(teams), Visit.team_id.in_(teams)
    return prepared(past_since(last, findings=findings, visits=visits, most=MOST + 1))
