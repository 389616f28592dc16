"""Sheets that are sent: read whatever program wrote them, refused with a sentence where that would harm or mislead."""

import io
import struct
import unicodedata
import zipfile
from datetime import date
from functools import partial

import pytest
import xlsxwriter

from inspect_app.core.errors import Invalid
from inspect_app.core.storage import Incoming
from inspect_app.core.storage.folder import Folder
from inspect_app.sheets.services import bringing, heads, reading
from inspect_app.sheets.services.heads import digest, fields, guess
from inspect_app.sheets.services.kinds.findings import COLUMNS, FINDINGS
from inspect_app.sheets.services.names import meant, normal
from inspect_app.sheets.services.particulars import Field
from inspect_app.sheets.services.reading import Cell

SOON = "25/12/2026"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def workbook(rows, formula=None, value=0) -> bytes:
    into = io.BytesIO()
    book = xlsxwriter.Workbook(into, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    page = book.add_worksheet("Theo dõi")
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(line, place, cell)
            else:
                page.write(line, place, cell)
    if formula:
        page.write_formula(1, 1, formula, None, value)
    book.close()
    return into.getvalue()


def ods(content: str, **parts: str) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", parts.get("manifest", "<manifest/>"))
    return into.getvalue()


def read(tmp_path, content: bytes) -> reading.Book:
    path = tmp_path / "sent"
    path.write_bytes(content)
    return reading.read(path)


ROWS = [["Đơn vị", "Ngày", "Số"], ["Phường Cái Khế", date(2026, 5, 4), 15], ["=1+1", "", 2.5]]
ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="S"><table:table-row><table:table-cell office:value-type="string"><text:p>Đơn vị</text:p>'
    "</table:table-cell>%s</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)


def test_a_workbook_reads_with_its_types(tmp_path):
    assert read(tmp_path, workbook(ROWS)).rows == [
        ["Đơn vị", "Ngày", "Số"],
        ["Phường Cái Khế", date(2026, 5, 4), 15],
        ["=1+1", "", 2.5],
    ]
    assert read(tmp_path, ods(ODS % "")).rows == [["Đơn vị"]]


TWO_ROWS: list[list[Cell]] = [
    ["BẢNG THEO DÕI HẠN CHẾ", "", "", "", "", ""],
    ["STT", "Đơn vị", "Tồn tại, hạn chế", "Kiến nghị", "Thời hạn", ""],
    ["", "", "", "", "Số ngày", "Ngày phải xong"],
    [1, "Phường Cái Khế", "Niêm yết thiếu.", "Niêm yết đủ.", 15, ""],
]


def test_a_head_over_two_columns_gives_way_to_those_below_it():
    at = guess(TWO_ROWS, COLUMNS)
    names = heads.named(TWO_ROWS, at)
    assert (at, heads.below(TWO_ROWS, at)) == (1, 3)
    assert list(names) == ["STT", "Đơn vị", "Tồn tại, hạn chế", "Kiến nghị", "Số ngày", "Ngày phải xong"]
    assert {Field.DAYS: 4, Field.DEADLINE: 5}.items() <= fields(names, COLUMNS).items()
    rows: list[list[Cell]] = [["A", "Thiếu.", "", SOON], ["", "Nhóm", "", ""], ["A", "", "", ""], ["", "", "x", 1]]
    plains: list[list[Cell]] = [
        ["Đơn vị", "Hạn chế", "", "Hạn"],
        ["Đơn vị", "", "Hạn chế", "Hạn"],
        ["Đơn vị", "", "", ""],
    ]
    for plain in plains:
        for row in rows:
            assert heads.below([plain, row], 0) == 1, (plain, row)
    assert heads.named(TWO_ROWS, 9) == []


def test_a_cover_before_the_sheet_is_passed_over(tmp_path):
    into = io.BytesIO()
    book = xlsxwriter.Workbook(into, {"in_memory": True})
    book.add_worksheet("Bìa").write_string(0, 0, "Sổ theo dõi")
    for title, width in (("Ghi chú", 1), ("Theo dõi", 6)):
        page = book.add_worksheet(title)
        for line, row in enumerate(TWO_ROWS):
            page.write_row(line, 0, row[:width])
    book.close()
    into.seek(0)
    sent = Incoming("so.xlsx", "", into)
    _kept, read, sheet = bringing.receive(sent, FINDINGS, storage=Folder(tmp_path), limit=1 << 20)
    assert (sheet, read.sheets[sheet], read.rows[3][1]) == (2, "Theo dõi", "Phường Cái Khế")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_text_reads_with_any_of_the_usual_separators(tmp_path, encoding, comma):
    text = f'Đơn vị{comma}Số\r\n"Phường{comma} Cái\nKhế"{comma}\'-1\r\nAn Bình\r\n'
    assert read(tmp_path, text.encode(encoding)).rows == [
        ["Đơn vị", "Số"],
        [f"Phường{comma} Cái\nKhế".replace("\t", "\t"), "-1"],
        ["An Bình", ""],
    ]


def as_windows(text: str) -> bytes:
    """As a Windows set to Vietnamese keeps it: the tone behind its letter, the letter with its hat or horn in one."""
    into = bytearray()
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(part for part in parts[1:] if part in "\u0300\u0301\u0303\u0309\u0323")
        into += unicodedata.normalize("NFC", "".join(p for p in parts if p not in tone)).encode("cp1258")
        into += tone.encode("cp1258")
    return bytes(into)


def test_text_of_an_older_excel_is_read_where_all_of_it_is_vietnamese(tmp_path):
    said = ["Đơn vị;Hạn chế", "Phường Cái Khế;“Quá hạn” trả lời?", "XÃ MỸ KHÁNH;Ổ đĩa – hỏng"]
    assert read(tmp_path, as_windows("\r\n".join(said))).rows == [line.split(";") for line in said]


def bomb(declared: int) -> bytes:
    """120 MB in a few kilobytes, under a head that may say otherwise."""
    into = io.BytesIO()
    package = zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with package, package.open("xl/workbook.xml", "w") as part:
        for _ in range(120):
            part.write(b"\0" * (1 << 20))
    content = into.getvalue()
    if declared:
        size = struct.pack("<L", 120 << 20)
        content = content.replace(size, struct.pack("<L", declared))
    return content


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (partial(bomb, 0), "bung ra quá lớn"),  # made in its turn: whatever is made here, every run waits for
        (partial(bomb, 1000), "bung ra quá lớn"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "có mật khẩu"),
        (OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "không phải bảng tính"),
        (OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), "Không đọc được tệp này"),
        (ods(ODS % "", manifest="<encryption-data/>"), "có mật khẩu"),
        (ods(ODS % '<table:table-cell table:formula="of:=1+1"/>'), "công thức chưa tính ra kết quả"),
        (workbook(ROWS, "=SUM(A1:A9)", ""), r"công thức chưa tính ra kết quả \(B2\)"),
        (b"PK\x03\x04" + b"\0" * 60, "không phải bảng tính"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "không phải bảng tính|UTF-8"),
        ("Đơn vị".encode("cp1258", "replace") + b"\xd0\xff", "UTF-8"),
        ("thủ tục hành chính".encode("cp1252", "replace"), "UTF-8"),  # letters lost on the way
        ("§¬n vÞ;Sè\r\nPh\xad\xeang C¸i KhÕ".encode("latin-1"), "UTF-8"),  # TCVN3
        (b"  \n ", "không phải bảng tính"),
        (b"a\n" * 10_100, r"hơn 10\.000 dòng"),
        (b"," * 200, "hoặc 100 cột"),
        (workbook([["x"] * 120]), "hoặc 100 cột"),
    ],
    ids=range(17),
)
def test_what_would_harm_or_mislead_is_refused_with_a_sentence(tmp_path, content, says):
    with pytest.raises(Invalid, match=says):
        read(tmp_path, content() if callable(content) else content)


def test_a_formula_that_was_worked_out_is_its_value(tmp_path):
    assert read(tmp_path, workbook([["a", "b"], ["x", "y"]], "=1+1", 7)).rows[1] == ["x", 7]


def test_the_heads_are_found_below_titles_whatever_they_are_called():
    rows: list[list[Cell]] = [
        ["SỞ NỘI VỤ", "", "", "", "", ""],
        ["BẢNG THEO DÕI TỒN TẠI, HẠN CHẾ", "", "", "", "", ""],
        ["TT", "Cơ quan, đơn vị", "Tồn tại, hạn chế", "Kiến nghị", "Lĩnh vực", "Thời hạn khăc phục"],
        [1, "Phường An Bình", "Thiếu bảng", "Bổ sung", "TTHC", "30/6/2026"],
    ]
    assert guess(rows, COLUMNS) == 2
    known = fields(rows[2], COLUMNS)
    assert known == {Field.UNIT: 1, Field.TEXT: 2, Field.REQUIRED: 3, Field.AREA: 4, Field.DEADLINE: 5}
    assert digest(rows[2]) == digest(["tt", "CƠ QUAN, ĐƠN VỊ", *rows[2][2:]])


KNOWN = {normal(name): (name,) for name in ("Phường An Khánh", "Phường Cái Khế", "Phường 1", "Phường 2", "Sở Y tế")}
MATCHES = """
UBND phường Cái Khế      Phường Cái Khế
p. cai khe               Phường Cái Khế
P.Cái Kế                 Phường Cái Khế
CAI KHE                  Phường Cái Khế
Ủy ban nhân dân P. An Khánh   Phường An Khánh
Phường 1                 Phường 1
Phường 3                 ?
Phường Xuân Khánh        -
Sở Ytế                   Sở Y tế
Kho bạc                  -
"""


@pytest.mark.parametrize("line", MATCHES.strip().splitlines())
def test_a_name_is_taken_for_a_unit_only_where_it_can_be_no_other(line):
    written, _gap, expected = line.partition("  ")
    match = meant(written, KNOWN, {normal("Phường Xuân Khánh")})
    if expected.strip() in ("?", "-"):
        assert match.found == ()
        assert bool(match.offered) is (expected.strip() == "?")
    else:
        assert match.found == (expected.strip(),)
