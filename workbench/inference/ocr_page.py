"""From a picture to its lines of writing: find them, turn the page upright, read them.

The models are those the ``rapidocr`` package carries (PP-OCRv6 small; detection by differentiable
binarisation, recognition by CTC); they are run here directly, because a page must be interruptible
between two runs, every character needs its place, and lines of like width are read together.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from workbench.inference.ocr_marks import seals_of, strokes_of
from workbench.inference.ocr_signatures import signatures_of

Picture = NDArray[np.uint8]
"""``(height, width, 3)``, red, green, blue."""
Quad = NDArray[np.float32]
"""``(4, 2)``: corners as in ``OcrLine.quad``."""
Run = Callable[[Any, NDArray[np.float32]], NDArray[np.float32]]
"""Runs a model on its one input."""

_DETECTION, _RECOGNITION, _TURNED = (
    "PP-OCRv6_det_small.onnx",
    "PP-OCRv6_rec_small.onnx",
    "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
)
_FIND_SIDE = 1_120
_FIND_SIDE_SMALL = 1_760
_FIND_LEAST = 736
_FIND_AREA = 3_500_000
_SMALL_WRITING = 13.0
_INK, _SURE, _GROW, _SMALL = 0.3, 0.5, 1.6, 3.0
_MOST_LINES = 3_000
_HIGH = 48
_WIDEST = 3_200
_BATCH_WIDTH = 1_280
_LEAST_SCORE = 0.5
_ASKED = 12
_SKEW_LEAST = 0.08
_LONG_LINE, _SHORT_LINE = 6, 2.5
"""Lines so many times as wide as high tell surely, or at all, by how much the page is askew."""


class ModelsAbsent(Exception):
    """The recognition models are not where they should be."""


@dataclass(frozen=True, slots=True)
class Line:
    """See :class:`workbench.inference.api.OcrLine`."""

    text: str
    score: float
    quad: Quad
    edges: list[float]


@dataclass(frozen=True, slots=True)
class Page:
    """See :class:`workbench.inference.api.OcrPage`."""

    lines: list[Line]
    turn: int
    skew: float
    strokes: list[list[float]]
    seals: list[list[float]]
    signatures: list[list[float]]


def model_files() -> dict[str, Path]:
    """The three model files by name. Raises ModelsAbsent."""
    found = find_spec("rapidocr")
    folders = [Path(p) / "models" for p in (found.submodule_search_locations or ())] if found else []
    files = {name: folder / name for folder in folders for name in (_DETECTION, _RECOGNITION, _TURNED)}
    missing = [name for name in (_DETECTION, _RECOGNITION, _TURNED) if name not in files or not files[name].is_file()]
    if missing:
        raise ModelsAbsent(", ".join(missing))
    return files


class PageReader:
    """The three loaded models. ``run`` is asked to run each of them."""

    def __init__(self, threads: int, run: Run) -> None:
        files = model_files()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # The arena never gives back what the largest page took.
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        options.log_severity_level = 4
        self._find, self._read, self._ask = (
            onnxruntime.InferenceSession(str(files[name]), options, providers=["CPUExecutionProvider"])
            for name in (_DETECTION, _RECOGNITION, _TURNED)
        )
        self._run = run
        signs = self._read.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._signs = ["", *signs, " "]

    def page(self, picture: Picture) -> Page:
        """Everything seen on a picture."""
        quads = self._quads(picture)
        quarters = self._quarter_turns(picture, quads)
        if not quarters:
            return self._upright(picture, quads, 0)
        upright = np.ascontiguousarray(np.rot90(picture, quarters))
        # Writing is found better the right way up.
        page = self._upright(upright, self._quads(upright), 90 * quarters)
        return _turned_back(page, picture.shape[1], picture.shape[0])

    def _upright(self, picture: Picture, quads: Sequence[Quad], turn: int) -> Page:
        lines = self._lines(picture, [_along(quad) for quad in quads])
        skew = _skew([line.quad for line in lines])
        marks = strokes_of(picture, skew), seals_of(picture), signatures_of(picture, lines)
        return Page(lines, turn, skew, *marks)

    def _quads(self, picture: Picture) -> list[Quad]:
        """Where writing is; looked for again at a larger scale where it is small."""
        least, most = sorted(picture.shape[:2])
        scale = min(1.0, _FIND_SIDE / most) if most > _FIND_LEAST else min(4.0, _FIND_LEAST / most)
        # A long strip is looked at by its short side, as far as memory allows.
        scale = max(scale, min(1.0, _FIND_LEAST / least, math.sqrt(_FIND_AREA / least / most)))
        quads = self._found(picture, scale)
        heights = [min(_sides(quad)) * scale for quad in quads]
        if scale < 1 and heights and float(np.median(heights)) < _SMALL_WRITING:
            quads = self._found(picture, min(1.0, _FIND_SIDE_SMALL / most))
        return quads

    def _found(self, picture: Picture, scale: float) -> list[Quad]:
        height, width = picture.shape[:2]
        wide, high = (max(32, round(side * scale / 32) * 32) for side in (width, height))
        small = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
        chances = self._run(self._find, _normal(small)[None])[0, 0]
        return _boxes(chances, width / wide, height / high)

    def _quarter_turns(self, picture: Picture, quads: Sequence[Quad]) -> int:
        """How many quarters the writing is turned clockwise: by the lines' direction, then by their look."""
        if not quads:
            return 0
        sides = np.array([_sides(quad) for quad in quads])
        long = np.maximum(sides[:, 0], sides[:, 1])
        clear = long > 1.5 * np.minimum(sides[:, 0], sides[:, 1])
        upright = bool(long[clear & (sides[:, 1] > sides[:, 0])].sum() > 0.6 * max(1.0, float(long[clear].sum())))
        quarters = 1 if upright else 0
        widest = [quads[k] for k in np.argsort(-long)[:_ASKED]]
        crops = [_crop(picture, _along(quad, quarters)) for quad in widest]
        doubted = [crop for crop in crops if self._upside_down(crop)]
        if 2 * len(doubted) > len(crops) and self._reads_better_turned(crops[:4]):
            quarters += 2
        return quarters

    def _upside_down(self, crop: Picture) -> bool:
        width = min(192, max(16, round(_HIGH * crop.shape[1] / crop.shape[0])))
        field = np.zeros((1, 3, _HIGH, 192), np.float32)
        field[0, :, :, :width] = _normal(cv2.resize(crop, (width, _HIGH)))
        return bool(self._run(self._ask, field)[0, 1] > 0.6)

    def _reads_better_turned(self, crops: list[Picture]) -> bool:
        turned = [np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops]
        return sum(s for _, s, _ in self._texts(turned)) > sum(s for _, s, _ in self._texts(crops))

    def _lines(self, picture: Picture, quads: Sequence[Quad]) -> list[Line]:
        crops = [_crop(picture, quad) for quad in quads]
        return [
            Line(text, score, quad, edges)
            for quad, (text, score, edges) in zip(quads, self._texts(crops), strict=True)
            if text.strip() and score >= _LEAST_SCORE
        ]

    def _texts(self, crops: Sequence[Picture]) -> list[tuple[str, float, list[float]]]:
        """Text, score and edges of each crop; lines of like width are read together."""
        widths = [min(_WIDEST, max(16, round(_HIGH * c.shape[1] / c.shape[0]))) for c in crops]
        order = sorted(range(len(crops)), key=lambda k: widths[k])
        found: list[tuple[str, float, list[float]]] = [("", 0.0, [])] * len(crops)
        while order:
            batch = _batch(order, widths)
            del order[: len(batch)]
            most = max(widths[k] for k in batch) + 16
            field = np.zeros((len(batch), 3, _HIGH, -(-most // 32) * 32), np.float32)
            for row, k in enumerate(batch):
                field[row, :, :, : widths[k]] = _normal(cv2.resize(crops[k], (widths[k], _HIGH)))
            chances = self._run(self._read, field)
            signs, scores = chances.argmax(axis=2), chances.max(axis=2)
            for row, k in enumerate(batch):
                columns = field.shape[3] / chances.shape[1] / widths[k]
                found[k] = self._decoded(signs[row], scores[row], columns, crops[k])
        return found

    def _decoded(
        self, signs: NDArray[np.int64], scores: NDArray[np.float32], column: float, crop: Picture
    ) -> tuple[str, float, list[float]]:
        """The text of one row of signs (0 is the blank, repeats are one), and where each character stands."""
        fresh = np.concatenate([[True], signs[1:] != signs[:-1]]) & (signs != 0)
        at = np.flatnonzero(fresh)
        if not len(at):
            return "", 0.0, []
        text = "".join(self._signs[k] for k in signs[at])
        ends = [int(np.argmax(signs[k:] != signs[k])) + k if (signs[k:] != signs[k]).any() else len(signs) for k in at]
        middles = [(k + end) / 2 * column for k, end in zip(at, ends, strict=True)]
        return text, float(scores[at].mean()), _edges(text, middles, crop)


def _batch(order: Sequence[int], widths: Sequence[int]) -> list[int]:
    """The next lines to be read together: no more than fit, none much wider than the first."""
    batch = [order[0]]
    for k in order[1:]:
        if (len(batch) + 1) * widths[k] > _BATCH_WIDTH or widths[k] > 1.15 * widths[batch[0]] + 32:
            break
        batch.append(k)
    return batch


def _normal(picture: Picture) -> NDArray[np.float32]:
    """The picture as the models were taught: blue first, channels outside, -1 to 1."""
    field: NDArray[np.float32] = np.ascontiguousarray(picture[:, :, ::-1].transpose(2, 0, 1), dtype=np.float32)
    field *= np.float32(2 / 255)
    field -= np.float32(1)
    return field


def _boxes(chances: NDArray[np.float32], across: float, down: float) -> list[Quad]:
    """Quads of the connected regions of likely writing, grown to the whole line; from the top."""
    ink = cv2.dilate((chances > _INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    quads: list[Quad] = []
    for contour in contours[:_MOST_LINES]:
        middle, (wide, high), angle = cv2.minAreaRect(contour)
        if min(wide, high) < _SMALL or _chance(chances, cv2.boxPoints((middle, (wide, high), angle))) < _SURE:
            continue
        grow = _GROW * wide * high / (wide + high)
        if min(wide, high) + grow < _SMALL + 2:
            continue
        corners = cv2.boxPoints((middle, (wide + grow, high + grow), angle))
        quads.append(_clockwise(corners * np.array([across, down], np.float32)))
    return sorted(quads, key=lambda quad: (float(quad[:, 1].mean()), float(quad[:, 0].mean())))


def _chance(chances: NDArray[np.float32], corners: NDArray[np.float32]) -> float:
    """The mean chance of writing within a box."""
    height, width = chances.shape
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, [width - 1, height - 1])
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int), 0, [width - 1, height - 1])
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(corners - [left, top]).astype(np.int32)], 1)
    return float(cv2.mean(chances[top : bottom + 1, left : right + 1], mask)[0])


def _clockwise(corners: NDArray[np.float32]) -> Quad:
    """Corners beginning at the top left, clockwise on the picture."""
    middle = corners.mean(axis=0)
    around = corners[np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))]
    return np.roll(around, -int(np.argmin(around.sum(axis=1))), axis=0).astype(np.float32)


def _sides(quad: Quad) -> tuple[float, float]:
    """Width and height of a quad."""
    return float(np.linalg.norm(quad[1] - quad[0])), float(np.linalg.norm(quad[3] - quad[0]))


def _along(quad: Quad, quarters: int = 0) -> Quad:
    """The quad as read on a page turned clockwise; a line across the others is read from its own beginning."""
    wide, high = _sides(quad)
    if quarters % 2 == 0 and high > 1.5 * wide:
        quarters += 1
    elif quarters % 2 == 1 and wide > 1.5 * high:
        quarters -= 1
    return np.roll(quad, -quarters, axis=0)


def _turned_back(page: Page, width: int, height: int) -> Page:
    """Places on the upright picture as places on the picture as it was, ``width`` by ``height``."""
    quarters = page.turn // 90

    def back(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = points[:, 0], points[:, 1]
        match quarters:
            case 1:
                return np.column_stack([width - y, x])
            case 2:
                return np.column_stack([width - x, height - y])
            case _:
                return np.column_stack([y, height - x])

    def box(values: list[float], *, ordered: bool) -> list[float]:
        ends = back(np.array(values, np.float64).reshape(2, 2))
        return (np.concatenate([ends.min(axis=0), ends.max(axis=0)]) if ordered else ends.ravel()).tolist()

    def quad(line: Line) -> Quad:
        return back(line.quad.astype(np.float64)).astype(np.float32)

    lines = [Line(line.text, line.score, quad(line), line.edges) for line in page.lines]
    strokes = [box(stroke, ordered=False) for stroke in page.strokes]
    seals = [box(seal, ordered=True) for seal in page.seals]
    signatures = [box(signature, ordered=True) for signature in page.signatures]
    return Page(lines, page.turn, page.skew, strokes, seals, signatures)


def _crop(picture: Picture, quad: Quad) -> Picture:
    """The line alone, level."""
    wide, high = (max(4, round(side)) for side in _sides(quad))
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad, corners)
    crop: Picture = cv2.warpPerspective(
        picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return crop


def _skew(quads: Sequence[Quad]) -> float:
    """By how many degrees the lines fall: the median of the long ones.

    Of fewer than three long ones every line counts that is more than a word, the longer the more: the angle of a
    short one is told by few pixels.
    """
    measured = []
    for quad in quads:
        wide, high = _sides(quad)
        dx, dy = quad[1] - quad[0]
        angle = float(np.degrees(np.arctan2(dy, dx)))
        if wide > _SHORT_LINE * high and abs(angle) < 20:
            measured.append((angle, wide / high))
    long = [angle for angle, length in measured if length > _LONG_LINE]
    if len(measured) < 3:
        return 0.0
    skew = float(np.median(long)) if len(long) >= 3 else _weighed_median(measured)
    return skew if abs(skew) >= _SKEW_LEAST else 0.0


def _weighed_median(measured: Sequence[tuple[float, float]]) -> float:
    """The middle angle of ``(angle, length)``, each weighed by the square of its length."""
    ordered = sorted(measured)
    weights = np.cumsum([length**2 for _, length in ordered])
    return ordered[int(np.searchsorted(weights, weights[-1] / 2))][0]


def _weight(char: str) -> float:
    return 1.0 if ord(char) > 0x2E7F else 0.3 if char in " .,:;'|!il1()" else 0.55


def _edges(text: str, middles: Sequence[float], crop: Picture) -> list[float]:
    """Edges of the characters as shares of the line: between two middles, where there is least ink."""
    weights = [_weight(char) for char in text]
    steps = [
        (b - a) / ((v + w) / 2) for a, b, v, w in zip(middles, middles[1:], weights, weights[1:], strict=False) if b > a
    ]
    em = float(np.median(steps)) if steps else crop.shape[0] / crop.shape[1]
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    ink = np.abs(grey.astype(np.float32) - float(np.median(grey))).mean(axis=0)
    edges = [middles[0] - 0.6 * em * weights[0]]
    for k in range(1, len(text)):
        a, b, v, w = middles[k - 1], middles[k], weights[k - 1], weights[k]
        edges.append(_least_ink(ink, a + (b - a) * v / (v + w), 0.25 * (b - a)))
    edges.append(middles[-1] + 0.6 * em * weights[-1])
    return [float(v) for v in np.maximum.accumulate(np.clip(edges, 0.0, 1.0))]


def _least_ink(ink: NDArray[np.float32], at: float, reach: float) -> float:
    """The place of least ink near ``at``; the nearest of equal ones."""
    count = len(ink)
    low, high = max(0, round((at - reach) * count)), min(count, round((at + reach) * count) + 1)
    if high - low < 2:
        return at
    places = np.arange(low, high)
    cost = ink[low:high] + 0.02 * np.abs(places - at * count) * (1 + float(ink.mean())) / max(1.0, reach * count)
    return float(places[int(np.argmin(cost))] + 0.5) / count
