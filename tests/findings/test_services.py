"""What the unit does and what the team decides: deadlines, on time or late, the two times, the past that stays."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.findings import queries, services
from inspect_app.findings.models import Evidence, Extension, Finding, Side, State, Verdict, Verification
from inspect_app.findings.services.history import FACTS
from inspect_app.units.models import Unit

TODAY = clock.today()
VISITED, ISSUED, DUE = date(2023, 10, 12), date(2023, 10, 20), date(2023, 11, 10)


@pytest.fixture
def finding(make):
    """Open since 20/10/2023, due on 10/11/2023."""
    return make.finding(day=VISITED, issued=ISSUED, fixed_deadline=DUE)


class Hands:
    """The unit's officer and a reviewer, making moves on days of one's choice."""

    def __init__(self, make, finding):
        self.make, self.finding = make, finding
        self.officer = make.actor(make.officer(make.session.get_one(Unit, finding.unit_id)))
        self.reviewer = make.actor(make.reviewer)

    def start(self, on, **given):
        told = {"undertaking": "In và niêm yết.", "by": on, **given}
        services.start(self.finding, actor=self.officer, on=on, today=TODAY, **told)

    def submit(self, on, *files, **given):
        told = {"statement": "Đã niêm yết đủ.", "files": files or (self.make.file(),), **given}
        told = {"actor": self.officer, "on": on, "today": TODAY, **self.make.storing, **told}
        return services.submit(self.finding, **told)

    def recall(self, on, **given):
        services.recall(self.finding, **{"actor": self.officer, "on": on, "today": TODAY, **given})

    def accept(self, on, **given):
        told = {"actor": self.reviewer, "method": Verification.ON_SITE, **given}
        services.accept(self.finding, on=on, today=TODAY, **told)

    def send_back(self, on, **given):
        told = {"actor": self.reviewer, "reason": "Ảnh chưa thấy 4 thủ tục.", **given}
        services.send_back(self.finding, on=on, today=TODAY, **told)

    def reopen(self, on, deadline, **given):
        told = {"actor": self.reviewer, "reason": "Bảng lại thiếu.", "deadline": deadline, **given}
        services.reopen(self.finding, on=on, today=TODAY, **told)

    def dispute(self, on, **given):
        told = {"actor": self.officer, "explanation": "Đã niêm yết từ trước.", **given}
        services.dispute(self.finding, on=on, today=TODAY, **told)

    def uphold(self, on, **given):
        told = {"actor": self.reviewer, "reason": "Ảnh chụp sau ngày kiểm tra.", **given}
        services.uphold(self.finding, on=on, today=TODAY, **told)

    def allow(self, on, **given):
        told = {"actor": self.reviewer, "reason": "Đúng như giải trình.", "decision": "12/QĐ-SNV", **given}
        services.allow(self.finding, on=on, today=TODAY, **told)

    def withdraw(self, on, **given):
        told = {"actor": self.reviewer, "reason": "Ghi nhầm đơn vị.", "decision": "12/QĐ-SNV", **given}
        services.withdraw(self.finding, on=on, today=TODAY, **told)


@pytest.fixture
def hands(make, finding):
    return Hands(make, finding)


def on_day(session, finding, day):
    """The facts of that day, or None when it was not issued yet."""
    query, facts = queries.facts_on(select().select_from(Finding).where(Finding.id == finding.id), day)
    columns = [getattr(facts, name).label(name) for name in FACTS]
    row = session.execute(query.add_columns(*columns, queries.overdue(facts, day).label("overdue"))).one_or_none()
    return row and row._asdict()


# On time, judged by the day of the accepted submission


@pytest.mark.parametrize(
    ("sent", "days_late", "on_time", "late"),
    [(date(2023, 11, 8), -2, True, False), (DUE, 0, True, False), (date(2023, 11, 13), 3, False, True)],
)
def test_on_time_is_the_day_it_was_sent_not_the_day_it_was_accepted(
    hands, finding, session, sent, days_late, on_time, late
):
    hands.submit(sent)
    hands.accept(date(2023, 12, 1))
    assert (finding.state, finding.resolved_on) == (State.RESOLVED, date(2023, 12, 1))
    assert (finding.days_late, finding.days_taken) == (days_late, (sent - ISSUED).days)
    session.commit()
    row = session.execute(select(queries.on_time(Finding), queries.late(Finding)).where(Finding.id == finding.id)).one()
    assert (bool(row[0]), bool(row[1])) == (on_time, late)


def test_of_several_submissions_the_accepted_one_counts(hands, finding, session):
    first = hands.submit(date(2023, 11, 1))
    hands.send_back(date(2023, 11, 3))
    assert (finding.state, finding.submitted_on) == (State.RETURNED, None)
    second = hands.submit(date(2023, 11, 12))
    hands.accept(date(2023, 11, 15))
    assert (finding.days_late, finding.days_taken, finding.submitted_on) == (2, 23, date(2023, 11, 12))
    assert [(s.round, s.verdict) for s in queries.submissions_of(finding)] == [
        (2, Verdict.ACCEPTED),
        (1, Verdict.RETURNED),
    ]
    assert (first.days_late, second.days_late, second.method) == (None, 2, Verification.ON_SITE)


def test_a_later_deadline_counts_only_for_what_is_sent_under_it(hands, finding, session):
    hands.submit(date(2023, 11, 12))
    hands.send_back(date(2023, 11, 14), resubmit_by=date(2023, 11, 30))
    assert (finding.baseline, finding.deadline) == (DUE, date(2023, 11, 30))
    assert finding.extended
    session.commit()
    granted = session.scalars(select(Extension)).one()
    assert (granted.old_deadline, granted.new_deadline, granted.granted) == (DUE, date(2023, 11, 30), True)
    assert (granted.asker_id, granted.decided_on) == (None, date(2023, 11, 14))
    hands.submit(date(2023, 11, 29))
    hands.accept(date(2023, 12, 5))
    assert finding.days_late == -1
    assert [s.deadline_then for s in queries.submissions_of(finding)] == [date(2023, 11, 30), DUE]


def test_a_deadline_is_never_brought_forward(hands, finding, session):
    hands.submit(date(2023, 11, 1))
    for day in (date(2023, 11, 9), date(2023, 11, 2)):
        with pytest.raises(Invalid) as refused:
            hands.send_back(date(2023, 11, 2), resubmit_by=day)
        assert refused.value.field == "resubmit_by"
    hands.send_back(date(2023, 11, 2), resubmit_by=DUE)
    session.commit()
    assert finding.deadline == DUE
    assert not session.scalars(select(Extension.id)).all(), "the same day is no extension"


def test_a_reopened_finding_keeps_its_earlier_cycles(hands, finding, session):
    hands.submit(date(2023, 11, 8))
    hands.accept(date(2023, 11, 10))
    hands.reopen(date(2023, 12, 1), date(2023, 12, 20))
    assert (finding.state, finding.deadline, finding.resolved_on) == (State.RETURNED, date(2023, 12, 20), None)
    assert (finding.days_late, finding.days_taken, finding.submitted_on) == (None, None, None)
    hands.submit(date(2023, 12, 22))
    hands.accept(date(2023, 12, 23))
    assert (finding.days_late, finding.days_taken) == (2, 63)
    session.commit()
    assert [(s.verdict, s.days_late) for s in queries.submissions_of(finding)] == [
        (Verdict.ACCEPTED, 2),
        (Verdict.ACCEPTED, -2),
    ]
    then = on_day(session, finding, date(2023, 11, 30))
    assert (then["state"], then["days_late"], then["deadline"]) == (State.RESOLVED, -2, DUE)
    between = on_day(session, finding, date(2023, 12, 21))
    assert (between["state"], between["overdue"]) == (State.RETURNED, True)


# Overdue, derived


def test_a_submission_in_time_keeps_the_unit_from_being_overdue_while_it_waits(hands, finding, session):
    hands.submit(DUE)
    session.commit()
    assert finding.in_time
    assert not finding.is_overdue(date(2024, 1, 1))
    assert not on_day(session, finding, date(2024, 1, 1))["overdue"]
    hands.send_back(date(2023, 11, 20))
    session.commit()
    assert finding.is_overdue(date(2023, 11, 20))
    assert not on_day(session, finding, date(2023, 11, 19))["overdue"]
    assert on_day(session, finding, date(2023, 11, 20))["overdue"]


def test_a_submission_after_the_deadline_does_not(hands, finding, session):
    assert not finding.is_overdue(DUE)
    assert finding.is_overdue(DUE + timedelta(days=1))
    hands.submit(date(2023, 11, 13))
    session.commit()
    assert finding.is_overdue(date(2023, 11, 14))
    assert on_day(session, finding, date(2023, 11, 14))["overdue"]


def test_a_dispute_does_not_stop_the_clock(hands, finding, session):
    hands.dispute(date(2023, 11, 1))
    session.commit()
    assert not finding.is_overdue(DUE)
    assert finding.is_overdue(date(2023, 11, 11))
    hands.uphold(date(2023, 11, 20))
    assert (finding.state, finding.deadline, finding.disputed_from) == (State.OPEN, DUE, None)


def test_what_is_not_counted_is_never_overdue(hands, finding, session):
    hands.dispute(date(2023, 11, 1))
    hands.allow(date(2023, 11, 20))
    session.commit()
    assert finding.state is State.WITHDRAWN
    assert not finding.is_overdue(TODAY)
    assert on_day(session, finding, date(2023, 11, 15))["overdue"], "the past stays as it was"
    assert not on_day(session, finding, date(2023, 11, 20))["overdue"]


def test_withdrawing_ends_a_submission_that_waits(hands, finding, session):
    hands.submit(date(2023, 11, 1))
    hands.withdraw(date(2023, 11, 2))
    assert (finding.state, finding.in_time, finding.submitted_on) == (State.WITHDRAWN, False, None)


# Evidence


def test_nothing_is_submitted_without_evidence(hands, finding, make, session):
    with pytest.raises(Invalid) as refused:
        services.submit(
            finding,
            actor=hands.officer,
            statement="Đã làm.",
            files=[],
            on=DUE,
            today=TODAY,
            **make.storing,
        )
    assert (str(refused.value), refused.value.field) == (
        "Đính kèm ít nhất một ảnh hoặc văn bản chứng minh",
        "files",
    )
    assert finding.state is State.OPEN


def test_evidence_must_be_new_in_each_submission(hands, finding, make, session):
    hands.submit(date(2023, 11, 1), make.file(content=b"one"))
    hands.send_back(date(2023, 11, 2))
    session.commit()
    with pytest.raises(Invalid, match="đã gửi lần trước"):
        hands.submit(date(2023, 11, 3), make.file("khac.pdf", content=b"one"))
    session.rollback()
    hands.submit(date(2023, 11, 3), make.file(content=b"one"), make.file(content=b"two"))
    assert finding.state is State.SUBMITTED


def test_what_was_recalled_unseen_may_be_sent_again(hands, make, finding):
    hands.submit(date(2023, 11, 1), make.file(content=b"one"))
    hands.recall(date(2023, 11, 1))
    hands.submit(date(2023, 11, 2), make.file(content=b"one"))
    assert (finding.state, finding.rounds) == (State.SUBMITTED, 2)


def test_a_photograph_of_the_team_is_no_evidence_of_the_unit_sent_before(make):
    finding = make.finding(files=[make.file(content=b"board")])
    Hands(make, finding).submit(TODAY, make.file(content=b"board"))
    assert finding.state is State.SUBMITTED


def test_the_same_content_twice_is_kept_once(hands, make, session):
    hands.submit(date(2023, 11, 1), make.file("a.jpg", b"same"), make.file("b.jpg", b"same"))
    session.commit()
    (file,) = session.scalars(select(Evidence).where(Evidence.side == Side.REMEDY)).all()
    assert (file.name, file.size, len(file.sha256)) == ("a.jpg", 4, 64)
    assert make.storing["storage"].path(file.sha256).read_bytes() == b"same"


# Recall


def test_a_submission_is_recalled_while_nobody_has_opened_it(hands, finding, session):
    submission = hands.submit(date(2023, 11, 1))
    hands.recall(date(2023, 11, 2))
    session.commit()
    assert (finding.state, finding.in_time, finding.submitted_on) == (State.IN_PROGRESS, False, None)
    assert (submission.verdict, submission.judged_on) == (Verdict.RECALLED, date(2023, 11, 2))


def test_an_opened_submission_stays(hands, finding, session):
    submission = hands.submit(date(2023, 11, 1))
    session.commit()
    services.mark_opened(submission, at=clock.now())
    session.commit()
    with pytest.raises(WrongState, match="đã mở xem"):
        hands.recall(date(2023, 11, 2))
    assert finding.state is State.SUBMITTED


def test_opening_is_noted_once(hands, session):
    submission = hands.submit(date(2023, 11, 1))
    first = datetime(2023, 11, 2, tzinfo=clock.HANOI)
    services.mark_opened(submission, at=first)
    services.mark_opened(submission, at=first + timedelta(days=1))
    session.commit()
    assert submission.opened_at == first


def test_only_its_sender_recalls_it(hands, make, finding):
    hands.submit(date(2023, 11, 1))
    colleague = make.person(home=make.root)
    make.grant(colleague, Role.OFFICER, make.root)
    with pytest.raises(NotAllowed):
        hands.recall(date(2023, 11, 2), actor=make.actor(colleague))


# What each move must have


@pytest.mark.parametrize(
    ("before", "move", "given", "field"),
    [
        ((), "start", {"undertaking": " "}, "undertaking"),
        ((), "start", {"by": None}, "by"),
        ((), "start", {"by": date(2023, 11, 1)}, "by"),
        ((), "submit", {"statement": "\n"}, "statement"),
        ((), "dispute", {"explanation": ""}, "explanation"),
        (("submit",), "send_back", {"reason": " "}, "reason"),
        (("dispute",), "uphold", {"reason": ""}, "reason"),
        (("dispute",), "allow", {"reason": ""}, "reason"),
        (("dispute",), "allow", {"decision": ""}, "decision"),
        ((), "withdraw", {"reason": ""}, "reason"),
        ((), "withdraw", {"decision": " "}, "decision"),
        (("submit", "accept"), "reopen", {"deadline": TODAY, "reason": ""}, "reason"),
        (("submit", "accept"), "reopen", {"deadline": date(2023, 11, 2)}, "deadline"),
        (("submit", "accept"), "reopen", {"deadline": date(2023, 11, 9)}, "deadline"),
    ],
)
def test_what_a_move_must_have(hands, finding, session, before, move, given, field):
    day = date(2023, 11, 2)
    for earlier in before:
        getattr(hands, earlier)(day)
    state = finding.state
    with pytest.raises(Invalid) as refused:
        getattr(hands, move)(day, **given)
    assert refused.value.field == field
    assert finding.state is state, "a refusal changes nothing"


def test_what_will_be_done_is_kept(hands, finding):
    hands.start(date(2023, 10, 24), undertaking=" In và niêm yết 12 thủ tục. ", by=date(2023, 11, 1))
    assert (finding.undertaking, finding.undertaking_by) == ("In và niêm yết 12 thủ tục.", date(2023, 11, 1))


# Two times


def test_no_move_counts_for_a_day_to_come_or_before_the_previous_one(hands, finding):
    for day in (TODAY + timedelta(days=1), ISSUED - timedelta(days=1)):
        with pytest.raises(Invalid) as refused:
            hands.start(day)
        assert refused.value.field == "on"
    hands.start(date(2023, 11, 5))
    with pytest.raises(Invalid, match="05/11/2023"):
        hands.submit(date(2023, 11, 4))
    hands.submit(date(2023, 11, 5))


def test_an_event_says_both_days_and_all_that_figures_need(hands, finding, session):
    hands.start(date(2023, 10, 24))
    hands.submit(date(2023, 11, 12))
    hands.accept(date(2023, 11, 15))
    session.commit()
    events = [event for event, _unit in queries.events_of(finding)]
    assert [event.action for event in events] == [
        "finding:accept",
        "finding:submit",
        "finding:start",
        "finding:issue",
        "finding:record",
    ]
    assert [event.on for event in events] == [
        date(2023, 11, 15),
        date(2023, 11, 12),
        date(2023, 10, 24),
        ISSUED,
        VISITED,
    ]
    assert {event.at.astimezone(clock.HANOI).date() for event in events} == {TODAY}
    for event in events:
        assert {*FACTS, "code", "target_id"} <= set(event.payload)
    assert events[0].payload["days_late"] == 2


def test_a_page_that_somebody_overtook_is_refused_with_who_and_when(hands, finding, session):
    session.commit()
    seen = finding.version
    hands.start(date(2023, 10, 24), version=seen)
    session.commit()
    with pytest.raises(Stale, match=f"{hands.officer.name} vừa cập nhật hạn chế này lúc .*nội dung đã nhập vẫn còn"):
        hands.withdraw(date(2023, 10, 25), version=seen)
    assert finding.state is State.IN_PROGRESS


def test_whoever_may_not_learns_that_before_anything_else(hands, finding, make):
    with pytest.raises(NotAllowed):
        services.start(finding, actor=hands.reviewer, undertaking="", by=None, on=TODAY, today=TODAY, version=-1)


def test_of_several_moves_on_one_day_the_last_holds(hands, finding, session):
    hands.start(date(2023, 10, 24))
    hands.submit(date(2023, 10, 24))
    hands.send_back(date(2023, 10, 24))
    session.commit()
    assert on_day(session, finding, date(2023, 10, 24))["state"] is State.RETURNED
    assert on_day(session, finding, date(2023, 10, 23))["state"] is State.OPEN
    assert on_day(session, finding, date(2023, 10, 19)) is None
