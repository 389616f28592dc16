"""What a visit is about, its minutes, and what its letters carry beside findings."""

from datetime import timedelta

import pytest

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.plans.models import PlanKind
from inspect_app.visits import services
from inspect_app.visits.models import Entry, Manner, Scope

TODAY = clock.today()
A_DAY = timedelta(days=1)


@pytest.fixture
def visit(make):
    return make.visit("begun")


@pytest.fixture
def write(make, visit):
    head = make.actor(make.head_of(visit.team))

    def write(visit=visit, *, actor=head, **facts):
        services.write_minutes(visit, actor=actor, today=TODAY, **facts)

    return write


def test_what_a_visit_is_about_is_said_when_it_is_planned(make):
    target = make.target(team=make.team(make.plan(PlanKind.SURPRISE)))
    head = make.actor(make.head_of(make.team_of(target)))

    def plan(**given):
        return services.plan_visit(target, actor=head, today=TODAY, planned_on=TODAY, **given)

    with pytest.raises(Invalid) as refused:
        plan()
    assert refused.value.field == "trigger"
    with pytest.raises(Invalid) as refused:
        plan(trigger="Phản ánh của người dân.", scope=Scope.THEMATIC)
    assert refused.value.field == "theme"
    visit = plan(
        trigger="Phản ánh của người dân.", scope=Scope.THEMATIC, theme="Tiếp công dân", manner=Manner.BY_REPORT
    )
    assert (visit.scope, visit.theme, visit.manner) == (Scope.THEMATIC, "Tiếp công dân", Manner.BY_REPORT)
    services.note(visit, actor=head, today=TODAY, scope=Scope.COMPREHENSIVE)
    assert (visit.scope, visit.theme, visit.trigger) == (Scope.COMPREHENSIVE, "", "Phản ánh của người dân.")


def test_minutes_are_written_from_the_beginning_until_the_conclusion(make, visit, write):
    head = make.actor(make.head_of(visit.team))
    planned = make.visit("planned")
    with pytest.raises(WrongState):
        write(planned, actor=make.actor(make.head_of(planned.team)), began_at="8h")
    write(began_at="8h30", ended_at="11g", strengths="Giao việc rõ người.")
    assert (visit.began_at, visit.ended_at) == ("08:30", "11:00")
    services.report(visit, entry=Entry.NONE_FOUND, actor=head, today=TODAY)
    write(opinion="Đơn vị thống nhất.")
    services.close(visit, actor=head, today=TODAY)
    with pytest.raises(WrongState):
        write(opinion="Khác.")
    assert (visit.strengths, visit.opinion) == ("Giao việc rõ người.", "Đơn vị thống nhất.")


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"began_at": "sáng"}, "began_at"), ({"ended_at": "25:00"}, "ended_at"), ({"ended_at": "07:00"}, "ended_at")],
)
def test_times_are_times_in_their_order(write, facts, field):
    write(began_at="08:00")
    with pytest.raises(Invalid) as refused:
        write(**facts)
    assert refused.value.field == field


def test_whoever_writes_down_or_signs_writes_the_minutes(make, visit, write):
    for person in (make.sitting(visit.team), make.reviewer):
        write(actor=make.actor(person), remark=f"Của {person.name}.")
    for person in (make.officer(visit.unit), make.head_of(make.team()), make.person(Role.VIEWER)):
        with pytest.raises(NotAllowed):
            write(actor=make.actor(person), remark="Khác.")
    with pytest.raises(Stale):
        write(remark="Khác.", version=visit.version - 1)


def test_the_minutes_are_typed_in_and_read(browser, make, visit):
    head = browser.signed_in_as(make.head_of(visit.team))
    other = make.checklist("V.1", year=TODAY.year - 1)
    make.checklist()
    page = head.get("visits.edit_minutes", visit_id=visit.id)
    assert [option["value"] for option in page.html.select("select[name=checklist_id] option")] == ["", str(other.id)]
    version = page.html.select_one("input[name=version]")["value"]
    typed = {"version": version, "began_at": "08:30", "ended_at": "7h", "proposals": "Kiểm tra hằng tuần."}
    refused = head.post("visits.edit_minutes", visit_id=visit.id, data=typed, status=422)
    assert refused.error_on("ended_at") == "Giờ kết thúc phải sau giờ bắt đầu 08:30"
    assert "Kiểm tra hằng tuần." in refused.text
    at = f"/drafts?page=/visits/{visit.id}/minutes/write&typed=1700000000000"
    head.open("POST", at, data={**typed, "strengths": "Giao việc rõ."})
    assert "Giao việc rõ." in head.get("visits.edit_minutes", visit_id=visit.id).main, "kept while it was typed"
    head.post("visits.edit_minutes", visit_id=visit.id, data={**typed, "ended_at": "11h", "checklist_id": other.id})
    assert "Giao việc rõ." not in head.get("visits.edit_minutes", visit_id=visit.id).main
    assert f"/checklists/{other.id}" in head.get("visits.show", visit_id=visit.id).links()
    late = head.post("visits.edit_minutes", visit_id=visit.id, data={**typed, "ended_at": "12h"}, status=409)
    assert "Kiểm tra hằng tuần." in late.text
    minutes = head.get("visits.minutes", visit_id=visit.id).main
    assert "Hồi 08:30" in minutes
    assert "kết thúc hồi 11:00 cùng ngày" in minutes
    assert "Kiểm tra hằng tuần." in head.get("visits.show", visit_id=visit.id).main


def test_the_unit_never_reads_what_made_the_visit_necessary(browser, make):
    visit = make.visit("closed", plan=make.plan(PlanKind.SURPRISE), day=TODAY - A_DAY)
    unit = make.whole(visit).unit
    for person, told in ((make.reviewer, True), (make.head_of(visit.team), True), (make.officer(unit), False)):
        browser.signed_in_as(person)
        for endpoint in ("visits.show", "visits.minutes"):
            page = browser.get(endpoint, visit_id=visit.id)
            assert ("Phản ánh của người dân." in page.text) == (told and endpoint == "visits.show")


def test_the_plan_of_a_follow_up_is_a_link_only_to_whoever_sees_it(browser, make):
    unit = make.unit()
    make.finding("open", unit=unit)
    visit = make.follow_up(unit)
    head = make.actor(make.head_of(visit.team))
    services.report(visit, entry=Entry.NONE_FOUND, actor=head, today=TODAY)
    db.session.commit()
    address = f"/plans/{visit.plan_id}"
    assert address in browser.signed_in_as(make.reviewer).get("visits.show", visit_id=visit.id).links()
    officer = browser.signed_in_as(make.officer(unit))
    assert address not in officer.get("visits.show", visit_id=visit.id).links()
    officer.visit(address, status=404)
