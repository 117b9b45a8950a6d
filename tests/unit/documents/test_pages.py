"""Slides, OFD and ODT: small files made here, read as they are shown."""

import io
import zipfile

import pytest

from workbench.errors import DamagedDocument, DocumentWithoutText
from workbench.models.documents.document import BlockKind, Document
from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.reading import read_bytes

_P = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_MM = 72 / 25.4


def zipped(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(name: str, parts: dict[str, str | bytes], **options) -> Document:
    document = read_bytes(name, zipped(parts), **options)
    assert isinstance(document, Document)
    return document


def shape(words: str, x: int, y: int, cx: int, cy: int, mark: str = "") -> str:
    lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in words.split("\n"))
    place = f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>' if cx else ""
    return (
        f"<p:sp><p:nvSpPr><p:nvPr>{mark}</p:nvPr></p:nvSpPr><p:spPr>{place}</p:spPr><p:txBody>{lines}</p:txBody></p:sp>"
    )


def deck(*slides: str, **more: str) -> dict[str, str | bytes]:
    ids = "".join(f'<p:sldId id="{256 + n}" r:id="r{n}"/>' for n in range(len(slides)))
    rels = "".join(
        f'<Relationship Id="r{n}" Type="{_REL}/slide" Target="slides/slide{n + 1}.xml"/>' for n in range(len(slides))
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "ppt/presentation.xml": f"<p:presentation {_P}><p:sldIdLst>{ids}</p:sldIdLst>"
        '<p:sldSz cx="9144000" cy="6858000"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": f"<Relationships>{rels}</Relationships>",
    }
    for n, content in enumerate(slides, 1):
        parts[f"ppt/slides/slide{n}.xml"] = f"<p:sld {_P}><p:cSld><p:spTree>{content}</p:spTree></p:cSld></p:sld>"
    return parts | {k.replace("__", "/"): v for k, v in more.items()}


def test_slides_are_pages_and_their_text_stands_in_the_boxes_of_its_shapes():
    title = shape("授信方案", 0, 0, 1270000, 254000, '<p:ph type="title"/>')
    document = read("a.pptx", deck(title + shape("第一行\n第二行", 127000, 254000, 1270000, 508000)))
    assert [(p.width, p.height) for p in document.pages] == [(720.0, 540.0)]
    assert [(b.kind, b.text) for b in document.blocks] == [
        (BlockKind.HEADING, "授信方案"),
        (BlockKind.PARAGRAPH, "第一行"),
        (BlockKind.PARAGRAPH, "第二行"),
    ]
    spans = document.blocks[2].anchor().to_json()["spans"]
    assert spans == [{"page": 1, "boxes": [[10.0, 40.0, 110.0, 60.0]]}]


def test_a_group_scales_what_is_in_it():
    group = '<p:grpSp><p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1270000" cy="1270000"/>'
    group += '<a:chOff x="0" y="0"/><a:chExt cx="2540000" cy="2540000"/></a:xfrm></p:grpSpPr>'
    document = read("a.pptx", deck(group + shape("甲", 1270000, 1270000, 1270000, 1270000) + "</p:grpSp>"))
    assert document.blocks[0].anchor().to_json()["spans"][0]["boxes"] == [[50.0, 50.0, 100.0, 100.0]]


def test_tables_and_notes_of_slides_are_read():
    cells = "".join(f"<a:tc><a:txBody><a:p><a:r><a:t>{w}</a:t></a:r></a:p></a:txBody></a:tc>" for w in ("项目", "金额"))
    table = '<p:graphicFrame><p:xfrm><a:off x="0" y="0"/><a:ext cx="2540000" cy="254000"/></p:xfrm><a:graphic><a:tbl>'
    table += (
        f'<a:tblGrid><a:gridCol w="1"/><a:gridCol w="3"/></a:tblGrid><a:tr h="1">{cells}</a:tr></a:tbl></a:graphic>'
    )
    words = shape("口径见附注", 0, 0, 0, 0, '<p:ph type="body"/>')
    note = f"<p:notes {_P}><p:cSld><p:spTree>{words}</p:spTree></p:cSld></p:notes>"
    rel = (
        f'<Relationships><Relationship Id="n" Type="{_REL}/notesSlide" Target="../notesSlides/n1.xml"/></Relationships>'
    )
    parts = deck(table + "</p:graphicFrame>")
    parts |= {"ppt/slides/_rels/slide1.xml.rels": rel, "ppt/notesSlides/n1.xml": note}
    document = read("a.pptx", parts)
    assert document.blocks[0].text == "项目\t金额"
    start = document.blocks[0].text.index("金额")
    assert document.blocks[0].anchor(start).to_json()["spans"][0]["boxes"] == [[50.0, 0.0, 200.0, 20.0]]
    assert document.blocks[1].text.endswith("口径见附注")
    assert document.blocks[1].page == 1


def test_a_missing_slide_is_told_and_the_rest_read():
    parts = deck(shape("一", 0, 0, 1, 1), shape("二", 0, 0, 1, 1))
    del parts["ppt/slides/slide1.xml"]
    document = read("a.pptx", parts)
    assert document.partial
    assert "slide1.xml" in document.notes[0]
    assert [b.text for b in document.blocks] == ["二"]


def test_slides_are_read_up_to_the_page_that_failed_before():
    slides = [shape(word, 0, 0, 1, 1) for word in "一二三"]
    document = read("a.pptx", deck(*slides), limits=ReadLimits(stop_after=2))
    assert [b.text for b in document.blocks] == ["一", "二"]
    assert document.partial


def test_slides_without_words_are_refused():
    with pytest.raises(DocumentWithoutText):
        read("a.pptx", deck(""))


def ofd(content: str, **more: str) -> dict[str, str | bytes]:
    parts: dict[str, str | bytes] = {
        "OFD.xml": f"<ofd:OFD {_OFD}><ofd:DocBody><ofd:DocInfo><ofd:Title>电子发票</ofd:Title><ofd:CustomDatas>"
        '<ofd:CustomData Name="发票号码">12345678</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_OFD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 140"
        "</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
        "<ofd:Pages><ofd:Page ID='1' BaseLoc='Pages/0.xml'/></ofd:Pages>"
        "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments></ofd:Document>",
        "Doc_0/Pages/0.xml": f"<ofd:Page {_OFD}><ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content></ofd:Page>",
    }
    return parts | {k.replace("__", "/"): v for k, v in more.items()}


def text_object(words: str, boundary: str, code: str, size: str = "4", more: str = "") -> str:
    return (
        f'<ofd:TextObject ID="9" Boundary="{boundary}" Size="{size}" {more}><ofd:TextCode {code}>{words}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def test_text_of_an_ofd_stands_where_its_codes_put_it():
    content = text_object("价税合计", "10 20 40 5", 'X="0" Y="4" DeltaX="g 3 5"')
    document = read("a.ofd", ofd(content))
    assert (document.title, document.properties) == ("电子发票", {"发票号码": "12345678"})
    assert document.pages[0].width == pytest.approx(210 * _MM, abs=0.01)
    [block] = document.blocks
    assert block.text == "价税合计"
    [[x0, top, x1, bottom]] = block.anchor(1, 3).to_json()["spans"][0]["boxes"]
    assert (x0, x1) == (pytest.approx(15 * _MM, abs=0.06), pytest.approx(25 * _MM, abs=0.06))
    assert top < 24 * _MM < bottom


def test_objects_side_by_side_are_one_line_and_a_matrix_moves_them():
    left = text_object("合计", "10 20 40 5", 'X="0" Y="4" DeltaX="4"')
    right = text_object("100.00", "0 0 40 5", 'X="0" Y="4" DeltaX="g 5 2"', more='CTM="1 0 0 1 60 20"')
    document = read("a.ofd", ofd(right + left))
    assert [b.text for b in document.blocks] == ["合计 100.00"]
    [[x0, _, _, _]] = document.blocks[0].anchor(3).to_json()["spans"][0]["boxes"]
    assert x0 == pytest.approx(60 * _MM, abs=0.06)


def test_words_running_downwards_keep_their_order():
    document = read("a.ofd", ofd(text_object("购买方", "5 20 5 30", 'X="0" Y="4" DeltaY="g 2 8"')))
    assert "".join(b.text for b in document.blocks) == "购买方"


def test_the_invoice_in_an_ofd_gives_its_fields_and_is_attached():
    listed = f"<ofd:Attachments {_OFD}><ofd:Attachment Name='invoice' ID='1'><ofd:FileLoc>inv.xml</ofd:FileLoc>"
    more = {
        "Doc_0__Attachs__Attachments.xml": listed + "</ofd:Attachment></ofd:Attachments>",
        "Doc_0__Attachs__inv.xml": "<Invoice><Seller><Name>甲公司</Name></Seller><Total>113.00</Total></Invoice>",
    }
    document = read("a.ofd", ofd(text_object("发票", "0 0 9 9", 'X="0" Y="4"'), **more))
    assert document.properties["Name"] == "甲公司"
    assert document.properties["Total"] == "113.00"
    assert [a.name for a in document.attachments] == ["invoice.xml"]


def test_a_name_in_an_ofd_leads_nowhere_outside():
    parts = ofd("")
    parts["OFD.xml"] = str(parts["OFD.xml"]).replace("Doc_0/Document.xml", "../../../../etc/passwd")
    document = read("a.ofd", parts)
    assert document.pages == ()


def test_an_open_document_text_is_read_with_its_notes_tables_and_changes():
    body = "<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>张三</dc:creator>"
    body += "<dc:date>2024-01-01</dc:date></office:change-info><text:p>旧条款</text:p></text:deletion>"
    body += '</text:changed-region></text:tracked-changes><text:h text:outline-level="2">担保</text:h>'
    body += "<text:p>保证<text:s text:c='2'/>期间<text:note><text:note-body><text:p>两年</text:p></text:note-body>"
    body += "</text:note></text:p>"
    body += "<table:table><table:table-row><table:table-cell table:number-columns-spanned='2'><text:p>合计</text:p>"
    body += "</table:table-cell><table:covered-table-cell/></table:table-row></table:table>"
    content = f"<office:document-content {_ODF}><office:body><office:text>{body}</office:text></office:body>"
    mimetype = "application/vnd.oasis.opendocument.text"
    document = read("a.odt", {"mimetype": mimetype, "content.xml": content + "</office:document-content>"})
    assert [(b.kind, b.level) for b in document.blocks[:2]] == [(BlockKind.HEADING, 2), (BlockKind.PARAGRAPH, 0)]
    assert document.blocks[1].text == "保证  期间"
    assert document.blocks[2].text.endswith("两年")
    assert document.blocks[2].anchor().to_json()["spans"] == [{"paragraph": 2, "start": 0, "end": 2}]
    assert document.blocks[3].cells[0].column_span == 2
    assert [(r.kind, r.text, r.author) for r in document.remarks] == [("deleted", "旧条款", "张三")]


@pytest.mark.parametrize("name", ["a.pptx", "a.ofd", "a.odt"])
def test_parts_that_are_missing_make_a_file_damaged(name):
    parts = {
        "a.pptx": {"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p"},
        "a.ofd": {"OFD.xml": "not xml"},
        "a.odt": {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"},
    }
    with pytest.raises(DamagedDocument):
        read(name, parts[name])
