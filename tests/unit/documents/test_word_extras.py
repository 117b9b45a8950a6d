"""DOCX beyond plain paragraphs: notes, comments, boxes, tracked changes, numbers, files inside."""

import io
import zipfile

import pytest

from workbench.errors import DamagedDocument
from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.documents.reading import read_bytes
from workbench.models.documents.word_numbering import chinese, counted

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def docx(body: str, **parts: str | bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {_W} {_MC}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            path = name.replace("__", "/")
            archive.writestr(path if "." in path else f"word/{path}.xml", content)
    return buffer.getvalue()


def p(words: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


def read(body: str, **parts: str | bytes) -> Document:
    document = read_bytes("合同.docx", docx(body, **parts))
    assert isinstance(document, Document)
    return document


def quoted(block: Block) -> dict[str, int | None]:
    anchor = block.anchor()
    assert anchor is not None
    return anchor.to_json()["spans"][0]


def test_tracked_changes_are_read_as_the_final_text_and_kept():
    body = (
        '<w:p><w:r><w:t>利率为</w:t></w:r><w:del w:author="张三" w:date="2024-01-02T00:00:00Z"><w:r>'
        '<w:delText>5%</w:delText></w:r></w:del><w:ins w:author="李四"><w:r><w:t>4.2%</w:t></w:r></w:ins></w:p>'
    )
    document = read(body)
    assert document.blocks[0].text == "利率为4.2%"
    kept = [(r.kind, r.text, r.author) for r in document.remarks]
    assert kept == [("deleted", "5%", "张三"), ("inserted", "4.2%", "李四")]
    assert [(r.place.paragraph, r.place.offset) for r in document.remarks] == [(0, 3), (0, 3)]


def test_notes_and_comments_follow_the_body_with_anchors_of_their_own():
    note = f'<w:footnotes {_W}><w:footnote w:id="-1" w:type="separator"><w:p/></w:footnote>'
    note += f'<w:footnote w:id="2">{p("含税。")}</w:footnote></w:footnotes>'
    comment = f'<w:comments {_W}><w:comment w:id="0" w:author="王五">{p("请核对。")}</w:comment></w:comments>'
    body = p("第一段。") + '<w:p><w:r><w:t>金额</w:t><w:footnoteReference w:id="2"/></w:r>'
    body += '<w:r><w:commentReference w:id="0"/><w:t>一百万元。</w:t></w:r></w:p>'
    document = read(body, footnotes=note, comments=comment)
    assert [b.text.split("：")[-1].split(": ")[-1] for b in document.blocks] == [
        "第一段。",
        "金额一百万元。",
        "含税。",
        "请核对。",
    ]
    assert [quoted(b)["paragraph"] for b in document.blocks] == [0, 1, 2, 3]
    assert quoted(document.blocks[2]) == {"paragraph": 2, "start": 0, "end": 3}
    [remark] = document.remarks
    assert (remark.kind, remark.text, remark.author, remark.place.offset) == ("comment", "请核对。", "王五", 2)


def test_a_text_box_stands_once_after_its_paragraph():
    box = f"<w:txbxContent>{p('框内文字。')}</w:txbxContent>"
    body = "<w:p><w:r><w:t>正文</w:t><mc:AlternateContent><mc:Choice Requires='wps'>" + box
    body += f"</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>" + p("下一段。")
    document = read(body)
    assert [b.text for b in document.blocks] == ["正文", "框内文字。", "下一段。"]
    assert [quoted(b)["paragraph"] for b in document.blocks] == [0, 2, 1]


def test_numbers_word_gives_by_itself_stand_before_the_text_and_in_no_anchor():
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl>'
    )
    levels += '<w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="（%2）"/></w:lvl>'
    numbering = f'<w:numbering {_W}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
    numbering += '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'

    def item(level: int, words: str) -> str:
        return p(words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>')

    body = item(0, "借款用途") + item(1, "流动资金") + item(1, "不得挪用") + item(0, "还款") + item(1, "按月")
    document = read(body, numbering=numbering)
    assert [b.text for b in document.blocks] == [
        "第一条借款用途",
        "（1）流动资金",
        "（2）不得挪用",
        "第二条还款",
        "（1）按月",
    ]
    assert quoted(document.blocks[0]) == {"paragraph": 0, "start": 0, "end": 4}


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        (12, "chineseCounting", "十二"),
        (103, "chineseCountingThousand", "一百零三"),
        (28, "lowerLetter", "bb"),
        (1994, "upperRoman", "MCMXCIV"),
        (3, "decimalEnclosedCircle", "③"),
        (2, "ideographTraditional", "乙"),
        (5, "somethingNew", "5"),
        (0, "chineseCounting", "0"),
    ],
)
def test_numbers_are_written_as_the_format_says(value, kind, written):
    assert counted(value, kind) == written


def test_chinese_numbers_have_one_zero_for_a_gap():
    assert [chinese(n) for n in (10, 20, 110, 1001, 1010, 9999)] == [
        "十",
        "二十",
        "一百一十",
        "一千零一",
        "一千零一十",
        "九千九百九十九",
    ]


def test_a_table_in_a_cell_is_text_of_the_cell_and_merged_cells_say_what_they_cover():
    inner = f"<w:tbl><w:tr><w:tc>{p('内')}</w:tc></w:tr></w:tbl>"
    rows = f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{p("项目")}{inner}<w:p/></w:tc></w:tr>'
    rows += f'<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{p("甲")}</w:tc><w:tc>{p("1")}</w:tc></w:tr>'
    rows += f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc>{p('2')}</w:tc></w:tr>"
    [table] = read(f"<w:tbl>{rows}</w:tbl>").blocks
    spans = {(c.row, c.column): (c.row_span, c.column_span, table.text[c.start : c.end]) for c in table.cells}
    assert spans == {(0, 0): (1, 2, "项目 内"), (1, 0): (2, 1, "甲"), (1, 1): (1, 1, "1"), (2, 1): (1, 1, "2")}


def test_a_broken_part_gives_what_can_be_read_and_says_so():
    document = read(p("正文。"), footnotes=f'<w:footnotes {_W}><w:footnote w:id="1">{p("注。")}</w:footnote><w:broken')
    assert document.partial
    assert "footnotes" in document.notes[0]
    assert document.blocks[0].text == "正文。"


def test_files_put_into_the_document_are_its_attachments():
    document = read(p("见附表。"), word__embeddings__a_xlsx="")
    assert document.attachments == ()
    buffer = io.BytesIO(docx(p("见附表。")))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/embeddings/表.xlsx", b"inner")
        archive.writestr("word/embeddings/oleObject1.bin", b"other")
    attached = read_bytes("a.docx", buffer.getvalue()).attachments
    assert [(a.name, a.content) for a in attached] == [("表.xlsx", b"inner")]


@pytest.mark.parametrize("entity", ['<!ENTITY a "x">', '<!ENTITY a SYSTEM "file:///etc/passwd">'])
def test_a_document_type_is_refused_before_any_entity(entity):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        text = f"<!DOCTYPE w [{entity}]><w:document {_W}><w:body>{p('&a;')}</w:body></w:document>"
        archive.writestr("word/document.xml", text)
    with pytest.raises(DamagedDocument):
        read_bytes("a.docx", buffer.getvalue())


def test_headings_come_by_style_and_by_their_styles_parents():
    styles = f'<w:styles {_W}><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    styles += '<w:style w:styleId="x"><w:name w:val="own"/><w:basedOn w:val="1"/></w:style></w:styles>'
    document = read(p("概况", '<w:pStyle w:val="x"/>') + p("正文。"), styles=styles)
    assert [(b.kind, b.level) for b in document.blocks] == [(BlockKind.HEADING, 1), (BlockKind.PARAGRAPH, 0)]
