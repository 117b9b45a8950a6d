"""Scenario packs: what is right loads, what is wrong is told with file and line."""

from pathlib import Path

import pytest

from workbench.errors import ScenarioError
from workbench.models.scenarios import list_scenarios, load_folder, load_scenario, search_path

GOOD = """\
id = "own"
version = "3"
engines = ["write"]
name = { zh = "自有", en = "Own" }

[[section]]
id = "first"
kind = "figures"
title = { zh = "第一", en = "First" }

[[section.question]]
id = "q"
ask = { zh = "问", en = "Ask" }
expect = ["a&b"]

[[section.material]]
id = "m"
name = { zh = "证", en = "Paper" }
words = ["证"]
"""
FIGURES = """\
[[indicator]]
name = "率"
label = { zh = "率", en = "Rate" }
value = "share(甲, 乙)"
format = "percent"

[[sentence]]
id = "s"
section = "first"
paragraph = "p"
text.zh = "率为{率}，甲{甲|money}。"
text.en = "The rate is {率}."
"""


def pack(home: Path, scenario: str = GOOD, figures: str = FIGURES) -> Path:
    folder = home / "own"
    folder.mkdir(parents=True)
    (folder / "scenario.toml").write_text(scenario, encoding="utf-8")
    (folder / "figures.toml").write_text(figures, encoding="utf-8")
    return folder


def fault(folder: Path) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        load_folder(folder)
    return caught.value


def test_the_credit_report_has_the_outline_of_the_trade() -> None:
    scenario = load_scenario("credit_report")
    assert [s.id for s in scenario.sections] == [
        "borrower", "ownership", "operations", "industry", "finances", "guarantee", "risks", "opinion",
    ]  # fmt: skip
    assert [s.title.zh for s in scenario.sections] == [
        "借款人概况", "股权与实际控制人", "经营情况", "行业分析", "财务分析", "担保分析", "风险与缓释", "结论与意见",
    ]  # fmt: skip
    assert all(s.questions for s in scenario.sections)


def test_a_banks_own_pack_is_found_before_ours(tmp_path: Path) -> None:
    pack(tmp_path / "scenarios")
    folders = search_path(tmp_path)
    assert "own" in list_scenarios(folders)
    assert load_scenario("own", folders).name.zh == "自有"
    assert load_scenario("credit_report", folders).sections


def test_sentences_know_their_slots(tmp_path: Path) -> None:
    pattern = load_folder(pack(tmp_path)).section("first").sentences[0]
    assert [p if isinstance(p, str) else p.format for p in pattern.parts["zh"]] == ["率为", "", "，甲", "money", "。"]


def test_a_pack_may_name_an_adapter_of_the_chat_model(tmp_path: Path) -> None:
    assert load_folder(pack(tmp_path / "plain")).adapter == ""
    assert load_folder(pack(tmp_path, f'adapter = "credit-style"\n{GOOD}')).adapter == "credit-style"


def test_the_fingerprint_changes_with_any_file(tmp_path: Path) -> None:
    folder = pack(tmp_path)
    before = load_folder(folder).fingerprint
    (folder / "figures.toml").write_text(FIGURES.replace("率为", "比率为"), encoding="utf-8")
    assert load_folder(folder).fingerprint != before


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('kind = "figures"', 'kind = "poem"', 8),
        ('ask = { zh = "问", en = "Ask" }', 'ask = { zh = "问" }', 13),
        ('words = ["证"]', 'words = "证"', 19),
        ('title = { zh = "第一", en = "First" }', 'titel = { zh = "第一", en = "First" }', 9),
        ('engines = ["write"]', 'engines = ["sing"]', 3),
        ('id = "own"', 'id = "other"', 1),
        ('expect = ["a&b"]', "sentences = 0", 14),
        ('version = "3"', 'version = "3', 2),
    ],
)
def test_a_fault_in_the_outline_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int) -> None:
    error = fault(pack(tmp_path, GOOD.replace(old, new)))
    assert (Path(error.file).name, error.line) == ("scenario.toml", line)
    assert str(line) in error.message


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("share(甲, 乙)", "share(甲 乙)", 4),
        ("{甲|money}", "{甲|gold}", 11),
        ("{甲|money}", "{甲", 11),
        ('section = "first"', 'section = "second"', 9),
        ("share(甲, 乙)", "share(率, 乙)", 4),
    ],
)
def test_a_fault_in_the_figures_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int) -> None:
    error = fault(pack(tmp_path, figures=FIGURES.replace(old, new)))
    assert (Path(error.file).name, error.line) == ("figures.toml", line)


def test_two_of_one_id_are_refused(tmp_path: Path) -> None:
    assert fault(pack(tmp_path, figures=FIGURES + FIGURES[FIGURES.index("[[sentence]]") :])).line > 0


def test_an_unknown_scenario_names_those_there_are() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("../credit_report")
    assert "credit_report" in caught.value.hint


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    folder = pack(tmp_path)
    (folder / "scenario.toml").write_bytes(b"\xff\xfe\x00")
    assert Path(fault(folder).file).name == "scenario.toml"
