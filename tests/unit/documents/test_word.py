"""DOCX: order, levels, merged cells, final text."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from workbench.errors import DamagedDocument, DocumentTooLarge, DocumentWithoutText
from workbench.models.documents.document import BlockKind, Document
from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.reading import read_file


def saved(document, write):
    buffer = io.BytesIO()
    document.save(buffer)
    return write("申请书.docx", buffer.getvalue())


def read(path) -> Document:
    document = read_file(path)
    assert isinstance(document, Document)
    return document


def rewritten(path, part, change):
    """The file with one part changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    path.write_bytes(buffer.getvalue())
    return path


def test_paragraphs_headings_and_tables_keep_their_order_and_numbers(write):
    word = docx.Document()
    word.add_heading("授信申请", 1)
    word.add_paragraph("")
    word.add_paragraph("申请金额为3,000万元。")
    table = word.add_table(2, 2)
    for cell, text in zip(table._cells, ("项目", "金额", "贷款", "3,000"), strict=True):
        cell.text = text
    word.add_paragraph("（一）用途")
    blocks = read(saved(word, write)).blocks
    assert [(b.kind, b.level) for b in blocks] == [
        (BlockKind.HEADING, 1),
        (BlockKind.PARAGRAPH, 0),
        (BlockKind.TABLE, 0),
        (BlockKind.HEADING, 1),
    ]
    assert blocks[1].anchor(5, 12).to_json() == {"kind": "word", "spans": [{"paragraph": 2, "start": 5, "end": 12}]}
    start = blocks[2].text.index("3,000")
    assert blocks[2].anchor(start, start + 5).spans[0].to_json() == {
        "table": 0,
        "row": 1,
        "column": 1,
        "start": 0,
        "end": 5,
    }


def test_numbers_of_paragraphs_and_tables_are_those_of_the_body(write):
    word = docx.Document()
    for k in range(3):
        word.add_paragraph(f"第{k}段的文字。")
        word.add_table(1, 1)._cells[0].text = f"表{k}"
    path = saved(word, write)
    again = docx.Document(path)
    for block in read(path).blocks:
        span = block.anchor().spans[0].to_json()
        if "paragraph" in span:
            assert again.paragraphs[span["paragraph"]].text[span["start"] : span["end"]] == block.text
        else:
            assert again.tables[span["table"]].cell(span["row"], span["column"]).text == block.text


def test_headings_are_known_by_chinese_style_names_and_outline_levels(write):
    word = docx.Document()
    style = word.styles.add_style("标题 2", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    word.add_paragraph("财务情况", style=style)
    outlined = word.add_paragraph("担保情况")
    outlined._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="2"/>'))
    blocks = read(saved(word, write)).blocks
    assert [(b.text, b.kind, b.level) for b in blocks] == [
        ("财务情况", BlockKind.HEADING, 2),
        ("担保情况", BlockKind.HEADING, 3),
    ]


@pytest.mark.parametrize("above", ["2、母公司资产负债表", "会计机构负责人：王春梅2、母公司资产负债表"])
def test_a_table_gets_the_caption_and_unit_above_it(write, above):
    word = docx.Document()
    for text in (above, "编制单位：某公司", "2019年12月31日", "单位：元"):
        word.add_paragraph(text)
    word.add_table(1, 1)._cells[0].text = "货币资金"
    table = read(saved(word, write)).blocks[-1]
    assert table.caption.endswith("母公司资产负债表")
    assert "王春梅" not in table.caption
    assert table.unit == "单位：元"


def test_merged_cells_stand_once_with_their_spans(write):
    word = docx.Document()
    table = word.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "资产"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "备注"
    table.cell(1, 0).text = "货币资金"
    block = read(saved(word, write)).blocks[0]
    spans = {
        block.text[c.start : c.end]: (c.row, c.column, c.row_span, c.column_span)
        for c in block.cells
        if c.end > c.start
    }
    assert spans == {"资产": (0, 0, 1, 2), "货币资金": (1, 0, 1, 1), "备注": (1, 2, 2, 1)}


def test_insertions_are_kept_and_deletions_dropped(write):
    word = docx.Document()
    paragraph = word.add_paragraph("金额为")
    paragraph._p.append(
        parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="a"><w:r><w:delText>100</w:delText></w:r></w:del>')
    )
    paragraph._p.append(parse_xml(f'<w:ins {nsdecls("w")} w:id="2" w:author="a"><w:r><w:t>200</w:t></w:r></w:ins>'))
    paragraph.add_run("万元。")
    assert read(saved(word, write)).blocks[0].text == "金额为200万元。"


def test_headers_and_footers_are_set_apart(write):
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "内部资料"
    word.sections[0].footer.paragraphs[0].text = "第1页"
    word.add_paragraph("正文。")
    blocks = read(saved(word, write)).blocks
    assert [(b.kind, b.text) for b in blocks] == [
        (BlockKind.HEADER, "内部资料"),
        (BlockKind.PARAGRAPH, "正文。"),
        (BlockKind.FOOTER, "第1页"),
    ]


def test_entities_are_never_resolved(write, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    word = docx.Document()
    word.add_paragraph("正文MARK。")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><w:document'.encode()
    path = rewritten(
        saved(word, write),
        "word/document.xml",
        lambda c: c.replace(b"<w:document", doctype, 1).replace(b"MARK", b"&e;"),
    )
    with pytest.raises(DamagedDocument):
        read(path)


def test_a_file_that_unpacks_beyond_the_limit_is_refused(write):
    word = docx.Document()
    word.add_paragraph("内容" * 5000)
    with pytest.raises(DocumentTooLarge):
        read_file(saved(word, write), limits=ReadLimits(unpacked_size=10_000))


def test_a_document_without_words_is_refused(write):
    with pytest.raises(DocumentWithoutText):
        read(saved(docx.Document(), write))


def test_a_broken_part_is_damaged(write):
    word = docx.Document()
    word.add_paragraph("正文。")
    with pytest.raises(DamagedDocument):
        read(rewritten(saved(word, write), "word/document.xml", lambda c: c[: len(c) // 2]))
