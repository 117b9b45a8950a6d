"""``inkstone eval`` as a user types it, without models."""

import json

import pytest

from workbench.cli import main
from workbench.inference.registry import Registry

from .conftest import write_jsonl


@pytest.fixture
def inkstone(tmp_path, capsys):
    def run(*arguments):
        places = ["--home", str(tmp_path / "home"), "--models", str(tmp_path / "models"), "--lang", "zh"]
        code = main([*places, *map(str, arguments)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_a_folder_is_measured_and_table_json_and_chart_are_written(inkstone, folder, tmp_path):
    out = tmp_path / "out"
    code, told, _ = inkstone("eval", folder, "--out", out)
    assert code == 0
    assert "首条命中" in told
    assert "100.0 %" in (out / "table.txt").read_text(encoding="utf-8")
    written = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert written["measurement"]["figures"]["hit1"] == [1.0, 1]
    assert [record["question"] for record in written["records"]] == ["q1", "q2"]
    assert (out / "chart.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_part_is_measured_in_the_folder_given(inkstone, folder):
    code, told, _ = inkstone("--json", "eval", "retrieval", "--data", folder)
    assert code == 0
    assert set(json.loads(told)["measured"]) == {"hit1", "ndcg10", "within500", "within1000"}


def test_the_user_s_library_is_not_touched(inkstone, folder, tmp_path):
    inkstone("eval", folder, "--limit", "1")
    assert not (tmp_path / "home" / "library.db").exists()
    assert Registry(tmp_path / "models").list() == ()


def test_the_suites_there_are_can_be_listed(inkstone):
    code, told, _ = inkstone("eval", "list", "--json")
    assert code == 0
    assert {"credit_case", "small_papers"} <= {suite["id"] for suite in json.loads(told)}


def test_an_unknown_suite_is_told_with_a_hint(inkstone):
    code, _, complaint = inkstone("eval", "no-such-suite")
    assert code != 0
    assert "credit_case" in complaint


def test_a_suite_that_is_no_json_is_told_in_words(inkstone, tmp_path):
    write_jsonl(tmp_path / "corpus.jsonl", [{"id": "a", "text": "一"}])
    (tmp_path / "queries.jsonl").write_bytes(b"\xff\xfe\x00{")
    code, _, complaint = inkstone("eval", tmp_path)
    assert code != 0
    assert "queries.jsonl" in complaint
