"""The finance workbook: inputs with sources, live formulas, equal to our own values in LibreOffice."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.unit.finance.papers import balance_sheet
from workbench.i18n import set_language
from workbench.models.documents.reading import read_file
from workbench.models.finance import (
    altman_of,
    break_even,
    common_size_of,
    dupont_of,
    finances_of,
    peers_of,
    plan_of,
    repayment_projection,
    stress_base,
    stress_test,
    working_capital_inputs,
    working_capital_need,
)
from workbench.models.finance.facts import Finances
from workbench.models.writing.export.workbook_finance import write_finance_workbook
from workbench.paths import resources

GROWTH = Decimal("0.10")


@pytest.fixture(scope="module")
def finances() -> Finances:
    path = next((resources() / "samples" / "credit_case").glob("*审计报告.pdf"))
    return finances_of([("d1", read_file(path))])


@pytest.fixture(scope="module")
def written(finances: Finances, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "finance.xlsx"
    write_finance_workbook(finances, path, documents={"d1": "审计报告.pdf"}, growth=GROWTH)
    return path


@pytest.fixture(scope="module")
def computed(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    out = tmp_path_factory.mktemp("computed")
    profile = tmp_path_factory.mktemp("profile").as_uri()
    command = [
        office,
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(out),
        str(written),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return openpyxl.load_workbook(out / written.name, data_only=True)


def rows(sheet: Any, column: int = 1) -> dict[str, list[Any]]:
    return {
        str(r[column - 1].value): [c.value for c in r] for r in sheet.iter_rows() if r[column - 1].value is not None
    }


def test_an_input_names_its_document_place_and_words(written: Path) -> None:
    sheet = openpyxl.load_workbook(written)["资产负债表"]
    cell = next(r for r in sheet.iter_rows() if r[0].value == "货币资金")[1]
    assert cell.value == pytest.approx(238615407.92)
    assert "审计报告.pdf" in cell.comment.text
    assert "货币资金" in cell.comment.text


def test_figures_have_names_charts_are_native_and_every_sheet_prints(written: Path) -> None:
    book = openpyxl.load_workbook(written)
    assert book.defined_names["资产总计_2024"].attr_text.startswith("'资产负债表'!$B$")
    assert len(book["图表"]._charts) == 4
    assert {"财务指标", "结构分析", "杜邦与Z值", "需求量测算", "压力测试", "勾稽校验", "预警信号"} <= set(
        book.sheetnames
    )
    assert all(s.sheet_properties.pageSetUpPr.fitToPage for s in book.worksheets)


def test_no_cell_is_an_error(computed: Any) -> None:
    assert not [c.value for s in computed for r in s.iter_rows() for c in r if c.data_type == "e"]


def test_every_ratio_is_live_and_equal_to_ours(written: Path, computed: Any, finances: Finances) -> None:
    live = openpyxl.load_workbook(written)["财务指标"]
    found = rows(computed["财务指标"], 2)
    compared = 0
    for ratio in finances.ratios:
        if ratio.value is not None and ratio.scope == "consolidated":
            column = 3 if ratio.period == "2024" else 4
            value = found[ratio.name][column]
            assert value == pytest.approx(float(ratio.value), abs=0.005 if ratio.unit == "元" else 0.0001), ratio.name
            compared += 1
    assert compared > 100
    assert sum(c.data_type == "f" for r in live.iter_rows() for c in r) == compared


def test_common_size_dupont_and_altman_are_equal_to_ours(computed: Any, finances: Finances) -> None:
    shares = rows(computed["结构分析"])
    for line in common_size_of(finances.statements):
        assert shares[line.name][1] == pytest.approx(float(line.shares["2024"])), line.name
    parts = rows(computed["杜邦与Z值"])
    assert parts["ROE"][1] == pytest.approx(float(dupont_of(finances.statements)[0].roe))
    assert parts["Z″"][1] == pytest.approx(float(altman_of(finances.statements)[0].score))


def test_the_need_is_equal_to_the_cent(computed: Any, finances: Finances) -> None:
    inputs = working_capital_inputs(finances.statements, growth=GROWTH)
    assert inputs is not None
    need = working_capital_need(replace(inputs, request=Decimal(0)))
    found = rows(computed["需求量测算"])
    for step in need.steps:
        assert step.value is not None
        assert found[step.label][1] == pytest.approx(float(step.value), abs=0.005), step.label


def test_stress_and_break_even_are_equal_to_the_cent(computed: Any, finances: Finances) -> None:
    base = stress_base(finances.statements)
    assert base is not None
    found = rows(computed["压力测试"])
    for column, result in enumerate(stress_test(base), start=1):
        assert found["可还债现金"][column] == pytest.approx(float(result.cash), abs=0.005)
        assert found["偿债备付率"][column] == pytest.approx(float(result.dscr or 0))
    assert found["偿债盈亏平衡收入"][1] == pytest.approx(float(break_even(base).revenue or 0), abs=0.005)


def test_the_projection_of_repayment_is_equal_to_the_cent(computed: Any, finances: Finances) -> None:
    plan = plan_of(finances)
    assert plan is not None
    found = rows(computed["还款测算"])
    for column, year in enumerate(repayment_projection(plan.inputs), start=1):
        assert found["经营现金净额"][column] == pytest.approx(float(year.operating_cash), abs=0.005)
        assert found["期末现金"][column] == pytest.approx(float(year.closing_cash), abs=0.005)
        cover = "—" if year.dscr is None else pytest.approx(float(year.dscr))
        assert found["偿债备付率"][column] == cover


def test_a_figure_of_the_statements_changed_by_hand_moves_every_tool(
    written: Path, finances: Finances, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(written)
    live = {
        name: str(rows(book["需求量测算"])[name][1]) for name in ("上年度销售收入", "存货平均余额", "借款人自有资金")
    }
    assert live["上年度销售收入"].startswith("='利润表'!B")
    assert live["存货平均余额"].endswith("/2")
    assert live["借款人自有资金"].startswith("=MAX(")
    stress = rows(book["压力测试"])
    assert all(str(stress[name][1]).startswith("=") for name in ("营业收入", "有息债务", "平均利率", "回款天数"))
    assert str(rows(book["还款测算"])["期初货币资金"][1]).startswith("='资产负债表'!")
    commented = [c for r in book["压力测试"].iter_rows(max_col=2, max_row=8) for c in r if c.comment]
    assert len(commented) == 7


def test_companies_of_one_case_stand_beside_each_other_with_their_median(finances: Finances, tmp_path: Path) -> None:
    others = tuple(replace(s, company="青岚精工股份有限公司", document="d2") for s in finances.statements)
    both = replace(finances, statements=(*finances.statements, *others))
    write_finance_workbook(both, tmp_path / "peers.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "peers.xlsx")["同业比较"]
    assert [c.value for c in sheet[1]][2:] == [finances.company, "青岚精工股份有限公司", "中位数"]
    (peer,) = [p for p in peers_of(both.statements) if p.name == "资产负债率"]
    row = rows(sheet)["资产负债率"]
    assert row[2] == row[3] == pytest.approx(float(peer.median or 0))
    assert "MEDIAN(C" in row[4]


def test_every_sheet_says_on_paper_whose_it_is_and_which_page(written: Path, finances: Finances) -> None:
    for sheet in openpyxl.load_workbook(written).worksheets:
        assert finances.company in sheet.oddFooter.left.text
        assert sheet.oddFooter.center.text == "&P / &N"


def test_a_name_that_begins_like_a_formula_stays_text(finances: Finances, tmp_path: Path) -> None:
    statement = finances.statements[0]
    odd = replace(statement.items[1], name='=HYPERLINK("x")', canonical=None)
    changed = replace(
        finances, statements=(replace(statement, items=(odd, *statement.items[1:])), *finances.statements[1:])
    )
    write_finance_workbook(replace(changed, company="=1+1"), tmp_path / "odd.xlsx")
    book = openpyxl.load_workbook(tmp_path / "odd.xlsx")
    found = [c for s in book for r in s.iter_rows() for c in r if "HYPERLINK" in str(c.value)]
    assert found
    assert all(c.data_type == "s" for c in found)


def test_a_case_without_statements_gives_a_workbook_that_says_so(tmp_path: Path) -> None:
    write_finance_workbook(finances_of([]), tmp_path / "empty.xlsx")
    assert openpyxl.load_workbook(tmp_path / "empty.xlsx").active["A1"].value == "没有找到财务报表"


@pytest.fixture
def in_english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("zh")


@pytest.mark.usefixtures("in_english")
def test_in_english_every_name_is_english_and_formulas_and_defined_names_stay(written: Path, tmp_path: Path) -> None:
    path = next((resources() / "samples" / "credit_case").glob("*审计报告.pdf"))
    write_finance_workbook(finances_of([("d1", read_file(path))]), tmp_path / "finance.xlsx", growth=GROWTH)
    english, chinese = openpyxl.load_workbook(tmp_path / "finance.xlsx"), openpyxl.load_workbook(written)
    assert set(english.defined_names) == set(chinese.defined_names)
    company = english["About"]["B1"].value
    cells = [c for sheet in english for row in sheet.iter_rows() for c in row]
    told = {str(c.value) for c in cells if c.data_type == "s" and c.value != company}
    assert not {text for text in told if re.search("[\u4e00-\u9fff]", text)}
    before = [c for sheet in chinese for row in sheet.iter_rows() for c in row]
    assert sum(c.data_type == "f" for c in cells) == sum(c.data_type == "f" for c in before) > 100


def test_a_workbook_of_statements_in_another_currency_says_so(tmp_path):
    document = balance_sheet(unit="单位：美元")
    path = tmp_path / "f.xlsx"
    write_finance_workbook(finances_of([("d", document)]), path)
    book = openpyxl.load_workbook(path)
    assert book["资产负债表"]["A1"].value == "项目（单位：美元）"
    assert "美元" in [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
