"""Tables of scores that people paste or send: read exactly, or refused with a sentence."""

import io
import zipfile
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
import xlsxwriter

from inspect_app.core.text import fold
from inspect_app.grading.forms import Unusable, match, read
from inspect_app.grading.queries import catalogue

D = Decimal


def csv(text: str) -> Any:
    return read("diem.csv", text.encode("utf-8-sig"))


def said(rows: Any) -> list[tuple[Any, ...]]:
    return [(row.line, row.name, row.total, row.assessed, row.surveyed) for row in rows]


def sheet(*rows: tuple[Any, ...], at: tuple[int, int] | None = None) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        if at:
            page.write_string(*at, "xa")
    return content.getvalue()


def test_a_table_with_a_head_is_read_by_its_columns():
    text = "STT;Tên đơn vị;Điểm thẩm định;Điểm điều tra XHH;Tổng điểm\n1;Sở Nội vụ;60,25;25;85,25\n;;;;\n"
    assert said(csv(text)) == [(2, "Sở Nội vụ", D("85.25"), D("60.25"), D(25))]


def test_a_table_without_a_head_is_a_name_and_one_number():
    assert said(csv("Sở Nội vụ\t85,25\nUBND quận Ninh Kiều\t78\n")) == [
        (1, "Sở Nội vụ", D("85.25"), None, None),
        (2, "UBND quận Ninh Kiều", D(78), None, None),
    ]


def test_what_could_be_misread_is_a_problem_of_its_line():
    problems = {
        "a comma that may be a decimal mark": "Sở Nội vụ,85,25",
        "too many decimals": "Sở Nội vụ;85,255",
        "more than there can be": "Sở Nội vụ;185",
        "no number": "Sở Nội vụ;",
        "no name": ";85",
        "a cell beyond the head": "Đơn vị,Điểm\nSở Nội vụ,85,25",
    }
    for why, text in problems.items():
        assert csv(text)[-1].problem, why


def test_a_sheet_is_read_with_the_decimals_that_were_typed():
    rows = read("diem.XLSX", sheet(("Đơn vị", "Chỉ số"), ("Sở Nội vụ", 85.1), ("Sở Y tế", 70)))
    assert said(rows) == [(2, "Sở Nội vụ", D("85.1"), None, None), (3, "Sở Y tế", D(70), None, None)]


def test_files_that_would_do_harm_are_refused_before_they_are_opened():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b" " * (30 << 20))
    refused = {
        "a cell at the far corner": ("a.xlsx", sheet(("Đơn vị", "Điểm"), at=(4_000, 1))),
        "a column at the far right": ("a.xlsx", sheet(("Đơn vị", "Điểm"), at=(3, 16_000))),
        "packed to burst": ("a.xlsx", bomb.getvalue()),
        "no sheet at all": ("a.xlsx", b"PK\x03\x04 nothing"),
        "an old sheet": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        "too large": ("a.csv", b"x" * (3 << 20)),
        "not UTF-8": ("a.csv", "Sở".encode("utf-16")),
        "nothing in it": ("a.csv", b"\n\n"),
        "too long": ("a.csv", b"a;1\n" * 1001),
    }
    for why, (name, content) in refused.items():
        with pytest.raises(Unusable) as sentence:
            read(name, content)
        assert str(sentence.value), why


def test_units_are_matched_by_exact_name_or_code_and_never_guessed():
    def unit(number: int, code: str, name: str) -> Any:
        above = SimpleNamespace(name=f"Huyện {number}")
        return SimpleNamespace(id=number, code=code, name=name, name_folded=fold(name), parent=above)

    known = catalogue(
        cast(Any, [unit(1, "SNV", "Sở Nội vụ"), unit(2, "31", "Xã Thạnh An"), unit(3, "32", "Xã Thạnh An")])
    )
    rows = csv("so noi vu;80\nXã Thạnh An;70\n32;71\nSở Nội;60\nSỞ NỘI VỤ;81\n")
    found = match(rows, known)
    assert {key: entry.total for key, entry in found.entries.items()} == {1: D(80), 3: D(71)}
    assert [(row.line, row.name) for row in found.problems] == [(2, "Xã Thạnh An"), (4, "Sở Nội"), (5, "SỞ NỘI VỤ")]
    assert "31 (Huyện 2); 32 (Huyện 3)" in found.problems[0].problem
