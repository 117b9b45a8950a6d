"""What a page bears besides writing: ruled lines and red stamps."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_SIDE = 1_600
_SHORTEST = 0.025
_MOST = 1_500
_STAMP = (0.05, 0.45)
"""Sizes of a stamp, as shares of the page's shorter side."""


def strokes_of(picture: NDArray[np.uint8], skew: float) -> list[list[float]]:
    """Straight lines ``x0, y0, x1, y1`` along and across the page's writing, in pixels of the picture."""
    height, width = picture.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    high, wide = grey.shape
    level = cv2.getRotationMatrix2D((wide / 2, high / 2), skew, 1.0)
    if skew:
        grey = cv2.warpAffine(grey, level, (wide, high), flags=cv2.INTER_LINEAR, borderValue=255)
    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    length = max(24, int(_SHORTEST * max(high, wide)))
    found = [*_level_lines(dark, length), *_upright_lines(dark, length)]
    if not found or len(found) > _MOST:
        return []
    back = cv2.invertAffineTransform(level)
    ends = np.array(found, np.float64).reshape(-1, 2)
    ends = ((ends @ back[:, :2].T + back[:, 2]) if skew else ends) / scale
    return [[round(float(v), 1) for v in row] for row in ends.reshape(-1, 4)]


def _level_lines(dark: Any, length: int) -> list[tuple[float, float, float, float]]:
    # Bridging gaps of three pixels first: scanned lines are frayed.
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    opened = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    return [
        (x, y + h / 2, x + w, y + h / 2) for x, y, w, h in _components(opened) if h <= max(8, w // 12) and w >= length
    ]


def _upright_lines(dark: Any, length: int) -> list[tuple[float, float, float, float]]:
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((5, 1), np.uint8))
    opened = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    return [
        (x + w / 2, y, x + w / 2, y + h) for x, y, w, h in _components(opened) if w <= max(8, h // 12) and h >= length
    ]


def _components(mask: Any) -> list[tuple[int, int, int, int]]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return [(int(x), int(y), int(w), int(h)) for x, y, w, h, _ in stats[1:]]


def seals_of(picture: NDArray[np.uint8]) -> list[list[float]]:
    """Boxes of red, roundish stamps, in pixels of the picture."""
    height, width = picture.shape[:2]
    scale = min(1.0, 800 / max(height, width))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    channels = small.astype(np.int16)
    red, green, blue = channels[:, :, 0], channels[:, :, 1], channels[:, :, 2]
    mask = ((red - np.maximum(green, blue) > 50) & (red > 110)).astype(np.uint8)
    side = min(small.shape[:2])
    if not mask.any() or mask.mean() > 0.3:
        return []
    reach = max(3, side // 60)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    seals = []
    for x, y, w, h in _components(joined):
        share = float(mask[y : y + h, x : x + w].mean())
        if _STAMP[0] * side <= min(w, h) and max(w, h) <= _STAMP[1] * side and 0.6 <= w / h <= 1.7 and share <= 0.75:
            box = (x, y, x + w, y + h)
            if share >= 0.08 and _is_framed(mask[y : y + h, x : x + w]):
                seals.append([round(v / scale, 1) for v in box])
    # The star in the middle of a round stamp is red and roundish too.
    return [seal for seal in seals if not any(_holds(other, seal) for other in seals)]


def _holds(outer: list[float], inner: list[float]) -> bool:
    around = outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
    return around and outer != inner


def _is_framed(mask: NDArray[np.uint8]) -> bool:
    """Whether most rays from the middle meet red near the rim: a ring, an oval or a square."""
    high, wide = mask.shape
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    hits = 0
    for angle in angles:
        dx, dy = np.cos(angle), np.sin(angle)
        far = 1 / max(abs(dx) / (wide / 2), abs(dy) / (high / 2))
        steps = np.linspace(0.55 * min(wide, high) / 2, far, 40)
        xs = np.clip((wide / 2 + steps * dx).astype(int), 0, wide - 1)
        ys = np.clip((high / 2 + steps * dy).astype(int), 0, high - 1)
        hits += bool(mask[ys, xs].any())
    return hits >= 0.8 * len(angles)
