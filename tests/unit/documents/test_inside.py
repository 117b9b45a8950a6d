"""Files and pictures put into documents: taken out where they are papers of their own."""

import base64
import email.policy
import io
import struct
import zipfile
from email.message import EmailMessage

import numpy as np
import pytest
from PIL import Image

from workbench.models.documents import inside
from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_bytes

from .conftest import compound

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_WORDS = "借款人营业执照、法定代表人身份证与近三个月银行流水截图见后，原件已由客户经理核对无误并留存复印件。" * 4


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
    monkeypatch.setattr(inside, "MOST", 1)
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
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "流水", "a@b.cn", "c@d.cn"
    mail.set_content("见截图")
    mail.add_alternative("<p>见截图<img src='cid:one'><img src='cid:two'></p>", subtype="html")
    page = mail.get_payload()[1]
    page.add_related(SCAN, "image", "jpeg", cid="<one>", filename="shot.jpg", disposition="inline")
    page.add_related(LOGO, "image", "jpeg", cid="<two>", filename="logo.jpg", disposition="inline")
    assert names(read("流水.eml", mail.as_bytes())) == ["shot.jpg"]


def bmp(wide: int, high: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (wide, high), "white").save(buffer, "BMP")
    return buffer.getvalue()


def data_uri(content: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def page(*shown: str, words: str = _WORDS) -> bytes:
    pictures = "".join(f'<p><img alt="" src="{source}"></p>' for source in shown)
    return f"<html><body><p>{words}</p>{pictures}</body></html>".encode()


def test_papers_written_into_a_page_are_documents_of_their_own_each_once():
    document = read("网页.html", page(data_uri(LOGO), data_uri(SCAN), data_uri(SCAN)))
    assert [(a.name, a.content) for a in document.attachments] == [("image2.jpg", SCAN)]
    assert [block.text for block in document.blocks] == [_WORDS]
    assert not document.notes


@pytest.mark.parametrize(
    "written",
    [
        "<img src='{uri}'>",
        "<img alt=x src={uri} width=3>",
        '<img src="\n  {uri}">',
        '<img src="{broken}">',
        '<img src="{escaped}">',
    ],
)
def test_a_picture_in_a_page_is_found_however_it_is_written(written):
    uri = data_uri(SCAN)
    broken = "\r\n".join(uri[at : at + 76] for at in range(0, len(uri), 76)).replace("data:image/jpeg;b\r\n", "")
    escaped = uri.replace("+", "%2B").replace("=", "%3D")
    put = written.format(uri=uri, broken=broken, escaped=escaped)
    document = read("a.html", f"<html><body><p>{_WORDS}</p>{put}<p>完</p></body></html>".encode())
    assert [a.content for a in document.attachments] == [SCAN]
    assert document.blocks[-1].text == "完"


def test_a_page_of_pictures_alone_is_read_by_them_and_what_lies_elsewhere_is_said():
    small = picture(500, 300)
    document = read("a.html", page(data_uri(small), "扫描_files/2.jpg", "https://example.com/3.jpg", words=""))
    assert names(document) == ["image1.jpg"]
    assert document.partial
    assert "2" in document.notes[0]
    assert not read("b.html", page("https://example.com/logo.png")).notes


def test_a_broken_or_drawn_picture_in_a_page_is_no_attachment_and_a_large_one_is_counted():
    broken, drawing = data_uri(b"\x01" * 30_000), data_uri(b"<svg/>" * 9_000, "image/svg+xml")
    document = read("a.html", page(broken, drawing, "data:image/png;base64,AAA"))
    assert document.attachments == ()
    assert "1 " in document.notes[0]


def test_papers_of_an_archived_page_are_taken_out_and_what_it_is_styled_with_is_not():
    message = EmailMessage()
    message["Subject"], message["From"], message["MIME-Version"] = "网页", "saved", "1.0"
    message.set_content(page("cid:1").decode(), subtype="html")
    message.make_related()
    message.add_related(SCAN, maintype="image", subtype="jpeg", cid="<1>")
    message.add_related(LOGO, maintype="image", subtype="jpeg")
    message.add_related(b"p {}", maintype="text", subtype="css")
    for part, name in zip(list(message.iter_parts())[1:], ("执照.jpg", "logo.jpg", "style.css"), strict=True):
        part["Content-Location"] = f"https://example.com/static/{name}?v=3"
    document = read("a.mht", message.as_bytes(policy=email.policy.SMTP))
    assert [(a.content == SCAN, a.name) for a in document.attachments] == [(True, "执照.jpg")]


def test_a_screenshot_written_into_the_page_of_a_mail_is_attached():
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "截图"
    message.set_content(page(data_uri(SCAN), data_uri(LOGO)).decode(), subtype="html")
    assert [a.content for a in read("a.eml", message.as_bytes()).attachments] == [SCAN]


def test_a_screenshot_in_the_page_of_a_mail_is_attached_where_its_plain_words_are_shown():
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "截图"
    mail.set_content("见截图。")
    mail.add_alternative(page(data_uri(SCAN)).decode(), subtype="html")
    document = read("a.eml", mail.as_bytes())
    assert [a.content for a in document.attachments] == [SCAN]
    assert document.blocks[-1].text == "见截图。"


def rtf(*groups: bytes, words: str = _WORDS) -> bytes:
    written = "".join(f"\\u{ord(c)}?" for c in words).encode()
    return b"{\\rtf1\\ansi " + written + b"\\par " + b"".join(groups) + b" end\\par}"


def pict(content: bytes, kind: bytes = b"jpegblip") -> bytes:
    lines = content.hex(" ", 40).replace(" ", "\r\n").encode()
    tag = b"{\\*\\blipuid 000102030405060708090a0b0c0d0e0f}"
    return b"{\\pict{\\*\\picprop{\\sp{\\sn a}{\\sv 1}}}\\picw90\\" + kind + b"\\bliptag9" + tag + lines + b"}"


def test_papers_in_an_rtf_are_taken_out_once_and_its_words_stay_whole():
    shown = b"{\\*\\shppict" + pict(SCAN) + b"}{\\nonshppict" + pict(picture(800, 600), b"wmetafile8") + b"}"
    document = read("申请.rtf", rtf(shown, pict(LOGO)))
    assert [(a.name, a.content) for a in document.attachments] == [("image1.jpg", SCAN)]
    assert [block.text for block in document.blocks] == [_WORDS, "end"]
    assert not document.notes


def test_a_picture_of_an_rtf_in_bytes_or_as_a_bare_bitmap_is_read():
    binary = b"{\\pict\\jpegblip\\bin%d " % len(SCAN) + SCAN + b"}"
    bare = bmp(900, 600)
    document = read("申请.rtf", rtf(binary, pict(bare[14:], b"dibitmap0")))
    assert [a.content for a in document.attachments] == [SCAN, bare]
    assert document.blocks[-1].text == "end"


@pytest.mark.parametrize("kind", [b"wmetafile8", b"emfblip"])
def test_a_drawing_in_an_rtf_that_can_not_be_read_is_counted(kind):
    document = read("申请.rtf", rtf(pict(b"\xd7\xcd\xc6\x9a" * 9_000, kind)))
    assert document.partial
    assert "1 " in document.notes[0]


def embedded(name: bytes, content: bytes, kind: int = 2) -> bytes:
    """An object as Word writes it into an RTF; ``content`` begins with its size."""
    head = struct.pack("<II", 0x501, kind) + b"".join(struct.pack("<I", len(n)) + n for n in (name + b"\0", b"", b""))
    lines = (head + content + struct.pack("<I", 0x501)).hex(" ", 64).replace(" ", "\n").encode()
    return b"{\\object\\objemb{\\*\\objclass " + name + b"}{\\*\\objdata " + lines + b"}{\\result {\\pict 00}}}"


def test_files_put_into_an_rtf_are_documents_of_their_own():
    book = compound("Package", b"PK\x03\x04" + b"x" * 5_000)
    document = read(
        "申请.rtf",
        rtf(
            embedded(b"Excel.Sheet.12", struct.pack("<I", len(book)) + book),
            embedded(b"Package", packed("执照.txt", "统一社会信用代码".encode())),
            embedded(b"Equation.3", struct.pack("<I", 4) + b"abcd"),
            embedded(b"Package", packed("别处.txt", b"x"), kind=1),
        ),
    )
    assert [(a.name, a.content[:4]) for a in document.attachments] == [
        ("object1", b"PK\x03\x04"),
        ("执照.txt", "统一".encode()[:4]),
    ]
    assert [block.text for block in document.blocks] == [_WORDS, "end"]


def test_an_rtf_of_pictures_alone_is_read_by_them():
    assert names(read("扫描.rtf", rtf(pict(picture(500, 300)), words=""))) == ["image1.jpg"]


@pytest.mark.parametrize("end", [b"{\\pict\\jpegblip\\bin99999999 abc", b"{\\pict\\dibitmap0 28", b"{\\pict zz zz}"])
def test_a_picture_of_an_rtf_that_breaks_off_costs_nothing_else(end):
    document = read("申请.rtf", rtf()[:-1] + end)
    assert document.blocks[0].text == _WORDS
    assert document.attachments == ()
