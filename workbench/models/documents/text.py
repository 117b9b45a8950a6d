"""Plain text, Markdown, CSV and JSONL: in UTF-8, UTF-16 or GB18030."""

import csv
import io
import json
import re
from collections.abc import Iterator

from workbench.errors import UnsupportedDocument
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.composing import CAPTION_REACH, Composer, TableCell, caption_and_unit, table_block
from workbench.models.documents.document import Block, BlockKind, Document, TextPlace
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.refusals import damaged, too_large, without_text
from workbench.models.documents.structure import (
    HeadingLevels,
    begins_clause,
    begins_item,
    ends_sentence,
    heading_rank,
    is_title,
)

_WRAPPED = 35
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_MARKDOWN_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_ROWS_PER_BLOCK = 500

_SAMPLE = 20_000
_OTHER_SETS = ["big5", "shift_jis", "euc_jp", "euc_kr", "cp1252", "cp1251", "cp1250", "latin_1"]

Line = tuple[int, str]
"""Number (from 1) and words of a line."""


def decoded(content: bytes) -> str | None:
    """The text of bytes: UTF-8 or UTF-16 by their mark, else UTF-8, UTF-16 or GB18030 by their look.

    None where it is no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _tried(content, "utf-16")
    if content.startswith(b"\xef\xbb\xbf"):
        return _tried(content, "utf-8-sig")
    head = content[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even + odd > len(head) // 50:
        return _tried(content, "utf-16-be" if even > odd else "utf-16-le")
    text = _tried(content, "utf-8")
    if text is not None:
        return text
    text = _tried(content, "gb18030")
    if text is not None and _is_plausible(text):
        return text
    return _guessed(content) or text


def _is_plausible(text: str) -> bool:
    """Whether text read as GB18030 is Chinese: most of it in the set of everyday characters.

    Nearly any bytes are some text in GB18030; of a wrong reading most characters are rare ones.
    """
    beyond = [c for c in text[:_SAMPLE] if c > "\x7f"]
    known = sum(len(c.encode("gb2312", "ignore")) > 0 for c in beyond)
    return known >= 0.8 * len(beyond)


def _guessed(content: bytes) -> str | None:
    """The text by the statistics of its bytes, where they are sure enough of a set of characters."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only where the plain ways fail

    best = from_bytes(content[: 4 * _SAMPLE], cp_isolation=_OTHER_SETS).best()
    return _tried(content, best.encoding) if best is not None else None


def _tried(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    odd = sum(1 for c in text[:20_000] if (c < " " and c not in "\t\n\r\f\v\x1a") or "\x7f" <= c < "\xa0")
    return None if odd * 200 > min(len(text), 20_000) else text


def _lines(text: str) -> list[Line]:
    return [(number, line.rstrip("\r")) for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1)]


def read_text(content: bytes, title: str, *, kind: str = "text") -> Document:
    """A text as paragraphs, headings and tab-separated tables; ``kind`` is ``text`` or ``markdown``."""
    text = decoded(content)
    if text is None:
        raise damaged("no known encoding of text")
    blocks = blocks_of(text, markdown=kind == "markdown")
    if not blocks:
        raise without_text()
    first = next((b.text for b in blocks if b.kind is BlockKind.HEADING and b.level == 1), "")
    return Document(first if kind == "markdown" and first else title, kind, blocks)


def blocks_of(text: str, *, markdown: bool = False) -> tuple[Block, ...]:
    """The blocks of a text, anchored to its lines."""
    return tuple(_Reader(markdown).read(_lines(text)))


def blocks_of_part(text: str, part: str, first: int = 1) -> tuple[Block, ...]:
    """The blocks of a part of a mail, anchored to its lines, counted from ``first``."""
    lines = [(number + first - 1, words) for number, words in _lines(text)]
    return tuple(_Reader(False, part).read(lines))


class _Reader:
    """Goes through lines and says what each stretch of them is."""

    def __init__(self, markdown: bool, part: str | None = None) -> None:
        self._markdown = markdown
        self._part = part
        self._levels = HeadingLevels()

    def read(self, lines: list[Line]) -> Iterator[Block]:
        position = 0
        while position < len(lines):
            if not lines[position][1].strip():
                position += 1
                continue
            rows = self._table_rows(lines, position)
            if rows:
                before = [words for _, words in lines[max(0, position - CAPTION_REACH) : position] if words.strip()]
                yield from self._table(lines[position : position + rows], *caption_and_unit(before))
                position += rows
                continue
            taken = self._paragraph_lines(lines, position)
            yield self._paragraph(lines[position : position + taken])
            position += taken

    def _table_rows(self, lines: list[Line], position: int) -> int:
        """How many lines from here on are rows of one table; 0 where it is none."""
        count = 0
        while position + count < len(lines) and self._is_row(lines[position + count][1]):
            count += 1
        return count if count >= 2 else 0

    def _is_row(self, line: str) -> bool:
        if self._markdown and line.lstrip().startswith("|"):
            return line.count("|") >= 2
        return "\t" in line.strip("\r\n ")

    def _table(self, lines: list[Line], caption: str, unit: str) -> Iterator[Block]:
        for first in range(0, len(lines), _ROWS_PER_BLOCK):
            cells = []
            rows = [r for r in lines[first : first + _ROWS_PER_BLOCK] if not self._is_rule(r[1])]
            for row, (number, line) in enumerate(rows):
                for column, (offset, words) in enumerate(self._cells(line)):
                    place = TextPlace(number, offset, self._part)
                    cells.append(TableCell(row, column, [(words, place)] if words else []))
            yield table_block(cells, caption, unit)

    def _is_rule(self, line: str) -> bool:
        return self._markdown and _MARKDOWN_RULE.match(line) is not None

    def _cells(self, line: str) -> list[tuple[int, str]]:
        separator = "|" if self._markdown and line.lstrip().startswith("|") else "\t"
        cells, offset = [], 0
        for part in line.split(separator):
            words = part.strip()
            cells.append((offset + part.find(words) if words else offset, words))
            offset += len(part) + 1
        return cells[1 : -1 if not cells[-1][1] else None] if separator == "|" else cells

    def _paragraph_lines(self, lines: list[Line], position: int) -> int:
        """How many lines belong to the paragraph that begins here: more than one where it is wrapped."""
        count = 1
        while position + count < len(lines):
            line, following = lines[position + count - 1][1], lines[position + count][1]
            if not self._goes_on(line, following):
                break
            count += 1
        return count

    def _goes_on(self, line: str, following: str) -> bool:
        if not following.strip() or self._is_row(following) or ends_sentence(line):
            return False
        if len(line.strip()) < _WRAPPED or following.startswith(("　", "  ", "#")) or line.startswith("#"):
            return False
        return not (begins_item(following) or begins_clause(following) or heading_rank(following) or heading_rank(line))

    def _paragraph(self, lines: list[Line]) -> Block:
        number, line = lines[0]
        found = _MARKDOWN_HEADING.match(line) if self._markdown else None
        composer = Composer()
        if found:
            composer.add(found.group(2), TextPlace(number, found.start(2), self._part))
            return composer.block(BlockKind.HEADING, len(found.group(1)))
        composer.add_joined(
            (words.strip(), TextPlace(n, len(words) - len(words.lstrip()), self._part)) for n, words in lines
        )
        rank = heading_rank(composer.text) if len(lines) == 1 else 0
        if rank:
            return composer.block(BlockKind.HEADING, self._levels.level(rank))
        if len(lines) == 1 and is_title(composer.text):
            return composer.block(BlockKind.HEADING, self._levels.unnumbered())
        return composer.block(BlockKind.LIST if begins_item(composer.text) else BlockKind.PARAGRAPH)


def read_csv(content: bytes, title: str, *, limits: ReadLimits = LIMITS) -> Document:
    """A CSV or TSV file as tables of at most some hundred rows each."""
    text = decoded(content)
    if text is None:
        raise damaged("no known encoding of text")
    lines = _lines(text)
    separator = max(",\t;|", key=lambda c: min((line.count(c) for _, line in lines[:20] if line.strip()), default=0))
    blocks: list[Block] = []
    cells: list[TableCell] = []
    row = total = 0
    for number, line in lines:
        fields = list(_fields(line, separator))
        if any(words for _, words in fields):
            cells += [TableCell(row, c, [(w, TextPlace(number, o))] if w else []) for c, (o, w) in enumerate(fields)]
            row, total = row + 1, total + len(fields)
        if total > limits.cells:
            raise too_large("cells", str(limits.cells))
        if row == _ROWS_PER_BLOCK:
            blocks.append(table_block(cells))
            cells, row = [], 0
    if cells:
        blocks.append(table_block(cells))
    if not blocks:
        raise without_text()
    return Document(title, "csv", tuple(blocks))


def _fields(line: str, separator: str) -> Iterator[tuple[int, str]]:
    """Fields of a line with the offset of their words; quotes are taken off."""
    try:
        values = next(csv.reader(io.StringIO(line), delimiter=separator), [])
    except csv.Error:
        values = line.split(separator)
    position = 0
    for value in values:
        words = value.strip()
        found = line.find(words, position) if words else position
        yield max(found, 0), words
        position = max(found, position) + len(words)


def read_jsonl(content: bytes, *, job: JobContext | None = None, limits: ReadLimits = LIMITS) -> list[Document]:
    """A document a line, from ``{id, title?, text, …}``; a line without ``id`` has its number from 0.

    Every further string becomes a property. The title is ``title``, else law and article, else the
    id. Anchors count the lines of the record's own text. A line that is no such object is told in
    the first document's notes; a file without any is refused.
    """
    text = decoded(content)
    if text is None:
        raise damaged("no known encoding of text")
    documents: list[Document] = []
    wrong: list[int] = []
    lines = re.split(r"\r\n|\n", text)
    if len(lines) > limits.records:
        raise too_large("records", str(limits.records))
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if job is not None:
            job.check()
        record = _record(line, number)
        if record is None:
            wrong.append(number + 1)
        else:
            documents.append(record)
    if not documents:
        raise UnsupportedDocument(tr("documents.jsonl_empty"), tr("documents.jsonl_empty.hint"))
    if wrong:
        note = tr("documents.jsonl_lines", lines=", ".join(map(str, wrong[:20])), count=len(wrong))
        first = documents[0]
        documents[0] = Document(first.title, "jsonl", first.blocks, properties=first.properties, notes=(note,))
    return documents


def _record(line: str, number: int) -> Document | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not isinstance(value.get("text"), str) or not value["text"].strip():
        return None
    properties = {str(k): v for k, v in value.items() if isinstance(v, str) and k not in ("text", "title") and v}
    properties["id"] = str(value.get("id", number))
    law = f"{properties.get('law', '')}{properties.get('article', '')}"
    title = value.get("title") if isinstance(value.get("title"), str) else None
    return Document(title or law or properties["id"], "jsonl", blocks_of(value["text"]), properties=properties)
