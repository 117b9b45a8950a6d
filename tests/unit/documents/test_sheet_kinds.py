"""XLS, XLSB and ODS: shown as in the sheet, with their comments; what is not read is said."""

import contextlib
import io
import struct
import tempfile
import zipfile
from hashlib import md5

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.method.rc4 import DocumentRC4

from workbench.errors import EncryptedDocument
from workbench.i18n import tr
from workbench.models.documents import sheet_formats
from workbench.models.documents.document import Block, BlockKind, CellPlace, Document
from workbench.models.documents.limits import LIMITS
from workbench.models.documents.reading import read_bytes
from workbench.models.documents.sheet_ods import ods_extras
from workbench.models.documents.sheet_xls import xls_extras
from workbench.models.documents.sheet_xlsb import xlsb_extras

from .conftest import compound

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMES = (
    f'xmlns:office="{_ODF}office:1.0" xmlns:table="{_ODF}table:1.0" xmlns:text="{_ODF}text:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_NOTE = (
    "<office:annotation><dc:creator>张三</dc:creator><dc:date>2024-01-02T00:00:00</dc:date>"
    "<text:p>已与审计师核实</text:p><text:p>见附注</text:p></office:annotation>"
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def read(name: str, data: bytes) -> Document:
    document = read_bytes(name, data)
    assert isinstance(document, Document)
    return document


def table(document: Document) -> Block:
    return next(block for block in document.blocks if block.kind is BlockKind.TABLE)


def number(value: float, shown: str, kind: str = "float", more: str = "", inside: str = "") -> str:
    words = f"<text:p>{shown}</text:p>" if shown else ""
    start = f'<table:table-cell office:value-type="{kind}" office:value="{value}" {more}>'
    return f"{start}{inside}{words}</table:table-cell>"


def label(words: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{words}</text:p></table:table-cell>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def ods(*rows: str, before: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        sheet = f'<table:table table:name="比率">{"".join(rows)}</table:table>'
        body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
        archive.writestr("content.xml", f"{before}<office:document-content {_NAMES}>{body}</office:document-content>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (number(0.2315, "23.15%", "percentage"), "23.15%"),
        (number(0.2315, "23,15 %", "percentage"), "23.15%"),
        (number(-0.2, "-20.00%", "percentage"), "-20.00%"),
        (number(0.5, "", "percentage"), "50%"),
        (number(0.1234, "", "percentage"), "12.34%"),
        (number(0.7315, "73.15%"), "73.15%"),
        (number(12.345, "1,234.5%"), "1234.5%"),
        (number(23.15, "23.15%"), "23.15"),
        (number(0.2315, "0.23"), "0.2315"),
        (number(1, "TRUE"), "TRUE"),
        ('<table:table-cell office:value-type="time" office:time-value="PT26H03M00S"/>', "26:03:00"),
        ('<table:table-cell office:value-type="time" office:time-value="PT08H30M00S"/>', "08:30:00"),
        ('<table:table-cell office:value-type="date" office:date-value="2024-03-01"/>', "2024-03-01"),
    ],
)
def test_values_of_an_ods_are_shown_as_in_its_sheet(cell, text):
    assert table(read("a.ods", ods(row(label("比率"), cell), row(label("户数"), number(3, "3"))))).text == (
        f"比率\t{text}\n户数\t3"
    )


def test_repeated_rows_and_cells_of_an_ods_are_counted():
    share = number(0.5, "50%", "percentage", 'table:number-columns-repeated="2"')
    found = table(
        read(
            "a.ods",
            ods(
                row("<table:table-cell/>", more='table:number-rows-repeated="3"'),
                row('<table:table-cell table:number-columns-repeated="2"/>', label("甲"), share),
                row('<table:table-cell table:number-columns-repeated="2"/>', label("乙"), number(0.5, "0.5")),
            ),
        )
    )
    assert found.text == "甲\t50%\t50%\n乙\t0.5"
    assert found.anchor(2, 5).spans[0].to_json() == {"sheet": "比率", "cells": "D4"}


def test_comments_and_formulas_of_an_ods_stand_at_their_cells_and_merged_cells_say_what_they_cover():
    sums = number(4, "4", more='table:formula="of:=SUM([.B2:.B3])*[$明细.C4]"')
    wide = label("合计", 'table:number-columns-spanned="2" table:number-rows-spanned="1"')
    document = read(
        "a.ods",
        ods(
            row(wide, "<table:covered-table-cell/>", label("备注")),
            row(label("户数"), number(0.5, "50%", "percentage", inside=_NOTE)),
            row(sums),
        ),
    )
    assert table(document).rows()[0][0].column_span == 2
    assert [block.text for block in document.blocks[2:]] == ["B2 批注：已与审计师核实 见附注"]
    assert [(r.kind, r.text, r.author, r.place) for r in document.remarks] == [
        ("formula", "=SUM(B2:B3)*明细!C4", "", CellPlace("比率", "A3")),
        ("comment", "已与审计师核实\n见附注", "张三", CellPlace("比率", "B2")),
    ]
    assert document.notes == ()


def test_an_ods_whose_cells_can_not_be_looked_at_says_what_may_be_missing(monkeypatch):
    monkeypatch.setattr("workbench.models.documents.sheet_ods.MAX_PART", 100)
    document = read("a.ods", ods(row(label("比率"), number(0.2315, "23.15%", "percentage"))))
    assert "0.2315" in table(document).text
    assert len(document.notes) == 1


def test_an_ods_with_a_document_type_is_read_without_following_it():
    told = read(
        "a.ods", ods(row(label("甲"), label("乙")), before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    )
    assert table(told).text == "甲\t乙"
    assert len(told.notes) == 1


def record(kind: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack("<HH", kind, len(body)) + body


def words(text: str, size: str = "<H") -> bytes:
    return struct.pack(size, len(text)) + b"\1" + text.encode("utf-16-le")


def xls(*records: bytes, password: str = "") -> bytes:
    """A workbook of one sheet; its cell styles: plain, ``0.0%``, the built-in ``0.00%``."""
    begin = struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)
    head = record(0x809, begin) + record(0x42, struct.pack("<H", 1200))
    head += record(0x41E, struct.pack("<H", 170), words("0.0%;[Red]-0.0%"))
    for code in (0, 170, 10):
        head += record(0xE0, struct.pack("<HH", 0, code), bytes(16))
    name = words("比率", "<B")
    where = len(head) + 4 + 6 + len(name) + 4
    head += record(0x85, struct.pack("<IBB", where, 0, 0), name) + record(0x0A)
    assert len(head) == where
    sheet = record(0x809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
    sheet += record(0x200, struct.pack("<IIHHH", 0, 9, 0, 9, 0)) + b"".join(records) + record(0x0A)
    return compound("Workbook", sealed(head + sheet, password) if password else head + sheet)


def sealed(data: bytes, password: str) -> bytes:
    """An XLS stream with a password, as Excel 97 puts it (MS-XLS 2.2.10): every record's body but a few enciphered."""
    salt, verifier = bytes(range(16)), b"v" * 16
    proof = DocumentRC4.decrypt(password, salt, io.BytesIO(verifier + md5(verifier).digest())).read()
    told = record(0x2F, struct.pack("<HHH", 1, 1, 1), salt, proof)
    first = 4 + struct.unpack_from("<H", data, 2)[0]
    data = data[:first] + told + data[first:]
    data += record(0, bytes(-len(data) % 4))  # what follows is filled up with empty records of four bytes
    key = DocumentRC4.decrypt(password, salt, io.BytesIO(bytes(len(data))), blocksize=1024).read()
    made, at = bytearray(data), 0
    while at < len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        if kind == 0x85:  # where the sheet begins stays readable, and moves
            struct.pack_into("<I", made, at + 4, struct.unpack_from("<I", data, at + 4)[0] + len(told))
        if kind not in (0x809, 0x2F):
            for place in range(at + (8 if kind == 0x85 else 4), at + 4 + size):
                made[place] ^= key[place]
        at += 4 + size
    return bytes(made)


def cell(line: int, column: int, style: int, value: float) -> bytes:
    return record(0x203, struct.pack("<HHHd", line, column, style, value))


def comment(number: int, line: int, column: int, author: str, *texts: str) -> bytes:
    """A comment whose text is cut into stretches, as long ones are."""
    size = sum(map(len, texts))
    made = record(0x5D, struct.pack("<HHHH", 0x15, 0x12, 0x19, number), bytes(14))
    made += record(0x1B6, bytes(10), struct.pack("<HH", size, 16), bytes(4))
    made += b"".join(record(0x3C, b"\1", text.encode("utf-16-le")) for text in texts)
    made += record(0x3C, bytes(16))
    return made + record(0x1C, struct.pack("<HHHH", line, column, 0, number), words(author))


def test_percentages_and_comments_of_an_xls_are_read_and_its_formulas_counted():
    several = struct.pack("<HH", 1, 0) + struct.pack("<HIHI", 0, 8 << 2 | 2, 2, 1 << 2 | 3) + struct.pack("<H", 1)
    formula = struct.pack("<HHHdHI", 2, 0, 1, 0.25, 0, 0) + struct.pack("<HBB", 2, 0x1D, 1)
    document = read(
        "a.xls",
        xls(
            cell(0, 0, 1, 0.2315),
            cell(0, 1, 0, 0.2315),
            record(0xBD, several),
            record(0x06, formula),
            comment(7, 1, 1, "李四", "已与", "审计师核实"),
            comment(3, 0, 0, "", "毛利率"),
        ),
    )
    assert table(document).text == "23.2%\t0.2315\n8\t1.00%\n25.0%"
    assert [(r.text, r.author, r.place) for r in document.remarks] == [
        ("毛利率", "", CellPlace("比率", "A1")),
        ("已与审计师核实", "李四", CellPlace("比率", "B2")),
    ]
    assert len(document.notes) == 1
    assert "1 " in document.notes[0]


def test_an_xls_with_a_password_is_opened_with_it_and_reaches_no_disk(monkeypatch):
    data = xls(cell(0, 0, 1, 0.2315), cell(0, 1, 0, 2.0), password="liushui2024")
    for tried, told in ((None, "documents.encrypted"), ("wrong", "documents.wrong_password")):
        with pytest.raises(EncryptedDocument) as caught:
            read_bytes("a.xls", data, password=tried)
        assert caught.value.message == tr(told)
    monkeypatch.setattr(tempfile, "TemporaryFile", None)
    document = read_bytes("a.xls", data, password="liushui2024")
    assert isinstance(document, Document)
    assert table(document).text == "23.2%\t2"


def test_an_xls_anybody_may_open_needs_no_password():
    assert table(read("a.xls", xls(cell(0, 0, 1, 0.5), cell(0, 1, 0, 2.0), password="VelvetSweatshop"))).text


def test_an_xls_sealed_in_an_unknown_way_asks_for_a_copy_without_password():
    data = xls(cell(0, 0, 1, 0.5), password="x").replace(
        struct.pack("<HHHHH", 0x2F, 54, 1, 1, 1), struct.pack("<5H", 0x2F, 54, 1, 9, 9)
    )
    with pytest.raises(EncryptedDocument) as caught:
        read_bytes("a.xls", data, password="x")
    assert caught.value.hint == tr("documents.sealed_old.hint")


def test_errors_in_cells_are_counted_in_every_kind_of_workbook():
    failed = struct.pack("<HHH", 1, 0, 0) + b"\2\0\x17\0\0\0\xff\xff" + struct.pack("<HIHBB", 0, 0, 2, 0x1D, 1)
    old = read(
        "a.xls", xls(cell(0, 0, 0, 1.0), record(0x06, failed), record(0x205, struct.pack("<HHHBB", 2, 0, 0, 7, 1)))
    )
    assert old.notes[0] == tr("documents.cells_wrong", count=2)
    wrong = binary(3, struct.pack("<IIB", 2, 0, 7))
    assert read("a.xlsb", xlsb(line(0, real(0, 0, 1.0), wrong))).notes == (tr("documents.cells_wrong", count=1),)
    calc = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
    broken = label("#DIV/0!", f'office:string-value="" xmlns:calcext="{calc}" calcext:value-type="error"')
    assert read("a.ods", ods(row(label("甲"), broken))).notes == (tr("documents.cells_wrong", count=1),)
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["甲", 1])
    book.active["C1"], book.active["C2"] = "=1/0", "#REF!"
    book.save(buffer)
    assert tr("documents.cells_wrong", count=1) in read("a.xlsx", buffer.getvalue()).notes


def test_an_xls_whose_records_break_off_says_what_may_be_missing():
    document = read("a.xls", xls(cell(0, 0, 1, 0.2315), cell(0, 1, 1, 0.5), record(0x1C, b"\0")))
    assert table(document).text == "23.2%\t50.0%"
    assert len(document.notes) == 1


def binary(kind: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = bytes([len(body)]) if len(body) < 0x80 else bytes([len(body) & 0x7F | 0x80, len(body) >> 7])
    return number + size + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def relation(*targets: tuple[str, str]) -> str:
    lines = (
        f'<Relationship Id="r{k}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for k, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="x">{"".join(lines)}</Relationships>'


def xlsb(*cells: bytes, cut: int = 0) -> bytes:
    """A workbook of one sheet with a comment on its first cell; cell styles: plain, ``0.00%``."""
    formats = binary(615, struct.pack("<I", 1)) + binary(44, struct.pack("<H", 170), wide("0.00%")) + binary(616)
    formats += binary(617, struct.pack("<I", 2))
    formats += b"".join(binary(47, struct.pack("<HH", 0, code), bytes(12)) for code in (0, 170)) + binary(618)
    book = (
        binary(143) + binary(156, bytes(4), struct.pack("<I", 1), wide("r1"), wide("比率")) + binary(144) + binary(132)
    )
    said = binary(632, wide("王五")) + binary(635, struct.pack("<IIIII", 0, 0, 0, 0, 0), bytes(16))
    said += binary(637, b"\0", wide("毛利率"))
    sheet = binary(129) + binary(148, struct.pack("<IIII", 0, 2, 0, 3)) + binary(145) + b"".join(cells) + binary(146)
    sheet += binary(176, struct.pack("<IIII", 0, 0, 0, 1)) + binary(130)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", relation(("worksheet", "worksheets/sheet1.bin")))
        archive.writestr("xl/styles.bin", formats)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
        archive.writestr("xl/worksheets/_rels/sheet1.bin.rels", relation(("comments", "../comments1.bin")))
        archive.writestr("xl/comments1.bin", said[: len(said) - cut])
    return buffer.getvalue()


def line(number: int, *cells: bytes) -> bytes:
    return binary(0, struct.pack("<I", number), bytes(13)) + b"".join(cells)


def real(column: int, style: int, value: float, kind: int = 5) -> bytes:
    tail = struct.pack("<HIB", 0, 1, 0x1E) + bytes(4) if kind == 9 else b""
    return binary(kind, struct.pack("<IId", column, style, value), tail)


def test_percentages_comments_and_merged_cells_of_an_xlsb_are_read_and_its_formulas_counted():
    rows = line(0, real(0, 1, 0.2315), real(2, 0, 0.2315)), line(1, real(0, 1, 0.5), real(2, 1, 0.25, kind=9))
    document = read("a.xlsb", xlsb(*rows))
    assert table(document).text.split() == ["23.15%", "0.2315", "50.00%", "25.00%"]
    assert table(document).rows()[0][0].column_span == 2
    assert [(r.text, r.author, r.place) for r in document.remarks] == [("毛利率", "王五", CellPlace("比率", "A1"))]
    assert len(document.notes) == 1
    assert "1 " in document.notes[0]


def test_an_xlsb_whose_comments_are_cut_short_says_what_may_be_missing():
    document = read("a.xlsb", xlsb(line(0, real(0, 1, 0.2315), real(2, 0, 2.0)), cut=3))
    assert table(document).text.split() == ["23.15%", "2"]
    assert len(document.notes) == 1


_SAMPLES = {
    "ods": (ods_extras, lambda: ods(row(label("甲"), number(0.5, "50%", "percentage", inside=_NOTE)))),
    "xls": (xls_extras, lambda: xls(cell(0, 0, 1, 0.2), cell(0, 1, 0, 0.2), comment(1, 0, 0, "李四", "核", "实"))),
    "xlsb": (xlsb_extras, lambda: xlsb(line(0, real(0, 1, 0.2), real(1, 0, 2.0)))),
}


@pytest.mark.parametrize("kind", list(_SAMPLES))
@settings(max_examples=60)
@given(data=st.data())
def test_broken_bytes_tell_less_or_raise_what_is_foreseen(kind, data):
    extras, sample = _SAMPLES[kind]
    content = bytearray(sample())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    found: dict[str, sheet_formats.SheetExtras] = {}
    with contextlib.suppress(*sheet_formats.FAULTS):
        extras(bytes(content[:cut] if data.draw(st.booleans()) else content), LIMITS, found)
    assert all(len(told.shares) <= LIMITS.cells for told in found.values())


@pytest.mark.parametrize(
    ("code", "decimals"),
    [("0%", 0), ("0.00%", 2), ("#,##0.0%;[Red]-0%", 1), ('0.00"%"', None), ("0.00\\%", None), ("General", None)],
)
def test_a_format_shows_percentages_where_the_sign_is_not_a_letter_of_its_own(code, decimals):
    assert sheet_formats.percent_decimals(code) == decimals
