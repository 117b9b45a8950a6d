"""Where a document prints values beside labels: rows of tables, lines of label and colon, sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.models.documents.company import company_of
from workbench.models.documents.document import Block, BlockKind, Cell, Document
from workbench.models.evidence import Citation
from workbench.models.evidence.aligning import content
from workbench.models.evidence.labels import year_of
from workbench.models.evidence.numbers import find_numbers
from workbench.models.evidence.sentences import sentence_spans
from workbench.models.extracting.field import known_labels
from workbench.models.extracting.values import unit_hint
from workbench.models.extracting.words import plain_label
from workbench.models.finance.ledger.columns import role_of

_LINE = re.compile(
    r"(?:^|(?<=[\s，,；;。、（(]))"
    # 账　号 set apart, Account Number, or a word with what a bracket says of it
    r"((?:[\u3400-\u9fff][ \u3000]{1,6}){1,4}[\u3400-\u9fff]|[A-Za-z][A-Za-z.]*(?: [A-Za-z.]+){1,4}"
    r"|[^\s：:，,。；;（(]{2,24}(?:[（(][^）)]{1,12}[）)])?)\s*[：:]\s*"
)
_SUBLABEL = re.compile(r"名称|姓名|内容|全称")
_WORDS = re.compile(r"[\u3400-\u9fffA-Za-z]{2}")
_HEADED = re.compile(r"项目|类别|名称|指标|科目|报表项目|专业构成类别|教育程度类别")
_NOW = re.compile(r"本[期年]|期末|当期|报告期")
_CHANGE = re.compile(r"增减|变动|同比|增长|比重|附注|备注|说明")
_PAIR = 2
_RECORDS = 4
"""A table of more records holds no single value for a field."""
_LEDGER, _VALUES = 400, 12
"""Rows of a table, and values of a row, that are looked at."""
_STRETCH, _LONGEST = 240, 20_000
"""Characters of a stretch, and of one block that are looked at: a ledger is no prose."""
_QUOTE_ROOM = 160
_READ = (BlockKind.PARAGRAPH, BlockKind.LIST, BlockKind.HEADING, BlockKind.TABLE)


@dataclass(frozen=True, slots=True)
class Place:
    """A printed value: ``block.text[start:end]`` beside ``label`` (plain), from ``label_start`` on.

    ``group`` is what the row or section above says, ``heading`` the last heading, ``period`` the column's,
    ``kind`` ``row``, ``column`` (below a head), ``line`` or ``section``. ``rank`` counts the values of a row from 0.
    """

    block: int
    label: str
    label_start: int
    start: int
    end: int
    kind: str
    heading: str = ""
    group: str = ""
    head: str = ""
    period: str = ""
    rank: int = 0


class Paper:
    """A document with its places, read once for all fields."""

    def __init__(self, document_id: str, document: Document) -> None:
        self.id = document_id
        self.document = document

    @cached_property
    def company(self) -> str:
        """Whom the document is about; empty where that is not clear."""
        return company_of(self.document)

    @cached_property
    def blocks(self) -> tuple[tuple[int, Block, str], ...]:
        """``(number, block, heading above)`` of all that is read."""
        found, heading = [], ""
        for number, block in enumerate(self.document.blocks):
            if block.kind is BlockKind.HEADING:
                heading = " ".join(block.text.split())
            if block.kind in _READ:
                found.append((number, block, heading))
        return tuple(found)

    @cached_property
    def beginning(self) -> str:
        """Title and first lines."""
        lines = [block.text for _, block, _ in self.blocks[:6]]
        return "\n".join([self.document.title, *lines])[:600]

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every value that stands beside a label."""
        found: list[Place] = []
        for number, block, heading in self.blocks:
            if block.cells:
                found += _rows(number, block, heading)
                found += _columns(number, block, heading)
                found += _in_cells(number, block, heading)
            else:
                found += _lines(number, block, heading)
        return tuple(found)

    @cached_property
    def by_label(self) -> dict[str, list[Place]]:
        """Places by their plain label."""
        found: dict[str, list[Place]] = {}
        for place in self.places:
            found.setdefault(place.label, []).append(place)
        return found

    @cached_property
    def sentences(self) -> tuple[tuple[int, int, int, str], ...]:
        """``(block, start, end, heading)`` of every sentence outside tables."""
        return tuple(
            (number, start, end, heading)
            for number, block, heading in self.blocks
            if not block.cells
            for start, end in sentence_spans(block.text)
        )

    @cached_property
    def stretches(self) -> tuple[tuple[int, int, int, frozenset[str]], ...]:
        """``(block, start, end, content)``: blocks as they are, long ones cut at sentences or rows."""
        found = [(n, a, b) for n, block, _ in self.blocks for a, b in _cut(block.text[:_LONGEST])]
        return tuple((n, a, b, content(self.text(n)[a:b])) for n, a, b in found)

    def text(self, block: int) -> str:
        """The text of a block."""
        return self.document.blocks[block].text

    def hint(self, place: Place) -> str:
        """The money unit that holds for a place."""
        block = self.document.blocks[place.block]
        return unit_hint(
            block.text[place.label_start : place.start], place.head, block.unit, block.caption, place.heading
        )

    def cite(self, block: int, start: int, end: int) -> Citation | None:
        """Words of a block as a citation; None where they have no place."""
        found = self.document.blocks[block]
        anchor, quote = found.anchor(start, end), found.text[start:end]
        return Citation(self.id, quote, anchor) if anchor and quote.strip() else None

    def cite_place(self, place: Place, start: int, end: int) -> Citation | None:
        """A value with the label it stands beside, where the two are not far apart."""
        first = place.label_start if 0 <= start - place.label_start <= _QUOTE_ROOM else start
        return self.cite(place.block, first, end)


def _cut(text: str) -> Iterator[tuple[int, int]]:
    if len(text) <= _STRETCH:
        yield 0, len(text)
        return
    start = stop = 0
    for first, last in sentence_spans(text):
        if last - start > _STRETCH and stop > start:
            yield start, stop
            start = first
        stop = last
    yield start, min(stop, start + 2 * _STRETCH)


def _filled(block: Block, row: Sequence[Cell]) -> list[Cell]:
    return [c for c in row if block.text[c.start : c.end].strip()]


def _rows(number: int, block: Block, heading: str) -> Iterator[Place]:
    heads: dict[int, str] = {}
    group = ""
    table = block.rows()
    records = _of_records(block, table)
    for row_number, row in _ends(table):
        cells = _filled(block, row)
        texts = [block.text[c.start : c.end].strip() for c in cells]
        if (records and row_number == 0) or _heads_a_list(texts):
            heads = {c.column: t for c, t in zip(cells, texts, strict=True)}
            continue
        if len(cells) == 1:
            group = texts[0]
        if _is_head(texts) and (len(cells) > 2 or cells[0].column > 0 or _HEADED.fullmatch(plain_label(texts[0]))):
            heads = {c.column: t for c, t in zip(cells, texts, strict=True)}
        if cells and cells[0].column == 0 and len(cells) > 1:
            group = texts[0]
        for index, cell in enumerate(cells[:-1]):
            if not _WORDS.search(texts[index]):
                continue
            label = plain_label(texts[index])
            own = group if cell.column > 0 and texts[index] != group else ""
            values = cells[index + 1 :]
            if _SUBLABEL.fullmatch(texts[index + 1]) and len(values) > 1:
                values = values[1:]
            for rank, value in enumerate(values[:_VALUES]):
                head = heads.get(value.column, "")
                yield Place(
                    number, label, cell.start, value.start, value.end, "row", heading, own, head, period_of(head), rank
                )


def _ends(rows: Sequence[list[Cell]]) -> list[tuple[int, list[Cell]]]:
    """The rows of a table with their numbers; of a ledger those at its beginning and its end."""
    numbered = list(enumerate(rows))
    return numbered if len(numbered) <= _LEDGER else [*numbered[: _LEDGER // 2], *numbered[-_LEDGER // 2 :]]


def _of_records(block: Block, rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row only heads columns: all of it is words, and most of what is below holds figures."""
    first = [block.text[c.start : c.end].strip() for c in _filled(block, rows[0])] if rows else []
    if len(first) < 2 or not _is_head(first):
        return False
    below = [block.text[c.start : c.end] for row in rows[1:] for c in _filled(block, row) if c.column > 0]
    return bool(below) and sum(any(ch.isdigit() for ch in text) for text in below) > len(below) / 2


def _heads_a_list(texts: Sequence[str]) -> bool:
    """Whether every cell of a row names a column of a bank's sheet or a value sought: none is another's value."""
    return len(texts) > _PAIR and all(plain_label(t) in known_labels() or role_of(t) for t in texts)


def _is_head(texts: Sequence[str]) -> bool:
    """Whether a row says what its columns are: words and dates, no values."""
    return len(texts) > 1 and all(
        all(n.kind == "date" for n in find_numbers(text)) and len(text) < 24 for text in texts
    )


def _columns(number: int, block: Block, heading: str) -> Iterator[Place]:
    """The first rows below the head of a table of records."""
    rows = block.rows()
    head = next(
        (
            r
            for r in rows[:3]
            if len(r) > 2 and _is_head([block.text[c.start : c.end].strip() for c in _filled(block, r)])
        ),
        None,
    )
    if head is None:
        return
    below = rows[rows.index(head) + 1 :]
    if len(below) > _RECORDS:
        return
    for cell in _filled(block, head):
        words = block.text[cell.start : cell.end].strip()
        values = [c for row in below for c in row if c.column == cell.column and block.text[c.start : c.end].strip()]
        for rank, value in enumerate(values):
            yield Place(
                number, plain_label(words), value.start, value.start, value.end, "column", heading, "", words, "", rank
            )


def _lines(number: int, block: Block, heading: str) -> Iterator[Place]:
    yield from _in_stretch(number, block.text, (0, len(block.text)), heading)


def _in_cells(number: int, block: Block, heading: str) -> Iterator[Place]:
    """Label and colon within a cell, as exported sheets print them over their table."""
    for _, row in _ends(block.rows()):
        for cell in row:
            if cell.end - cell.start <= _STRETCH:
                yield from _in_stretch(number, block.text, (cell.start, cell.end), heading)


def _in_stretch(number: int, text: str, stretch: tuple[int, int], heading: str) -> Iterator[Place]:
    first, last = stretch
    marks = list(_LINE.finditer(text, first, last))
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        stop = text.find("\n", mark.end(), last)
        end = last if stop < 0 else stop
        if following is not None:
            end = min(end, following.start())
        yield Place(number, plain_label(mark[1]), mark.start(1), mark.end(), end, "line", heading)


def period_of(head: str) -> str:
    """The day or year a column's head names."""
    for n in find_numbers(head):
        if n.kind == "date" and year_of(n):
            digits = str(n.value)
            return "-".join(p for p in (digits[:4], digits[4:6], digits[6:8]) if p)
    return ""


def current(places: Sequence[Place]) -> list[Place]:
    """Of the values of one row, that of the latest period: by the heads where they tell, else the first."""
    values = [p for p in places if not _CHANGE.search(p.head)] or list(places)
    dated = [p for p in values if p.period]
    if dated:
        latest = max(p.period[:4] for p in dated)
        return [p for p in dated if p.period[:4] == latest][:1]
    told = [p for p in values if _NOW.search(p.head)]
    return (told or values)[:1]
