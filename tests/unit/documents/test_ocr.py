"""What was recognised as blocks: paragraphs, tables, stamps, and where everything stands on the page."""

import math
from dataclasses import replace

import pytest

from workbench.inference.api import OcrLine, OcrPage
from workbench.inference.ocr_fake import line_at
from workbench.models.documents import codec
from workbench.models.documents.document import Block, BlockKind, Document, PageLine, PageSize, Run
from workbench.models.documents.ocr import blocks_of_scans, with_recognised
from workbench.models.evidence import PageSpan

A4 = PageSize(595.0, 842.0, "no_text")
SCALE = 2.0
WIDE, HIGH = int(595 * SCALE), int(842 * SCALE)
EM = 24.0


def written(text: str, x: float, y: float) -> OcrLine:
    """A line from ``x, y`` in pixels, as wide as its characters."""
    width = sum(EM if ord(c) > 0x2000 else EM * 0.55 for c in text)
    return line_at(text, (x, y, x + width, y + 1.25 * EM))


def page(*lines: OcrLine, **more) -> OcrPage:
    return OcrPage(WIDE, HIGH, lines, **more)


def table_page(*, rulings: bool = True) -> OcrPage:
    """A caption, its unit, and a table of three rows and three columns."""
    lines = [written("合并资产负债表", 420, 160), written("单位：万元", 850, 210)]
    rows = [("项目", "期末余额", "期初余额"), ("货币资金", "1,234.56", "2,345.67"), ("应收账款", "34.50", "45.60")]
    for k, row in enumerate(rows):
        lines += [written(text, x, 270 + 50 * k) for text, x in zip(row, (110, 500, 850), strict=True)]
    strokes = [(100.0, 260 + 50.0 * k, 1090.0, 260 + 50.0 * k) for k in range(4)]
    strokes += [(x, 260.0, x, 410.0) for x in (100.0, 480.0, 830.0, 1090.0)]
    return page(*lines, strokes=tuple(strokes) if rulings else ())


def turned(seen: OcrPage, degrees: float) -> OcrPage:
    """The page turned clockwise about its middle: by quarters the sides are exchanged, by less it is askew."""
    quarters = round(degrees / 90) % 4
    wide, high = (seen.height, seen.width) if quarters % 2 else (seen.width, seen.height)
    angle = math.radians(degrees)

    def moved(x: float, y: float) -> tuple[float, float]:
        dx, dy = x - seen.width / 2, y - seen.height / 2
        cos, sin = math.cos(angle), math.sin(angle)
        return dx * cos - dy * sin + wide / 2, dx * sin + dy * cos + high / 2

    lines = tuple(replace(line, quad=tuple(moved(*point) for point in line.quad)) for line in seen.lines)
    strokes = tuple((*moved(x0, y0), *moved(x1, y1)) for x0, y0, x1, y1 in seen.strokes)
    return OcrPage(wide, high, lines, 90 * quarters, degrees - 90 * round(degrees / 90), strokes)


def read(seen: OcrPage, size: PageSize = A4) -> list[Block]:
    return blocks_of_scans([size], {1: seen})


def boxes_of(block: Block, words: str) -> list[tuple[float, float, float, float]]:
    start = block.text.index(words)
    anchor = block.anchor(start, start + len(words))
    assert anchor is not None
    return [box for span in anchor.spans if isinstance(span, PageSpan) for box in span.boxes]


def test_lines_of_a_paragraph_become_one_block():
    full = "本公司主要从事食品冷冻设备的研发生产和销售，产品广泛用于农副产品的加工储运，"
    blocks = read(page(written(full, 120, 200), written("报告期内没有发生变化。", 120, 236)))
    assert [(b.kind, b.text) for b in blocks] == [(BlockKind.PARAGRAPH, full + "报告期内没有发生变化。")]
    assert all(block.source == "ocr" for block in blocks)


def test_a_character_stands_where_it_was_seen():
    (block,) = read(page(written("货币资金余额为一百万元。", 200, 400)))
    ((x0, top, x1, bottom),) = boxes_of(block, "余额")
    assert (x0, x1) == pytest.approx(((200 + 4 * EM) / SCALE, (200 + 6 * EM) / SCALE), abs=0.2)
    assert (top, bottom) == pytest.approx((400 / SCALE, (400 + 1.25 * EM) / SCALE), abs=0.5)


@pytest.mark.parametrize("rulings", [True, False])
def test_a_table_is_a_grid_with_its_caption_and_unit(rulings):
    (table,) = [b for b in read(table_page(rulings=rulings)) if b.kind is BlockKind.TABLE]
    grid = [[table.text[c.start : c.end] for c in row] for row in table.rows()]
    assert grid == [
        ["项目", "期末余额", "期初余额"],
        ["货币资金", "1,234.56", "2,345.67"],
        ["应收账款", "34.50", "45.60"],
    ]
    assert table.caption == "合并资产负债表"
    assert table.unit == "单位：万元"


def test_strokes_of_letters_are_no_rulings():
    line = written("其他符合非经常性损益定义的损益项目", 120, 400)
    strokes = ((150.0, 412.0, 330.0, 412.0), (200.0, 402.0, 200.0, 428.0), (260.0, 402.0, 260.0, 428.0))
    (block,) = read(page(line, strokes=strokes))
    assert block.kind is not BlockKind.TABLE
    assert block.text == line.text


def test_strokes_of_letters_from_rule_to_rule_cut_no_cell():
    rows = [("货币资金", "1,234.56"), ("应收账款", "34.50"), ("预付款项", "7,711.11")]
    lines = [
        written(text, x, 262 + 33 * k) for k, row in enumerate(rows) for text, x in zip(row, (110, 500), strict=True)
    ]
    rules = [(100.0, 260 + 33.0 * k, 760.0, 260 + 33.0 * k) for k in range(4)]
    rules += [(x, 260.0, x, 359.0) for x in (100.0, 480.0, 760.0)]
    # Through the last digit of a figure, and through the first letters of two names.
    last = 500 + len("7,711.11") * EM * 0.55 - 4
    strokes = [(last, 326.0, last, 359.0), (113.0, 260.0, 113.0, 326.0)]
    (whole,) = read(page(*lines, strokes=tuple(rules)))
    (spoilt,) = read(page(*lines, strokes=tuple(rules + strokes)))
    assert len(whole.cells) == 6
    assert spoilt.text == whole.text
    assert [(c.row, c.column) for c in spoilt.cells] == [(c.row, c.column) for c in whole.cells]


def test_a_line_over_two_cells_is_cut_at_the_ruling():
    seen = table_page()
    merged = line_at("货币资金1,234.56", (110, 320, 640, 350))
    edges = tuple([110 + EM * k for k in range(4)] + [500 + EM * k * 0.55 for k in range(9)])
    merged = replace(merged, edges=tuple((x - 110) / 530 for x in edges))
    kept = [line for line in seen.lines if line.text not in ("货币资金", "1,234.56")]
    (table,) = [b for b in read(replace(seen, lines=(*kept, merged))) if b.kind is BlockKind.TABLE]
    assert table.text.split("\n")[1] == "货币资金\t1,234.56\t2,345.67"


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_reads_the_same_and_is_anchored_as_shown(degrees):
    straight = [b for b in read(table_page()) if b.kind is BlockKind.TABLE]
    size = PageSize(842.0, 595.0, "no_text") if degrees % 180 else A4
    (table,) = [b for b in read(turned(table_page(), degrees), size) if b.kind is BlockKind.TABLE]
    assert table.text == straight[0].text
    x, y = 110 + 2 * EM, 320 + 0.6 * EM
    expected = {90: (HIGH - y, x), 180: (WIDE - x, HIGH - y), 270: (y, WIDE - x)}[degrees]
    boxes = boxes_of(table, "货币资金")
    assert len(boxes) == 4
    middle = [sum((b[k] + b[k + 2]) / 2 for b in boxes) / 4 for k in (0, 1)]
    assert middle == pytest.approx([v / SCALE for v in expected], abs=2.0)
    assert all(b[0] < b[2] and b[1] < b[3] for b in boxes)


def test_a_page_askew_keeps_its_table_and_its_places():
    (table,) = [b for b in read(turned(table_page(), 1.5)) if b.kind is BlockKind.TABLE]
    assert table.text.split("\n")[2] == "应收账款\t34.50\t45.60"
    angle = math.radians(1.5)
    x, y = 850 + 2 * EM * 0.55 - WIDE / 2, 370 + 0.6 * EM - HIGH / 2
    across, down = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
    boxes = boxes_of(table, "45.60")
    assert (boxes[0][1] + boxes[0][3]) / 2 == pytest.approx((down + HIGH / 2) / SCALE, abs=1.5)
    assert boxes[0][0] < (across + WIDE / 2) / SCALE < boxes[-1][2]


def test_a_long_line_askew_is_anchored_in_level_parts():
    text = "本公司主要从事食品冷冻设备的研发生产和销售，产品广泛用于农副产品的加工储运。"
    (block,) = read(turned(page(written(text, 120, 300)), 2.0))
    boxes = boxes_of(block, text)
    assert len(boxes) > 3
    assert all(box[3] - box[1] < EM for box in boxes)
    assert boxes[-1][1] > boxes[0][1] + 10


def test_a_stamp_is_a_figure_and_doubtful_words_in_it_are_left_out():
    inside = line_at("杭四方利技", (520, 720, 640, 750), score=0.6)
    over = line_at("2019年4月", (540, 760, 660, 790), score=0.97)
    blocks = read(page(inside, over, seals=((500.0, 700.0, 700.0, 900.0),)))
    assert [(b.kind, b.text) for b in blocks] == [
        (BlockKind.PARAGRAPH, "2019年4月"),
        (BlockKind.FIGURE, "〔印章〕"),
    ]
    (box,) = boxes_of(blocks[1], "〔印章〕")
    assert box == pytest.approx((250, 350, 350, 450), abs=0.1)


def own_block(text: str, page_number: int, top: float = 200.0) -> Block:
    edges = [50.0 + 12 * k for k in range(len(text) + 1)]
    line = PageLine(page_number, top, top + 14, codec.quantised(edges))
    return Block(BlockKind.PARAGRAPH, text, (Run(0, len(text), line),))


def document(*needs: str, blocks: tuple[Block, ...] = (), notes: tuple[str, ...] = ()) -> Document:
    pages = tuple(PageSize(595.0, 842.0, need) for need in needs)
    return Document("报告", "pdf", blocks, pages, partial=bool(notes), notes=notes)


def test_both_sources_of_a_mixed_page_stay_apart():
    before = document("mixed", blocks=(own_block("第一页自己的文字", 1),))
    overlaid = line_at("第一页自己的文字", (100, 400, 292, 428))
    after = with_recognised(before, {1: page(overlaid, written("图片里的文字。", 120, 900))})
    assert [(b.text, b.source) for b in after.blocks] == [("第一页自己的文字", ""), ("图片里的文字。", "ocr")]


def test_garbled_words_give_way_to_what_was_recognised():
    before = document("", "garbage", blocks=(own_block("第一页", 1), own_block("僟儱厵嘦", 2)))
    after = with_recognised(before, {2: page(written("货币资金。", 120, 400))})
    assert [b.text for b in after.blocks] == ["第一页", "货币资金。"]
    assert [p.needs_ocr for p in after.pages] == ["", ""]


def test_pages_recognised_stand_in_the_order_of_pages():
    before = document("", "no_text", "", blocks=(own_block("第一页", 1), own_block("第三页", 3)))
    after = with_recognised(before, {2: page(written("第二页的文字。", 120, 400))})
    assert [b.text for b in after.blocks] == ["第一页", "第二页的文字。", "第三页"]


def test_recognising_again_replaces_what_was_recognised_before():
    once = with_recognised(document("no_text"), {1: page(written("先认出的。", 120, 400))})
    again = with_recognised(once, {1: page(written("后认出的。", 120, 400))})
    assert [b.text for b in again.blocks] == ["后认出的。"]


def test_a_page_that_failed_is_noted_and_asks_no_more():
    before = document("no_text", "no_text", notes=("没有可读文字的页：1–2。",))
    after = with_recognised(before, {1: page(written("认出的文字。", 120, 400))}, {2: "内存不足"})
    assert after.partial
    assert after.notes == ("第 2 页未能识别：内存不足",)
    assert not any(p.needs_ocr for p in after.pages)


def test_a_document_recognised_in_part_still_names_the_pages_that_wait():
    before = document("no_text", "no_text", notes=("没有可读文字的页：1–2。",))
    after = with_recognised(before, {1: page(written("认出的文字。", 120, 400))})
    assert after.partial
    assert len(after.notes) == 1
    assert "2" in after.notes[0]
    assert "1" not in after.notes[0]
    done = with_recognised(after, {2: page(written("第二页。", 120, 400))})
    assert not done.partial
    assert done.notes == ()


def test_the_source_of_words_is_kept_with_the_document():
    after = with_recognised(document("no_text"), {1: table_page()})
    assert codec.decode(codec.encode(after)) == after


def test_a_page_without_writing_gives_no_blocks():
    assert read(page()) == []
