"""PDF: what lies over the page, what is turned on it, what is inside the file."""

import io
from pathlib import Path

import numpy as np
import pypdf
import pytest
from pypdf.annotations import FreeText, Text
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from workbench.errors import EncryptedDocument
from workbench.jobs import JobContext
from workbench.models.documents.anchored import words_of
from workbench.models.documents.document import BlockKind, Document
from workbench.models.documents.pdf import attachments_of, read_pdf
from workbench.models.documents.pdf_garbage import is_garbage
from workbench.models.documents.pdf_page import Glyphs
from workbench.models.evidence import PageSpan


def read(path: Path) -> Document:
    return read_pdf(path, "报告", password=None, job=JobContext())


def rewritten(path: Path, change) -> Path:
    writer = pypdf.PdfWriter(clone_from=path)
    change(writer)
    target = path.with_name("changed.pdf")
    writer.write(target)
    writer.close()
    return target


def with_field(writer: pypdf.PdfWriter) -> None:
    """A text field with a value and no drawn form, as many programs leave it."""
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    field = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/FT"): NameObject("/Tx"),
                NameObject("/T"): TextStringObject("amount"),
                NameObject("/V"): TextStringObject("1,234,567.89"),
                NameObject("/DA"): TextStringObject("/Helv 10 Tf 0 g"),
                NameObject("/F"): NumberObject(4),
                NameObject("/Rect"): ArrayObject([FloatObject(v) for v in (200, 720, 400, 740)]),
            }
        )
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([field])
    fonts = DictionaryObject({NameObject("/Helv"): writer._add_object(font)})
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject(
        {
            NameObject("/Fields"): ArrayObject([field]),
            NameObject("/NeedAppearances"): BooleanObject(True),
            NameObject("/DR"): DictionaryObject({NameObject("/Font"): fonts}),
        }
    )


def test_the_value_of_a_field_stands_on_the_line_of_its_label(make_pdf, page):
    path = rewritten(make_pdf(page().text(80, 104, "贷款金额：")), with_field)
    document = read(path)
    text = "".join(b.text for b in document.blocks)
    assert text.startswith("贷款金额：")
    assert "1,234,567.89" in text
    block = next(b for b in document.blocks if "1,234" in b.text)
    anchor = block.anchor(block.text.index("1,234"))
    assert anchor is not None
    span = anchor.spans[0]
    assert isinstance(span, PageSpan)
    assert 195 <= span.boxes[0][0] <= 230
    assert 95 <= span.boxes[0][1] <= 125


def test_the_words_of_a_note_are_kept_where_its_sign_is_and_said_once(make_pdf, page):
    def noted(writer: pypdf.PdfWriter) -> None:
        writer.add_annotation(0, Text(text="核对原件\n2019", rect=(300, 600, 320, 620)))
        writer.add_annotation(0, FreeText(text="approved", rect=(100, 400, 300, 440), font_size="12pt"))

    document = read(rewritten(make_pdf(page().text(80, 100, "正文在此。")), noted))
    texts = [b.text for b in document.blocks]
    assert "核对原件\n2019" in texts
    assert "".join(texts).count("approved") == 1
    block = document.blocks[texts.index("核对原件\n2019")]
    anchor = block.anchor()
    assert anchor is not None
    span = anchor.spans[0]
    assert isinstance(span, PageSpan)
    x0, top, x1, bottom = span.boxes[0]
    assert (x0, x1) == (pytest.approx(300, abs=1), pytest.approx(320, abs=1))
    assert (top, bottom) == (pytest.approx(222, abs=1), pytest.approx(242, abs=1))


@pytest.mark.parametrize("turn", ["0 1 -1 0", "0 -1 1 0", "-1 0 0 -1"])
def test_turned_writing_is_read_in_its_own_direction_and_anchored_where_it_is_shown(make_pdf, page, turn):
    p = page()
    for k, words in enumerate(("横排的表格写在竖放的纸上，", "第二行接着第一行往下写。")):
        along = 20 * k
        x, y = {"0 1 -1 0": (200 + along, 300), "0 -1 1 0": (400 - along, 700), "-1 0 0 -1": (500, 400 + along)}[turn]
        p.content.append(f"BT /F1 10 Tf {turn} {x} {y} Tm <{words.encode('utf-16-be').hex()}> Tj ET")
    document = read(make_pdf(p))
    assert "".join(b.text for b in document.blocks) == "横排的表格写在竖放的纸上，第二行接着第一行往下写。"
    block = document.blocks[0]
    anchor = block.anchor(0, 5)
    assert anchor is not None
    assert words_of(document, anchor) == "横排的表格"
    boxes = [b for span in anchor.spans if isinstance(span, PageSpan) for b in span.boxes]
    wide, high = (
        max(b[2] for b in boxes) - min(b[0] for b in boxes),
        max(b[3] for b in boxes) - min(b[1] for b in boxes),
    )
    assert (max(wide, high), min(wide, high)) == (pytest.approx(50, abs=2), pytest.approx(10, abs=3))
    assert (high > wide) is (turn != "-1 0 0 -1")


def test_a_note_along_the_margin_does_not_disturb_the_text(make_pdf, page):
    p = page().text(80, 100, "正文第一行写到这里还没有结束所以接着写下去直到这一行的末尾为止，")
    p.text(80, 116, "第二行。")
    words = "档案编号".encode("utf-16-be").hex()
    p.content.append(f"BT /F1 10 Tf 0 1 -1 0 40 650 Tm <{words}> Tj ET")
    texts = [b.text for b in read(make_pdf(p)).blocks]
    assert texts == ["档案编号", "正文第一行写到这里还没有结束所以接着写下去直到这一行的末尾为止，第二行。"]


def test_files_inside_a_pdf_are_handed_out_with_their_names(make_pdf, page):
    def attached(writer: pypdf.PdfWriter) -> None:
        writer.add_attachment("发票.xml", b"<invoice/>")
        writer.add_attachment("../../etc/passwd", b"x")

    path = rewritten(make_pdf(page().text(80, 100, "附件见内。")), attached)
    found = {a.name: a.content for a in attachments_of(path)}
    assert found == {"发票.xml": b"<invoice/>", "passwd": b"x"}
    assert {a.name: a.content for a in attachments_of(path.read_bytes())} == found
    locked = io.BytesIO()
    writer = pypdf.PdfWriter(clone_from=path)
    writer.encrypt("a", algorithm="AES-256")
    writer.write(locked)
    with pytest.raises(EncryptedDocument):
        attachments_of(locked.getvalue())


def test_a_caption_below_a_picture_is_a_figure(make_pdf, page):
    p = page().picture().text(200, 745, "图 3-1 产能利用率").text(80, 60, "图 3-1所示的产能，较上年有所提高。")
    blocks = read(make_pdf(p)).blocks
    assert [(b.kind, b.caption) for b in blocks if "产能利用率" in b.text] == [(BlockKind.FIGURE, "图 3-1 产能利用率")]
    assert next(b for b in blocks if "所示" in b.text).kind is BlockKind.PARAGRAPH


def test_titles_of_the_outline_are_headings_with_its_levels(make_pdf, page):
    def outlined(writer: pypdf.PdfWriter) -> None:
        parent = writer.add_outline_item(title="Overview", page_number=0)
        writer.add_outline_item(title="Key risks", page_number=0, parent=parent)

    p = page().text(80, 100, "Overview").text(80, 140, "Key risks").text(80, 180, "The borrower sells machines.")
    document = read(rewritten(make_pdf(p), outlined))
    assert [(o.title, o.level, o.page) for o in document.outline] == [("Overview", 1, 1), ("Key risks", 2, 1)]
    assert [(b.text, b.level) for b in document.blocks if b.kind is BlockKind.HEADING] == [
        ("Overview", 1),
        ("Key risks", 2),
    ]


def test_a_head_printed_again_on_the_next_page_is_no_row(make_pdf, page):
    pages = []
    for number in range(3):
        p = page()
        p.text(220, 60, "应收账款明细表" if not number else "应收账款明细表（续）").text(400, 80, "单位：万元")
        p.grid([80, 240, 420], [100, 116, 132, 148])
        p.text(82, 103, "客户").text(242, 103, "余额")
        p.text(82, 119, f"客户甲{number}").text(242, 119, "1.00").text(82, 135, "客户乙").text(242, 135, "2.00")
        pages.append(p)
    document = read(make_pdf(*pages))
    tables = [b for b in document.blocks if b.kind is BlockKind.TABLE]
    assert [(t.caption, t.unit) for t in tables] == [("应收账款明细表", "单位：万元")]
    assert tables[0].text.split("\n") == [
        "客户\t余额",
        "客户甲0\t1.00",
        "客户乙\t2.00",
        "客户甲1\t1.00",
        "客户乙\t2.00",
        "客户甲2\t1.00",
        "客户乙\t2.00",
    ]
    again = [b.text for b in document.blocks if b.kind is BlockKind.HEADER]
    assert again.count("客户\t余额") == 2
    for cell in tables[0].cells:
        anchor = tables[0].anchor(cell.start, cell.end)
        assert anchor is not None
        assert words_of(document, anchor) == tables[0].text[cell.start : cell.end]


def test_another_table_of_the_same_columns_with_its_own_title_stays_apart(make_pdf, page):
    pages = []
    for title in ("应收账款明细表", "应付账款明细表"):
        p = page().text(220, 60, title).grid([80, 240, 420], [100, 116, 132])
        p.text(82, 103, "客户").text(242, 103, "余额").text(82, 119, "甲").text(242, 119, "1.00")
        pages.append(p)
    tables = [b for b in read(make_pdf(*pages)).blocks if b.kind is BlockKind.TABLE]
    assert [t.caption for t in tables] == ["应收账款明细表", "应付账款明细表"]


def test_a_sentence_goes_on_in_the_next_column(make_pdf, page):
    p = page()
    for k in range(12):
        p.text(60, 90 + 16 * k, "左栏的文字一行接着一行写满了这一栏的宽")
        p.text(320, 90 + 16 * k, "右栏的文字一行接着一行写满了这一栏的" + ("。" if k == 11 else "宽"))
    blocks = read(make_pdf(p)).blocks
    assert len(blocks) == 1
    assert blocks[0].text.index("右") == 12 * 19


def test_signs_outside_the_basic_plane_are_one_character(make_pdf, page):
    document = read(make_pdf(page().text(80, 100, "变量").text(120, 100, "𠮷野家")))
    assert "".join(b.text for b in document.blocks).replace(" ", "") == "变量𠮷野家"


@pytest.mark.parametrize(
    ("text", "unmapped", "lost", "garbage"),
    [
        ("公司本年度实现营业收入，较上年增长。", 0.0, 0.0, False),
        ("公司本年度实现营业收入，较上年增长。", 1.0, 0.0, False),
        ("The borrower is a manufacturer of machines.", 1.0, 0.0, False),
        ("6R SLMHWHN F]DUWHN SRQLHG]LDHN ZWRUHN", 1.0, 0.0, True),
        ("公司" * 3, 0.0, 0.6, True),
        ("\ue000\ue001\ue002 ab", 0.0, 0.0, True),
        ("һԱռڸӮᠠᠡᠢꀀꀁꀂกขฃאבגابتहिन्दीⰀⰁⰂ", 0.0, 0.0, True),
        ("Русский текст и English text side by side", 0.0, 0.0, False),
        ("龘靐齉齾爩鱻麤龗灪吁龖厵滟爨癵籱饢驫鲡鹂鸾" * 4, 0.0, 0.0, True),
    ],
)
def test_nonsense_is_told_from_text(text, unmapped, lost, garbage):
    count = len(text)
    glyphs = Glyphs(
        np.array([ord(c) for c in text], dtype=np.uint32),
        np.zeros((count, 4)),
        np.zeros(count, dtype=np.bool_),
        np.arange(count),
        unmapped,
        lost,
    )
    assert is_garbage(glyphs) is garbage
