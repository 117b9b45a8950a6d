"""Questions with choices answered by computing: the figures and the formula are in the question itself.

The formula given is filled with the figures it names; without one, the ways figures are usually put together
are tried, those the question's words ask for first. A choice is taken only where a computation gives its value.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, permutations, product

from workbench.models.evidence.numbers import find_numbers
from workbench.models.finance.question_figures import (
    Figure,
    derived,
    figures_of,
    folded,
    formulas_of,
    likeness,
    names_in,
)

_MOST_TRIALS = 20_000
_MOST_FIGURES = 16
_SURE = 0.75
"""A given formula whose names fit the figures worse than this is not taken as filled."""
_SCALES = (1.0, 1e4, 1e8, 1e2, 1e6, 1e9, 1e3, 1e-2)
_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "ln": math.log,
    "log": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
}
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The letter chosen and the computation or contradiction that proves it."""

    letter: str
    formula: str


def _evaluate(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_evaluate(left, values), _evaluate(right, values))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand, values)
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](_evaluate(argument, values))
        case _:
            raise ValueError(ast.dump(node))


def _compiled(body: str) -> tuple[ast.expr, list[str]] | None:
    names = names_in(body)
    text = re.sub(r"(\d+(?:\.\d+)?)%", r"(\1/100)", body).replace("^", "**")
    for number, name in sorted(enumerate(names), key=lambda pair: -len(pair[1])):
        text = text.replace(name, f"v{number}_")
    try:
        return ast.parse(text.strip(), mode="eval").body, names
    except SyntaxError:
        return None


def _filled(question: str, figures: Sequence[Figure]) -> Iterator[tuple[float, float, str]]:
    """(priority, value, computation) of the given formulas over fitting figures, the best fitting first."""
    for name, body in formulas_of(question)[-1:]:
        compiled = _compiled(body)
        if compiled is None or not compiled[1] or len(compiled[1]) > 6:
            continue
        node, names = compiled
        given_figures = [*figures, *derived(figures)]
        known = [sorted(given_figures, key=lambda f, n=n: -likeness(n, f.label))[:8] for n in names]  # type: ignore[misc]
        for given in islice(product(*known), _MOST_TRIALS):
            if len({id(f) for f in given}) < len(given):
                continue
            value = _tried(node, {f"v{n}_": f.value for n, f in enumerate(given)})
            if value is not None:
                fit = sum(likeness(n, f.label) for n, f in zip(names, given, strict=True)) / len(names)
                yield 1 - fit, value, f"{name} = {body} = {_with_figures(body, names, given)}"


def _with_figures(body: str, names: Sequence[str], given: Sequence[Figure]) -> str:
    """A formula with figures in the place of names; a name that another one holds comes after it."""
    for name, figure in sorted(zip(names, given, strict=True), key=lambda pair: -len(pair[0])):
        body = body.replace(name, figure.text)
    return body


def _tried(node: ast.expr, values: Mapping[str, float]) -> float | None:
    try:
        value = _evaluate(node, values)
    except (ArithmeticError, ValueError, KeyError, TypeError):
        return None
    return value if isinstance(value, float) and math.isfinite(value) else None


_WAYS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "growth",
        re.compile(r"增长率|涨跌幅|涨幅|跌幅|增速|增长幅度|下降幅度|升值|贬值|变化率|变动率|贴水率|溢价率|折价率"),
    ),
    ("compound", re.compile(r"复合|年均")),
    ("share", re.compile(r"比重|占比|比例|份额")),
    ("total", re.compile(r"总额|总计|合计|之和|总量|总成交|规模总|共")),
    ("difference", re.compile(r"差|下降多少|变化幅度|净流入|净额|净投放|百分点|利差|余额|顺差|增加额|涨跌额|金额")),
    ("quotient", re.compile(r"率|比价|倍|每股|单位净值|系数|比$")),
    ("product", re.compile(r"收益率|规模|杠杆|市值|成交额|总价")),
)


def _wanted(question: str) -> str:
    """The words that tell what is asked: the sentence with 计算 or a question in it."""
    asked = [s for s in re.split(r"[。；\n]", folded(question)) if re.search(r"计算|求|多少|是什么", s)]
    return "".join(asked) or question


def _ways(question: str, figures: Sequence[Figure]) -> Iterator[tuple[float, float, str]]:
    """(priority, value, computation) of the usual ways to put figures together."""
    asked = _wanted(question)
    first = {name: 2.0 + (0.0 if pattern.search(asked) else 2.0) for name, pattern in _WAYS}
    turned = bool(re.search(r"增加|变化|变动|上涨|提升|较", asked))
    for name, value, text, used, natural in _combined(figures):
        unused = max(len(figures) - used, 0) / len(figures)
        against = 0.3 if natural == (turned and name == "difference") else 0.0
        yield first[name] + unused + against + len(re.findall(r"[+\-*/]", text)) * 0.05, value, text


_Way = tuple[str, float, str, int, bool]
"""Kind, value, computation, how many figures it uses, and whether they stand in their usual order."""


def _combined(figures: Sequence[Figure]) -> Iterator[_Way]:
    values = [(f.value, f.text) for f in figures[:_MOST_FIGURES]]
    if len(values) > 1:
        yield "total", sum(v for v, _ in values), "+".join(t for _, t in values), len(values), True
    yield from _of_sums(values, figures)
    yield from _of_two(values)
    if len(values) <= 8:
        yield from _of_three_and_four(values)


def _of_sums(values: Sequence[tuple[float, str]], figures: Sequence[Figure]) -> Iterator[_Way]:
    """Totals of several figures, and shares in them."""
    for figure in derived(figures):
        if figure.label.endswith("合计"):
            yield "total", figure.value, figure.text, figure.text.count("+") + 1, True
            for value, text in values:
                if value:
                    yield "share", figure.value / value, f"({figure.text})/{text}", len(values), True
                    yield "share", value / figure.value if figure.value else 0, f"{text}/({figure.text})", 2, True


def _of_two(values: Sequence[tuple[float, str]]) -> Iterator[_Way]:
    for (i, (a, x)), (j, (b, y)) in permutations(enumerate(values), 2):
        yield "difference", a - b, f"{x}-{y}", 2, i < j
        yield "total", a + b, f"{x}+{y}", 2, i < j
        yield "product", a * b, f"{x}*{y}", 2, i < j
        if b:
            yield "growth", (a - b) / b, f"({x}-{y})/{y}", 2, i > j
            yield "quotient", a / b, f"{x}/{y}", 2, i < j
            yield "share", a / b, f"{x}/{y}", 2, i < j


def _of_three_and_four(values: Sequence[tuple[float, str]]) -> Iterator[_Way]:
    numbered = list(enumerate(values))
    for (i, (a, x)), (j, (b, y)), (k, (c, z)) in permutations(numbered, 3):
        natural = i < j < k
        if b:
            yield "product", a / b * c, f"{x}/{y}*{z}", 3, natural
            if c < 1:
                yield "product", a / b / (1 - c), f"{x}/{y}/(1-{z})", 3, natural
    for four in permutations(numbered, 4):
        (i, (a, w)), (j, (b, x)), (k, (c, y)), (m, (d, z)) = four
        natural = i < j < k < m
        yield "difference", (a - b) + (c - d), f"({w}-{x})+({y}-{z})", 4, natural
        if a != b:
            grown = ((c - d) - (a - b)) / abs(a - b)
            yield "growth", grown, f"(({y}-{z})-({w}-{x}))/|{w}-{x}|", 4, natural
        if a and b and d:
            yield "growth", (c / d - a / b) / (a / b), f"({y}/{z}-{w}/{x})/({w}/{x})", 4, i < k
            yield "product", a / b * c / d, f"{w}/{x}*{y}/{z}", 4, natural
            if d < 1:
                yield "product", a / b * c / (1 - d), f"{w}/{x}*{y}/(1-{z})", 4, natural


def _quantities(choices: Mapping[str, str]) -> dict[str, tuple[float, float, bool]]:
    """Value, rounding and whether it is per cent, of choices that are one number."""
    found = {}
    for letter, text in choices.items():
        plain = folded(text).strip()
        numbers = find_numbers(plain)
        if len(numbers) == 1 and len(plain) <= len(numbers[0].text) + 8:
            number = numbers[0]
            found[letter] = (float(number.value), float(number.quantum) or 1e-9, number.kind == "percent")
    return found


def computed_choice(question: str, choices: Mapping[str, str]) -> Choice | None:
    """The choice a computation gives, by the given formula before the usual ways; None where none is met.

    A value meets a choice rounded as the choice is printed, in its unit or one of the usual scales.
    """
    quantities = _quantities(choices)
    figures = figures_of(question)
    if not quantities or not figures:
        return None
    best: tuple[float, str, str] | None = None
    for ways in (_filled, _ways):
        for priority, value, text in ways(question, figures):
            if best is not None and priority >= best[0]:
                continue
            for letter, (wanted, quantum, percent) in quantities.items():
                extra = _meets(value, wanted, quantum, percent)
                if extra is not None and (best is None or priority + extra < best[0]):
                    best = (priority + extra, letter, f"{text} = {choices[letter].strip()}")
        if best is not None and best[0] < _SURE:
            break
    return Choice(best[1], best[2]) if best else None


def _meets(value: float, wanted: float, quantum: float, percent: bool) -> float | None:
    """What it costs to take a value for a choice: nothing as it is, more in another scale or cut off."""
    for cost, scale in enumerate((1.0,) if percent else _SCALES):
        near = abs(value / scale - wanted)
        if near <= quantum * 0.51:
            return cost * 0.3
        if near <= quantum * 1.01 and wanted:
            return cost * 0.3 + 0.6
    return None
