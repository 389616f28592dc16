"""The house's Word templates, built from the blocks of a letter as Decree 30/2020/NĐ-CP lays letters out.

A4, margins 20, 15, 20, 30 mm (top, right, bottom, left), Times New Roman, 13 points, tables 12. Fields stay in it as
`{{ … }}`, loops as docxtpl's `{%p … %}` and `{%tr … %}`, so that a clerk sees and moves them in Word.
"""

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from itertools import zip_longest
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from inspect_app.documents.queries.blocks import (
    PORTRAIT,
    Align,
    Annex,
    Block,
    Column,
    Each,
    EachRow,
    Head,
    If,
    Paragraph,
    Recipients,
    Row,
    Run,
    Signatures,
    Signer,
    Style,
    Table,
)
from inspect_app.documents.queries.kinds import Kind
from inspect_app.documents.services.house_look import (
    BODY,
    CENTRE,
    LEFT_HEAD,
    MADE_AT,
    NATION,
    RIGHT_HEAD,
    STYLES,
    border,
    empty,
    keep_whole,
    measure,
    name_the_font,
    pad,
    page,
    say,
    space,
    style_id,
)


@cache
def house_template(kind: Kind) -> bytes:
    """The .docx of this kind of letter with its fields in place; the same bytes whenever it is asked for."""
    house = _House()
    house.write(kind.blocks)
    house.close()
    return house.packed(kind.file_name)


class _House:
    def __init__(self) -> None:
        self.document: Any = Document()
        body = self.document.element.body
        for child in list(body):
            if child.tag != qn("w:sectPr"):
                body.remove(child)
        page(self.document.sections[0], across=False)
        self._styles()
        self._page_number()

    def close(self) -> None:
        """Word wants a paragraph after the last table."""
        self._plain("", "line")

    def packed(self, title: str) -> bytes:
        properties = self.document.core_properties
        properties.title, properties.language, properties.revision = title, "vi-VN", 1
        properties.author = properties.comments = properties.last_modified_by = properties.keywords = ""
        properties.created = properties.modified = MADE_AT.replace(tzinfo=None)
        packed = BytesIO()
        self.document.save(packed)
        return packed.getvalue()

    # Blocks

    def write(self, blocks: Iterable[Block]) -> None:
        several = list(blocks)
        for block, following in zip_longest(several, several[1:]):
            self._block(block, following)

    def _block(self, block: Block, following: Block | None) -> None:
        """`following` is what a signature must not be parted from."""
        match block:
            case Paragraph():
                self._paragraph(block, following)
            case Each():
                self._tagged(f"for {block.name} in {block.of}", "endfor", block.blocks)
            case If():
                self._tagged(f"if {block.condition}", "endif", block.blocks)
            case Head():
                self._head(block)
            case Table():
                self._table(block)
            case Signatures():
                self._signatures(block)
            case Annex():
                self._annex(block)

    def _tagged(self, opening: str, closing: str, blocks: Iterable[Block]) -> None:
        self._plain(f"{{%p {opening} %}}", "cell")
        self.write(blocks)
        self._plain(f"{{%p {closing} %}}", "cell")

    def _paragraph(self, block: Paragraph, following: Block | None) -> None:
        paragraph = self._plain("", block.style)
        self._runs(paragraph, block.runs)
        if isinstance(following, Signatures):
            paragraph.paragraph_format.keep_with_next = True
        if isinstance(following, Table):
            paragraph.paragraph_format.space_after = Pt(6)
        if block.style is Style.SUMMARY:
            self._line(PORTRAIT, 55)

    def _plain(self, text: str, style: str) -> Any:
        paragraph = self.document.add_paragraph(text)
        paragraph._p.style = style_id(style)
        return paragraph

    @staticmethod
    def _runs(paragraph: Any, runs: Iterable[Run]) -> None:
        for run in runs:
            written = paragraph.add_run(run.text)
            written.bold, written.italic = run.bold or None, run.italic or None

    def _line(self, room: float, length: float, at: Any = None) -> None:
        """A line of `length` millimetres in the middle of a column `room` wide."""
        holder = at or self.document
        paragraph = holder.add_paragraph()
        paragraph._p.style = style_id("line")
        border(paragraph, "top")
        indent = Mm((room - length) / 2)
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent

    def _head(self, head: Head) -> None:
        table = self._grid([LEFT_HEAD, RIGHT_HEAD], 2)
        who, nation = table.rows[0].cells
        number, place = table.rows[1].cells
        say(who, "{%p if co_quan_chu_quan %}", "head")
        say(who, "{{ co_quan_chu_quan }}", "head")
        say(who, "{%p endif %}", "head")
        say(who, "{{ co_quan }}", "head", bold=True)
        self._line(LEFT_HEAD, 26, who)
        say(nation, NATION[0], "head", bold=True, size=13)
        say(nation, NATION[1], "head", bold=True, size=14)
        self._line(RIGHT_HEAD, 60, nation)
        say(number, "{{ so_ky_hieu }}", "head", before=4)
        if head.about:
            say(number, head.about, "head", size=12, before=4)
        say(place, "{{ dia_danh_ngay }}" if head.dated else "", "head", italic=True, size=14, before=4)

    def _signatures(self, block: Signatures) -> None:
        parties = block.parties
        width = PORTRAIT / len(parties)
        with_list = isinstance(parties[0], Recipients)
        widths = [80.0, 85.0] if with_list and len(parties) == 2 else [width] * len(parties)
        gap = self._plain("", "cell")
        gap.paragraph_format.keep_with_next = True
        table = self._grid(widths, 1)
        for cell, party in zip(table.rows[0].cells, parties, strict=True):
            if isinstance(party, Recipients):
                say(cell, "Nơi nhận:", "recipients", bold=True, italic=True, size=12)
                say(cell, f"{{%p for noi in {party.of} %}}", "recipients")
                say(cell, "- {{ noi }}", "recipients")
                say(cell, "{%p endfor %}", "recipients")
            else:
                self._signer(cell, party)

    @staticmethod
    def _signer(cell: Any, party: Signer) -> None:
        if party.above:
            say(cell, f"{{%p for dong in {party.above} %}}", "sign")
            say(cell, "{{ dong }}", "sign")
            say(cell, "{%p endfor %}", "sign")
        say(cell, party.post, "sign")
        say(cell, party.name, "sign", before=64)

    def _annex(self, annex: Annex) -> None:
        page(self.document.add_section(WD_SECTION.NEW_PAGE), across=annex.landscape)
        self._plain(annex.heading, "annex")
        self._plain(annex.title, "annex")
        self._plain(annex.below, "below")
        self.write(annex.blocks)

    # Tables

    def _grid(self, widths: list[float], rows: int) -> Any:
        """Without borders and without room inside its cells."""
        table = self.document.add_table(rows=rows, cols=len(widths))
        measure(table, widths)
        pad(table, 0)
        for row in table.rows:
            keep_whole(row)
            for cell in row.cells:
                empty(cell)
        return table

    def _table(self, block: Table) -> None:
        widths = [float(column.width) for column in block.columns]
        table = self.document.add_table(rows=1, cols=len(widths))
        table.style = "Table Grid"
        measure(table, widths)
        pad(table, 1.2)
        heads = table.rows[0]
        keep_whole(heads)
        heads._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, column in zip(heads.cells, block.columns, strict=True):
            empty(cell)
            say(cell, column.head, "cell", bold=True, align=Align.CENTRE)
        self._rows(table, block.rows, block.columns, widths)

    def _rows(
        self, table: Any, rows: Iterable[Row | EachRow], columns: tuple[Column, ...], widths: list[float]
    ) -> None:
        for row in rows:
            if isinstance(row, EachRow):
                self._tag_row(table, f"{{%tr for {row.name} in {row.of} %}}", widths)
                self._rows(table, row.rows, columns, widths)
                self._tag_row(table, "{%tr endfor %}", widths)
                continue
            cells = self._new_row(table, widths)
            if len(row.cells) == 1:
                whole = cells[0].merge(cells[-1])
                empty(whole)
                say(whole, row.cells[0], "cell", bold=True, kept=True)
                continue
            for cell, text, column in zip(cells, row.cells, columns, strict=True):
                empty(cell)
                say(cell, text, "cell", bold=row.bold, align=column.align)

    def _tag_row(self, table: Any, tag: str, widths: list[float]) -> None:
        cells = self._new_row(table, widths)
        for cell in cells:
            empty(cell)
        say(cells[0], tag, "cell")
        for cell in cells[1:]:
            say(cell, "", "cell")

    @staticmethod
    def _new_row(table: Any, widths: list[float]) -> Any:
        row = table.add_row()
        keep_whole(row)
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
        return row.cells

    # The document

    def _styles(self) -> None:
        styles = self.document.styles
        defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        for child in list(defaults):
            defaults.remove(child)
        name_the_font(defaults)
        language = OxmlElement("w:lang")
        for name in ("val", "eastAsia"):
            language.set(qn(f"w:{name}"), "vi-VN")
        defaults.append(language)
        normal = styles["Normal"]
        name_the_font(normal.element.get_or_add_rPr())
        normal.font.size, normal.font.color.rgb = Pt(BODY), RGBColor(0, 0, 0)
        space(normal.paragraph_format, {})
        for key, look in STYLES.items():
            style = styles.add_style(look["name"], WD_STYLE_TYPE.PARAGRAPH)
            style.element.styleId = style_id(key)
            style.base_style, style.quick_style = normal, True
            style.font.size = Pt(look.get("size", BODY))
            style.font.bold, style.font.italic = look.get("bold", False), look.get("italic", False)
            space(style.paragraph_format, look)

    def _page_number(self) -> None:
        """Centred in the top margin, from the second page."""
        section = self.document.sections[0]
        section.different_first_page_header_footer = True
        paragraph = section.header.paragraphs[0]
        paragraph.style, paragraph.alignment = self.document.styles["Normal"], CENTRE
        run = paragraph.add_run()
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            part = OxmlElement("w:instrText" if text else "w:fldChar")
            if text:
                part.text = text
            else:
                part.set(qn("w:fldCharType"), kind)
            run._r.append(part)
