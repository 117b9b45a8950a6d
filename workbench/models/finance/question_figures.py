"""The figures and formulas a question gives, in sentences and tables."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from workbench.models.evidence.numbers import Number, find_numbers

FUNCTIONS = frozenset(("exp", "ln", "log", "sqrt", "abs"))
_ASKING = re.compile(
    r"你是一个.{2,12}助手|保留[一二两三四\d]+位小数|请给出正确选项|"
    r"请根据.{0,14}(?:数据|公式|内容)[^，。]{0,6}?(?=计算|[，,。])|近[一二两三四五\d]+年"
)
_UNITS = {"万亿": 1e12, "亿": 1e8, "百万": 1e6, "十亿": 1e9, "万": 1e4, "千": 1e3}
_FORMULA = re.compile(r"(?P<name>[^\s，。；:：=|]{1,40})\s*[=＝](?P<body>[^。；\n=]{3,120})")
_NAME = re.compile(r"[^\s+\-*/^()（）×÷,，\d.%]*[\u4e00-\u9fffA-Za-z][^\s+\-*/^()（）×÷,，]*")
_GENERIC = re.compile(
    r"分别|公司|已知|为|的|是|(?:19|20)\d\d年?|\d+月份?|\d+日|[一二三四]季度|前三季度|截至|报|达到?|[，。；：:、\s（）()]"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the question: the words before it (or its row and column), its value, per cent as a fraction.

    ``series`` is the head of its column, for figures of a table.
    """

    label: str
    value: float
    text: str
    percent: bool = False
    series: str = ""


def folded(text: str) -> str:
    """Widths folded, the minus signs made one; the commas and stops between Chinese words stay Chinese."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace("－", "-")
    return re.sub(r",(?!\d{3})|(?<!\d),", "，", plain).replace(";", "；")


def figures_of(question: str) -> list[Figure]:
    """Every figure given, from sentences and tables, without dates, terms and codes."""
    lines = _ASKING.sub("", folded(question)).split("\n")
    table = [_cells(line) for line in lines if line.strip().startswith("|")]
    prose = "\n".join(_without_formulas(line) for line in lines if not line.strip().startswith("|"))
    return [*_of_prose(prose), *_of_table(table)]


def _without_formulas(line: str) -> str:
    for match in _FORMULA.finditer(line):
        if _is_formula(match["body"]):
            line = line.replace(match.group(), "")
    return line


def _is_formula(body: str) -> bool:
    return bool(re.search(r"[+\-*/^×÷]", body) and _NAME.search(body))


def derived(figures: Sequence[Figure]) -> list[Figure]:
    """What a series of one label tells besides its figures: its first, its last, how many steps, each growth."""
    series: dict[str, list[Figure]] = {}
    for figure in figures:
        series.setdefault(figure.series or _GENERIC.sub("", figure.label), []).append(figure)
    found: list[Figure] = []
    for label, group in series.items():
        if len(group) > 1:
            first, last = group[0], group[-1]
            found.append(Figure("年数期数", len(group) - 1.0, str(len(group) - 1)))
            found.append(Figure(f"{label}现有价值当年本期期末", last.value, last.text))
            found.append(Figure(f"{label}基础价值上年基期期初", first.value, first.text))
            total = sum(f.value for f in group)
            found.append(Figure(f"{label}合计", total, "+".join(f.text for f in group)))
            if first.value:
                grown = (last.value - first.value) / first.value
                found.append(Figure(f"{label}年均增长速度增长率", grown, f"({last.text}-{first.text})/{first.text}"))
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _of_prose(text: str) -> Iterator[Figure]:
    at = 0
    label = ""
    for number in find_numbers(text):
        after = text[number.end : number.end + 3]
        before = text[at : number.start]
        if not _is_figure(number, before, after):
            continue
        words = _GENERIC.sub("", re.split(r"[。；\n]", before)[-1])
        label = (
            words
            if re.search(r"[\u4e00-\u9fffA-Za-z]", re.sub(r"^(?:和|与|及|亿|万|元|美元|%)+", "", words))
            else label
        )
        yield Figure(label, float(number.value), number.text, number.kind == "percent")
        at = number.end


def _is_figure(number: Number, before: str, after: str) -> bool:
    """Neither a date, a term, a code, a part of a name nor a number in words."""
    if (
        number.kind == "date"
        or number.unit in ("年", "月", "日", "月份", "月日")
        or not re.match(r"[-+\d.]", number.text)
    ):
        return False
    if re.match(r"[年月日期季]|个月|年期", after) or re.search(r"[A-Za-z=(]$", before):
        return False
    return not (number.kind == "plain" and re.match(r"[A-Za-z=):]|期货|ETF|股指", after))


def _of_table(rows: Sequence[Sequence[str]]) -> Iterator[Figure]:
    body = [r for r in rows if not all(re.fullmatch(r"[:\-\s]*", c) for c in r)]
    if len(body) < 2:
        return
    head = body[0]
    for row in body[1:]:
        named = " ".join(c for c in row if not _plain(c) and not re.fullmatch(r"[\d.\-/: ]+", c))
        for column, cell in enumerate(row):
            if column < len(head) and re.search(r"日期|时间|代码|排名|序号|^-$", head[column]):
                continue
            value = _plain(cell)
            if value is not None and column:
                title = head[column] if column < len(head) else ""
                unit = re.search(r"\(([万亿百千十]+)", title)
                yield Figure(
                    f"{named}{title}", value * _UNITS.get(unit[1] if unit else "", 1.0), cell, "%" in cell, title
                )


def _plain(cell: str) -> float | None:
    numbers = find_numbers(cell)
    if len(numbers) != 1 or not re.fullmatch(r"[-+]?\s*[\d,.\s]+\s*[%亿万千百元]*", cell):
        return None
    return float(numbers[0].value)


def formulas_of(question: str) -> list[tuple[str, str]]:
    """The formulas given, name and body."""
    lines = folded(question).replace("×", "*").replace("÷", "/").split("\n")
    given = (match for line in lines for match in _FORMULA.finditer(line))
    return [(match["name"], match["body"].strip()) for match in given if _is_formula(match["body"])]


def names_in(body: str) -> list[str]:
    """The names of a formula, functions left out."""
    return [n for n in dict.fromkeys(_NAME.findall(body)) if n not in FUNCTIONS]


def likeness(name: str, label: str) -> float:
    """How much of a name stands in a label, 0 to 1."""
    name, label = _GENERIC.sub("", name), _GENERIC.sub("", label)
    if not name or not label:
        return 0.0
    best = max((j - i for i, j in combinations(range(len(name) + 1), 2) if name[i:j] in label), default=0)
    return best / len(name) - 0.01 * (len(label) - best)
