"""One PDF page as glyphs and rulings, in points from the top left of the page as shown."""

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.models.documents.pdfium import raw

Boxes = NDArray[np.float64]
"""``(n, 4)``: x0, top, x1, bottom."""

_SCALE = 1000
_MAX_OBJECTS = 60_000
_MAX_SEGMENTS = 4_000
_THIN = 2.2
_MAX_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a page in the order of its content.

    ``codes`` are code points; ``spaced`` says that the reader saw a gap or a line's end before the
    character (spaces of the file itself are characters of their own); ``unmapped`` is the share of
    characters whose font doesn't say what they are.
    """

    codes: NDArray[np.uint32]
    boxes: Boxes
    spaced: NDArray[np.bool_]
    unmapped: float = 0.0


@dataclass(frozen=True, slots=True)
class Rulings:
    """Lines drawn on the page: ``across`` rows are ``y, x0, x1``; ``down`` rows are ``x, y0, y1``."""

    across: NDArray[np.float64]
    down: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RawPage:
    """What is drawn on one page."""

    width: float
    height: float
    glyphs: Glyphs
    rulings: Rulings
    pictures: int


class _Shown:
    """From the page's own space to the page as shown: crop, scale and rotation."""

    def __init__(self, page: Any, width: float, height: float) -> None:
        wide, high = int(width * _SCALE), int(height * _SCALE)

        def at(x: float, y: float) -> tuple[float, float]:
            dx, dy = ctypes.c_int(), ctypes.c_int()
            raw.FPDF_PageToDevice(page, 0, 0, wide, high, 0, x, y, dx, dy)
            return dx.value / _SCALE, dy.value / _SCALE

        ox, oy = at(0, 0)
        ax, ay = at(1000, 0)
        bx, by = at(0, 1000)
        self.matrix = np.array([[(ax - ox) / 1000, (bx - ox) / 1000, ox], [(ay - oy) / 1000, (by - oy) / 1000, oy]])

    def boxes(self, corners: Boxes) -> Boxes:
        """Boxes given by two opposite corners ``x, y, x, y``."""
        first = corners[:, 0:2] @ self.matrix[:, :2].T + self.matrix[:, 2]
        second = corners[:, 2:4] @ self.matrix[:, :2].T + self.matrix[:, 2]
        return np.hstack([np.minimum(first, second), np.maximum(first, second)])


def read_page(page: Any, *, rulings: bool = True) -> RawPage:
    """Everything needed of an open ``pypdfium2.PdfPage``; the caller holds the lock."""
    width, height = page.get_size()
    shown = _Shown(page.raw, width, height)
    glyphs = _glyphs(page, shown)
    found, pictures = _drawn(page.raw, shown) if rulings else (_no_rulings(), 0)
    return RawPage(width, height, glyphs, found, pictures)


def _glyphs(page: Any, shown: _Shown) -> Glyphs:
    text_page = page.get_textpage()
    try:
        handle = text_page.raw
        count = max(raw.FPDFText_CountChars(handle), 0)
        codes = _codes(handle, count)
        rects = (raw.FS_RECTF * max(count, 1))()
        box_of = raw.FPDFText_GetLooseCharBox
        for index in range(count):
            box_of(handle, index, rects[index])
        unmapped = _unmapped(handle, codes)
    finally:
        text_page.close()
    corners = np.frombuffer(rects, dtype=np.float32).reshape(-1, 4)[:count].astype(np.float64)
    return _cleaned(codes, shown.boxes(corners), unmapped)


def _codes(handle: Any, count: int) -> NDArray[np.uint32]:
    """Code points by character index; one call where the page has no character outside the plane."""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(handle, 0, count, buffer)
    if written == count + 1:
        units = np.frombuffer(bytes(buffer), dtype=np.uint16)[:count]
        if not ((units >= 0xD800) & (units < 0xE000)).any():
            return units.astype(np.uint32)
    read = raw.FPDFText_GetUnicode
    return np.array([read(handle, index) for index in range(count)], dtype=np.uint32)


def _unmapped(handle: Any, codes: NDArray[np.uint32]) -> float:
    """Share of about a hundred sampled characters without a known meaning."""
    visible = np.flatnonzero(codes > 32)
    if not len(visible):
        return 0.0
    sample = visible[:: max(1, len(visible) // 100)]
    wrong = sum(1 for index in sample if raw.FPDFText_HasUnicodeMapError(handle, int(index)) == 1)
    return float(wrong / len(sample))


def _cleaned(codes: NDArray[np.uint32], boxes: Boxes, unmapped: float) -> Glyphs:
    """Without line ends, guessed spaces, control characters and characters off any sense."""
    codes = np.where(np.isin(codes, (2, 0xAD)), ord("-"), codes)
    blank = np.isin(codes, (9, 32, 0xA0, 0x3000))
    flat = (boxes[:, 2] - boxes[:, 0] < 0.01) | (boxes[:, 3] - boxes[:, 1] < 0.01)
    guessed = (blank & flat) | np.isin(codes, (10, 13))
    drop = guessed | (codes < 32) | (codes == 0xFFFE) | (codes == 0xFFFF) | (codes > 0x10FFFF)
    drop |= (
        ((codes >= 0xD800) & (codes < 0xE000)) | ((codes >= 0x7F) & (codes < 0xA0)) | ~np.isfinite(boxes).all(axis=1)
    )
    keep = np.flatnonzero(~drop)
    seen = np.concatenate([[0], np.cumsum(guessed)])
    spaced = np.zeros(len(keep), dtype=np.bool_)
    if len(keep):
        spaced[1:] = seen[keep[1:]] > seen[keep[:-1]]
    codes = np.where(np.isin(codes, (9, 0xA0)), 32, codes)
    return Glyphs(codes[keep], boxes[keep], spaced, unmapped)


def _no_rulings() -> Rulings:
    return Rulings(np.empty((0, 3)), np.empty((0, 3)))


def _drawn(page: Any, shown: _Shown) -> tuple[Rulings, int]:
    """The page's straight lines (thin bars, strokes and edges of boxes) and how many pictures it has."""
    strokes: list[tuple[float, float, float, float]] = []
    pictures = _walk(
        raw.FPDFPage_CountObjects(page), lambda index: raw.FPDFPage_GetObject(page, index), np.eye(3), strokes, 0
    )
    if not strokes:
        return _no_rulings(), pictures
    boxes = shown.boxes(np.array(strokes))
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    across, down = (high <= _THIN) & (wide > high), (wide <= _THIN) & (high > wide)
    a, d = boxes[across], boxes[down]
    return Rulings(
        np.column_stack([(a[:, 1] + a[:, 3]) / 2, a[:, 0], a[:, 2]]),
        np.column_stack([(d[:, 0] + d[:, 2]) / 2, d[:, 1], d[:, 3]]),
    ), pictures


def _walk(
    count: int, object_at: Any, matrix: Boxes, strokes: list[tuple[float, float, float, float]], depth: int
) -> int:
    pictures = 0
    kind_of, path, form, image = (
        raw.FPDFPageObj_GetType,
        raw.FPDF_PAGEOBJ_PATH,
        raw.FPDF_PAGEOBJ_FORM,
        raw.FPDF_PAGEOBJ_IMAGE,
    )
    edges = [ctypes.c_float() for _ in range(4)]
    for index in range(min(count, _MAX_OBJECTS)):
        item = object_at(index)
        kind = kind_of(item)
        if kind == path:
            _path(item, edges, matrix, strokes)
        elif kind == image:
            pictures += 1
        elif kind == form and depth < _MAX_DEPTH:
            inner = _matrix_of(item) @ matrix
            inside = raw.FPDFFormObj_CountObjects(item)
            pictures += _walk(inside, lambda i, f=item: raw.FPDFFormObj_GetObject(f, i), inner, strokes, depth + 1)
    return pictures


def _matrix_of(item: Any) -> Boxes:
    m = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, m):
        return np.eye(3)
    return np.array([[m.a, m.b, 0], [m.c, m.d, 0], [m.e, m.f, 1]])


def _path(item: Any, edges: list[Any], matrix: Boxes, strokes: list[tuple[float, float, float, float]]) -> None:
    left, bottom, right, top = edges
    if not raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return
    x0, y0, x1, y1 = left.value, bottom.value, right.value, top.value
    if min(x1 - x0, y1 - y0) > _THIN:
        strokes.extend(_moved(line, matrix) for line in _segments(item))
    elif max(x1 - x0, y1 - y0) > _THIN:
        strokes.append(_moved((x0, y0, x1, y1), matrix))


def _moved(box: tuple[float, float, float, float], matrix: Boxes) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box
    a, b, c, d, e, f = matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1], matrix[2, 0], matrix[2, 1]
    return a * x0 + c * y0 + e, b * x0 + d * y0 + f, a * x1 + c * y1 + e, b * x1 + d * y1 + f


def _segments(item: Any) -> list[tuple[float, float, float, float]]:
    """The straight segments of a path that are level or upright; curved paths give none."""
    count = raw.FPDFPath_CountSegments(item)
    if not 2 <= count <= _MAX_SEGMENTS:
        return []
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if raw.FPDFPath_GetDrawMode(item, fill, stroke) and not (fill.value or stroke.value):
        return []
    own = _matrix_of(item)
    lines: list[tuple[float, float, float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    begin = last = (0.0, 0.0)
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            return []
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        now = (
            own[0, 0] * x.value + own[1, 0] * y.value + own[2, 0],
            own[0, 1] * x.value + own[1, 1] * y.value + own[2, 1],
        )
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begin = now
        else:
            lines.append((*last, *now))
        if raw.FPDFPathSegment_GetClose(segment):
            lines.append((*now, *begin))
        last = now
    return [line for line in lines if abs(line[0] - line[2]) < 0.5 or abs(line[1] - line[3]) < 0.5]
