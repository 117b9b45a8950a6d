"""Small files of every format, broken at random: a document or a refusal with a hint, never anything else."""

import io
import zipfile
from functools import cache

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import DocumentError
from workbench.models.documents import codec
from workbench.models.documents.document import Document
from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.reading import read_bytes

_FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_SMALL = ReadLimits(file_size=1 << 20, unpacked_size=4 << 20, xml_size=1 << 20, cells=10_000)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_O = 'xmlns:office="o" xmlns:text="t" xmlns:table="b"'
_WORD = (
    f"<w:document {_W}><w:body><w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr><w:ins>"
    "<w:r><w:t>贷款</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p><w:tbl><w:tr><w:tc>"
    "<w:tcPr><w:gridSpan w:val='2'/><w:vMerge/></w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    "</w:body></w:document>"
)
_NUMBERS = (
    f"<w:numbering {_W}><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:numFmt w:val='upperRoman'/>"
    "<w:lvlText w:val='%1.'/></w:lvl></w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
    "</w:numbering>"
)
_SLIDE = (
    '<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree><p:sp><p:spPr><a:xfrm><a:off x="1" y="2"/><a:ext cx="3" cy="4"/>'
    "</a:xfrm></p:spPr><p:txBody><a:p><a:r><a:t>标题</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
)
_REL = '<Relationships><Relationship Id="r1" Type="x/slide" Target="slides/slide1.xml"/></Relationships>'
_PAGE = (
    '<o:Page xmlns:o="o"><o:Content><o:Layer><o:TextObject Boundary="1 2 30 4" Size="3" CTM="1 0 0 1 0 0"><o:TextCode '
    'X="0" Y="3" DeltaX="g 2 3.5">发票号</o:TextCode></o:TextObject></o:Layer></o:Content></o:Page>'
)
_MAIL = (
    "From: a@b.c\r\nTo: d@e.f\r\nSubject: =?utf-8?B?5a+56LSm?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
    'boundary="x"\r\n\r\n--x\r\nContent-Type: text/html; charset=gbk\r\n\r\n<p>hello<table><tr><td rowspan=2>1<td>2'
    '</table>\r\n--x\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename="a.csv"\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\nMSwy\r\n--x--\r\n"
)


def zipped(parts: dict[str, str], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@cache
def sample(name: str) -> bytes:
    """A small sound file. Office files are stored unpacked, so that broken bytes reach their readers."""
    match name:
        case "a.docx":
            return zipped({"word/document.xml": _WORD, "word/numbering.xml": _NUMBERS})
        case "a.xlsx":
            book, buffer = openpyxl.Workbook(), io.BytesIO()
            book.active.append(["项目", 1.5, "=B1*2"])
            book.save(buffer)
            with zipfile.ZipFile(buffer) as archive:
                return zipped({n: archive.read(n).decode() for n in archive.namelist()})
        case "a.pptx":
            ids = '<p:sldIdLst><p:sldId id="1" r:id="r1"/></p:sldIdLst>'
            main = f'<p:presentation xmlns:p="p" xmlns:r="r">{ids}</p:presentation>'
            rels = {"ppt/_rels/presentation.xml.rels": _REL, "ppt/slides/slide1.xml": _SLIDE}
            return zipped({"ppt/presentation.xml": main, **rels})
        case "a.ofd":
            body = '<o:OFD xmlns:o="o"><o:DocBody><o:DocRoot>D.xml</o:DocRoot></o:DocBody></o:OFD>'
            pages = '<o:Document xmlns:o="o"><o:Pages><o:Page BaseLoc="P.xml"/></o:Pages></o:Document>'
            return zipped({"OFD.xml": body, "D.xml": pages, "P.xml": _PAGE})
        case "a.odt":
            text = "<text:h text:outline-level='1'>一</text:h><text:p>二<text:s text:c='3'/></text:p>"
            body = f"<office:doc {_O}><office:body><office:text>{text}</office:text></office:body></office:doc>"
            return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": body})
        case _:
            return plain(name)


def plain(name: str) -> bytes:
    """The samples that are no Office files."""
    match name:
        case "a.zip":
            return zipped({"合同.txt": "甲方" * 50, "b/c.csv": "1,2"}, zipfile.ZIP_DEFLATED)
        case "a.eml":
            return _MAIL.encode()
        case "a.html":
            return "<!DOCTYPE html><html><h1>标题</h1><table><tr><td colspan=2>1</table><ul><li>甲</ul>".encode()
        case "a.rtf":
            return b"{\\rtf1\\ansicpg936{\\fonttbl{\\f0 x;}}\\'b4\\'fb\\'bf\\'ee\\u21512?\\par {\\*\\x y}\\bin3 abc}"
        case "a.jsonl":
            return '{"id": "1", "text": "第一条 甲。"}\n{"text": "乙"}\n'.encode()
        case _:
            return "项目\t金额\n甲\t1\n\n一、概况\n正文。\n".encode("gb18030")


_NAMES = [
    "a.docx",
    "a.xlsx",
    "a.pptx",
    "a.ofd",
    "a.odt",
    "a.zip",
    "a.eml",
    "a.html",
    "a.rtf",
    "a.jsonl",
    "a.txt",
    "a.csv",
]

_OFFICE = ["a.docx", "a.xlsx", "a.pptx", "a.ofd", "a.odt"]


def outcome(name: str, data: bytes) -> list[Document]:
    """The documents read, none where the file was refused as it should be."""
    try:
        found = read_bytes(name, data, limits=_SMALL)
    except DocumentError as error:
        refusal = error
    else:
        return found if isinstance(found, list) else [found]
    assert refusal.message
    assert refusal.hint
    return []


@pytest.mark.parametrize("name", _NAMES)
def test_the_sound_file_is_read(name):
    assert outcome(name, sample(name))


@pytest.mark.parametrize("name", _NAMES)
@_FEW
@given(data=st.data())
def test_a_broken_file_is_read_or_refused(name, data):
    content = bytearray(sample(name))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    for document in outcome(name, bytes(content[:cut] if data.draw(st.booleans()) else content)):
        assert codec.decode(codec.encode(document)) == document
        for block in document.blocks:
            covered = [(run.start, run.end) for run in block.runs]
            assert covered == sorted(covered)
            assert all(0 <= start < end <= len(block.text) for start, end in covered)


@_FEW
@given(st.sampled_from(_OFFICE), st.sampled_from([*_OFFICE, "a.zip", "a.pdf", "a.png", "a"]))
def test_an_office_file_under_another_name_is_read_as_what_it_is(name, other):
    [document] = outcome(name, sample(name))
    [renamed] = outcome(other, sample(name))
    assert document.blocks == renamed.blocks
