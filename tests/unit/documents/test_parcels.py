"""Web pages, mails, archives and RTF: what is read, where it stands, what comes out of them."""

import email.policy
import io
import zipfile
from email.message import EmailMessage

import pytest

from workbench.errors import DamagedDocument, DocumentTooLarge, EncryptedDocument
from workbench.models.documents.archive import entry_name
from workbench.models.documents.document import BlockKind, Document
from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.reading import read_bytes


def read(name: str, data: bytes | str, **options) -> Document:
    document = read_bytes(name, data.encode() if isinstance(data, str) else data, **options)
    assert isinstance(document, Document)
    return document


def mail(**fields: str) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    for name, value in {"From": "a@example.com", "To": "b@example.com", "Subject": "对账单", **fields}.items():
        message[name] = value
    return message


def zipped(files: dict[str, bytes], **options) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_page_gives_headings_lists_and_tables_and_nothing_unseen():
    page = """<!DOCTYPE html><html><head><title>公告</title><style>p {}</style></head><body>
    <h2>一、概况</h2><p>甲公司<b>成立</b>于<br>二〇〇一年。</p><script>alert(1)</script>
    <p style="display:none">看不见</p><ul><li>第一</li></ul>
    <table><tr><th rowspan="2">项目</th><th colspan="2">金额</th></tr><tr><td>1</td><td>2</td></tr></table>
    </body></html>"""
    document = read("a.html", page)
    assert document.title == "公告"
    assert [(b.kind, b.text) for b in document.blocks] == [
        (BlockKind.HEADING, "一、概况"),
        (BlockKind.PARAGRAPH, "甲公司成立于"),
        (BlockKind.PARAGRAPH, "二〇〇一年。"),
        (BlockKind.LIST, "第一"),
        (BlockKind.TABLE, "项目\t金额\n\t1\t2"),
    ]
    table = document.blocks[-1]
    assert [(c.row, c.column, c.row_span, c.column_span) for c in table.cells] == [
        (0, 0, 2, 1),
        (0, 1, 1, 2),
        (1, 1, 1, 1),
        (1, 2, 1, 1),
    ]
    lines = [block.anchor().to_json()["spans"][0]["line"] for block in document.blocks]
    assert lines == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_a_page_is_read_in_its_encoding_whatever_its_name(encoding):
    charset = "gb2312" if encoding == "gb18030" else encoding
    page = f'<html><head><meta charset="{charset}"></head><body><p>贷款合同镕</p></body></html>'
    assert read("a.pdf", page.encode(encoding)).blocks[0].text == "贷款合同镕"


def test_a_mail_gives_its_fields_its_text_and_its_attachments():
    message = mail(Cc="c@example.com")
    message.set_content("请查收附件。\n\n谢谢。")
    message.add_alternative("<p>请查收附件。</p>", subtype="html")
    message.add_attachment("日期,金额\n".encode("gb18030"), maintype="text", subtype="csv", filename="流水.csv")
    inner = mail(Subject="原邮件")
    inner.set_content("原文。")
    message.add_attachment(inner)
    document = read("a.eml", message.as_bytes())
    assert (document.title, document.format) == ("对账单", "eml")
    assert [b.text for b in document.blocks[-2:]] == ["请查收附件。", "谢谢。"]
    assert document.blocks[-1].anchor().to_json()["spans"] == [{"part": "body", "line": 3, "start": 0, "end": 3}]
    assert document.blocks[0].anchor().to_json()["spans"][0]["part"] == "head"
    assert document.properties["from"] == "a@example.com"
    assert [a.name for a in document.attachments] == ["流水.csv", "原邮件.eml"]
    assert document.attachments[0].content.decode("gb18030") == "日期,金额\n"
    assert read("原邮件.eml", document.attachments[1].content).blocks[-1].text == "原文。"


def test_a_mail_without_plain_text_is_read_from_its_page():
    message = mail()
    message.set_content("<p>利率 4.2%</p>", subtype="html")
    assert read("a.eml", message.as_bytes()).blocks[-1].text == "利率 4.2%"


def test_raw_chinese_in_a_mails_fields_is_read():
    raw = "From: a@b.c\r\nTo: d@e.f\r\nSubject: 授信申请\r\n\r\n正文。\r\n".encode("gb18030")
    document = read("a.eml", raw)
    assert document.title == "授信申请"
    assert document.blocks[-1].text == "正文。"


def test_an_archived_page_is_read_without_what_belongs_to_it():
    message = EmailMessage()
    message["Subject"] = "网页"
    message["From"] = "saved"
    message["MIME-Version"] = "1.0"
    message.set_content("<html><body><p>存下的页面</p></body></html>", subtype="html")
    message.make_related()
    message.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<1>")
    document = read("a.mht", message.as_bytes())
    assert (document.format, document.title) == ("mhtml", "网页")
    assert [b.text for b in document.blocks] == ["存下的页面"]
    assert document.attachments == ()


def test_an_archive_lists_its_files_and_hands_them_out():
    document = read("a.zip", zipped({"合同/甲.txt": b"1", "../../etc/passwd": b"2", "C:\\x\\b.txt": b"3"}))
    names = ["合同/甲.txt", "etc/passwd", "x/b.txt"]
    assert [b.text for b in document.blocks] == names
    assert [(a.name, a.content) for a in document.attachments] == list(zip(names, (b"1", b"2", b"3"), strict=True))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_their_mark_are_read_as_chinese(encoding):
    entry = zipfile.ZipInfo("x")
    entry.filename = "授信合同.pdf".encode(encoding).decode("cp437")
    assert entry_name(entry) == "授信合同.pdf"


def test_an_archive_beyond_its_limits_is_refused_before_it_is_unpacked_whole():
    bomb = zipped({"a.txt": bytes(40 << 20)}, compresslevel=9)
    with pytest.raises(DocumentTooLarge):
        read("a.zip", bomb)
    with pytest.raises(DocumentTooLarge):
        read("a.zip", zipped({f"{n}": b"x" for n in range(11)}), limits=ReadLimits(files=10))
    with pytest.raises(DocumentTooLarge):
        read("a.zip", zipped({"a": bytes(600), "b": bytes(600)}), limits=ReadLimits(unpacked_size=1000))


def test_a_damaged_file_in_an_archive_is_noted_and_the_rest_taken():
    data = bytearray(zipped({"a.txt": b"first content", "b.txt": b"second"}))
    data[data.index(b"a.txt") + 5 + 3] ^= 0xFF
    document = read("a.zip", bytes(data))
    assert document.partial
    assert "a.txt" in document.notes[0]
    assert [a.name for a in document.attachments] == ["b.txt"]


def test_an_archive_with_a_password_asks_for_it():
    data = bytearray(zipped({"a.txt": b"x"}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = data.index(mark)
        data[place + (6 if mark == b"PK\x03\x04" else 8)] |= 1
    with pytest.raises(EncryptedDocument):
        read("a.zip", bytes(data))


def test_an_empty_archive_is_refused():
    with pytest.raises(DamagedDocument):
        read("a.zip", zipped({}))


def test_headers_and_footers_of_an_rtf_are_kept_apart_from_its_words():
    rtf = (
        "{\\rtf1\\ansi{\\header Contract 12\\par}{\\headerf Contract 12\\par}{\\footerr page\\par}body{\\b bold}\\par}"
    )
    document = read("a.rtf", rtf)
    assert [(b.kind, b.text, b.anchor().to_json()["spans"][0]["line"]) for b in document.blocks] == [
        (BlockKind.PARAGRAPH, "bodybold", 1),
        (BlockKind.HEADER, "Contract 12", 3),
        (BlockKind.FOOTER, "page", 4),
    ]


def test_rtf_is_read_in_its_code_page_without_what_is_not_text():
    chinese = "".join(f"\\'{b:02x}" for b in "贷款".encode("gb18030"))
    rtf = "{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0 SimSun;}}{\\*\\generator x;}\\f0 " + chinese
    rtf += "\\u21512?\\u21516?\\par {\\pict 00ff}second\\tab line\\par}"
    document = read("a.doc", rtf)
    assert document.format == "rtf"
    assert [b.text for b in document.blocks] == ["贷款合同", "second\tline"]
