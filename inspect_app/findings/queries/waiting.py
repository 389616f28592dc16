"""What somebody other than a unit has had for longer than the time they are given. Never writes.

For reminders and for the home of reviewers. It knows no reader: whoever shows a row asks `seen_by` or `open_to` first.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Row,
    Select,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from inspect_app.core.actor import SIGNING, TeamRole
from inspect_app.core.audit import Event, done_to
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.core.statements import spelt_out
from inspect_app.findings.models import LIVE, Extension, Finding, Message, State, Submission
from inspect_app.findings.queries.facts import waiting
from inspect_app.plans.models import Plan
from inspect_app.visits.models import Visit, VisitState
from inspect_app.workdays.policy import Calendar, DeadlineRule, TermCode, Wait, latest_overdue, wait

Told = aliased(Event)
ALL = true()
NO_ID, NO_DAY, NO_MOMENT = cast(null(), Integer), cast(null(), Date), cast(null(), Message.sent_at.type)
ANYBODY = tuple(TeamRole)
HEADS = (TeamRole.HEAD,)
NOBODY: tuple[TeamRole, ...] = ()
TEAM_ROLES: Mapping[TermCode, tuple[TeamRole, ...]] = {
    TermCode.VERIFY: ANYBODY,
    TermCode.DECIDE_EXTENSION: NOBODY,
    TermCode.ANSWER_DISPUTE: HEADS,
    TermCode.ANSWER_QUESTION: ANYBODY,
    TermCode.REPORT: ANYBODY,
    TermCode.CONCLUDE: SIGNING,
}
"""Who on the team may act; whoever may not leaves it to reviewers."""


@dataclass(frozen=True, slots=True)
class Late:
    """One thing past the time that it is given.

    `follower_id` comes first where there is one; then those of `team_id` with one of `roles`; without a team, or where
    `roles` is empty, the reviewers over `unit_id` (of a visit: over the unit that issued its plan).
    """

    kind: TermCode
    subject: str
    """The table: `finding` or `visit`."""
    subject_id: int
    label: str
    """The finding's code, or the name of the unit visited."""
    title: str
    visit_id: int
    unit_id: int
    """The unit that answers for the finding; of a visit the one that issued its plan."""
    unit_name: str
    """The unit inspected, as it was called on the day."""
    team_id: int | None
    roles: tuple[TeamRole, ...]
    follower_id: int | None
    asker_id: int | None
    """Who sent, asked or explained: nobody decides on their own; empty where it is not known."""
    wait: Wait


Last = tuple[tuple[TermCode, date], ...]
"""For each kind the latest day such that what has waited since then is past its time."""


def waiting_too_long(
    today: date,
    calendar: Calendar,
    terms: Mapping[TermCode, DeadlineRule],
    *,
    findings: ColumnElement[bool] = ALL,
    visits: ColumnElement[bool] = ALL,
) -> list[Late]:
    """Everything past its time on `today`, the longest past first: one statement. Conditions as for `past_since`."""
    rows = db.session.execute(past_since(last_days(today, calendar, terms), findings=findings, visits=visits))
    return in_order(late_of(row, today, calendar, terms) for row in rows)


def last_days(today: date, calendar: Calendar, terms: Mapping[TermCode, DeadlineRule]) -> Last:
    return tuple((kind, latest_overdue(terms[kind], today, calendar)) for kind in (*_OF_FINDINGS, *_OF_VISITS))


def past_since(
    last: Last,
    *,
    findings: ColumnElement[bool] = ALL,
    visits: ColumnElement[bool] = ALL,
    most: int | None = None,
) -> CompoundSelect[Any]:
    """What has waited since these days or longer, of each kind the `most` that have longest.

    `findings` is a condition on `Finding`, `visits` one on `Visit` joined with `Plan`. Self-inspections that were not
    sent are their unit's own business and left out. Columns: kind, since or moment, and what `Late` tells.
    """
    parts = []
    for kind, day in last:
        of_findings = kind in _OF_FINDINGS
        query = _OF_FINDINGS[kind](day).where(findings) if of_findings else _OF_VISITS[kind](day).where(visits)
        query = query.add_columns(literal(kind).label("kind"))
        if most is not None:
            since = "moment" if kind is TermCode.ANSWER_QUESTION else "since"
            query = select(query.order_by(since, "subject_id").limit(spelt_out(most)).subquery())
        parts.append(query)
    return union_all(*parts)


def since_of(row: Row[Any]) -> date:
    """The day from which a row of `past_since` has waited."""
    day: date = row.since or row.moment.astimezone(HANOI).date()
    return day


def in_order(late: Iterable[Late]) -> list[Late]:
    """The longest past first."""
    return sorted(late, key=lambda one: (one.wait.due, one.kind, one.subject_id))


def late_of(row: Row[Any], today: date, calendar: Calendar, terms: Mapping[TermCode, DeadlineRule]) -> Late:
    """What a row of `past_since` tells."""
    kind = TermCode(row.kind)
    return Late(
        kind=kind,
        subject=row.subject,
        subject_id=row.subject_id,
        label=row.label,
        title=row.title,
        visit_id=row.visit_id,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        team_id=row.team_id,
        roles=TEAM_ROLES[kind] if row.team_id else NOBODY,
        follower_id=row.follower_id,
        asker_id=row.asker_id,
        wait=wait(terms[kind], since_of(row), today, calendar),
    )


# One query for each kind: what has waited since `last` or longer


def _to_verify(last: date) -> Select[Any]:
    latest = and_(Submission.finding_id == Finding.id, Submission.round == Finding.rounds)
    return (
        _of_finding(Finding.submitted_on, Submission.sender_id)
        .join(Submission, latest)
        .where(_literally(Finding.state, State.SUBMITTED), Finding.submitted_on <= last)
    )


def _to_decide(last: date) -> Select[Any]:
    return (
        _of_finding(Extension.asked_on, Extension.asker_id)
        .join(Extension, Extension.finding_id == Finding.id)
        .where(Extension.granted.is_(None), Extension.asked_on <= last, Finding.state.in_(LIVE))
    )


def _to_answer(last: date) -> Select[Any]:
    """Explanations; since when is in the log, where no later change of the finding hides it."""
    latest = select(func.max(Told.seq)).where(done_to(Told, "finding", Finding.id, "finding:dispute")).scalar_subquery()
    return (
        _of_finding(Event.on, Event.actor_id)
        .join(Event, Event.seq == latest)
        .where(waiting(Finding), Finding.state == State.DISPUTED, Event.on <= last)
    )


def _to_reply(last: date) -> Select[Any]:
    """Questions of units; each finding by the first that nobody answered."""
    first = select(func.min(Message.id)).where(Message.unanswered).group_by(Message.finding_id)
    over = datetime.combine(last + timedelta(days=1), time(), HANOI).astimezone(UTC)
    return (
        _of_finding(NO_DAY, Message.author_id, Message.sent_at)
        .join(Message, Message.finding_id == Finding.id)
        .where(Message.id.in_(first), Message.sent_at < over, Finding.state.in_(LIVE))
    )


def _to_report(last: date) -> Select[Any]:
    return _of_visit(Visit.began_on).where(_literally(Visit.state, VisitState.BEGUN), Visit.began_on <= last)


def _to_conclude(last: date) -> Select[Any]:
    reported = _literally(Visit.state, VisitState.REPORTED)
    return _of_visit(Visit.reported_on).where(reported, Visit.reported_on <= last)


def _literally(column: Any, state: State | VisitState) -> ColumnElement[bool]:
    """In the words of the index that is kept of what is in this state, which SQLite goes by."""
    code: ColumnElement[Any] = literal(state, column.type, literal_execute=True)
    found: ColumnElement[bool] = column == code
    return found


def _of_finding(since: Any, asker: Any, moment: Any = NO_MOMENT) -> Select[Any]:
    return select(
        literal("finding").label("subject"),
        Finding.id.label("subject_id"),
        Finding.code.label("label"),
        Finding.title.label("title"),
        Finding.visit_id.label("visit_id"),
        Finding.responsible_unit_id.label("unit_id"),
        Finding.unit_name.label("unit_name"),
        Finding.team_id.label("team_id"),
        Finding.follower_id.label("follower_id"),
        asker.label("asker_id"),
        since.label("since"),
        moment.label("moment"),
    ).select_from(Finding)


def _of_visit(since: Any) -> Select[Any]:
    columns: tuple[Any, ...] = (
        literal("visit").label("subject"),
        Visit.id.label("subject_id"),
        Visit.unit_name.label("label"),
        Plan.title.label("title"),
        Visit.id.label("visit_id"),
        Plan.issuing_unit_id.label("unit_id"),
        Visit.unit_name.label("unit_name"),
        Visit.team_id.label("team_id"),
        NO_ID.label("follower_id"),
        NO_ID.label("asker_id"),
        since.label("since"),
        NO_MOMENT.label("moment"),
    )
    return select(*columns).select_from(Visit).join(Visit.plan).where(Visit.team_id.is_not(None))


_OF_FINDINGS: Mapping[TermCode, Callable[[date], Select[Any]]] = {
    TermCode.VERIFY: _to_verify,
    TermCode.DECIDE_EXTENSION: _to_decide,
    TermCode.ANSWER_DISPUTE: _to_answer,
    TermCode.ANSWER_QUESTION: _to_reply,
}
_OF_VISITS: Mapping[TermCode, Callable[[date], Select[Any]]] = {
    TermCode.REPORT: _to_report,
    TermCode.CONCLUDE: _to_conclude,
}
