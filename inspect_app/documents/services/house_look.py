"""How Word is told what Decree 30/2020/NĐ-CP asks for: pages, styles, typefaces, cells, lines."""

from datetime import UTC, datetime
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

from inspect_app.documents.queries.blocks import Align, Style

FONT = "Times New Roman"
BODY, SMALL = 13, 12
"""Points: text, and tables."""
LEFT_HEAD, RIGHT_HEAD = 67, 98
"""Millimetres: who writes, and the national heading."""
NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)

LEFT, CENTRE, BOTH = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
_ALIGN = {Align.LEFT: LEFT, Align.CENTRE: CENTRE, Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT}

STYLES: dict[str, dict[str, Any]] = {
    Style.TITLE: {"name": "Tên loại văn bản", "bold": True, "size": 14, "align": CENTRE, "before": 18},
    Style.SUMMARY: {"name": "Trích yếu", "bold": True, "size": 14, "align": CENTRE, "inset": 9},
    Style.ADDRESSEE: {"name": "Kính gửi", "size": 14, "align": CENTRE, "before": 12, "after": 6},
    Style.BASIS: {"name": "Căn cứ", "italic": True, "align": BOTH, "indent": True, "before": 6},
    Style.BODY: {"name": "Nội dung", "align": BOTH, "indent": True, "before": 6, "line": 1.15},
    Style.HEADING: {"name": "Mục", "bold": True, "align": BOTH, "indent": True, "before": 8, "keep": True},
    Style.SUBHEADING: {"name": "Tiểu mục", "bold": True, "align": BOTH, "indent": True, "before": 6, "keep": True},
    Style.CENTRED: {"name": "Dòng giữa", "bold": True, "align": CENTRE, "before": 12, "after": 6, "keep": True},
    Style.NOTE: {"name": "Chú thích", "italic": True, "size": 11, "align": BOTH, "before": 4},
    "cell": {"name": "Ô bảng", "size": SMALL, "before": 2, "after": 2},
    "head": {"name": "Phần đầu", "size": 13, "align": CENTRE},
    "line": {"name": "Đường kẻ", "size": 3, "align": CENTRE, "before": 4},
    "recipients": {"name": "Nơi nhận", "size": 11},
    "sign": {"name": "Chữ ký", "bold": True, "align": CENTRE},
    "annex": {"name": "Phụ lục", "bold": True, "size": 14, "align": CENTRE},
    "below": {"name": "Kèm theo", "italic": True, "size": 13, "align": CENTRE, "after": 8},
}
"""What a paragraph of each kind looks like, under the name that a clerk finds in Word's list of styles."""


def style_id(style: str) -> str:
    """Set directly: looking a style up by name goes through all of Word's three hundred each time."""
    return f"VB-{style}"


def page(section: Any, *, across: bool) -> None:
    long, short = Mm(297), Mm(210)
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if across else (short, long)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = False


def name_the_font(properties: Any) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), FONT)


def space(layout: Any, look: dict[str, Any]) -> None:
    layout.alignment = look.get("align", LEFT)
    layout.space_before, layout.space_after = Pt(look.get("before", 0)), Pt(look.get("after", 0))
    layout.line_spacing = look.get("line", 1.0)
    layout.first_line_indent = Cm(1.27) if look.get("indent") else None
    layout.left_indent = layout.right_indent = Mm(look["inset"]) if "inset" in look else None
    layout.keep_with_next = look.get("keep", False)
    layout.widow_control = True


def say(
    cell: Any,
    text: str,
    style: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float | None = None,
    before: float | None = None,
    align: Align | None = None,
    kept: bool = False,
) -> None:
    """A paragraph in a cell; `kept` on the page of what follows."""
    paragraph = cell.add_paragraph()
    paragraph._p.style = style_id(style)
    if text:
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.size = bold or None, italic or None, Pt(size) if size else None
    if before is not None:
        paragraph.paragraph_format.space_before = Pt(before)
    if kept:
        paragraph.paragraph_format.keep_with_next = True
    if align is not None:
        paragraph.alignment = _ALIGN[align]


def empty(cell: Any) -> None:
    for paragraph in list(cell._tc.p_lst):
        cell._tc.remove(paragraph)


def keep_whole(row: Any) -> None:
    """A row does not go over two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def measure(table: Any, widths: list[float]) -> None:
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def pad(table: Any, room: float) -> None:
    """So many millimetres at the left and the right inside its cells."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(Mm(room).twips))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties = table._tbl.tblPr  # whose children have an order that Word insists on
    properties.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def border(paragraph: Any, side: str) -> None:
    borders, edge = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
