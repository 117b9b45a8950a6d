"""Documents as compact bytes, for the pipe of the caged reader and for the library.

Layout: ``IKD`` and a version byte, then zlib of: length of the JSON part (u32), the JSON part (a line
for the document, then a line a block), character edges (int32, twentieths of a point, each the step
from the one before), attachments. Blocks are lines of their own because one call of ``json`` over a
whole report holds the interpreter for a tenth of a second, and the window with it.
"""

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from workbench.models.documents.document import (
    Attachment,
    Block,
    BlockKind,
    Cell,
    CellPlace,
    Document,
    OutlineItem,
    PageLine,
    PageSize,
    Place,
    Remark,
    Run,
    TextPlace,
    WordPlace,
)

_MAGIC = b"IKD\x02"
_LINE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
GRAIN = 20
"""Edges are kept to the twentieth of a point."""


def quantised(values: list[float]) -> "array[float]":
    """Edges as kept: rounded to the grain, so that a document equals its decoded self."""
    return array("f", [round(v * GRAIN) / GRAIN for v in values])


def encode(document: Document) -> bytes:
    """The document as bytes; edges are rounded to 1/20 point."""
    edges: array[int] = array("i")
    blocks = [_block_out(block, edges) for block in document.blocks]
    remarks = [_remark_out(remark, edges) for remark in document.remarks]
    head = {
        "title": document.title,
        "format": document.format,
        "pages": [[p.width, p.height, p.needs_ocr] if p.needs_ocr else [p.width, p.height] for p in document.pages],
        "outline": [[o.title, o.level, o.page] for o in document.outline],
        "properties": document.properties,
        "attachments": [[a.name, len(a.content)] for a in document.attachments],
        "partial": document.partial,
        "notes": document.notes,
        "remarks": remarks,
        "edges": len(edges),
    }
    lines = [_LINE(part).encode("utf-8", "surrogatepass") for part in (head, *blocks)]
    if sys.byteorder == "big":
        edges.byteswap()
    # Squeezed line by line: a large sheet joined first would stand in memory three times.
    squeeze = zlib.compressobj(3)
    packed = [_MAGIC, squeeze.compress(struct.pack("<I", sum(map(len, lines)) + len(lines) - 1) + lines[0])]
    packed += [squeeze.compress(b"\n" + line) for line in lines[1:]]
    packed += [squeeze.compress(part) for part in (edges.tobytes(), *(a.content for a in document.attachments))]
    return b"".join((*packed, squeeze.flush()))


def decode(content: bytes) -> Document:
    """Read :func:`encode`'s bytes back. Raises ValueError on anything else."""
    if content[:4] != _MAGIC:
        raise ValueError("not a stored document of a known version")
    try:
        body = zlib.decompress(content[4:])
        return _document_in(body)
    except (zlib.error, struct.error, KeyError, StopIteration, IndexError, TypeError) as error:
        raise ValueError("a stored document is damaged") from error


def _document_in(body: bytes) -> Document:
    (size,) = struct.unpack_from("<I", body)
    first, *lines = body[4 : 4 + size].decode("utf-8", "surrogatepass").split("\n")
    head = json.loads(first)
    position = 4 + size
    steps: array[int] = array("i")
    steps.frombytes(body[position : position + 4 * head["edges"]])
    if sys.byteorder == "big":
        steps.byteswap()
    position += 4 * head["edges"]
    attachments = []
    for name, length in head["attachments"]:
        attachments.append(Attachment(name, body[position : position + length]))
        position += length
    edges = _Edges(steps)
    return Document(
        title=head["title"],
        format=head["format"],
        blocks=tuple([_block_in(json.loads(line), edges) for line in lines]),
        pages=tuple(PageSize(*p) for p in head["pages"]),
        outline=tuple(OutlineItem(*o) for o in head["outline"]),
        properties=head["properties"],
        attachments=tuple(attachments),
        partial=head["partial"],
        notes=tuple(head["notes"]),
        remarks=tuple([_remark_in(value, edges) for value in head.get("remarks", ())]),
    )


class _Edges:
    """Takes line after line from the one array of steps."""

    def __init__(self, steps: "array[int]") -> None:
        self._steps = steps
        self._position = 0

    def take(self, count: int) -> "array[float]":
        steps = self._steps[self._position : self._position + count]
        self._position += count
        return array("f", [q / GRAIN for q in accumulate(steps)])


def _block_out(block: Block, edges: "array[int]") -> list[Any]:
    cells = [v for c in block.cells for v in (c.row, c.column, c.start, c.end, c.row_span, c.column_span)]
    values: list[Any] = []
    kinds = "".join([_run_out(run.start, run.end, run.place, values, edges) for run in block.runs])
    shape = [block.kind.value, block.text, kinds, values, block.level, cells, block.caption, block.unit]
    return [*shape, block.source] if block.source else shape


def _block_in(value: list[Any], edges: _Edges) -> Block:
    kind, text, kinds, values, level, cells, caption, unit, *source = value
    rest = iter(values)
    return Block(
        BlockKind(kind),
        text,
        tuple([_run_in(k, rest, edges) for k in kinds]),
        level,
        tuple([Cell(*cells[i : i + 6]) for i in range(0, len(cells), 6)]),
        caption,
        unit,
        source[0] if source else "",
    )


def _remark_out(remark: Remark, edges: "array[int]") -> list[Any]:
    values: list[Any] = []
    kind = _run_out(0, 0, remark.place, values, edges) if remark.place is not None else ""
    return [remark.kind, remark.text, remark.author, remark.date, kind, values]


def _remark_in(value: list[Any], edges: _Edges) -> Remark:
    what, text, author, date, kind, values = value
    place = _run_in(kind, iter(values), edges).place if kind else None
    return Remark(what, text, author, date, place)


def _run_out(start: int, end: int, place: Place, values: list[Any], edges: "array[int]") -> str:
    """Append what a run needs to the flat list of values; the letter of its kind of place comes back."""
    if isinstance(place, PageLine):
        last = 0
        for x in place.edges:
            now = round(x * GRAIN)
            edges.append(now - last)
            last = now
        values += (start, end, place.page, round(place.top, 2), round(place.bottom, 2), len(place.edges))
        return "p"
    if isinstance(place, CellPlace):
        values += (start, end, place.sheet, place.cell)
        return "c"
    if isinstance(place, WordPlace):
        values += (start, end, place.offset, place.paragraph, place.table, place.row, place.column)
        return "w"
    values += (start, end, place.line, place.offset, place.part)
    return "t"


def _run_in(kind: str, rest: Iterator[Any], edges: _Edges) -> Run:
    start, end = next(rest), next(rest)
    if kind == "p":
        return Run(start, end, PageLine(next(rest), next(rest), next(rest), edges.take(next(rest))))
    if kind == "c":
        return Run(start, end, CellPlace(sys.intern(next(rest)), next(rest)))
    if kind == "w":
        return Run(start, end, WordPlace(next(rest), next(rest), next(rest), next(rest), next(rest)))
    if kind == "t":
        return Run(start, end, TextPlace(next(rest), next(rest), next(rest)))
    raise ValueError("an unknown kind of place")
