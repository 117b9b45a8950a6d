"""What the beginning of a line says: a heading and its rank, an item of a list, a clause.

The numberings are those of Chinese reports, contracts and statutes: 第一编 > 第一章 > 第一节 > 一、 >
（一） > 1、 > 1.1 > （1） > ①. The level of a heading is its depth among the numberings met before it.
"""

import re

_NUMERAL = "[一二三四五六七八九十百千零〇两]"
_RANKS: tuple[tuple[int, re.Pattern[str], int], ...] = tuple(
    (rank, re.compile(pattern), longest)
    for rank, pattern, longest in (
        (1, rf"第({_NUMERAL}+|\d+)\s*[编篇](?!\w{{0,2}}的)", 60),
        (2, rf"第({_NUMERAL}+|\d+)\s*章", 60),
        (3, rf"第({_NUMERAL}+|\d+)\s*节", 60),
        (4, rf"{_NUMERAL}{{1,3}}\s*[、.．]", 50),
        (5, rf"[（(]\s*{_NUMERAL}{{1,3}}\s*[)）]", 45),
        (6, r"\d{1,3}\s*(、|[.．](?!\d))", 36),
        (7, r"\d{1,2}[.．]\d{1,2}(?![.．\d])\s*[、.]?\s*(?=[^\W\d_]|（)(?![倍万亿元个]|%)", 40),
        (8, r"\d{1,2}([.．]\d{1,2}){2,4}(?![.．\d])\s*[、.]?\s*(?=[^\W\d_]|（)", 40),
        (9, r"[（(]\s*\d{1,3}\s*[)）]", 30),
        (10, "[①-⑳]", 30),
    )
)
_ITEM = re.compile(
    rf"([•●■◆▪·*-]\s|[①-⑳]|[（(]\s*(\d{{1,3}}|{_NUMERAL}{{1,3}}|[a-zA-Z])\s*[)）]|\d{{1,3}}\s*(、|[.．)）](?!\d))|{_NUMERAL}{{1,3}}、)"
)
_CLAUSE = re.compile(rf"第({_NUMERAL}+|\d+)条(之{_NUMERAL})?")
_CONTENTS = re.compile(r"[.．…·。]{4,}\s*\d*\s*$")
_NOT_A_TITLE = re.compile(r"[。；;，,：:！!？?]\s*$|。")
_PLAIN_TITLE = re.compile(r"[\w（）()《》]{2,20}(报告|说明|概况|简介|摘要|展望|介绍|声明|承诺|计划|政策|分析|附注)")
_UNNUMBERED = 99
_DOTS = tuple(".．…·。")
_ENDS = tuple("。！？；：.!?;:”」』…")
_NUMBERS = frozenset("第（(一二三四五六七八九十百千零〇两") | {chr(code) for code in range(ord("①"), ord("⑳") + 1)}
"""What a number at the beginning of a line may begin with, besides a digit."""
_MARKS = _NUMBERS | frozenset("•●■◆▪·*-")


def heading_rank(text: str) -> int:
    """The rank of a numbered heading (1 the highest), 0 where the line is none."""
    line = text.strip()
    if not _begins(line, _NUMBERS) or _CONTENTS.search(line) or _NOT_A_TITLE.search(line):
        return 0
    for rank, pattern, longest in _RANKS:
        found = pattern.match(line)
        if found and len(line) <= longest and len(line) > found.end():
            return rank
    return 0


def is_title(text: str) -> bool:
    """Whether a line alone reads as a title without number (公司治理报告): short, unpunctuated, of a title's ending."""
    return _PLAIN_TITLE.fullmatch(text.strip()) is not None


def begins_item(text: str) -> bool:
    """Whether the line begins a numbered or bulleted item."""
    line = text.lstrip()
    return _begins(line, _MARKS) and _ITEM.match(line) is not None


def begins_clause(text: str) -> bool:
    """Whether the line begins an article of a statute or contract (第三条)."""
    line = text.lstrip()
    return line.startswith("第") and _CLAUSE.match(line) is not None


def _begins(line: str, marks: frozenset[str]) -> bool:
    """Whether the first character is a digit or one of the marks: asked of every line before any pattern is."""
    return line[:1] in marks or line[:1].isdecimal()


def is_contents_line(text: str) -> bool:
    """Whether the line is one of a printed table of contents (title, dots, page)."""
    last = text.rstrip()[-1:]
    return (last in _DOTS or last.isdecimal()) and _CONTENTS.search(text) is not None


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a paragraph ends."""
    return text.rstrip().endswith(_ENDS)


class HeadingLevels:
    """Levels from ranks: a rank's level is its depth among the higher ranks open before it."""

    def __init__(self) -> None:
        self._open: list[int] = []

    def level(self, rank: int) -> int:
        """The level (from 1) of the next heading, of the given rank."""
        while self._open and self._open[-1] >= rank:
            self._open.pop()
        self._open.append(rank)
        return len(self._open)

    def unnumbered(self) -> int:
        """The level of a heading without number: below everything that is open."""
        return self.level(_UNNUMBERED)
