"""What changed between two reports of one company."""

from decimal import Decimal

import pytest

from workbench.jobs import JobContext
from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_bytes
from workbench.models.evidence import Status
from workbench.models.extracting import Paper, field_set, parse_set
from workbench.models.extracting.changes import Incomparable, changes_between

REPORT = """# 江南精工机械股份有限公司{year}年度审计报告

江南精工机械股份有限公司

法定代表人：{person}

职工人数：{staff}人

## 合并资产负债表

{year}年12月31日 单位：元

| 项目 | {year}年12月31日 |
|---|---|
| 货币资金 | {cash} |
| 流动资产合计 | {cash} |
| 固定资产 | 200.00 |
| 非流动资产合计 | 200.00 |
| 资产总计 | {total} |
| 短期借款 | 100.00 |
| 负债合计 | 100.00 |
| 所有者权益合计 | {equity} |
| 负债和所有者权益总计 | {total} |
"""


def report(year: int, **values: object) -> Paper:
    told = {"person": "沈砚舟", "staff": 100, "cash": "100.00", "total": "300.00", "equity": "200.00", **values}
    document = read_bytes(f"{year}.md", REPORT.format(year=year, **told).encode())
    assert isinstance(document, Document)
    return Paper(str(year), document)


def test_lines_and_fields_that_changed_are_told_with_both_places_whichever_comes_first():
    old = report(2023)
    new = report(2024, person="温屿川", staff=120, cash="150.00", total="350.00", equity="250.00")
    for one, other in ((old, new), (new, old)):
        changes = {c.name: c for c in changes_between(one, other, JobContext())}
        cash = changes["货币资金"]
        assert cash.share == Decimal("0.5")
        assert cash.claim.status is Status.COMPUTED
        assert [c.document for c in cash.claim.citations] == ["2023", "2024"]
        assert cash.claim.computation
        assert "固定资产" not in changes
        assert (changes["法定代表人"].before, changes["法定代表人"].after) == ("沈砚舟", "温屿川")
        assert changes["职工人数"].share == Decimal("0.2")


def test_the_largest_change_of_the_statements_comes_first():
    changes = changes_between(report(2023), report(2024, cash="150.00", total="350.00", equity="250.00"), JobContext())
    shares = [abs(c.share) for c in changes if c.share is not None]
    assert shares == sorted(shares, reverse=True)


def test_reports_of_one_period_or_of_two_companies_are_not_compared():
    with pytest.raises(Incomparable):
        changes_between(report(2023), report(2023), JobContext())
    document = read_bytes("o.md", "# 北岬重工装备股份有限公司2024年度报告\n\n北岬重工装备股份有限公司".encode())
    assert isinstance(document, Document)
    with pytest.raises(Incomparable):
        changes_between(report(2023), Paper("o", document), JobContext())


NOTE = """# 北岬重工装备（研究报告）

研究对象：北岬重工装备股份有限公司

报告日期：{day}

投资评级：{rating}

目标价：{target}元
"""


def note(day: str, rating: str, target: str) -> Paper:
    document = read_bytes(f"{day}.md", NOTE.format(day=day, rating=rating, target=target).encode())
    assert isinstance(document, Document)
    return Paper(day, document)


def test_two_research_notes_of_one_year_are_compared_by_the_chosen_fields_the_earlier_first():
    early, late = note("2025-03-05", "买入", "18.50"), note("2025-08-20", "中性", "15.00")
    for one, other in ((early, late), (late, early)):
        changes = {c.name: c for c in changes_between(one, other, JobContext(), fields=field_set("research_report"))}
        assert (changes["投资评级"].before, changes["投资评级"].after) == ("买入", "中性")
        assert [c.document for c in changes["投资评级"].claim.citations] == ["2025-03-05", "2025-08-20"]


def test_a_share_that_changed_is_told_in_points():
    field = parse_set('[[field]]\nid = "s"\nname = "研发人员占比"\ntype = "percent"\nlabels = ["研发人员占比"]\n', "s")
    papers = []
    for year, share in ((2023, "10.70%"), (2024, "11.51%")):
        text = REPORT.format(year=year, person="沈砚舟", staff=100, cash="100.00", total="300.00", equity="200.00")
        document = read_bytes(f"{year}.md", f"{text}\n研发人员占比：{share}\n".encode())
        assert isinstance(document, Document)
        papers.append(Paper(str(year), document))
    changes = {c.name: c for c in changes_between(papers[0], papers[1], JobContext(), fields=field)}
    assert "+0.81个百分点" in changes["研发人员占比"].claim.text
