"""The overview of a year: what it shows to whom, that every figure leads to its rows, and counts right on any day."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.findings.forms import filter_from
from inspect_app.findings.queries import listed
from inspect_app.findings.services import custody
from inspect_app.findings.services.custody import Decision
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reports.queries import Day, Grouping
from inspect_app.reports.queries.overview.lines import View
from inspect_app.reports.queries.overview.whole import overview
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits import queries as visits
from inspect_app.visits.forms import schedule_from, visits_from
from inspect_app.web.asked import Asked
from inspect_app.workdays.periods import Period, PeriodCode, period
from tests.reports.world import Story
from tests.support.browser import Page
from tests.support.make import Make
from tests.support.oracle import Figures, Log

TODAY = clock.today()
YEAR = 2022
"""Of the plans told of here: long over, so that every day that they speak of is past."""
TURN = date(2022, 1, 1)


def on(days: int) -> date:
    """So many days into the year."""
    return TURN + timedelta(days=days)


class Told:
    """Two plans of the year, one of the year before, a surprise whose unit is still a secret, and self-inspections.

    Three units were inspected; one finding was handed on from the district to its commune.
    """

    def __init__(self, make: Make) -> None:
        story = self.story = Story(make, year=YEAR)
        self.plan = story.plan
        self.department = make.unit("Sở Y tế", kind=UnitKind.DEPARTMENT)
        self.district = make.unit("Quận Cái Răng", kind=UnitKind.DISTRICT)
        self.commune = make.unit("Phường Lê Bình", parent=self.district)
        _visit, first = story.inspect(self.department, on(20), ("I", "III", "III"), concluded=on(30), days=30)
        _visit, second = story.inspect(self.district, on(60), ("III", "VII"), concluded=on(70), days=30)
        story.inspect(make.unit("Phường Thới An"), on(90), (), concluded=on(95))
        make.target(self.plan, make.unit("Phường Tân An"), team=story.team, since=on(10))
        story.settle(first[0].id, on(50), on(55))
        story.settle(first[1].id, on(75), on(80))
        story.tell(first[2].id, "withdraw", on(120))
        story.tell(second[0].id, "submit", on(98))
        moved: dict[str, Any] = {"decision": Decision("1/QĐ", on(110)), "on": on(110), "today": TODAY}
        custody.move(second[1], self.commune, actor=make.actor(make.reviewer), **moved)
        other = Story(make, year=YEAR)
        _visit, third = other.inspect(self.commune, on(100), ("I", "KL"), concluded=on(110), days=200)
        other.tell(third[0].id, "submit", on(160))
        other.tell(third[0].id, "return", on(170))
        before = Story(make, year=YEAR - 1)
        _visit, fourth = before.inspect(self.department, on(-200), ("VII", "II"), concluded=on(-190), days=30)
        before.settle(fourth[0].id, on(-170), on(-165))
        before.settle(fourth[1].id, on(40), on(45))
        surprise = Story(make, PlanKind.SURPRISE, year=YEAR)
        surprise.inspect(self.department, on(150), ("KL",), concluded=on(155))
        make.target(surprise.plan, self.commune, team=surprise.team, since=on(140))
        by_units = make.plan(PlanKind.SELF, year=YEAR)
        for days in (30, 60):
            make.self_inspection(by_units, self.commune, day=on(days))
        self.reviewer, self.leader = make.reviewer, make.person(Role.VIEWER, self.district)


@pytest.fixture
def told(make: Make) -> Told:
    return Told(make)


def figures(page: Page) -> set[tuple[str, int]]:
    return {(link["href"], int(link["data-count"])) for link in page.html.select("main a[data-count]")}


def shown(page: Page, selector: str) -> list[str]:
    return [" ".join(part.get_text().split()) for part in page.html.select(selector)]


@pytest.mark.tried_on("sqlite", "postgresql")
def test_what_was_told_is_what_the_pages_say_and_their_lists_hold_and_the_log_counts(told, make, browser):
    """One world, since telling it costs more than looking at it from all sides."""
    count_as_the_log_does_on_any_day(told, make)
    browser.signed_in_as(told.reviewer)
    half = browser.get("overview.index", year=YEAR, period="half")
    summer: dict[str, Any] = {"year": YEAR, "as_of": on(180).isoformat()}
    pages = [
        half,
        browser.get("overview.index", kind="commune", group="responsible", **summer),
        browser.get("overview.compare", year=YEAR, other_year=YEAR - 1, as_of=on(100).isoformat()),
        browser.get("overview.compare", by="units", unit=told.commune.id, other=told.department.id, year=YEAR),
    ]
    say_the_half_year(half)
    show_whole_lists_when_asked(browser, half)
    say_what_was_handed_on(pages[1])
    say_two_years(browser, pages[2])
    say_two_units(browser, pages[3])
    links = [figures(page) for page in pages]
    assert all(len(each) >= 10 for each in links)
    assert len(links[0]) >= 40
    every, reviewer = sorted(set().union(*links)), make.actor(told.reviewer)
    for href, number in every:
        assert rows_behind(href, reviewer) == number > 0, href
    for href, number in every[::12]:
        assert browser.visit(href).total == number, href

    everything = browser.get("overview.index", **summer)
    leader = browser.signed_in_as(told.leader).get("overview.index", **summer)
    assert "Trong phạm vi tài khoản này được xem" in leader.main
    assert "Sở Y tế" not in leader.main
    tiles = "[aria-label='Số chính'] .fig-n"
    assert shown(everything, tiles)[:2] == ["2/ trên 7", "5/ trên 7"]
    assert shown(leader, tiles)[:2] == ["0/ trên 4", "2/ trên 2"]  # the unit of the surprise is a secret
    for href, number in figures(leader):
        assert rows_behind(href, make.actor(told.leader)) == number, href


def rows_behind(href: str, actor: Actor) -> int:
    """How many rows the list at an address has, without drawing its page."""
    path, args = urlsplit(href).path, MultiDict(parse_qsl(urlsplit(href).query))
    rows: Any
    if path == "/findings/":
        asked = filter_from(args, today=TODAY, areas=["I", "II", "III", "VII", "KL"])
        assert not asked.problems
        rows, _facts = listed(actor, asked.filter, today=TODAY)
    elif path == "/visits/schedule":
        wanted = schedule_from(Asked(args), actor)
        rows = visits.schedule(actor, wanted.as_of or TODAY, wanted)
    else:
        rows = visits.listing(actor, visits_from(Asked(args), actor)[0])
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def say_the_half_year(page):
    assert page.h1 == f"Tổng quan kiểm tra năm {YEAR}"
    assert "số liệu đến ngày 14/06/2022" in page.main
    assert shown(page, "[aria-label='Số chính'] .fig-n") == ["2/ trên 7", "5/ trên 7", "1/ trên 2", "1"]
    assert shown(page, "[aria-labelledby=h-flow] .fig-n") == ["5", "7", "3", "2"]
    rows = shown(page, "[aria-labelledby=h-plans] tbody tr")
    assert "Cộng năm 2022 5/7 2/7 28,6%1" in rows
    assert any("2 lượt tự kiểm tra" in row for row in rows)
    assert shown(page, ".hm tbody tr") == [
        "Quận Cái Răng1 chưa xong1 quá hạn/1 chưa xong1 quá hạn/2 chưa xong",
    ]
    ranking = shown(page, "[aria-labelledby=h-rank] tbody tr")
    assert ranking[0] == "1Sở Y tếSở, ban, ngành 2/366,7% 1/2 0"
    assert [row[:15] for row in ranking[1:]] == ["2Phường Lê Bình", "3Quận Cái RăngQ"]


def show_whole_lists_when_asked(browser, half):
    whole = browser.get("overview.index", year=YEAR, period="half", ranked=1, all_units=1)
    assert len(whole.html.select(".hm tbody tr")) == 3
    (turned,) = [href for href in whole.links("[aria-labelledby=h-rank] a") if "group=responsible" in href]
    asked = {"year": "2022", "period": "half", "ranked": "1", "all_units": "1", "group": "responsible"}
    assert dict(parse_qsl(urlsplit(turned).query)) == asked
    turn_the_pages_of_what_is_left(browser, shown(whole, ".hm tbody tr"))
    empty = browser.get("overview.index", year=YEAR - 9, period="half")
    assert "Chưa có kế hoạch nào của năm này" in empty.main
    assert len(empty.queries) <= len(half.queries) == len(whole.queries)


def turn_the_pages_of_what_is_left(browser, rows):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("inspect_app.reports.views.overview.ONE_PAGE", 2)
        first = browser.get("overview.index", year=YEAR, period="half", all_units=1)
        assert shown(first, ".hm tbody tr") == rows[:2]
        assert "1–2 trong 3 đơn vị" in first.main
        last = browser.visit(first.links("[aria-labelledby=h-heat] [rel=next]")[0])
        assert shown(last, ".hm tbody tr") == rows[2:]
        assert last.links("[aria-labelledby=h-heat] [rel=next]") == []
        assert len(last.links("[aria-labelledby=h-heat] [rel=prev]")) == 1
        beyond = browser.get("overview.index", year=YEAR, period="half", all_units=9)
        assert shown(beyond, ".hm tbody tr") == rows[2:]


def say_what_was_handed_on(page):
    (row,) = shown(page, "[aria-labelledby=h-rank] tbody tr")
    assert row == "1Phường Lê BìnhXã/phường/thị trấn 0/30% –không có 1"


def say_two_years(browser, page):
    assert "đến 11/04/2021" in page.main
    same: dict[str, Any] = {"year": YEAR, "other_year": YEAR - 1, "as_of": on(100).isoformat()}
    assert "2/2 (100%)" in " ".join(shown(browser.get("overview.compare", same_day=1, **same), ".versus td"))
    leap = browser.get("overview.compare", year=2024, other_year=2023, as_of="29/02/2024")
    assert "đến 28/02/2023" in leap.main


def say_two_units(browser, page):
    assert shown(page, "[aria-labelledby=h-both] thead th") == ["Chỉ tiêu", "Phường Lê Bình", "Sở Y tế", "Chênh lệch"]
    assert "−66,7 điểm" in page.main
    by_name = browser.get("overview.compare", status=302, by="units", unit="le binh", other="Sở Y tế", year=YEAR)
    assert browser.visit(by_name.location).main == page.main
    unclear = browser.get("overview.compare", status=422, by="units", unit="phuong", other="không có", year=YEAR)
    assert "chọn một" in unclear.main
    assert "Không có đơn vị nào tên “không có”" in unclear.main
    assert len(unclear.html.select(".two-asked a")) == 3
    assert "Chọn hai đơn vị để so sánh" in browser.get("overview.compare", by="units").main


UNREADABLE = (
    ({"as_of": "31/02/2022"}, "Không có ngày 31/02/2022"),
    ({"as_of": f"{TODAY + timedelta(days=1):%d/%m/%Y}"}, "chưa đến"),
    ({"from": "01/03/2022", "to": "01/02/2022"}, "đứng sau ngày"),
    ({"from": f"{TODAY + timedelta(days=9):%d/%m/%Y}"}, "chưa có số liệu"),
    ({"period": "q3", "as_of": "01/03/2022"}, "chưa có số liệu"),
)


def test_what_cannot_be_shown_is_said_above_the_figures(make, browser):
    browser.signed_in_as(make.reviewer)
    for asked, says in UNREADABLE:
        page = browser.get("overview.index", status=422, year=YEAR, **asked)
        assert says in page.main
        assert "Trong kỳ" not in page.main


# Against the oracle

NAMES = ("counted", "resolved", "on_time", "overdue", "waiting", "doing", "new", "live")


def count_as_the_log_does_on_any_day(told, make):
    plans = {plan.id: plan for plan in db.session.scalars(select(Plan))}
    log = Log(
        list(db.session.scalars(select(Event).order_by(Event.seq))),
        {unit.id: unit.kind for unit in db.session.scalars(select(Unit))},
    )
    reviewer, leader = make.actor(told.reviewer), make.actor(told.leader)
    theirs = {told.district.id, told.commune.id}
    of_year = {plan.id for plan in plans.values() if plan.year == YEAR}

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(-20, 330), st.sampled_from(Grouping), st.booleans())
    def on_any_day(days, by, whole):
        day = on(days)
        units = None if whole else theirs
        said = log.on(day, of_year, units)
        found = overview(
            View(YEAR, Day(day, TODAY), by=by),
            actor=reviewer if whole else leader,
            period=period(PeriodCode.YEAR, YEAR).until(day),
        )
        same(found.total, said.tally())
        for unit in (place.unit for place in found.units.ranking):
            same(unit.numbers, said.tally(**{"unit" if by is Grouping.INSPECTED else "responsible": unit.id}))
        for area in found.areas:
            same(area.numbers, said.tally(area=area.code))
        for line in found.units.kinds:
            name = "kind" if by is Grouping.INSPECTED else "responsible_kind"
            same(line.numbers, said.tally(**{name: line.kind}))
        for plan in found.plans.of_year:
            same(plan.numbers, said.tally(plan=plan.id))
        assert found.before.overdue == log.on(day - timedelta(days=7), of_year, units).tally()["overdue"]
        if found.trend:
            assert (found.trend[-1].counted, found.trend[-1].resolved) == (found.total.counted, found.total.resolved)
        if whole:
            assert (found.plans.inspected, found.plans.targets) == aims(said, of_year, plans)
        if found.flow:
            flowed(found.flow, log.on(day, None, units))

    on_any_day()


def same(numbers, tally):
    assert {name: getattr(numbers, name) for name in NAMES} == {name: tally[name] for name in NAMES}
    assert numbers.days_taken == sum(tally["days"])


def aims(said: Figures, of_year: set[int], plans: dict[int, Plan]) -> tuple[int, int]:
    each = [said.aims(plan=plan) for plan in of_year if plans[plan].kind is not PlanKind.SELF]
    return sum(inspected for inspected, _all in each), sum(targets for _inspected, targets in each)


def flowed(flow, said: Figures) -> None:
    during: Period = flow.period
    happened = said.flow(during.first, during.last)
    assert list(happened) == ["issued", "resolved", "lapsed"]
    assert (flow.issued, flow.resolved, flow.lapsed) == tuple(
        happened[name] for name in ("issued", "resolved", "lapsed")
    )
