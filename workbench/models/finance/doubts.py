"""What is wrong with figures as told: contradictions, sums that don't add up, figures out of line, data missing."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from workbench.i18n import tr
from workbench.models.finance.choices import Choice, computed_choice
from workbench.models.finance.question_figures import Figure, figures_of, folded, formulas_of, likeness, names_in

_NONE = re.compile(r"无明显错误|没有(?:明显)?错误|数据无误|均正确")
_SPEAKS = re.compile(r"有误|错误|矛盾|不等于|大于|超过|小于|无法|上升.*万|异常|不一致")
_LACKS = re.compile(r"缺少|缺乏|没有.{1,12}数据|数据不足")
_RISE, _FALL = r"(?:上升|上涨|提升|增长|增加|涨|升)", r"(?:下降|下跌|回落|减少|降低|跌|降)"
_KNOWN = 0.6
"""So much of a name must stand beside a figure for it to be told."""
_STEP = 0.5
"""A figure this much off the middle of its neighbours is out of line."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A contradiction: what it is (a key of ``finance.doubt``), and the words of the question it is about."""

    why: str
    words: str


def doubts_of(question: str) -> list[Doubt]:
    """Every contradiction code finds in a question's data, the surest first."""
    text = folded(question)
    figures = figures_of(question)
    found: list[Doubt] = []
    for look in _LOOKS:
        found += look(text, figures)
    return found


def _turned(text: str, _: Sequence[Figure]) -> Iterator[Doubt]:
    """Words and signs that say opposite things."""
    for match in re.finditer(rf"{_FALL}(?:了)?(?:约)?\s*-\s*[\d.]+[^，。；]*", text):
        yield Doubt("turned_sign", match.group())
    yield from _turned_ways(text)
    for clause in re.split(r"[，。；、\n]", text):
        if re.search(r"涨停", clause) or ("跌停" in clause):
            yield from _limit(text, clause)
    for match in re.finditer(r"([^，。；\n]*[\u4e00-\u9fff])?(上升|上涨|增长)([\d.]+)%[^。]*?转为负", text):
        yield Doubt("to_negative", match.group())
    yield from _against_all(text)


def _turned_ways(text: str) -> Iterator[Doubt]:
    """A rise to less, a fall to more."""
    for match in re.finditer(
        rf"从[^，。；]*?([\d.]+)%{_RISE}(?:至|到)([\d.]+)%|从[^，。；]*?([\d.]+)%{_FALL}(?:至|到)([\d.]+)%", text
    ):
        a, b, c, d = match.groups()
        if (a and float(a) > float(b)) or (c and float(c) < float(d)):
            yield Doubt("direction", match.group())


def _against_all(text: str) -> Iterator[Doubt]:
    """One that went the other way where all are said to have gone one way."""
    if re.search(r"全线下跌|集体下跌|全线收跌", text):
        yield from (
            Doubt("against_fall", m.group()) for m in re.finditer(r"[^，。；\n]{2,12}(?:上涨|收涨)[\d.]+%", text)
        )
    if re.search(r"全线上涨|集体上涨|集体收涨|全线收涨", text):
        yield from (
            Doubt("against_rise", m.group()) for m in re.finditer(r"[^，。；\n]{2,12}(?:下跌|收跌|跌)[\d.]+%", text)
        )


def _limit(text: str, clause: str) -> Iterator[Doubt]:
    after = text[text.find(clause) + len(clause) :][:14]
    if ("涨停" in clause and re.match(r"[，、]?跌幅", after)) or ("跌停" in clause and re.match(r"[，、]?涨幅", after)):
        yield Doubt("limit", clause + after)


def _impossible(text: str, _: Sequence[Figure]) -> Iterator[Doubt]:
    """Shares above one, levels below nothing."""
    for match in re.finditer(r"[^，。；\n]*(?:占比?|比例|比重)(?:为|达)?([\d.]+)%", text):
        if float(match[1]) > 100:
            yield Doubt("share", match.group())
    for match in re.finditer(r"[^，。；\n]*报(-[\d.,]+)", text):
        yield Doubt("negative", match.group())


def _change(_: str, figures: Sequence[Figure]) -> Iterator[Doubt]:
    """A rate that does not follow from the two levels beside it."""
    levels = [f for f in figures if not f.percent]
    rates = [f for f in figures if f.percent and re.search(r"涨|跌|增|降|环比|同比", f.label)]
    if len(levels) == 2 and len(rates) == 1 and all(f.value > 0 for f in levels):
        a, b = levels[0].value, levels[1].value
        if min(abs(abs(a - b) / b - abs(rates[0].value)), abs(abs(a - b) / a - abs(rates[0].value))) > 0.0006:
            yield Doubt("rate", f"{rates[0].label}{rates[0].text}涨幅比例")


def _sums(_: str, figures: Sequence[Figure]) -> Iterator[Doubt]:
    """Parts above their total, or that don't make it up."""
    totals = [f for f in figures if _is_total(f)]
    for total in totals:
        same = [f for f in figures if f is not total and not _is_total(f) and f.series == total.series]
        over = [f for f in same if f.value > total.value > 0]
        if total.series:
            yield from (Doubt("over_total", f"{f.label}{f.text}大于合计数") for f in over)
        before = same[: figures.index(total)] if not total.series else same
        if len(before) > 2 and abs(sum(f.value for f in before) - total.value) > abs(total.value) * 0.005:
            yield Doubt("sum", f"{total.label}总计不等于之和")


def _is_total(figure: Figure) -> bool:
    row = figure.label.removesuffix(figure.series) if figure.series else figure.label
    return bool(re.search(r"合计|总计", row))


def _prices(_: str, figures: Sequence[Figure]) -> Iterator[Doubt]:
    """A highest price that is not the highest, a lowest that is not the lowest, free float above the whole."""
    named = {key: f for key in ("最高", "最低", "开盘", "最新") for f in figures if key in (f.series or f.label)}
    others = [f.value for key, f in named.items() if key not in ("最高", "最低")]
    if "最高" in named and others and named["最高"].value < max(others):
        yield Doubt("highest", f"最高价{named['最高'].text}")
    if "最低" in named and others and named["最低"].value > min(others):
        yield Doubt("lowest", f"最低价{named['最低'].text}")


def _chain(_: str, figures: Sequence[Figure]) -> Iterator[Doubt]:
    """A column out of line with its neighbours."""
    series: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.series:
            series.setdefault(figure.series, []).append(figure)
    for name, group in series.items():
        if len(group) < 3:
            continue
        for at, figure in enumerate(group):
            near = sorted(f.value for n, f in enumerate(group) if n != at)
            middle = near[len(near) // 2]
            wide = max(abs(v - middle) for v in near)
            if middle and abs(figure.value - middle) > max(_STEP * abs(middle), 4 * wide):
                share = f"{figure.value * 100:g}%" if abs(figure.value) < 1 else f"{figure.value:g}%"
                yield Doubt("outlier", f"{figure.label}{figure.text} {share} {name}超过合理范围")


_LOOKS: tuple[Callable[[str, Sequence[Figure]], Iterator[Doubt]], ...] = (
    _impossible,
    _turned,
    _sums,
    _change,
    _prices,
    _chain,
)


def _near(doubt: Doubt, choice: str) -> float:
    """How much of a choice is about the doubt: its figures first, then its words."""
    told = set(re.findall(r"\d[\d.,]*", doubt.words))
    said = set(re.findall(r"\d[\d.,]*", choice))
    shared = len(told & said) / max(len(said), 1)
    alike = SequenceMatcher(None, doubt.words, choice).ratio()
    speaks = 0.6 if _SPEAKS.search(choice) else 0.0
    return shared + alike + speaks


def _doubted(question: str, choices: Mapping[str, str]) -> Choice | None:
    found = doubts_of(question)
    plain = {k: folded(v) for k, v in choices.items() if not _NONE.search(v) and not _LACKS.search(v)}
    if not found or not plain:
        return None
    doubt = found[0]
    letter = max(plain, key=lambda k: (_near(doubt, plain[k]), k))
    return Choice(letter, tr("finance.doubt.said", why=tr(f"finance.doubt.{doubt.why}"), words=doubt.words.strip()))


def missing_choice(question: str, choices: Mapping[str, str]) -> Choice | None:
    """The choice that says what is missing, where the question indeed lacks it."""
    lacking = {k: folded(v) for k, v in choices.items() if _LACKS.search(v)}
    if not lacking:
        return None
    figures = figures_of(question)
    formulas = formulas_of(question)
    missing: list[str] = []
    for _, body in formulas[-1:]:
        missing = [n for n in names_in(body) if not any(likeness(n, f.label) > _KNOWN for f in figures)]
    if formulas and not missing:
        return None
    best: tuple[float, str] | None = None
    for letter, text in lacking.items():
        what = re.split(r"[，,。]", _LACKS.sub("", text), maxsplit=1)[0]
        what = re.sub(r"数据|数值|的|无法.*", "", what)
        if missing:
            score = max(likeness(n, what) for n in missing)
        else:
            score = 0.6 if not what else 1 - max((likeness(what, f.label) for f in figures), default=0)
            score += 0.3 * likeness(what, question.split("\n", maxsplit=1)[0]) if what else 0
        if best is None or score > best[0]:
            best = (score, letter)
    return Choice(best[1], tr("finance.doubt.lacking", what="、".join(missing) or lacking[best[1]])) if best else None


def answered_by_code(question: str, choices: Mapping[str, str]) -> Choice | None:
    """The choice that computing or rules give for a question that holds its own data; None where neither does.

    Its own data are a formula with figures, or two figures and more; other questions are left to the documents.
    """
    figures = figures_of(question)
    told = formulas_of(question) or any(map(_LACKS.search, choices.values())) or doubts_of(question)
    if not figures or (len(figures) < 2 and not told):
        return None
    doubting = any(_NONE.search(v) or _LACKS.search(v) or _SPEAKS.search(v) for v in choices.values())
    if doubting or re.search(r"错误|有误|是错的", question):
        chosen = _doubted(question, choices) or missing_choice(question, choices)
        if chosen is not None:
            return chosen
        none = next((k for k, v in choices.items() if _NONE.search(v)), None)
        if none is not None:
            return Choice(none, tr("finance.doubt.none"))
        if re.search(r"错误|有误|是错的", question):
            return None
    return computed_choice(question, choices)
