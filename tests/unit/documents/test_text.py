"""Plain text, Markdown, CSV and JSONL."""

import json

import pytest

from workbench.errors import UnsupportedDocument
from workbench.models.documents.document import BlockKind, Document
from workbench.models.documents.reading import read_file


def read(path) -> Document:
    document = read_file(path)
    assert isinstance(document, Document)
    return document


def spans(block, words):
    start = block.text.index(words)
    return [s.to_json() for s in block.anchor(start, start + len(words)).spans]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_chinese_text_is_read_in_every_usual_encoding(write, encoding):
    text = "一、公司概况\r\n公司注册资本为5,000万元。\r\n"
    document = read(write("说明.txt", text.encode(encoding)))
    assert [(b.kind, b.text) for b in document.blocks] == [
        (BlockKind.HEADING, "一、公司概况"),
        (BlockKind.PARAGRAPH, "公司注册资本为5,000万元。"),
    ]
    assert spans(document.blocks[1], "5,000万元") == [{"line": 2, "start": 7, "end": 14}]


def test_lines_wrapped_in_the_middle_of_a_sentence_are_one_paragraph(write):
    first = "公司主要通过参与国家电网、南方电网、五大发电集团、地方政府或下属机构等客户"
    document = read(write("a.txt", f"{first}\n招标的方式进行销售。\n另起一段。"))
    assert [b.text for b in document.blocks] == [f"{first}招标的方式进行销售。", "另起一段。"]
    assert spans(document.blocks[0], "客户招标") == [
        {"line": 1, "start": len(first) - 2, "end": len(first)},
        {"line": 2, "start": 0, "end": 2},
    ]


def test_a_title_without_number_heads_what_follows(write):
    document = read(write("a.txt", "公司治理报告\n公司在报告期内完善了治理结构。\n"))
    assert [b.kind for b in document.blocks] == [BlockKind.HEADING, BlockKind.PARAGRAPH]


def test_tab_separated_lines_are_a_table_with_the_unit_above(write):
    document = read(write("a.txt", "单位：万元\n项目\t本期\n收入\t100.5\n"))
    table = document.blocks[1]
    assert (table.kind, table.text, table.unit) == (BlockKind.TABLE, "项目\t本期\n收入\t100.5", "单位：万元")
    assert spans(table, "100.5") == [{"line": 3, "start": 3, "end": 8}]


def test_markdown_headings_and_tables_are_read(write):
    text = "# 授信申请\n\n## 一、基本情况\n\n| 项目 | 金额 |\n|---|---:|\n| 贷款 | 300 |\n"
    document = read(write("a.md", text))
    assert document.title == "授信申请"
    assert [(b.text, b.level) for b in document.blocks[:2]] == [("授信申请", 1), ("一、基本情况", 2)]
    table = document.blocks[2]
    assert table.text == "项目\t金额\n贷款\t300"
    assert spans(table, "300") == [{"line": 7, "start": 7, "end": 10}]


def test_csv_becomes_a_table_with_quoted_fields_whole(write):
    document = read(write("流水.csv", '日期,摘要,金额\n2024-01-02,"货款,尾款","1,200.00"\n'.encode("gb18030")))
    table = document.blocks[0]
    assert table.text == "日期\t摘要\t金额\n2024-01-02\t货款,尾款\t1,200.00"
    assert spans(table, "1,200.00") == [{"line": 2, "start": 20, "end": 28}]


def test_jsonl_gives_a_document_a_line_with_its_properties(write):
    lines = [
        {"id": "民法典||第一条", "law": "民法典", "article": "第一条", "text": "为了保护民事主体。", "n": 3},
        {"title": "附注", "text": "第一行\n第二行"},
    ]
    documents = read_file(write("a.jsonl", "\n".join(json.dumps(x, ensure_ascii=False) for x in lines)))
    assert isinstance(documents, list)
    assert [d.title for d in documents] == ["民法典第一条", "附注"]
    assert documents[0].properties == {"id": "民法典||第一条", "law": "民法典", "article": "第一条"}
    assert documents[1].properties == {"id": "1"}
    assert spans(documents[1].blocks[1], "第二") == [{"line": 2, "start": 0, "end": 2}]


def test_jsonl_lines_that_are_no_records_are_told_not_dropped_in_silence(write):
    documents = read_file(write("a.jsonl", '{"id": "a", "text": "内容"}\nnot json\n{"id": "b"}\n'))
    assert isinstance(documents, list)
    assert [d.properties["id"] for d in documents] == ["a"]
    assert "2, 3" in documents[0].notes[0]


def test_jsonl_without_any_record_is_refused(write):
    with pytest.raises(UnsupportedDocument):
        read_file(write("a.jsonl", '{"question": "?"}\n'))
