"""The plan to put a finding right: no state, no figure; an officer of the unit sees to it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.findings import queries, services
from inspect_app.findings.models import Span, State
from inspect_app.findings.queries import Filter

TODAY = clock.today()


@pytest.fixture
def unit(make):
    return make.unit()


@pytest.fixture
def officer(make, unit):
    return make.actor(make.officer(unit))


def now(actor, **given):
    return {"actor": actor, "on": TODAY, "today": TODAY, **given}


def test_starting_says_what_by_whom_by_when_and_who_sees_to_it(make, unit, officer, session):
    finding = make.finding(unit=unit)
    by = TODAY + timedelta(days=3)
    plan = {"undertaking": "In và niêm yết.", "doer": " Bộ phận  Một cửa ", "by": by, "assignee_id": officer.person_id}
    services.start(finding, **plan, **now(officer))
    session.commit()
    assert (finding.undertaking, finding.doer, finding.undertaking_by) == ("In và niêm yết.", "Bộ phận Một cửa", by)
    assert finding.assignee_id == officer.person_id
    actions = [event.action for event, _unit in queries.events_of(finding)][:2]
    assert actions == ["finding:assign", "finding:start"]


def test_a_plan_is_changed_and_progress_told_without_any_figure_changing(make, unit, officer, session):
    finding = make.finding("in_progress", unit=unit)
    spans = session.scalar(select(func.count(Span.id)))
    services.replan(finding, undertaking="In lại.", by=TODAY + timedelta(days=5), doer="Văn phòng", **now(officer))
    services.report_progress(finding, percent=60, note=" Còn 4 thủ tục. ", **now(officer))
    session.commit()
    assert (finding.state, finding.undertaking, finding.progress) == (State.IN_PROGRESS, "In lại.", 60)
    assert (finding.progress_note, finding.progress_on) == ("Còn 4 thủ tục.", TODAY)
    assert session.scalar(select(func.count(Span.id))) == spans


@pytest.mark.parametrize("percent", [None, -1, 101])
def test_progress_is_from_0_to_100(make, unit, officer, percent):
    with pytest.raises(Invalid) as refused:
        services.report_progress(make.finding("in_progress", unit=unit), percent=percent, **now(officer))
    assert refused.value.field == "percent"


def test_progress_is_told_only_while_it_is_the_units_turn(make, unit, officer):
    for state in ("submitted", "resolved", "disputed"):
        with pytest.raises(WrongState):
            services.report_progress(make.finding(state, unit=unit), percent=10, **now(officer))


def test_only_officers_who_answer_for_the_unit_can_be_given_a_finding(make, unit, officer, session):
    finding = make.finding(unit=unit)
    above = make.person(Role.OFFICER, make.root)
    gone, elsewhere = make.person(Role.OFFICER, unit), make.officer(make.unit())
    gone.active = False
    session.commit()
    names = {row.id for row in queries.officers_of(unit, TODAY)}
    assert names == {officer.person_id, above.id}
    for stranger in (gone.id, elsewhere.id, make.reviewer.id):
        with pytest.raises(Invalid, match="cán bộ của đơn vị"):
            services.assign(finding, assignee_id=stranger, **now(officer))
    services.assign(finding, assignee_id=above.id, **now(officer))
    services.assign(finding, assignee_id=None, **now(officer))
    session.commit()
    told = [event.payload["assignee"] for event, _unit in queries.events_of(finding)[:2]]
    assert (finding.assignee_id, told) == (None, ["", above.name])


def test_officers_of_a_unit_that_ended_are_those_of_what_became_of_it(make, session):
    old, heir = make.unit(valid_to=TODAY - timedelta(days=1)), make.unit()
    make.succession(old, heir)
    officer = make.officer(heir)
    assert [row.id for row in queries.officers_of(old, TODAY)] == [officer.id]


def test_nobody_else_plans_for_the_unit_and_an_old_page_overwrites_nothing(make, unit, officer, session):
    finding = make.finding("in_progress", unit=unit)
    with pytest.raises(NotAllowed):
        services.report_progress(finding, percent=10, **now(make.actor(make.reviewer)))
    seen = finding.version
    services.report_progress(finding, percent=10, **now(officer, version=seen))
    session.commit()
    with pytest.raises(Stale):
        services.report_progress(finding, percent=20, **now(officer, version=seen))


def test_mine_is_what_was_given_to_me(make, unit, officer, session, browser):
    finding, other = make.finding("in_progress", unit=unit), make.finding("in_progress", unit=unit)
    services.assign(finding, assignee_id=officer.person_id, **now(officer))
    services.report_progress(finding, percent=60, **now(officer))
    session.commit()
    query, _facts = queries.listed(officer, Filter(mine=True), today=TODAY)
    assert [row.id for row in session.execute(query)] == [finding.id]
    home = browser.signed_in_as(make.officer(unit)).get("home.index")
    assert home.main.count("Giao cho tôi") == 1
    assert "Đã làm 60%" in home.main
    page = browser.get("findings.show", finding_id=finding.id)
    assert f"Đã làm 60%, cập nhật {TODAY:%d/%m/%Y}" in page.main
    assert other.assignee_id is None
