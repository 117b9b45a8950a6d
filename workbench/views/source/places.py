"""From places back to text: which characters of which block an anchor, a point or a search means."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.models.documents.document import CellPlace, Document, PageLine, Place, TextPlace, WordPlace
from workbench.models.evidence import Anchor, Box, PageSpan, SheetSpan, Span, TextSpan, WordSpan

Position = tuple[int, int]
"""Block and character in it, both from 0; ordered as read."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters ``start`` to ``end`` of the text of block number ``block``."""

    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Line:
    block: int
    start: int
    place: PageLine


class PageText:
    """The characters of the pages: what stands at a point, and what lies between two positions."""

    def __init__(self, document: Document) -> None:
        self._blocks = document.blocks
        lines: defaultdict[int, list[_Line]] = defaultdict(list)
        for number, block in enumerate(document.blocks):
            for run in block.runs:
                if isinstance(run.place, PageLine):
                    lines[run.place.page].append(_Line(number, run.start, run.place))
        self._lines = dict(lines)

    def position(self, page: int, x: float, y: float, *, reach: float | None = None) -> Position | None:
        """The position nearest to a point of a page, in points; None where no text is.

        With ``reach`` only text at most that many points away counts.
        """
        best: tuple[float, _Line] | None = None
        for line in self._lines.get(page, ()):
            place = line.place
            left, right = min(place.edges), max(place.edges)
            down = max(place.top - y, y - place.bottom, 0.0)
            aside = max(left - x, x - right, 0.0)
            away = down * 4 + aside
            if reach is not None and max(down, aside) > reach:
                continue
            if best is None or away < best[0]:
                best = (away, line)
        if best is None:
            return None
        line = best[1]
        edges = line.place.edges
        nearest = min(range(len(edges)), key=lambda i: abs(edges[i] - x))
        return line.block, line.start + nearest

    def stretches(self, first: Position, last: Position) -> Iterator[Stretch]:
        """What lies between two positions, block by block, in reading order."""
        begin, stop = min(first, last), max(first, last)
        for number in range(begin[0], stop[0] + 1):
            start = begin[1] if number == begin[0] else 0
            end = stop[1] if number == stop[0] else len(self._blocks[number].text)
            if end > start:
                yield Stretch(number, start, end)

    def text(self, first: Position, last: Position) -> str:
        """The words between two positions, a line a block."""
        return "\n".join(self._blocks[s.block].text[s.start : s.end] for s in self.stretches(first, last))

    def boxes(self, first: Position, last: Position) -> dict[int, list[Box]]:
        """The boxes between two positions, by page."""
        found: defaultdict[int, list[Box]] = defaultdict(list)
        for stretch in self.stretches(first, last):
            anchor = self._blocks[stretch.block].anchor(stretch.start, stretch.end)
            for span in anchor.spans if anchor else ():
                if isinstance(span, PageSpan):
                    found[span.page].extend(span.boxes)
        return dict(found)

    def word_at(self, position: Position) -> tuple[Position, Position]:
        """The sentence part around a position: up to the nearest punctuation or blank on both sides."""
        number, offset = position
        text = self._blocks[number].text
        stops = [m.start() for m in re.finditer(r"[\s,，。；;：:、！？!?（）()]", text)]
        before = bisect_right(stops, offset - 1) if offset else 0
        start = stops[before - 1] + 1 if before else 0
        after = bisect_left(stops, offset)
        end = stops[after] if after < len(stops) else len(text)
        return (number, min(start, end)), (number, end)


class SpanFinder:
    """Finds the characters that the spans of Word and text anchors mean."""

    def __init__(self, document: Document) -> None:
        self._blocks = document.blocks
        self._places: defaultdict[tuple[object, ...], list[tuple[int, int, int, int]]] = defaultdict(list)
        for number, block in enumerate(document.blocks):
            for run in block.runs:
                key, offset = _key(run.place)
                if key:
                    self._places[key].append((offset, offset + run.end - run.start, number, run.start))

    def stretches(self, anchor: Anchor) -> list[Stretch]:
        """The stretches an anchor covers; empty for anchors of pages."""
        return [stretch for span in anchor.spans for stretch in self._of(span)]

    def stretch_of(self, place: Place, letters: int) -> Stretch | None:
        """The stretch of at most ``letters`` characters at a place; None where nothing stands there."""
        key, offset = _key(place)
        for start, end, number, first in self._places.get(key, ()):
            if start <= offset <= end:
                length = len(self._blocks[number].text)
                at = min(first + offset - start, max(length - 1, 0))
                return Stretch(number, at, min(at + max(letters, 1), first + end - start, length))
        return None

    def _of(self, span: Span) -> Iterator[Stretch]:
        key, first, last = _span_key(span)
        for start, end, number, offset in self._places.get(key, ()):
            low, high = max(start, first), min(end, last) if last is not None else end
            if high > low:
                yield Stretch(number, offset + low - start, offset + high - start)


def _key(place: object) -> tuple[tuple[object, ...], int]:
    match place:
        case WordPlace(offset, paragraph, table, row, column):
            return ("word", paragraph, table, row, column), offset
        case TextPlace(line, offset, part):
            return ("text", part, line), offset
        case CellPlace(sheet, cell):
            return ("sheet", sheet, cell), 0
        case _:
            return (), 0


def _span_key(span: Span) -> tuple[tuple[object, ...], int, int | None]:
    match span:
        case WordSpan(start, end, paragraph, table, row, column):
            return ("word", paragraph, table, row, column), start, end
        case TextSpan(line, start, end, part):
            return ("text", part, line), start, end
        case SheetSpan(sheet, cells):
            return ("sheet", sheet, cells), 0, None
        case _:
            return (), 0, 0


def find(document: Document, needle: str, limit: int = 5000) -> tuple[Stretch, ...]:
    """Where ``needle`` stands, ignoring case and blanks between its characters, at most ``limit`` places."""
    letters = [re.escape(letter) for letter in needle if not letter.isspace()]
    if not letters:
        return ()
    pattern = re.compile(r"\s*".join(letters), re.IGNORECASE)
    found: list[Stretch] = []
    for number, block in enumerate(document.blocks):
        for match in pattern.finditer(block.text):
            found.append(Stretch(number, match.start(), match.end()))
            if len(found) >= limit:
                return tuple(found)
    return tuple(found)


_CELL = re.compile(r"([A-Z]+)(\d+)")


def cell_at(name: str) -> tuple[int, int]:
    """Row and column from 0 of a cell's name: ``C12`` is ``(11, 2)``. Raises ValueError otherwise."""
    match = _CELL.fullmatch(name.replace("$", ""))
    if match is None:
        raise ValueError(name)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def cell_range(cells: str) -> tuple[int, int, int, int]:
    """Top, left, bottom, right (from 0, inclusive) of ``C12`` or ``C12:E14``."""
    first, _, last = cells.partition(":")
    top, left = cell_at(first)
    bottom, right = cell_at(last) if last else (top, left)
    return top, left, bottom, right


def column_name(column: int) -> str:
    """The letters of a column from 0: 27 is ``AB``."""
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
