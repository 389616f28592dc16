"""The pages of tasks: what figures lead to, forms and their refusals, who sees what; at a constant price."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from werkzeug.datastructures import MultiDict

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.tasks import queries, services
from inspect_app.tasks.forms import filter_from
from inspect_app.tasks.models import Task, TaskPlan, TaskPlanKind, TaskState
from inspect_app.tasks.services import Particulars
from tests.support.tasks import task, task_plan

TODAY = clock.today()


def days(n):
    return TODAY + timedelta(days=n)


@pytest.fixture
def shelf(make):
    """A list with a task of every sort at two units, one of which joins in a task of the other."""
    plan, one, other = task_plan(make, number="05/KH-UBND"), make.unit("Phường Cái Khế"), make.unit("Phường An Bình")
    told = {"plan": plan, "unit": one}
    made = {
        "early": task(make, "done", due_on=days(-5), sent=days(-9), judged=days(-8), **told),
        "punctual": task(make, "done", due_on=days(-7), sent=days(-7), judged=days(-2), **told),
        "tardy": task(make, "done", due_on=days(-9), sent=days(-3), judged=days(-2), **told),
        "undated": task(make, "done", due_on=None, sent=days(-3), **told),
        "waiting": task(make, "reported", due_on=days(-1), sent=days(-2), **told),
        "waiting_late": task(make, "reported", due_on=days(-4), sent=days(-2), **told),
        "returned": task(make, "returned", due_on=days(3), **told),
        "doing": task(make, "doing", due_on=days(-2), **told),
        "joined": task(make, due_on=days(40), plan=plan, unit=other, joining=[one]),
        "others": task(make, due_on=days(-1), plan=plan, unit=other),
        "dropped": task(make, "withdrawn", plan=plan, unit=other),
        "elsewhere": task(make, plan=task_plan(make), unit=other),
    }
    return {"plan": plan, "one": one, "other": other, "made": made}


def kept(page, shelf):
    """The names of the tasks on a page."""
    names = {one.id: name for name, one in shelf["made"].items()}
    links = [a["href"] for a in page.html.select("table.tbl tbody a.t-title")]
    return {names[int(link.rpartition("/")[2])] for link in links}


FILTERS: dict[str, dict[str, Any]] = {
    "early": {"timing": "before"},
    "punctual": {"timing": "on_day"},
    "tardy": {"timing": "late"},
    "undated": {"timing": "undated"},
    "waiting_late doing others": {"timing": "overdue"},
    "returned elsewhere": {"timing": "soon"},
    "waiting waiting_late returned doing joined others elsewhere": {"timing": "live"},
    "waiting returned joined elsewhere": {"timing": "open"},
    "returned doing": {"state": ["doing", "returned"]},
    "joined others elsewhere": {"unit": "an binh", "counted": 1},
}


def asked_for(app, address):
    """The filter that a link to the list of tasks asks for."""
    path, _mark, query = address.partition("?")
    assert path == "/tasks/"
    with app.test_request_context():
        wanted = filter_from(MultiDict(parse_qsl(query)), today=TODAY)
    assert not wanted.problems
    return wanted.filter


def test_the_list_its_figures_and_the_sentence_say_the_same_to_everybody_of_what_is_theirs(shelf, app, browser, make):
    each_filter_keeps_its_rows(shelf, app, browser, make)
    each_figure_of_a_list_leads_to_what_it_counts_on_any_day(shelf, app, browser, make)
    everybody_sees_what_is_theirs_and_the_rest_does_not_exist(shelf, browser, make)
    the_sentence_says_what_the_figures_say(shelf, browser, make)


def each_filter_keeps_its_rows(shelf, app, browser, make):
    who = make.actor(make.reviewer)
    names = {one.id: name for name, one in shelf["made"].items()}

    def rows(**asked):
        address = browser.address("tasks.index", asked)
        query, _facts = queries.listed(who, asked_for(app, address), today=TODAY)
        return {names[row.id] for row in make.session.execute(query)}

    for kept_names, asked in FILTERS.items():
        assert rows(**asked) == set(kept_names.split()), asked
    of_one = {"unit": shelf["one"].id, "timing": "live"}
    assert rows(joining=1, **of_one) - rows(**of_one) == {"joined"}
    page = browser.signed_in_as(make.reviewer).get("tasks.index", timing="overdue")
    assert (kept(page, shelf), page.total) == ({"waiting_late", "doing", "others"}, 3)
    assert "Không hiểu điều kiện lọc timing=x" in browser.get("tasks.index", timing="x", status=422).main


def each_figure_of_a_list_leads_to_what_it_counts_on_any_day(shelf, app, browser, make):
    reader, who = browser.signed_in_as(make.reviewer), make.actor(make.reviewer)
    for asked in ({}, {"as_of": days(-3).isoformat()}):
        page = reader.get("tasks.plan", task_plan_id=shelf["plan"].id, **asked)
        links = {a["href"]: int(a["data-count"]) for a in page.html.select("main [data-count]")}
        assert len(links) > 12
        for address, many in links.items():
            assert queries.counts(who, asked_for(app, address), today=TODAY).total == many, address
    assert "chưa đến" in reader.get("tasks.plan", task_plan_id=shelf["plan"].id, as_of="2099-01-01", status=422).main


def the_sentence_says_what_the_figures_say(shelf, browser, make):
    reader = browser.signed_in_as(make.reviewer)
    plan = reader.get("tasks.plan", task_plan_id=shelf["plan"].id).main
    assert "Thực hiện Kế hoạch số 05/KH-UBND" in plan
    assert "đã hoàn thành 4/10 nhiệm vụ (40%); trong đó trước hạn 1 (10%), đúng hạn 1 (10%), quá hạn 1 (10%)" in plan
    assert "không đặt hạn 1 (10%). Còn 6 nhiệm vụ chưa xong, trong đó 3 nhiệm vụ quá hạn." in plan
    earlier = reader.get("tasks.plan", task_plan_id=shelf["plan"].id, as_of=days(-6).isoformat()).main
    assert "đã hoàn thành 1/11 nhiệm vụ (9,1%)" in earlier
    orders = task_plan(make, kind=TaskPlanKind.ORDERS, year=2022)
    for late in (-1, -1, 0):
        task(make, "done", plan=orders, unit=shelf["one"], due_on=days(-5), sent=days(-5 + late), judged=TODAY)
    said = reader.get("tasks.plan", task_plan_id=orders.id).main
    words = "được giao 3 nhiệm vụ; hoàn thành trước hạn 2 (66,7%), đúng hạn 1 (33,3%), quá hạn 0."
    assert f"Năm 2022, Phường Cái Khế {words}" in said
    assert "3 / 3 (100%)" in reader.visit("/overview?year=2022").main
    beside = [reader.visit(f"/plans/{make.plan(year=year).id}/report").main for year in (2022, 2023)]
    assert ["3 / 3 (100%)" in page for page in beside] == [True, False]
    assert "NV-2022-0001" in reader.get("home.search", q="nv-2022-0001").main
    assert "3 / 3 (100%)" in reader.get("profiles.show", unit_id=shelf["one"].id).main
    assert "3 / 3 (100%)" in reader.get("units.show", unit_id=shelf["one"].id).main


def everybody_sees_what_is_theirs_and_the_rest_does_not_exist(shelf, browser, make):
    own = set(shelf["made"]) - {"others", "dropped", "elsewhere"}
    seen = {
        "officer": (make.officer(shelf["one"]), own),
        "viewer_there": (make.person(Role.VIEWER, shelf["one"]), own),
        "reviewer_elsewhere": (make.person(Role.REVIEWER, make.unit()), set()),
        "viewer": (make.person(Role.VIEWER), set(shelf["made"])),
    }
    for name, (person, names) in seen.items():
        known = set(make.session.scalars(queries.visible_to(make.actor(person))))
        assert {each for each, one in shelf["made"].items() if one in known} == names, name
    officer = browser.signed_in_as(make.officer(shelf["one"]))
    assert kept(officer.get("tasks.index"), shelf) == own
    assert "Trong phạm vi tài khoản này được xem" in officer.get("tasks.plan", task_plan_id=shelf["plan"].id).main
    officer.get("tasks.show", task_id=shelf["made"]["others"].id, status=404)
    officer.get("tasks.plan", task_plan_id=shelf["made"]["elsewhere"].plan_id, status=404)
    joined = officer.get("tasks.show", task_id=shelf["made"]["joined"].id)
    assert "Gửi báo cáo" not in " ".join(joined.buttons)
    officer.post("tasks.report", task_id=shelf["made"]["joined"].id, data={}, status=403)
    officer.post("tasks.report", task_id=shelf["made"]["others"].id, data={}, status=404)


def test_an_officer_reports_and_a_reviewer_answers_by_the_forms_of_the_page(browser, make, session):
    one = task(make, due_on=days(2))
    officer, told = make.officer(one.unit), {"task_id": one.id}
    page = browser.signed_in_as(officer).get("tasks.show", **told)
    version = page.html.select_one("#report input[name=version]")["value"]
    data = {"version": version, "statement": "Đã lập báo cáo.", "once": "k" * 20}
    missing = browser.post("tasks.report", data=data, status=422, **told)
    assert "Đính kèm ít nhất một ảnh" in missing.main
    assert "Đã lập báo cáo." in missing.text
    pdf = {"files": [(make.file("bc.pdf", b"%PDF-1.7 bao cao".ljust(300)).stream, "bc.pdf")]}
    browser.post("tasks.report", data={**data, **pdf}, **told)
    lost = browser.post("tasks.start", data={"version": version, "note": "Chưa xong."}, status=409, **told)
    assert "vừa cập nhật nhiệm vụ này" in lost.main
    assert "Chưa xong." in lost.main
    assert "bên dưới" not in lost.main, "no form takes it any more"

    file = browser.get("tasks.show", **told).html.select_one("a.file")["href"]
    assert browser.visit(file).headers["Content-Disposition"].startswith("attachment")
    browser.signed_in_as(make.officer(make.unit())).visit(file, status=404)

    browser.signed_in_as(make.reviewer)
    version = browser.get("tasks.show", **told).html.select_one("#verdict input[name=version]")["value"]
    browser.post("tasks.send_back", data={"version": version, "reason": ""}, status=422, **told)
    browser.post("tasks.accept", data={"version": version, "note": ""}, **told)
    assert session.get_one(Task, one.id).state is TaskState.DONE
    done = browser.get("tasks.show", **told)
    assert "Trước hạn" in done.main
    assert "Xác nhận hoàn thành" in done.main


def test_many_tasks_are_pasted_looked_over_and_given_once(browser, make, session):
    plan, ward = task_plan(make, issued_on=TODAY), make.unit("Phường Cái Khế")
    make.unit("Phường Cái Răng")
    browser.signed_in_as(make.reviewer)
    told = {"task_plan_id": plan.id}
    table = (
        f"1\tCông khai thủ tục\tBảng niêm yết\tcai khe\tphuong cai rang\t{days(9):%d/%m/%Y}\n"
        "2\tTrực đường dây nóng\t\tPhường Cái\t\tThường xuyên\n"
    )
    pasted = {"on": f"{TODAY:%d/%m/%Y}", "paste": table, "do": "fill"}
    page = browser.post("tasks.give", data=pasted, status=200, **told)

    def fields(page):
        typed = {f["name"]: f.get("value", f.get_text()) for f in page.html.select("main form [name]") if f.get("name")}
        return {name: value.strip() for name, value in typed.items() if name != "do"}

    data = fields(page)
    assert [value for name, value in data.items() if name.endswith("-unit")] == ["cai khe", "Phường Cái"]
    unclear = browser.post("tasks.give", data=data, status=422, **told)
    assert "“Phường Cái” có thể là Phường Cái" in unclear.main
    data = {**fields(unclear), "rows-1-unit": "Phường Cái Khế"}
    first = browser.post("tasks.give", data=data, **told)
    again = browser.post("tasks.give", data=data, **told)
    assert first.location == again.location
    made = session.query(Task).order_by(Task.id).all()
    assert [(one.title, one.unit_id, one.due_on) for one in made] == [
        ("Công khai thủ tục", ward.id, days(9)),
        ("Trực đường dây nóng", ward.id, None),
    ]
    browser.post("tasks.edit", task_id=made[0].id, data={"version": 1, "text": "", "joining": ""}, status=422)
    words = {"text": "Công khai đủ thủ tục", "joining": "Phường Cái Răng", "due_on": f"{days(9):%d/%m/%Y}"}
    better = {"version": 1, **words}
    browser.post("tasks.edit", task_id=made[0].id, data=better)
    assert "Phường Cái Răng" in browser.get("tasks.show", task_id=made[0].id).main
    shown = browser.get("tasks.edit", task_id=made[0].id).html.select_one("[name=joining]")
    assert (shown.get("value") or shown.get_text(strip=True)) == "Phường Cái Răng"
    browser.post("tasks.edit", task_id=made[0].id, data=better, status=409)


def test_a_list_is_made_and_changed(browser, make, session):
    browser.signed_in_as(make.reviewer)
    facts = {"kind": "orders", "issuing_unit": make.root.id, "year": 2022, "title": "Nhiệm vụ giao năm 2022"}
    refused = browser.post("tasks.new_plan", data={**facts, "title": "", "year": ""}, status=422)
    said = [link.get_text() for link in refused.html.select("#errors a")]
    assert said == ["Nhập tên kế hoạch", "Nhập năm của kế hoạch, ví dụ 2026"], "in the order of the page"
    assert refused.html.select_one("label[for=title]").get_text() == "Tên kế hoạch, danh mục"
    browser.post("tasks.new_plan", data=facts)
    plan = session.query(TaskPlan).one()
    changed = {"version": plan.version, "year": 2023, "title": "Nhiệm vụ giao năm 2023"}
    browser.post("tasks.edit_plan", task_plan_id=plan.id, data=changed)
    browser.post("tasks.edit_plan", task_plan_id=plan.id, data=changed, status=409)
    page = browser.get("tasks.plans")
    assert (page.total, "Nhiệm vụ giao năm 2023" in page.main) == (1, True)


def test_pages_cost_the_same_for_one_row_as_for_eleven(browser, make):
    plan = task_plan(make)
    one = task(make, "done", plan=plan)
    reader = browser.signed_in_as(make.reviewer)
    addresses = [("tasks.index", {}), ("tasks.plans", {}), ("tasks.plan", {"task_plan_id": plan.id})]
    few = [len(reader.get(endpoint, **values).queries) for endpoint, values in addresses]
    reviewer, unit = make.actor(make.reviewer), make.unit()
    for _n in range(10):
        services.create_plan(
            kind=TaskPlanKind.PLAN, year=2026, title="Khác", issuing_unit=make.root, actor=reviewer, today=TODAY
        )
    several = [Particulars(text=f"Việc {n}", unit=unit, joining=[make.root]) for n in range(10)]
    services.give(plan, several, actor=reviewer, today=TODAY)
    make.session.commit()
    assert [len(reader.get(endpoint, **values).queries) for endpoint, values in addresses] == few
    assert one.id
