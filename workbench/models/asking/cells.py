"""One cell of a table read by code: the row and the column whose words together are what a question asks for.

第四季度的营业收入 stands where the row 营业收入 meets the column 第四季度; 华东地区的毛利率 where the row 华东, under
分地区, meets the column 毛利率. A cell answers only where every word of the question is said by its row, its column or
its table, its time is the one asked for, and no other cell fits as well with another value.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.models.asking.narrowing import PARENT, narrowing
from workbench.models.asking.wording import pattern
from workbench.models.documents.document import Block, BlockKind
from workbench.models.evidence import Citation
from workbench.models.evidence.aligning import content
from workbench.models.evidence.labels import organisations, year_of
from workbench.models.evidence.numbers import Number, find_numbers
from workbench.models.library import Library

_CHANGE = pattern("points", "change")
_TITLE = pattern("cells", "title")
_CHANGES = pattern("cells", "change")
_PERIOD = pattern("cells", "period")
_PRIOR = pattern("points", "prior")
_RATIO = pattern("cells", "ratio")
_NO_MONEY = pattern("cells", "no_money")
_UNIT = re.compile(r"(?:人民币)?([千百]?[万亿]?元|股(?![份东权本])|人(?!民)|套|吨|台|平方米)")
_TOLD = re.compile(rf"单位\s*(?:均?为|[:：])\s*{_UNIT.pattern}")
"""Behind its word first: the name of who made the statements may hold one, 股份 or 烟台."""
_BRACKETED = re.compile(r"[（(]([^（）()]{1,6})[)）]\s*$")
_NAMED = re.compile(r"[A-Za-z\d]+")
_VALUE = re.compile(r"[-−－(（]?[\d,，.]+%?[)）]?")
_HALF, _LEAST = 0.5, 0.7
_PRECISION, _OTHER = 0.6, 0.3
_BESIDE = 0.75
"""What a word said by the table's caption or a row's section counts."""
_APART = 0.05
"""By so much the best cell must fit better than one with another value."""
_LONGEST_HEAD = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with what its row and column say; ``value`` as printed, with its unit."""

    row: str
    column: str
    value: str
    citation: Citation


@dataclass(frozen=True)
class Sought:
    """What a question looks for in tables.

    ``lines`` are the names of figures in it as it prints them, ``latest`` the year the papers report on, where known.
    """

    question: str
    lines: tuple[str, ...]
    companies: tuple[str, ...]
    years: frozenset[int]
    latest: int | None
    share: bool

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words without time, company and what only asks."""
        words = narrowing(self.question, self.lines, self.companies).split()
        return (*self.lines, *(_untitled(word) for word in words))

    @property
    def ratio(self) -> bool:
        """Whether a percentage is asked for."""
        return self.share or self.changed or bool(_RATIO.search(self.question))

    @property
    def changed(self) -> bool:
        """Whether a change is asked for rather than the figure itself."""
        return bool(_CHANGE.search(self.question))

    def of_time(self, head: str) -> bool:
        """Whether a column may be of the time asked for: by its year, else the year reported on or the one before."""
        told = {y for n in find_numbers(head) if (y := year_of(n))}
        wanted = self.years or ({self.latest} if self.latest else frozenset())
        if told:
            return not wanted or bool(told & wanted)
        if self.latest is None:
            return not self.years
        before = not self.changed and _PRIOR.search(_CHANGE.sub("", head))
        return wanted == {self.latest - 1 if before else self.latest}


def _untitled(word: str) -> str:
    """A person's name without the post before it: 财务总监某某某."""
    found = _TITLE.search(word)
    return word[found.end() :] if found else word


def find_cell(library: Library, documents: Iterable[str], sought: Sought) -> Cell | None:
    """The one cell that answers; None where there is none, or two that differ."""
    # The parent's own figures stand in its own statements; elsewhere 母公司 is said of the group's owners.
    if len(sought.words) < 1 or len(sought.years) > 1 or PARENT in sought.words:
        return None
    scored = [
        (score, cell)
        for document in documents
        for block in library.content(document).blocks
        if block.kind is BlockKind.TABLE and _may_hold(block, sought)
        for score, cell in _cells(document, block, sought)
    ]
    best = max(scored, key=lambda found: found[0], default=None)
    if best is None or any(s > best[0] - _APART and c.value != best[1].value for s, c in scored):
        return None
    return best[1]


def _may_hold(block: Block, sought: Sought) -> bool:
    held = content(f"{block.caption}\n{block.text}")
    return all(_covered(word, held, block.text) >= _HALF for word in sought.words)


def _cells(document: str, block: Block, sought: Sought) -> Iterator[tuple[float, Cell]]:
    heads: list[list[str]] = []
    section, below = "", False
    start = 0
    for line in block.text.split("\n"):
        cells = line.split("\t")
        values = [n for n, c in enumerate(cells) if _VALUE.fullmatch(c.strip()) and not _is_year(c)]
        filled = [c.strip() for c in cells if c.strip()]
        if not values and len(filled) == 1:
            # Alone in the first column it heads the rows under it; elsewhere it is a cell's broken line.
            section = filled[0] if cells[0].strip() and heads else section
            heads = heads if heads and (below or cells[0].strip()) else [*heads, cells]
        elif not values and filled:
            heads = [cells] if below else [*heads, cells]
            section, below = "", False
        elif values:
            below = True
            label = "".join(c.strip() for n, c in enumerate(cells) if n not in values)
            for n in values:
                yield from _cell(document, block, sought, (label, section, _head(heads, n)), (start, cells, n))
        start += len(line) + 1


def _cell(
    document: str, block: Block, sought: Sought, words: tuple[str, str, str], place: tuple[int, list[str], int]
) -> Iterator[tuple[float, Cell]]:
    label, section, head = words
    start, cells, n = place
    own = cells[n].strip()
    if not sought.of_time(head) or bool(_CHANGES.search(f"{head}{label}")) != sought.changed:
        return
    if ("%" in own or bool(_RATIO.search(head or label))) != sought.ratio:
        return
    score = _fit(sought, label, head, f"{section} {block.caption}")
    end = start + len("\t".join(cells[: n + 1]))
    anchor = block.anchor(start, end) if score else None
    if anchor is not None:
        unit = _unit(block, label, head, own)
        name = next((c.strip() for c in cells if content(c)), label)
        yield score, Cell(name, head, f"{own}{unit}", Citation(document, block.text[start:end].strip(), anchor))


def _fit(sought: Sought, label: str, head: str, around: str) -> float:
    """How well a cell's words are those asked for; 0 where a word is not said, or its row or column says another."""
    row, column, beside = content(label), content(head), content(around)
    near = f"{label} {head} {around}"
    every = row | column | beside
    if any(_covered(word, every, near) < _HALF for word in sought.words):
        return 0.0
    wanted = frozenset(t for word in sought.words for t in content(word))
    plain_head = not narrowing(head, (), ())
    if not (_touches(sought, row, label) and (plain_head or _touches(sought, column, head))):
        return 0.0
    held = len(wanted & (row | column)) + _BESIDE * len(wanted & beside - row - column)
    share = held / len(wanted) if wanted else 1.0
    if share < _LEAST * (0.5 if not wanted & (row | column) else 1):
        return 0.0
    exact = (_exact(sought, label) + _exact(sought, head)) / 2
    return share + _PRECISION * exact - (_OTHER if _says_another(sought, f"{label} {head}") else 0)


def _says_another(sought: Sought, said: str) -> bool:
    """Whether a row or column names what the question doesn't: 关联方. The rest of a company's name is none."""
    own = " ".join(c if c in sought.question else "\0" for c in narrowing(said, (), ()))
    return not organisations(said) and "\0 \0 \0" in own


def _exact(sought: Sought, said: str) -> float:
    """Share of a row's or column's own characters that the question has, too: 关联方 says something else."""
    own = "".join(narrowing(said, (), ()).split())
    return sum(c in sought.question for c in own) / len(own) if own else 1.0


def _touches(sought: Sought, said: frozenset[str], text: str) -> bool:
    return any(_covered(word, said, text) > 0 for word in sought.words)


def _covered(word: str, held: frozenset[str], text: str) -> float:
    """Share of a word that is said; of letters, digits and numbers (前五名) all or nothing."""
    if _NAMED.fullmatch(word):
        return float(re.search(rf"(?<![A-Za-z\d]){re.escape(word)}(?![A-Za-z\d])", text, re.IGNORECASE) is not None)
    if not all(number.text in text for number in find_numbers(word)):
        return 0.0
    pairs = content(word)
    return len(pairs & held) / len(pairs) if pairs else float(word in text)


def _head(heads: Sequence[list[str]], column: int) -> str:
    """The words above a column, from the top; a period spans the columns without a head after it."""
    found = []
    for cells in heads[-_LONGEST_HEAD:]:
        own = cells[column].strip() if column < len(cells) else ""
        if not own:
            before = next((c.strip() for c in reversed(cells[:column]) if c.strip()), "")
            own = before if _is_period(before) else ""
        found.append(own)
    said = "".join(found)
    # In a list of names and values the first pair heads nothing.
    listed = len(heads[-1]) == 2 if heads else False
    return "" if listed and not _is_period(said) else said


def _is_period(text: str) -> bool:
    return bool(_PERIOD.search(text)) or any(year_of(n) for n in find_numbers(text))


def _unit(block: Block, label: str, head: str, own: str) -> str:
    """The unit of a cell: in brackets behind its column or row, else the table's, where it is a sum of money."""
    if "%" in own:
        return ""
    bracketed = _BRACKETED.search(head) or _BRACKETED.search(label)
    if bracketed:
        found = _UNIT.fullmatch(bracketed[1])
        return found[1] if found else ""
    unit = _TOLD.search(block.unit) or _UNIT.search(block.unit)
    return "" if unit is None or _NO_MONEY.search(f"{head}{label}") else unit[1]


def _is_year(text: str) -> bool:
    numbers: tuple[Number, ...] = find_numbers(text)
    return len(numbers) == 1 and numbers[0].kind == "date"
