"""Every figure of a letter by its four ways out: the letter itself, the page, the list behind it, the spreadsheet."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest
from docx import Document
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.figures import fraction, percent, percentage, thousands
from inspect_app.documents.queries.letters.statistics import GROUPS
from inspect_app.findings import queries as findings
from inspect_app.findings.forms import filter_from
from inspect_app.plans.models import Plan
from inspect_app.reports.forms import Links
from inspect_app.reports.queries import Day, Grouping, Report, report
from inspect_app.sheets.forms.lists import LISTS
from inspect_app.sheets.queries.rows import cells, number
from tests.sheets.reading import fetched, from_csv
from tests.support.browser import Browser

AREAS = ("I", "II", "III", "IV", "V", "VI", "VII", "KL", "VT")
LISTED: dict[str, dict[str, Any]] = {
    "Hạn chế": {"counted": 1},
    "Đã khắc phục": {"state": "resolved"},
    "Đúng hạn": {"timing": "on_time"},
    "Chưa xong": {"timing": "live"},
    "Quá hạn": {"timing": "overdue"},
}
"""Head of a column in the letter and in the spreadsheet alike -> what the list behind its figures asks for."""
UNIT, KIND, AREA = "Theo đơn vị và lĩnh vực", "Theo cấp đơn vị", "Theo lĩnh vực"
TABLES = {KIND: ("Cấp đơn vị", 0), AREA: ("Lĩnh vực", 0), UNIT: ("STT", 1)}
"""Sheet -> head of the table's first column in the letter, and the column that names a line."""
UNITS_ONCE = "duoc_kiem_tra"
"""Ends the names of figures that count units: the list behind them has their inspections."""


Asks = tuple[str, frozenset[tuple[str, str]]]


class Line(NamedTuple):
    name: str | None
    """As spreadsheet and letter both call it; none where they have words of their own."""
    place: dict[str, Any]
    """What the list behind its figures is narrowed to."""
    on_page: Sequence[str]
    """Which of its figures the page shows too."""


def report_agrees(browser: Browser, actor: Actor, plan: Plan, on: date, by: Grouping = Grouping.INSPECTED) -> int:
    """The result report of a plan; returns how many figures were compared."""
    day = Day(on, clock.today())
    asked: dict[str, Any] = {"as_of": on.isoformat()} if day.past else {}
    if by is not Grouping.INSPECTED:
        asked["group"] = by.value
    page = browser.get("reports.plan", plan_id=plan.id, **asked)
    shown = {_asks(link["href"]): int(link["data-count"]) for link in page.html.select("main a[data-count]")}
    letter = _tables(
        fetched(browser, browser.address("documents.report", {**asked, "plan_id": plan.id, "ending": "docx"}))
    )
    book = fetched(browser, browser.address("exports.report", {**asked, "plan_id": plan.id, "kind": "xlsx"}))
    told, links = report(plan, actor=actor, day=day, by=by), Links(plan.id, day, by)
    compared = 0
    for sheet, lines in _lines(told).items():
        head, named = TABLES[sheet]
        names, rows = letter[head]
        table: list[Any] = _sheet(book, sheet) if lines[:-1] else [None]
        assert len(rows) == len(lines), (sheet, rows)
        for line, row, cell in zip(lines, rows, table, strict=True):
            said = dict(zip(names, row, strict=True))
            assert line.name in (None, row[named], said.get("Đơn vị")), (line, row)
            compared += _agree(line, said, cell, shown, links, actor)
    if not told.by_themselves:
        total = letter["Cấp đơn vị"][1][-1]
        assert total[1] == (fraction(told.inspected, told.targets) if told.targets else "–")
        if told.inspected:
            for href, number in ((links.units(begun=1), told.inspected), (links.units(), told.targets)):
                assert browser.visit(href).total == shown[_asks(href)] == number, href
    return compared


def _lines(told: Report) -> dict[str, list[Line]]:
    """Sheet -> its lines in their order, the total last."""
    every = ("Hạn chế", "Đã khắc phục", "Đúng hạn")
    total = Line("Cộng", {}, (*every, "Quá hạn"))
    units = [unit for kind in told.kinds for unit in kind.units]
    shown = [unit for unit in units if told.by is Grouping.INSPECTED or unit.tally.counted]
    return {
        KIND: [*(Line(None, {"kind": kind.kind}, every) for kind in told.kinds), total],
        AREA: [*(Line(area.name, {"area": area.code}, every) for area in told.areas), total],
        UNIT: [*(Line(unit.name, {"unit": unit}, every) for unit in shown), total],
    }


def _agree(
    line: Line, said: dict[str, str], cell: dict[str, Any] | None, shown: dict[Asks, int], links: Links, actor: Actor
) -> int:
    for head, asked in LISTED.items():
        href = links.findings(**asked, **line.place)
        number = _rows(href, actor)
        assert said[head] == thousands(number), (line, head, href)
        assert cell is None or cell[head] == number, (line, head, cell)
        if number and head in line.on_page:
            assert shown[_asks(href)] == number, (line, head, href)
    done, whole = (int(said[head].replace(".", "")) for head in ("Đã khắc phục", "Hạn chế"))
    assert said["Tỷ lệ"] == percent(done, whole), line
    share = percentage(done, whole)
    assert cell is None or cell["Tỷ lệ"] == ("" if share is None else pytest.approx(float(share) / 100)), line
    return len(LISTED) + 1


def _asks(href: str) -> Asks:
    """Which list, and what it is narrowed to, in whatever order."""
    parts = urlsplit(href)
    return parts.path, frozenset(parse_qsl(parts.query))


def _tables(content: bytes) -> dict[str, tuple[list[str], list[list[str]]]]:
    """The tables of a .docx with figures: first head -> heads, and rows without those that only name a group."""
    found = {}
    for table in Document(BytesIO(content)).tables:
        rows = [
            ["".join(text.text or "" for text in cell.iter(qn("w:t"))).strip() for cell in row.tc_lst]
            for row in table._tbl.tr_lst
        ]
        found[rows[0][0]] = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    return found


def _sheet(book: bytes, name: str) -> list[dict[str, Any]]:
    """The rows of one sheet, that of the total last: it stands below an empty line."""
    head, *rows = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_name(name).to_python()
    *data, empty, total = rows
    assert not any(empty)
    assert total[0] == "Cộng"
    return [dict(zip(map(str, head), row, strict=True)) for row in (*data, total)]


def annex_agrees(browser: Browser, actor: Actor, year: int, code: str) -> int:
    """The annex of statistics of one period; returns how many figures were compared."""
    letter = _tables(
        fetched(browser, browser.address("documents.statistics", {"year": year, "code": code, "ending": "docx"}))
    )
    said = {row[0]: row[3] for row in letter["TT"][1]}
    page = browser.get("documents.annex", year=year, period=code)
    shown = {cell["data-figure"]: cell for cell in page.html.select("td[data-figure]")}
    address = browser.address("exports.statistics", {"year": year, "period": code, "kind": "csv"})
    sheet = {row[0]: row[3] or row[4] for row in from_csv(fetched(browser, address))[1:]}
    lines = [line for group in GROUPS for line in group.lines]
    assert [line.place for line in lines] == list(said) == list(sheet)
    for line in lines:
        cell = shown[line.figure]
        assert cell.get_text(strip=True) == said[line.place], line
        assert sheet[line.place] in (said[line.place].replace(".", ""), said[line.place].replace("–", "")), line
        if link := cell.select_one("a"):
            rows = _rows(link["href"], actor, units=line.figure.endswith(UNITS_ONCE))
            assert rows == int(said[line.place].replace(".", "")), (line, link["href"])
        else:
            assert said[line.place] in ("0", "–") or "%" in said[line.place] or line.figure == "cong_van_don_doc", line
    return len(lines)


def _rows(href: str, actor: Actor, *, units: bool = False) -> int:
    """Of the list at an address, as it is taken away: how many rows, or how many units."""
    path, _mark, query = href.partition("?")
    if path == "/findings/":  # there are hundreds of these
        wanted = filter_from(MultiDict(parse_qsl(query)), today=clock.today(), areas=AREAS)
        assert not wanted.problems, href
        query_of_rows, _facts = findings.listed(actor, wanted.filter, today=clock.today())
        return db.session.scalar(select(func.count()).select_from(query_of_rows.subquery())) or 0
    table = LISTS[path.strip("/")].ask(MultiDict(parse_qsl(query)), actor, clock.today())
    assert not table.problems, href
    if not units:
        return number(table)
    (place,) = (place for place, column in enumerate(table.columns) if column.label == "Đơn vị")
    return len({row[place] for row in cells(table)})
