"""The real case, told through the services: the figures that were in the papers come out, on both databases."""

import pytest
from sqlalchemy import func, select

from inspect_app.accounts.models import Person
from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.findings.models import Finding, State
from inspect_app.home import queries as work
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.tasks.models import Task, TaskPlan, TaskState
from inspect_app.visits.models import Visit
from tests.support import copies


@pytest.fixture(scope="module")
def app(database_kind, tmp_path_factory, whole_run):
    """The demo as it was told once in this run."""
    with copies.copy("demo", database_kind, tmp_path_factory.mktemp("story"), once=whole_run) as app:
        yield app


@pytest.fixture
def cast(session):
    return {person.username: person for person in session.scalars(select(Person).where(Person.active))}


@pytest.mark.tried_on("sqlite", "postgresql")
def test_the_real_case_comes_out_and_every_queue_has_something_in_it(cast, session, browser, make):
    plan_262_comes_out_as_it_was_reported(cast, session, browser)
    the_other_inspections_are_counted_from_their_rows(cast, session, browser)
    the_tasks_of_2022_come_out_as_they_were_reported(cast, session, browser)
    every_state_and_queue_has_something_in_it(cast, session, make)
    the_past_was_entered_today_and_counts_for_its_own_days(session)
    only_the_six_of_the_demo_can_sign_in(session)


def plan_262_comes_out_as_it_was_reported(cast, session, browser):
    plan = session.scalars(select(Plan).where(Plan.number == "262/KH-UBND")).one()
    reader = browser.signed_in_as(cast["sonoivu"])

    at_the_end = reader.get("reports.plan", plan_id=plan.id, as_of="2022-12-31").main
    assert "15/15 đơn vị (5 sở, ngành; 5 quận, huyện; 5 xã, phường), đạt 100% kế hoạch" in at_the_end
    assert "đã khắc phục 41/41 hạn chế, đạt 100%; trong đó 36 hạn chế xong đúng hạn (87,8%)" in at_the_end
    assert "minh họa" in at_the_end

    half_way = reader.get("reports.plan", plan_id=plan.id, as_of="2022-06-30").main
    assert "7/15 đơn vị" in half_way
    assert "đã khắc phục 12/17 hạn chế, đạt 70,6%" in half_way


def the_other_inspections_are_counted_from_their_rows(cast, session, browser):
    plan = session.scalars(select(Plan).where(Plan.number == "262/KH-UBND")).one()
    page = browser.signed_in_as(cast["sonoivu"]).get("reports.plan", plan_id=plan.id, as_of="2022-12-31")
    counted = [link["data-count"] for link in page.html.select("main [data-count]")]
    assert {"31", "7", "3", "21", "288"} <= set(counted)
    own = select(func.count()).select_from(Visit).join(Visit.plan).where(Plan.kind == PlanKind.SELF, Plan.year == 2022)
    assert session.scalar(own) == 288


def the_tasks_of_2022_come_out_as_they_were_reported(cast, session, browser):
    reader = browser.signed_in_as(cast["sonoivu"])
    lists = session.scalars(select(TaskPlan).where(TaskPlan.year == 2022).order_by(TaskPlan.id)).all()
    said = [reader.get("tasks.plan", task_plan_id=one.id, as_of="2022-12-31").main for one in lists]
    assert "đã hoàn thành 56/56 nhiệm vụ (100%)" in said[0]
    assert "Kế hoạch số 261/KH-UBND" in said[1]
    assert "đã hoàn thành 12/12 nhiệm vụ (100%)" in said[1]
    assert "được giao 74 nhiệm vụ; hoàn thành trước hạn 61 (82,4%), đúng hạn 13 (17,6%), quá hạn 0." in said[2]
    assert all("minh họa" in page for page in said)


def every_state_and_queue_has_something_in_it(cast, session, make):
    today = clock.today()
    assert set(session.scalars(select(Finding.state).distinct())) == set(State)
    assert set(session.scalars(select(Task.state).distinct())) == set(TaskState)
    for name in ("sonoivu", "truongdoan", "thanhvien", "canbo"):
        assert work.waiting(make.actor(cast[name]), today)[0] > 0, name


def the_past_was_entered_today_and_counts_for_its_own_days(session):
    accepted = session.scalars(select(Event).where(Event.action == "finding:accept").order_by(Event.seq)).first()
    assert accepted.on.year == 2022
    assert (clock.now() - accepted.at).days == 0


def only_the_six_of_the_demo_can_sign_in(session):
    active = session.scalars(select(Person.username).where(Person.active).order_by(Person.username)).all()
    assert active == ["canbo", "lanhdao", "quantri", "sonoivu", "thanhvien", "truongdoan"]
    assert all(session.scalars(select(Person.demo)))
