"""Values computed from numbers already traced: difference, sum, ratio and growth, with the formula shown."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations

from workbench.models.evidence.labels import Label
from workbench.models.evidence.numbers import Number

_GROWTH = re.compile(r"增长|增幅|下降|降幅|减少|增加|变动|上升|grew|growth|increase|decrease|fell|rose")
_RATIO = re.compile(r"率|占|比重|比例|倍|比|ratio|share|margin|times|percent")
_DIFFERENCE = re.compile(
    r"相差|差额|差距|多出|高出|高于|低于|多于|少于|增加|减少|上升|下降|difference|more|less|increase|decrease"
)
_SUM = re.compile(r"合计|总计|共计|总共|之和|加总|sum|total|together")
_MOST_ADDED = 8


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a number follows: ``formula`` as shown, ``inputs`` the numbers used."""

    formula: str
    inputs: tuple[Number, ...]


def derive(wanted: Label, given: Sequence[Number], sentence: str) -> Derivation | None:
    """The first formula over ``given`` whose result rounds to the wanted number, or None.

    Only what the sentence's words call for is tried: growth for 增长, a ratio for 率 or 占, a
    difference for 高于, a sum for 合计. Growth is (new − old) ÷ |old|.
    """
    words = wanted.around + wanted.before + wanted.after + (sentence if len(sentence) < 80 else "")
    figures = [n for n in given if n.kind != "date" and not n.unit.startswith("第")]
    for formula, value, inputs in _candidates(words, wanted.number, figures):
        if _says(wanted.number, value):
            return Derivation(f"{formula} = {wanted.number.text}", inputs)
    return None


def _candidates(words: str, wanted: Number, figures: list[Number]) -> Iterator[tuple[str, Decimal, tuple[Number, ...]]]:
    pairs = [(a, b) for a, b in permutations(figures, 2) if a.unit == b.unit]
    percent = wanted.kind == "percent"
    if _GROWTH.search(words) and percent and wanted.unit == "%":
        yield from _over(pairs, "({a} − {b}) ÷ {b}", lambda a, b: (a - b) / abs(b) if b else None)
    if _RATIO.search(words) and (percent or wanted.unit in ("倍", "")):
        yield from _over(pairs, "{a} ÷ {b}", lambda a, b: a / b if b else None)
        yield from _over(pairs, "({a} − {b}) ÷ {a}", lambda a, b: (a - b) / a if a else None)
    same = [(a, b) for a, b in pairs if a.unit == wanted.unit or (a.unit == "%" and wanted.unit == "个百分点")]
    if _DIFFERENCE.search(words):
        yield from _over(same, "{a} − {b}", lambda a, b: a - b)
    if _SUM.search(words):
        terms = [n for n in figures if n.unit == wanted.unit][:_MOST_ADDED]
        if len(terms) > 1:
            yield " + ".join(n.text for n in terms), sum((n.value for n in terms), Decimal(0)), tuple(terms)
        yield from _over([(a, b) for a, b in same if a.start < b.start], "{a} + {b}", lambda a, b: a + b)


def _over(
    pairs: list[tuple[Number, Number]], shown: str, compute: Callable[[Decimal, Decimal], Decimal | None]
) -> Iterator[tuple[str, Decimal, tuple[Number, ...]]]:
    for a, b in pairs:
        value = compute(a.value, b.value)
        if value is not None:
            yield shown.format(a=a.text, b=b.text), value, (a, b)


def _says(wanted: Number, value: Decimal) -> bool:
    """Whether ``value``, rounded half up to the printed places, is what is printed (sign in words)."""
    if not wanted.quantum or wanted.significant < 2:
        return abs(value) == abs(wanted.value)
    rounded = (value / wanted.quantum).quantize(Decimal(1), ROUND_HALF_UP) * wanted.quantum
    return abs(rounded) == abs(wanted.value)
