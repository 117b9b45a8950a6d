"""The search terms of a text: what word search indexes and asks for.

Folded (NFKC, lower case, traditional characters as simplified ones), then Chinese as overlapping pairs of
characters, other scripts as words, and numbers once more in one form of their own, so that 第十二条 meets
第12条, 二〇二三年 meets 2023年, 12.53亿元 meets 125,300万元 and 〔2010〕1号 meets (2010) 第1号. Words that a
line's end has cut are joined. The same text always gives the same terms: the library blinds what is returned.
"""

import re
import unicodedata
from decimal import Decimal
from functools import cache

from workbench.models.evidence.numerals import DIGIT, NUMERAL, read_numeral
from workbench.paths import resources

TERMS_VERSION = "2"
"""Changes with what :func:`terms` returns: an index made by another version is made anew."""

_RUNS = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+|[^\W\d_\u3007\u3400-\u9fff][\w&]*")
_AMOUNT = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALES = {"百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_SCALES |= {"十亿": 10**9, "百亿": 10**10, "thousand": 1000, "million": 10**6, "billion": 10**9}
_CUT = re.compile(r"(?<=[\u3400-\u9fff])[ \t]*\n[ \t\u3000]*(?=[\u3400-\u9fff])")
_NUMBERS = re.compile(
    r"[(\[【〔](?P<issued>(?:19|20)\d\d)[)\]】〕]\s*(?:第\s*)?(?P<issue>\d{1,5})\s*号"
    rf"|第\s*(?P<clause>\d+|{NUMERAL}+)\s*(?P<part>[条款项章节编])"
    rf"|(?P<year>(?:19|20)\d\d|{DIGIT}{{4}})\s*年(?:\s*(?P<month>\d{{1,2}}|{NUMERAL}{{1,3}})\s*月"
    rf"(?:\s*(?P<day>\d{{1,2}}|{NUMERAL}{{1,3}})\s*[日号])?)?"
    r"|(?<!\d)(?P<iso>(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})(?!\d)"
    rf"|百分之(?P<share>{NUMERAL}+(?:点{DIGIT}+)?)"
    rf"|(?P<han>(?:{NUMERAL}|[万亿])+(?:点{DIGIT}+)?)\s*(?=[元倍年月日天个人次])"
    rf"|(?P<number>{_AMOUNT})\s*(?P<scale>%|万亿|[十百千]?[万亿]|[百千]|thousand|million|billion)?"
)


def fold(text: str) -> str:
    """Full-width forms folded (NFKC), lower case, traditional as simplified: for matching, never for showing."""
    return unicodedata.normalize("NFKC", text).lower().translate(_simplified())


@cache
def _simplified() -> dict[int, str]:
    """Traditional characters and the simplified ones they are matched as."""
    lines = (resources() / "retrieval" / "traditional.txt").read_text(encoding="utf-8").split("\n")
    rows = [line for line in lines if line and not line.startswith("#")]
    return {
        ord(a): b for above, below in zip(rows[::2], rows[1::2], strict=True) for a, b in zip(above, below, strict=True)
    }


def terms(text: str) -> list[str]:
    """All terms of ``text`` in order, repeated as often as they occur; none holds a space."""
    folded = _CUT.sub("", fold(text))
    found: list[str] = []
    for run in _RUNS.findall(folded):
        if _is_han(run[0]) and len(run) > 1:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            found.append(run)
    for match in _NUMBERS.finditer(folded):
        found += _number_terms(match)
    return found


def _is_han(c: str) -> bool:
    return c == "\u3007" or "\u3400" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" or c >= "\U00020000"


def _number_terms(match: "re.Match[str]") -> list[str]:
    group = match.groupdict()
    if group["issued"] or group["clause"]:
        return _reference_terms(group)
    if group["year"]:
        return _date_terms([_plain(group[part]) for part in ("year", "month", "day") if group[part]])
    if group["iso"]:
        return _date_terms([_plain(part) for part in re.split(r"[-/.]", group["iso"])])
    if group["number"]:
        value = Decimal(group["number"].replace(",", ""))
        if group["scale"] == "%":
            return [f"{_short(value)}%"]
        return [f"={_short(value * _SCALES.get(group['scale'] or '', 1))}"]
    return [f"{_plain(group['share'])}%" if group["share"] else f"={_plain(group['han'])}"]


def _reference_terms(group: "dict[str, str]") -> list[str]:
    """``#2010-1`` and the year for a document's number; ``第12条`` for a clause's."""
    if group["issued"]:
        return [f"#{group['issued']}-{int(group['issue'])}", f"{group['issued']}年"]
    return [f"第{_plain(group['clause'])}{group['part']}"]


def _date_terms(parts: list[str]) -> list[str]:
    """``2023年`` always; ``2023-12`` and ``2023-12-31`` as far as the date is given."""
    return [f"{parts[0]}年"] + ["-".join(p.zfill(2) for p in parts[:n]) for n in range(2, len(parts) + 1)]


def _plain(numeral: str) -> str:
    value = read_numeral(numeral)
    return numeral if value is None else _short(value)


def _short(value: Decimal) -> str:
    """Without trailing zeros and exponent: 12.50 is 12.5, 1E+3 is 1000."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
