"""Word papers in the look of Chinese reports, written so that the same input gives the same bytes."""

import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

MADE = datetime(2025, 3, 20, 9, 0, 0)  # noqa: DTZ001
SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"


def money(value: Decimal) -> str:
    return f"{value:,.2f}"


def set_font(run: Any, name: str, size: float, bold: bool = False) -> None:
    run.font.name, run.font.size, run.font.bold = name, Pt(size), bold
    run.font.color.rgb = RGBColor(0, 0, 0)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def shade(cell: Any, colour: str) -> None:
    mark = OxmlElement("w:shd")
    mark.set(qn("w:val"), "clear")
    mark.set(qn("w:fill"), colour)
    cell._element.get_or_add_tcPr().append(mark)


def add_field(paragraph: Any, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("end", None)):
        run = paragraph.add_run()
        set_font(run, SERIF, 9)
        part = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), str(kind))
        run._element.append(part)


class Paper:
    """A Word document in the look of a Chinese report."""

    def __init__(self, header: str = "") -> None:
        self.document = Document()
        self._breaks = False
        page = self.document.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2.6)
        page.top_margin, page.bottom_margin = Cm(2.5), Cm(2.2)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = SERIF, Pt(10.5)
        normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SERIF)
        for level, size in ((1, 15), (2, 12)):
            style = self.document.styles[f"Heading {level}"]
            style.font.name, style.font.size, style.font.color.rgb = SANS, Pt(size), RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for key in list(fonts.attrib):
                del fonts.attrib[key]
            for key in ("ascii", "hAnsi", "eastAsia"):
                fonts.set(qn(f"w:{key}"), SANS)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(14), Pt(8)
        if header:
            page.different_first_page_header_footer = True
            self._header(page, header)

    def _header(self, page: Any, text: str) -> None:
        top, bottom = page.header.paragraphs[0], page.footer.paragraphs[0]
        top.alignment = bottom.alignment = WD_ALIGN_PARAGRAPH.CENTER
        set_font(top.add_run(text), SERIF, 9)
        add_field(bottom, "PAGE")
        set_font(bottom.add_run(" / "), SERIF, 9)
        add_field(bottom, "NUMPAGES")

    def heading(self, text: str, level: int = 1) -> None:
        self._begin(self.document.add_heading(text, level))

    def line(
        self,
        text: str,
        size: float = 10.5,
        *,
        bold: bool = False,
        align: str = "left",
        font: str = SERIF,
        indent: bool = False,
        after: float = 5,
        keep: bool = False,
    ) -> None:
        paragraph = self.document.add_paragraph()
        self._begin(paragraph)
        paragraph.paragraph_format.keep_with_next = keep
        paragraph.alignment = {
            "left": WD_ALIGN_PARAGRAPH.LEFT,
            "center": WD_ALIGN_PARAGRAPH.CENTER,
            "right": WD_ALIGN_PARAGRAPH.RIGHT,
            "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
        }[align]
        paragraph.paragraph_format.space_after = Pt(after)
        paragraph.paragraph_format.line_spacing = Pt(18) if indent else 1.15
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(size * 2)
        set_font(paragraph.add_run(text), font, size, bold)

    def text(self, paragraphs: Sequence[str]) -> None:
        for paragraph in paragraphs:
            head = re.fullmatch(r"[一二三四五六七八九]、.{2,14}", paragraph)
            self.line(paragraph, bold=bool(head), align="left" if head else "both", indent=True)

    def gap(self, lines: int) -> None:
        for _ in range(lines):
            self.line("", 14)

    def new_page(self) -> None:
        """The next paragraph begins a page."""
        self._breaks = True

    def _begin(self, paragraph: Any) -> None:
        paragraph.paragraph_format.page_break_before = self._breaks
        self._breaks = False

    def table(
        self,
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        *,
        size: float = 9,
        numbers_from: int = 1,
        bold: Callable[[Sequence[str]], bool] | None = None,
    ) -> None:
        table = self.document.add_table(len(rows), len(widths))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for y, row in enumerate(rows):
            for x, text in enumerate(row):
                cell = table.cell(y, x)
                cell.width = Cm(widths[x])
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.2)
                if y == 0:
                    shade(cell, "E8ECF0")
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                elif x >= numbers_from:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                set_font(paragraph.add_run(text), SERIF, size, y == 0 or (bold is not None and bold(row)))
        repeat = OxmlElement("w:tblHeader")
        repeat.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(repeat)
        self.line("", 4, after=0)

    def save(self, path: Path) -> None:
        core = self.document.core_properties
        core.author, core.title, core.created, core.modified = "", path.stem, MADE, MADE
        self.document.save(str(path))
        settle(path)


def settle(path: Path) -> None:
    """Write a zip again with one fixed time, so that the same input gives the same bytes."""
    with zipfile.ZipFile(path) as packed:
        parts = [(name, packed.read(name)) for name in packed.namelist()]
    stamp = MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in parts:
            same = (
                re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, content) if name == "docProps/core.xml" else content
            )
            packed.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), same, zipfile.ZIP_DEFLATED)
