"""PPTX: titles, text, tables and notes slide by slide, anchored to the boxes of their shapes.

A slide is a page, in points from its top left. The file says where a shape stands, not where each
line of its text falls: the lines share the shape's height, the characters of a line its width. Notes
are anchored to the whole slide.
"""

import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from workbench.errors import DocumentError
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.codec import quantised
from workbench.models.documents.composing import TableCell, table_block
from workbench.models.documents.document import Block, BlockKind, Document, PageLine, PageSize, Run
from workbench.models.documents.inside import HARDLY, inside_of
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.office import attribute, child, local, part_names, read_part, relations
from workbench.models.documents.origin import Origin, stream
from workbench.models.documents.refusals import damaged, too_large, without_text
from workbench.models.documents.word_extras import facts, figures

_POINT = 12_700
"""English metric units in a point."""
_TITLES = ("title", "ctrTitle")
_FAULTS = (zipfile.BadZipFile, EOFError, KeyError, ValueError, RuntimeError, zipfile.LargeZipFile)
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class _Frame:
    """A rectangle on the slide, in points."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class _Scale:
    """How a group's coordinates become the slide's: ``(v - base) * factor + shift``, in points."""

    fx: float = 1 / _POINT
    fy: float = 1 / _POINT
    sx: float = 0.0
    sy: float = 0.0

    def frame(self, x: float, y: float, width: float, height: float) -> _Frame:
        """A rectangle in the group's coordinates on the slide."""
        x0, y0 = x * self.fx + self.sx, y * self.fy + self.sy
        return _Frame(x0, y0, x0 + width * self.fx, y0 + height * self.fy)


def read_slides(origin: Origin, title: str, *, job: JobContext, limits: ReadLimits = LIMITS) -> Document:
    """The document. Raises DamagedDocument, DocumentTooLarge, DocumentWithoutText or Cancelled."""
    try:
        with stream(origin) as file, zipfile.ZipFile(file) as archive:
            return _Deck(archive, limits).document(title, job)
    except _FAULTS as error:
        raise damaged(str(error)) from error


class _Deck:
    """Goes through the slides in the order of the presentation."""

    def __init__(self, archive: zipfile.ZipFile, limits: ReadLimits) -> None:
        self._archive = archive
        self._limits = limits
        self._names = part_names(archive)
        self._faults: list[str] = []
        self._broken: list[str] = []
        self._size = PageSize(720.0, 540.0)
        self._pictured: set[str] = set()
        """Pictures on slides of hardly any words, which are what those slides say."""

    def document(self, title: str, job: JobContext) -> Document:
        parts = self._slides()
        if len(parts) > self._limits.pages:
            raise too_large("pages", str(self._limits.pages))
        blocks: list[Block] = []
        for number, part in enumerate(parts[: self._limits.stop_after], 1):
            job.check()
            blocks += self._slide(part, number)
            job.progress(number, len(parts))
        blocks += figures(self._archive, "ppt/", self._limits)
        inside = inside_of(self._archive, self._limits, files="ppt/embeddings/", pictures=self._pictured.__contains__)
        if not any(b.text.strip() for b in blocks) and not inside.attached:
            if self._broken or self._faults:
                raise damaged(", ".join([*self._broken, *self._faults]))
            raise without_text()
        known = facts(self._archive, self._limits)
        name = known.pop("title", "")
        lost = [*self._broken, *self._faults]
        notes = (tr("documents.parts_broken", parts=", ".join(lost)),) if lost else ()
        stopped = self._limits.stop_after is not None
        return Document(
            name if len(name) > 3 else title,
            "pptx",
            tuple(blocks),
            pages=(self._size,) * len(parts),
            properties=known,
            attachments=tuple(inside.attached),
            partial=bool(lost or stopped or inside.left),
            notes=(*notes, *inside.notes),
        )

    def _slides(self) -> list[str]:
        main = self._names["ppt/presentation.xml"]
        root = read_part(self._archive, main, self._limits, self._faults)
        size = child(root, "sldSz")
        width, height = _number(attribute(size, "cx")), _number(attribute(size, "cy"))
        if width > 0 and height > 0:
            self._size = PageSize(round(width / _POINT, 2), round(height / _POINT, 2))
        targets = relations(self._archive, main, self._limits)
        order = [_relation(item) for item in root.iter("{*}sldId")]
        named = [targets[key][1] for key in order if key in targets]
        found = [self._names[name.lower()] for name in named if name.lower() in self._names]
        self._broken += [name for name in named if name.lower() not in self._names]
        return found

    def _slide(self, part: str, number: int) -> Iterator[Block]:
        try:
            root = read_part(self._archive, part, self._limits, self._faults)
            known = relations(self._archive, part, self._limits)
        except DocumentError:
            self._broken.append(part)
            return
        layout = next((name for kind, name in known.values() if kind == "slideLayout"), "")
        whole = _Frame(0.0, 0.0, self._size.width, self._size.height)
        shapes = _Shapes(number, whole, self._placeholders(layout))
        tree = child(child(root, "cSld"), "spTree")
        said = list(shapes.blocks(tree, _Scale(), 0))
        yield from said
        if sum(len(block.text) for block in said) < HARDLY:
            targets = (self._names.get(name.lower()) for kind, name in known.values() if kind == "image")
            self._pictured.update(name for name in targets if name is not None)
        for kind, name in known.values():
            if kind == "notesSlide" and name.lower() in self._names:
                yield from self._notes(self._names[name.lower()], number, whole)

    def _placeholders(self, layout: str) -> dict[tuple[str, str], _Frame]:
        """Where the layout puts what a slide gives no place for, by type and index."""
        found: dict[tuple[str, str], _Frame] = {}
        if layout.lower() not in self._names:
            return found
        try:
            root = read_part(self._archive, self._names[layout.lower()], self._limits, [])
        except DocumentError:
            return found
        for shape in root.iter("{*}sp"):
            mark = next(shape.iter("{*}ph"), None)
            frame = _own_frame(shape, _Scale())
            if mark is not None and frame is not None:
                found[mark.get("type", ""), mark.get("idx", "")] = frame
        return found

    def _notes(self, part: str, number: int, whole: _Frame) -> Iterator[Block]:
        try:
            root = read_part(self._archive, part, self._limits, self._faults)
        except DocumentError:
            self._broken.append(part)
            return
        for shape in root.iter("{*}sp"):
            mark = next(shape.iter("{*}ph"), None)
            body = child(shape, "txBody")
            if mark is not None and mark.get("type") == "body" and body is not None:
                lead = tr("documents.slide_note")
                for text in _paragraphs(body):
                    run = Run(len(lead), len(lead) + len(text), _line(text, whole, number))
                    yield Block(BlockKind.PARAGRAPH, lead + text, (run,))


class _Shapes:
    """The shapes of one slide, in the order they were laid on it."""

    def __init__(self, number: int, whole: _Frame, placeholders: dict[tuple[str, str], _Frame]) -> None:
        self._number = number
        self._whole = whole
        self._placeholders = placeholders

    def blocks(self, parent: etree._Element | None, scale: _Scale, depth: int) -> Iterator[Block]:
        for shape in parent if parent is not None and depth < _DEEPEST else ():
            kind = local(shape)
            if kind == "grpSp":
                yield from self.blocks(shape, _inner(shape, scale), depth + 1)
            elif kind == "graphicFrame":
                yield from self._graphic(shape, scale)
            elif kind == "AlternateContent":
                yield from self.blocks(child(shape, "Choice"), scale, depth + 1)
            elif kind in ("sp", "cxnSp", "pic"):
                yield from self._text(shape, scale)

    def _text(self, shape: etree._Element, scale: _Scale) -> Iterator[Block]:
        body = child(shape, "txBody")
        if body is None:
            return
        mark = next(shape.iter("{*}ph"), None)
        kind = mark.get("type", "") if mark is not None else ""
        frame = _own_frame(shape, scale) or self._inherited(mark)
        texts = list(_paragraphs(body))
        height = (frame.y1 - frame.y0) / max(len(texts), 1)
        for place, text in enumerate(texts):
            strip = _Frame(frame.x0, frame.y0 + place * height, frame.x1, frame.y0 + (place + 1) * height)
            runs = (Run(0, len(text), _line(text, strip, self._number)),)
            if kind in _TITLES and len(texts) == 1:
                yield Block(BlockKind.HEADING, text, runs, 1)
            elif kind in ("ftr", "sldNum", "dt"):
                yield Block(BlockKind.FOOTER, text, runs)
            else:
                yield Block(BlockKind.PARAGRAPH, text, runs)

    def _inherited(self, mark: etree._Element | None) -> _Frame:
        if mark is None:
            return self._whole
        kind, index = mark.get("type", ""), mark.get("idx", "")
        for key, frame in self._placeholders.items():
            if key == (kind, index) or (index and key[1] == index) or (kind in _TITLES and key[0] in _TITLES):
                return frame
        return self._whole

    def _graphic(self, shape: etree._Element, scale: _Scale) -> Iterator[Block]:
        frame = _frame_of(child(shape, "xfrm"), scale) or self._whole
        for table in shape.iter("{*}tbl"):
            block = table_block(self._cells(table, frame))
            if block.text.strip():
                yield block

    def _cells(self, table: etree._Element, frame: _Frame) -> Iterator[TableCell]:
        """The cells where the grid's widths and heights put them."""
        xs = _steps([_number(c.get("w", "")) for c in table.iter("{*}gridCol")], frame.x0, frame.x1)
        rows = [item for item in table if local(item) == "tr"]
        ys = _steps([_number(r.get("h", "")) for r in rows], frame.y0, frame.y1)
        for row, line in enumerate(rows):
            for column, cell in enumerate(item for item in line if local(item) == "tc"):
                if cell.get("hMerge") in ("1", "true") or cell.get("vMerge") in ("1", "true"):
                    continue
                wide, high = _span(cell.get("gridSpan")), _span(cell.get("rowSpan"))
                body = child(cell, "txBody")
                text = "\n".join(_paragraphs(body)) if body is not None else ""
                right, bottom = min(column + wide, len(xs) - 1), min(row + high, len(ys) - 1)
                box = _Frame(xs[min(column, len(xs) - 1)], ys[row], xs[right], ys[bottom])
                pieces = [(text, _line(text, box, self._number))] if text.strip() else []
                yield TableCell(row, column, pieces, high, wide)


def _paragraphs(body: etree._Element) -> Iterator[str]:
    for paragraph in body:
        if local(paragraph) == "p":
            parts = [
                {"br": "\n", "tab": "\t"}.get(local(item)) or item.text or ""
                for item in paragraph.iter("{*}t", "{*}br", "{*}tab")
                if not (local(item) == "tab" and local(item.getparent()) == "tabLst")
            ]
            text = "".join(parts).strip()
            if text:
                yield text


def _line(text: str, frame: _Frame, number: int) -> PageLine:
    """The text over the whole width of a rectangle."""
    return PageLine(number, round(frame.y0, 2), round(frame.y1, 2), spread(frame.x0, frame.x1, len(text)))


def spread(start: float, end: float, count: int) -> "array[float]":
    """The edges of ``count`` characters of one width between two x."""
    step = (end - start) / max(count, 1)
    return quantised([start + step * place for place in range(count + 1)])


def _own_frame(shape: etree._Element, scale: _Scale) -> _Frame | None:
    return _frame_of(child(child(shape, "spPr"), "xfrm"), scale)


def _frame_of(place: etree._Element | None, scale: _Scale) -> _Frame | None:
    offset, size = child(place, "off"), child(place, "ext")
    if offset is None or size is None:
        return None
    values = [_number(attribute(offset, k)) for k in "xy"] + [_number(attribute(size, k)) for k in ("cx", "cy")]
    return scale.frame(values[0], values[1], max(values[2], 0), max(values[3], 0))


def _inner(group: etree._Element, scale: _Scale) -> _Scale:
    """The scale for the children of a group."""
    place = child(child(group, "grpSpPr"), "xfrm")
    outer = _frame_of(place, scale)
    base, size = child(place, "chOff"), child(place, "chExt")
    width, height = _number(attribute(size, "cx")), _number(attribute(size, "cy"))
    if outer is None or width <= 0 or height <= 0:
        return scale
    fx, fy = (outer.x1 - outer.x0) / width, (outer.y1 - outer.y0) / height
    x, y = _number(attribute(base, "x")), _number(attribute(base, "y"))
    return _Scale(fx, fy, outer.x0 - x * fx, outer.y0 - y * fy)


def _steps(sizes: list[float], start: float, end: float) -> list[float]:
    """Edges between ``start`` and ``end`` in proportion to the sizes."""
    whole = sum(sizes) or 1.0
    edges = [start]
    for size in sizes:
        edges.append(edges[-1] + (end - start) * size / whole)
    return edges if len(edges) > 1 else [start, end]


def _number(written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e12 else 0.0


def _span(written: str | None) -> int:
    return min(int(written), 100) if written is not None and written.isdigit() and len(written) < 6 else 1


def _relation(item: etree._Element) -> str:
    """The relation's id, which stands beside a plain id of the same local name."""
    return next((str(v) for k, v in item.attrib.items() if str(k).endswith("}id")), "")
