"""Which unit answers for a finding: moved by a decision, or going along with a unit that only carries on."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from inspect_app.accounts.models import Grant
from inspect_app.accounts.queries import held_by
from inspect_app.accounts.services import following
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.findings import queries
from inspect_app.findings.models import Custody, Finding, Span
from inspect_app.findings.queries import Filter, orphans
from inspect_app.findings.services import custody
from inspect_app.findings.services.custody import Decision, Handover
from inspect_app.units import services as units
from inspect_app.units.models import SuccessionKind, UnitKind

TODAY = clock.today()
ENDED = TODAY - timedelta(days=5)
BY_DECISION = Decision("15/QĐ-UBND", TODAY)


@pytest.fixture
def district(make):
    """It ended five days ago."""
    return make.unit("Quận Long Phú", kind=UnitKind.DISTRICT, valid_to=ENDED)


@pytest.fixture
def left(make, district):
    """What it left: one open, one under way."""
    return [
        make.finding(unit=district, day=TODAY - timedelta(days=40)),
        make.finding("in_progress", unit=district, day=TODAY - timedelta(days=41)),
    ]


def moved(finding, to, actor, **given):
    told: dict[str, Any] = {"decision": BY_DECISION, "on": TODAY, "today": TODAY, **given}
    return custody.move(finding, to, actor=actor, **told)


def actions(finding):
    rows = select(Event.action).where(Event.subject_table == "finding", Event.subject_id == finding.id)
    return db.session.scalars(rows.order_by(Event.seq)).all()


def test_a_moved_finding_is_answered_for_by_the_successor_and_stays_the_inspected_units(make, left, session):
    finding, ward = left[0], make.unit("Phường Hòa Phú")
    deadline, version = finding.deadline, finding.version
    moved(finding, ward, make.actor(make.reviewer), version=version)
    session.commit()
    assert (finding.responsible_unit_id, finding.deadline) == (ward.id, deadline)
    assert finding.unit_id != ward.id
    latest = session.scalars(
        select(Custody).where(Custody.finding_id == finding.id).order_by(Custody.id.desc())
    ).first()
    assert (latest.unit_id, latest.since, latest.decision_number) == (ward.id, TODAY, "15/QĐ-UBND")
    assert actions(finding)[-1] == "finding:move"
    days = (
        session.execute(select(Span.responsible_unit_id).where(Span.finding_id == finding.id).order_by(Span.id))
        .scalars()
        .all()
    )
    assert days[-2:] == [finding.unit_id, ward.id], "the days before stay with the unit of those days"


def test_the_successors_officer_sees_and_answers_with_the_whole_history(make, left, session):
    finding, ward = left[1], make.unit("Phường Hòa Phú")
    officer = make.actor(make.officer(ward))
    assert session.scalars(queries.visible_to(officer)).unique().all() == []
    moved(finding, ward, make.actor(make.reviewer))
    session.commit()
    assert [one.id for one in session.scalars(queries.visible_to(officer)).unique()] == [finding.id]
    assert officer.answers_for(ward)
    assert len(queries.events_of(finding)) == len(actions(finding)) >= 4
    assert queries.counts(officer, Filter(), today=TODAY).total == 1


@pytest.mark.parametrize("who", ["source", "heir", "neither"])
def test_only_a_reviewer_of_both_units_moves(make, left, session, district, who):
    ward = make.unit()
    over = {"source": [district], "heir": [ward], "neither": [make.unit()]}[who]
    person = make.person()
    for unit in over:
        make.grant(person, Role.REVIEWER, unit)
    with pytest.raises(NotAllowed):
        moved(left[0], ward, make.actor(person))
    make.grant(person, Role.REVIEWER, make.root)
    moved(left[0], ward, make.actor(person))


def test_a_reviewer_does_not_hand_on_what_their_own_unit_was_found_to_lack(make, left, district):
    person = make.person(Role.REVIEWER, home=district)
    with pytest.raises(NotAllowed):
        moved(left[0], make.unit(), make.actor(person))


def test_a_move_that_makes_no_sense_names_the_field(make, left, district):
    ward, reviewer = make.unit(valid_from=TODAY), make.actor(make.reviewer)
    gone = make.unit(valid_to=ENDED)
    cases = {
        "to": [{"to": district}, {"to": gone}, {"to": ward, "on": TODAY - timedelta(days=1)}],
        "decision_number": [{"decision": Decision(" ", TODAY)}],
        "decision_on": [
            {"decision": Decision("1/QĐ", None)},
            {"decision": Decision("1/QĐ", TODAY + timedelta(days=1))},
        ],
        "on": [{"on": TODAY + timedelta(days=1)}, {"on": date(2020, 1, 1)}],
    }
    for field, given in cases.items():
        for one in given:
            with pytest.raises(Invalid) as refused:
                moved(left[0], one.pop("to", ward), reviewer, **one)
            assert refused.value.field == field, one


def test_what_is_put_right_or_not_issued_is_not_moved(make, district):
    for state in ("resolved", "withdrawn", "recorded"):
        finding = make.finding(state, unit=district)
        with pytest.raises(WrongState):
            moved(finding, make.unit(), make.actor(make.reviewer))


def test_many_are_moved_all_or_none(make, left, session, district):
    one, other = make.unit(), make.unit()
    reviewer = make.actor(make.reviewer)
    pairs = [Handover(left[0], one, left[0].version), Handover(left[1], other, left[1].version)]
    before = queries.counts(reviewer, Filter(), today=TODAY)
    session.execute(update(Finding).where(Finding.id == left[1].id).values(version=Finding.version + 1))
    session.commit()
    with pytest.raises(Stale, match=left[1].code):
        custody.move_all(pairs, actor=reviewer, decision=BY_DECISION, on=TODAY, today=TODAY)
    session.rollback()
    beaten = update(Finding).where(Finding.id == left[0].id).values(version=Finding.version + 1)
    session.execute(beaten.execution_options(synchronize_session=False))  # after it was read, before it is written
    with pytest.raises(Stale, match=left[0].code):
        custody.move_all([Handover(left[0], one)], actor=reviewer, decision=BY_DECISION, on=TODAY, today=TODAY)
    session.rollback()
    assert orphans.orphan_count(reviewer, TODAY) == 2
    pairs = [Handover(left[0], one), Handover(left[1], other)]
    custody.move_all(pairs, actor=reviewer, decision=BY_DECISION, on=TODAY, today=TODAY)
    session.commit()
    assert orphans.orphan_count(reviewer, TODAY) == 0
    assert {f.responsible_unit_id for f in left} == {one.id, other.id}
    assert queries.counts(reviewer, Filter(), today=TODAY) == before


def test_orphans_are_live_findings_of_units_that_ended_counted_once(make, left, district, session):
    make.finding("resolved", unit=district)
    make.finding("recorded", unit=district)
    make.finding(unit=make.unit())
    make.finding(unit=make.unit(valid_to=TODAY))  # its last day
    reviewer = make.actor(make.reviewer)
    assert orphans.orphan_count(reviewer, TODAY) == 2
    (row,) = orphans.orphan_units(reviewer, TODAY)
    assert (row.id, row.many) == (district.id, 2)
    elsewhere = make.actor(make.person(Role.REVIEWER, make.unit()))
    assert orphans.orphan_count(elsewhere, TODAY) == 0


# By itself


def rename(make, unit, name="Phường Mới", since=TODAY, parent=None):
    admin = make.actor(make.person(Role.ADMIN))
    told: dict[str, Any] = {"name": name, "parent": parent or make.root, "since": since, "basis": "", "today": TODAY}
    return units.change(unit, actor=admin, **told)


def test_findings_and_people_go_along_with_a_unit_that_gets_a_new_name(make, session):
    ward = make.unit("Phường Cũ")
    officer = make.officer(ward)
    live, done = make.finding(unit=ward), make.finding("resolved", unit=ward)
    heir = rename(make, ward)
    session.commit()
    assert (live.responsible_unit_id, live.unit_id) == (heir.id, ward.id)
    assert done.responsible_unit_id == ward.id, "nothing is left to answer for"
    assert actions(live)[-1] == "finding:move"
    assert officer.home_unit_id == heir.id
    assert [(held.role, held.unit_id) for held in held_by(officer.id, TODAY)] == [(Role.OFFICER, heir.id)]
    assert [held.unit_id for held in held_by(officer.id, TODAY - timedelta(days=1))] == [ward.id]
    assert make.actor(officer).answers_for(heir)


def test_nothing_goes_along_before_the_day_of_the_change(make, session):
    ward = make.unit("Phường Cũ")
    officer, live, later = make.officer(ward), make.finding(unit=ward), TODAY + timedelta(days=9)
    heir = rename(make, ward, since=later)
    session.commit()
    assert (live.responsible_unit_id, officer.home_unit_id) == (ward.id, ward.id)
    assert [held.unit_id for held in held_by(officer.id, TODAY)] == [ward.id]
    assert [held.unit_id for held in held_by(officer.id, later)] == [heir.id]
    assert [one.id for one in custody.follow(today=later)] == [live.id]
    following.follow(today=later)
    assert (live.responsible_unit_id, officer.home_unit_id) == (heir.id, heir.id)


def test_a_merger_moves_nothing_by_itself(make, session):
    ward, into = make.unit(valid_to=ENDED), make.unit()
    finding, officer = make.finding(unit=ward, day=TODAY - timedelta(days=40)), make.officer(ward)
    admin = make.actor(make.person(Role.ADMIN))
    step: dict[str, Any] = {"is_default": True, "effective": ENDED, "basis": "", "today": TODAY}
    units.succeed(ward, into, actor=admin, kind=SuccessionKind.MERGE, **step)
    session.commit()
    assert custody.follow(today=TODAY) == []
    assert (finding.responsible_unit_id, officer.home_unit_id) == (ward.id, ward.id)
    offered = orphans.heirs_offered(make.actor(make.reviewer), ward, day=TODAY)
    assert [(offer.unit.id, offer.is_default) for offer in offered] == [(into.id, True)]


def test_an_unchanged_succession_moves_by_itself_and_gives_nobody_anything_twice(make, session):
    ward, heir = make.unit(valid_to=ENDED), make.unit(valid_from=ENDED + timedelta(days=1))
    finding, officer = make.finding(unit=ward, day=TODAY - timedelta(days=40)), make.officer(ward)
    make.grant(officer, Role.OFFICER, heir)
    admin = make.actor(make.person(Role.ADMIN))
    step: dict[str, Any] = {"is_default": True, "effective": ENDED + timedelta(days=1), "basis": "", "today": TODAY}
    units.succeed(ward, heir, actor=admin, kind=SuccessionKind.UNCHANGED, **step)
    session.commit()
    assert (finding.responsible_unit_id, officer.home_unit_id) == (heir.id, heir.id)
    held = session.scalar(select(func.count()).where(Grant.person_id == officer.id, Grant.unit_id == heir.id))
    assert held == 1
