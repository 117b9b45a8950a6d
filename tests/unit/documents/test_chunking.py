"""Chunks: whole sentences, along the structure, nothing lost."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.models.documents.chunking import ChunkLimits, chunk
from workbench.models.documents.codec import quantised
from workbench.models.documents.company import company_of
from workbench.models.documents.composing import TableCell, table_block
from workbench.models.documents.document import Block, BlockKind, Document, PageLine, Run, TextPlace
from workbench.models.documents.sentences import sentences
from workbench.models.evidence import PageSpan

_SMALL = ChunkLimits(sentences=40, clause=80, record=80, rows=60, lead=20)


def paragraph(text: str, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> Block:
    return Block(kind, text, (Run(0, len(text), TextPlace(1, 0)),), level)


def heading(text: str, level: int) -> Block:
    return paragraph(text, BlockKind.HEADING, level)


def table(*rows: list[str], caption: str = "") -> Block:
    cells = [TableCell(r, c, [(w, TextPlace(r + 1, 0))]) for r, row in enumerate(rows) for c, w in enumerate(row)]
    return table_block(cells, caption)


_alphabet = st.sampled_from(list("的公司贷款年月第条一二三，。；！？、 ()（）万元%.,0123456789ab\n"))
_texts = st.text(_alphabet, max_size=160)
_block = st.one_of(
    _texts.map(paragraph),
    _texts.map(lambda t: paragraph(t, BlockKind.LIST)),
    st.tuples(_texts, st.integers(1, 4)).map(lambda v: heading(v[0][:30], v[1])),
    st.lists(st.lists(_texts.map(lambda t: t.replace("\n", " ")), min_size=1, max_size=3), min_size=1, max_size=4).map(
        lambda rows: table(*rows)
    ),
    _texts.map(lambda t: paragraph(t, BlockKind.HEADER)),
)
_documents = st.builds(
    Document, st.just("报告"), st.sampled_from(["pdf", "jsonl"]), st.lists(_block, max_size=8).map(tuple)
)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(_documents)
@settings(max_examples=200)
def test_nothing_is_lost_doubled_or_moved(document: Document) -> None:
    body = [b for b in document.blocks if b.kind is not BlockKind.HEADER]
    chunks = chunk(document, _SMALL)
    assert bare("".join(c.text for c in chunks)) == bare("".join(b.text for b in body))
    places = [(p.block, p.start, p.end) for c in chunks for p in c.pieces]
    assert places == sorted(places)
    assert all(a[0] < b[0] or a[2] <= b[1] for a, b in pairwise(places))


@given(_documents)
@settings(max_examples=200)
def test_pieces_say_where_each_character_of_a_chunk_comes_from(document: Document) -> None:
    for part in chunk(document, _SMALL):
        assert part.text.strip()
        for piece in part.pieces:
            size = piece.end - piece.start
            words = document.blocks[piece.block].text[piece.start : piece.end]
            assert part.text[piece.chunk_start : piece.chunk_start + size] == words


@given(_documents)
@settings(max_examples=100)
def test_a_chunk_never_reaches_over_a_heading(document: Document) -> None:
    if document.format == "jsonl":
        return
    for part in chunk(document, _SMALL):
        kinds = [document.blocks[p.block].kind is BlockKind.HEADING for p in part.pieces]
        assert kinds == sorted(kinds, reverse=True)


def test_the_rest_of_a_cut_paragraph_is_not_joined_with_the_next_heading() -> None:
    document = Document(
        "报告", "pdf", (paragraph("贷款用途明确。" * 8), heading("二、还款来源", 1), paragraph("销售收入。"))
    )
    parts = chunk(document, _SMALL)
    assert parts[-1].text == "二、还款来源\n销售收入。"


@given(_texts, st.integers(10, 60))
def test_sentences_cover_the_text_without_a_gap(text: str, longest: int) -> None:
    spans = sentences(text, longest)
    assert "".join(text[a:b] for a, b in spans) == text
    assert all(a[1] == b[0] for a, b in pairwise(spans))


@given(st.integers(0, 40), st.sampled_from(["1,175,301,034.32元", "31.59%", "1.5亿元", "3,000万元", "12个百分点"]))
def test_a_number_is_never_cut_from_its_unit(before: int, figure: str) -> None:
    text = "贷" * before + figure + "款" * 30
    cuts = {end for _, end in sentences(text, 30)}
    assert not any(before < cut < before + len(figure) for cut in cuts)


def test_sentences_are_whole_up_to_the_length() -> None:
    text = "".join(f"这是第{n}句话，说的是经营情况。" for n in range(40))
    parts = chunk(Document("报告", "text", (paragraph(text),)))
    assert all(len(p.text) <= 300 and p.text.endswith("。") for p in parts)


def test_the_context_names_company_and_headings_but_not_those_in_the_text() -> None:
    document = Document(
        "年报",
        "pdf",
        (
            paragraph("四方科技集团股份有限公司2019年年度报告"),
            heading("第三节 业务概要", 1),
            heading("一、主要业务", 2),
            paragraph("公司生产冷冻设备。" * 40),
        ),
    )
    parts = chunk(document)
    assert parts[1].text.startswith("第三节 业务概要\n一、主要业务\n公司生产")
    assert parts[1].context == "四方科技集团股份有限公司"
    assert parts[2].context == "四方科技集团股份有限公司 › 第三节 业务概要 › 一、主要业务"


def test_rows_of_a_table_stay_whole_and_later_chunks_name_the_columns() -> None:
    rows = [["项目", "期末余额"], *([f"科目{n}", f"{n},000.00"] for n in range(60))]
    parts = chunk(Document("年报", "pdf", (table(*rows, caption="资产负债表"),)))
    assert len(parts) > 1
    lines = "\n".join(p.text for p in parts).split("\n")
    assert lines == ["\t".join(row) for row in rows]
    assert all("项目 期末余额" in p.context for p in parts[1:])
    assert all("资产负债表" in p.context for p in parts)


def test_a_clause_is_kept_whole_and_begins_its_own_chunk() -> None:
    first = "第一条　" + "借款人应当按期还款，并接受贷款人的检查。" * 20
    second = "第二条　保证人承担连带责任。"
    parts = chunk(Document("合同", "text", (paragraph(first), paragraph(second))))
    assert [p.text for p in parts] == [first, second]


def test_a_short_record_is_one_chunk_with_its_title_as_context() -> None:
    blocks = (paragraph("为了保护消费者。"), paragraph("（一）价款；"), paragraph("（二）赔偿。"))
    document = Document("消费者权益保护法第一条", "jsonl", blocks, properties={"law": "消费者权益保护法"})
    parts = chunk(document)
    assert [p.context for p in parts] == ["消费者权益保护法第一条"]
    assert parts[0].text == "为了保护消费者。\n（一）价款；\n（二）赔偿。"


def test_the_company_is_the_name_met_most_often_without_the_words_before_it() -> None:
    text = (
        "我们审计了江苏安靠科技股份有限公司的报表。江苏安靠科技股份有限公司（以下简称公司）。其客户为国家电网有限公司。"
    )
    assert company_of(Document("报告", "pdf", (paragraph(text),))) == "江苏安靠科技股份有限公司"
    assert company_of(Document("报告", "pdf", (), properties={"company": "甲公司"})) == "甲公司"
    assert company_of(Document("公司法", "jsonl", (paragraph(text),), properties={"law": "公司法"})) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("华为技术有限公司（以下简称公司）主营通信设备。", "华为技术有限公司"),
        ("本合同由中国对外贸易有限公司签订。经中国对外贸易有限公司确认。", "中国对外贸易有限公司"),
        ("明达（上海）置业有限公司的股东。", "明达（上海）置业有限公司"),
        ("没有公司名称的一段文字。", ""),
        ("该资产收购涉及对华东百货股份有限公司的股权。", "华东百货股份有限公司"),
    ],
)
def test_a_company_name_is_kept_whole(text: str, name: str) -> None:
    assert company_of(Document("报告", "text", (paragraph(text),))) == name


@given(st.lists(st.tuples(_texts, st.booleans()), max_size=8), st.integers(1, 4))
@settings(max_examples=100)
def test_anchors_of_chunks_follow_one_another_down_the_pages(parts: list[tuple[str, bool]], per_page: int) -> None:
    blocks = []
    for number, (text, is_heading) in enumerate(parts):
        top = 40.0 + 20 * (number % per_page)
        place = PageLine(1 + number // per_page, top, top + 10, quantised([10.0 * k for k in range(len(text) + 1)]))
        kind, level = (BlockKind.HEADING, 1) if is_heading else (BlockKind.PARAGRAPH, 0)
        blocks.append(Block(kind, text, (Run(0, len(text), place),), level))
    seen = []
    for part in chunk(Document("报告", "pdf", tuple(blocks)), _SMALL):
        for piece in part.pieces:
            anchor = blocks[piece.block].anchor(piece.start, piece.end)
            assert anchor is not None
            span = anchor.spans[0]
            assert isinstance(span, PageSpan)
            seen.append((span.page, span.boxes[0][1], span.boxes[0][0]))
    assert seen == sorted(set(seen))


@given(
    st.lists(
        st.sampled_from(["借款人", "，", "余额", "1,175,301,034.32元", "3,000万元", "31.59%", "5个百分点"]), max_size=60
    )
)
@settings(max_examples=200)
def test_no_chunk_ends_inside_a_figure_or_before_its_unit(words: list[str]) -> None:
    text = "".join(words)
    chunks = chunk(Document("报告", "pdf", (paragraph(text),)), _SMALL)
    cuts = {piece.end for part in chunks for piece in part.pieces}
    position = 0
    for word in words:
        if word[0].isdigit() and (position == 0 or not text[position - 1].isdigit()):
            assert not any(position < cut < position + len(word) for cut in cuts)
        position += len(word)
