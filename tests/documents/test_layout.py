"""Letters as Decree 30/2020/NĐ-CP lays them out, read back from the XML of the .docx and from the PDF."""

import re
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from pypdfium2 import raw

from inspect_app.core.errors import WrongState
from inspect_app.documents.queries.kinds import Letter
from inspect_app.documents.queries.letters import KINDS, conclusion
from inspect_app.documents.services import apart, pdf, word
from inspect_app.documents.services.house_word import house_template

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
ALL_LETTERS = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ"
)
OFFERED = {
    "conclusion": ("ke_hoach",),
    "urging": ("trich_yeu", "don_vi"),
    "minutes": ("dia_danh_ngay", "khong_han_che"),
}
"""Fields that a clerk may use and the house does not print, or not while there is something else to print."""
HOSTILE = "{{ 7*7 }} {% raw %} #let x = 1; *đậm* _nghiêng_ $x$ <b>&amp;</b> & \\ \"'`~@//"


def sample(code: str, **changed: object) -> Letter:
    kind = KINDS[code]
    return Letter(kind, {**kind.sample, **changed})


def text_of_word(content: bytes) -> str:
    return flat(" ".join(cell for line in apart.lines_of(content) for cell in line))


def text_of_pdf(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return flat(" ".join(pages))


def flat(text: str) -> str:
    """What hyphenation and line ends have no part in."""
    return re.sub(r"\s+", "", text.replace("\ufffe", "-"))


def words_in(fields: object) -> list[str]:
    """Every text of the fields, those that only decide something left out."""
    if isinstance(fields, str):
        return [fields] if len(fields) > 1 else []
    values = fields.values() if isinstance(fields, dict) else fields
    return [word for value in values for word in words_in(value)]  # type: ignore[attr-defined]


@pytest.fixture(scope="module", params=KINDS)
def made(request) -> tuple[str, bytes, bytes]:
    """(code, .docx, PDF) of the sample of each kind."""
    letter = sample(request.param)
    return request.param, word.by_the_house(letter), pdf.set_letter(letter, title=letter.title, at=AT)


def test_every_house_template_passes_the_check_that_changed_ones_pass():
    assert {code: apart.check(house_template(kind), dict(kind.sample)) for code, kind in KINDS.items()} == {
        code: [] for code in KINDS
    }


def test_page_fonts_and_sizes_are_those_of_the_decree(made):
    _code, content, _pdf = made
    document: Any = Document(BytesIO(content))
    first = document.sections[0]
    for section in document.sections:
        upright = section.page_width < section.page_height
        paper = (section.page_width, section.page_height) if upright else (section.page_height, section.page_width)
        assert [round(side.mm) for side in paper] == [210, 297]
        margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
        assert [round(margin.mm) for margin in margins] == [20, 15, 20, 30]
        assert "PAGE" in section.header._element.xml, "numbered in the top margin"
    assert first.different_first_page_header_footer, "but not on the first page"
    named = set(re.findall(r'w:(?:ascii|hAnsi|cs|eastAsia)="([^"]+)"', document.styles.element.xml))
    normal = document.styles["Normal"]
    assert normal.font.name == "Times New Roman"
    assert normal.font.size == Pt(13)
    assert "Times New Roman" in named
    assert document.styles["Nội dung"].paragraph_format.first_line_indent == 457200, "1,27 cm"
    assert document.styles["Nội dung"].paragraph_format.space_before == Pt(6)
    assert document.styles["Ô bảng"].font.size == Pt(12)
    assert document.core_properties.author == ""
    assert document.core_properties.language == "vi-VN"


def test_the_head_stands_in_two_columns(made):
    code, content, _pdf = made
    document = Document(BytesIO(content))
    head = document.tables[0]
    assert [round(column.width.mm) for column in head.columns] == [67, 98]
    assert head._tbl.find(f".//{qn('w:tblBorders')}") is None
    nation = head.rows[0].cells[1]
    called, free = (paragraph for paragraph in nation.paragraphs if paragraph.text)
    assert (called.text, called.runs[0].font.size, called.runs[0].bold) == (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        Pt(13),
        True,
    )
    assert (free.text, free.runs[0].font.size, free.runs[0].bold) == ("Độc lập - Tự do - Hạnh phúc", Pt(14), True)
    assert sum(paragraph._p.find(f".//{qn('w:pBdr')}") is not None for paragraph in nation.paragraphs) == 1
    place = head.rows[1].cells[1].paragraphs[-1]
    if code != "minutes":
        assert (place.text, place.runs[0].italic) == (KINDS[code].sample["dia_danh_ngay"], True)
    assert head.rows[1].cells[0].text.startswith("Số:")


def test_every_field_is_printed_in_word_and_in_pdf_alike(made):
    code, content, printed = made
    in_word, in_pdf = text_of_word(content), text_of_pdf(printed)
    for brackets in ("{{", "}}", "{%", "%}"):
        assert brackets not in in_word + in_pdf
    fields = {name: value for name, value in KINDS[code].sample.items() if name not in OFFERED.get(code, ())}
    if code == "conclusion":
        fields["han_che"] = [
            {name: value for name, value in row.items() if name not in ("linh_vuc", "noi_dung")}
            for row in fields["han_che"]
        ]
    missing = [text for text in words_in(fields) if flat(text) not in in_word]
    assert missing == [], "in Word"
    assert [text for text in words_in(fields) if flat(text) not in in_pdf] == [], "in PDF"


def test_a_pdf_says_that_it_is_pdf_a_2a_and_what_it_is_called(made):
    code, _word, printed = made
    assert re.search(rb"<pdfaid:part>2<", printed)
    assert re.search(rb"<pdfaid:conformance>A<", printed)
    with pypdfium2.PdfDocument(printed) as document:
        assert document.get_metadata_dict()["Title"] == KINDS[code].name
        assert all(round(min(page.get_size())) == 595 for page in document)


def test_a_pdf_keeps_what_level_a_of_the_standard_asks(made):
    """ISO 19005-2: tagged in a language, colours of a stated profile, fonts inside, nothing that runs or is locked."""
    _code, _word, printed = made
    told = re.sub(rb"\bstream\r?\n.*?endstream", b"", printed, flags=re.DOTALL)
    for asked in (b"/GTS_PDFA1", b"/DestOutputProfile", b"/Lang(vi)", b"/Marked true", b"/ID"):
        assert asked in told, asked
    for refused in (b"/ObjStm", b"/JavaScript", b"/Launch", b"/EmbeddedFiles", b"/AA", b"/Encrypt", b"/LZWDecode"):
        assert refused not in told, refused
    with pypdfium2.PdfDocument(printed) as document:
        assert raw.FPDFCatalog_IsTagged(document)
        assert raw.FPDF_GetSecurityHandlerRevision(document) == -1
        for page in document:
            tree = raw.FPDF_StructTree_GetForPage(page)
            assert raw.FPDF_StructTree_CountChildren(tree) > 0
            raw.FPDF_StructTree_Close(tree)
            for text in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                assert raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(text)) == 1
                assert raw.FPDFPageObj_CountMarks(text) > 0, "in the tree, or told to be decoration"


def test_totals_go_to_the_next_page_with_the_row_above_them():
    """Whatever the number of rows: in PDF the pages are read, in Word what keeps both together."""
    parted = set()
    for number in range(18, 21):
        area = KINDS["report"].sample["theo_linh_vuc"][0]
        letter = sample("report", theo_linh_vuc=[{**area, "ten": f"Lĩnh vực số {at}"} for at in range(number)])
        with pypdfium2.PdfDocument(pdf.set_letter(letter, title="", at=AT)) as document:
            pages = [page.get_textpage().get_text_range() for page in document]
        last = f"Lĩnh vực số {number - 1} "
        assert [page for page in pages if last in page and "Cộng" in page.partition(last)[2]], number
        parted.add(next(place for place, page in enumerate(pages) if last in page))
    assert len(parted) > 1, "some on the first page, some on the next"
    document = Document(BytesIO(word.by_the_house(letter)))
    tables = [table for table in document.tables if len(table.rows) > 2 and "Cộng" in table.rows[-1].cells[0].text]
    assert tables
    for table in tables:
        kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
        assert kept == [None] * (len(kept) - 2) + [True, None]


def test_all_vietnamese_letters_and_whatever_people_type_come_out_as_typed():
    typed = [ALL_LETTERS, HOSTILE, "Dòng một\nDòng hai"]
    letter = sample("conclusion", nhan_xet=typed)
    content, printed = word.by_the_house(letter), pdf.set_letter(letter, title=HOSTILE, at=AT)
    for text in typed:
        assert flat(text) in text_of_word(content)
        assert flat(text) in text_of_pdf(printed)
    broken = next(p for p in Document(BytesIO(content)).paragraphs if p.text.startswith("Dòng một"))
    assert broken.text == "Dòng một\nDòng hai"


def test_the_lines_of_a_paragraph_reach_the_right_margin():
    typed = "Kiểm tra khách quan, đúng nội dung, đúng thời gian, không gây cản trở hoạt động của đơn vị được kiểm tra."
    with pypdfium2.PdfDocument(pdf.set_letter(sample("conclusion", nhan_xet=[typed]), title="", at=AT)) as document:
        page = document[0].get_textpage()
        start = page.search("Kiểm tra khách quan").get_next()[0]
        (_left, _bottom, right, _top), *others = (
            page.get_rect(at) for at in range(page.count_rects(start, len(typed)))
        )
    assert others, "more than one line, of which the last alone is short"
    assert right == pytest.approx(Mm(195).pt, abs=4)


def test_what_no_typeface_has_is_refused_with_a_sentence_and_printed_by_word():
    letter = sample("conclusion", nhan_xet=["漢字"])
    with pytest.raises(WrongState, match="ký tự"):
        pdf.set_letter(letter, title="", at=AT)
    assert "漢字" in text_of_word(word.by_the_house(letter))


def test_number_and_day_are_blank_until_they_are_typed():
    for kind in KINDS.values():
        assert re.search(r"Số:\s+/", kind.sample["so_ky_hieu"]), kind.code
        assert re.search(r"ngày\s+tháng\s+năm 2026", kind.sample["dia_danh_ngay"]), kind.code


def test_files_have_names_that_every_system_takes():
    letter = Letter(conclusion.KIND, {}, ("12/TB-SNV", "Phường Cái Khế, Đông"))
    assert letter.file_name("docx") == "Thong-bao-ket-luan_12-TB-SNV_Phuong-Cai-Khe-Dong.docx"
    assert Letter(conclusion.KIND, {}, ("", "漢字")).file_name("pdf") == "Thong-bao-ket-luan.pdf"


def test_a_template_is_the_same_whenever_it_is_made():
    house_template.cache_clear()
    first = house_template(conclusion.KIND)
    house_template.cache_clear()
    again = house_template(conclusion.KIND)
    parts = [{name: zipfile.ZipFile(BytesIO(one)).read(name) for name in parts_of(one)} for one in (first, again)]
    assert parts[0] == parts[1]


def parts_of(content: bytes) -> list[str]:
    return zipfile.ZipFile(BytesIO(content)).namelist()


@pytest.mark.long
def test_libreoffice_opens_every_letter_and_misses_no_glyph(tmp_path):
    office = shutil.which("soffice")
    assert office, "apt-get install libreoffice-writer-nogui"
    for code in KINDS:
        (tmp_path / f"{code}.docx").write_bytes(word.by_the_house(sample(code)))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, *(str(tmp_path / f"{code}.docx") for code in KINDS)], check=True, timeout=300)
    for code, kind in KINDS.items():
        shown = text_of_pdf((tmp_path / f"{code}.pdf").read_bytes())
        assert "\ufffd" not in shown, code
        assert flat(kind.sample["co_quan"]) in shown, code
        assert flat("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") in shown, code


def test_the_name_of_a_group_never_stands_alone_at_the_foot_of_a_page():
    (group,) = KINDS["report"].sample["theo_don_vi"]
    (row,) = group["don_vi"]
    for many in (20, 21, 22):
        first = {"ten": "NHÓM ĐẦU", "don_vi": [row] * many}
        letter = sample("report", theo_don_vi=[first, {"ten": "NHÓM SAU", "don_vi": [row] * 3}])
        with pypdfium2.PdfDocument(pdf.set_letter(letter, title="", at=AT)) as document:
            pages = [page.get_textpage().get_text_range().strip().splitlines() for page in document]
        assert not [lines for lines in pages if "NHÓM SAU" in lines[-1]], many
