"""A sheet of ours that comes back: what the sheet changed, what the register changed, and what both did."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from inspect_app.core import clock
from inspect_app.findings import services as findings
from inspect_app.plans.services import load_areas
from inspect_app.sheets.services import originals
from inspect_app.sheets.services.lines import LEAVE, REGISTER, SHEET
from tests.sheets.reading import fetched
from tests.sheets.test_bringing import send

TODAY = clock.today()


@pytest.fixture
def team(make):
    load_areas()
    first = make.team(make.plan(number="45/KH-UBND"))
    make.head = make.head_of(first)
    make.visited = make.visit(unit=make.unit("Phường Ninh Kiều"), team=first)
    make.keeping = {"actor": make.actor(make.head), "today": TODAY, **make.storing}
    make.several = make.findings_of(make.visited, [make.particulars() for _ in range(7)], actor=make.actor(make.head))
    make.session.commit()
    return make


def edited(content: bytes, edit) -> bytes:
    """The workbook with its first sheet changed, saved by another program: the hidden sheet stays as it was."""
    book, into = CalamineWorkbook.from_filelike(io.BytesIO(content)), io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as written:
        day = written.add_format({"num_format": "dd/mm/yyyy"})
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python()
            page = written.add_worksheet(name)
            if name == book.sheet_names[0]:
                edit(rows)
            if name == originals.NAME:
                page.very_hidden()
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        page.write_datetime(line, place, cell, day)
                    elif cell != "":
                        page.write(line, place, cell)
    return into.getvalue()


def test_each_cell_is_told_by_who_changed_it_and_a_clash_is_decided_cell_by_cell(team, browser):
    there, here, alike, both, other, left, none = team.several
    browser.signed_in_as(team.head)
    content = fetched(browser, "/exports/findings.xlsx")
    said = "Sửa trong sổ."
    for finding in (here, both, other, left):
        findings.edit(finding, team.particulars(text=said), **team.keeping)
    findings.edit(alike, team.particulars(text="Sửa như nhau."), **team.keeping)
    team.session.commit()

    def in_excel(rows):
        text, deadline = rows[0].index("Hạn chế"), rows[0].index("Hạn khắc phục")
        for row in rows[1:]:
            if row[0] in (there.code, both.code, other.code, left.code):
                row[text] = "Sửa trong tệp."
            if row[0] == alike.code:
                row[text] = "Sửa như nhau."
            if row[0] == there.code:
                row[deadline] = TODAY + timedelta(90)

    page = browser.visit(send(browser, edited(content, in_excel)).location)
    assert "Còn 3 dòng sai" in page.main
    cells = [" ".join(cell.get_text(" ").split()) for cell in page.html.select("td.cell-wrong")]
    assert len(cells) == 3
    assert all(cell.startswith("Sửa trong tệp. khi tải về: ") for cell in cells)
    assert all(f"trong sổ bây giờ: {said}" in cell for cell in cells)
    form: Any = page.html.select_one("#choose")
    data = {one["name"]: one["value"] for one in form.select("input[name]")}
    data |= {one.find_parent("select")["name"]: one["value"] for one in form.select("option[selected]")}
    data |= {f"decide:{both.code}:text": SHEET, f"decide:{other.code}:text": REGISTER, f"decide:{left.code}": LEAVE}
    page = browser.visit(browser.open("POST", form["action"], data=data, status=303).location)
    assert "0 hạn chế mới, 2 hạn chế thay đổi" in page.main
    write: Any = page.html.select_one('form[action$="/write"]')
    browser.open(
        "POST", write["action"], data={one["name"]: one["value"] for one in write.select("input[name]")}, status=303
    )
    for finding, now in ((there, "Sửa trong tệp."), (here, said), (alike, "Sửa như nhau."), (both, "Sửa trong tệp.")):
        team.session.refresh(finding)
        assert finding.text == now
    assert there.fixed_deadline == TODAY + timedelta(90)
    for finding in (other, left):
        team.session.refresh(finding)
        assert finding.text == said
    assert none.version == 1


def test_words_replaced_in_the_hidden_sheet_as_well_make_no_change_look_like_none():
    code = "HC-2026-0001"
    line = originals.line_of([code, "Thiếu bảng.", "Bổ sung.", date(2026, 5, 4), None])
    heads = ["code", "text", "required", "deadline", "area", originals.DIGEST]
    kept = {"code": code, "text": "Thiếu bảng.", "required": "Bổ sung.", "deadline": "04/05/2026", "area": ""}
    assert originals.read([heads, line]) == {code: kept}
    assert originals.read([heads, [line[0], "Thiếu biển.", *line[2:]]]) == {}
    assert originals.read([]) == originals.read([["a"], ["b"]]) == {}
