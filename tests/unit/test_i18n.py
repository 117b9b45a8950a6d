"""Both languages are complete, and nothing is said that can't be translated."""

import ast
import re
import sys
from pathlib import Path

import pytest

from workbench import i18n

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FIELDS = re.compile(r"\{[^}]*\}")
KEY = re.compile(r"[a-z_]+(\.\w+)+")
BEGINNING = re.compile(r"[a-z_]+\.(\w+[._])*$")
FIELD = re.compile(r"\{(\w+)")


@pytest.fixture(autouse=True)
def fresh_catalogues():
    i18n.catalogue.cache_clear()


def _sources():
    return sorted((ROOT / "workbench").rglob("*.py"))


def _calls_of_tr(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr" and node.args:
            yield node.args[0]


def _keys_and_beginnings():
    """Keys said outright, and the fixed beginnings of those put together at run time."""
    keys, beginnings = set(), set()
    for path in _sources():
        for argument in _calls_of_tr(ast.parse(path.read_text(encoding="utf-8"))):
            whole = isinstance(argument, ast.Constant)
            for node in ast.walk(argument):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    if BEGINNING.match(node.value) and not whole:
                        beginnings.add(node.value)
                    elif KEY.fullmatch(node.value):
                        keys.add(node.value)
    return keys, beginnings


def test_both_languages_have_the_same_keys():
    assert set(i18n.catalogue("zh")) == set(i18n.catalogue("en"))


def test_both_languages_fill_in_the_same_values():
    for key, chinese in i18n.catalogue("zh").items():
        assert set(FIELD.findall(chinese)) == set(FIELD.findall(i18n.catalogue("en")[key])), key


def test_every_key_that_is_said_is_in_the_catalogue():
    keys, beginnings = _keys_and_beginnings()
    known = set(i18n.catalogue("zh"))
    missing = {k for k in keys if k not in known and k not in beginnings}
    assert not missing


def test_every_text_in_the_catalogue_is_said_somewhere():
    keys, beginnings = _keys_and_beginnings()
    everything = "\n".join(p.read_text(encoding="utf-8") for p in _sources())
    put_together = {match[1] for match in re.finditer(r'"([a-z_]+\.(?:\w+[._])*)\{', everything)} | beginnings
    tails = set(re.findall(r'f"\{\w+\}([._]\w+)"', everything))
    unused = [
        key
        for key in i18n.catalogue("zh")
        if key not in keys
        and f'"{key}"' not in everything
        and not key.startswith(tuple(put_together))
        and not any(key.endswith(tail) and f'"{key.removesuffix(tail)}"' in everything for tail in tails)
    ]
    assert not unused


def test_english_texts_are_english_and_chinese_texts_are_chinese():
    same = {k for k, v in i18n.catalogue("en").items() if CHINESE.search(v)}
    allowed = {k for k in same if re.search(r"language|about|app|tour", k)}
    assert same <= allowed
    wordless = {k for k, v in i18n.catalogue("zh").items() if len(FIELDS.sub("", v)) > 24 and not CHINESE.search(v)}
    assert not wordless


def test_no_chinese_literal_stands_in_the_views():
    found = []
    for path in sorted((ROOT / "workbench" / "views").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            id(n.body[0].value)
            for n in ast.walk(tree)
            if isinstance(n, (ast.Module, ast.ClassDef, ast.FunctionDef)) and n.body and isinstance(n.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            said = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
            if said and CHINESE.search(node.value):
                found.append(f"{path.name}:{node.lineno} {node.value!r}")
    assert not found


def test_a_missing_key_is_seen_and_breaks_nothing():
    assert i18n.tr("no.such.key", value=1) == "no.such.key"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no locale variables")
@pytest.mark.parametrize(
    ("value", "language"),
    [("", "zh"), ("C.UTF-8", "zh"), ("POSIX", "zh"), ("zh_CN.UTF-8", "zh"), ("en_GB.UTF-8", "en"), ("cs_CZ", "en")],
)
def test_the_language_follows_the_system_and_is_chinese_where_it_says_nothing(monkeypatch, value, language):
    for variable in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", value)
    assert i18n.system_language() == language
