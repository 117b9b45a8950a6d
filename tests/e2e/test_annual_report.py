"""A real annual report of 156 pages: imported, asked, drafted, handed in."""

import json

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.engine]


@pytest.fixture(scope="module")
def report(data):
    return next((data / "annual_reports").glob("*603339*.pdf"))


def test_a_credit_officer_imports_asks_drafts_and_hands_in(inkstone, report, starter_models, tmp_path):
    (added,) = inkstone.lines("add", "四方科技授信", report)
    assert added["status"] == "added"
    assert added["pages"] == 156

    again = inkstone.lines("add", "四方科技授信", report)
    assert again[0]["status"] == "unchanged"

    hits = inkstone.json("search", "四方科技授信", "公司的控股股东和实际控制人")
    assert any("黄杰" in hit["text"] for hit in hits)
    assert all(hit["anchor"]["kind"] == "page" for hit in hits)

    answer = inkstone.json("ask", "四方科技授信", "公司2019年的营业收入是多少？")
    assert answer["status"] == "answered"
    assert "1,175,301,034.32" in json.dumps(answer, ensure_ascii=False)
    cited = [c for s in answer["sentences"] for c in s["citations"]]
    assert cited
    assert cited[0]["anchor"]["spans"][0]["page"] >= 1

    word, book = tmp_path / "r.docx", tmp_path / "r.xlsx"
    inkstone.run("write", "四方科技授信", "--scenario", "credit_report", "--out", word, "--workbook", book)
    assert word.stat().st_size > 20_000
    assert book.stat().st_size > 5_000
    evidence = json.loads((tmp_path / "r.evidence.json").read_text(encoding="utf-8"))
    assert any(entry["status"] == "computed" for entry in evidence)
