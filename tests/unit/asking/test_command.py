"""``inkstone search`` and ``inkstone ask`` over one case and several."""

import json

import pytest

from workbench.cli.main import main


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("INKSTONE_PASSPHRASE", "a long passphrase")
    monkeypatch.setenv("INKSTONE_MODELS", str(tmp_path / "models"))
    where = ["--home", str(tmp_path / "home"), "--quiet", "--lang", "zh"]
    papers = {
        "申请": "恒泰精密股份有限公司申请流动资金贷款，期限十二个月。",
        "制度": "单户流动资金贷款上限为三千万元，超过的报总行审批。",
    }
    for case, text in papers.items():
        path = tmp_path / f"{case}20240506.txt"
        path.write_text(text, encoding="utf-8")
        assert main([*where, "case", "new", case]) == 0
        assert main([*where, "add", case, str(path), "--no-wait"]) == 0
    return where


def found(home, capsys, *arguments):
    capsys.readouterr()
    assert main([*home, "--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("also", [["--also", "制度"], ["--all-cases"]])
def test_further_cases_are_searched_and_asked_where_they_are_named(home, capsys, also):
    query = "单户流动资金贷款上限为多少？"
    assert len(found(home, capsys, "search", "申请", query)) == 1
    assert "三千万元" in found(home, capsys, "search", "申请", query, *also)[0]["text"]
    assert "三千万元" not in found(home, capsys, "ask", "申请", query)["answer"]
    assert "三千万元" in found(home, capsys, "ask", "申请", query, *also)["answer"]


def test_the_day_of_a_file_is_a_filter(home, capsys):
    query = "流动资金贷款期限"
    assert found(home, capsys, "search", "申请", query, "--since", "2024-05-01", "--company", "恒泰精密")
    assert found(home, capsys, "search", "申请", query, "--since", "2024-06-01") == []
    assert found(home, capsys, "search", "申请", query, "--company", "北岬") == []


def test_a_case_that_is_not_there_is_told(home, capsys):
    assert main([*home, "search", "申请", "期限", "--also", "没有"]) != 0
    assert "没有" in capsys.readouterr().err
