"""The clock of those who answer: how long something has waited for a team or a reviewer, against its term."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import CompoundSelect, Row

from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.shapes import among, filling_of, shape_of
from inspect_app.core.statements import built_once, prepared
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import seen_by
from inspect_app.findings.queries.waiting import Last, Late, last_days, late_of, past_since, since_of
from inspect_app.home.queries.duties import MOST
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import open_to
from inspect_app.workdays.policy import Calendar, DeadlineRule, TermCode, Wait, due, wait
from inspect_app.workdays.queries import calendar_and_terms

ANSWERS = (TermCode.DECIDE_EXTENSION, TermCode.ANSWER_DISPUTE, TermCode.ANSWER_QUESTION)
"""What a unit waits for with a finding, but for the word on what it sent."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is long, today."""

    today: date
    calendar: Calendar
    terms: Mapping[TermCode, DeadlineRule]
    late: Mapping[TermCode, Sequence[Row[Any]]]
    """What is past its time and the actor may know of, the longest past first; of each kind `MOST + 1` at most."""
    to_answer: Mapping[int, Sequence[Row[Any]]]
    """The same by finding, but for what waits to be verified."""

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
        return [self._told(row) for row in sorted(first, key=self._place)[:most]]

    def answers(self, finding_id: int) -> Late | None:
        """What of this finding waits too long for an answer or a decision, if anything does."""
        rows = self.to_answer.get(finding_id)
        return self._told(min(rows, key=self._place)) if rows else None

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

    def _place(self, row: Row[Any]) -> tuple[date, str, int]:
        """Among all that is past its time, as `in_order` has it."""
        return due(self.terms[row.kind], since_of(row), self.calendar), row.kind, row.subject_id

    def _told(self, row: Row[Any]) -> Late:
        return late_of(row, self.today, self.calendar, self.terms)


def pace(actor: Actor, today: date) -> Pace:
    """Two statements. Reviewers oversee what they may see, teams what is theirs."""
    calendar, terms = calendar_and_terms()
    last = last_days(today, calendar, terms)
    late: dict[TermCode, list[Row[Any]]] = {kind: [] for kind, _day in last}
    for row in db.session.execute(_late(shape_of(actor), last), filling_of(actor)).all():
        late[row.kind].append(row)
    for rows in late.values():
        rows.sort(key=lambda row: (since_of(row), row.subject_id))
    to_answer: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in chain.from_iterable(late[kind] for kind in ANSWERS):
        to_answer[row.subject_id].append(row)
    return Pace(today, calendar, terms, late, to_answer)


@built_once
def _late(actor: Actor, last: Last) -> CompoundSelect[Any]:
    if actor.held(Role.REVIEWER):
        findings, visits = seen_by(actor, walking=True), open_to(actor, walking=False)
    else:
        findings, visits = (among(of.team_id, actor.team_ids) for of in (Finding, Visit))
    return prepared(past_since(last, findings=findings, visits=visits, most=MOST + 1), always=True)
