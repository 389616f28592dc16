"""The reorganisation of 1/7/2025, replayed on its part of the demo: nothing is lost and nothing is counted twice."""

import pytest
from flask import current_app
from sqlalchemy import func, select

from inspect_app.core import clock
from inspect_app.demo import cast, reorganisation, story
from inspect_app.demo.cast import Homes
from inspect_app.demo.past import Stage
from inspect_app.findings.models import Finding, State
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries import orphans
from inspect_app.findings.services import custody
from inspect_app.findings.services.custody import Handover
from inspect_app.plans.models import Plan
from inspect_app.reports import queries as reports
from inspect_app.reports.queries import Day, Grouping
from inspect_app.units import queries as units
from inspect_app.units.models import Unit, UnitKind

TODAY = clock.today()


@pytest.fixture
def stage(session):
    """Reference data, people, and the plan of the districts' last months."""
    story.load_reference(TODAY)
    city = units.root()
    assert city is not None
    homes = Homes(city, unit("SNV"), unit("VPUBND"), unit("31135"))
    people = cast.gather(homes, password="mat-khau-cua-ban-thu", now=clock.now(), today=TODAY)
    stage = Stage(people, city, current_app.extensions["storage"], TODAY)
    reorganisation.tell(stage)
    session.commit()
    return stage


def test_every_open_finding_of_the_nine_districts_finds_a_unit_and_totals_stay(stage, session):
    some_are_put_right_before_some_after_and_some_wait(session)
    reviewer = stage.reviewer(TODAY)
    plan = session.scalars(select(Plan)).one()
    before = counted(reviewer, plan)
    districts = session.scalars(select(Unit).where(Unit.kind == UnitKind.DISTRICT, Unit.ended)).all()
    of_districts = {row.id for row in orphans.orphan_units(reviewer, TODAY)} & {unit.id for unit in districts}
    left = orphans.orphan_count(reviewer, TODAY)
    assert left >= 5, "the page has something to show"
    carried = session.scalar(
        select(func.count()).where(Finding.unit_id == unit("31213", reorganisation.ISSUED).id, moved())
    )
    assert carried == 1, "a commune that only carries on took its finding along"

    for number in sorted(of_districts):
        district = session.get_one(Unit, number)
        findings = orphans.answered_for_by(reviewer, district)
        heirs = orphans.heirs_offered(reviewer, district, day=TODAY)
        assert {heir.unit.kind for heir in heirs} == {UnitKind.COMMUNE, UnitKind.DEPARTMENT}
        assert not any(heir.is_default for heir in heirs)
        pairs = [Handover(finding, heirs[n % len(heirs)].unit, finding.version) for n, finding in enumerate(findings)]
        custody.move_all(pairs, actor=reviewer, decision=reorganisation.BY_DECISION, on=TODAY, today=TODAY)
        session.commit()

    assert orphans.orphan_count(reviewer, TODAY) == 0
    live = session.scalars(select(Finding).where(f.live(Finding))).all()
    assert all(session.get_one(Unit, one.responsible_unit_id).in_force(TODAY) for one in live)
    assert counted(reviewer, plan) == before


def some_are_put_right_before_some_after_and_some_wait(session):
    states = session.execute(select(Finding.state, moved(), func.count()).group_by(Finding.state, moved())).all()
    found = {(state, bool(was_moved)): number for state, was_moved, number in states}
    assert set(found) == {(State.RESOLVED, False), (State.RESOLVED, True), (State.OPEN, False), (State.OPEN, True)}


def unit(code, day=TODAY):
    found = units.by_code(code, day)
    assert found is not None
    return found


def moved():
    return Finding.responsible_unit_id != Finding.unit_id


def counted(reviewer, plan):
    """The plan's totals, the same by the unit inspected and by the unit that answers now."""
    both = [reports.report(plan, actor=reviewer, day=Day(TODAY, TODAY), by=by).total for by in Grouping]
    assert [(t.counted, t.resolved, t.overdue) for t in both] == [
        (both[0].counted, both[0].resolved, both[0].overdue)
    ] * 2
    return both[0].counted, both[0].resolved, both[0].live
