"""Files and pictures put into documents: taken out where they are papers of their own."""

import io
import struct
import zipfile

import numpy as np
import pytest
from PIL import Image

from workbench.models.documents import inside
from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_bytes

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_WORDS = "借款人营业执照、法定代表人身份证与近三个月银行流水截图见后，原件已由客户经理核对无误并留存复印件。" * 4
_SECTOR = 512


def picture(wide: int, high: int) -> bytes:
    """A picture that can't be made small."""
    noise = np.random.default_rng(7).integers(0, 256, (high, wide, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "JPEG", quality=30)
    return buffer.getvalue()


SCAN, LOGO = picture(900, 600), picture(300, 100)


def word(words: str, **parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        body = f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def read(name: str, data: bytes) -> Document:
    document = read_bytes(name, data)
    assert isinstance(document, Document)
    return document


def names(document: Document) -> list[str]:
    return [attached.name for attached in document.attachments]


def compound(name: str, content: bytes) -> bytes:
    """An OLE compound file with one stream, large enough not to lie in the short-sector chain."""
    content = content.ljust(4096, b"\0")
    sectors = -(-len(content) // _SECTOR)
    content = content.ljust(sectors * _SECTOR, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * (4 * 108)
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (_SECTOR // 4 - len(table))

    def entry(called: str, kind: int, child: int, first: int, size: int) -> bytes:
        written = called.encode("utf-16-le") + b"\0\0"
        tail = struct.pack("<HBBIII", len(written), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
        return written.ljust(64, b"\0") + tail + struct.pack("<IQ", first, size)

    entries = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(content))
    entries += (b"\0" * 68 + b"\xff" * 12 + b"\0" * 48) * 2
    return head + struct.pack(f"<{_SECTOR // 4}I", *table) + entries + content


def packed(label: str, content: bytes) -> bytes:
    """The stream of a file packed into a document."""
    path = f"C:\\Temp\\{label}".encode("gb18030") + b"\0"
    body = struct.pack("<H", 2) + label.encode("gb18030") + b"\0" + path + struct.pack("<HH", 0, 3)
    body += struct.pack("<I", len(path)) + path + struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(body)) + body


def test_a_scan_pasted_among_words_is_a_document_of_its_own_and_a_logo_is_not():
    document = read("申请.docx", word(_WORDS, **{"word/media/image1.jpg": LOGO, "word/media/image2.jpg": SCAN}))
    assert names(document) == ["image2.jpg"]
    assert document.attachments[0].content == SCAN
    assert not document.partial


def test_small_pictures_are_taken_where_there_are_hardly_any_words():
    small = picture(500, 300)
    assert names(read("扫描.docx", word("附件", **{"word/media/image1.jpg": small}))) == ["image1.jpg"]
    assert names(read("申请.docx", word(_WORDS, **{"word/media/image1.jpg": small}))) == []


def test_a_file_packed_into_a_document_has_its_own_name():
    data = compound("\x01Ole10Native", packed("执照.txt", "统一社会信用代码".encode()))
    document = read("申请.docx", word(_WORDS, **{"word/embeddings/oleObject1.bin": data}))
    assert [(a.name, a.content.decode()) for a in document.attachments] == [("执照.txt", "统一社会信用代码")]


def test_a_pdf_kept_as_a_stream_is_taken_out_and_an_equation_is_not():
    report = b"%PDF-1.4 " + b"x" * 5000
    found = inside.unpacked_object(compound("CONTENTS", report))
    assert found is not None
    assert found[1].startswith(report)
    assert inside.unpacked_object(compound("Equation Native", b"\x1c\0" * 3000)) is None
    assert inside.unpacked_object(b"no compound file") is None


def test_an_old_office_file_put_in_whole_is_handed_out_whole():
    data = compound("Workbook", b"\x09\x08" * 3000)
    assert inside.unpacked_object(data) == ("", data)


@pytest.mark.parametrize("cut", [6, 40, 120, 600])
def test_a_packed_file_cut_short_is_no_file(cut):
    whole = packed("很长的名字.pdf" * 8, b"y" * 5000)
    data = compound("\x01Ole10Native", whole[:cut])
    found = inside.unpacked_object(data)
    assert found is None or found[1].strip(b"y\0") == b""


def test_what_is_left_in_is_said_and_makes_the_document_partial(monkeypatch):
    monkeypatch.setattr(inside, "_MOST", 1)
    pictures = {f"word/media/image{n}.jpg": SCAN for n in range(3)}
    document = read("申请.docx", word(_WORDS, **pictures))
    assert names(document) == ["image0.jpg"]
    assert document.partial
    assert "2" in document.notes[0]


def test_pictures_in_a_sheet_are_taken():
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active["A1"] = "流水截图"
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/media/image1.jpg", SCAN)
    assert names(read("流水.xlsx", buffer.getvalue())) == ["image1.jpg"]


def test_the_pages_of_a_scanned_ofd_are_taken_as_pictures():
    parts = {
        "OFD.xml": f"<ofd:OFD {_OFD}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        "</ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {_OFD}><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/P.xml"/></ofd:Pages>'
        "</ofd:Document>",
        "Doc_0/Pages/P.xml": f"<ofd:Page {_OFD}><ofd:Content/></ofd:Page>",
        "Doc_0/Res/scan.jpg": SCAN,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    document = read("扫描.ofd", buffer.getvalue())
    assert names(document) == ["scan.jpg"]
    assert len(document.pages) == 1


def test_a_screenshot_pasted_into_a_mail_is_attached_and_a_logo_is_not():
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "流水", "a@b.cn", "c@d.cn"
    mail.set_content("见截图")
    mail.add_alternative("<p>见截图<img src='cid:one'><img src='cid:two'></p>", subtype="html")
    page = mail.get_payload()[1]
    page.add_related(SCAN, "image", "jpeg", cid="<one>", filename="shot.jpg", disposition="inline")
    page.add_related(LOGO, "image", "jpeg", cid="<two>", filename="logo.jpg", disposition="inline")
    assert names(read("流水.eml", mail.as_bytes())) == ["shot.jpg"]
