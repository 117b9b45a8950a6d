"""XLSX: values as seen, blocks, cells."""

import datetime
import io

import openpyxl
import pytest

from workbench.errors import DamagedDocument, DocumentTooLarge
from workbench.models.documents.document import BlockKind, Document
from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.reading import read_file
from workbench.models.documents.sheet_formats import cell_name
from workbench.models.documents.sheet_values import shown


def saved(book, write):
    buffer = io.BytesIO()
    book.save(buffer)
    return write("流水.xlsx", buffer.getvalue())


def read(path, **options) -> Document:
    document = read_file(path, **options)
    assert isinstance(document, Document)
    return document


def test_each_sheet_is_a_heading_and_its_tables_parted_by_empty_rows(write):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "流水"
    for row in (
        ["某公司流水"],
        ["单位：元"],
        ["日期", "金额"],
        [datetime.date(2024, 1, 2), 1200.5],
        [],
        ["合计", "户数"],
        [3, 4],
    ):
        sheet.append(row)
    book.create_sheet("空表")
    book.create_sheet("余额").append(["账户", 0.1 + 0.2])
    blocks = read(saved(book, write)).blocks
    assert [(b.kind, b.text) for b in blocks] == [
        (BlockKind.HEADING, "流水"),
        (BlockKind.PARAGRAPH, "某公司流水"),
        (BlockKind.PARAGRAPH, "单位：元"),
        (BlockKind.TABLE, "日期\t金额\n2024-01-02\t1200.5"),
        (BlockKind.TABLE, "合计\t户数\n3\t4"),
        (BlockKind.HEADING, "余额"),
        (BlockKind.TABLE, "账户\t0.3"),
    ]
    assert (blocks[3].caption, blocks[3].unit) == ("某公司流水", "单位：元")


def test_every_value_is_anchored_to_its_cell(write):
    book = openpyxl.Workbook()
    book.active.title = "表一"
    book.active["C5"] = "项目"
    book.active["D5"] = 300
    book.active["D7"] = "远处"
    blocks = read(saved(book, write)).blocks
    table = blocks[1]
    start = table.text.index("300")
    assert table.anchor(start, start + 3).to_json() == {"kind": "sheet", "spans": [{"sheet": "表一", "cells": "D5"}]}
    assert blocks[2].anchor().spans[0].to_json() == {"sheet": "表一", "cells": "D7"}


def test_merged_cells_say_what_they_cover(write):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["项目", "金额", None])
    sheet.append(["贷款", 1, 2])
    sheet.merge_cells("B1:C1")
    table = read(saved(book, write)).blocks[1]
    assert [(c.row_span, c.column_span) for c in table.rows()[0]] == [(1, 1), (1, 2)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.0, "1234"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (1e16, "10000000000000000"),
        (12345678.9, "12345678.9"),
        (1e-7, "0.0000001"),
        (True, "TRUE"),
        ("文字", "文字"),
        (datetime.datetime.fromisoformat("2024-03-01T08:30"), "2024-03-01 08:30:00"),
        (datetime.datetime.fromisoformat("2024-03-01"), "2024-03-01"),
        (datetime.timedelta(hours=26, minutes=3), "26:03:00"),
    ],
)
def test_values_are_shown_without_the_noise_of_binary_fractions(value, text):
    assert shown(value) == text


@pytest.mark.parametrize(
    ("place", "name"), [((0, 0), "A1"), ((11, 2), "C12"), ((0, 25), "Z1"), ((0, 26), "AA1"), ((9, 702), "AAA10")]
)
def test_cells_are_named_as_in_the_sheet(place, name):
    assert cell_name(*place) == name


def test_long_tables_are_cut_into_blocks_and_nothing_is_lost(write):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("大表")
    for number in range(1000):
        sheet.append([f"客户{number}", number])
    tables = [b for b in read(saved(book, write)).blocks if b.kind is BlockKind.TABLE]
    assert len(tables) > 1
    assert "\n".join(t.text for t in tables) == "\n".join(f"客户{n}\t{n}" for n in range(1000))


def test_a_workbook_with_too_many_cells_is_refused(write):
    book = openpyxl.Workbook()
    for _ in range(20):
        book.active.append([1] * 20)
    with pytest.raises(DocumentTooLarge):
        read(saved(book, write), limits=ReadLimits(cells=100))


def test_an_empty_workbook_gives_the_names_of_its_sheets_and_says_so(write):
    document = read(saved(openpyxl.Workbook(), write))
    assert [b.text for b in document.blocks] == ["Sheet"]
    assert document.notes
    assert not document.partial


def test_a_truncated_workbook_is_damaged(write):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    path = saved(book, write)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DamagedDocument):
        read(path)


def test_percentages_are_shown_as_in_the_sheet(write):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "比率"
    sheet.append(["毛利率", 0.2315, 0.2315, 0.5])
    sheet["B1"].number_format = "0.00%"
    sheet["D1"].number_format = "0%"
    assert read(saved(book, write)).blocks[1].text == "毛利率\t23.15%\t0.2315\t50%"


@pytest.mark.parametrize(
    ("value", "shown_as"), [(0.2325, "23.3%"), (-0.2325, "-23.3%"), (1e300, f"1{'0' * 302}.0%"), (0, "0.0%")]
)
def test_a_half_percent_is_rounded_away_from_zero_as_the_sheet_does(write, value, shown_as):
    book = openpyxl.Workbook()
    book.active.append(["增幅", value])
    book.active["B1"].number_format = "0.0%"
    assert read(saved(book, write)).blocks[1].text == f"增幅\t{shown_as}"
