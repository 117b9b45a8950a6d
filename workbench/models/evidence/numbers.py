"""Numbers in Chinese and English finance text, with their units and scale.

12.53亿元, 125,300万元 and 1,253,000,000元 have one value. Every run of digits of a text is found, so
that nothing said in digits escapes verification; Chinese numerals are found where they stand for
quantities (dates, clauses, shares, amounts, counts from two on), not in words such as 一方面.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from workbench.models.evidence.numerals import DIGIT, NUMERAL, read_numeral

NumberKind = Literal["amount", "percent", "date", "count", "plain"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number as printed in ``text[start:end]``.

    ``value`` is in the base unit: yuan (or the currency named by ``unit``) for amounts, fractions
    for percentages (12.5% is 0.125) and percentage points. Dates are year, yearmonth or yearmonthday
    written as digits with unit ``年``, ``月``, ``日``; a month or day without year has unit ``月份``
    or ``月日``. ``unit`` is ``""`` where none is printed. Codes (telephone, ISO9001) carry
    themselves as unit, so they only equal themselves. ``quantum`` is the worth of one in the last
    printed place, 0 where the number is exact by nature (dates, clauses, codes).
    """

    start: int
    end: int
    value: Decimal
    unit: str
    kind: NumberKind
    text: str
    quantum: Decimal = Decimal(0)

    @property
    def significant(self) -> int:
        """How many significant digits are printed."""
        if not self.quantum:
            return 99
        return len(str(abs(int((self.value / self.quantum).to_integral_value()))))


_SCALES = {
    "十": 10**1, "百": 10**2, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7,
    "亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
    "thousand": 10**3, "million": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9, "trillion": 10**12,
}  # fmt: skip
_CURRENCIES = {
    "元": "元", "圆": "元", "块": "元", "人民币": "元", "元人民币": "元", "rmb": "元", "cny": "元", "yuan": "元",
    "¥": "元", "美元": "美元", "美金": "美元", "usd": "美元", "us$": "美元", "$": "美元", "dollars": "美元",
    "港元": "港元", "港币": "港元", "hkd": "港元", "hk$": "港元", "欧元": "欧元", "eur": "欧元", "€": "欧元",
    "日元": "日元", "jpy": "日元", "英镑": "英镑", "gbp": "英镑", "£": "英镑",
}  # fmt: skip
_COUNTED = (
    "个百分点|个基点|个月|个工作日|平方米|平方公里|立方米|千瓦时|公里|公斤|千克|吨标煤|吨|股|人|名|位|家|户|个|项|次|件|"
    "台|套|辆|座|条|款|倍|天|日|年|月|小时|分钟|岁|米|亩|元/股|股东|笔|份|期|只|批|章|页|级|类|种|折|分"
)
_AMOUNT = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = "万亿|[十百千]?[万亿]|[百千十](?=[元万亿人股吨美港欧])|thousand|million|billion|trillion|mn|bn"
_CURRENCY = "元人民币|人民币|美元|美金|港元|港币|欧元|日元|英镑|元|圆|rmb|cny|yuan|usd|dollars|hkd|eur|jpy|gbp"
_LATIN = "mmbtu|[kmg]?wh|[kmg]w|tons?|tonnes?|km|kg|shares|employees|people|customers|hours|days|months|years|times"
_YEAR = r"(?:19|20)\d\d"
_SMALL = rf"(?:\d{{1,2}}|{NUMERAL}{{1,3}})"

_FIND = re.compile(
    r"(?P<mail>[a-z0-9][\w.+-]*@[\w.-]+|(?:https?://|www\.)[\w./?=&%-]+)"
    rf"|(?P<clause>第\s*(?P<nth>\d+|{NUMERAL}+)\s*(?P<part>[条款项章节编届次期季页号步类批]))"
    rf"|(?P<date>(?<!\d)(?P<year>{_YEAR}|{DIGIT}{{4}})\s*年(?:度|末|初|底)?(?:\s*(?P<month>{_SMALL})\s*月份?"
    rf"(?:\s*(?P<day>{_SMALL})\s*[日号])?)?)"
    rf"|(?P<iso>(?<![a-z])fy\s?{_YEAR}|(?<![\d.-]){_YEAR}(?P<joint>[-/.])(?:0?[1-9]|1[0-2])(?P=joint)(?:[12]\d|3[01]|0?[1-9])(?![\d]))"
    rf"|(?P<monthday>(?<![\d.])(?P<m>{_SMALL})\s*月(?:份|(?:\s*(?P<d>{_SMALL})\s*[日号]))?)"
    r"|(?P<code>(?<![\d.,])(?:\d{3,4}-\d{7,8}|0\d+(?![\d.,])|\d{1,3}(?:\.\d{1,3}){2,})"
    r"|(?<![a-z])(?!(?:rmb|cny|usd|hkd|eur|gbp|fy)\d)[a-z]+(?:-?\d+[a-z]*)+)"
    rf"|(?P<share>百分之(?P<hundredths>{NUMERAL}+(?:点{DIGIT}+)?))"
    rf"|(?P<han>(?P<numeral>(?:{NUMERAL}|[万亿])+(?:点{DIGIT}+)?)\s*"
    rf"(?P<hanunit>个百分点|个月|{_CURRENCY}|[倍年名位家人股天吨户岁]))"
    r"|(?P<number>(?:(?P<before>us\$|hk\$|[$¥€£]|rmb|cny|usd|hkd|eur|gbp|人民币)\s*)?"
    rf"(?:(?P<sign>负|(?<![a-z0-9%)\]年月日号])[-−+])\s?)?(?P<digits>{_AMOUNT})"
    rf"(?:\s*(?P<unit>%|‰|per ?cent(?:age points?)?|(?=\S)(?:(?P<scale>{_SCALE})(?![a-z]))?"
    rf"\s*(?P<after>(?:{_CURRENCY})(?![a-z])|{_COUNTED})?(?<!\s)(?<!\d)))?(?P<letters>(?<=\d)(?:[a-z]+|\s(?:{_LATIN})(?![a-z])))?)"
)


def folded(text: str) -> str:
    """NFKC and lower case, character for character, so that positions stay."""
    return text.translate(_FOLDS) if text.isascii() else "".join(map(_fold, text))


_FOLDS = {i: chr(i).lower() for i in range(128)}


@lru_cache(maxsize=8192)
def _fold(c: str) -> str:
    plain = unicodedata.normalize("NFKC", c).lower()
    return plain if len(plain) == 1 else c


def find_numbers(text: str) -> tuple[Number, ...]:
    """All numbers of ``text`` in order; positions are those of ``text`` itself."""
    plain = folded(text)
    found: list[Number] = []
    for match in _FIND.finditer(plain):
        number = _read(match, plain, text)
        if number is not None:
            found.append(number)
    return tuple(_ranges(found, plain))


def _read(match: "re.Match[str]", plain: str, text: str) -> Number | None:
    group = match.groupdict()
    if group["number"]:
        return _figure(match, plain, text)
    if group["date"] or group["iso"] or group["monthday"]:
        return _date(match, text)
    if group["han"]:
        return _counted_in_words(match, text)
    return _named(match, text)


def _named(match: "re.Match[str]", text: str) -> Number | None:
    """Clauses, shares in words and codes: numbers whose wording is fixed."""
    group = match.groupdict()
    start, end = match.span()
    printed = text[start:end]
    if group["clause"]:
        value = read_numeral(group["nth"])
        return None if value is None else Number(start, end, value, "第" + group["part"], "count", printed)
    if group["share"]:
        value = read_numeral(group["hundredths"])
        quantum = Decimal(1).scaleb(-2 - len(group["hundredths"].partition("点")[2]))
        return None if value is None else Number(start, end, value / 100, "%", "percent", printed, quantum)
    digits = re.sub(r"\D", "", match.group())
    return Number(start, end, Decimal(digits), match.group(), "plain", printed) if digits else None


def _date(match: "re.Match[str]", text: str) -> Number | None:
    group = match.groupdict()
    parts = [group[p] for p in ("year", "month", "day")]
    if group["iso"]:
        parts = re.split(r"[-/.]", group["iso"].removeprefix("fy").strip())
    unit = "日"
    if group["monthday"]:
        parts = [group["m"], group["d"]]
        unit = "月日" if group["d"] else "月份"
    values = [read_numeral(p) for p in parts if p]
    if any(v is None for v in values):
        return None
    if not group["monthday"]:
        unit = "年月日"[len(values) - 1]
    value = Decimal("".join(f"{v:02f}".split(".")[0].zfill(2) for v in values if v is not None))
    return Number(match.start(), match.end(), value, unit, "date", text[match.start() : match.end()])


def _counted_in_words(match: "re.Match[str]", text: str) -> Number | None:
    """五万元, 三年, 两名; a single 一 is a word rather than a count."""
    numeral, unit = match.group("numeral"), match.group("hanunit")
    value = read_numeral(numeral)
    currency = _CURRENCIES.get(unit)
    if value is None or (currency is None and value < 2) or numeral[0] in "万亿":
        return None
    printed = text[match.start() : match.end()]
    if unit == "个百分点":
        return Number(match.start(), match.end(), value / 100, unit, "percent", printed, Decimal("0.01"))
    kind: NumberKind = "amount" if currency else "count"
    return Number(match.start(), match.end(), value, currency or unit, kind, printed, Decimal(1))


def _figure(match: "re.Match[str]", plain: str, text: str) -> Number:
    group = match.groupdict()
    start, end = match.start(), len(match.group().rstrip()) + match.start()
    digits = group["digits"].replace(",", "")
    value, quantum = Decimal(digits), Decimal(1).scaleb(-len(digits.partition(".")[2]))
    if group["sign"] in ("-", "−", "负"):
        value = -value
    if end == match.end("digits") and _bracketed(plain, start, end):
        start, end, value = start - 1, end + 1, -value
    scale, unit, kind = _unit(group)
    printed = Decimal(0) if kind == "date" else quantum * scale
    return Number(start, end, value * scale, unit, kind, text[start:end], printed)


def _unit(group: dict[str, str | None]) -> tuple[Decimal, str, NumberKind]:
    """Scale, base unit and kind of a figure."""
    printed, letters = (group["unit"] or "").strip(), (group["letters"] or "").strip()
    if printed in ("%", "‰") or printed.startswith("per"):
        points = "point" in printed
        return Decimal("0.001" if printed == "‰" else "0.01"), "个百分点" if points else "%", "percent"
    scale = Decimal(_SCALES.get(group["scale"] or "", 1))
    after = group["after"] or ""
    currency = _CURRENCIES.get(after) or _CURRENCIES.get(group["before"] or "")
    if currency:
        return scale, currency, "amount"
    if after in ("个百分点", "个基点"):
        return scale / (100 if after == "个百分点" else 10000), "个百分点", "percent"
    if after or letters:
        return scale, after or letters, "count"
    if not group["scale"] and re.fullmatch(_YEAR, group["digits"] or ""):
        return Decimal(1), "年", "date"
    return scale, "", "plain"


def _bracketed(plain: str, start: int, end: int) -> bool:
    """Accountants' (1,234.56): alone in brackets that stand free, and no bare year or list number."""
    if start < 1 or plain[start - 1] != "(" or plain[end : end + 1] != ")":
        return False
    before = plain[start - 2] if start >= 2 else " "
    return not before.isalpha() and ("," in plain[start:end] or "." in plain[start:end])


def _ranges(found: list[Number], plain: str) -> list[Number]:
    """10-15% and 3至5亿元: the first number has the unit and scale of the second."""
    result = list(found)
    for i, (first, second) in enumerate(pairwise(found)):
        if first.kind != "plain" or first.unit or second.kind not in ("amount", "percent") or not second.quantum:
            continue
        if plain[first.end : second.start].strip() not in ("-", "~", "至", "到", "—", "–"):
            continue
        decimals = re.search(r"\.(\d+)", folded(second.text))
        scale = second.quantum * Decimal(10) ** (len(decimals[1]) if decimals else 0)
        value, quantum = first.value * scale, first.quantum * scale
        result[i] = Number(first.start, first.end, value, second.unit, second.kind, first.text, quantum)
    return result


def rounds_to(printed: Number, said: Number) -> bool:
    """Whether ``said`` is ``printed`` itself or a rounding (half up) of it to at least two digits.

    Saying more digits than were printed is never a rounding. Units must fit: see :func:`units_fit`.
    """
    if not units_fit(printed, said):
        return False
    if printed.value == said.value:
        return True
    if said.quantum <= printed.quantum or said.significant < 2 or not said.quantum:
        return False
    return (printed.value / said.quantum).quantize(Decimal(1), ROUND_HALF_UP) * said.quantum == said.value


def agree(a: Number, b: Number) -> bool:
    """Whether two printed numbers can be the same value: the finer rounds to the coarser."""
    return rounds_to(a, b) or rounds_to(b, a)


def units_fit(a: Number, b: Number) -> bool:
    """Same unit, or one has none (0.63 and 63%; 12.53亿 and 12.53亿元)."""
    if a.unit == b.unit:
        return True
    if "date" in (a.kind, b.kind):
        return a.unit in ("", "年") and b.unit in ("", "年")
    return (not a.unit or not b.unit) and "plain" in (a.kind, b.kind)
