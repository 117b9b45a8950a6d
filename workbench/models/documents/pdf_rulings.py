"""The straight lines and the pictures drawn on a PDF page."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.models.documents.pdfium import Quick, boxes_of_objects, raw, ready, same

_Boxes = NDArray[np.float64]
_MAX_OBJECTS = 60_000
_MAX_SEGMENTS = 4_000
_MAX_SHAPES = 6_000
_THIN = 2.2
_MAX_DEPTH = 4
_ONLY = {kind: bytes(k == kind for k in range(256)) for kind in range(1, 6)}
"""For each kind of object a table that makes it one and all others nothing."""
_Line = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Rulings:
    """Lines drawn on the page: ``across`` rows are ``y, x0, x1``; ``down`` rows are ``x, y0, y1``."""

    across: NDArray[np.float64]
    down: NDArray[np.float64]

    @staticmethod
    def of(boxes: _Boxes) -> "Rulings":
        """Thin boxes (x0, top, x1, bottom) as lines; others are left out."""
        wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        a, d = boxes[(high <= _THIN) & (wide > high)], boxes[(wide <= _THIN) & (high > wide)]
        return Rulings(
            np.column_stack([(a[:, 1] + a[:, 3]) / 2, a[:, 0], a[:, 2]]),
            np.column_stack([(d[:, 0] + d[:, 2]) / 2, d[:, 1], d[:, 3]]),
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """Thin bars, strokes and edges of boxes, and the frames of pictures: ``(n, 4)`` corners each, in page space.

    ``shapes`` is the number of paths.
    """

    strokes: _Boxes
    pictures: _Boxes
    shapes: int


def drawn_on(page: int) -> Drawn:
    """What an open page draws besides text; ``page`` is its address."""
    found = _Walk()
    found.take(Quick.object_at, ready(page), Quick.objects(page), None, 0)
    return Drawn(_stacked(found.strokes), _stacked(found.pictures), found.shapes)


def _stacked(parts: list[_Boxes]) -> _Boxes:
    return np.concatenate(parts) if parts else np.empty((0, 4))


class _Walk:
    """Walks the objects of a page and of the forms placed on it."""

    def __init__(self) -> None:
        self.strokes: list[_Boxes] = []
        self.pictures: list[_Boxes] = []
        self.shapes = 0
        self._left = _MAX_OBJECTS
        self._outlines = _MAX_SHAPES

    def take(self, object_at: Callable[..., Any], owner: Any, count: int, matrix: _Boxes | None, depth: int) -> None:
        """Take the objects of a page or form; ``matrix`` leads from its space to the page's, None where it is that."""
        count = min(count, self._left)
        if count <= 0:
            return
        self._left -= count
        items = list(map(object_at, same(owner), range(count)))
        if None in items:
            items = [item for item in items if item]
        kinds = bytes(map(Quick.kind, items))
        paths = _of(items, kinds, raw.FPDF_PAGEOBJ_PATH)
        images = _of(items, kinds, raw.FPDF_PAGEOBJ_IMAGE)
        self.shapes += len(paths)
        if paths:
            self.strokes.append(_moved(self._lines(paths), matrix))
        if images:
            self.pictures.append(_moved(_bounds(images), matrix))
        if depth < _MAX_DEPTH:
            for item in _of(items, kinds, raw.FPDF_PAGEOBJ_FORM):
                self._form(item, matrix, depth)

    def _form(self, item: int, matrix: _Boxes | None, depth: int) -> None:
        handle = ctypes.cast(item, raw.FPDF_PAGEOBJECT)
        own = _matrix_of(handle)
        inner = own if matrix is None else own @ matrix
        self.take(Quick.form_object_at, item, Quick.form_objects(item), inner, depth + 1)

    def _lines(self, paths: list[int]) -> _Boxes:
        """Thin paths as they are; of others the straight segments; dots are nothing."""
        boxes = _bounds(paths)
        sides = boxes[:, 2:] - boxes[:, :2]
        small, large = sides.min(axis=1), sides.max(axis=1)
        bars = boxes[(small <= _THIN) & (large > _THIN)]
        edges: list[_Line] = []
        for number in np.flatnonzero(small > _THIN).tolist()[: self._outlines]:
            edges += _segments(ctypes.cast(paths[number], raw.FPDF_PAGEOBJECT))
        self._outlines = max(0, self._outlines - int((small > _THIN).sum()))
        return np.concatenate([bars, np.array(edges)]) if edges else bars


def _of(items: list[int], kinds: bytes, kind: int) -> list[int]:
    """The items of one kind."""
    return list(compress(items, kinds.translate(_ONLY[kind]))) if kind in kinds else []


def _bounds(items: list[int]) -> _Boxes:
    return boxes_of_objects(items).astype(np.float64)


def _moved(boxes: _Boxes, matrix: _Boxes | None) -> _Boxes:
    if matrix is None or not len(boxes):
        return boxes
    turn, shift = matrix[:2, :2], matrix[2, :2]
    return np.hstack([boxes[:, :2] @ turn + shift, boxes[:, 2:] @ turn + shift])


def _matrix_of(item: Any) -> _Boxes:
    m = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, m):
        return np.eye(3)
    return np.array([[m.a, m.b, 0], [m.c, m.d, 0], [m.e, m.f, 1]])


def _segments(item: Any) -> list[_Line]:
    """The straight segments of a path that are level or upright; curved paths give none."""
    count = raw.FPDFPath_CountSegments(item)
    if not 2 <= count <= _MAX_SEGMENTS:
        return []
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if raw.FPDFPath_GetDrawMode(item, fill, stroke) and not (fill.value or stroke.value):
        return []
    (a, b, _), (c, d, _), (e, f, _) = _matrix_of(item).tolist()
    lines: list[_Line] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    begin = last = (0.0, 0.0)
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            return []
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        now = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begin = now
        else:
            lines.append((*last, *now))
        if raw.FPDFPathSegment_GetClose(segment):
            lines.append((*now, *begin))
        last = now
    return [line for line in lines if abs(line[0] - line[2]) < 0.5 or abs(line[1] - line[3]) < 0.5]
