"""``inkstone extract``."""

import json

import pytest

from workbench.cli.main import main
from workbench.paths import resources

APPLICATION = resources() / "samples" / "credit_case" / "流动资金贷款申请书.docx"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("INKSTONE_PASSPHRASE", "a long passphrase")
    monkeypatch.setenv("INKSTONE_MODELS", str(tmp_path / "models"))
    where = ["--home", str(tmp_path / "home"), "--quiet", "--lang", "zh"]
    assert main([*where, "case", "new", "c"]) == 0
    assert main([*where, "add", "c", str(APPLICATION), "--no-wait"]) == 0
    return where


def test_a_set_is_extracted_to_json_lines_in_the_shape_of_the_contract(home, tmp_path):
    out = tmp_path / "o.jsonl"
    assert main([*home, "extract", "c", "--fields", "loan_application", "--no-model", "--out", str(out)]) == 0
    cells = {c["field"]: c for c in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    amount = cells["loan_amount"]
    assert {"document", "field", "value", "unit", "period", "confidence", "status", "citations"} <= set(amount)
    assert (amount["value"], amount["unit"], amount["status"]) == ("80000000", "元", "traced")
    assert amount["citations"][0]["anchor"]["kind"] == "word"
    assert amount["citations"][0]["document"] == amount["document"]


def test_a_field_file_questions_excel_and_word(home, tmp_path, capsys):
    fields = tmp_path / "f.toml"
    fields.write_text('[[field]]\nname = "法定代表人"\n\n[[field]]\nname = "车位数量"\n', encoding="utf-8")
    for name in ("g.xlsx", "g.docx"):
        assert main([*home, "extract", "c", "--fields", str(fields), "--out", str(tmp_path / name)]) == 0
        assert (tmp_path / name).stat().st_size > 3000
    capsys.readouterr()
    assert main([*home, "--json", "extract", "c", "--question", "贷款期限是多久？"]) == 0
    assert [c["value"] for c in json.loads(capsys.readouterr().out)] == ["12"]


def test_an_unknown_set_is_told_with_those_there_are(home, capsys):
    assert main([*home, "extract", "c", "--fields", "nothing"]) == 1
    assert "company_profile" in capsys.readouterr().err
