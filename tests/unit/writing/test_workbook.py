"""The workbook: inputs with sources, live formulas, nothing taken for a formula by accident."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from workbench.inference.api import Role
from workbench.inference.fake import FakeEngine
from workbench.jobs import JobContext
from workbench.models.evidence import Claim, Status
from workbench.models.scenarios import load_scenario
from workbench.models.writing import Paragraph, Report, Writer
from workbench.models.writing.export.atomic import ExportError
from workbench.models.writing.export.workbook import write_workbook
from workbench.models.writing.export.workbook_parts import FORMATS, format_of


@pytest.fixture
def report(shelf: Any, finances: Any) -> Report:
    return Writer(shelf, shelf, FakeEngine(missing=[Role.CHAT]), finances).draft(
        "c1", load_scenario("credit_report"), JobContext()
    )


def rows(sheet: Any) -> dict[str, Any]:
    return {str(row[0].value): row for row in sheet.iter_rows() if row[0].value is not None}


def test_the_sheets_are_those_promised(report: Report, tmp_path: Path) -> None:
    write_workbook(report, tmp_path / "r.xlsx")
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == ["关键指标", "报表数据", "冲突与缺口", "依据"]


def test_an_input_is_commented_with_its_source(report: Report, tmp_path: Path) -> None:
    write_workbook(report, tmp_path / "r.xlsx")
    row = rows(openpyxl.load_workbook(tmp_path / "r.xlsx")["报表数据"])["资产总计"]
    assert row[1].value == "元"
    assert row[2].value == pytest.approx(2013104191.45)
    assert "审计报告" in row[2].comment.text
    assert "第9行" in row[2].comment.text


def test_what_is_computed_is_a_formula_over_the_inputs(report: Report, tmp_path: Path) -> None:
    write_workbook(report, tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    inputs = rows(book["报表数据"])
    ratio = rows(book["关键指标"])["资产负债率"][1]
    assert ratio.data_type == "f"
    assert f"'报表数据'!{inputs['负债合计'][2].coordinate}" in ratio.value
    assert ratio.comment.text.startswith("∑")


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-cmd", "@x", "\t=2", '=HYPERLINK("x")'])
def test_words_of_a_document_are_never_a_formula(report: Report, tmp_path: Path, text: str) -> None:
    section = report.section("industry")
    bad = replace(section, paragraphs=(Paragraph("x", (Claim(text, Status.UNPROVEN),), "model"),), title=text)
    write_workbook(report.with_section(bad), tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    found = [c for name in ("冲突与缺口", "依据") for row in book[name].iter_rows() for c in row if c.value == text]
    assert found
    assert all(c.data_type == "s" and c.quotePrefix for c in found)


def test_a_folder_in_the_way_is_told(report: Report, tmp_path: Path) -> None:
    (tmp_path / "r.xlsx").mkdir()
    with pytest.raises(ExportError):
        write_workbook(report, tmp_path / "r.xlsx")
    assert [f.name for f in tmp_path.iterdir()] == ["r.xlsx"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_computes_it_without_an_error(
    report: Report, tmp_path: Path, convert: Callable[[Path, str], Path]
) -> None:
    write_workbook(report, tmp_path / "r.xlsx")
    computed = openpyxl.load_workbook(convert(tmp_path / "r.xlsx", "xlsx"), data_only=True)
    errors = [c.value for s in computed for row in s.iter_rows() for c in row if c.data_type == "e"]
    assert not errors
    lines = [[cell.value for cell in row] for row in computed["关键指标"].iter_rows() if row[0].value is not None]
    compared = 0
    for table in (t for s in report.sections for t in s.tables if any(c.formula for r in t.rows for c in r.cells)):
        begin = next(i for i, line in enumerate(lines) if table.title in str(line[0]))
        for row, line in zip(table.rows, lines[begin + 2 :], strict=False):
            for cell, found in zip(row.cells, line[1:], strict=False):
                if cell.formula:
                    scale = 10**4 if cell.unit == "元" else 1
                    assert found == pytest.approx(float(cell.value or 0) / scale, rel=1e-9), (table.title, row.label)
                    compared += 1
    assert compared > 20


def test_every_sheet_prints_all_its_columns_on_a_page(report, tmp_path):
    path = tmp_path / "r.xlsx"
    write_workbook(report, path)
    for sheet in openpyxl.load_workbook(path).worksheets:
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert sheet.page_setup.fitToHeight == 0


def test_the_change_of_a_share_is_told_in_points_and_not_in_per_cent(report, tmp_path):
    path = tmp_path / "r.xlsx"
    write_workbook(report, path)
    sheet = openpyxl.load_workbook(path)["关键指标"]
    rows = {row[0].value: row for row in sheet.iter_rows()}
    assert rows["毛利率"][1].number_format == '0.00"%"'
    assert rows["毛利率"][3].number_format == '+0.00"个百分点";-0.00"个百分点";0.00"个百分点"'
    assert rows["营业成本"][3].number_format == '0.00"%"'
    table = next(t for s in report.sections for t in s.tables if any(r.label == "毛利率" for r in t.rows))
    moved = next(r for r in table.rows if r.label == "毛利率").cells[-1]
    assert moved.claim.text.endswith("个百分点")


def test_what_is_counted_says_its_unit_in_the_cell():
    assert format_of("个月") == 'General"个月"'
    assert format_of("元") == FORMATS["元"]


def test_no_table_is_cut_that_fits_on_a_page(report, tmp_path):
    path = tmp_path / "r.xlsx"
    write_workbook(report, path)
    sheet = openpyxl.load_workbook(path)["关键指标"]
    titles = [row[0].row for row in sheet.iter_rows() if " · " in str(row[0].value)]
    breaks = [b.id + 1 for b in sheet.row_breaks.brk]
    assert breaks
    assert set(breaks) <= set(titles)
    pages = [1, *breaks, sheet.max_row + 1]
    assert max(b - a for a, b in pairwise(pages)) < 60
