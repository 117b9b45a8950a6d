"""The sample case: made again it is the same, it closes, and it disagrees in exactly two places."""

import importlib
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import docx
import openpyxl
import pypdfium2
import pytest

from workbench.paths import resources

SAMPLES = resources() / "samples"
CASE = SAMPLES / "credit_case"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SAMPLES))
        files: list[Path] = importlib.import_module("make_credit_case").make(tmp_path_factory.mktemp("case"))
    return files


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SAMPLES))
    return importlib.import_module("credit_case_figures")


@pytest.fixture(scope="module")
def report() -> str:
    pdf = pypdfium2.PdfDocument(CASE / "岚渚精机2024年度审计报告.pdf")
    text = "\n".join(pdf[n].get_textpage().get_text_bounded() for n in range(len(pdf)))
    pdf.close()
    return re.sub(r"[ \r\n]", "", text)


def test_made_again_the_case_is_the_same_byte_for_byte(made: list[Path]) -> None:
    for path in made:
        if path.suffix != ".pdf":
            assert path.read_bytes() == (CASE / path.name).read_bytes(), path.name


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice makes the PDF")
def test_the_report_made_again_holds_the_same_figures(made: list[Path], report: str) -> None:
    pdf = pypdfium2.PdfDocument(next(path for path in made if path.suffix == ".pdf"))
    text = re.sub(r"[ \r\n]", "", "\n".join(pdf[n].get_textpage().get_text_bounded() for n in range(len(pdf))))
    pdf.close()
    amount = re.compile(r"-?\d{1,3}(?:,\d{3})*\.\d\d")
    assert sorted(amount.findall(text)) == sorted(amount.findall(report))


def test_the_three_statements_close(known: ModuleType) -> None:
    f = known.figures()
    for year in (0, 1):
        b, i, c = ({n: v[year] for n, v in lines.items()} for lines in (f.balance, f.income, f.cash))
        assert b["资产总计"] == b["流动资产合计"] + b["非流动资产合计"] == b["负债和股东权益总计"]
        assert b["资产总计"] == b["负债合计"] + b["归属于母公司股东权益合计"] + b["少数股东权益"]
        assert i["净利润"] == i["归属于母公司股东的净利润"] + i["少数股东损益"] == i["利润总额"] - i["所得税费用"]
        nets = [c[f"{kind}活动产生的现金流量净额"] for kind in ("经营", "投资", "筹资")]
        assert sum(nets) + c["汇率变动对现金及现金等价物的影响"] == c["现金及现金等价物净增加额"]
        assert c["期末现金及现金等价物余额"] == b["货币资金"] - known.RESTRICTED[year]
    assert f.balance["短期借款"] == known.total(known.LOANS)


def test_every_figure_of_the_statements_is_printed_in_the_report(known: ModuleType, report: str) -> None:
    f = known.figures()
    for lines in (f.balance, f.income, f.cash):
        for name, values in lines.items():
            assert all(f"{value:,.2f}" in report for value in values), name


def test_the_account_runs_from_its_opening_to_the_balance_in_the_notes(known: ModuleType, report: str) -> None:
    sheet = openpyxl.load_workbook(CASE / "基本户银行流水2024年.xlsx")["交易流水"]
    rows = [row for row in sheet.iter_rows(min_row=7, values_only=True) if row[1]]
    balance = known.ACCOUNT_OPENING
    for row in rows:
        balance += Decimal(str(row[4] or 0)) - Decimal(str(row[5] or 0))
        assert balance == Decimal(str(round(row[6], 2)))
        assert balance > 0
    assert balance == known.ACCOUNT_CLOSING
    assert f"{balance:,.2f}" in report


def test_the_two_planted_conflicts_are_there(report: str) -> None:
    letter = "\n".join(p.text for p in docx.Document(str(CASE / "流动资金贷款申请书.docx")).paragraphs)
    visit = (CASE / "现场走访记录.md").read_text(encoding="utf-8")
    assert "短期借款期末余额48,650.00万元" in report
    assert "短期借款48,650.00万元" in visit
    assert "短期借款余额48,150.00万元" in letter
    assert "担保余额30,000,000.00元" in report
    assert "担保余额4,500.00万元" in visit


def test_the_text_file_is_gb18030_and_the_policy_is_a_line_a_clause() -> None:
    text = (CASE / "公司章程摘录与股权说明.txt").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        text.decode("utf-8")
    assert "实际控制人" in text.decode("gb18030")
    lines = (CASE / "授信政策条款.jsonl").read_text(encoding="utf-8").splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == len(lines) == 9


def test_the_case_is_small() -> None:
    assert sum(path.stat().st_size for path in CASE.iterdir()) < 600_000
