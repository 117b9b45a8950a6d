"""What a document's name and first lines tell of it besides its text: company, date, statute.

Kept as filters where the file itself does not say so. A statute or rule of any rank, a bank's own among them, is
known by a name that ends like one and by articles; its date is that of the version, ``effective`` the day it began.
"""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import PurePath

from workbench.models.documents.company import company_of
from workbench.models.documents.document import BlockKind, Document
from workbench.models.documents.structure import begins_clause

_RULES = "法|法典|条例|办法|规定|细则|规则|通则|解释|准则|规程|制度|指引"
_RULE = re.compile(
    rf"^《?(?P<name>[一-鿿、“”（）()]{{2,60}}?(?:{_RULES}))(?:[（(](?:暂行|试行|[^（）()]*(?:修[订正]|版|\d{{4}})[^（）()]*)[）)])?"
    r"》?(?:[_\-\s]*(?:19|20)\d{2}(?:年?版?|\d{4}))?$"
)
_ARTICLES = 5
_DAY = r"(?P<year>(?:19|20)\d\d)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"
_DATED = re.compile(_DAY)
_BEGINS = re.compile(rf"自\s*{_DAY}\s*起(?:施行|实施|执行|生效)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_PERIOD = re.compile(r"((?:19|20)\d\d)\s*年?\s*(年度|半年度|第?[一三]季度)?[^\d]{0,12}?报告")
_PERIOD_ENDS = {"半年度": (6, 30), "第一季度": (3, 31), "一季度": (3, 31), "第三季度": (9, 30), "三季度": (9, 30)}
_HEAD = 800
_TAIL = 400


def facts_of(document: Document, name: str) -> dict[str, str]:
    """``company``, ``date`` (ISO 8601), ``law`` and ``effective`` as far as they can be told; ``name`` is the file's.

    A record that brings its own properties is left as it is.
    """
    if document.format == "jsonl":
        return {}
    stem = PurePath(name).stem
    text = [block.text for block in document.blocks if block.kind not in (BlockKind.HEADER, BlockKind.FOOTER)]
    law = _law((document.title, stem, *(line.strip() for line in text[:2])), text)
    effective = _effective(text) if law else ""
    dated = _dated_by_name((stem, document.title)) or (_version(text) if law else _signed(text))
    found = {"law": law, "effective": effective, "company": "" if law else company_of(document), "date": dated}
    return {key: value for key, value in found.items() if value}


def _law(names: tuple[str, ...], text: list[str]) -> str:
    if sum(begins_clause(line) for line in text) < _ARTICLES:
        return ""
    return next((found["name"] for name in names if (found := _RULE.match(name.strip()))), "")


def _effective(text: list[str]) -> str:
    """The day of 自…起施行, said last in the statute itself."""
    found = [match for line in text for match in _BEGINS.finditer(line)]
    return _iso(found[-1]) if found else ""


def _version(text: list[str]) -> str:
    """The last day named above the first article: that of the latest amendment."""
    head: list[str] = []
    for line in text:
        if begins_clause(line):
            break
        head.append(line)
    return max((_iso(match) for match in _DATED.finditer("\n".join(head)[-_HEAD * 2 :])), default="")


def _dated_by_name(names: tuple[str, ...]) -> str:
    """The end of the period a report is of, or the day in a file's name."""
    for name in names:
        period = _PERIOD.search(name)
        if period:
            month, day = _PERIOD_ENDS.get(period[2] or "", (12, 31))
            return f"{period[1]}-{month:02d}-{day:02d}"
    for name in names:
        compact = _COMPACT.search(name)
        if compact and (whole := _sound(*map(int, compact.groups()))):
            return whole
    return ""


def _signed(text: list[str]) -> str:
    """The day a paper ends with, else the first it begins with."""
    last = list(_DATED.finditer(_stretch(reversed(text), _TAIL)))
    first = _DATED.search(_stretch(text, _HEAD))
    # The end is read from its last line upwards.
    return _iso(last[0]) if last else _iso(first) if first else ""


def _stretch(lines: Iterable[str], most: int) -> str:
    """The first lines up to some characters; a table's text is never joined whole."""
    taken: list[str] = []
    length = 0
    for line in lines:
        taken.append(line[:most])
        length += len(line)
        if length >= most:
            break
    return "\n".join(taken)


def _iso(match: "re.Match[str]") -> str:
    return _sound(int(match["year"]), int(match["month"]), int(match["day"]))


def _sound(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
