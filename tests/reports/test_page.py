"""The page of a plan's report: what it shows to whom, and that every figure leads to the rows it counts."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from inspect_app.accounts.models import Person
from inspect_app.core.actor import Role
from inspect_app.findings import queries as findings
from inspect_app.findings.forms import filter_from
from inspect_app.plans.models import PlanKind
from inspect_app.reports import queries
from inspect_app.reports.forms import PlanReportForm, periods_of
from inspect_app.reports.queries import Day
from inspect_app.units.models import UnitKind
from inspect_app.workdays.periods import Period
from tests.reports.world import Story
from tests.sheets.reading import taken_away
from tests.support.browser import Browser, Page
from tests.support.days import TODAY, ago
from tests.support.make import Make
from tests.support.undone import as_it_was, undone

REPORT = 8
"""Statements that the report of a plan may ask."""
AREAS = ("I", "II", "III", "IV", "V", "VI", "VII", "KL", "VT")


class Told:
    """A plan of four units: a department, a district with a commune under it, and a commune that was not visited.

    Two findings are resolved, one of them late; others wait, were returned, are overdue, do not count.
    """

    def __init__(self, make: Make) -> None:
        story = self.story = Story(make)
        self.plan = story.plan
        self.department = make.unit("Sở Y tế", kind=UnitKind.DEPARTMENT)
        self.district = make.unit("Quận Cái Răng", kind=UnitKind.DISTRICT)
        self.commune = make.unit("Phường Lê Bình", parent=self.district)
        self.ahead = make.unit("Phường Tân An")
        _visit, self.of_department = story.inspect(
            self.department, ago(200), ("I", "III", "III"), concluded=ago(190), days=30
        )
        _visit, self.of_district = story.inspect(self.district, ago(150), ("III", "VII"), concluded=ago(140), days=30)
        _visit, self.of_commune = story.inspect(self.commune, ago(120), ("I", "KL"), concluded=ago(110), days=200)
        make.target(self.plan, self.ahead, team=story.team, since=ago(210))
        first, second, third = (finding.id for finding in self.of_department)
        story.settle(first, ago(170), ago(165))
        story.settle(second, ago(150), ago(145))
        story.tell(third, "withdraw", ago(60))
        story.tell(self.of_district[0].id, "submit", ago(112))
        story.tell(self.of_commune[0].id, "submit", ago(50))
        story.tell(self.of_commune[0].id, "return", ago(40))
        surprise = Story(make, PlanKind.SURPRISE)
        surprise.inspect(self.department, ago(80), ("KL",), concluded=ago(70))
        surprise.inspect(make.unit(), ago(75), (), concluded=ago(70))
        by_units = make.plan(PlanKind.SELF)
        for days in (90, 60, 30):
            make.self_inspection(by_units, self.commune, day=ago(days))
        self.reviewer = make.reviewer
        self.leader = make.person(Role.VIEWER, self.district)


@pytest.fixture(scope="module")
def told(app) -> Iterator[Told]:
    """Told once: the tests below look at it, and what they add is undone."""
    with undone(app) as session:
        yield Told(Make(session))


@pytest.fixture
def session(told):
    with as_it_was(told.story.make.session) as session:
        yield session


@pytest.fixture
def make(told, session) -> Make:
    return told.story.make.again()


def open_report(browser: Browser, person: Person | None, plan_id: int, day: date | None = None) -> Page:
    as_of: dict[str, Any] = {"as_of": day.isoformat()} if day else {}
    return browser.signed_in_as(person).get("reports.plan", plan_id=plan_id, **as_of)


def figures(page: Page) -> list[tuple[str, int]]:
    return [(link["href"], int(link["data-count"])) for link in page.html.select("main a[data-count]")]


def rows_behind(make: Make, person: Person, href: str) -> int:
    """How many rows the list of findings has, asked of its query alone."""
    args = MultiDict(parse_qsl(urlsplit(href).query))
    wanted = filter_from(args, today=TODAY, areas=AREAS)
    assert not wanted.problems, href
    return findings.counts(make.actor(person), wanted.filter, today=TODAY).total


@pytest.mark.parametrize(("who", "days"), [("reviewer", 139), ("leader", 35)])
def test_on_any_day_every_figure_has_the_rows_of_its_list(told, make, browser, app, who, days):
    person = getattr(told, who)
    period = {"from": ago(200).isoformat(), "to": ago(days).isoformat()}
    asked = {"plan_id": told.plan.id, "as_of": ago(days).isoformat(), **period}
    links = set(figures(browser.signed_in_as(person).get("reports.plan", **asked)))
    assert len(links) >= 30
    with app.test_request_context():
        for href, number in sorted(links):
            if href.startswith("/findings/"):
                assert rows_behind(make, person, href) == number > 0, href
    for name in ("overdue_from", "issued_from", "age", "judged"):
        assert any(f"{name}=" in href for href, _number in links), name


def test_every_figure_leads_to_exactly_the_rows_it_counts(told, browser):
    page = open_report(browser, told.reviewer, told.plan.id)
    links = set(figures(page))
    assert len(links) >= 15
    for href, number in sorted(links):
        assert number > 0, href
        page = browser.visit(href)
        assert page.total == number, href
        rows = taken_away(browser, href)
        assert len(rows) == number, href
        if href.startswith("/findings/"):
            assert [row[0] for row in rows] == [code.get_text() for code in page.html.select("table .meta .num")], href


def test_every_number_in_a_table_but_nought_is_a_link(told, browser):
    page = open_report(browser, told.reviewer, told.plan.id)
    for cell in page.html.select("main tbody td"):
        for part in cell.select("a, .meta"):
            part.extract()
        said = cell.get_text(strip=True)
        assert "%" in said or not set(said) & set("123456789"), cell


def test_the_figures_of_a_plan_under_way(told, browser):
    page = open_report(browser, told.reviewer, told.plan.id)
    shown = [" ".join(figure.get_text().split()) for figure in page.html.select(".head2 .fig-n")]
    assert shown == ["2/ trên 6", "3/ trên 4", "1/ trên 2", "30 ngày"]
    assert "1 hạn chế đang quá hạn" in page.main
    assert "1 hạn chế không tính" in page.main
    assert "Phường Tân An chưa kiểm tra" in page.main
    assert "8. Kỷ luật, kỷ cương" in page.main


def cells(page: Page, heading: str) -> list[list[str]]:
    """The rows of the table under a heading, without what only draws."""
    rows = page.html.select(f"[aria-labelledby={heading}] table tr")
    return [[" ".join(cell.get_text().split()) for cell in row.select("th, td:not(.not-p)")] for row in rows]


def test_how_deadlines_were_kept_and_how_long_it_took(told, browser):
    page = open_report(browser, told.reviewer, told.plan.id)
    kept = {row[0]: row[-2:] for row in cells(page, "h-kept")[1:]}
    assert kept["Trước hạn"] == kept["Sau hạn"] == ["1", "50%"]
    assert kept["Đúng ngày đến hạn"] == kept["Từ 1 đến 30 ngày"] == kept["Từ 31 đến 90 ngày"] == ["0", "0%"]
    assert kept["Trên 90 ngày"] == ["1", "16,7%"]
    shown = [" ".join(figure.get_text().split()) for figure in page.html.select("[aria-labelledby=h-quality] .fig-n")]
    assert shown == ["30 ngày", "30 ngày", "1/ trên 3", "0/ trên 6"]


def test_a_period_is_told_of_apart_from_how_far_the_plan_has_come(told, browser):
    person, plan = browser.signed_in_as(told.reviewer), told.plan.id
    page = person.get("reports.plan", plan_id=plan, **{"from": ago(145).isoformat(), "to": f"{ago(109):%d/%m/%Y}"})
    assert cells(page, "h-flow")[1:] == [
        ["Sở, ban, ngành", "0", "1", "0"],
        ["Quận/huyện", "2", "0", "1"],
        ["Xã/phường/thị trấn", "2", "0", "0"],
        ["Cộng", "4", "1", "1"],
    ]
    assert f"Trong kỳ từ {ago(145):%d/%m/%Y} đến {ago(109):%d/%m/%Y}" in page.main
    unsaid = person.get("reports.plan", plan_id=plan, as_of="31/08/2026")
    assert "Trong kỳ từ 15/06/2026 đến 31/08/2026" in unsaid.main
    grouped = unsaid.html.select_one("#period form")
    assert {field["name"] for field in grouped.select("input")} == {"as_of", "from", "to"}


def test_a_plan_of_an_earlier_year_tells_its_whole_year_unless_asked():
    def told(day, year):
        unasked = PlanReportForm(MultiDict({"as_of": f"{day:%d/%m/%Y}"}), today=date(2026, 11, 23), year=year)
        unasked.validate()
        return unasked.period, {name: one.last for name, one in periods_of(day, year)}

    after = date(2022, 12, 31)
    whole, offered = told(after, 2022)
    assert whole == Period(date(2021, 12, 15), date(2022, 12, 14))
    assert list(offered) == ["q1", "half", "q3", "year", "now"]
    assert offered["now"] == after
    within, offered = told(date(2022, 1, 31), 2022)
    assert within == Period(date(2021, 12, 15), date(2022, 1, 31))
    assert list(offered) == ["q1"], "half and whole year are the same so far"


@pytest.mark.parametrize(
    ("period", "says"),
    [
        ({"from": "1/7/2026", "to": "30/6/2026"}, "Ngày cuối kỳ phải từ ngày đầu kỳ trở đi"),
        ({"to": "30/6/2026"}, "Nhập ngày đầu kỳ"),
        ({"from": "1/7/2026"}, "Nhập ngày cuối kỳ"),
        ({"from": "1/10/2026", "to": "2/10/2026", "as_of": "31/8/2026"}, "không sau ngày số liệu 31/08/2026"),
        ({"from": "hôm qua", "to": "2/10/2026"}, "Nhập ngày theo dạng ngày/tháng/năm"),
    ],
)
def test_a_period_that_cannot_be_shown_is_refused_and_kept(make, browser, period, says):
    page = browser.signed_in_as(make.reviewer).get("reports.plan", plan_id=Story(make).plan.id, status=422, **period)
    assert says in page.html.select_one(".err-sum").get_text()
    assert not page.html.select_one("[aria-labelledby=h-kept]"), "nothing was issued"


def test_the_day_may_be_typed_or_linked(told, browser):
    linked = open_report(browser, told.reviewer, told.plan.id, ago(160))
    typed = browser.get("reports.plan", plan_id=told.plan.id, as_of=f"{ago(160):%d/%m/%Y}")
    assert linked.main == typed.main
    assert f"số liệu đến ngày {ago(160):%d/%m/%Y}" in linked.main
    assert linked.html.select_one("#as_of")["value"] == f"{ago(160):%d/%m/%Y}"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("31/02/2022", "Không có ngày 31/02/2022"),
        ("hôm qua", "Nhập ngày theo dạng ngày/tháng/năm"),
        ("1999-12-31", "Nhập năm từ 2000 đến 2100"),
        (f"{TODAY + timedelta(days=1):%d/%m/%Y}", "Ngày này chưa đến"),
        ("9" * 500, "Nhập ngày theo dạng ngày/tháng/năm"),
    ],
)
def test_a_day_that_cannot_be_shown_is_refused_above_the_figures_of_today(told, browser, typed, says):
    person = browser.signed_in_as(told.reviewer)
    page = person.get("reports.plan", plan_id=told.plan.id, as_of=typed, status=422)
    assert says in page.error_on("as_of")
    assert page.html.select_one("#as_of")["value"] == typed
    assert f"số liệu đến ngày {TODAY:%d/%m/%Y}" in page.main


def test_before_anything_was_issued_there_is_nothing_to_divide_by(told, browser):
    page = open_report(browser, told.reviewer, told.plan.id, ago(205))
    shown = [" ".join(figure.get_text().split()) for figure in page.html.select(".head2 .fig-n")]
    assert shown == ["–", "0/ trên 1", "–", "–"]
    before = open_report(browser, told.reviewer, told.plan.id, date(2001, 1, 1))
    assert "chưa có đơn vị nào" in before.main


def test_an_empty_plan_has_a_report_too(make, browser):
    year = TODAY.year - 3
    page = open_report(browser, make.reviewer, make.plan(PlanKind.SURPRISE, year=year).id)
    assert page.h1 == f"Kết quả kiểm tra đột xuất năm {year}"
    assert figures(page) == []


def test_a_leader_of_one_district_reads_their_part_and_is_told_so(told, browser):
    page = open_report(browser, told.leader, told.plan.id)
    assert "Trong phạm vi tài khoản này được xem." in page.main
    assert "Sở Y tế" not in page.main
    assert page.html.select_one(".head2 .fig-n").get_text(strip=True).endswith("4")
    assert page.html.select_one("#say").get_text().startswith("Trong phạm vi được xem của")


def test_who_sees_all_of_a_plan_is_told_of_no_part(told, browser):
    for person in (told.reviewer, told.story.head):
        assert "Trong phạm vi tài khoản này" not in open_report(browser, person, told.plan.id).main


def test_officers_read_what_was_issued_to_their_unit(told, make, browser):
    officer = make.person(Role.OFFICER, told.commune)
    page = open_report(browser, officer, told.plan.id)
    assert {name.get_text(strip=True) for name in page.html.select(".tbl-mx tbody th[scope=row]")} == {"Phường Lê Bình"}


def test_a_surprise_plan_is_silent_until_its_visit_begins(make, browser):
    story = Story(make, PlanKind.SURPRISE)
    met, ahead = make.unit(), make.unit()
    make.target(story.plan, ahead, team=story.team)
    for unit in (met, ahead):
        assert browser.signed_in_as(make.person(Role.VIEWER, unit)).get(
            "reports.plan", plan_id=story.plan.id, status=404
        )
    story.inspect(met, TODAY, ("KL",), concluded=TODAY)
    page = open_report(browser, make.person(Role.VIEWER, met), story.plan.id)
    assert ahead.name not in page.text
    assert "Trong phạm vi tài khoản này" not in page.main, "to say that there is more would give the other away"
    assert f"{ahead.name} chưa kiểm tra" in open_report(browser, make.reviewer, story.plan.id).main


def test_strangers_find_no_report(told, make, browser):
    assert browser.signed_in_as(None).get("reports.plan", plan_id=told.plan.id, status=302)
    admin = make.person(Role.ADMIN)
    assert browser.signed_in_as(admin).get("reports.plan", plan_id=told.plan.id, status=403)
    elsewhere = make.person(Role.OFFICER, make.unit())
    assert browser.signed_in_as(elsewhere).get("reports.plan", plan_id=told.plan.id, status=404)
    assert browser.signed_in_as(told.reviewer).get("reports.plan", plan_id=2**31 - 1, status=404)


def test_a_report_costs_the_same_however_much_it_counts(make, browser):
    story = Story(make)
    story.inspect(make.unit(), ago(40), ("I",), concluded=ago(30))
    browser.signed_in_as(make.reviewer)
    cost = [len(browser.get("reports.plan", plan_id=story.plan.id, as_of=day).queries) for day in ("", ago(5))]
    for _ in range(4):
        story.inspect(make.unit(kind=UnitKind.DISTRICT), ago(40), ("I", "III", "KL"), concluded=ago(30))
        Story(make, PlanKind.SURPRISE)
    again = [len(browser.get("reports.plan", plan_id=story.plan.id, as_of=day).queries) for day in ("", ago(5))]
    assert cost == again
    assert max(again) <= REPORT


def test_other_inspections_of_the_year_are_counted_from_their_own_rows(told, browser):
    page = open_report(browser, told.reviewer, told.plan.id)
    others = page.html.select_one("[aria-labelledby=h-others]")
    assert [int(link["data-count"]) for link in others.select(".fig-n a")] == [2, 3]
    assert "1 sở, 1 xã/phường" in " ".join(others.get_text().split())
    earlier = open_report(browser, told.reviewer, told.plan.id, ago(78)).html.select_one("[aria-labelledby=h-others]")
    assert [int(link["data-count"]) for link in earlier.select(".fig-n a")] == [1, 1]


def test_self_inspections_have_a_report_of_their_own(told, make, browser):
    plan = make.plan(PlanKind.SELF)
    for unit in (told.commune, told.commune, told.department):
        make.self_inspection(plan, unit, day=ago(3))
    page = open_report(browser, told.reviewer, plan.id)
    assert page.h1 == f"Kết quả tự kiểm tra năm {TODAY.year}"
    assert "3 cuộc tự kiểm tra" in page.main
    rows = [" ".join(row.get_text(" ").split()) for row in page.html.select("[aria-labelledby=h-kinds] tr")[1:]]
    assert [row.split(" – ")[0] for row in rows] == ["Sở, ban, ngành 1", "Xã/phường/thị trấn 2", "Cộng 3"]
    for href, number in figures(page):
        assert browser.visit(href).total == number, href


def test_what_is_made_up_is_said_to_be(told, make, browser):
    assert "là minh họa" not in open_report(browser, told.reviewer, told.plan.id).main
    told.plan.illustrative = True
    make.session.commit()
    assert "là minh họa" in open_report(browser, told.reviewer, told.plan.id).main


def test_the_page_of_a_plan_shows_how_far_it_has_come(told, browser):
    page = browser.signed_in_as(told.reviewer).get("plans.show", plan_id=told.plan.id)
    panel = page.html.select_one("[aria-labelledby=h-progress]")
    assert panel.select_one(".fig-n").get_text(strip=True).replace(" ", "") == "2/trên6"
    for link in panel.select("a[data-count]"):
        assert browser.visit(link["href"]).total == int(link["data-count"]), link["href"]


def test_progress_of_many_plans_is_one_statement_and_says_what_their_reports_say(told, make):
    other = Story(make)
    other.inspect(told.commune, ago(9), ("I",), concluded=ago(8))
    actor = make.actor(told.reviewer)
    far = queries.progress([told.plan.id, other.plan.id, 999_999], actor, TODAY)
    for plan in (told.plan, other.plan):
        report = queries.report(plan, actor=actor, day=Day(TODAY, TODAY))
        said = far[plan.id]
        assert (said.counted, said.resolved, said.overdue) == (
            report.total.counted,
            report.total.resolved,
            report.total.overdue,
        )
        assert (said.waiting, said.doing, said.new) == (report.total.waiting, report.total.doing, report.total.new)
        assert (said.targets, said.inspected) == (report.targets, report.inspected)
    assert far[999_999] == queries.Progress()


def test_links_name_what_they_count(told, browser):
    """The parameters are public: others build them too."""
    links = {
        urlsplit(href).path for href, _number in figures(open_report(browser, told.reviewer, told.plan.id, ago(5)))
    }
    assert links == {"/findings/", "/visits/", "/visits/schedule"}
    href = figures(open_report(browser, told.reviewer, told.plan.id, ago(5)))[0][0]
    assert parse_qs(urlsplit(href).query)["as_of"] == [ago(5).isoformat()]


def test_the_list_of_plans_shows_how_far_each_has_come(told, browser):
    page = browser.signed_in_as(told.reviewer).get("plans.index")
    row = page.html.select_one(f'table tr:has(a[href="/plans/{told.plan.id}"])')
    cell = row.select("td")[-1]
    assert " ".join(cell.get_text().split()) == "2/6 (33,3%)"
    for link in cell.select("a[data-count]"):
        assert browser.visit(link["href"]).total == int(link["data-count"])


def test_the_list_of_plans_asks_once_however_many_there_are(make, browser):
    make.plan()
    browser.signed_in_as(make.reviewer)
    few = len(browser.get("plans.index").queries)
    for _ in range(5):
        Story(make).inspect(make.unit(), ago(9), ("I",), concluded=ago(8))
    assert len(browser.get("plans.index").queries) == few
