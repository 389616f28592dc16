"""Tasks, the ranking of a year and the tables of a plan's report, taken away as they stand on their pages."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.findings.models import State
from inspect_app.plans.models import PlanKind
from inspect_app.reports.queries import Day, report
from inspect_app.tasks.models import TaskState
from inspect_app.units.models import UnitKind
from tests.grading.world import city
from tests.sheets.reading import fetched, from_csv, from_xlsx
from tests.support.tasks import task, task_plan

TODAY = clock.today()


def offered(browser, page, name) -> dict[str, str]:
    """Kind of file -> its address, as the page offers it."""
    start = f"/exports/{name}."
    links = [href for href in page.links() if href.startswith(start)]
    return {href.removeprefix(start).partition("?")[0]: href for href in links}


def test_tasks_come_as_their_list_stands(make, browser):
    plan = task_plan(make, number="261/KH-UBND")
    first, second = make.unit("Phường An Bình"), make.unit("Sở Tư pháp", kind=UnitKind.DEPARTMENT)
    late = task(make, plan=plan, unit=second, due_on=TODAY - timedelta(days=3), text="=1+1 lập báo cáo.")
    done = task(make, TaskState.DONE, plan=plan, unit=first)
    task(make, TaskState.WITHDRAWN, unit=first)
    browser.signed_in_as(make.reviewer)
    for args in ({}, {"sort": "unit"}, {"sort": "-due"}, {"timing": "overdue"}, {"plan": plan.id, "counted": 1}):
        page = browser.get("tasks.index", **args)
        codes = [code.get_text() for code in page.html.select("table .meta .num")]
        rows = from_csv(fetched(browser, offered(browser, page, "tasks")["csv"]))
        assert [row[0] for row in rows[1:]] == codes, args
        assert len(codes) == page.total, args
    content = fetched(browser, offered(browser, browser.get("tasks.index", plan=plan.id, sort="unit"), "tasks")["xlsx"])
    head, *rows = from_xlsx(content)
    told: list[dict[str, Any]] = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["Mã"] for row in told] == [done.code, late.code]
    assert told[1]["Số ngày quá hạn"] == 3
    assert told[1]["Nội dung nhiệm vụ"] == "=1+1 lập báo cáo."
    assert told[0]["Số ngày quá hạn"] == told[0]["Số ngày muộn"] == ""
    assert dict(from_xlsx(content, 1))["Kế hoạch"] == "261/KH-UBND"
    browser.signed_in_as(make.officer(first))
    own = from_csv(fetched(browser, "/exports/tasks.csv"))
    assert {row[3] for row in own[1:]} == {"Phường An Bình"}


def test_the_ranking_comes_in_its_order_and_unpublished_to_nobody_else(make, browser):
    town = city(make)
    departments, districts = town.opened(), town.opened(UnitKind.DISTRICT)
    town.enter(departments, "85.25", "91", "85.25")
    town.enter(districts, "70", "64.5")
    browser.signed_in_as(make.reviewer)
    for args in ({}, {"kind": "department"}, {"grade": "good"}):
        page = browser.get("grading.year", year=town.year, **args)
        shown = [tuple(cell.get_text() for cell in row.select("td.r.num, th a")) for row in page.html.select("tr")]
        lines = [line for line in shown if len(line) == 3]
        rows = from_csv(fetched(browser, offered(browser, page, "grading")["csv"]))[1:]
        assert [(row[0], row[1]) for row in rows] == [(line[0].partition("/")[0], line[1]) for line in lines], args
        assert len(rows) == page.total, args
    content = fetched(browser, f"/exports/grading.xlsx?year={town.year}&kind=department")
    head, best, *_rest = from_xlsx(content)
    assert (best[head.index("Tổng điểm")], best[head.index("Xếp loại")]) == (91, "Xuất sắc")
    address = dict(from_xlsx(content, 1))["Địa chỉ của danh sách"]
    assert address == f"/grading/{town.year}?kind=department"
    for odd in ("", "?year=x", f"?year={TODAY.year + 1}"):
        fetched(browser, f"/exports/grading.csv{odd}", status=404)
    browser.signed_in_as(town.viewer())
    assert len(from_csv(fetched(browser, f"/exports/grading.csv?year={town.year}"))) == 1


def test_a_report_comes_as_one_workbook_with_the_figures_of_its_page(make, browser, app):
    first, second = make.unit("Phường Cái Khế"), make.unit("Sở Y tế", kind=UnitKind.DEPARTMENT)
    plan = make.plan(number="262/KH-UBND")
    team = make.team(plan)
    make.finding(unit=first, team=team, fixed_deadline=TODAY - timedelta(days=3))
    make.finding(State.RESOLVED, unit=second, team=team)
    make.finding(State.WITHDRAWN, unit=make.unit("Phường Ninh Kiều"), team=team)
    make.target(plan=plan, unit=make.unit("Phường Ô Môn"))
    browser.signed_in_as(make.reviewer)
    links = offered(browser, browser.get("reports.plan", plan_id=plan.id), "report")
    assert set(links) == {"xlsx", "csv"}
    for day in (TODAY, TODAY - timedelta(days=1)):
        as_of = f"&as_of={day}" if day < TODAY else ""
        told = report(plan, actor=make.actor(make.reviewer), day=Day(day, TODAY))
        content = fetched(browser, f"{links['xlsx']}{as_of}")
        head, *rows, empty, total = from_xlsx(content)
        assert not any(empty), "a filter, a sort and a pivot end above it"
        assert (total[0], total[head.index("Hạn chế")]) == ("Cộng", told.total.counted)
        told_of = [dict(zip(head, row, strict=True)) for row in rows]
        assert [
            (row["Đơn vị"], row["Hạn chế"], row["Đã khắc phục"], row["Đúng hạn"], row["Quá hạn"]) for row in told_of
        ] == [(u.name, u.tally.counted, u.tally.resolved, u.tally.on_time, u.tally.overdue) for u in told.units]
        assert [row["Đã kiểm tra"] == "Có" for row in told_of] == [u.standing != "ahead" for u in told.units]
        for sheet in (0, 1, 2, 3, 4):
            columns = from_xlsx(content, sheet)
            place = columns[0].index("Hạn chế")
            assert sum(row[place] for row in columns[1:-2]) == columns[-1][place] == told.total.counted, sheet
        about = dict(from_xlsx(content, 5))
        assert about["Số liệu đến ngày"] == f"{day:%d/%m/%Y}"
        assert about["Địa chỉ của danh sách"].startswith(f"/plans/{plan.id}/report")
        assert len(from_csv(fetched(browser, f"{links['csv']}{as_of}"))) == len(told.units) + 1
    ahead = browser.client.get(f"{links['csv']}&as_of={TODAY + timedelta(days=1)}")
    assert ahead.status_code == 303
    assert ahead.location.startswith(f"/plans/{plan.id}/report?")
    fetched(browser, "/exports/report.csv", status=404)
    browser.signed_in_as(make.person(Role.VIEWER, make.unit()))
    fetched(browser, links["csv"], status=404)
    query = links["csv"].partition("?")[2]
    by_worker = app.extensions["sheets"]("report", query, make.actor(make.reviewer), on=TODAY, at=clock.now())
    assert len(by_worker.table.rows) == 4


def test_what_units_said_of_themselves_is_taken_away_with_the_report(make, browser):
    by_units, unit = make.plan(PlanKind.SELF), make.unit("Phường Cái Khế")
    for days in (60, 30):
        make.self_inspection(by_units, unit, day=TODAY - timedelta(days=days))
    browser.signed_in_as(make.reviewer)
    links = offered(browser, browser.get("reports.plan", plan_id=by_units.id), "report")
    times = CalamineWorkbook.from_filelike(BytesIO(fetched(browser, links["xlsx"]))).get_sheet_by_name(
        "Số lần tự kiểm tra"
    )
    head, line, _empty, total = times.to_python()
    assert head == ["Đơn vị", "Loại đơn vị", "Số lần", "Gần nhất"]
    assert (line[0], line[2], line[3]) == ("Phường Cái Khế", 2, TODAY - timedelta(days=30))
    assert total == ["Cộng", "", 2, ""]
