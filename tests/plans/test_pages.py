"""The pages of plans, teams and targets as people meet them."""

import unicodedata
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role, TeamRole
from inspect_app.core.db import db
from inspect_app.plans import queries, services
from inspect_app.plans.models import Plan, PlanKind, Target, Team, TeamMember
from inspect_app.units.models import UnitKind

TODAY = clock.today()
TODAY_TYPED = f"{TODAY:%d/%m/%Y}"
LIST_OF_PLANS = 6
"""Statements that the list of plans may ask."""


@pytest.fixture
def reviewer(browser, make):
    return browser.signed_in_as(make.reviewer)


def _plan_typed(make, **given):
    return {
        "kind": "scheduled",
        "issuing_unit": make.root.id,
        "title": "Kiểm tra công tác cải cách hành chính năm 2026",
        "number": "18/KH-UBND",
        "issued_on": "05/01/2026",
        "year": "2026",
        "note": "",
        **given,
    }


# The list


def test_the_list_says_its_total_and_pages_by_key(reviewer, make):
    for n in range(53):
        make.plan(title=f"Kế hoạch {n:02d}")
    first = reviewer.get("plans.index")
    assert first.total == 53
    shown = first.links("table a.t-title")
    second = reviewer.visit(next(a["href"] for a in first.html.select("a[rel=next]")))
    shown += second.links("table a.t-title")
    assert len(shown) == len(set(shown)) == 53
    back = reviewer.visit(next(a["href"] for a in second.html.select("a[rel=prev]")))
    assert back.links("table a.t-title") == first.links("table a.t-title")


def test_the_list_costs_the_same_however_long_it_grows(reviewer, make):
    def cost():
        return len(reviewer.get("plans.index").queries)

    make.target(make.plan())
    before = cost()
    for _ in range(10):
        make.target(make.plan())
    assert cost() == before <= LIST_OF_PLANS


@pytest.mark.parametrize("typed", ["mot cua", "Một cửa", unicodedata.normalize("NFD", "một cửa"), "99/kh"])
def test_plans_are_found_without_marks(reviewer, make, typed):
    wanted = make.plan(title="Kiểm tra Bộ phận Một cửa", number="99/KH-SNV")
    make.plan(title="Tự kiểm tra")
    page = reviewer.get("plans.index", q=typed)
    assert page.total == 1
    assert page.links("table a.t-title") == [f"/plans/{wanted.id}"]


@pytest.mark.parametrize("endpoint", ["plans.index", "tasks.plans"])
def test_marks_alone_are_no_words(reviewer, endpoint):
    reviewer.get(endpoint, q="- … ?")


def test_filters_stay_in_the_address_of_the_next_page(reviewer, make):
    for _ in range(51):
        make.plan(PlanKind.SURPRISE, year=2024)
    make.plan(year=2024)
    page = reviewer.get("plans.index", year=2024, kind="surprise")
    assert page.total == 51
    following = reviewer.visit(page.html.select_one("a[rel=next]")["href"])
    assert (following.total, len(following.links("table a.t-title"))) == (51, 1)


@pytest.mark.parametrize(
    "address",
    ["?year=abc", "?year=99999999999", "?kind=nothing", "?after=xxxx", "?before=W10", "?q=%00x"],
)
def test_a_made_up_address_is_no_trouble(reviewer, make, address):
    make.plan()
    page = reviewer.visit(f"/plans/{address}", status=400 if "%00" in address else 200)
    if page.status == 200:
        assert page.total == 1


def test_nobody_else_sees_an_embargoed_plan_in_the_list(browser, make):
    unit = make.unit()
    make.target(make.plan(PlanKind.SURPRISE, title="Kiểm tra đột xuất"), unit)
    browser.signed_in_as(make.person(Role.OFFICER, unit))
    page = browser.get("plans.index")
    assert page.total == 0
    assert "Kiểm tra đột xuất" not in page.text


# One plan


def test_the_page_of_a_plan(reviewer, make):
    plan = make.plan(title="Kiểm tra năm 2026", number="18/KH-UBND", issued_on=date(2026, 1, 5))
    team = make.team(plan, name="Đoàn số 1")
    done = make.visit("concluded", plan=plan, team=team, unit=make.unit("Phường Cái Khế"))
    make.target(plan, make.unit("Phường Tân An"), month=6)
    page = reviewer.get("plans.show", plan_id=plan.id)
    assert page.h1 == "Kiểm tra năm 2026"
    assert "18/KH-UBND ngày 05/01/2026" in page.main
    assert [int(a["data-count"]) for a in page.html.select("[data-count]")] == [1, 2]
    assert f"/visits/{done.id}" in page.links()
    assert page.total == 2


def test_every_figure_of_the_page_leads_to_the_rows_it_counts(reviewer, make):
    plan = make.plan()
    team = make.team(plan)
    make.visit("begun", plan=plan, team=team)
    make.visit("planned", plan=plan, team=team)
    make.visit("cancelled", plan=plan, team=team)
    page = reviewer.get("plans.show", plan_id=plan.id)
    figures = page.html.select("a[data-count]")
    assert len(figures) == 2
    for figure in figures:
        assert reviewer.visit(figure["href"]).total == int(figure["data-count"])


def test_a_plan_costs_the_same_however_many_units_it_names(reviewer, make):
    plan = make.plan()
    team = make.team(plan)

    def cost():
        return len(reviewer.get("plans.show", plan_id=plan.id).queries)

    make.visit("begun", plan=plan, team=team)
    before = cost()
    for _ in range(10):
        make.visit("begun", plan=plan, team=team)
    assert cost() == before


def test_a_plan_of_many_units_shows_the_first_and_leads_to_all(reviewer, make):
    plan = make.plan()
    team = make.team(plan)
    make.visit("begun", plan=plan, team=team)
    for _ in range(60):
        make.target(plan, team=team, month=1)
    page = reviewer.get("plans.show", plan_id=plan.id)
    assert [int(a["data-count"]) for a in page.html.select("a[data-count]")] == [1, 61]
    assert len(page.html.select("#plan-targets, table tbody tr")) == 1 + 60
    (everything,) = [a["href"] for a in page.html.select("nav.pager a")]
    assert reviewer.visit(everything).total == 61


@pytest.mark.parametrize("path", ["", "/edit", "/targets", "/teams/new", "/teams/1", "/targets/1"])
def test_an_unknown_plan_is_not_found(reviewer, path):
    reviewer.visit(f"/plans/999999{path}", status=404)


def test_what_belongs_to_another_plan_is_not_found(reviewer, make):
    plan, team = make.plan(), make.team()
    target = make.target()
    member = queries.members_of(team)[0]
    for path in (
        f"teams/{team.id}",
        f"teams/{team.id}/edit",
        f"targets/{target.id}",
        f"targets/{target.id}/remove",
        f"teams/{team.id}/members/{member.id}/end",
    ):
        reviewer.visit(f"/plans/{plan.id}/{path}", status=404)


def test_only_a_writer_is_offered_what_changes_the_plan(browser, make):
    plan, unit = make.plan(), make.unit()
    team = make.team(plan)
    make.target(plan, unit, team=team)
    for person in (make.person(Role.VIEWER), make.person(Role.OFFICER, unit), make.head_of(team)):
        page = browser.signed_in_as(person).get("plans.show", plan_id=plan.id)
        assert not [a for a in page.links() if a.endswith(("/edit", "/targets", "/teams/new"))]
        browser.signed_in_as(person)
        browser.get("plans.edit", plan_id=plan.id, status=403)
        browser.post("plans.targets", plan_id=plan.id, status=403)


# Writing


def test_a_plan_is_made(reviewer, make):
    page = reviewer.post("plans.new", data=_plan_typed(make))
    plan = db.session.scalars(select(Plan)).one()
    assert page.location == f"/plans/{plan.id}"
    assert (plan.number, plan.issued_on, plan.year) == ("18/KH-UBND", date(2026, 1, 5), 2026)


def test_a_form_sent_twice_makes_one_plan_and_one_team(reviewer, make):
    once = reviewer.get("plans.new").html.select_one("#once")["value"]
    sent = [reviewer.post("plans.new", data=_plan_typed(make, once=once)).location for _ in range(2)]
    (plan,) = db.session.scalars(select(Plan.id))
    assert sent == [f"/plans/{plan}"] * 2
    once = reviewer.get("plans.new_team", plan_id=plan).html.select_one("#once")["value"]
    team = {"name": "Đoàn số 1", "once": once}
    sent = [reviewer.post("plans.new_team", plan_id=plan, data=team).location for _ in range(2)]
    assert sent == [f"/plans/{plan}/teams/{db.session.scalars(select(Team.id)).one()}"] * 2


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"title": " "}, "title", "Nhập tên kế hoạch"),
        ({"issued_on": "31/02/2026"}, "issued_on", "Không có ngày 31/02/2026, xem lại lịch"),
        ({"issued_on": "hôm qua"}, "issued_on", "Nhập ngày theo dạng ngày/tháng/năm, ví dụ 20/11/2023"),
        ({"year": "202"}, "year", "Nhập số từ 2000 đến 2100"),
        ({"year": "nay"}, "year", "Nhập một số nguyên, ví dụ 12"),
        ({"kind": "other"}, "kind", "Chọn một mục trong danh sách"),
        ({"issuing_unit": "999999"}, "issuing_unit", None),
        ({"issuing_unit": ""}, "issuing_unit", None),
        ({"title": "a" * 300}, "title", None),
    ],
)
def test_a_plan_typed_wrong_comes_back_as_typed(reviewer, make, wrong, field, said):
    page = reviewer.post("plans.new", data=_plan_typed(make, number="7/KH-X", **wrong), status=422)
    if said:
        assert page.error_on(field) == said
    assert page.html.select_one("#number")["value"] == "7/KH-X"
    assert page.html.title.get_text(strip=True).startswith("Lỗi:")
    assert not db.session.scalars(select(Plan)).all()


def test_decomposed_text_is_stored_composed(reviewer, make):
    reviewer.post("plans.new", data=_plan_typed(make, title=unicodedata.normalize("NFD", "Kế hoạch đột xuất")))
    assert db.session.scalars(select(Plan.title)).one() == unicodedata.normalize("NFC", "Kế hoạch đột xuất")


def test_a_reviewer_of_a_district_writes_plans_of_the_district(browser, make):
    district = make.unit("Quận Ô Môn", kind=UnitKind.DISTRICT)
    browser.signed_in_as(make.person(Role.REVIEWER, district))
    browser.post("plans.new", data=_plan_typed(make), status=422)
    browser.post("plans.new", data=_plan_typed(make, issuing_unit=district.id))
    assert db.session.scalars(select(Plan)).one().issuing_unit_id == district.id


def test_a_lost_race_says_who_was_first_and_keeps_what_was_typed(reviewer, make):
    plan = make.plan(title="Kiểm tra")
    seen = plan.version
    services.change_plan(
        plan, year=2026, title="Kiểm tra năm 2026", number="", actor=make.actor(make.reviewer), today=TODAY
    )
    typed = {"title": "Tên của tôi", "year": "2026", "number": "", "note": "", "version": seen}
    page = reviewer.post("plans.edit", plan_id=plan.id, data=typed, status=409)
    assert f"{make.reviewer.name} vừa cập nhật kế hoạch này lúc" in page.main
    assert "Kiểm tra năm 2026" in page.main
    assert page.html.select_one("#title")["value"] == "Tên của tôi"

    typed["version"] = page.html.select_one("input[name=version]")["value"]
    reviewer.post("plans.edit", plan_id=plan.id, data=typed)
    assert db.session.get_one(Plan, plan.id).title == "Tên của tôi"


# Targets


def _units(make, *names):
    return [make.unit(name) for name in names]


def test_thirty_one_units_are_added_from_typed_lines(reviewer, make):
    plan, units = make.plan(), _units(make, *(f"Xã Thạnh {n:02d}" for n in range(31)))
    team = make.team(plan)
    lines = "\n".join(f"  xa thanh {n:02d} " for n in range(31))
    reviewer.post(
        "plans.targets",
        plan_id=plan.id,
        data={"lines": lines, "month": "5", "team": team.id, "since": TODAY_TYPED},
    )
    targets = db.session.scalars(select(Target)).all()
    assert {target.unit_id for target in targets} == {unit.id for unit in units}
    assert {(target.month, target.team_id) for target in targets} == {(5, team.id)}


def test_adding_many_costs_the_same_as_adding_few(reviewer, make):
    plan = make.plan()
    _units(make, *(f"Xã Thạnh {n:02d}" for n in range(12)))

    def cost(lines):
        data = {"lines": lines + "\nkhông có xã này", "since": TODAY_TYPED}
        return len(reviewer.post("plans.targets", plan_id=plan.id, data=data, status=422).queries)

    assert cost("xa thanh 00") == cost("\n".join(f"xa thanh {n:02d}" for n in range(12)))


def test_a_line_that_may_mean_two_units_is_asked_about(reviewer, make):
    plan = make.plan()
    first, second = _units(make, "Xã Tân Lộc Đông", "Xã Tân Lộc Tây")
    clear = make.unit("Phường Cái Khế")
    data = {"lines": "tan loc\ncai khe", "since": TODAY_TYPED}
    page = reviewer.post("plans.targets", plan_id=plan.id, data=data, status=422)
    assert "Nhiều đơn vị có thể là “tan loc”" in page.error_on("lines")
    assert page.html.select_one("textarea").get_text().strip() == "tan loc\ncai khe"
    offered = {int(box["value"]) for box in page.html.select("input[name=units]")}
    assert offered == {first.id, second.id}
    assert not db.session.scalars(select(Target)).all()

    reviewer.post("plans.targets", plan_id=plan.id, data={**data, "units": [str(second.id)]})
    assert {t.unit_id for t in db.session.scalars(select(Target))} == {second.id, clear.id}


def test_a_line_that_names_nothing_is_said(reviewer, make):
    plan = make.plan()
    data = {"lines": "Xã Không Có", "since": TODAY_TYPED}
    page = reviewer.post("plans.targets", plan_id=plan.id, data=data, status=422)
    assert page.error_on("lines") == "Không có đơn vị nào tên “Xã Không Có” vào ngày đó, sửa hoặc bỏ dòng này"


def test_searching_again_loses_no_tick_and_nothing_typed(reviewer, make):
    plan = make.plan()
    ticked, other = _units(make, "Phường Cái Khế", "Phường Tân An")
    page = reviewer.post(
        "plans.targets",
        plan_id=plan.id,
        data={"do": "search", "q": "tan an", "units": [str(ticked.id)], "lines": "xa gi do", "since": TODAY_TYPED},
        status=200,
    )
    boxes = {int(box["value"]): box.has_attr("checked") for box in page.html.select("input[name=units]")}
    assert boxes == {ticked.id: True, other.id: False}
    assert page.html.select_one("textarea").get_text().strip() == "xa gi do"
    assert not db.session.scalars(select(Target)).all()


def test_units_are_those_of_the_day_from_which_they_count(reviewer, make):
    plan = make.plan(year=2022, issued_on=date(2021, 12, 29))
    old = make.unit("Phường Tân An", valid_to=date(2025, 6, 30))
    new = make.unit("Phường Tân An", valid_from=date(2025, 7, 1))
    page = reviewer.get("plans.targets", plan_id=plan.id, q="tan an")
    assert page.html.select_one("#since")["value"] == "29/12/2021"
    assert [int(box["value"]) for box in page.html.select("input[name=units]")] == [old.id]
    data = {"units": [str(new.id)], "since": "29/12/2021"}
    reviewer.post("plans.targets", plan_id=plan.id, data=data, status=422)
    reviewer.post("plans.targets", plan_id=plan.id, data={"lines": "tan an", "since": "29/12/2021"})
    assert db.session.scalars(select(Target)).one().unit_id == old.id


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "lines"),
        ({"lines": "cai khe", "since": ""}, "since"),
        ({"lines": "cai khe", "since": "32/01/2026"}, "since"),
        ({"lines": "cai khe", "since": f"{TODAY + timedelta(days=1):%d/%m/%Y}"}, "since"),
        ({"lines": "cai khe", "month": "13"}, "month"),
        ({"lines": "cai khe", "team": "99999"}, "team"),
        ({"lines": "\n".join(["cai khe"] * 201)}, "lines"),
    ],
)
def test_what_is_wrong_with_units_is_said(reviewer, make, given, field):
    plan = make.plan()
    make.unit("Phường Cái Khế")
    page = reviewer.post("plans.targets", plan_id=plan.id, data={"since": TODAY_TYPED, **given}, status=422)
    assert page.error_on(field)
    assert not db.session.scalars(select(Target)).all()


@pytest.mark.parametrize("units", ["abc", "-1", "0", "99999999999", "999999"])
def test_made_up_units_are_refused(reviewer, make, units):
    plan = make.plan()
    reviewer.post("plans.targets", plan_id=plan.id, data={"units": [units], "since": TODAY_TYPED}, status=422)
    assert not db.session.scalars(select(Target)).all()


def test_month_and_team_of_a_unit_change(reviewer, make):
    target = make.target()
    team = make.team(make.whole_target(target).plan)
    reviewer.post("plans.target", plan_id=target.plan_id, target_id=target.id, data={"month": "9", "team": team.id})
    assert (target.month, target.team_id) == (9, team.id)


def test_a_unit_is_taken_out_with_a_reason(reviewer, make):
    target = make.target()
    at = {"plan_id": target.plan_id, "target_id": target.id}
    page = reviewer.post("plans.remove_target", **at, data={"reason": " ", "on": TODAY_TYPED}, status=422)
    assert page.error_on("reason") == "Nhập lý do đưa đơn vị ra khỏi kế hoạch"
    reviewer.post("plans.remove_target", **at, data={"reason": "Đã sáp nhập.", "on": TODAY_TYPED})
    assert target.removed_on == TODAY
    reviewer.post("plans.remove_target", **at, data={"reason": "Lần nữa.", "on": TODAY_TYPED}, status=409)


# Teams


def test_a_team_is_made_and_people_are_seated(reviewer, make):
    plan, person = make.plan(), make.person()
    page = reviewer.post("plans.new_team", plan_id=plan.id, data={"name": "Đoàn số 1", "decision_on": "02/01/2026"})
    team = db.session.scalars(select(Team)).one()
    assert page.location == f"/plans/{plan.id}/teams/{team.id}"

    found = reviewer.get("plans.team", plan_id=plan.id, team_id=team.id, q=person.name)
    assert str(person.id) in [option["value"] for option in found.html.select("#person option")]
    seat = {"person": person.id, "role": "head", "since": TODAY_TYPED, "q": person.name}
    at = {"plan_id": plan.id, "team_id": team.id}
    reviewer.post("plans.seat", **at, data=seat)
    member = db.session.scalars(select(TeamMember)).one()
    assert (member.person_id, member.role) == (person.id, TeamRole.HEAD)

    again = reviewer.post("plans.seat", **at, data=seat, status=422)
    assert again.error_on("person") == "Người này đã có trong đoàn vào thời gian đó"
    member_at = {**at, "member_id": member.id}
    early = reviewer.post("plans.unseat", **member_at, data={"last_day": "01/01/2001"}, status=422)
    assert early.error_on("last_day") == f"Nhập ngày từ {TODAY_TYPED} trở đi"
    reviewer.post("plans.unseat", **member_at, data={"last_day": TODAY_TYPED})
    assert member.until == TODAY


def test_a_person_who_was_not_looked_for_cannot_be_seated(reviewer, make):
    team = make.team()
    person = make.person()
    at = {"plan_id": team.plan_id, "team_id": team.id}
    seat = {"person": person.id, "role": "member", "since": TODAY_TYPED, "q": "không có ai"}
    reviewer.post("plans.seat", **at, data=seat, status=422)
    reviewer.post("plans.seat", **at, data={**seat, "q": person.name, "since": ""}, status=422)
    reviewer.post("plans.seat", **at, data={**seat, "q": person.name, "role": "chief"}, status=422)


def test_a_lost_race_over_a_team(reviewer, make):
    team = make.team(name="Đoàn số 1")
    seen = team.version
    services.change_team(team, name="Đoàn số 2", actor=make.actor(make.reviewer), today=TODAY)
    data = {"name": "Đoàn số 3", "version": seen}
    page = reviewer.post("plans.edit_team", plan_id=team.plan_id, team_id=team.id, data=data, status=409)
    assert "vừa cập nhật đoàn kiểm tra này lúc" in page.main
    assert page.html.select_one("#name")["value"] == "Đoàn số 3"
