"""The past comes out the same later: facts of every day equal a replay of what happened, in plain Python."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.findings import queries
from inspect_app.findings.models import Finding, State
from inspect_app.findings.queries import facts as f
from inspect_app.findings.services.history import FACTS
from tests.findings.test_services import Hands

TODAY = clock.today()
VISITED, ISSUED, DUE = date(2023, 3, 1), date(2023, 3, 6), date(2023, 3, 20)
UNITS_TURN = (State.OPEN, State.IN_PROGRESS, State.RETURNED)
LIVE = (*UNITS_TURN, State.SUBMITTED, State.DISPUTED)


@dataclass(frozen=True)
class Told:
    """A finding as somebody would keep it in a notebook."""

    state: State = State.OPEN
    deadline: date = DUE
    sent: date | None = None
    sent_under: date = DUE
    resolved: date | None = None
    days_late: int | None = None
    before: State | None = None
    days: dict[date, "Told"] = field(default_factory=dict, compare=False)

    def may(self) -> list[str]:
        return {
            State.OPEN: ["start", "submit", "dispute", "withdraw"],
            State.IN_PROGRESS: ["submit", "dispute", "withdraw"],
            State.RETURNED: ["start", "submit", "dispute", "withdraw"],
            State.SUBMITTED: ["recall", "accept", "send_back", "send_back_later", "withdraw"],
            State.DISPUTED: ["uphold", "allow", "withdraw"],
            State.RESOLVED: ["reopen"],
            State.WITHDRAWN: [],
        }[self.state]

    def after(self, move: str, on: date) -> "Told":
        match move:
            case "start":
                return replace(self, state=State.IN_PROGRESS)
            case "submit":
                return replace(self, state=State.SUBMITTED, sent=on, sent_under=self.deadline)
            case "recall":
                return replace(self, state=State.IN_PROGRESS)
            case "accept":
                assert self.sent
                late = (self.sent - self.sent_under).days
                return replace(self, state=State.RESOLVED, resolved=on, days_late=late)
            case "send_back":
                return replace(self, state=State.RETURNED)
            case "send_back_later":
                return replace(self, state=State.RETURNED, deadline=later(self, on))
            case "dispute":
                return replace(self, state=State.DISPUTED, before=self.state)
            case "uphold":
                assert self.before
                return replace(self, state=self.before)
            case "reopen":
                return replace(self, state=State.RETURNED, resolved=None, days_late=None, deadline=later(self, on))
            case _:
                return replace(self, state=State.WITHDRAWN)

    def overdue(self, day: date) -> bool:
        waiting = self.state is State.SUBMITTED and self.sent is not None and self.sent <= self.sent_under
        return self.state in LIVE and not waiting and self.deadline < day


def later(told: Told, on: date) -> date:
    return max(told.deadline, on) + timedelta(days=3)


def make_move(hands: Hands, told: Told, move: str, on: date) -> None:
    match move:
        case "send_back_later":
            hands.send_back(on, resubmit_by=later(told, on))
        case "reopen":
            hands.reopen(on, later(told, on))
        case _:
            getattr(hands, move)(on)


def on_day(session, finding, day):
    query, facts = queries.facts_on(select().select_from(Finding).where(Finding.id == finding.id), day)
    columns = [getattr(facts, name).label(name) for name in FACTS]
    flags = {"counted": f.counted, "on_time": f.on_time, "late": f.late, "live": f.live, "resolved": f.resolved}
    query = query.add_columns(*columns, *(of(facts).label(name) for name, of in flags.items()))
    return session.execute(query.add_columns(f.overdue(facts, day).label("overdue"))).one_or_none()


@pytest.fixture
def findings(make):
    """Open findings without end, each of a visit on 1/3/2023, issued on 6/3, due on 20/3."""

    def more():
        while True:
            yield make.finding(day=VISITED, issued=ISSUED, fixed_deadline=DUE)

    return more()


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), max_size=9))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_facts_of_every_day_are_those_of_a_replay(make, session, findings, story):
    finding = next(findings)
    hands = Hands(make, finding)
    told, day = Told(), ISSUED
    notebook = {ISSUED: told}
    for chosen, gap in story:
        if not told.may():
            break
        day += timedelta(days=gap)
        move = told.may()[chosen % len(told.may())]
        make_move(hands, told, move, day)
        told = told.after(move, day)
        notebook[day] = told
    session.commit()
    log = session.scalars(
        select(Event)
        .where(Event.subject_table == "finding", Event.subject_id == finding.id)
        .order_by(Event.on, Event.seq)
    ).all()
    for n in range((day - VISITED).days + 25):
        when = VISITED + timedelta(days=n)
        row = on_day(session, finding, when)
        if when < ISSUED:
            assert row is None
            continue
        expected = notebook[max(d for d in notebook if d <= when)]
        assert (row.state, row.deadline) == (expected.state, expected.deadline), when
        assert bool(row.overdue) == expected.overdue(when), when
        assert (row.resolved_on, row.days_late) == (expected.resolved, expected.days_late), when
        assert bool(row.counted) == (expected.state is not State.WITHDRAWN)
        assert bool(row.resolved) == (expected.state is State.RESOLVED)
        assert bool(row.live) == (expected.state in LIVE)
        assert bool(row.on_time) == (expected.days_late is not None and expected.days_late <= 0)
        assert bool(row.late) == (expected.days_late is not None and expected.days_late > 0)
        event = [one for one in log if one.on <= when][-1]
        assert {name: plain(getattr(row, name)) for name in FACTS} == {name: event.payload[name] for name in FACTS}
    today = on_day(session, finding, TODAY)
    assert {name: getattr(today, name) for name in FACTS} == {name: getattr(finding, name) for name in FACTS}


def plain(value):
    return value.isoformat() if isinstance(value, date) else value


def test_history_that_is_entered_later_shows_on_its_own_days(make, session):
    finding = make.finding("resolved", day=VISITED, issued=ISSUED, sent=date(2023, 3, 15), judged=date(2023, 3, 17))
    assert on_day(session, finding, date(2023, 3, 16)).state is State.SUBMITTED
    assert on_day(session, finding, date(2023, 3, 17)).state is State.RESOLVED
    written = session.scalars(select(Event.at).where(Event.subject_id == finding.id)).all()
    assert {at.astimezone(clock.HANOI).date() for at in written} == {TODAY}
