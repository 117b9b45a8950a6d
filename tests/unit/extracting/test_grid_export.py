"""The grid as Excel and Word."""

from dataclasses import replace
from types import SimpleNamespace

import docx
import openpyxl
import pytest

from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_bytes
from workbench.models.extracting import Paper, parse_set, read_cell
from workbench.models.writing.export.grid import GridTable, table_of, write_grid_workbook
from workbench.models.writing.export.grid_word import write_grid_document

FIELDS = parse_set(
    '[[field]]\nname = "注册资本"\n\n[[field]]\nname = "主营业务"\ntype = "text"\n\n[[field]]\nname = "备注"\n', "mine"
)


@pytest.fixture
def table():
    document = read_bytes("a.md", "注册资本：5,000万元\n\n主营业务：=HYPERLINK(1)和机械制造\n".encode())
    assert isinstance(document, Document)
    paper = Paper("d", document)
    stored = [SimpleNamespace(id="d", name="资料.pdf", path="/tmp/资料.pdf")]
    return table_of("甲", FIELDS.fields, stored, [read_cell(paper, f) for f in FIELDS.fields])


def test_each_value_has_its_source_as_comment_and_link_and_figures_are_figures(table, tmp_path):
    path = tmp_path / "g.xlsx"
    write_grid_workbook(table, path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    cell = sheet["B2"]
    assert cell.value == 50000000
    assert "注册资本：5,000万元" in cell.comment.text
    assert cell.hyperlink.target.startswith("file:///")
    assert sheet["D2"].value in (None, "")


def test_words_that_begin_like_a_formula_stay_words(table, tmp_path):
    path = tmp_path / "g.xlsx"
    write_grid_workbook(table, path)
    cell = openpyxl.load_workbook(path).worksheets[0]["C2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("=HYPERLINK")


def test_a_second_sheet_lists_every_value_found_with_its_quote(table, tmp_path):
    path = tmp_path / "g.xlsx"
    write_grid_workbook(table, path)
    rows = list(openpyxl.load_workbook(path).worksheets[1].iter_rows(values_only=True))
    assert [row[1] for row in rows] == ["字段", "注册资本", "主营业务"]
    assert rows[1][2] == "50,000,000 元"
    assert "5,000万元" in rows[1][5]


def test_in_word_one_document_is_a_table_of_fields_each_with_its_source(table, tmp_path):
    path = tmp_path / "g.docx"
    write_grid_document(table, path)
    document = docx.Document(str(path))
    (made,) = document.tables
    assert [cell.text for cell in made.rows[0].cells] == ["字段", "值", "出处"]
    assert made.rows[1].cells[1].text == "● 50,000,000"
    assert "5,000万元" in made.rows[1].cells[2].text
    assert made.rows[3].cells[1].text == "—"
    assert document.sections[0].page_width > document.sections[0].page_height


def test_in_word_several_documents_are_rows_with_numbered_sources_and_six_fields_beside_each_other(table, tmp_path):
    (row,) = table.rows
    many = GridTable(
        "多", table.columns * 3, tuple(replace(row, name=f"资料{n}", values=row.values * 3) for n in range(3))
    )
    path = tmp_path / "g.docx"
    write_grid_document(many, path)
    document = docx.Document(str(path))
    assert [len(made.columns) for made in document.tables] == [7]
    assert any(p.text == "各份资料都没有写：备注、备注、备注" for p in document.paragraphs)
    assert document.tables[0].rows[0].cells[0].text == "资料"
    assert document.tables[0].rows[1].cells[1].text == "● 50,000,000 [1]"
    notes = [p.text for p in document.paragraphs if p.text.startswith("[")]
    assert len(notes) == 18
    assert notes[0].startswith("[1] 资料0")
    assert not any("{{" in p.text for s in document.sections for p in s.header.paragraphs)


def test_a_grid_too_wide_for_a_page_goes_over_several_with_the_names_on_each(table, tmp_path):
    (row,) = table.rows
    wide = GridTable("宽", table.columns * 6, (replace(row, values=row.values * 6),))
    write_grid_workbook(wide, tmp_path / "w.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "w.xlsx").worksheets[0]
    assert sheet.page_setup.fitToWidth == 2
    assert sheet.print_title_cols == "$A:$A"
    write_grid_workbook(table, tmp_path / "n.xlsx")
    assert openpyxl.load_workbook(tmp_path / "n.xlsx").worksheets[0].print_title_cols is None
