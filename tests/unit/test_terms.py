"""Every name of the trade that a user can see has an English one."""

import json
import re
import tomllib
from decimal import Decimal

import pytest

from workbench.i18n import in_terms, set_language, term, terms
from workbench.models.finance.display import in_full, labelled, said
from workbench.models.finance.formula import read_formula, written
from workbench.models.finance.ratios import ratio_rules
from workbench.models.finance.signal import signal_rules
from workbench.paths import resources

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FIELD = re.compile(r"\{(\w+)\}")
RULES = resources() / "rules" / "finance"


@pytest.fixture
def in_english():
    set_language("en")
    yield
    set_language("zh")


def declared(name):
    return tomllib.loads((RULES / f"{name}.toml").read_text(encoding="utf-8"))


def accounts():
    return [name for kind in declared("accounts").values() for lines in kind.values() for name in lines]


def checks():
    return [rule["name"] for part in ("check", "across") for rule in declared("checks")[part]]


def notes():
    return [rule["name"] for part in ("note", "opinion") for rule in declared("notes")[part]]


def mentions():
    return [rule["label"] for rule in declared("mentions")["stated"]]


def ratios():
    found = declared("ratios")
    words = [rule[key] for rule in found["ratio"] for key in ("name", "group", "unit", "source") if rule[key] != "%"]
    return [*words, *found["define"]]


def measures():
    return [name for rule in signal_rules() if rule.measures for name in (*rule.measures, *rule.thresholds)]


def offices():
    return tomllib.loads((resources() / "relations" / "names.toml").read_text(encoding="utf-8"))["roles"]


@pytest.mark.parametrize("names", [accounts, checks, notes, mentions, ratios, measures, offices])
def test_every_name_of_the_rules_has_an_english_one(names):
    known = terms("en")
    lacking = {n for n in names() if CHINESE.search(n) and n not in known}
    assert not lacking


def test_english_names_are_english_and_stand_once():
    seen = {}
    for path in sorted((resources() / "i18n" / "en" / "terms").glob("*.json")):
        pairs = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=list)
        for name, english in pairs:
            assert name not in seen, f"{name} stands in {path.name} and in {seen[name]}"
            assert english.strip(), name
            assert not CHINESE.search(english), name
            seen[name] = path.name


def test_two_ratios_are_never_called_the_same():
    names = [term(rule.name, "en") for rule in ratio_rules()]
    assert len(set(names)) == len(names)


def test_every_formula_can_be_told_in_english(in_english):
    told = [in_terms(f"{rule.name} = {rule.shown}") for rule in ratio_rules()]
    assert not [text for text in told if CHINESE.search(text)]
    missing = [in_terms(written(read_formula(m))) for rule in signal_rules() for m in rule.measures.values()]
    assert not [text for text in missing if CHINESE.search(text)]


def test_meanings_and_explanations_are_told_in_english(in_english):
    for rule in ratio_rules():
        assert rule.meaning, rule.name
        assert not CHINESE.search(rule.meaning), rule.name
    for rule in signal_rules():
        assert rule.name, rule.id
        assert not CHINESE.search(rule.name), rule.id
        chinese, english = rule.explanations
        assert not CHINESE.search(FIELD.sub("", english)), rule.id
        assert set(FIELD.findall(english)) <= set(FIELD.findall(chinese)), rule.id


def _bilingual(value, where=""):
    """Every table of ``zh`` and ``en`` in a resource, with its place."""
    if isinstance(value, dict):
        if "zh" in value:
            yield where, value
        for key, inner in value.items():
            yield from _bilingual(inner, f"{where}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _bilingual(inner, f"{where}/{number}")


def _resources():
    for folder in ("fields", "scenarios", "risk_chain", "prompts", "samples", "suites"):
        yield from (p for p in sorted((resources() / folder).rglob("*")) if p.suffix in (".toml", ".json"))


def test_field_sets_scenarios_risks_and_suites_are_told_in_both_languages():
    found = 0
    for path in _resources():
        text = path.read_text(encoding="utf-8")
        for where, words in _bilingual(tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)):
            found += 1
            place = f"{path.name}{where}"
            assert words.get("en"), place
            if isinstance(words["en"], str) and path.parent.name != "prompts":
                assert not CHINESE.search(re.sub(r"\{[^}]*\}", "", words["en"])), place
    assert found > 300


@pytest.mark.parametrize("part", ["field", "section"])
def test_every_field_and_section_has_a_name_in_both_languages(part):
    folder, key = ("fields", "name") if part == "field" else ("scenarios", "title")
    for path in sorted((resources() / folder).rglob("*.toml")):
        made = tomllib.loads(path.read_text(encoding="utf-8"))
        for item in made.get(part, []):
            assert set(item[key]) == {"zh", "en"}, f"{path.name} {item['id']}"
            if part == "field":
                assert set(item["question"]) == {"zh", "en"}, f"{path.name} {item['id']}"
            assert all(item[key].values())


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        ("2013104191.45", "元", "RMB 2,013.10m", "20.13亿元"),
        ("-1234.5", "元", "RMB -1,234.50", "-1,234.50元"),
        ("1.1", "倍", "1.10x", "1.10倍"),
        ("66.214", "%", "66.21%", "66.21%"),
        ("106.6", "天", "107 days", "107天"),
        ("1.234", "元/股", "RMB 1.23 per share", "1.23元/股"),
        ("1186", "人", "1,186 people", "1,186.00人"),
    ],
)
def test_figures_are_said_as_each_language_says_them(value, unit, english, chinese):
    assert said(Decimal(value), unit, "en") == english
    assert said(Decimal(value), unit, "zh") == chinese
    assert said(Decimal(value), unit) == chinese


def test_a_full_amount_and_whose_it_is_are_said_in_english(in_english):
    assert in_full(Decimal("1234567.8")) == "RMB 1,234,567.80"
    assert labelled("对外担保余额（甲公司）") == "Guarantees given (甲公司)"
    assert labelled("别的（甲公司）") == "别的（甲公司）"


def test_a_name_nobody_knows_and_chinese_stay_as_they_are():
    assert term("没有这个科目", "en") == "没有这个科目"
    assert term("应收账款") == "应收账款"
    assert in_terms("资产负债率 = 负债合计 ÷ 资产总计") == "资产负债率 = 负债合计 ÷ 资产总计"
