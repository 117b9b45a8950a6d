"""Statutes among the documents: their rank, which version is in force when, and finding one by its number.

What is known of a document stands in its properties: ``law`` (the statute's name), ``article``, ``date`` (of
this version), ``status``, ``repealed`` (the date it ended). Older versions of a statute end when the next begins.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from workbench.models.evidence.numerals import NUMERAL, read_numeral
from workbench.models.evidence.terms import fold
from workbench.paths import resources

NATIONAL, JUDICIAL, REGULATION, RULE, LOCAL = range(5)
"""Ranks of Chinese norms, highest first: law, interpretation by the supreme courts, 行政法规, 部门规章, local."""
_LOCAL = re.compile(r"^(?:北京|上海|天津|重庆|[一-鿿]{2,7}(?:省|市|自治区|自治州|特别行政区))")
_JUDICIAL = re.compile(r"最高人民(?:法|检察)院|人民检察院|^关于.*(?:解释|批复)")
_REGULATION = re.compile(r"^国务院|条例(?:实施细则|（[^（）]*）)?$|实施条例$")
_NATIONAL = re.compile(r"(?:(?<!办)法|法典|修正案)(?:（[^（）]*）)?$")
_OVER = re.compile(r"废止|失效|已被修改|repealed", re.IGNORECASE)
_NAME = (
    r"《(?P<quoted>[^《》]{2,40}(?:《[^》]+》[^《》]{0,30})?)》"
    r"|(?P<bare>[一-鿿]{1,16}?(?:法|法典|条例|办法|规定|解释|通则))"
)
_CITED = re.compile(rf"(?:{_NAME})(?:[（(]\d{{4}}[^（）()]*[)）])?\s*(?:的)?第\s*(?P<article>\d+|{NUMERAL}+)\s*条")
_NAMED = re.compile(r"《([^《》]{2,40})》")
_BEFORE_NAME = re.compile(
    r"^(?:年(?:度|时|底|末)?|当时|按|对|看|查|根据|依据|按照|依照"
    r"|请问|关于|违反|适用|我国|现行|新|旧|原|在|和|与|及|的)+"
)
_ARTICLE = re.compile(rf"第\s*(\d+|{NUMERAL}+)\s*条")
_OWN = re.compile("本(?:法|条例|办法|规定|解释|细则|规则)")
_NEARBY = 60
"""Characters within which a statute named before an article is the one it is of."""
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年(?:\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?)?")


@dataclass(frozen=True, slots=True)
class Citation:
    """A statute named by number: ``law`` as :func:`short_name` gives it, ``article`` as a plain number."""

    law: str
    article: str


@dataclass(frozen=True, slots=True)
class Norm:
    """What a document's properties say of the statute it is of; empty where they say nothing."""

    law: str
    article: str
    begins: str
    ends: str
    over: bool

    def in_force(self, on: str) -> bool:
        """Whether it holds on a day (ISO 8601)."""
        if self.ends:
            return (not self.begins or self.begins <= on) and on < self.ends
        return not self.over and (not self.begins or self.begins <= on)


@cache
def _ended() -> dict[str, str]:
    """Statutes known to have ended, by short name, with the first day they did not hold."""
    lines = (resources() / "retrieval" / "repealed.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("#")[0].split("=") for line in lines]
    return {short_name(pair[0]): pair[1].strip() for pair in pairs if len(pair) == 2}


@cache
def short_name(law: str) -> str:
    """A statute's name without the country, marks and version: 公司法 of 《中华人民共和国公司法（2023修订）》."""
    plain = re.sub(r"[（(](?:[^（）()]*\d{4}[^（）()]*|修订|修正)[)）]", "", fold(law))
    return re.sub(r"中华人民共和国|[《》〈〉\s]", "", plain)


@cache
def rank_of(law: str) -> int:
    """The rank of a norm by its name: ``NATIONAL`` to ``LOCAL``."""
    name = law.strip()
    if _JUDICIAL.search(name):
        return JUDICIAL
    if _LOCAL.search(name):
        return LOCAL
    if _REGULATION.search(name):
        return REGULATION
    return NATIONAL if _NATIONAL.search(name) else RULE


def number_of(article: str) -> str:
    """``12`` of 第十二条 or 第12条; what it says where it is no number."""
    match = re.search(rf"(\d+|{NUMERAL}+)", article)
    value = read_numeral(match[1]) if match else None
    tail = re.search(r"条(之[一二三四五六七八九十]+)", article)
    return f"{value}{tail[1] if tail else ''}" if value is not None else article.strip()


def norms(properties: Iterable[tuple[str, dict[str, str]]]) -> dict[str, Norm]:
    """The norm of each document that is of one; ``(document id, properties)``. A version ends as the next begins."""
    found = {i: p for i, p in properties if p.get("law")}
    dates: dict[str, set[str]] = {}
    for kept in found.values():
        dates.setdefault(short_name(kept["law"]), set()).add(kept.get("effective") or kept.get("date", ""))
    return {i: _norm(p, sorted(d for d in dates[short_name(p["law"])] if d)) for i, p in found.items()}


def _norm(kept: dict[str, str], versions: list[str]) -> Norm:
    name = short_name(kept["law"])
    begins = kept.get("effective") or kept.get("date", "")
    later = [d for d in versions if begins and d > begins]
    ends = kept.get("repealed") or (later[0] if later else "") or _ended().get(name, "")
    return Norm(name, number_of(kept.get("article", "")), begins, ends, bool(_OVER.search(kept.get("status", ""))))


def citations(question: str) -> tuple[Citation, ...]:
    """The statutes a question names by number, each once."""
    found = []
    for match in _CITED.finditer(question):
        name = match["quoted"] or _BEFORE_NAME.sub("", match["bare"])
        value = read_numeral(match["article"])
        if len(name) >= 2 and value is not None:
            found.append(Citation(short_name(name), str(value)))
    return tuple(dict.fromkeys(found))


def laws_pattern(names: Iterable[str]) -> "re.Pattern[str] | None":
    """Finds the statutes of these short names in a text, the longer name first; None without names."""
    ordered = sorted(set(names) - {""}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None


def cited_articles(text: str, law: str, known: "re.Pattern[str]") -> frozenset[Citation]:
    """The articles a text rests on: of the ``known`` statutes it names, else of its own: the short name ``law``."""
    named = [(found.start(), found[0]) for found in known.finditer(text)]
    named += [(found.start(), law) for found in _OWN.finditer(text)]
    cited: list[Citation] = []
    for match in _ARTICLE.finditer(text):
        before = max((n for n in named if match.start() - _NEARBY <= n[0] < match.start()), default=(0, law))
        value = read_numeral(match[1])
        if value is not None:
            cited.append(Citation(before[1], str(value)))
    return frozenset(cited)


def named_laws(question: str) -> frozenset[str]:
    """Short names of the statutes a question names in title marks."""
    return frozenset(short_name(name) for name in _NAMED.findall(question))


def asked_date(question: str, today: date) -> str:
    """The day a question is about, as ISO 8601: the last day of the period it names, else today."""
    match = _YEAR.search(question)
    if match is None:
        return today.isoformat()
    month = min(int(match[2] or 12), 12)
    return f"{match[1]}-{month:02d}-{min(int(match[3] or 31), 31):02d}"
