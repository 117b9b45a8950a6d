"""From the pixels of a picture to the upright page that is laid out, and to the page as shown."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from workbench.inference.api import OcrLine, OcrPage
from workbench.models.documents.document import PageSize
from workbench.models.evidence import Box

_DRIFT = 0.2
"""A line that sinks by more than this share of its height is placed in parts."""


@dataclass(frozen=True, slots=True)
class Upright:
    """A page seen so that its writing is upright and level, in layout units.

    ``matrix`` (2 x 3) leads from pixels there, ``back`` from there to the page as shown (points of a
    PDF, pixels of a picture); ``turn`` is by how many degrees the writing is turned clockwise.
    """

    matrix: NDArray[np.float64]
    back: NDArray[np.float64]
    pixel: float
    size: tuple[float, float]
    turn: int
    slope: float

    @classmethod
    def of(cls, page: OcrPage, size: PageSize, height: float) -> "Upright":
        """``height`` is how high a common line shall be."""
        heights = [math.dist(line.quad[0], line.quad[3]) for line in page.lines]
        scale = height / max(median(heights), 4.0) if heights else 1.0
        angle = math.radians(page.turn + page.skew)
        cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
        turned = np.array([[cos, sin], [-sin, cos]])
        wide, high = (page.height, page.width) if page.turn % 180 else (page.width, page.height)
        middle = np.array([page.width / 2, page.height / 2])
        shift = np.array([wide, high]) * scale / 2 - turned @ middle
        pixel = size.width / page.width
        inverse = np.linalg.inv(turned) * pixel
        matrix = np.column_stack([turned, shift])
        slope = math.tan(math.radians(page.skew))
        return cls(
            matrix, np.column_stack([inverse, -inverse @ shift]), pixel, (wide * scale, high * scale), page.turn, slope
        )

    def points(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points ``(n, 2)`` of the picture, upright."""
        moved: NDArray[np.float64] = pixels @ self.matrix[:, :2].T + self.matrix[:, 2]
        return moved

    def line(self, line: OcrLine) -> tuple[list[float], float, float]:
        """A line's character edges, top and bottom, upright."""
        corners = self.points(np.array(line.quad, np.float64))
        left, right = float(corners[[0, 3], 0].mean()), float(corners[[1, 2], 0].mean())
        if right <= left or len(line.edges) != len(line.text) + 1:
            # Writing across the page's own direction: all of it within its box.
            low, high = corners.min(axis=0), corners.max(axis=0)
            step = (high[0] - low[0]) / max(1, len(line.text))
            return [float(low[0] + k * step) for k in range(len(line.text) + 1)], float(low[1]), float(high[1])
        edges = [left + (right - left) * share for share in line.edges]
        return edges, float(corners[[0, 1], 1].mean()), float(corners[[2, 3], 1].mean())

    def shown(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """An upright box as a box of the page as shown."""
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
        moved = corners @ self.back[:, :2].T + self.back[:, 2]
        # The mean of both corners of a side, so that a tilt doesn't make the box grow.
        xs, ys = np.sort(moved[:, 0]), np.sort(moved[:, 1])
        return tuple(round(float(v), 2) for v in (xs[:2].mean(), ys[:2].mean(), xs[2:].mean(), ys[2:].mean()))  # type: ignore[return-value]

    def shown_edges(self, edges: Sequence[float], top: float, bottom: float) -> tuple[list[float], float, float]:
        """Edges, top and bottom of an upright line on a page that is not turned."""
        x0, y0, x1, y1 = self.shown(edges[0], top, edges[-1], bottom)
        span = edges[-1] - edges[0]
        step = (x1 - x0) / span if span > 0 else 0.0
        return [x0 + (edge - edges[0]) * step for edge in edges], y0, y1

    def shown_box(self, pixels: Box) -> Box:
        """A box of the picture on the page as shown."""
        x0, y0, x1, y1 = (round(v * self.pixel, 2) for v in pixels)
        return x0, y0, x1, y1

    def level_parts(self, edges: Sequence[float], top: float, bottom: float) -> Iterator[tuple[int, int]]:
        """Stretches of a line that one box each holds well; single characters of turned writing."""
        count = len(edges) - 1
        reach = (bottom - top) * _DRIFT / abs(self.slope) if self.slope else math.inf
        if self.turn:
            yield from ((k, k + 1) for k in range(count))
            return
        start = 0
        for k in range(1, count):
            if edges[k + 1] - edges[start] > max(reach, edges[start + 1] - edges[start]):
                yield start, k
                start = k
        yield start, count

    def covered(self, boxes: NDArray[np.float64], own: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which upright boxes have their middle in one of the boxes ``own`` of the page as shown."""
        middle = np.column_stack([boxes[:, [0, 2]].mean(axis=1), boxes[:, [1, 3]].mean(axis=1)])
        at = middle @ self.back[:, :2].T + self.back[:, 2]
        x, y = at[:, 0, None], at[:, 1, None]
        inside = (own[:, 0] <= x) & (x <= own[:, 2]) & (own[:, 1] <= y) & (y <= own[:, 3])
        return np.asarray(inside.any(axis=1), np.bool_)
