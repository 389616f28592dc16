"""What stands in the files: typed cells, no formula that anybody wrote, nothing that breaks a reader."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from inspect_app.sheets.queries.rows import Kind
from inspect_app.sheets.services import spool
from inspect_app.sheets.services.cells import LONGEST, defused, text
from inspect_app.sheets.services.files import About, Head, Sheet, write_csv, write_xlsx
from tests.sheets.reading import from_csv, from_xlsx

HEADS = [
    Head("Mã", Kind.TEXT, 15),
    Head("Ngày", Kind.DAY, 12),
    Head("Hạn chế", Kind.NUMBER, 9),
    Head("Tỷ lệ", Kind.PERCENT, 9),
]
EVIL = [
    "=1+1",
    "+84 292",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =cmd|' /C calc'!A0",
    "＝1+1",
    "\u200b=1",
    "{=A1}",
    "http://example.vn",
    "internal:Sheet1!A1",
]


def written(rows, tmp_path, title="Danh sách hạn chế"):
    about = About(title, "Thông tin", "=An", datetime(2026, 11, 22, 3, tzinfo=UTC), [("Lọc", "=1+1")], "Số dòng")
    into = io.BytesIO()
    assert write_xlsx(into, [Sheet(title, HEADS, rows)], about, scratch=tmp_path) == len(rows)
    return into.getvalue()


def test_nothing_that_a_person_wrote_becomes_a_formula_or_a_link(tmp_path):
    content = written([(one, None, None, None) for one in EVIL], tmp_path)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
    for sheet in sheets:
        assert "<f>" not in sheet
        assert "<f " not in sheet
        assert "hyperlink" not in sheet
        assert not re.findall(r'<c r="A\d+"[^>]*><v>', sheet)
    into = io.BytesIO()
    write_csv(into, Sheet("x", HEADS[:1], [(one,) for one in EVIL]), language="vi")
    for (cell,) in from_csv(into.getvalue())[1:]:
        assert re.match(r"'|\{|http|internal", cell), cell


@pytest.mark.parametrize(
    ("value", "is_left"),
    [("Niêm yết đủ", True), ("a=b", True), ("", True), ("'đã rào'", True), ("- gạch đầu dòng", False)],
)
def test_only_what_looks_like_a_formula_gets_an_apostrophe(value, is_left):
    assert defused(value) == (value if is_left else f"'{value}")


def test_numbers_days_and_shares_are_typed_and_empty_is_empty(tmp_path):
    row = ("HC-2022-0001", date(2022, 5, 4), 1288, Decimal("99.9"))
    head, first, second = from_xlsx(written([row, (None, None, 0, None)], tmp_path))
    assert head == ["Mã", "Ngày", "Hạn chế", "Tỷ lệ"]
    assert first[:3] == ["HC-2022-0001", date(2022, 5, 4), 1288]
    assert round(first[3], 4) == 0.999
    assert second == ["", "", 0, ""]
    into = io.BytesIO()
    write_csv(into, Sheet("x", HEADS, [row, (None, None, 0, None)]), language="vi")
    assert from_csv(into.getvalue())[1:] == [["HC-2022-0001", "04/05/2022", "1288", "99,9%"], ["", "", "0", ""]]


def test_characters_that_xml_does_not_know_and_endless_texts_break_no_file(tmp_path):
    odd = "a\ufffe\uffff\x00\x0b\ud800b"
    _head, first, second = from_xlsx(written([(odd, None, None, None), ("đ" * 40_000, None, None, None)], tmp_path))
    assert first[0] == "ab"
    assert len(second[0]) == LONGEST
    assert text("e\u0302\u0301") == "ế"


def test_the_head_stays_in_sight_can_be_filtered_and_the_second_sheet_says_what_the_first_shows(tmp_path):
    content = written([("a", None, None, None)], tmp_path, title="Kế hoạch [1]: 'rất dài' " + "x" * 40)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert 'ySplit="1"' in sheet
    assert '<autoFilter ref="A1:D2"/>' in sheet
    assert 'width="15' in sheet
    assert from_xlsx(content, 1) == [["Lọc", "=1+1"], ["Số dòng", 1]]


def test_rows_come_back_from_the_disk_as_they_were():
    rows: list[list[Any]] = [["=1", 7, None, date(2026, 2, 28), Decimal("33.3")], ["", 0, "x", None, None]]
    with io.BytesIO() as aside:
        assert spool.set_aside(rows, aside) == 2
        assert list(spool.taken_up(aside)) == rows
