"""Lists taken away: the rows of the page in its order, for whoever may see them, and an account of it."""

import tempfile
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.connections import reading
from inspect_app.core.db import db
from inspect_app.findings.models import Finding, State
from inspect_app.plans.models import PlanKind
from inspect_app.sheets.forms.lists import LISTS
from inspect_app.sheets.models import Export, ExportState, SheetKind
from inspect_app.sheets.queries import rows
from inspect_app.sheets.queries.rows import Kind, cells
from inspect_app.sheets.services.files import Head, Sheet
from inspect_app.sheets.services.streaming import FIRST, lines, pieces
from inspect_app.sheets.views.exports import AT_ONCE
from inspect_app.units.models import UnitKind
from tests.sheets.reading import fetched, from_csv, from_xlsx
from tests.support.browser import Browser
from tests.support.make import Make

TODAY = clock.today()


@pytest.fixture
def city(make):
    """Two units with findings of one plan, one of them late, and a surprise visit that has not begun."""
    make.first, make.second = make.unit("Phường Cái Khế"), make.unit("Sở Y tế", kind=UnitKind.DEPARTMENT)
    team = make.team(make.plan(number="262/KH-UBND"))
    make.late = make.finding(unit=make.first, team=team, fixed_deadline=TODAY - timedelta(days=3))
    make.done = make.finding(State.RESOLVED, unit=make.second, team=team, text="=1+1 thiếu bảng.")
    make.hidden = make.unit("Phường Bí Mật")
    surprise = make.team(make.plan(PlanKind.SURPRISE, title="Đột xuất"))
    make.visit("planned", unit=make.hidden, team=surprise)
    return make


def taken(browser, name, kind="csv", status=200, **args) -> bytes:
    return fetched(browser, browser.address(f"exports.{name}", {"kind": kind, **args}), status=status)


def test_a_list_comes_as_it_stands_on_the_page(city, browser):
    browser.signed_in_as(city.reviewer)
    for args in (
        {},
        {"sort": "unit"},
        {"sort": "-deadline"},
        {"timing": "overdue"},
        {"q": "=1+1"},
        {"state": "resolved"},
    ):
        page = browser.get("findings.index", **args)
        codes = [code.get_text() for code in page.html.select("table .meta .num")]
        rows = from_csv(taken(browser, "findings", **args))
        assert [row[0] for row in rows[1:]] == codes, args
        assert len(codes) == page.total, args
    rows = from_xlsx(taken(browser, "findings", "xlsx", sort="unit"))
    assert [row[0] for row in rows[1:]] == [city.late.code, city.done.code]
    late: dict[str, Any] = dict(zip(rows[0], rows[1], strict=True))
    assert late["Số ngày quá hạn"] == 3
    assert late["Hạn khắc phục"] == TODAY - timedelta(days=3)
    assert late["Trạng thái"] == "Mới ghi nhận"
    assert rows[2][1] == "=1+1 thiếu bảng."


def test_the_second_sheet_states_conditions_day_maker_and_number(city, browser):
    browser.signed_in_as(city.reviewer)
    content = taken(browser, "findings", "xlsx", plan=city.late.plan_id, as_of=TODAY.isoformat(), kind_of="x")
    said = dict(from_xlsx(content, 1))
    assert said["Kế hoạch"] == "262/KH-UBND"
    assert said["Tính đến ngày"] == said["Số liệu đến ngày"] == f"{TODAY:%d/%m/%Y}"
    assert said["Người lập"] == city.reviewer.name
    assert said["Số dòng"] == 2
    assert said["Địa chỉ của danh sách"].startswith("/findings/?plan=")


ROWS = {name for name, listing in LISTS.items() if not listing.place} - {"statistics"}
"""Lists whose page says how many rows there are."""


@pytest.mark.parametrize("name", sorted(ROWS))
def test_every_list_has_as_many_rows_as_its_page_says_and_its_page_offers_it(city, browser, name):
    who = city.person(Role.ADMIN) if name == "people" else city.reviewer
    browser.signed_in_as(who)
    page = browser.get(LISTS[name].page)
    links = [href for href in page.links() if href.startswith(f"/exports/{name}.")]
    assert [href.partition("?")[0] for href in links] == [f"/exports/{name}.xlsx", f"/exports/{name}.csv"]
    args = dict(parse_qsl(links[0].partition("?")[2]))
    assert len(from_xlsx(taken(browser, name, "xlsx", **args))) == page.total + 1
    assert len(from_csv(taken(browser, name, **args))) == page.total + 1


def test_the_units_of_plans_are_narrowed_as_on_the_page(city, browser):
    other = city.plan(year=TODAY.year - 1)
    city.visit("begun", unit=city.first, team=city.team(other))
    browser.signed_in_as(city.reviewer)
    everything = len(from_csv(taken(browser, "schedule"))) - 1
    for args in ({}, {"year": other.year}, {"plan": other.id}, {"begun": "0"}, {"q": "so y te"}):
        page = browser.get("visits.schedule", **args)
        assert 0 < page.total < everything, args
        (here, *_more) = (href for href in page.links() if href.startswith("/exports/schedule."))
        asked = dict(parse_qsl(here.partition("?")[2]))
        assert len(from_csv(taken(browser, "schedule", **asked))) == page.total + 1, args
    said = dict(from_xlsx(taken(browser, "schedule", "xlsx", year=other.year), 1))
    assert said["Năm của kế hoạch"] == str(other.year)


def test_nobody_takes_away_what_they_may_not_see(city, browser):
    officer = city.officer(city.first)
    browser.signed_in_as(officer)
    assert [row[0] for row in from_csv(taken(browser, "findings"))[1:]] == [city.late.code]
    assert b"B\xc3\xad M\xe1\xba\xadt" not in taken(browser, "schedule") + taken(browser, "visits")
    taken(browser, "people", status=403)
    taken(browser, "urging", status=403)
    elsewhere = city.person(Role.VIEWER, city.hidden)
    browser.signed_in_as(elsewhere)
    for name in ("findings", "visits", "schedule", "plans", "conclusions"):
        assert len(from_csv(taken(browser, name))) == 1, name
    taken(browser, "schedule", plan=city.late.plan_id, status=404)
    browser.signed_in_as(city.person(Role.ADMIN))
    taken(browser, "findings", status=403)


def test_what_cannot_be_read_of_the_address_is_answered_by_the_page(city, browser):
    browser.signed_in_as(city.reviewer)
    page = browser.open("GET", browser.address("exports.findings", {"kind": "csv", "as_of": "31/02/2022"}))
    assert page.status == 303
    assert page.location == "/findings/?as_of=31/02/2022"


def test_taking_a_list_away_is_kept_account_of(city, browser):
    browser.signed_in_as(city.reviewer)
    taken(browser, "findings", state="open")
    event = city.session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
    assert (event.action, event.actor_id) == ("export:hand_out", city.reviewer.id)
    assert event.payload == {"list": "findings", "query": "state=open", "kind": "csv", "rows": 1}
    export = city.session.get_one(Export, event.subject_id)
    assert (export.state, export.total, export.kind) == (ExportState.HANDED_OUT, 1, SheetKind.CSV)


def test_only_those_ticked_and_only_of_ones_own(city, browser):
    browser.signed_in_as(city.officer(city.first))
    ids: Any = [city.late.id, city.done.id, "x"]
    assert [row[0] for row in from_csv(taken(browser, "findings", id=ids))[1:]] == [city.late.code]


def test_a_list_costs_the_same_number_of_queries_however_long_it_is(city, browser, monkeypatch):
    browser.signed_in_as(city.reviewer)
    costs = []
    for _ in range(2):
        costs.append([len(browser.get(f"exports.{name}", kind="csv").queries) for name in ("findings", "plans")])
        for _ in range(4):
            city.finding()
    assert costs[0] == costs[1]


def test_a_large_list_is_asked_for_on_a_page_that_leads_back(city, browser, monkeypatch):
    monkeypatch.setitem(AT_ONCE, SheetKind.XLSX, 1)
    page = browser.signed_in_as(city.reviewer).get("exports.findings", kind="xlsx", sort="unit")
    assert "2 dòng" in page.main
    assert page.buttons == ["Lập tệp"]
    assert "/findings/?sort=unit" in page.links()
    form: Any = page.html.select_one("main form")
    key = form.select_one("[name=once]")["value"]
    asked = browser.open("POST", form["action"], data={"once": key}, status=303)
    again = browser.open("POST", form["action"], data={"once": key}, status=303)
    assert asked.location == again.location
    waiting = browser.visit(asked.location)
    assert "Đang chờ" in waiting.main
    assert waiting.html.select_one("#progress")["data-again"]
    assert browser.get("exports.index").total == 1
    for _ in range(3):
        last = browser.open("POST", form["action"])
    assert last.status == 422
    assert "Đang có 3 tệp chờ lập" in last.main
    browser.signed_in_as(city.person(Role.REVIEWER)).visit(asked.location, status=404)


def test_the_first_rows_of_a_csv_leave_before_the_last_one_is_read_and_nothing_is_held_open(tmp_path):
    read = []

    def rows(trouble_at=None):
        for n in range(1000):
            if n == trouble_at:
                raise OSError("the database is gone")
            read.append(n)
            yield [f"HC-2026-{n:04d} " + "x" * 100]

    def sent(closed, **trouble):
        read.clear()
        sheet = Sheet("x", [Head("Mã", Kind.TEXT, 10)], rows(**trouble))
        return pieces(lines(sheet, language="vi"), scratch=tmp_path, all_read=lambda: closed.append(len(read)))

    closed: list[int] = []
    whole = sent(closed)
    first = next(whole)
    assert first.startswith(b"\xef\xbb\xbfM\xc3\xa3\r\nHC-2026-0000")
    assert len(read) < 200
    assert closed == []
    content = first + next(whole)
    assert closed == [1000], "all was read before more than the first piece left"
    assert len(from_csv(content + b"".join(whole))) == 1001

    with pytest.raises(OSError, match="gone"):
        list(sent(closed, trouble_at=900))
    given_up = sent(closed := [])
    next(given_up)
    given_up.close()
    assert len(closed) == 1


@pytest.mark.parametrize("args", [{}, {"sort": "unit"}, {"as_of": "{today}"}], ids=["newest", "by unit", "of a day"])
def test_all_rows_are_of_one_moment_though_they_are_read_one_after_the_other(own_app, monkeypatch, args):
    monkeypatch.setattr(rows, "CHUNK", 1)
    with own_app.app_context():
        make, today = Make(db.session), clock.today()
        for number in range(4):
            make.finding(text=f"Chưa công khai thủ tục số {number}.")
        reviewer = make.actor(make.reviewer)
        db.session.commit()
        db.session.remove()
        asked = MultiDict({name: value.format(today=today.strftime("%d/%m/%Y")) for name, value in args.items()})
        with reading(one_moment=True):
            left = cells(LISTS["findings"].ask(asked, reviewer, today))
            first = next(left)
            with db.engine.begin() as somebody_else:
                somebody_else.execute(update(Finding).values(text="Viết lại."))
            texts = [str(row[1]) for row in (first, *left)]
            db.session.rollback()
        assert sorted(texts) == [f"Chưa công khai thủ tục số {number}." for number in range(4)]


def test_a_csv_that_breaks_off_does_not_end_as_though_it_were_whole(city, browser, monkeypatch):
    def broken(*_args, **_said):
        raise OSError("the disk is gone")

    monkeypatch.setattr(tempfile, "TemporaryFile", broken)
    browser.signed_in_as(city.reviewer)
    with pytest.raises(OSError, match="gone"):
        browser.client.get("/exports/findings.csv").get_data()
    monkeypatch.undo()
    with browser.client.get("/exports/findings.csv", environ_overrides={"SERVER_PROTOCOL": "HTTP/1.0"}) as older:
        assert older.content_length == len(older.data), "which could not tell otherwise"


def test_a_csv_that_is_longer_than_what_leaves_first_comes_whole_to_whoever_asks_from_outside(own_app, monkeypatch):
    """Nothing of the test is open here: all that the rows are read with is the request's own."""
    monkeypatch.setattr(rows, "CHUNK", 100)
    with own_app.app_context():
        make = Make(db.session)
        for number in range(300):
            make.unit(f"Phường có tên thật dài để tệp không vừa một lần gửi {number:03d}")
        there = Browser(own_app).signed_in_as(make.reviewer)
        db.session.remove()
    with there.client.get("/exports/units.csv") as answer:
        assert len(answer.data) > FIRST
        assert len(from_csv(answer.data)) > 300
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
