"""A sheet of ours that comes back: what the sheet changed, what the register changed, and what both did."""

import csv
import io
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from xml.sax.saxutils import escape

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


def as_ods(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """The least that makes an OpenDocument spreadsheet."""

    def cell(value: Any) -> str:
        if isinstance(value, date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
        return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'

    def rows(several: Sequence[Sequence[Any]]) -> str:
        return "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in several)

    tables = "".join(f'<table:table table:name="{name}">{rows(each)}</table:table>' for name, each in sheets.items())
    spaces = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "META-INF/manifest.xml", '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        )
        package.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return into.getvalue()


def both_changed(team, browser) -> tuple[bytes, str]:
    """A sheet of seven findings of which the register changed two since, and the code of the one to change in it."""
    there, here, *_others = team.several
    browser.signed_in_as(team.head)
    content = fetched(browser, "/exports/findings.xlsx")
    for finding in (there, here):
        findings.edit(finding, team.particulars(text="Sửa trong sổ."), **team.keeping)
    team.session.commit()
    return content, there.code


def changed(rows: list[list[Any]], code: str) -> list[list[Any]]:
    place = rows[0].index("Hạn chế")
    for row in rows[1:]:
        if row[0] == code:
            row[place] = "Sửa trong tệp."
    return rows


TWO_WAYS = "Tệp không giữ bản lúc tải về"


def clash_of(page) -> str:
    """What is said of the one cell that both changed; what only the register changed is not even asked about."""
    assert "Còn 1 dòng sai" in page.main
    (cell,) = page.html.select("td.cell-wrong")
    return " ".join(cell.get_text(" ").split())


def test_a_sheet_that_was_saved_as_ods_still_tells_what_stood_in_each_cell(team, browser):
    content, code = both_changed(team, browser)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    sheets[book.sheet_names[0]] = changed(sheets[book.sheet_names[0]], code)
    page = browser.visit(send(browser, as_ods(sheets), "theo doi.ods").location)
    assert "khi tải về: " in clash_of(page)
    assert TWO_WAYS not in page.main


def test_a_csv_is_compared_with_the_register_alone_and_the_page_says_so(team, browser):
    content, code = both_changed(team, browser)
    (first, *_others) = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    rows = changed(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(first).to_python(), code)
    page = browser.visit(send(browser, as_csv(rows), "theo doi.csv").location)
    assert TWO_WAYS in page.main
    assert "Dòng mà sổ đã sửa sau khi tải về thì hỏi giữ bản nào" in page.main
    cells = [" ".join(cell.get_text(" ").split()) for cell in page.html.select("td.cell-wrong")]
    assert "Còn 2 dòng sai" in page.main
    assert all("trong sổ bây giờ: " in cell and "khi tải về" not in cell for cell in cells)
    version = rows[0].index("Phiên bản")
    page = browser.visit(send(browser, as_csv([row[:version] for row in rows]), "theo doi.csv").location)
    assert "ô nào khác thì theo tệp" in page.main
    assert not page.html.select("td.cell-wrong")


def as_csv(rows: list[list[Any]]) -> bytes:
    into = io.StringIO(newline="")
    csv.writer(into).writerows(
        [
            f"{cell:%d/%m/%Y}" if isinstance(cell, date) else int(cell) if isinstance(cell, float) else cell
            for cell in row
        ]
        for row in rows
    )
    return into.getvalue().encode("utf-8-sig")


@pytest.mark.long
def test_libreoffice_keeps_what_tells_each_cell(team, browser, tmp_path):
    office = shutil.which("soffice")
    assert office, "apt-get install libreoffice-calc-nogui"
    lines = "Thiếu bảng niêm yết.\nSổ ghi = 3 trang, thiếu “dấu”."
    findings.edit(team.several[0], team.particulars(text=lines), **team.keeping)
    team.session.commit()
    content, code = both_changed(team, browser)
    (tmp_path / "a.xlsx").write_bytes(edited(content, lambda rows: changed(rows, code)))
    command = [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "ods"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "a.xlsx")], check=True, timeout=300)
    page = browser.visit(send(browser, (tmp_path / "a.ods").read_bytes(), "theo doi.ods").location)
    assert "khi tải về: Thiếu bảng niêm yết." in clash_of(page)
    assert TWO_WAYS not in page.main


def test_words_replaced_in_the_hidden_sheet_as_well_make_no_change_look_like_none():
    code = "HC-2026-0001"
    line = originals.line_of([code, "Thiếu bảng.", "Bổ sung.", date(2026, 5, 4), None])
    heads = ["code", "text", "required", "deadline", "area", originals.DIGEST]
    kept = {"code": code, "text": "Thiếu bảng.", "required": "Bổ sung.", "deadline": "04/05/2026", "area": ""}
    assert originals.read([heads, line]) == {code: kept}
    assert originals.read([heads, [line[0], "Thiếu biển.", *line[2:]]]) == {}
    assert originals.read([]) == originals.read([["a"], ["b"]]) == {}
