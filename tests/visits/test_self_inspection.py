"""A unit inspects itself: one answer for each area, counted, closed or written down at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.findings import services as findings
from inspect_app.plans.models import PlanKind
from inspect_app.plans.services import load_areas
from inspect_app.visits import panels, services
from inspect_app.visits.models import AreaAnswer, Entry, Verdict, Visit, VisitState
from inspect_app.visits.queries import said_of_areas

TODAY = clock.today()
A_DAY = timedelta(days=1)
AREAS = ["I", "II", "III", "IV", "V", "VI", "VII", "KL", "VT"]


def _typed(day):
    return f"{day:%d/%m/%Y}"


@pytest.fixture
def plan(make):
    load_areas()
    return make.plan(PlanKind.SELF)


@pytest.fixture
def unit(make):
    return make.unit("Phường Cái Khế")


@pytest.fixture
def officer(make, unit):
    return make.person(Role.OFFICER, unit)


def log(make, plan, unit, officer, **areas):
    actor = make.actor(officer)
    return services.log_self_inspection(plan, unit, began_on=TODAY, areas=areas, actor=actor, today=TODAY)


@pytest.mark.parametrize(
    ("areas", "entry", "state"),
    [
        ({"I": Verdict.FINE, "VI": Verdict.UNCHECKED}, Entry.NONE_FOUND, VisitState.CLOSED),
        ({"I": Verdict.FINE, "III": Verdict.WRONG}, Entry.MISSING, VisitState.BEGUN),
    ],
)
def test_what_is_said_of_areas_says_what_came_of_it(make, plan, unit, officer, areas, entry, state):
    visit = log(make, plan, unit, officer, **areas)
    db.session.commit()
    assert (visit.entry, visit.state) == (entry, state)
    kept = {area.code: verdict for area, verdict in said_of_areas(visit)}
    assert kept == {code: verdict for code, verdict in areas.items() if verdict is not Verdict.UNCHECKED}
    told = db.session.scalars(select(Event).where(Event.action == "visit:log_self")).one()
    assert told.payload["areas"] == {code: verdict.value for code, verdict in kept.items()}


@pytest.mark.parametrize("areas", [{}, {"I": Verdict.UNCHECKED}, {"XX": Verdict.FINE}])
def test_it_says_something_of_an_area_that_there_is(make, plan, unit, officer, areas):
    with pytest.raises(Invalid) as refused:
        log(make, plan, unit, officer, **areas)
    assert refused.value.field == "areas"


def test_all_is_fine_in_one_tap(browser, make, plan, unit, officer):
    make.unit("Phường Tân An")
    page = browser.signed_in_as(officer).get("visits.self_inspection", q="tan an")
    form = page.html.select_one("form.stack")
    assert form.select_one("[name=unit]")["value"] == str(unit.id)
    assert [f.get_text(strip=True) for f in form.select(".verdicts legend")][2] == "Thủ tục hành chính"
    hidden = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    sent = {**hidden, "began_on": form.select_one("#began_on")["value"], "fine": "1"}
    assert sent["began_on"] == _typed(TODAY)
    assert form.select("button")[0].get("name") is None, "the return key does not say that all is fine"
    page = browser.visit(browser.post("visits.self_inspection", data=sent).location)
    visit = db.session.scalars(select(Visit)).one()
    assert (visit.plan_id, visit.unit_id, visit.team_id) == (plan.id, unit.id, None)
    assert (visit.state, visit.entry) == (VisitState.CLOSED, Entry.NONE_FOUND)
    assert db.session.scalars(select(AreaAnswer.verdict)).all() == [Verdict.FINE] * len(AREAS)
    assert page.main.count("Tốt") == len(AREAS)
    assert browser.get("visits.index").total == 1


def test_what_is_wrong_is_written_down_next_at_its_area(browser, plan, unit, officer):
    typed = {"plan": plan.id, "unit": unit.id, "began_on": _typed(TODAY), "area_I": "fine", "area_III": "wrong"}
    further = browser.signed_in_as(officer).post("visits.self_inspection", data=typed).location
    visit = db.session.scalars(select(Visit)).one()
    assert further == f"/visits/{visit.id}/record?area=III#area-III"
    page = browser.visit(further)
    assert page.html.select_one("#area-III").has_attr("open")
    assert not page.html.select_one("#area-II").has_attr("open")
    assert f"/visits/{visit.id}/record?area=III#area-III" in browser.get("visits.show", visit_id=visit.id).links()


def test_a_reviewer_enters_it_from_paper_for_a_unit_looked_for(browser, make, plan, unit):
    browser.signed_in_as(make.reviewer)
    assert not browser.get("visits.self_inspection").html.select("[name=unit]")
    typed = {"plan": plan.id, "unit": unit.id, "began_on": _typed(TODAY - A_DAY), "result": "missing"}
    browser.post("visits.self_inspection", data=typed, status=422)
    browser.post("visits.self_inspection", data={**typed, "q": "cai khe"})
    visit = db.session.scalars(select(Visit)).one()
    assert (visit.state, visit.began_on) == (VisitState.CONCLUDED, TODAY - A_DAY)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"began_on": _typed(TODAY + A_DAY)}, "began_on"),
        ({"began_on": ""}, "began_on"),
        ({"area_I": "unchecked"}, "area_I"),
        ({"area_I": "splendid"}, "area_I"),
        ({"unit": "999999"}, "unit"),
        ({"plan": "999999"}, "plan"),
    ],
)
def test_one_typed_wrong_comes_back(browser, make, plan, unit, officer, given, field):
    make.plan()
    typed = {"plan": plan.id, "unit": unit.id, "began_on": _typed(TODAY), "area_I": "fine", **given}
    page = browser.signed_in_as(officer).post(
        "visits.self_inspection", data={**typed, "remark": "Đủ hồ sơ"}, status=422
    )
    assert page.error_on(field)
    assert page.html.select_one("#remark").get_text().strip() == "Đủ hồ sơ"
    assert not db.session.scalars(select(Visit)).all()


def test_why_nothing_is_written_about_an_area_called_wrong_must_be_said(browser, make, plan, unit, officer):
    visit, actor = (
        log(make, plan, unit, officer, I=Verdict.FINE, III=Verdict.WRONG, V=Verdict.WRONG),
        make.actor(officer),
    )
    db.session.commit()
    page = browser.signed_in_as(officer).get("recording.record", visit_id=visit.id)
    assert page.main.count("Có hạn chế, chưa ghi") == 2
    with pytest.raises(Invalid) as refused:
        services.report(make.whole(visit), entry=Entry.NONE_FOUND, actor=actor, today=TODAY)
    assert refused.value.field == "reason"
    written = findings.Particulars(area_code="III", text="Thiếu.", required="Niêm yết.", deadline_n=15)
    findings.record(make.whole(visit), [written], actor=actor, today=TODAY, **make.storing)
    db.session.commit()
    page = browser.get("recording.review", visit_id=visit.id)
    assert "Vì sao không ghi hạn chế về Chế độ công vụ?" in page.main
    typed = {"version": page.html.select_one("input[name=version]")["value"]}
    refused = browser.post("recording.review", visit_id=visit.id, data={**typed, "reason": " "}, status=422)
    assert "Đơn vị đã cho biết có hạn chế về Chế độ công vụ" in refused.error_on("reason")
    browser.post("recording.review", visit_id=visit.id, data={**typed, "reason": "Đã sửa ngay."})
    assert "Đã sửa ngay." in browser.get("visits.show", visit_id=visit.id).main


@pytest.mark.parametrize(("role", "offered"), [(Role.OFFICER, True), (Role.REVIEWER, True), (Role.VIEWER, False)])
def test_the_plan_offers_to_write_one_down_to_those_who_may(make, plan, role, offered):
    who = make.actor(make.person(role, plan.issuing_unit))
    db.session.refresh(plan, ["issuing_unit"])
    assert panels.targets(who, plan)["may_log_self"] is offered
