"""Where in a document something stands, exact enough to be shown.

The JSON shapes are the contract's: ``{kind, spans: [...]}`` with ``page``, ``word``, ``sheet`` and
``text`` spans. A quote over two lines or cells has several boxes or spans.
"""

from dataclasses import dataclass
from typing import Any, Literal

Box = tuple[float, float, float, float]
"""``x0, y0, x1, y1`` from the top left of the page as shown; points, or pixels for pictures."""

AnchorKind = Literal["page", "word", "sheet", "text"]


@dataclass(frozen=True, slots=True)
class PageSpan:
    """Boxes on one page of a PDF, OFD, slide or picture; ``page`` counts from 1."""

    page: int
    boxes: tuple[Box, ...]

    def to_json(self) -> dict[str, Any]:
        return {"page": self.page, "boxes": [[round(v, 2) for v in box] for box in self.boxes]}


@dataclass(frozen=True, slots=True)
class WordSpan:
    """Characters ``start`` to ``end`` of a Word paragraph, or of a table's cell; all from 0."""

    start: int
    end: int
    paragraph: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None

    def to_json(self) -> dict[str, Any]:
        if self.paragraph is not None:
            return {"paragraph": self.paragraph, "start": self.start, "end": self.end}
        return {"table": self.table, "row": self.row, "column": self.column, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class SheetSpan:
    """A cell or a range (``C12`` or ``C12:E12``) of a sheet."""

    sheet: str
    cells: str

    def to_json(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "cells": self.cells}


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Characters ``start`` to ``end`` of a line (from 1) of a text file, HTML as read, or mail part."""

    line: int
    start: int
    end: int
    part: str | None = None

    def to_json(self) -> dict[str, Any]:
        span: dict[str, Any] = {"line": self.line, "start": self.start, "end": self.end}
        return {"part": self.part, **span} if self.part is not None else span


Span = PageSpan | WordSpan | SheetSpan | TextSpan


@dataclass(frozen=True, slots=True)
class Anchor:
    """One place in a document: spans of one kind, in reading order, never empty."""

    kind: AnchorKind
    spans: tuple[Span, ...]

    def to_json(self) -> dict[str, Any]:
        """The contract's shape."""
        return {"kind": self.kind, "spans": [span.to_json() for span in self.spans]}

    @property
    def page(self) -> int | None:
        """The first page, where there are pages."""
        first = self.spans[0]
        return first.page if isinstance(first, PageSpan) else None


def anchor_from_json(value: dict[str, Any]) -> Anchor:
    """Read the contract's shape back; raises KeyError or ValueError on another shape."""
    kind = value["kind"]
    spans: tuple[Span, ...]
    match kind:
        case "page":
            spans = tuple(
                PageSpan(s["page"], tuple((b[0], b[1], b[2], b[3]) for b in s["boxes"])) for s in value["spans"]
            )
        case "word":
            spans = tuple(WordSpan(**s) for s in value["spans"])
        case "sheet":
            spans = tuple(SheetSpan(**s) for s in value["spans"])
        case "text":
            spans = tuple(TextSpan(**s) for s in value["spans"])
        case _:
            raise ValueError(kind)
    return Anchor(kind, spans)
