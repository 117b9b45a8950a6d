"""Makes ``credit_report.docx``: run it after changing the look of the report.

A bank's own template needs no more than the placeholders below, each alone in its paragraph, and
styles of these names: ``{{title}}``, ``{{case}}``, ``{{facts}}``, ``{{contents}}``, ``{{body}}``.
"""

from datetime import datetime
from pathlib import Path

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

INK = RGBColor(0x1F, 0x4E, 0x79)
GREY = RGBColor(0x66, 0x6B, 0x73)
SONG, HEI, LATIN = "宋体", "黑体", "Times New Roman"


def font(style, size, *, east=SONG, latin=LATIN, bold=False, colour=None):
    style.font.name = latin
    style.font.size = Pt(size)
    style.font.bold = bold
    style.font.italic = False
    if colour is not None:
        style.font.color.rgb = colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script, name in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", east)):
        fonts.set(qn(f"w:{script}"), name)


def spacing(style, before, after, line=1.0):
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing_rule = WD_LINE_SPACING.MULTIPLE
    form.line_spacing = line


def made(document, name, base="Normal", kind=WD_STYLE_TYPE.PARAGRAPH):
    names = [s.name for s in document.styles]
    style = document.styles[name] if name in names else document.styles.add_style(name, kind)
    if base and kind == WD_STYLE_TYPE.PARAGRAPH:
        style.base_style = document.styles[base]
    style.hidden, style.quick_style = False, True
    return style


def headings(document):
    for level, size, before, after in ((1, 15, 20, 8), (2, 13, 12, 6), (3, 12, 8, 4)):
        style = document.styles[f"Heading {level}"]
        font(
            style,
            size,
            east=HEI,
            latin="Arial",
            bold=level == 1,
            colour=INK if level == 1 else RGBColor(0x22, 0x26, 0x2B),
        )
        spacing(style, before, after, 1.2)
        style.paragraph_format.keep_with_next = True


def texts(document):
    font(document.styles["Normal"], 11)
    body = made(document, "Ink Body")
    font(body, 11.5)
    spacing(body, 0, 5, 1.45)
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    indent = body.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), "460")
    title = document.styles["Title"]
    font(title, 24, east=HEI, latin="Arial", bold=True, colour=INK)
    spacing(title, 150, 14, 1.2)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    borders = title.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        borders.getparent().remove(borders)
    case = document.styles["Subtitle"]
    font(case, 15, east=SONG, colour=RGBColor(0x33, 0x38, 0x3E))
    spacing(case, 0, 90, 1.2)
    case.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    contents = made(document, "Ink Contents Title")
    font(contents, 15, east=HEI, latin="Arial", bold=True, colour=INK)
    spacing(contents, 0, 12)
    contents.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def notes(document):
    caption = document.styles["Caption"]
    font(caption, 10.5, east=HEI, latin="Arial", colour=RGBColor(0x22, 0x26, 0x2B))
    spacing(caption, 10, 4)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    cell = made(document, "Ink Cell")
    font(cell, 9.5)
    spacing(cell, 2, 2)
    source = made(document, "Ink Source")
    font(source, 8.5, colour=GREY)
    spacing(source, 3, 10)
    note = made(document, "Ink Note")
    font(note, 9.5, colour=GREY)
    spacing(note, 2, 6, 1.2)
    warning = made(document, "Ink Warning")
    font(warning, 10)
    spacing(warning, 4, 6, 1.25)
    warning.element.get_or_add_pPr().append(
        parse_xml(f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="24" w:space="8" w:color="C8553D"/></w:pBdr>')
    )
    warning.element.get_or_add_pPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="FDF3F0"/>')
    )
    warning.paragraph_format.left_indent = Cm(0.3)
    footnote = made(document, "footnote text")
    footnote.element.set(qn("w:styleId"), "FootnoteText")
    font(footnote, 8.5, colour=RGBColor(0x44, 0x49, 0x50))
    spacing(footnote, 0, 1)
    mark = made(document, "footnote reference", kind=WD_STYLE_TYPE.CHARACTER)
    mark.element.set(qn("w:styleId"), "FootnoteReference")
    mark.font.superscript = True
    mark.font.color.rgb = INK


def contents_styles(document):
    for level, indent in ((1, 0), (2, 0.8)):
        style = made(document, f"toc {level}")
        style.element.set(qn("w:styleId"), f"TOC{level}")
        font(style, 11.5 if level == 1 else 10.5)
        spacing(style, 3, 3, 1.2)
        style.paragraph_format.left_indent = Cm(indent)
        style.paragraph_format.tab_stops.add_tab_stop(Cm(15.9), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def chinese(document):
    """East Asian text is simplified Chinese: it decides which shapes of signs and punctuation are drawn."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def table_style(document):
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
        for side, size, colour in (("top", 10, "1F4E79"), ("bottom", 10, "1F4E79"), ("insideH", 4, "D9DDE2"))
    )
    document.styles.element.append(
        parse_xml(
            f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="InkTable">'
            '<w:name w:val="Ink Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>'
            f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders>"
            '<w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
            '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:color w:val="1F4E79"/></w:rPr>'
            '<w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="6" w:space="0" w:color="1F4E79"/></w:tcBorders>'
            '<w:shd w:val="clear" w:color="auto" w:fill="EEF3F8"/></w:tcPr></w:tblStylePr></w:style>'
        )
    )


def page(document):
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.3)
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.text = "{{title}}\t\t{{case}}"
    header.paragraph_format.tab_stops.add_tab_stop(Cm(16), WD_TAB_ALIGNMENT.RIGHT)
    header.style.font.size = Pt(9)
    font(header.style, 9, colour=GREY)
    header._p.get_or_add_pPr().append(
        parse_xml(f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="4" w:space="3" w:color="C9CED4"/></w:pBdr>')
    )
    footer = section.footer.paragraphs[0]
    font(footer.style, 9, colour=GREY)
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for piece in ("第 ", "PAGE", " 页　共 ", "NUMPAGES", " 页"):
        if not piece.isascii():
            footer.add_run(piece)
            continue
        simple = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" {piece} "><w:r><w:t>1</w:t></w:r></w:fldSimple>')
        footer._p.append(simple)


def main():
    document = Document()
    texts(document)
    headings(document)
    notes(document)
    contents_styles(document)
    table_style(document)
    chinese(document)
    page(document)
    document.add_paragraph("{{title}}", style="Title")
    document.add_paragraph("{{case}}", style="Subtitle")
    document.add_paragraph("{{facts}}")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("{{contents}}", style="Ink Contents Title")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("{{body}}", style="Ink Body")
    properties = document.core_properties
    properties.author = properties.last_modified_by = "Inkstone"
    properties.title = properties.comments = ""
    properties.created = properties.modified = datetime(2026, 1, 1)  # noqa: DTZ001
    document.save(str(Path(__file__).with_name("credit_report.docx")))


if __name__ == "__main__":
    main()
