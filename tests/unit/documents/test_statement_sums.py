"""The statements of real annual reports as grids: what is added up in them adds up."""

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.documents.reading import read_file

_FOLDER = Path(__file__).parents[4] / "shared" / "data" / "annual_reports"
_REPORTS = (
    {path.suffix[1:]: path for path in (*_FOLDER.glob("2020-04-16*.pdf"), *_FOLDER.glob("*.docx"))}
    if _FOLDER.is_dir()
    else {}
)

_DRESS = re.compile(r"[（(].*?[)）]|^[一二三四五六七八九十]+、|^(减|加)[:：]|\s|的(?=税后)")
_WITHIN = ("其中：", "应收股利", "应付股利", "永续债")
"""Rows said again within the one above them."""

Rows = list[tuple[str, list[Decimal]]]

pytestmark = pytest.mark.skipif(len(_REPORTS) < 2, reason="the annual reports are not at hand")


@cache
def blocks(kind: str) -> tuple[Block, ...]:
    document = read_file(_REPORTS[kind])
    assert isinstance(document, Document)
    return document.blocks


def statement(kind: str, name: str) -> Rows:
    """Labels and the amounts of both periods (0 where none is printed).

    Word's file has some statements in several tables, cut where its pages end: those without a title go on.
    """
    read = blocks(kind)
    start = next(
        k for k, b in enumerate(read) if b.kind is BlockKind.TABLE and b.caption.endswith(name) and len(b.rows()) > 10
    )
    parts = [read[start]]
    for block in read[start + 1 :] if kind == "docx" else ():
        if block.kind is BlockKind.HEADING or (block.kind is BlockKind.TABLE and block.caption):
            break
        parts += [block] if block.kind is BlockKind.TABLE else []
    rows = [[part.text[c.start : c.end] for c in row] for part in parts for row in part.rows()]
    return [(_DRESS.sub("", row[0]), [amount(cell) for cell in row[-2:]]) for row in rows[1:] if len(row) > 2]


def amount(text: str) -> Decimal:
    return Decimal(text.replace(",", "")) if re.fullmatch(r"-?[\d,]+\.\d\d", text.strip()) else Decimal(0)


def value(rows: Rows, label: str, period: int) -> Decimal:
    return next(amounts[period] for name, amounts in rows if name == label)


def section(rows: Rows, head: str, total: str, period: int) -> Decimal:
    """The sum of the rows between two, those within others left out."""
    labels = [name for name, _ in rows]
    start, end = labels.index(head) + 1 if head else 0, labels.index(total)
    return sum((amounts[period] for name, amounts in rows[start:end] if not name.startswith(_WITHIN)), Decimal(0))


both = pytest.mark.parametrize("kind", ["pdf", "docx"])
periods = pytest.mark.parametrize("period", [0, 1])


@both
@periods
@pytest.mark.parametrize("scope", ["合并", "母公司"])
def test_the_balance_sheet_adds_up(kind: str, scope: str, period: int) -> None:
    rows = statement(kind, f"{scope}资产负债表")
    for part in ("流动资产", "非流动资产", "流动负债", "非流动负债"):
        assert section(rows, f"{part}：", f"{part}合计", period) == value(rows, f"{part}合计", period), part
    assets = value(rows, "流动资产合计", period) + value(rows, "非流动资产合计", period)
    debts = value(rows, "流动负债合计", period) + value(rows, "非流动负债合计", period)
    assert assets == value(rows, "资产总计", period)
    assert debts == value(rows, "负债合计", period)
    equity = next(a[period] for n, a in rows if n in ("所有者权益合计", "股东权益合计"))
    assert debts + equity == assets
    total = next(a[period] for n, a in rows if n in ("负债和所有者权益总计", "负债和股东权益总计"))
    assert total == assets


@both
@periods
@pytest.mark.parametrize("scope", ["合并", "母公司"])
def test_the_income_statement_adds_up(kind: str, scope: str, period: int) -> None:
    rows = statement(kind, f"{scope}利润表")
    before_tax = value(rows, "营业利润", period) + value(rows, "营业外收入", period) - value(rows, "营业外支出", period)
    assert before_tax == value(rows, "利润总额", period)
    assert before_tax - value(rows, "所得税费用", period) == value(rows, "净利润", period)
    other = next((a[period] for n, a in rows if n == "其他综合收益税后净额"), Decimal(0))
    assert value(rows, "净利润", period) + other == value(rows, "综合收益总额", period)


@both
@periods
@pytest.mark.parametrize("scope", ["合并", "母公司"])
def test_the_cash_flow_statement_adds_up(kind: str, scope: str, period: int) -> None:
    rows = statement(kind, f"{scope}现金流量表")
    net = value(rows, "汇率变动对现金及现金等价物的影响", period)
    for part in ("经营活动", "投资活动", "筹资活动"):
        came, went = value(rows, f"{part}现金流入小计", period), value(rows, f"{part}现金流出小计", period)
        assert section(rows, f"{part}产生的现金流量：", f"{part}现金流入小计", period) == came
        assert section(rows, f"{part}现金流入小计", f"{part}现金流出小计", period) == went
        assert value(rows, f"{part}产生的现金流量净额", period) == came - went
        net += came - went
    assert value(rows, "现金及现金等价物净增加额", period) == net
    assert value(rows, "期初现金及现金等价物余额", period) + net == value(rows, "期末现金及现金等价物余额", period)
