"""The real annual report, where it is at hand beside the checkout."""

from pathlib import Path

import pytest

from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.documents.reading import read_file

_FOLDER = Path(__file__).parents[4] / "shared" / "data" / "annual_reports"
_REPORTS = sorted(_FOLDER.glob("2020-04-16*.pdf")) if _FOLDER.is_dir() else []

pytestmark = pytest.mark.skipif(not _REPORTS, reason="the annual report is not at hand")


@pytest.fixture(scope="module")
def report() -> Document:
    document = read_file(_REPORTS[0])
    assert isinstance(document, Document)
    return document


def rows_of(report: Document, caption: str) -> list[list[str]]:
    """All rows of a statement over its pages."""
    tables = [b for b in report.blocks if b.kind is BlockKind.TABLE and b.caption == caption]
    return [[t.text[c.start : c.end] for c in row] for t in tables for row in t.rows()]


@pytest.mark.parametrize(
    ("caption", "row"),
    [
        ("合并资产负债表", ["货币资金", "七、1", "905,402,299.44", "627,041,535.44"]),
        ("合并资产负债表", ["应收票据", "", "", "4,668,878.50"]),
        ("合并资产负债表", ["负债和所有者权益（或股东权益）总计", "", "2,464,948,703.85", "2,051,223,456.86"]),
        ("母公司资产负债表", ["长期股权投资", "十七、3", "695,822,091.49", "653,482,696.56"]),
        ("合并利润表", ["其中：营业收入", "七、61", "1,175,301,034.32", "1,230,537,181.80"]),
        ("合并利润表", ["财务费用", "七、66", "-12,024,894.14", "-34,606,861.02"]),
        ("母公司利润表", ["四、净利润（净亏损以“－”号填列）", "", "59,242,173.01", "103,502,617.74"]),
        ("合并现金流量表", ["六、期末现金及现金等价物余额", "", "900,563,667.93", "598,780,835.94"]),
    ],
)
def test_rows_of_the_statements_have_label_note_and_both_amounts(
    report: Document, caption: str, row: list[str]
) -> None:
    assert row in rows_of(report, caption)


def test_every_row_of_the_statements_has_four_cells_or_is_a_section_over_all(report: Document) -> None:
    for caption in (
        "合并资产负债表",
        "母公司资产负债表",
        "合并利润表",
        "母公司利润表",
        "合并现金流量表",
        "母公司现金流量表",
    ):
        rows = rows_of(report, caption)
        assert len(rows) > 20
        assert {len(row) for row in rows} <= {1, 4}
        assert all(not any(c.isdigit() for c in row[0]) for row in rows if len(row) == 1)


def test_an_amount_of_a_statement_is_anchored_on_its_page(report: Document) -> None:
    table: Block = next(b for b in report.blocks if b.caption == "合并资产负债表")
    start = table.text.index("905,402,299.44")
    anchor = table.anchor(start, start + 14)
    assert anchor is not None
    assert anchor.page == 59
