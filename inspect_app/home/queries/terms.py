"""The clock of those who answer: how long something has waited for a team or a reviewer, against its term."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from inspect_app.core.actor import Actor, Role
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import seen_by
from inspect_app.findings.queries.waiting import Late, waiting_too_long
from inspect_app.home.queries.duties import MOST
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import open_to
from inspect_app.workdays.policy import Calendar, DeadlineRule, TermCode, Wait, wait
from inspect_app.workdays.queries import calendar_and_terms


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is long, today."""

    today: date
    calendar: Calendar
    terms: Mapping[TermCode, DeadlineRule]
    late: Sequence[Late]
    """What is past its time and the actor may know of, the longest past first; of each kind `MOST` at most."""
    more: bool = False
    """There is more of some kind."""

    def wait(self, code: str, since: date) -> Wait:
        return wait(self.terms[TermCode(code)], since, self.today, self.calendar)

    def answers(self, finding_id: int) -> Late | None:
        """What of this finding waits too long for an answer or a decision, if anything does."""
        return next(
            (
                one
                for one in self.late
                if one.kind is not TermCode.VERIFY and one.subject == "finding" and one.subject_id == finding_id
            ),
            None,
        )


def pace(actor: Actor, today: date) -> Pace:
    """Two statements. Reviewers oversee what they may see, teams what is theirs."""
    calendar, terms = calendar_and_terms()
    if actor.held(Role.REVIEWER):
        findings, visits = seen_by(actor), open_to(actor)
    else:
        teams = sorted(actor.team_ids)
        findings, visits = Finding.team_id.in_(teams), Visit.team_id.in_(teams)
    late = waiting_too_long(today, calendar, terms, findings=findings, visits=visits, most=MOST + 1)
    more = max(Counter(one.kind for one in late).values(), default=0) > MOST
    return Pace(today, calendar, terms, late, more)
