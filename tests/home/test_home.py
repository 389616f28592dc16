"""What each role finds on the page that they land on."""

from datetime import timedelta

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.findings.models import State
from inspect_app.home import queries
from inspect_app.visits.models import VisitState


def test_an_officer_sees_the_most_urgent_work_first(make, browser):
    unit = make.unit("Phường Cái Khế")
    today = clock.today()
    make.finding(State.OPEN, unit=unit, required="Quét hồ sơ.", fixed_deadline=today + timedelta(days=9))
    make.finding(State.IN_PROGRESS, unit=unit, required="Đặt biển tên.", fixed_deadline=today - timedelta(days=1))

    page = browser.signed_in_as(make.officer(unit)).get("home.index")

    assert page.h1 == "Đơn vị còn 2 việc phải làm"
    titles = [link.get_text(strip=True) for link in page.html.select(".task h3 a")]
    assert titles == ["Đặt biển tên", "Quét hồ sơ"]


def test_why_it_came_back_stands_on_the_officers_page(make, browser):
    unit = make.unit()
    make.finding(State.RETURNED, unit=unit)
    assert "Ảnh chưa rõ." in browser.signed_in_as(make.officer(unit)).get("home.index").main


def test_what_was_sent_is_no_longer_the_units_work(make, browser):
    unit = make.unit()
    make.finding(State.SUBMITTED, unit=unit)
    page = browser.signed_in_as(make.officer(unit)).get("home.index")
    assert page.h1 == "Đơn vị không còn việc phải làm"
    assert "đơn vị chưa phải làm gì thêm" in page.main


def test_an_officer_sees_nothing_of_another_unit(make, browser):
    make.finding(State.OPEN, required="Niêm yết ở nơi khác.")
    page = browser.signed_in_as(make.officer(make.unit())).get("home.index")
    assert "Niêm yết ở nơi khác" not in page.text


def test_a_finding_that_was_not_issued_is_nobodys_work_at_the_unit(make, browser):
    unit = make.unit()
    make.finding(State.RECORDED, unit=unit, required="Chưa ai được biết.")
    assert "Chưa ai được biết" not in browser.signed_in_as(make.officer(unit)).get("home.index").text


def test_a_team_sees_what_was_sent_to_it_and_where_it_goes_today(make, browser):
    team = make.team()
    make.finding(State.SUBMITTED, team=team, text="Tỷ lệ hồ sơ trực tuyến thấp.")
    make.visit(VisitState.PLANNED, team=team, unit=make.unit("Phường Tân An"))
    make.finding(State.SUBMITTED, text="Của đoàn khác.")

    page = browser.signed_in_as(make.head_of(team)).get("home.index")

    assert page.h1 == "Hôm nay: 1 cuộc kiểm tra, 1 kết quả chờ xác nhận"
    assert "Tỷ lệ hồ sơ trực tuyến thấp" in page.main
    assert "Phường Tân An" in page.main
    assert "Của đoàn khác" not in page.text


def test_a_team_that_goes_nowhere_today_reads_what_waits_for_it_or_that_nothing_does(make, browser):
    team = make.team()
    browser.signed_in_as(make.head_of(team))
    assert browser.get("home.index").h1 == "Hôm nay không có cuộc kiểm tra"
    make.finding(State.SUBMITTED, team=team)
    assert browser.get("home.index").h1 == "1 kết quả chờ xác nhận"


def test_an_inspector_is_not_asked_to_verify_their_own_unit(make, browser):
    team, unit = make.team(), make.unit()
    at_home = make.sitting(team)
    at_home.home_unit_id = unit.id
    make.finding(State.SUBMITTED, team=team, unit=unit)
    page = browser.signed_in_as(at_home).get("home.index")
    assert "Không còn kết quả nào chờ xác nhận" in page.main


def test_a_reviewer_sees_what_is_late_what_is_disputed_and_what_waits_for_a_conclusion(make, browser):
    today = clock.today()
    make.finding(State.OPEN, unit=make.unit("Phường An Bình"), fixed_deadline=today - timedelta(days=2))
    make.finding(State.DISPUTED, text="Ba nhiệm vụ quá hạn.", fixed_deadline=today + timedelta(days=2))
    make.visit(VisitState.REPORTED, unit=make.unit("Xã Nhơn Ái"))

    page = browser.signed_in_as(make.reviewer).get("home.index")

    assert page.h1 == "2 việc cần xử lý, 1 hạn chế đang quá hạn"
    assert "Giải trình: Ba nhiệm vụ quá hạn" in page.main
    assert "Ban hành thông báo kết luận kiểm tra tại xã Nhơn Ái" in page.main


def test_a_leader_reads_the_year_and_has_nothing_to_do(make, browser):
    make.finding(State.RESOLVED)
    make.finding(State.OPEN)
    page = browser.signed_in_as(make.person(Role.VIEWER)).get("home.index")
    assert page.h1 == f"Năm {clock.today().year}: đã khắc phục 1/2 hạn chế"
    assert page.buttons == []


def test_a_leader_of_a_new_installation_reads_that_there_is_nothing_yet(make, browser):
    page = browser.signed_in_as(make.person(Role.VIEWER)).get("home.index")
    assert page.h1 == f"Năm {clock.today().year}: chưa ban hành hạn chế nào"
    assert "Chưa có kế hoạch kiểm tra nào" in page.main
    assert "0 / 0" not in page.main


def test_a_reviewer_reads_what_comes_first_while_there_is_no_plan(make, browser):
    page = browser.signed_in_as(make.person(Role.REVIEWER)).get("home.index")
    assert {"/checklists/", "/plans/new"} <= set(page.links())
    make.plan()
    page = browser.get("home.index")
    assert "Bắt đầu từ đâu?" not in page.main


def test_an_administrator_of_a_new_installation_is_led_to_adding_a_reviewer(make, browser):
    page = browser.signed_in_as(make.person(Role.ADMIN)).get("home.index")
    assert "/people/new" in page.links()
    make.person(Role.REVIEWER)
    page = browser.get("home.index")
    assert "/people/new" not in page.links()
    assert "/people/" in page.links()


def test_a_unit_without_findings_reads_no_figure_of_nothing(make, browser):
    page = browser.signed_in_as(make.officer(make.unit())).get("home.index")
    assert not page.html.select(".fig")


def test_somebody_without_a_role_is_told_whom_to_call(make, browser):
    page = browser.signed_in_as(make.person()).get("home.index")
    assert "gọi quản trị hệ thống" in page.main


def test_the_number_in_the_menu_is_the_work_on_the_page(make):
    today, unit, team = clock.today(), make.unit(), make.team()
    make.finding(State.OPEN, unit=unit)
    make.finding(State.RETURNED, unit=unit)
    make.finding(State.SUBMITTED, unit=unit, team=team)
    make.finding(State.DISPUTED, team=team)
    make.visit(VisitState.PLANNED, team=team)
    make.visit(VisitState.REPORTED, team=team)

    assert queries.waiting(make.actor(make.officer(unit)), today)[0] == 2
    assert queries.waiting(make.actor(make.head_of(team)), today)[0] == 1 + 1 + 1 + 1
    assert queries.waiting(make.actor(make.reviewer), today)[0] == 1 + 1
    assert queries.waiting(make.actor(make.person(Role.VIEWER)), today)[0] == 0


def test_home_costs_the_same_however_much_there_is_to_do(make, browser):
    unit = make.unit()
    officer = make.officer(unit)

    def cost() -> int:
        return len(browser.signed_in_as(officer).get("home.index").queries)

    make.finding(State.OPEN, unit=unit)
    make.finding(State.RESOLVED, unit=unit)
    before = cost()
    for _ in range(5):
        make.finding(State.OPEN, unit=unit)
        make.finding(State.RETURNED, unit=unit)
    assert cost() == before


def test_an_officers_way_to_findings_opens_on_what_is_still_to_be_put_right(make, browser):
    page = browser.signed_in_as(make.officer(make.unit())).get("home.index")
    assert "/findings/?timing=live" in page.links("nav a[href]")
