"""The list of findings: what each filter leaves, for whom, on which day; sorted, in pages, at a constant price."""

import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from inspect_app.core import clock, counting
from inspect_app.core.actor import Role
from inspect_app.findings import queries
from inspect_app.findings.forms import filter_from, to_args
from inspect_app.findings.models import State
from inspect_app.findings.queries import Age, Filter, Timing, listing, narrowing
from inspect_app.units.models import UnitKind
from tests.support.plans import explained

TODAY = clock.today()


def days(n):
    return TODAY + timedelta(days=n)


@pytest.fixture
def shelf(make):
    """Findings of every sort, by a name of their own."""
    district = make.unit("Quận Long Phú", kind=UnitKind.DISTRICT)
    ward = make.unit("Phường Hòa Phú", parent=district)
    bureau = make.unit("Sở Xây dựng", kind=UnitKind.DEPARTMENT)
    head = make.person()
    team, other_team = (make.team(make.plan(number=n), head=head) for n in ("248/KH-UBND", "130/KH-UBND"))
    begun, issued = days(-60), days(-50)
    common = {"day": begun, "issued": issued}

    def finding(state, unit, team, **given):
        return make.finding(state, unit=unit, team=team, **{**common, **given})

    made = {
        "late": finding("open", ward, team, fixed_deadline=days(-5), area_code="I", text="Chưa niêm yết bảng giá."),
        "soon": finding("in_progress", bureau, team, fixed_deadline=days(3), area_code="II"),
        "far": finding("returned", district, other_team, fixed_deadline=days(40), sent=days(-30), judged=days(-29)),
        "waiting": finding("submitted", make.unit(parent=district), team, fixed_deadline=days(-9), sent=days(-10)),
        "early": finding("resolved", make.unit(), team, fixed_deadline=days(-20), sent=days(-25), judged=days(-12)),
        "tardy": finding("resolved", make.unit(), team, fixed_deadline=days(-20), sent=days(-15), judged=days(-14)),
        "dropped": finding("withdrawn", make.unit(), team, fixed_deadline=days(-40), judged=days(-39)),
        "explained": finding("disputed", make.unit(), team, fixed_deadline=days(5)),
        "particulars": finding("recorded", make.unit(), team, text="Sổ theo dõi ghi tay."),
    }
    return {"made": made, "ward": ward, "district": district, "team": team, "other_team": other_team, "head": head}


LIVE = "late soon far waiting explained"


def kept(page, shelf):
    """The names of the findings on a page, in its order."""
    names = {finding.id: name for name, finding in shelf["made"].items()}
    links = [a["href"] for a in page.html.select("table.tbl tbody a.t-title")]
    return [names[int(link.rpartition("/")[2])] for link in links]


def test_each_filter_keeps_what_it_says(shelf, make, browser):
    browser.signed_in_as(make.reviewer)
    made, ward, district = shelf["made"], shelf["ward"], shelf["district"]
    codes = {name: finding.code for name, finding in made.items()}
    for args, names in (
        ({}, " ".join(made)),
        ({"timing": "live"}, LIVE),
        ({"timing": "overdue"}, "late"),
        ({"timing": "soon"}, "soon explained"),
        ({"timing": "on_time"}, "early"),
        ({"timing": "late"}, "tardy"),
        ({"timing": "early"}, "early"),
        ({"timing": "on_day"}, ""),
        ({"age": "1-30"}, "late"),
        ({"age": "31-90"}, ""),
        ({"overdue_from": days(-19).isoformat(), "overdue_to": days(-5).isoformat()}, "tardy"),
        ({"overdue_from": days(-4).isoformat()}, "late"),
        ({"overdue_to": days(-6).isoformat()}, "tardy"),
        ({"judged": 1}, "far early tardy"),
        ({"state": "submitted"}, "waiting"),
        ({"state": ["open", "returned"]}, "late far"),
        ({"state": "recorded"}, "particulars"),
        ({"counted": 1}, f"{LIVE} early tardy"),
        ({"plan": shelf["other_team"].plan_id}, "far"),
        ({"team": shelf["other_team"].id}, "far"),
        ({"visit": made["soon"].visit_id}, "soon"),
        ({"unit": ward.id}, "late"),
        ({"unit": district.id}, "late far waiting"),
        ({"unit": district.id, "kind": "commune"}, "late waiting"),
        ({"kind": "department"}, "soon"),
        ({"kind": ["department", "district"]}, "soon far"),
        ({"area": "I"}, "late"),
        ({"area": ["I", "II"]}, "late soon"),
        ({"q": "niem yet bang gia"}, "late"),
        ({"q": codes["soon"].lower()}, "soon"),
        ({"q": "hoa phu"}, "late"),
        ({"q": unicodedata.normalize("NFD", "Hòa Phú")}, "late"),
        ({"q": "khong co gi"}, ""),
        ({"q": "niem yet bang gi"}, "late"),
        ({"q": '"yet bang"'}, "late"),
        ({"q": '"niem bang"'}, ""),
        ({"q": "iem yet"}, ""),
        ({"q": "%"}, ""),
        ({"q": "niem yet", "plan": shelf["other_team"].plan_id}, "far"),
        ({"issued_from": days(-50).isoformat(), "issued_to": days(-50).isoformat()}, f"{LIVE} early tardy dropped"),
        ({"issued_to": days(-51).isoformat()}, ""),
        ({"done_from": days(-13).isoformat()}, "early"),
        ({"done_to": f"{days(-13):%d/%m/%Y}"}, "tardy"),
        ({"timing": "overdue", "plan": shelf["other_team"].plan_id}, ""),
    ):
        page = browser.get("findings.index", **args)
        assert sorted(kept(page, shelf)) == sorted(names.split()), args
        assert page.total == len(names.split()), args


def test_a_list_of_a_day_shows_that_day(shelf, make, browser):
    browser.signed_in_as(make.reviewer)
    for day, args, names in (
        (-51, {}, ""),
        (-50, {}, "late soon far waiting early tardy dropped explained"),
        (-30, {"timing": "live"}, "late soon far waiting early tardy explained"),
        (-30, {"state": "submitted"}, "far"),
        (-14, {"state": "resolved"}, "tardy"),
        (-13, {"timing": "overdue"}, ""),
        (-9, {"state": "submitted"}, "waiting"),
        (-16, {"timing": "overdue"}, "tardy"),
        (-4, {"timing": "overdue"}, "late"),
        (-5, {"timing": "overdue"}, ""),
        (-4, {"age": "1-30"}, "late"),
        (-5, {"age": "1-30"}, ""),
        (-15, {"judged": 1}, "far"),
        (-16, {"overdue_from": days(-30).isoformat(), "overdue_to": days(-1).isoformat()}, "tardy"),
        (-20, {"overdue_from": days(-30).isoformat(), "overdue_to": days(-1).isoformat()}, ""),
    ):
        page = browser.get("findings.index", as_of=days(day).isoformat(), **args)
        assert sorted(kept(page, shelf)) == sorted(names.split()), (day, args)
    assert "Quá hạn 1 ngày" in browser.get("findings.index", as_of=days(-4).isoformat(), timing="overdue").main


def test_mine_is_what_i_follow_and_what_my_teams_found(make, browser):
    head, follower = make.person(), make.person(Role.REVIEWER)
    mine = make.finding(team=make.team(head=head))
    followed = make.finding(follower_id=follower.id)
    make.finding()
    assert browser.signed_in_as(follower).get("findings.index").total == 3
    page = browser.get("findings.index", mine=1)
    assert (page.total, followed.code in page.main) == (1, True)
    assert mine.code in browser.signed_in_as(head).get("findings.index", mine=1).main


def test_responsible_is_the_unit_that_answers_now(make, browser, session):
    heir = make.unit("Phường Ninh Kiều")
    finding = make.finding(unit=make.unit("Phường Tân An"))
    finding.responsible_unit_id = heir.id
    session.commit()
    browser.signed_in_as(make.reviewer)
    assert browser.get("findings.index", unit=heir.id).total == 0
    page = browser.get("findings.index", unit=heir.id, responsible=1)
    assert page.total == 1
    assert "Nay chịu trách nhiệm: Phường Ninh Kiều" in page.main


def test_ready_made_views_count_what_they_show(shelf, make, browser):
    page = browser.signed_in_as(make.reviewer).get("findings.index", plan=shelf["other_team"].plan_id)
    seen = {}
    for link in page.html.select(".views a"):
        count = int(link.select_one(".n").get_text())
        label = link.get_text().removesuffix(str(count))
        seen[label] = count
        assert browser.visit(link["href"]).total == count, label
    assert seen == {"Chưa xong": 5, "Quá hạn": 1, "Chờ xác nhận": 1, "Đến hạn trong 7 ngày": 2, "Tất cả": 9}


def test_ready_made_views_count_the_same_where_more_is_live_than_is_looked_at_at_once(shelf, make, monkeypatch):
    district = shelf["district"]
    readers = [
        make.actor(make.person(Role.REVIEWER, district)),
        make.actor(make.officer(district)),
        make.actor(make.head_of(shelf["team"])),
    ]

    def counted(**wanted):
        return [queries.counts(reader, Filter(**wanted), today=TODAY) for reader in readers]

    at_once = [counted(), counted(timing=Timing.OVERDUE), counted(areas=("KL",))]
    assert at_once[0][0].views["live"] > 1
    monkeypatch.setattr(listing, "MOST_LIVE", 1)
    assert [counted(), counted(timing=Timing.OVERDUE), counted(areas=("KL",))] == at_once
    monkeypatch.setattr(counting, "MOST_COUNTED", 1)
    capped = counted()[0]
    assert (capped.total, capped.views["live"], capped.views["all"]) == (2, 2, 2)


def test_the_sentence_counts_and_says_how_many_are_overdue(shelf, make, browser):
    page = browser.signed_in_as(make.reviewer).get("findings.index", timing="live")
    assert page.html.select_one("#results [role=status]").get_text(" ", strip=True) == "5 hạn chế , trong đó 1 quá hạn"


UNREADABLE = (
    {"as_of": "31/02/2022"},
    {"as_of": "hôm nay"},
    {"as_of": "2099-01-01"},
    {"plan": "abc"},
    {"plan": "9" * 30},
    {"visit": "-1"},
    {"team": "0x1"},
    {"unit": "99999999"},
    {"unit": "khong co don vi nao ten nay"},
    {"state": "issue"},
    {"kind": "province"},
    {"area": "XX"},
    {"timing": "yesterday"},
    {"issued_from": "x"},
)


def test_what_cannot_be_read_is_left_out_and_said(make, browser):
    make.finding()
    browser.signed_in_as(make.reviewer)
    for args in UNREADABLE:
        page = browser.get("findings.index", status=422, **args)
        assert page.total == 1, args
        assert page.html.select_one("#results .note").get_text(strip=True), args


ODD = (
    {"after": "x"},
    {"before": "eyJ9"},
    {"after": "W10"},
    {"sort": "password"},
    {"sort": "--deadline"},
    {"mine": "yes"},
    {"counted": ""},
    {"q": "%"},
    {"q": "'; drop table finding; --"},
    {"q": "_"},
    {"unknown": "1"},
    {"unit": ""},
    {"plan": ""},
    {"as_of": ""},
)


def test_odd_addresses_get_a_list_all_the_same(make, browser):
    make.finding()
    browser.signed_in_as(make.reviewer)
    for args in ODD:
        browser.get("findings.index", **args)


def test_a_unit_is_found_by_its_name_as_people_type_it(shelf, make, browser):
    browser.signed_in_as(make.reviewer)
    page = browser.get("findings.index", unit="phuong hoa phu")
    assert kept(page, shelf) == ["late"]
    make.unit("Phường Hòa Phú Đông")
    make.unit("Phường Hòa Phú Tây")
    assert kept(browser.get("findings.index", unit="Phường Hòa Phú"), shelf) == ["late"], "the whole name is clear"
    unclear = browser.get("findings.index", unit="hoa phu", status=422)
    assert "chọn một" in unclear.main
    links = unclear.links("#results .note a")
    assert len(links) == 3
    assert any(kept(browser.visit(link), shelf) == ["late"] for link in links)
    beside = browser.visit(f"/findings/?unit={shelf['district'].id}&unit=so+xay+dung")
    assert kept(beside, shelf) == ["soon"], "what is typed replaces what was chosen"


def test_columns_sort_both_ways(shelf, make, browser):
    browser.signed_in_as(make.reviewer)
    for sort, first, last in (
        ("deadline", "dropped", "particulars"),
        ("-deadline", "particulars", "dropped"),
        ("newest", "particulars", "late"),
        ("-newest", "late", "particulars"),
    ):
        names = kept(browser.get("findings.index", sort=sort), shelf)
        assert (names[0], names[-1]) == (first, last), sort
    units = [cell.get_text() for cell in browser.get("findings.index", sort="unit").html.select("td.w-u")]
    back = [cell.get_text() for cell in browser.get("findings.index", sort="-unit").html.select("td.w-u")]
    assert units == list(reversed(back))
    assert units[-1] == "Sở Xây dựng"
    head = browser.get("findings.index", timing="live").html.select_one("th[aria-sort]")
    assert (head["aria-sort"], head.get_text(strip=True)) == ("ascending", "Thời hạn")
    assert dict(parse_qsl(urlsplit(head.a["href"]).query)) == {"timing": "live", "sort": "-deadline"}


def test_pages_go_on_and_back_by_key(make, browser):
    visit = make.visit(day=days(-9))
    several = [make.particulars(fixed_deadline=days(30 + n % 7)) for n in range(112)]
    head = make.actor(make.head_of(visit.team))
    make.findings_of(visit, several, actor=head)
    browser.signed_in_as(make.reviewer)
    for sort in ("deadline", "-unit"):
        page, seen = browser.get("findings.index", sort=sort), []
        first = [a["href"] for a in page.html.select("table a.t-title")]
        while True:
            rows = [a["href"] for a in page.html.select("table a.t-title")]
            seen += rows
            onward = page.html.select_one("a[rel=next]")
            if onward is None:
                break
            before, page = rows, browser.visit(onward["href"])
        assert len(seen) == len(set(seen)) == 112, sort
        assert page.total == 112
        back = browser.visit(page.html.select_one("a[rel=prev]")["href"])
        assert [a["href"] for a in back.html.select("table a.t-title")] == before
        start = browser.visit(back.html.select_one("a[rel=prev]")["href"])
        assert [a["href"] for a in start.html.select("table a.t-title")] == first


def test_a_list_costs_the_same_however_long_it_grows(make, browser):
    visit = make.visit(day=days(-9))
    head = make.actor(make.head_of(visit.team))

    def cost(**args):
        return len(browser.signed_in_as(make.reviewer).get("findings.index", **args).queries)

    make.findings_of(visit, [make.particulars()], actor=head)
    before = cost()
    make.findings_of(visit, [make.particulars() for _ in range(10)], actor=head)
    assert cost() == before <= 9
    assert cost(q="niem yet") == cost(q="khong co") == before, "words are looked for in the same statements"
    assert before <= 5, "who asks, the frame's counts, what stands around the rows, the counts, the rows"


def test_a_long_list_stops_counting(make, browser, monkeypatch):
    monkeypatch.setattr(counting, "MOST_COUNTED", 3)
    visit = make.visit(day=days(-9))
    make.findings_of(visit, [make.particulars() for _ in range(5)], actor=make.actor(make.head_of(visit.team)))
    browser.signed_in_as(make.reviewer)
    assert "hơn 3 hạn chế" in browser.get("findings.index", q="niem yet").main
    assert "hơn 3 hạn chế" in browser.get("findings.index").main
    assert browser.get("findings.index", timing="overdue").total == 0


def test_what_is_overdue_among_words_is_counted_with_them(shelf, make):
    late = queries.counts(make.actor(make.reviewer), Filter(words="niem yet"), today=TODAY)
    apart = queries.counts(make.actor(make.reviewer), Filter(words="niem yet", timing=Timing.OVERDUE), today=TODAY)
    assert late.overdue == apart.total


def test_another_units_findings_are_in_no_list_and_no_count(shelf, make, browser):
    stranger = make.officer(make.unit("Phường An Hòa"))
    browser.signed_in_as(stranger)
    for args in ({}, {"unit": shelf["ward"].id}, {"q": "niem yet"}, {"plan": shelf["team"].plan_id}):
        page = browser.get("findings.index", **args)
        assert page.total == 0
        assert {n.get_text() for n in page.html.select(".views .n")} == {"0"}
    officer = browser.signed_in_as(make.officer(shelf["ward"]))
    page = officer.get("findings.index")
    assert kept(page, shelf) == ["late"]
    assert page.h1 == "Hạn chế của đơn vị"
    assert shelf["made"]["late"].required_title in page.main, "a unit's own list says what to do"


def test_the_list_that_an_officer_opens_says_what_it_shows_and_leads_to_everything(make, browser):
    unit = make.unit()
    for state, due in (("open", 9), ("open", 2), ("in_progress", -3)):
        make.finding(state, unit=unit, day=days(-20), issued=days(-19), fixed_deadline=days(due))
    make.finding("resolved", unit=unit)
    home = browser.signed_in_as(make.officer(unit)).get("home.index")
    way = next(link for link in home.links("nav.nav-v a") if link.startswith("/findings/"))
    page = browser.visit(way)
    assert [time["datetime"] for time in page.html.select("table time")] == [f"{days(n)}" for n in (-3, 2, 9)]
    assert [chip.get_text(strip=True) for chip in page.html.select(".chip-on summary")] == ["Thời hạn: Chưa xong"]
    assert page.html.select_one(".views [aria-current=page]").get_text() == "Chưa xong3"
    assert "/exports/findings.csv?timing=live" in page.links()
    everything = {a["href"] for a in page.html.select("main a") if a.get_text() in ("Tất cả4", "Bỏ hết lọc")}
    assert everything == {"/findings/"}
    assert (browser.visit("/findings/").total, len(browser.visit(way).queries)) == (4, len(page.queries))


def test_a_plan_that_the_reader_may_not_see_has_no_name(shelf, make, browser):
    browser.signed_in_as(make.officer(make.unit()))
    assert "248/KH-UBND" not in browser.get("findings.index", plan=shelf["team"].plan_id).text


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(words="niêm yết", plan_id=1, visit_id=2, team_id=3, mine=True, counted=True, responsible=True),
        Filter(kinds=(UnitKind.DEPARTMENT, UnitKind.COMMUNE), areas=("I", "VT"), states=(State.OPEN, State.RESOLVED)),
        Filter(age=Age.QUARTER, judged=True, returned=True, lapsed=(date(2022, 1, 1), date(2022, 3, 14))),
        Filter(timing=Timing.ON_TIME, as_of=date(2022, 6, 30), issued=(date(2022, 1, 1), date(2022, 3, 14))),
    ],
)
def test_an_address_says_what_its_filter_says(app, wanted):
    args: MultiDict[str, str] = MultiDict()
    for name, value in to_args(wanted).items():
        args.setlist(name, [str(v) for v in value] if isinstance(value, list) else [str(value)])
    with app.test_request_context():
        read = filter_from(args, today=date(2022, 12, 31), areas=["I", "II", "VT"])
    assert read.filter == wanted
    assert not read.problems


def test_the_overdue_list_is_read_in_order_from_an_index_of_live_findings(make, session):
    make.finding()
    wanted = Filter(timing=Timing.OVERDUE)
    query, facts = queries.listed(make.actor(make.reviewer), wanted, today=TODAY)
    keys, _downwards = queries.sort_keys("deadline", facts, wanted)
    without = ("seqscan", "bitmapscan", "sort")
    plan = "\n".join(explained(session, query.order_by(*keys).limit(51), without=without))
    assert "ix_finding_overdue" in plan or "ix_finding_live" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.only_on("sqlite")
def test_what_waits_in_a_year_is_counted_by_an_index_that_has_all_that_is_asked(make, session):
    make.finding()
    everything, there = make.actor(make.reviewer), make.actor(make.person(Role.REVIEWER, make.unit()))
    by_year = Filter(states=(State.SUBMITTED,), year=2026)
    for reader, wanted in ((everything, by_year), (everything, replace(by_year, unit=make.unit())), (there, by_year)):
        query, facts = narrowing.narrowed(reader, wanted, today=TODAY)
        for asked in (query, query.where(queries.overdue(facts, TODAY))):
            plan = "\n".join(explained(session, select(counting.counted_rows(asked)), without=()))
            assert "COVERING INDEX ix_finding_waiting_places" in plan, plan
