"""Documents as compact bytes, for the pipe of the caged reader and for the library.

Layout: ``IKD`` and a version byte, then zlib of: length of the JSON part (u32), the JSON part,
character edges (int32, twentieths of a point, each the step from the one before), attachments.
"""

import json
import struct
import sys
import zlib
from array import array
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
    Run,
    TextPlace,
    WordPlace,
)

_MAGIC = b"IKD\x01"
GRAIN = 20
"""Edges are kept to the twentieth of a point."""


def quantised(values: list[float]) -> "array[float]":
    """Edges as kept: rounded to the grain, so that a document equals its decoded self."""
    return array("f", [round(v * GRAIN) / GRAIN for v in values])


def encode(document: Document) -> bytes:
    """The document as bytes; edges are rounded to 1/20 point."""
    edges: array[int] = array("i")
    blocks = [_block_out(block, edges) for block in document.blocks]
    head = {
        "title": document.title,
        "format": document.format,
        "pages": [[p.width, p.height] for p in document.pages],
        "outline": [[o.title, o.level, o.page] for o in document.outline],
        "properties": document.properties,
        "attachments": [[a.name, len(a.content)] for a in document.attachments],
        "partial": document.partial,
        "notes": document.notes,
        "edges": len(edges),
        "blocks": blocks,
    }
    words = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if sys.byteorder == "big":
        edges.byteswap()
    parts = [struct.pack("<I", len(words)), words, edges.tobytes(), *(a.content for a in document.attachments)]
    return _MAGIC + zlib.compress(b"".join(parts), 3)


def decode(content: bytes) -> Document:
    """Read :func:`encode`'s bytes back. Raises ValueError on anything else."""
    if content[:4] != _MAGIC:
        raise ValueError("not a stored document of a known version")
    try:
        body = zlib.decompress(content[4:])
        return _document_in(body)
    except (zlib.error, struct.error, KeyError, IndexError, TypeError) as error:
        raise ValueError("a stored document is damaged") from error


def _document_in(body: bytes) -> Document:
    (size,) = struct.unpack_from("<I", body)
    head = json.loads(body[4 : 4 + size].decode("utf-8", "surrogatepass"))
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
        blocks=tuple(_block_in(value, edges) for value in head["blocks"]),
        pages=tuple(PageSize(*p) for p in head["pages"]),
        outline=tuple(OutlineItem(*o) for o in head["outline"]),
        properties=head["properties"],
        attachments=tuple(attachments),
        partial=head["partial"],
        notes=tuple(head["notes"]),
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
    runs = [[run.start, run.end, *_place_out(run.place, edges)] for run in block.runs]
    return [block.kind.value, block.text, runs, block.level, cells, block.caption, block.unit]


def _block_in(value: list[Any], edges: _Edges) -> Block:
    kind, text, runs, level, cells, caption, unit = value
    return Block(
        BlockKind(kind),
        text,
        tuple(Run(start, end, _place_in(place, edges)) for start, end, *place in runs),
        level,
        tuple(Cell(*cells[i : i + 6]) for i in range(0, len(cells), 6)),
        caption,
        unit,
    )


def _place_out(place: Place, edges: "array[int]") -> list[Any]:
    match place:
        case PageLine(page, top, bottom, line):
            last = 0
            for x in line:
                now = round(x * GRAIN)
                edges.append(now - last)
                last = now
            return ["p", page, round(top, 2), round(bottom, 2), len(line)]
        case WordPlace(offset, paragraph, table, row, column):
            return ["w", offset, paragraph, table, row, column]
        case CellPlace(sheet, cell):
            return ["c", sheet, cell]
        case TextPlace(line_number, offset, part):
            return ["t", line_number, offset, part]


def _place_in(value: list[Any], edges: _Edges) -> Place:
    match value:
        case ["p", page, top, bottom, count]:
            return PageLine(page, top, bottom, edges.take(count))
        case ["w", *rest]:
            return WordPlace(*rest)
        case ["c", sheet, cell]:
            return CellPlace(sheet, cell)
        case ["t", *rest]:
            return TextPlace(*rest)
        case _:
            raise ValueError("an unknown kind of place")
