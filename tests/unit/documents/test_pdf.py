"""PDF with text: order, paragraphs, tables, margins, places."""

import io
from pathlib import Path

import pypdf
import pytest

from workbench.errors import DamagedDocument, DocumentWithoutText, EncryptedDocument
from workbench.jobs import JobContext
from workbench.models.documents.chunking import chunk
from workbench.models.documents.codec import decode, encode
from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.documents.pdf import read_pdf
from workbench.models.documents.reading import read_file
from workbench.models.evidence import PageSpan


def read(path: Path, **options: object) -> Document:
    document = read_file(path, **options)
    assert isinstance(document, Document)
    return document


def box_of(block: Block, words: str) -> tuple[float, float, float, float]:
    start = block.text.index(words)
    anchor = block.anchor(start, start + len(words))
    assert anchor is not None
    span = anchor.spans[0]
    assert isinstance(span, PageSpan)
    return span.boxes[0]


def table_of(document: Document) -> Block:
    return next(b for b in document.blocks if b.kind is BlockKind.TABLE)


def test_lines_of_a_paragraph_are_joined_without_a_break_and_a_new_one_begins_with_its_indent(make_pdf, page):
    p = page().text(90, 100, "借款人主营食品冷冻设备的研发、生产和销售，产品出口多个国家和地区，")
    p.text(70, 116, "报告期内公司主营业务范围没有发生重大变化，营业收入较上年下降百分之四点")
    p.text(70, 132, "四九。").text(90, 148, "第二段从这里开始。")
    blocks = read(make_pdf(p)).blocks
    assert [b.text for b in blocks] == [
        "借款人主营食品冷冻设备的研发、生产和销售，产品出口多个国家和地区，"
        "报告期内公司主营业务范围没有发生重大变化，营业收入较上年下降百分之四点四九。",
        "第二段从这里开始。",
    ]


def test_a_quote_over_two_lines_has_a_box_on_each(make_pdf, page):
    p = page().text(90, 100, "借款人主营食品冷冻设备的研发、生产和销售，产品出口多个国家和地区，")
    p.text(70, 116, "报告期内没有变化。")
    block = read(make_pdf(p)).blocks[0]
    start = block.text.index("多个国家")
    anchor = block.anchor(start, start + len("多个国家和地区，报告期内"))
    assert anchor is not None
    assert [len(span.boxes) for span in anchor.spans if isinstance(span, PageSpan)] == [2]
    assert anchor.page == 1


def test_a_box_stands_where_the_words_were_written(make_pdf, page):
    block = read(make_pdf(page().text(100, 200, "注册资本五千万元整", size=12))).blocks[0]
    x0, top, x1, bottom = box_of(block, "五千万元")
    assert x0 == pytest.approx(148, abs=0.5)
    assert x1 == pytest.approx(196, abs=0.5)
    assert top == pytest.approx(200, abs=3)
    assert bottom == pytest.approx(212, abs=3)


@pytest.mark.parametrize(
    ("turn", "size", "corner"),
    [
        (90, (842, 595), (842 - 212, 100)),
        (180, (595, 842), (595 - 220, 842 - 212)),
        (270, (842, 595), (200, 595 - 220)),
    ],
)
def test_boxes_follow_the_page_as_shown_when_it_is_turned(make_pdf, page, turn, size, corner):
    document = read(make_pdf(page(rotate=turn).text(100, 200, "注册资本五千万元整。", size=12)))
    shown = document.pages[0]
    assert (shown.width, shown.height) == size
    boxes = [
        box for b in document.blocks for span in b.anchor().spans if isinstance(span, PageSpan) for box in span.boxes
    ]
    assert min(b[0] for b in boxes) == pytest.approx(corner[0], abs=3)
    assert min(b[1] for b in boxes) == pytest.approx(corner[1], abs=3)
    assert "".join(sorted("".join(b.text for b in document.blocks).replace(" ", ""))) == "".join(
        sorted("注册资本五千万元整。")
    )


def test_a_drawn_table_keeps_rows_columns_and_empty_cells(make_pdf, page):
    p = page().text(220, 60, "合并资产负债表").text(400, 80, "单位：元")
    p.grid([80, 240, 300, 420, 540], [100, 116, 144, 160])
    for x, words in ((82, "项目"), (242, "附注"), (302, "期末余额"), (422, "期初余额")):
        p.text(x, 103, words)
    p.text(82, 118, "以公允价值计量且其变动").text(82, 130, "计入当期损益的金融资产").text(422, 124, "4,668,878.50")
    p.text(82, 147, "货币资金").text(242, 147, "七、1").text(330, 147, "905,402,299.44").text(
        440, 147, "627,041,535.44"
    )
    table = table_of(read(make_pdf(p)))
    assert table.text.split("\n") == [
        "项目\t附注\t期末余额\t期初余额",
        "以公允价值计量且其变动计入当期损益的金融资产\t\t\t4,668,878.50",
        "货币资金\t七、1\t905,402,299.44\t627,041,535.44",
    ]
    assert (table.caption, table.unit) == ("合并资产负债表", "单位：元")
    assert [table.text[c.start : c.end] for c in table.rows()[2]] == [
        "货币资金",
        "七、1",
        "905,402,299.44",
        "627,041,535.44",
    ]
    x0, top, *_ = box_of(table, "905,402,299.44")
    assert (x0, top) == (pytest.approx(330, abs=1), pytest.approx(147, abs=3))


def test_cells_over_several_columns_and_rows_say_so(make_pdf, page):
    p = page().line(80, 100, 400, 100).line(80, 140, 400, 140).line(80, 160, 400, 160).line(200, 120, 400, 120)
    p.line(80, 100, 80, 160).line(200, 100, 200, 160).line(300, 120, 300, 160).line(400, 100, 400, 160)
    p.text(90, 115, "项目").text(270, 103, "本期").text(210, 123, "金额").text(310, 123, "占比")
    p.text(90, 143, "收入").text(210, 143, "100.00").text(310, 143, "12.5%")
    table = table_of(read(make_pdf(p)))
    spans = {table.text[c.start : c.end]: (c.row, c.column, c.row_span, c.column_span) for c in table.cells}
    assert spans["项目"] == (0, 0, 2, 1)
    assert spans["本期"] == (0, 1, 1, 2)
    assert spans["占比"] == (1, 2, 1, 1)
    assert spans["12.5%"] == (2, 2, 1, 1)


def test_a_table_without_lines_is_found_by_its_columns(make_pdf, page):
    p = page().text(80, 80, "主要财务数据如下。")
    for k, (name, now, before) in enumerate(
        [
            ("项目", "2019年", "2018年"),
            ("营业收入", "1,175.30", "1,230.54"),
            ("营业成本", "903.24", "901.49"),
            ("净利润", "129.47", "182.22"),
        ]
    ):
        p.text(80, 110 + 18 * k, name).text(260, 110 + 18 * k, now).text(400, 110 + 18 * k, before)
    p.text(80, 200, "以上数据经审计。")
    document = read(make_pdf(p))
    assert (
        table_of(document).text
        == "项目\t2019年\t2018年\n营业收入\t1,175.30\t1,230.54\n营业成本\t903.24\t901.49\n净利润\t129.47\t182.22"
    )
    assert [b.kind for b in document.blocks] == [BlockKind.PARAGRAPH, BlockKind.TABLE, BlockKind.PARAGRAPH]


def test_a_table_that_goes_on_over_the_page_keeps_its_caption_and_unit(make_pdf, page):
    pages = []
    for number in range(2):
        p = page()
        if not number:
            p.text(220, 60, "合并利润表").text(400, 80, "单位：万元")
        p.grid([80, 240, 420], [100, 116, 132])
        p.text(82, 103, f"项目{number}").text(242, 103, "1.00").text(82, 119, "成本").text(242, 119, "2.00")
        pages.append(p)
    tables = [b for b in read(make_pdf(*pages)).blocks if b.kind is BlockKind.TABLE]
    assert [(t.caption, t.unit, t.page) for t in tables] == [("合并利润表", "单位：万元", 1)]
    assert tables[0].text == "项目0\t1.00\n成本\t2.00\n项目1\t1.00\n成本\t2.00"
    assert [c.row for c in tables[0].cells] == [0, 0, 1, 1, 2, 2, 3, 3]
    anchor = tables[0].anchor(tables[0].text.index("项目1"))
    assert anchor is not None
    assert anchor.page == 2


def test_headings_have_levels_by_their_numbering(make_pdf, page):
    p = page().text(220, 60, "第三节 经营情况", size=14).text(80, 100, "一、主营业务").text(80, 130, "（一）收入")
    p.text(80, 160, "1、分产品").text(80, 190, "公司收入主要来自设备销售。").text(80, 220, "二、资产情况")
    blocks = read(make_pdf(p)).blocks
    assert [(b.text, b.level) for b in blocks if b.kind is BlockKind.HEADING] == [
        ("第三节 经营情况", 1),
        ("一、主营业务", 2),
        ("（一）收入", 3),
        ("1、分产品", 4),
        ("二、资产情况", 2),
    ]


def test_running_headers_and_page_numbers_are_set_apart(make_pdf, page):
    pages = [
        page()
        .text(260, 40, "2019年年度报告", size=9)
        .text(80, 200, f"这是第{n}部分的正文内容。")
        .text(290, 800, f"{n} / 4", size=9)
        for n in range(1, 5)
    ]
    blocks = read(make_pdf(*pages)).blocks
    assert [b.kind for b in blocks[:3]] == [BlockKind.HEADER, BlockKind.PARAGRAPH, BlockKind.FOOTER]
    assert sum(b.kind is BlockKind.HEADER for b in blocks) == sum(b.kind is BlockKind.FOOTER for b in blocks) == 4


def test_a_paragraph_that_goes_on_over_the_page_is_one_block_with_places_on_both(make_pdf, page):
    first = page().text(70, 700, "借款人主营食品冷冻设备的研发、生产和销售，产品出口多个国家和地区，报告")
    second = page().text(70, 100, "期内没有变化。")
    blocks = read(make_pdf(first, second)).blocks
    assert len(blocks) == 1
    anchor = blocks[0].anchor()
    assert anchor is not None
    assert [span.page for span in anchor.spans if isinstance(span, PageSpan)] == [1, 2]


def test_a_scan_is_refused_with_a_hint(make_pdf, page):
    path = make_pdf(page().picture(), page().picture())
    with pytest.raises(DocumentWithoutText) as caught:
        read_pdf(path, "扫描", password=None, job=JobContext())
    assert caught.value.hint


def test_a_scan_to_be_read_from_its_pictures_says_which_pages(make_pdf, page):
    path = make_pdf(page().picture(), page().picture())
    document = read_pdf(path, "扫描", password=None, job=JobContext(), scans=True)
    assert [p.needs_ocr for p in document.pages] == ["no_text", "no_text"]
    assert document.partial
    assert decode(encode(document)).pages == document.pages


def test_a_large_picture_beside_a_few_words_is_to_be_read_too(make_pdf, page):
    document = read(make_pdf(page().text(80, 60, "附件：营业执照复印件").picture(), page().text(80, 60, "只有文字。")))
    assert [p.needs_ocr for p in document.pages] == ["mixed", ""]
    assert not document.partial


def test_pages_without_text_are_named_and_the_rest_is_read(make_pdf, page):
    document = read(make_pdf(page().text(80, 100, "有文字的一页。"), page().picture(), page().picture()))
    assert document.partial
    assert "2–3" in document.notes[0]
    assert document.blocks[0].text == "有文字的一页。"


def test_text_of_a_font_that_does_not_say_what_its_signs_mean_is_kept_but_not_searched(make_pdf, page):
    odd = page(font="F2").text(80, 100, "".join(chr(c) for c in range(300, 360)))
    path = make_pdf(odd, page().text(80, 100, "第二页有文字。"))
    document = read_pdf(path, "报告", password=None, job=JobContext())
    assert [p.needs_ocr for p in document.pages] == ["garbage", ""]
    assert document.blocks[0].page == 1
    assert [c.text for c in chunk(document)] == ["第二页有文字。"]
    with pytest.raises(DocumentWithoutText):
        read_pdf(make_pdf(odd, name="odd.pdf"), "报告", password=None, job=JobContext())


def locked(path: Path, password: str) -> Path:
    writer = pypdf.PdfWriter(clone_from=path)
    writer.encrypt(password, algorithm="AES-256")
    target = path.with_name("locked.pdf")
    writer.write(target)
    writer.close()
    return target


def test_a_password_opens_and_a_missing_or_wrong_one_is_told(make_pdf, page):
    path = locked(make_pdf(page().text(80, 100, "机密内容在此。")), "secret")
    assert read(path, password="secret").blocks[0].text == "机密内容在此。"
    with pytest.raises(EncryptedDocument) as missing:
        read(path)
    with pytest.raises(EncryptedDocument) as wrong:
        read(path, password="other")
    assert missing.value.message != wrong.value.message


def test_a_file_without_pages_is_damaged_whatever_was_read_before_it(make_pdf, page):
    empty = make_pdf(name="空.pdf")
    sealed = locked(make_pdf(page().text(80, 100, "机密内容在此。"), name="密.pdf"), "secret")
    for before in (None, sealed):
        if before is not None:
            with pytest.raises(EncryptedDocument):
                read(before)
        with pytest.raises(DamagedDocument):
            read(empty)


def test_outline_facts_and_attachments_are_kept(make_pdf, page):
    path = make_pdf(page().text(80, 100, "第一页。"), page().text(80, 100, "第二页。"))
    writer = pypdf.PdfWriter(clone_from=path)
    writer.add_outline_item(title="第二章", page_number=1)
    writer.add_attachment(filename="附件.txt", data=b"inside")
    writer.add_metadata({"/Title": "授信调查报告", "/Author": "王经理"})
    buffer = io.BytesIO()
    writer.write(buffer)
    writer.close()
    path.write_bytes(buffer.getvalue())
    document = read(path)
    assert document.title == "授信调查报告"
    assert document.properties["author"] == "王经理"
    assert [(o.title, o.page) for o in document.outline] == [("第二章", 2)]
    assert [(a.name, a.content) for a in document.attachments] == [("附件.txt", b"inside")]


def test_a_truncated_file_is_damaged(make_pdf, page):
    path = make_pdf(page().text(80, 100, "内容。"))
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(DamagedDocument):
        read(path)


def test_progress_is_told_page_by_page(make_pdf, page):
    told = []
    read(
        make_pdf(*[page().text(80, 100, "内容。")] * 3),
        job=JobContext(lambda done, total, _: told.append((done, total))),
    )
    assert told[-1] == (3, 3)


def test_two_columns_of_running_text_are_read_one_after_the_other(make_pdf, page):
    p = page().text(60, 60, "行业研究报告的标题横跨整个页面的宽度，" * 2)
    for k in range(12):
        end = "。" if k == 11 else "宽"
        p.text(60, 90 + 16 * k, "左栏的文字一行接着一行写满了这一栏的" + end)
        p.text(320, 90 + 16 * k, "右栏的文字一行接着一行写满了这一栏的" + end)
    blocks = read(make_pdf(p)).blocks
    assert [b.text[:2] for b in blocks] == ["行业", "左栏", "右栏"]
    assert "右" not in blocks[1].text
