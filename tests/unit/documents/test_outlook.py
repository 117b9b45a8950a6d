"""Mails of Outlook (MSG), built here property by property: fields, text, what is attached."""

import io
import struct
from collections.abc import Iterator, Mapping

import pytest
from PIL import Image

from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_bytes

Tree = Mapping[str, "bytes | Tree"]
Values = Mapping[int, str | bytes | int]
_SECTOR, _SMALL, _CUTOFF = 512, 64, 4_096
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD

SUBJECT, SENDER, ADDRESS, BODY, HTML = 0x0037, 0x0C1A, 0x0C1F, 0x1000, 0x1013
NAME, MAIL, KIND, FILE, SHORT_FILE, DATA, METHOD = 0x3001, 0x39FE, 0x0C15, 0x3707, 0x3704, 0x3701, 0x3705
CODEPAGE, CONTENT_ID = 0x3FDE, 0x3712


class _Compound:
    """A compound file (MS-CFB version 3): streams in sectors, short ones in small sectors of one stream."""

    def __init__(self, tree: Tree) -> None:
        self._sectors: list[bytes] = []
        self._table: list[int] = []
        self._small = bytearray()
        self._small_table: list[int] = []
        self._entries: list[list[int | str]] = [["Root Entry", 5, _FREE, _END, 0]]
        self._siblings: dict[int, int] = {}
        self._add(0, tree)

    def _add(self, parent: int, tree: Tree) -> None:
        before = -1
        for name, held in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
            number = len(self._entries)
            if isinstance(held, bytes):
                self._entries.append([name, 2, _FREE, self._stored(held), len(held)])
            else:
                self._entries.append([name, 1, _FREE, 0, 0])
                self._add(number, held)
            if before < 0:
                self._entries[parent][2] = number
            else:
                self._siblings[before] = number
            before = number

    def _stored(self, content: bytes) -> int:
        if not content:
            return _END
        if len(content) >= _CUTOFF:
            return self._chain(content)
        first = len(self._small_table)
        count = -(-len(content) // _SMALL)
        self._small += content.ljust(count * _SMALL, b"\0")
        self._small_table += [*range(first + 1, first + count), _END]
        return first

    def _chain(self, content: bytes) -> int:
        first = len(self._sectors)
        count = -(-len(content) // _SECTOR)
        self._sectors += [content[k * _SECTOR : (k + 1) * _SECTOR].ljust(_SECTOR, b"\0") for k in range(count)]
        self._table += [*range(first + 1, first + count), _END]
        return first

    def _directory(self) -> Iterator[bytes]:
        for number, (name, kind, child, start, size) in enumerate(self._entries):
            written = str(name).encode("utf-16-le")
            beside = self._siblings.get(number, _FREE)
            links = struct.pack("<HBBIII", len(written) + 2, kind, 1, _FREE, beside, child)
            yield written.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    def content(self) -> bytes:
        if self._small:
            self._entries[0][3:] = [self._chain(bytes(self._small)), len(self._small)]
        small_table = struct.pack(f"<{len(self._small_table)}I", *self._small_table)
        small_table = small_table.ljust(-(-len(small_table) // _SECTOR) * _SECTOR, b"\xff")
        small_at = self._chain(small_table) if small_table else _END
        directory = self._chain(b"".join(self._directory()))
        tables = 1
        while tables * 128 < len(self._sectors) + tables:
            tables += 1
        first = len(self._sectors)
        table = [*self._table, *[_TABLE] * tables]
        table += [_FREE] * (tables * 128 - len(table))
        head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
        head += struct.pack("<4I", 0, tables, directory, 0)
        head += struct.pack("<5I", _CUTOFF, small_at, len(small_table) // _SECTOR, _END, 0)
        head += struct.pack("<109I", *range(first, first + tables), *[_FREE] * (109 - tables))
        return head + b"".join(self._sectors) + struct.pack(f"<{len(table)}I", *table)


def _properties(values: Values, header: bytes) -> dict[str, "bytes | Tree"]:
    """The streams of one object's properties (MS-OXMSG 2.4): a table of all, and a stream for each long one."""
    streams: dict[str, bytes | Tree] = {}
    table = header
    for number, value in values.items():
        if isinstance(value, int):
            table += struct.pack("<HHIQ", 0x0003, number, 6, value)
            continue
        kind, content = (0x001F, value.encode("utf-16-le")) if isinstance(value, str) else (0x0102, value)
        table += struct.pack("<HHIQ", kind, number, 6, len(content) + (2 if kind == 0x001F else 0))
        streams[f"__substg1.0_{number:04X}{kind:04X}"] = content
    return {**streams, "__properties_version1.0": table}


def outlook(
    values: Values,
    recipients: list[Values],
    attached: list[tuple[Values, Tree]] = [],  # noqa: B006 - only read
) -> bytes:
    """A whole mail; what is attached may bring storages of its own."""
    header = bytes(8) + struct.pack("<4I", len(recipients), len(attached), len(recipients), len(attached)) + bytes(8)
    tree = _properties(values, header)
    for number, recipient in enumerate(recipients):
        tree[f"__recip_version1.0_#{number:08X}"] = _properties(recipient, bytes(8))
    for number, (attachment, more) in enumerate(attached):
        tree[f"__attach_version1.0_#{number:08X}"] = {**_properties(attachment, bytes(8)), **more}
    return _Compound(tree).content()


def read(data: bytes) -> Document:
    document = read_bytes("来信.msg", data)
    assert isinstance(document, Document)
    return document


WRITTEN: Values = {SUBJECT: "授信材料", SENDER: "王经理", ADDRESS: "wang@example.com"}
ASKED: Values = {NAME: "李审批", MAIL: "li@example.com", KIND: 1}


def test_a_mail_of_outlook_gives_its_fields_its_text_and_what_is_attached():
    table = "日期,金额\n2024-01-01,100\n".encode("gb18030") * 300
    data = outlook(
        {**WRITTEN, BODY: "请查收附件。\r\n\r\n谢谢。"},
        [ASKED, {NAME: "赵助理", MAIL: "zhao@example.com", KIND: 2}],
        [({FILE: "流水.csv", DATA: table, METHOD: 1}, {}), ({SHORT_FILE: "a.txt", DATA: b"1", METHOD: 1}, {})],
    )
    document = read(data)
    assert (document.title, document.format, document.partial) == ("授信材料", "msg", False)
    assert [b.text for b in document.blocks[-2:]] == ["请查收附件。", "谢谢。"]
    assert document.blocks[-1].anchor().to_json()["spans"] == [{"part": "body", "line": 3, "start": 0, "end": 3}]
    assert document.properties["from"] == '"王经理" <wang@example.com>'
    assert document.properties["to"] == "李审批 <li@example.com>"
    assert document.properties["cc"] == "赵助理 <zhao@example.com>"
    assert [(a.name, a.content) for a in document.attachments] == [("流水.csv", table), ("a.txt", b"1")]


def test_a_file_attached_to_a_mail_of_outlook_is_read_as_a_document_of_its_own():
    data = outlook({**WRITTEN, BODY: "见附件。"}, [ASKED], [({FILE: "说明.txt", DATA: "利率 4.2%".encode()}, {})])
    (attached,) = read(data).attachments
    child = read_bytes(attached.name, attached.content)
    assert isinstance(child, Document)
    assert [b.text for b in child.blocks] == ["利率 4.2%"]


@pytest.mark.parametrize(("codepage", "encoding"), [(65001, "utf-8"), (936, "gb18030")])
def test_a_mail_of_outlook_without_plain_text_is_read_from_its_page(codepage, encoding):
    page = "<html><body><p>年利率 4.2%</p></body></html>".encode(encoding)
    document = read(outlook({**WRITTEN, HTML: page, CODEPAGE: codepage}, [ASKED]))
    assert document.blocks[-1].text == "年利率 4.2%"


def test_a_mail_within_a_mail_of_outlook_is_a_document_of_its_own():
    file = _properties({FILE: "b.txt", DATA: b"2", METHOD: 1}, bytes(8))
    inner = {**_properties({SUBJECT: "原邮件", BODY: "原文。"}, bytes(24)), "__attach_version1.0_#00000000": file}
    attachment: tuple[Values, Tree] = ({NAME: "原邮件", METHOD: 5}, {"__substg1.0_3701000D": inner})
    (attached,) = read(outlook({**WRITTEN, BODY: "见原邮件。"}, [ASKED], [attachment])).attachments
    child = read_bytes(attached.name, attached.content)
    assert isinstance(child, Document)
    assert (child.title, child.blocks[-1].text) == ("原邮件", "原文。")
    assert [(a.name, a.content) for a in child.attachments] == [("b.txt", b"2")]


def test_what_is_attached_to_a_mail_of_outlook_without_being_a_file_is_said_to_be_missing():
    attachment: tuple[Values, Tree] = ({NAME: "图表", METHOD: 6}, {"__substg1.0_3701000D": {"CONTENTS": b"x"}})
    document = read(outlook({**WRITTEN, BODY: "见图表。"}, [ASKED], [attachment]))
    assert document.blocks[-1].text == "见图表。"
    assert document.partial
    assert "图表" in document.notes[0]


def test_a_screenshot_pasted_into_a_mail_of_outlook_is_attached_and_a_logo_is_not():
    def png(wide: int, high: int) -> bytes:
        buffer = io.BytesIO()
        Image.new("RGB", (wide, high), "white").save(buffer, "PNG")
        return buffer.getvalue()

    shot, logo = (
        {FILE: f"{n}.png", DATA: png(*size), METHOD: 1, CONTENT_ID: f"{n}@x"}
        for n, size in (("shot", (900, 600)), ("logo", (120, 40)))
    )
    document = read(outlook({**WRITTEN, BODY: "见截图。"}, [ASKED], [(shot, {}), (logo, {})]))
    assert [attached.name for attached in document.attachments] == ["shot.png"]
    assert not document.partial
