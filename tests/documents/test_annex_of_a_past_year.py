"""The annex of a period that is over says what was known at its end, whatever became of the findings since."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.documents.queries.statistics_findings import of_findings
from inspect_app.findings import services
from inspect_app.findings.models import COUNTED, LIVE, Finding, Span, State
from inspect_app.findings.services import custody
from inspect_app.findings.services.custody import Decision
from inspect_app.units.models import UnitKind
from inspect_app.visits.models import Visit
from inspect_app.workdays.periods import Period
from tests.support.days import TODAY, ago
from tests.support.plans import explained

PERIODS = [
    Period(ago(first), ago(last))
    for first, last in ((70, 41), (60, 30), (50, 25), (45, 20), (35, 15), (30, 10), (21, 4), (70, 1), (40, 0))
]


@pytest.fixture
def district(make):
    return make.unit(kind=UnitKind.DISTRICT)


@pytest.fixture
def ward(make, district):
    return make.unit(parent=district)


@pytest.fixture
def register(make, district, ward, session):
    """Resolved for good, reopened, resolved again, corrected when it was; withdrawn; live then and over now, or live
    still, handed over; some here and some elsewhere."""
    reviewer = make.actor(make.reviewer)
    for unit in (ward, make.unit()):
        told = {"unit": unit, "day": ago(60), "issued": ago(50)}
        lasting = make.finding(State.RESOLVED, **told, sent=ago(42), judged=ago(40))
        make.finding(State.RESOLVED, **told, sent=ago(30), judged=ago(20), deadline_n=5)
        for again in (False, True):
            reopened = make.finding(State.RESOLVED, **told, sent=ago(40), judged=ago(38))
            reason: dict[str, Any] = {"reason": "Kiểm tra lại chưa đạt.", "deadline": ago(3)}
            services.reopen(reopened, actor=reviewer, on=ago(24), today=TODAY, **reason)
            if again:
                make.move(reopened, State.RESOLVED, started=ago(22), sent=ago(18), judged=ago(12))
        corrected = make.finding(State.RESOLVED, **told, sent=ago(40), judged=ago(35), deadline_n=3)
        _correct(make, corrected, on=ago(17))
        moved = make.finding(**told, deadline_n=5)
        decision = Decision("15/QĐ-UBND", ago(22))
        custody.move(moved, make.unit(parent=district), actor=reviewer, decision=decision, on=ago(22), today=TODAY)
        make.finding(State.WITHDRAWN, **told, judged=ago(28))
        make.finding(State.WITHDRAWN, **told, judged=ago(5))
        make.finding(State.RESOLVED, unit=unit, day=ago(40), issued=ago(30), sent=ago(9), judged=ago(8))
        make.finding(State.SUBMITTED, unit=unit, day=ago(60), issued=ago(55), started=ago(50), sent=ago(26))
        make.finding(unit=unit, day=ago(40), issued=ago(30), deadline_n=10)
        make.finding(unit=unit, day=ago(20), issued=ago(2))
        make.finding(State.RECORDED, unit=unit, day=ago(61))
        repeating = make.finding(State.RESOLVED, unit=unit, day=ago(34), issued=ago(33), sent=ago(7), judged=ago(6))
        repeating.repeats_id = lasting.id
    session.commit()


def _correct(make, finding: Finding, *, on: date) -> None:
    visit = make.whole(make.session.get_one(Visit, finding.visit_id))
    paper: dict[str, Any] = {
        "number": f"{finding.id}/TB-ĐKT",
        "signer": "Lê Thị Ký",
        "reason": "Ghi nhầm lĩnh vực.",
        "dated_on": on,
    }
    words = services.Corrected(text=finding.text, required=finding.required, area_code="VT")
    head = make.actor(make.head_of(visit.team))
    services.amend(visit, findings={finding.id: words}, notice={}, **paper, actor=head, today=TODAY, **make.storing)


def _told(actor, period: Period) -> dict[str, int]:
    return dict(db.session.execute(of_findings(actor, period, TODAY)).one()._mapping)


def _counted_by_hand(session, period: Period, sees) -> dict[str, int]:
    """From each finding's days, one by one."""
    day = period.last
    spans = session.execute(
        select(Span, Finding)
        .join(Finding, Finding.id == Span.finding_id)
        .where(Span.since <= day, Span.until > day, Span.state.in_(COUNTED))
    )
    found = [(span, finding) for span, finding in spans if sees(finding)]
    issued = [(span, finding) for span, finding in found if finding.issued_on in period]
    done = [span for span, _finding in found if span.state is State.RESOLVED and span.resolved_on in period]
    live = [span for span, _finding in found if span.state in LIVE]
    return {
        "han_che_ket_luan": len(issued),
        "han_che_lap_lai": sum(finding.repeats_id is not None for _span, finding in issued),
        "han_che_da_xu_ly": sum(span.state is State.RESOLVED for span, _finding in issued),
        "khac_phuc_trong_ky": len(done),
        "khac_phuc_dung_han": sum(span.days_late <= 0 for span in done),
        "khac_phuc_qua_han": sum(span.days_late > 0 for span in done),
        "han_che_con_lai": len(live),
        "han_che_con_qua_han": sum(not span.in_time and span.deadline < day for span in live),
    }


@pytest.mark.tried_on("sqlite", "postgresql")
def test_what_was_known_at_the_end_is_counted_for_whoever_sees_all_or_a_part(make, session, register, district, ward):
    everywhere = make.reviewer, make.person(Role.VIEWER, make.root)
    there = make.person(Role.REVIEWER, district), make.person(Role.VIEWER, ward)
    told = list[int]()
    for period in PERIODS:
        of_all = _counted_by_hand(session, period, lambda _finding: True)
        for person in everywhere:
            assert _told(make.actor(person), period) == of_all, period
        for person, places in zip(there, (_under(session, district), {ward.id}), strict=True):
            part = _counted_by_hand(
                session, period, lambda finding, at=places: {finding.unit_id, finding.responsible_unit_id} & at
            )
            assert _told(make.actor(person), period) == part, period
        told += of_all.values()
    assert sum(number > 0 for number in told) > len(told) * 0.7


def _under(session, district) -> set[int]:
    return {unit.id for unit in session.scalars(select(type(district))) if unit.path.startswith(district.path)}


@pytest.mark.tried_on("sqlite", "postgresql")
def test_a_past_year_of_everything_reads_no_finding_or_day_that_an_index_does_not_lead_to(make, session):
    query = of_findings(make.actor(make.reviewer), Period(ago(400), ago(36)), TODAY)
    plan = explained(session, query, without=("seqscan", "bitmapscan"))
    for index in ("ix_finding_issued_figures", "ix_finding_resolved_facts", "ix_span_resolved_until"):
        assert index in " ".join(plan), plan
    assert "ix_span_live_" in " ".join(plan), plan
