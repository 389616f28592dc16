"""The pages of visits as people meet them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock, counting
from inspect_app.core.actor import Role, TeamRole
from inspect_app.core.db import db
from inspect_app.plans.models import PlanKind
from inspect_app.units.models import UnitKind
from inspect_app.visits import services
from inspect_app.visits.models import Entry, Visit, VisitState

TODAY = clock.today()
A_DAY = timedelta(days=1)


def _typed(day):
    return f"{day:%d/%m/%Y}"


@pytest.fixture
def reviewer(browser, make):
    return browser.signed_in_as(make.reviewer)


def _ids(page):
    return [int(link.rsplit("/", 1)[1]) for link in page.links("table a.t-title")]


# One visit


@pytest.mark.parametrize(
    ("state", "entry", "place"),
    [
        ("planned", None, "begin"),
        ("begun", None, "steps"),
        ("reported", Entry.NONE_FOUND, "close"),
        ("reported", Entry.FOUND, "steps"),
        ("concluded", None, None),
    ],
)
def test_on_a_phone_a_visit_leads_to_its_next_step(browser, make, state, entry, place):
    team = make.team()
    visit = make.visit(state, team=team, entry=entry)
    page = browser.signed_in_as(make.head_of(team)).get("visits.show", visit_id=visit.id)
    ways = page.links("main a.only-mf")
    assert ways == ([f"#{place}"] if place else [])
    assert not place or page.html.select_one(f"#{place}")


# The list


def test_the_list_pages_by_key_in_both_orders(reviewer, make):
    plan = make.plan()
    team = make.team(plan)
    for n in range(52):
        make.visit("planned", plan=plan, team=team, day=TODAY - (n % 3) * A_DAY)
    first = reviewer.get("visits.index")
    assert first.total == 52
    second = reviewer.visit(first.html.select_one("a[rel=next]")["href"])
    latest = _ids(first) + _ids(second)
    assert len(set(latest)) == 52

    first = reviewer.get("visits.index", sort="oldest")
    second = reviewer.visit(first.html.select_one("a[rel=next]")["href"])
    assert _ids(first) + _ids(second) == latest[::-1]


def test_the_list_costs_the_same_however_long_it_grows(reviewer, make):
    plan = make.plan()
    team = make.team(plan)

    def cost(endpoint):
        return len(reviewer.get(endpoint).queries)

    make.visit("begun", plan=plan, team=team)
    before = cost("visits.index"), cost("visits.schedule")
    for _ in range(10):
        make.visit("begun", plan=plan, team=team)
    assert (cost("visits.index"), cost("visits.schedule")) == before


def test_filters_work_together_and_tabs_count_what_they_show(reviewer, make):
    district = make.unit("Huyện Cờ Đỏ", kind=UnitKind.DISTRICT)
    plan = make.plan(number="18/KH-UBND")
    team = make.team(plan)
    inside = make.visit("begun", plan=plan, team=team, unit=make.unit("Xã Thới Hưng", parent=district))
    make.visit("planned", plan=plan, team=team, unit=make.unit("Xã Thạnh Phú", parent=district))
    make.visit("begun", unit=make.unit("Sở Y tế", kind=UnitKind.DEPARTMENT))

    page = reviewer.get("visits.index", plan=plan.id, unit=district.id, kind="commune", state="begun")
    assert _ids(page) == [inside.id]
    assert page.total == 1
    tabs = {" ".join(a.get_text(" ").split()): a["href"] for a in page.html.select("nav.views a")}
    assert set(tabs) == {"Tất cả 2", "Đã lên lịch 1", "Đang kiểm tra 1"}
    for label, href in tabs.items():
        assert reviewer.visit(href).total == int(label.split()[-1])


def test_of_very_many_visits_the_list_says_that_there_are_more(reviewer, make, monkeypatch):
    monkeypatch.setattr(counting, "MOST_COUNTED", 2)
    for _ in range(4):
        make.visit("begun")
    make.visit("planned")
    page = reviewer.get("visits.index")
    tabs = {" ".join(a.get_text(" ").split()) for a in page.html.select("nav.views a")}
    assert tabs == {"Tất cả hơn 2", "Đã lên lịch 1", "Đang kiểm tra hơn 2"}
    assert "hơn 2 cuộc kiểm tra" in page.text
    assert page.html.select_one("[data-total-capped]")["data-total"] == "3"
    assert reviewer.get("visits.index", state="planned").total == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "thoi hung"}, 1),
        ({"q": "18/KH"}, 2),
        ({"since": "01/01/2023"}, 1),
        ({"until": "31/12/2022"}, 1),
        ({"since": "2022-03-01", "until": "2022-03-01"}, 1),
        ({"as_of": "2022-12-31"}, 1),
        ({"as_of": "2022-02-01"}, 0),
        ({"plan_kind": "surprise"}, 0),
        ({"plan_kind": "scheduled"}, 2),
        ({"mine": "1"}, 0),
        ({"state": ["begun", "reported", "concluded", "closed"], "as_of": "2022-03-01"}, 1),
        ({"state": "nonsense", "kind": "nonsense", "sort": "nonsense", "mine": "x"}, 2),
    ],
)
def test_the_list_is_filtered(reviewer, make, asked, found):
    plan = make.plan(number="18/KH-UBND")
    team = make.team(plan)
    make.visit("closed", plan=plan, team=team, unit=make.unit("Xã Thới Hưng"), day=date(2022, 3, 1))
    make.visit("begun", plan=plan, team=team, unit=make.unit("Sở Y tế", kind=UnitKind.DEPARTMENT))
    assert reviewer.get("visits.index", **asked).total == found


def test_a_past_day_shows_that_days_state(reviewer, make):
    target = make.target(team=make.team(), since=date(2022, 1, 1))
    head = make.actor(make.head_of(make.team_of(target)))
    visit = services.plan_visit(target, actor=head, today=TODAY, began_on=date(2022, 3, 10))
    services.report(visit, entry=Entry.NONE_FOUND, actor=head, today=TODAY, on=date(2022, 3, 12))
    services.close(visit, actor=head, today=TODAY, on=date(2022, 3, 20))
    db.session.commit()
    for day, word in (("2022-03-11", "Đang kiểm tra"), ("2022-03-12", "Chờ kết luận"), ("2022-03-20", "Không có hạn")):
        page = reviewer.get("visits.index", as_of=day)
        assert word in page.html.select_one("table .pill").get_text()


@pytest.mark.parametrize("name", ["as_of", "since", "until"])
def test_a_day_that_cannot_be_read_is_said_and_not_guessed(reviewer, make, name):
    for endpoint in ("visits.index", "visits.schedule") if name == "as_of" else ("visits.index",):
        page = reviewer.get(endpoint, status=422, **{name: "31/02/2022"})
        assert "Không có ngày 31/02/2022, xem lại lịch" in page.main


def test_an_address_that_names_what_is_not_there_is_not_found(reviewer, browser, make):
    for endpoint in ("visits.index", "visits.schedule"):
        reviewer.get(endpoint, plan=999999, status=404)
        reviewer.get(endpoint, unit=999999, status=404)
        reviewer.get(endpoint, plan="abc", status=404)
    hidden = make.plan(PlanKind.SURPRISE)
    make.target(hidden, make.unit())
    browser.signed_in_as(make.person(Role.VIEWER, make.unit("Quận Cái Răng")))
    browser.get("visits.index", plan=hidden.id, status=404)


@pytest.mark.parametrize("address", ["?after=xxx", "?before=e30", "?after=W10&sort=oldest"])
def test_made_up_cursors_show_the_first_page(reviewer, make, address):
    make.visit("begun")
    for path in ("/visits/", "/visits/schedule"):
        assert reviewer.visit(path + address).total == 1


def test_the_schedule_is_the_rows_of_coverage(reviewer, make):
    plan = make.plan()
    team = make.team(plan)
    make.visit("begun", plan=plan, team=team, unit=make.unit(kind=UnitKind.DEPARTMENT))
    make.visit("planned", plan=plan, team=team)
    make.target(plan, since=TODAY - 30 * A_DAY)
    asked = {
        (): 3,
        (("begun", 1),): 1,
        (("begun", 0),): 2,
        (("kind", "department"),): 1,
        (("begun", 1), ("kind", "commune")): 0,
        (("as_of", (TODAY - A_DAY).isoformat()),): 1,
    }
    for which, number in asked.items():
        assert reviewer.get("visits.schedule", plan=plan.id, **dict(which)).total == number


def test_the_schedule_is_of_one_year_and_leads_to_the_others(reviewer, make):
    """Of this year, or of the latest that has a plan; a plan is of its own."""
    this, old = make.plan(year=TODAY.year), make.plan(year=TODAY.year - 2)
    make.target(this)
    for _time in range(2):
        make.target(old)
    page = reviewer.get("visits.schedule")
    assert (page.total, f"của các kế hoạch năm {TODAY.year}" in page.main) == (1, True)
    assert "Bỏ hết lọc" not in page.main
    choices = page.html.select("input[name=year]")
    assert [one["value"] for one in choices] == [str(this.year), str(old.year)]
    assert reviewer.get("visits.schedule", year=old.year).total == 2
    of_a_plan = reviewer.get("visits.schedule", plan=old.id, year=this.year)
    assert of_a_plan.total == 2
    assert of_a_plan.html.select("input[name=year]") == []


def test_the_schedule_keeps_the_embargo(browser, make):
    unit = make.unit("Phường Lê Bình")
    plan = make.plan(PlanKind.SURPRISE)
    visit = make.visit("planned", plan=plan, unit=unit)
    head, officer = make.head_of(visit.team), make.person(Role.OFFICER, unit)
    browser.signed_in_as(officer)
    for path in ("/visits/schedule", "/visits/", f"/units/{unit.id}", "/plans/"):
        page = browser.visit(path)
        assert plan.title not in page.text
    browser.get("visits.show", visit_id=visit.id, status=404)
    browser.get("plans.show", plan_id=plan.id, status=404)

    services.begin(visit, actor=make.actor(head), today=TODAY)
    db.session.commit()
    browser.signed_in_as(officer)
    page = browser.get("visits.schedule")
    assert page.total == 1
    assert "Đã kiểm tra" in page.main
    browser.get("visits.show", visit_id=visit.id, status=404)  # not yet reported


# One visit


BUTTONS = """
                 head                              member              reviewer                         viewer
planned          begin,edit,cancel                 begin,edit          begin,edit,cancel                -
begun            report,cancel                     report              cancel                           -
reported         close                             -                   close                            -
closed           -                                 -                   -                                -
cancelled        -                                 -                   -                                -
"""


@pytest.mark.parametrize("state", ["planned", "begun", "reported", "closed", "cancelled"])
@pytest.mark.parametrize("who", ["head", "member", "reviewer", "viewer"])
def test_the_page_offers_only_the_moves_that_would_work(browser, make, state, who):
    from tests.support.tables import cells

    offered = {(row, column): cell for row, column, cell in cells(BUTTONS)}[(state, who)]
    visit = make.visit(state, entry=Entry.NONE_FOUND if state == "reported" else None)
    person = {
        "head": lambda: make.head_of(visit.team),
        "member": lambda: make.sitting(visit.team),
        "reviewer": lambda: make.reviewer,
        "viewer": lambda: make.person(Role.VIEWER),
    }[who]()
    browser.signed_in_as(person)
    if who == "viewer" and state not in ("reported", "closed"):
        browser.get("visits.show", visit_id=visit.id, status=404)
        return
    page = browser.get("visits.show", visit_id=visit.id)
    addresses = [form["action"] for form in page.html.select("main form[method=post]")] + page.links()
    found = {address.rsplit("/", 1)[1] for address in addresses if address.startswith(f"/visits/{visit.id}/")}
    found &= {"begin", "edit", "report", "close", "cancel"}
    assert found == (set() if offered == "-" else set(offered.split(",")))


def test_a_visit_begins_when_its_day_is_typed(browser, make):
    visit = make.visit("planned", day=TODAY)
    browser.signed_in_as(make.head_of(visit.team))
    page = browser.post("visits.begin", visit_id=visit.id, data={"began_on": _typed(TODAY)})
    assert page.location == f"/visits/{visit.id}"
    assert (visit.state, visit.began_on) == (VisitState.BEGUN, TODAY)
    browser.post("visits.begin", visit_id=visit.id, data={"began_on": _typed(TODAY)}, status=409)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Nhập ngày kiểm tra, ví dụ 14/11/2026"),
        ("mai", "Nhập ngày theo dạng ngày/tháng/năm, ví dụ 20/11/2023"),
        (_typed(TODAY + A_DAY), f"Nhập ngày không muộn hơn {_typed(TODAY)}"),
        (_typed(TODAY - A_DAY), f"Nhập ngày từ {_typed(TODAY)} trở đi"),
        ("14/11/1999", "Nhập năm từ 2000 đến 2100"),
    ],
)
def test_a_wrong_day_is_said_at_the_field(browser, make, typed, said):
    visit = make.visit("planned", day=TODAY)
    browser.signed_in_as(make.head_of(visit.team))
    page = browser.post("visits.begin", visit_id=visit.id, data={"began_on": typed}, status=422)
    assert page.error_on("began_on") == said
    assert page.html.select_one("#began_on")["value"] == typed
    assert page.html.title.get_text(strip=True).startswith("Lỗi:")


def test_a_visit_without_findings_goes_through_to_its_end(browser, make):
    visit = make.visit("begun")
    browser.signed_in_as(make.head_of(visit.team))
    wrong = browser.post("visits.report", visit_id=visit.id, data={}, status=422)
    assert wrong.error_on("entry") == "Chọn một kết quả"
    browser.post("visits.report", visit_id=visit.id, data={"entry": "found"}, status=422)
    browser.post("visits.report", visit_id=visit.id, data={"entry": "none_found"})
    assert (visit.state, visit.entry) == (VisitState.REPORTED, Entry.NONE_FOUND)
    browser.get("visits.close", visit_id=visit.id)
    browser.post("visits.close", visit_id=visit.id)
    assert visit.state is VisitState.CLOSED
    browser.post("visits.close", visit_id=visit.id, status=409)


def test_a_visit_with_findings_is_not_reported_as_without(browser, make):
    visit = make.visit("begun", entry=Entry.FOUND)
    browser.signed_in_as(make.head_of(visit.team))
    page = browser.post("visits.report", visit_id=visit.id, data={"entry": "none_found"}, status=409)
    assert page.h1 == "Không làm được việc này", "nobody else did anything"
    assert visit.state is VisitState.BEGUN


def test_a_visit_is_cancelled_with_a_reason(browser, make):
    visit = make.visit("planned")
    browser.signed_in_as(make.head_of(visit.team))
    page = browser.post("visits.cancel", visit_id=visit.id, data={"reason": "  "}, status=422)
    assert page.error_on("reason") == "Nhập lý do hủy cuộc kiểm tra"
    browser.post("visits.cancel", visit_id=visit.id, data={"reason": "Đơn vị xin hoãn."})
    page = browser.get("visits.show", visit_id=visit.id)
    assert "Đơn vị xin hoãn." in page.main
    assert visit.state is VisitState.CANCELLED
    browser.get("visits.cancel", visit_id=visit.id, status=409)


def test_a_reason_typed_in_a_second_window_comes_back_where_no_form_takes_it(browser, make):
    visit = make.visit("planned")
    reason = "Đơn vị xin hoãn <b>sang</b> tháng sau.\nĐã báo trưởng đoàn."
    browser.signed_in_as(make.head_of(visit.team))
    browser.post("visits.cancel", visit_id=visit.id, data={"reason": reason})
    page = browser.post("visits.cancel", visit_id=visit.id, data={"reason": reason, "version": "1"}, status=409)
    assert "Nội dung đã nhập, chưa gửi:" in page.main
    assert [page.html.find(id=one["data-copy"]).get_text() for one in page.html.select("main [data-copy]")] == [reason]
    assert "Gửi lại" not in page.buttons, "it would only be refused again"
    assert reason in browser.post("visits.cancel", visit_id=999999, data={"reason": reason}, status=404).html.text
    browser.signed_in_as(make.person(Role.VIEWER))
    assert reason in browser.post("visits.cancel", visit_id=visit.id, data={"reason": reason}, status=403).html.text


def test_only_a_reviewer_says_for_which_day_a_step_counts(browser, make):
    visit = make.visit("reported", entry=Entry.NONE_FOUND, day=TODAY - 5 * A_DAY)
    other = make.visit("reported", entry=Entry.NONE_FOUND, day=TODAY - 5 * A_DAY)
    earlier = {"on": _typed(TODAY - 3 * A_DAY)}
    browser.signed_in_as(make.head_of(make.whole(visit).team))
    browser.post("visits.close", visit_id=visit.id, data=earlier)
    assert visit.ended_on == TODAY
    browser.signed_in_as(make.reviewer)
    browser.post("visits.close", visit_id=other.id, data=earlier)
    assert other.ended_on == TODAY - 3 * A_DAY


@pytest.mark.parametrize("move", ["begin", "report", "close", "cancel"])
def test_moves_on_a_visit_that_is_not_there_or_not_theirs(browser, make, move):
    state = {"begin": "planned", "report": "begun", "close": "reported", "cancel": "begun"}[move]
    visit = make.visit(state, entry=Entry.NONE_FOUND if move == "close" else None)
    hidden = make.sitting(make.team())
    browser.signed_in_as(hidden)
    browser.post(f"visits.{move}", visit_id=visit.id, status=404)
    browser.post(f"visits.{move}", visit_id=999999, status=404)
    sees = {"begin": Role.REVIEWER, "report": Role.REVIEWER}.get(move)
    district_reviewer = make.person(sees or Role.REVIEWER, make.whole(visit).unit)
    browser.signed_in_as(district_reviewer)
    browser.post(f"visits.{move}", visit_id=visit.id, status=403)
    browser.signed_in_as(make.person(Role.VIEWER))
    browser.post(f"visits.{move}", visit_id=visit.id, status=403)
    assert visit.state == state


# Planning


def test_a_visit_is_put_on_the_calendar_from_the_plan(browser, make):
    plan = make.plan()
    target = make.target(plan, make.unit("Phường Cái Khế"), team=make.team(plan))
    browser.signed_in_as(make.head_of(make.team_of(target)))
    link = next(a for a in browser.get("plans.show", plan_id=plan.id).links() if "/visits/new" in a)
    assert "phường Cái Khế" in browser.visit(link).h1
    typed = {"when": "ahead", "day": _typed(TODAY + 7 * A_DAY), "planned_at": "8h30", "place": "Trụ sở UBND"}
    page = browser.post("visits.new", target=target.id, data=typed)
    visit = db.session.scalars(select(Visit)).one()
    assert page.location == f"/visits/{visit.id}"
    assert (visit.state, visit.planned_at, visit.day) == (VisitState.PLANNED, "08:30", TODAY + 7 * A_DAY)
    browser.post("visits.new", target=target.id, data=typed, status=409)


def test_a_visit_of_the_past_is_logged_from_the_plan(browser, make):
    target = make.target(team=make.team())
    browser.signed_in_as(make.reviewer)
    day = TODAY - 9 * A_DAY
    browser.post("visits.new", target=target.id, data={"when": "done", "day": _typed(day)})
    visit = db.session.scalars(select(Visit)).one()
    assert (visit.state, visit.began_on) == (VisitState.BEGUN, day)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "hôm nay"}, "day"),
        ({"when": "done", "day": _typed(TODAY + A_DAY)}, "day"),
        ({"when": "perhaps"}, "when"),
        ({"planned_at": "25:00"}, "planned_at"),
        ({"place": "x" * 300}, "place"),
    ],
)
def test_a_visit_planned_wrong_comes_back_as_typed(browser, make, given, field):
    target = make.target(team=make.team())
    browser.signed_in_as(make.reviewer)
    typed = {"when": "ahead", "day": _typed(TODAY), "present": "Đoàn và lãnh đạo phường", **given}
    page = browser.post("visits.new", target=target.id, data=typed, status=422)
    assert page.error_on(field)
    assert page.html.select_one("#present").get_text().strip() == "Đoàn và lãnh đạo phường"
    assert not db.session.scalars(select(Visit)).all()


def test_a_target_without_a_team_asks_for_one_of_the_plan(browser, make):
    plan = make.plan()
    target, own, other = make.target(plan), make.team(plan), make.team(plan)
    browser.signed_in_as(make.head_of(own))
    page = browser.get("visits.new", target=target.id)
    assert [o["value"] for o in page.html.select("#team option")] == ["", str(own.id)]
    typed = {"when": "ahead", "day": _typed(TODAY)}
    browser.post("visits.new", target=target.id, data={**typed, "team": other.id}, status=422)
    browser.post("visits.new", target=target.id, data={**typed, "team": ""}, status=422)
    browser.post("visits.new", target=target.id, data={**typed, "team": own.id})
    assert db.session.scalars(select(Visit)).one().team_id == own.id


def test_a_target_that_is_not_there_or_not_theirs(browser, make):
    plan = make.plan(PlanKind.SURPRISE)
    target = make.target(plan, team=make.team(plan))
    browser.signed_in_as(make.sitting(make.team(plan)))
    browser.get("visits.new", target=target.id, status=403)
    browser.signed_in_as(make.sitting(make.team()))
    browser.get("visits.new", target=target.id, status=404)
    for wrong in ("", "abc", "999999", "-1"):
        browser.get("visits.new", target=wrong, status=404)


def test_a_planned_visit_is_moved_and_a_lost_race_keeps_what_was_typed(browser, make):
    visit = make.visit("planned")
    seen, head = visit.version, make.actor(make.head_of(visit.team))
    services.note(visit, actor=head, today=TODAY, place="Nhà văn hóa")
    browser.signed_in_as(make.head_of(make.whole(visit).team))
    typed = {"planned_on": _typed(TODAY + A_DAY), "place": "Trụ sở UBND", "version": seen}
    page = browser.post("visits.edit", visit_id=visit.id, data=typed, status=409)
    assert f"{head.name} vừa cập nhật cuộc kiểm tra này lúc" in page.main
    assert "Nhà văn hóa" in page.main
    assert page.html.select_one("#place")["value"] == "Trụ sở UBND"
    typed["version"] = page.html.select_one("input[name=version]")["value"]
    page = browser.post("visits.edit", visit_id=visit.id, data={**typed, "scope": "thematic"}, status=422)
    assert "Bản mới ghi khác" not in page.main, "nobody was first: a theme is missing"
    browser.post("visits.edit", visit_id=visit.id, data=typed)
    assert (visit.place, visit.planned_on) == ("Trụ sở UBND", TODAY + A_DAY)
    browser.post("visits.edit", visit_id=visit.id, data={**typed, "version": ""}, status=422)


# Self-inspection


def test_a_form_sent_twice_logs_one_visit(browser, make):
    plan, unit = make.plan(PlanKind.SELF), make.unit()
    browser.signed_in_as(make.person(Role.OFFICER, unit))
    typed = {"plan": plan.id, "unit": unit.id, "began_on": _typed(TODAY), "result": "none_found"}
    typed["once"] = browser.get("visits.self_inspection").html.select_one("#once")["value"]
    logged = {browser.post("visits.self_inspection", data=typed).location for _ in range(2)}
    assert logged == {f"/visits/{db.session.scalars(select(Visit.id)).one()}"}

    target = make.target(team=make.team())
    browser.signed_in_as(make.reviewer)
    typed = {"when": "ahead", "day": _typed(TODAY)}
    typed["once"] = browser.get("visits.new", target=target.id).html.select_one("#once")["value"]
    sent = [browser.post("visits.new", target=target.id, data=typed).location for _ in range(2)]
    assert sent[0] == sent[1]


def test_a_units_page_shows_its_visits_to_those_who_may_see_them(browser, make):
    unit = make.unit()
    visit = make.visit("reported", unit=unit)
    make.visit("planned", unit=unit)
    browser.signed_in_as(make.person(Role.OFFICER, unit))
    links = [a for a in browser.get("units.show", unit_id=unit.id).links() if a.startswith("/visits/")]
    assert links == [f"/visits/?unit={unit.id}", f"/visits/{visit.id}"]
    browser.signed_in_as(make.sitting(make.whole(visit).team, TeamRole.SECRETARY))
    assert browser.get("visits.index", mine=1).total == 1


def test_a_unit_that_has_its_visit_is_led_to_it_instead_of_to_the_form(make, browser):
    visit = make.visit()
    page = browser.signed_in_as(make.head_of(visit.team)).get("visits.new", target=visit.target_id)
    assert "Đơn vị đã có cuộc kiểm tra theo kế hoạch này" in page.main
    assert f"/visits/{visit.id}" in page.links()
    assert not page.buttons
