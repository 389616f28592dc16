"""Random people make random moves over findings, extensions and custody; what is promised holds after every one.

Refusals are part of it: whoever is refused leaves nothing behind, and is refused exactly what their page would not
have offered.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.loading import load
from inspect_app.findings import services
from inspect_app.findings.models import (
    COUNTED,
    FOREVER,
    LIVE,
    Custody,
    Extension,
    Finding,
    Span,
    State,
    Submission,
    Verdict,
    Verification,
)
from inspect_app.findings.services import counts, custody
from inspect_app.findings.services.custody import Decision
from inspect_app.findings.services.history import ready
from inspect_app.findings.workflow import FINDING
from inspect_app.plans.models import Plan
from inspect_app.reports import queries as reports
from inspect_app.reports.queries import Day
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, VisitState
from tests.support.make import Make

TODAY = clock.today()
VISITED, ISSUED, DUE = (TODAY - timedelta(days=days) for days in (90, 80, 50))
MANY = 3
"""Findings of the visit."""


class Cast:
    """Everybody who could try something, right and wrong; made once, before any story."""

    def __init__(self, make: Make) -> None:
        self.make = make
        self.unit, self.successor = make.unit("Phường Tân An"), make.unit("Phường Ninh Kiều")
        self.head = make.person()
        self.team = make.team(head=self.head)
        self.visit = make.visit(VisitState.BEGUN, unit=self.unit, team=self.team, day=VISITED)
        self.plan_id = self.visit.plan_id
        people = [
            make.reviewer,
            self.head,
            make.sitting(self.team),
            make.officer(self.unit),
            make.officer(self.successor),
            make.officer(make.unit()),
            make.person(Role.VIEWER),
            make.person(Role.ADMIN),
            make.person(Role.REVIEWER, home=self.unit),
        ]
        self.actors = [make.actor(person) for person in people]
        self.reviewer, self.leader = self.actors[0], self.actors[1]


def doing(cast: Cast, verb: str, finding: Finding, actor: Actor, on: date, later: date) -> None:
    """Make the move with what somebody would type."""
    given: dict[str, Any] = {"actor": actor, "on": on, "today": TODAY}
    match verb:
        case "start":
            services.start(finding, undertaking="In và niêm yết.", by=later, **given)
        case "submit":
            services.submit(finding, statement="Đã niêm yết.", files=[cast.make.file()], **given, **cast.make.storing)
        case "recall":
            services.recall(finding, **given)
        case "accept":
            services.accept(finding, method=Verification.DOCUMENTS, **given)
        case "return":
            services.send_back(finding, reason="Ảnh chưa rõ.", resubmit_by=later if later.day % 2 else None, **given)
        case "reopen":
            services.reopen(finding, reason="Bảng lại thiếu.", deadline=later, **given)
        case "dispute":
            services.dispute(finding, explanation="Đã niêm yết từ trước.", **given)
        case "uphold":
            services.uphold(finding, reason="Ảnh chụp sau ngày kiểm tra.", **given)
        case "allow":
            services.allow(finding, reason="Đúng như giải trình.", decision="12/QĐ-SNV", **given)
        case "withdraw":
            services.withdraw(finding, reason="Ghi nhầm đơn vị.", decision="12/QĐ-SNV", **given)
        case "ask_extension":
            services.ask_extension(finding, wanted=later, reason="Chờ kinh phí.", **given)
        case "drop_extension":
            services.take_back_extension(finding, **given)
        case "extend":
            services.extend(finding, until=later, reason="Được chờ kinh phí.", **given)
        case "refuse_extension":
            services.refuse_extension(finding, reason="Không chờ được.", **given)
        case "move":
            unit = cast.successor if finding.responsible_unit_id == cast.unit.id else cast.unit
            custody.move(finding, unit, decision=Decision("45/QĐ-UBND", on), **given)


VERBS = (
    *("start", "submit", "recall", "accept", "return", "reopen", "dispute", "uphold", "allow", "withdraw"),
    *("ask_extension", "drop_extension", "extend", "refuse_extension", "move"),
)


class Register(RuleBasedStateMachine):
    """Three findings of one visit, and whoever does what to them."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        connection: Any = db.engines[None]
        db.session.commit()
        self.before = connection.begin_nested()
        self.frozen: dict[tuple[str, int], tuple[Any, ...]] = {}
        self.log = 0

    @initialize()
    def issue(self) -> None:
        make, visit = self.cast.make, self.cast.visit
        several = [make.particulars(fixed_deadline=DUE, area_code=code) for code in ("I", "III", "III")]
        made = make.findings_of(visit, several, actor=self.cast.leader)
        self.ids = [finding.id for finding in made]
        visits.report(make.whole(visit), entry=Entry.FOUND, actor=self.cast.leader, today=TODAY, on=VISITED)
        notice: dict[str, Any] = {"number": "57/TB-ĐKT", "dated_on": ISSUED, "signer": "Lê Thị Ký"}
        services.conclude(make.whole(visit), actor=self.cast.leader, today=TODAY, **notice, **make.storing)
        db.session.commit()

    @rule(
        which=st.integers(0, MANY - 1),
        verb=st.sampled_from(VERBS),
        who=st.integers(0, 8),
        days=st.integers(-2, 15),
        later=st.integers(-3, 60),
    )
    def try_something(self, which: int, verb: str, who: int, days: int, later: int) -> None:
        self._try(which, verb, self.cast.actors[who], days, later)

    @rule(which=st.integers(0, MANY - 1), choice=st.integers(0, 99), days=st.integers(0, 9), later=st.integers(1, 60))
    def do_what_is_offered(self, which: int, choice: int, days: int, later: int) -> None:
        """Most of what is tried at random is refused; this gets on with it."""
        finding = self._finding(which)
        open_to = [(verb, a) for a in self.cast.actors for verb in FINDING.offered_to(a, finding) if verb in VERBS]
        if open_to:
            verb, actor = open_to[choice % len(open_to)]
            self._try(which, verb, actor, days, later)

    def _finding(self, which: int) -> Finding:
        finding = db.session.get_one(Finding, self.ids[which])
        ready(finding)
        return finding

    def _try(self, which: int, verb: str, actor: Actor, days: int, later: int) -> None:
        finding = self._finding(which)
        offered = verb in FINDING.offered_to(actor, finding)
        on = finding.moved_on + timedelta(days=days)
        told = on + timedelta(days=later)
        refused: Exception | None = None
        try:
            with db.session.begin_nested():
                doing(self.cast, verb, finding, actor, on, told)
        except (Invalid, NotAllowed, Stale, WrongState) as error:
            refused = error
        db.session.commit()
        if not offered:
            assert isinstance(refused, NotAllowed | WrongState), f"{verb} was not offered, and done"
        else:
            assert not isinstance(refused, NotAllowed | WrongState), f"{verb} was offered, and refused: {refused}"
        if refused is None:
            assert finding.moved_on <= TODAY

    @invariant()
    def counts_add_up(self) -> None:
        rows = list(db.session.scalars(select(Finding).where(Finding.id.in_(self.ids))))
        plan = db.session.get_one(Plan, self.cast.plan_id)
        load(plan, "issuing_unit")
        made = reports.report(plan, actor=self.cast.reviewer, day=Day(TODAY, TODAY))
        counted = [row for row in rows if row.state in COUNTED]
        assert made.total.counted == len(counted)
        assert made.total.resolved == sum(row.state is State.RESOLVED for row in counted)
        assert made.total.live == sum(row.state in LIVE for row in counted)
        assert made.total.overdue == sum(row.is_overdue(TODAY) for row in counted)
        assert sum(line.tally.counted for line in made.areas) == len(counted)

    @invariant()
    def what_is_kept_is_what_there_is(self) -> None:
        assert list(counts.differences()) == []

    @invariant()
    def every_day_has_one_set_of_facts(self) -> None:
        for finding_id in self.ids:
            spans = db.session.scalars(
                select(Span).where(Span.finding_id == finding_id).order_by(Span.since, Span.id)
            ).all()
            assert spans[-1].until == FOREVER
            assert [one.until for one in spans[:-1]] == [one.since for one in spans[1:]]

    @invariant()
    def what_was_settled_stays(self) -> None:
        now: dict[tuple[str, int], tuple[Any, ...]] = {}
        for row in db.session.scalars(select(Finding).where(Finding.id.in_(self.ids))):
            now["finding", row.id] = (row.code, row.unit_id, row.unit_name, row.issued_on, row.baseline, row.visit_id)
        for sent in db.session.scalars(select(Submission).where(Submission.finding_id.in_(self.ids))):
            now["sent", sent.id] = (sent.finding_id, sent.round, sent.sent_on, sent.deadline_then, sent.statement)
            if sent.verdict is not None:
                now["judged", sent.id] = (sent.verdict, sent.judged_on, sent.days_late, sent.method)
        assert {key: now[key] for key in self.frozen} == self.frozen
        self.frozen = now

    @invariant()
    def the_log_only_grows(self) -> None:
        numbers, last = db.session.execute(select(func.count(), func.max(Event.seq))).one()
        assert numbers == (last or 0) >= self.log
        self.log = numbers

    @invariant()
    def deadlines_and_custody_have_their_records(self) -> None:
        for row in db.session.scalars(select(Finding).where(Finding.id.in_(self.ids))):
            extensions = select(Extension).where(Extension.finding_id == row.id).order_by(Extension.id)
            granted = [one.new_deadline for one in db.session.scalars(extensions) if one.granted]
            assert row.deadline == (granted[-1] if granted else row.baseline)
            waiting = [one for one in db.session.scalars(extensions) if one.granted is None]
            assert len(waiting) <= (row.state in LIVE)
            custody = select(Custody).where(Custody.finding_id == row.id).order_by(Custody.id.desc())
            assert db.session.scalars(custody).first().unit_id == row.responsible_unit_id  # type: ignore[union-attr]
            accepted = [
                sent
                for sent in db.session.scalars(select(Submission).where(Submission.finding_id == row.id))
                if sent.verdict is Verdict.ACCEPTED
            ]
            if row.state is State.RESOLVED:
                last = accepted[-1]
                assert row.days_late == last.days_late == (last.sent_on - last.deadline_then).days

    def teardown(self) -> None:
        db.session.rollback()
        self.before.rollback()
        db.session.expire_all()


def drive(make: Make, *, stories: int, moves: int) -> None:
    class OfTheseTables(Register):
        cast = Cast(make)

    run_state_machine_as_test(
        OfTheseTables,
        settings=settings(
            max_examples=stories,
            stateful_step_count=moves,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),  # a long story says more than the minutes of shortening it
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_people_do_the_register_keeps_its_promises(make):
    drive(make, stories=4, moves=25)


@pytest.mark.long
def test_whatever_people_do_for_long_the_register_keeps_its_promises(make):
    drive(make, stories=60, moves=50)
