import re

import pytest

from workbench.models.asking.wording import pattern, wording, words
from workbench.paths import resources

SECTIONS = {name: section for name, section in wording().items() if isinstance(section, dict)}
ENTRIES = [
    (section, name)
    for section, entries in SECTIONS.items()
    for name, said in entries.items()
    if not isinstance(said, dict)
]


def test_the_wording_says_its_version():
    assert wording()["version"] == "1"


@pytest.mark.parametrize(("section", "name"), ENTRIES)
def test_every_pattern_can_be_read_and_says_no_alternative_twice(section, name):
    assert pattern(section, name).pattern
    said = wording()[section][name]
    if isinstance(said, list):
        assert all(said)
        assert len(said) == len(set(said))


@pytest.mark.parametrize(("section", "name"), ENTRIES)
def test_every_pattern_is_read_by_the_module_it_belongs_to(section, name):
    package = resources().parent / "workbench" / "models" / "asking"
    source = (package / f"{section}.py").read_text(encoding="utf-8")
    assert re.search(rf'(?:pattern|words)\("{section}", (?:"{name}"|kind)\)', source)


def test_english_questions_are_understood_in_capitals_too():
    assert pattern("inquiry", "amount").search("How Much was borrowed?")
    assert pattern("calculations", "compound").search("收入的cagr")


def test_characters_that_mean_the_same_stand_together():
    assert "低" in words("comparing", "less")
