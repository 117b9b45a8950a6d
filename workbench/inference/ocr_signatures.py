"""Where somebody has signed: ink without readable words behind a label that asks for a signature."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.paths import resources

_PRINTED = 0.9
"""A line read this surely is words, not a signature."""
_ASIDE, _ABOVE, _BELOW = 10.0, 0.9, 0.7
"""How far beyond the label a signature may reach, in heights of the label."""
_WIDE, _HIGH, _INK = 1.5, 0.7, (0.015, 0.5)
"""The least size of a signature in heights of the label, and the share of its box that is ink."""
_DARKER = 60
_REDDER = 50


class SeenLine(Protocol):
    """A recognised line: see :class:`workbench.inference.api.OcrLine`."""

    @property
    def text(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def quad(self) -> NDArray[np.float32]: ...
    @property
    def edges(self) -> list[float]: ...


@cache
def label_pattern() -> re.Pattern[str]:
    """The words that ask for a signature, closed by what follows; ``resources/recognition/marks.toml``."""
    known = tomllib.loads((resources() / "recognition" / "marks.toml").read_text(encoding="utf-8"))
    words = sorted(known["signature"]["labels"], key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))})\s*(?:[)）]\s*[:：]?|[:：]|$)", re.IGNORECASE)


def signatures_of(picture: NDArray[np.uint8], lines: Sequence[SeenLine]) -> list[list[float]]:
    """Boxes ``x0, y0, x1, y1`` of signatures on an upright picture, in its pixels.

    A name that could be read is words like others; a stamp is red and no signature.
    """
    labels = [(line, found) for line in lines for found in label_pattern().finditer(line.text)]
    if not labels:
        return []
    ink = _ink(picture)
    boxes = []
    for line, found in labels:
        left, top, right, bottom = _box(line)
        high = bottom - top
        start = left + (right - left) * line.edges[min(found.end(), len(line.edges) - 1)]
        end = start + _ASIDE * high
        others = [other for other in labels if other[0] is not line or other[1].start() > found.start()]
        begins = (_begins(*other) for other in others if _level(other[0], top, bottom))
        end = min([end, *(x for x in begins if x > start)])
        area = (start + 0.2 * high, top - _ABOVE * high, end, bottom + _BELOW * high)
        box = _signed(ink, area, high, [_box(o) for o in lines if o is not line and o.score >= _PRINTED])
        if box is not None and box not in boxes:
            boxes.append(box)
    return boxes


def _begins(line: SeenLine, found: re.Match[str]) -> float:
    """Where a label begins: the start of its line, or what stands before it there."""
    left, _, right, _ = _box(line)
    return left + (right - left) * line.edges[found.start()] if found.start() else left


def _level(line: SeenLine, top: float, bottom: float) -> bool:
    _, upper, _, lower = _box(line)
    return min(lower, bottom) - max(upper, top) > 0.4 * (bottom - top)


def _box(line: SeenLine) -> tuple[float, float, float, float]:
    x, y = line.quad[:, 0], line.quad[:, 1]
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _ink(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """1 where the page is dark and not red."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.int16)
    channels = picture.astype(np.int16)
    red = channels[:, :, 0] - np.maximum(channels[:, :, 1], channels[:, :, 2]) > _REDDER
    ink: NDArray[np.uint8] = ((grey < int(np.median(grey)) - _DARKER) & ~red).astype(np.uint8)
    return ink


def _signed(
    ink: NDArray[np.uint8],
    area: tuple[float, float, float, float],
    high: float,
    printed: Sequence[tuple[float, float, float, float]],
) -> list[float] | None:
    height, width = ink.shape
    x0, y0 = max(0, round(area[0])), max(0, round(area[1]))
    x1, y1 = min(width, round(area[2])), min(height, round(area[3]))
    if x1 - x0 < _WIDE * high or y1 - y0 < _HIGH * high:
        return None
    part = ink[y0:y1, x0:x1].copy()
    for left, top, right, bottom in printed:
        part[
            max(0, round(top - y0)) : max(0, round(bottom - y0)), max(0, round(left - x0)) : max(0, round(right - x0))
        ] = 0
    part -= _ruled(part, high)
    reach = max(3, round(0.6 * high))
    joined = cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    best: Any = max(stats[1:], key=lambda row: row[2] * row[3], default=None)
    if best is None:
        return None
    x, y, w, h = (int(value) for value in best[:4])
    share = float(part[y : y + h, x : x + w].mean())
    if w < _WIDE * high or h < _HIGH * high or not _INK[0] <= share <= _INK[1]:
        return None
    return [float(x0 + x), float(y0 + y), float(x0 + x + w), float(y0 + y + h)]


def _ruled(part: NDArray[np.uint8], high: float) -> NDArray[np.uint8]:
    """The lines one signs on, and those of a table."""
    long = max(5, round(2.5 * high))
    level = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    upright = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((long, 1), np.uint8))
    ruled: NDArray[np.uint8] = np.maximum(level, upright)
    return ruled
