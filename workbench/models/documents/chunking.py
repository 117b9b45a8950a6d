"""Documents become chunks: whole sentences up to a length, along the document's structure.

A chunk never reaches over a heading; headings begin the chunk that follows them. Rows of a table
stay whole, a clause (第X条) stays whole up to a length. Each chunk carries a context line, company ›
headings (or the table's title, unit and head row), which is searched and embedded with it but is no
part of its text. Running headers and footers are left out, and pages whose characters are not what
they show (``needs_ocr`` "garbage"); nothing else is lost, doubled or moved.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from workbench.models.documents.company import company_of
from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.documents.sentences import sentences
from workbench.models.documents.structure import begins_clause

_ARROW = " › "
_RUNNING = (BlockKind.HEADER, BlockKind.FOOTER)


@dataclass(frozen=True, slots=True)
class ChunkLimits:
    """Lengths in characters."""

    sentences: int = 300
    """A chunk of sentences."""
    clause: int = 600
    """A clause kept whole."""
    record: int = 600
    """A record of a JSONL file kept whole."""
    rows: int = 400
    """A chunk of table rows."""
    lead: int = 120
    """Words right above a table that go with its first rows."""
    context: int = 160
    """The context line."""
    headings: int = 3
    """How many headings the context line names, the nearest ones."""


LIMITS = ChunkLimits()


@dataclass(frozen=True, slots=True)
class Piece:
    """``block.text[start:end]`` stands in the chunk's text from ``chunk_start`` on."""

    chunk_start: int
    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """Text to be found and quoted, its context, and where each character comes from."""

    text: str
    context: str
    pieces: tuple[Piece, ...]


@dataclass(slots=True)
class _Open:
    """A chunk being filled: spans of blocks in order."""

    spans: list[tuple[int, int, int]] = field(default_factory=list)
    length: int = 0

    def add(self, block: int, start: int, end: int) -> None:
        if self.spans and self.spans[-1][0] == block and self.spans[-1][2] == start:
            self.spans[-1] = (block, self.spans[-1][1], end)
        else:
            self.length += 1 if self.spans else 0
            self.spans.append((block, start, end))
        self.length += end - start


def chunk(document: Document, limits: ChunkLimits = LIMITS) -> tuple[Chunk, ...]:
    """The chunks of a document, in its order."""
    return tuple(_Chunker(document, limits).chunks())


class _Chunker:
    def __init__(self, document: Document, limits: ChunkLimits) -> None:
        self._blocks = document.blocks
        self._limits = limits
        self._subject = company_of(document) or document.title
        self._path: list[tuple[int, str]] = []
        self._inherited: tuple[str, ...] = ()
        self._open = _Open()
        self._only_headings = True
        self._clause_fits = False
        self._last_head = ""
        self._nonsense = {n for n, page in enumerate(document.pages, 1) if page.needs_ocr == "garbage"}
        body = [b for b in document.blocks if b.kind not in _RUNNING]
        self._whole = document.format == "jsonl" and sum(len(b.text) + 1 for b in body) <= limits.record

    def chunks(self) -> Iterator[Chunk]:
        in_clause = False
        for number, block in enumerate(self._blocks):
            if block.kind in _RUNNING or not block.text.strip() or block.page in self._nonsense:
                continue
            if self._whole:
                self._open.add(number, 0, len(block.text))
            elif block.kind is BlockKind.HEADING:
                yield from self._heading(number, block)
                in_clause = False
            elif block.kind is BlockKind.TABLE:
                yield from self._table(number, block)
            else:
                if begins_clause(block.text):
                    yield from self._clause(number)
                    in_clause = True
                yield from self._words(number, block, self._limits.clause if in_clause else self._limits.sentences)
        yield from self._close()

    def _heading(self, number: int, block: Block) -> Iterator[Chunk]:
        if not self._only_headings:
            yield from self._close()
        if not self._open.spans:
            self._inherited = self._headings(block.level)
        self._path = [(level, text) for level, text in self._path if level < block.level]
        self._path.append((block.level, block.text.strip()))
        yield from self._add_sentences(number, block.text, self._limits.sentences)

    def _headings(self, below: int = 1_000) -> tuple[str, ...]:
        return tuple(text for level, text in self._path if level < below)

    def _clause(self, number: int) -> Iterator[Chunk]:
        """A clause begins its own chunk; it is whole where all of it fits."""
        if not self._only_headings:
            yield from self._close()
        self._only_headings = False
        length = 0
        for block in self._blocks[number:]:
            if length and (block.kind in (BlockKind.HEADING, BlockKind.TABLE) or begins_clause(block.text)):
                break
            length += len(block.text) + 1
        self._clause_fits = length <= self._limits.clause

    def _words(self, number: int, block: Block, longest: int) -> Iterator[Chunk]:
        limit = longest if longest == self._limits.clause and self._clause_fits else self._limits.sentences
        self._only_headings = False
        yield from self._add_sentences(number, block.text, limit)
        self._only_headings = False

    def _add_sentences(self, number: int, text: str, limit: int) -> Iterator[Chunk]:
        for start, end in sentences(text, limit):
            if self._open.spans and self._open.length + 1 + end - start > limit:
                yield from self._close()
            self._open.add(number, start, end)

    def _table(self, number: int, block: Block) -> Iterator[Chunk]:
        if self._open.spans and self._open.length > self._limits.lead and not self._only_headings:
            yield from self._close()
        self._only_headings = False
        head = self._head(number, block)
        shown = head if head != _head_row(block) else ""
        for start, end in _row_spans(block, self._limits.rows):
            if self._open.spans and self._open.length + 1 + end - start > self._limits.rows:
                yield from self._close(block, shown)
                shown = head
            self._open.add(number, start, end)
        yield from self._close(block, shown)

    def _head(self, number: int, block: Block) -> str:
        """The names of the columns; a table that goes on over a page or was cut has those of its beginning."""
        head = _head_row(block)
        before = next((b for b in reversed(self._blocks[:number]) if b.kind not in _RUNNING), None)
        if before is not None and before.kind is BlockKind.TABLE and _width(before) == _width(block):
            head = self._last_head or head
        self._last_head = head
        return head

    def _close(self, table: Block | None = None, head: str = "") -> Iterator[Chunk]:
        if not self._open.spans:
            return
        parts: list[str] = []
        pieces: list[Piece] = []
        length = 0
        last = -1
        for block, start, end in self._open.spans:
            words = self._blocks[block].text[start:end]
            stripped = words.rstrip().lstrip(" \n\r　")
            if not stripped:
                continue
            lead = len(words) - len(words.lstrip(" \n\r　"))
            if parts:
                parts.append("\n")
                length += 1
            pieces.append(Piece(length, block, start + lead, start + lead + len(stripped)))
            parts.append(stripped)
            length += len(stripped)
            last = block
        context = self._context(table, head)
        self._open = _Open()
        self._only_headings = True
        self._inherited = self._headings()
        if last >= 0:
            yield Chunk("".join(parts), context, tuple(pieces))

    def _context(self, table: Block | None, head: str) -> str:
        near = [h for h in self._inherited if h != self._subject][-self._limits.headings :]
        parts = [self._subject, *near]
        if table is not None:
            parts += [p for p in (table.caption, table.unit) if p and p not in parts]
        line = _ARROW.join(p.replace("\n", " ") for p in parts if p)[: self._limits.context]
        return f"{line}{_ARROW}{head}"[: 2 * self._limits.context] if head else line


def _head_row(block: Block) -> str:
    """The first row of a table, as the names of its columns; empty where it holds figures already."""
    rows = block.rows()
    if len(rows) < 2:
        return ""
    names = [block.text[c.start : c.end].strip() for c in rows[0]]
    figures = sum(1 for n in names[1:] if n and not any(ch.isalpha() for ch in n))
    return "" if figures > len(names) // 2 else " ".join(n for n in names if n)


def _width(table: Block) -> int:
    return max((c.column + c.column_span for c in table.cells), default=0)


def _row_spans(block: Block, longest: int) -> Iterator[tuple[int, int]]:
    """The rows of a table; a row over the length is cut into sentences."""
    start = 0
    for line in block.text.split("\n"):
        end = start + len(line)
        if line.strip():
            if len(line) <= longest:
                yield start, end
            else:
                yield from ((start + a, start + b) for a, b in sentences(line, longest))
        start = end + 1
