"""Formulas: values, unknowns, other notations."""

from decimal import Decimal

import pytest

from workbench.models.scenarios import evaluate, holds, parse_expression, write

FIGURES = {("收入", 0): Decimal(120), ("收入", -1): Decimal(100), ("成本", 0): Decimal(90), ("长、名", 0): Decimal(7)}


def value(source: str) -> Decimal | None:
    return evaluate(parse_expression(source), lambda name, back: FIGURES.get((name, back)))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("收入 - 成本", 30),
        ("share(收入 - 成本, 收入)", 25),
        ("growth(收入)", 20),
        ("change(收入)", 20),
        ("avg(收入)", 110),
        ("total(收入, 缺)", 120),
        ("max(收入 - 200, 0)", 0),
        ('"长、名" * 2', 14),
        ("收入[-1] / 4", 25),
        ("-成本 + 收入", 30),
    ],
)
def test_a_formula_has_its_value(source: str, expected: int) -> None:
    assert value(source) == expected


@pytest.mark.parametrize("source", ["缺 + 1", "收入 / (成本 - 90)", "growth(成本)", "total(缺, 无)"])
def test_what_is_missing_or_divided_by_nothing_is_unknown(source: str) -> None:
    assert value(source) is None


def test_growth_from_a_base_below_zero_is_unknown() -> None:
    figures = {("利润", 0): Decimal(5), ("利润", -1): Decimal(-5)}
    assert evaluate(parse_expression("growth(利润)"), lambda n, b: figures.get((n, b))) is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("收入 > 100 and 成本 < 100", True),
        ("收入 > 200 or 缺 > 1", None),
        ("收入 > 200 and 缺 > 1", False),
        ("收入 > 100 or 缺 > 1", True),
        ("not 收入 > 100", False),
    ],
)
def test_a_condition_is_decided_by_what_is_known(source: str, expected: bool | None) -> None:
    assert holds(parse_expression(source), lambda n, b: FIGURES.get((n, b))) is expected


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os')",
        "收入.x",
        "收入[1]",
        "share(收入)",
        "lambda: 1",
        "f'{收入}'",
        "收入 ** 2",
        "收入 if 1 else 2",
        "",
        "1 <",
    ],
)
def test_anything_but_a_formula_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_expression(source)


def test_references_name_last_year_where_a_function_looks_back() -> None:
    found = parse_expression("growth(收入) - share(成本, 收入[-1])").references()
    assert set(found) == {("收入", 0), ("收入", -1), ("成本", 0)}


def test_a_formula_is_written_for_people_and_for_a_spreadsheet() -> None:
    formula = parse_expression("share(收入 - 成本, 收入)")
    assert write(formula, lambda name, _back: name) == "(收入 − 成本) ÷ 收入"
    assert (
        write(formula, lambda name, _back: {"收入": "A1", "成本": "A2"}[name], spreadsheet=True) == "(A1-A2)/(A1)*100"
    )


def test_brackets_keep_the_meaning_in_a_spreadsheet() -> None:
    cells = {"a": "9", "b": "4", "c": "2"}
    written = write(parse_expression("a - (b - c)"), lambda name, _back: cells[name], spreadsheet=True)
    assert written == "9-(4-2)"
    assert write(parse_expression("a / (b / c)"), lambda name, _b: cells[name], spreadsheet=True) == "9/(4/2)"
