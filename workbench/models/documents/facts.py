"""What a document's name and first lines tell of it besides its text: company, date, statute.

Kept as filters where the file itself does not say so; the words they are known by are data (``wording``). A statute
or rule of any rank, a bank's own among them, is known by a name that ends like one and by articles; its date is that of
the version, ``effective`` the day it began.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import PurePath

from workbench.models.documents.company import company_of
from workbench.models.documents.document import BlockKind, Document
from workbench.models.documents.structure import begins_clause
from workbench.models.documents.wording import alternatives, day_of_period, pattern, wording

_ARTICLES = 5
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
    rule = _rule()
    return next((found["name"] for name in names if (found := rule.match(name.strip()))), "")


@cache
def _rule() -> re.Pattern[str]:
    """A statute's name, with what may stand behind it: a mark in brackets, the year or day of its version."""
    letters = wording()["statute"]["letters"]
    name = rf"(?P<name>{letters}{{2,60}}?(?:{alternatives('statute', 'ranks')}))"
    mark = rf"(?:[（(](?:{alternatives('statute', 'versions')})[）)])?"
    return re.compile(rf"^《?{name}{mark}》?(?:[_\-\s]*(?:19|20)\d{{2}}(?:年?版?|\d{{4}}))?$")


def _effective(text: list[str]) -> str:
    """The day of 自…起施行, said last in the statute itself."""
    found = [match for line in text for match in pattern("statute", "begins").finditer(line)]
    return _iso(found[-1]) if found else ""


def _version(text: list[str]) -> str:
    """The last day named above the first article: that of the latest amendment."""
    head: list[str] = []
    for line in text:
        if begins_clause(line):
            break
        head.append(line)
    return max((_iso(match) for match in pattern("dates", "day").finditer("\n".join(head)[-_HEAD * 2 :])), default="")


def _dated_by_name(names: tuple[str, ...]) -> str:
    """The end of the period a report is of, or the day in a file's name."""
    for name in names:
        period = pattern("dates", "report").search(name)
        if period:
            month, day = day_of_period(period[2] or "")
            return f"{period[1]}-{month:02d}-{day:02d}"
    for name in names:
        compact = pattern("dates", "compact").search(name)
        if compact and (whole := _sound(*map(int, compact.groups()))):
            return whole
    return ""


def _signed(text: list[str]) -> str:
    """The day a paper ends with, else the first it begins with."""
    dated = pattern("dates", "day")
    last = list(dated.finditer(_stretch(reversed(text), _TAIL)))
    first = dated.search(_stretch(text, _HEAD))
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
