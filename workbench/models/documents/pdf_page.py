"""One PDF page as glyphs and rulings, in points from the top left of the page as shown."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.models.documents.pdf_rulings import Drawn, Rulings, drawn_on
from workbench.models.documents.pdfium import OpenPage, Quick, boxes_of_characters, ready, same

Boxes = NDArray[np.float64]
"""``(n, 4)``: x0, top, x1, bottom."""

_SCALE, _REACH = 1000, 1000
_SAMPLE = 50
_VOID = 0xFFFF
_HYPHEN = 0xFFFE
"""PDFium's sign for a hyphen at the end of a line whose word goes on."""
_BLANK, _END, _CONTROL, _DASH = 1, 2, 4, 8
_TOP = 0x10000


def _kinds() -> NDArray[np.uint8]:
    """What to do with a character, by its code; all above the first plane are plain."""
    kinds = np.zeros(_TOP + 1, dtype=np.uint8)
    for first, last in ((0, 31), (0x7F, 0x9F), (0xD800, 0xDFFF), (_VOID, _VOID)):
        kinds[first : last + 1] = _CONTROL
    kinds[9], kinds[[10, 13]] = _CONTROL | _BLANK, _CONTROL | _END
    kinds[[32, 0xA0, 0x3000]] = _BLANK
    kinds[[2, 0xAD, _HYPHEN]] = _DASH
    return kinds


_KINDS = _kinds()


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a page in the order of its content.

    ``codes`` are code points; ``spaced`` says that the reader saw a gap or a line's end before the
    character (spaces of the file itself are characters of their own); ``index`` is the character's
    number for PDFium; ``unmapped`` is the share of characters whose font doesn't say what they are.
    """

    codes: NDArray[np.uint32]
    boxes: Boxes
    spaced: NDArray[np.bool_]
    index: NDArray[np.int64]
    unmapped: float = 0.0
    lost: float = 0.0
    """Share of visible places that hold only control characters, which are left out."""


@dataclass(frozen=True, slots=True)
class RawPage:
    """What is drawn on one page. ``pictures`` are the boxes of pictures, ``shapes`` how many paths there are."""

    width: float
    height: float
    glyphs: Glyphs
    rulings: Rulings
    pictures: Boxes
    shapes: int
    angles: NDArray[np.int64]
    """Quarter turns of each glyph, clockwise from upright as shown; empty where all stand upright."""


class Shown:
    """From the page's own space to the page as shown: crop, scale and rotation."""

    def __init__(self, page: int, width: float, height: float) -> None:
        """``page`` is the address of an open page; the caller holds the lock."""
        wide, high = int(width * _SCALE), int(height * _SCALE)
        points = np.zeros((3, 2), dtype=np.int32)
        at = points.ctypes.data
        for k, (x, y) in enumerate(((0, 0), (_REACH, 0), (0, _REACH))):
            Quick.place(page, 0, 0, wide, high, 0, x, y, at + 8 * k, at + 8 * k + 4)
        (ox, oy), (ax, ay), (bx, by) = (points / _SCALE).tolist()
        self.matrix = np.array(
            [[(ax - ox) / _REACH, (bx - ox) / _REACH, ox], [(ay - oy) / _REACH, (by - oy) / _REACH, oy]]
        )

    def boxes(self, corners: Boxes | NDArray[np.float32]) -> Boxes:
        """Boxes given by two opposite corners ``x, y, x, y``."""
        (a, b, e), (c, d, f) = self.matrix.tolist()
        if b == c == 0:
            moved: Boxes = corners * np.array([a, d, a, d]) + np.array([e, f, e, f])
            return _sorted(moved[:, :2], moved[:, 2:])
        turn, shift = self.matrix[:, :2].T, self.matrix[:, 2]
        first, second = corners[:, 0:2] @ turn + shift, corners[:, 2:4] @ turn + shift
        return _sorted(first, second)


def _sorted(first: Boxes, second: Boxes) -> Boxes:
    """Boxes between two points each."""
    boxes = np.empty((len(first), 4))
    np.minimum(first, second, out=boxes[:, :2])
    np.maximum(first, second, out=boxes[:, 2:])
    return boxes


@dataclass(frozen=True, slots=True)
class SeenPage:
    """What PDFium says of a page, as it says it: asking needs its lock, making sense of it (:meth:`made`) doesn't."""

    width: float
    height: float
    shown: Shown
    codes: NDArray[np.uint32]
    corners: NDArray[np.float32]
    unmapped: float
    turns: NDArray[np.int64]
    drawn: Drawn

    def made(self) -> RawPage:
        """The page's glyphs and rulings."""
        boxes = self.shown.boxes(self.corners)
        glyphs = _cleaned(self.codes, boxes, self.unmapped)
        angles = self.turns[glyphs.index] if len(self.turns) else self.turns
        rulings = Rulings.of(self.shown.boxes(self.drawn.strokes))
        pictures = self.shown.boxes(self.drawn.pictures)
        return RawPage(self.width, self.height, glyphs, rulings, pictures, self.drawn.shapes, angles)


def see_page(page: OpenPage) -> SeenPage:
    """Everything needed of an open page; the caller holds the lock. Raises PdfiumError where it has no text page."""
    place, address = page.address, page.text()
    width, height = Quick.width(place), Quick.height(place)
    count = max(Quick.characters(address), 0)
    codes = _codes(address, count)
    corners = boxes_of_characters(address, count)
    visible = np.flatnonzero((codes > 32) & (codes != _VOID))
    unmapped = _unmapped(address, visible)
    turns = _turns(address, corners, visible, max(Quick.rotation(place), 0))
    return SeenPage(width, height, Shown(place, width, height), codes, corners, unmapped, turns, drawn_on(place))


def _codes(address: int, count: int) -> NDArray[np.uint32]:
    """Code points by character index; of a pair that makes one character the first has it, the second is void."""
    buffer = np.zeros(count + 1, dtype=np.uint16)
    if Quick.text(address, 0, count, buffer.ctypes.data) == count + 1:
        codes = buffer[:count].astype(np.uint32)
    else:
        codes = np.array(list(map(Quick.unicode, same(ready(address)), range(count))), dtype=np.uint32)
    high = (codes >= 0xD800) & (codes < 0xDC00)
    if not high.any():
        return codes
    first = np.flatnonzero(high[:-1] & (codes[1:] >= 0xDC00) & (codes[1:] < 0xE000))
    codes[first] = 0x10000 + ((codes[first] - 0xD800) << 10) + (codes[first + 1] - 0xDC00)
    codes[first + 1] = _VOID
    return codes


def _unmapped(address: int, visible: NDArray[np.int64]) -> float:
    """Share of about fifty sampled characters without a known meaning."""
    if not len(visible):
        return 0.0
    sample = visible[:: max(1, len(visible) // _SAMPLE)].tolist()
    return list(map(Quick.unmapped, same(ready(address)), sample)).count(1) / len(sample)


def _cleaned(codes: NDArray[np.uint32], boxes: Boxes, unmapped: float) -> Glyphs:
    """Without line ends, guessed spaces, control characters and characters off any sense."""
    kinds = _KINDS[np.minimum(codes, _TOP)]
    blank, dashes = (kinds & _BLANK) > 0, np.flatnonzero(kinds & _DASH)
    flat = (boxes[:, 2] - boxes[:, 0] < 0.01) | (boxes[:, 3] - boxes[:, 1] < 0.01)
    guessed = (blank & flat) | ((kinds & _END) > 0)
    drop = guessed | ((kinds & _CONTROL) > 0) | (codes > 0x10FFFF)
    if not np.isfinite(boxes.sum()):
        drop |= ~np.isfinite(boxes).all(axis=1)
    keep = np.flatnonzero(~drop)
    spaced = np.zeros(len(keep), dtype=np.bool_)
    if len(keep):
        seen = np.cumsum(guessed)[keep]
        spaced[1:] = seen[1:] > seen[:-1]
    if len(dashes):
        codes = codes.copy()
        codes[dashes] = ord("-")
    kept, lost = codes[keep], 0.0
    if len(keep) + int(np.count_nonzero(guessed)) < len(codes):
        control = int(np.count_nonzero(drop & (codes != 0) & (codes != _VOID) & ~guessed & ~blank & ~flat))
        lost = control / max(1, control + int(np.count_nonzero(kept > 32)))
    kept[kept == 0xA0] = 32
    return Glyphs(kept, boxes[keep], spaced, keep, unmapped, lost)


def _turns(address: int, corners: NDArray[np.float32], visible: NDArray[np.int64], rotation: int) -> NDArray[np.int64]:
    """Quarter turns of the characters as shown, empty where all stand upright; ``rotation`` are the page's own.

    Asked of every character only where neighbours stand below one another as on turned writing.
    """
    none = np.empty(0, dtype=np.int64)
    if len(visible) < 2:
        return none
    step = np.diff(corners[visible, 0])
    if rotation == 0 and np.count_nonzero(step < 0) < 0.5 * len(step):
        stacked = visible[np.flatnonzero(np.abs(step) < 1)]
        sample = stacked[:: max(1, len(stacked) // _SAMPLE)].tolist()
        if not any(map(Quick.char_angle, same(ready(address)), sample)):
            return none
    radians = np.zeros(len(corners))
    radians[visible] = list(map(Quick.char_angle, same(ready(address)), visible.tolist()))
    turns = (np.rint(np.maximum(radians, 0) / (np.pi / 2)).astype(np.int64) + rotation) % 4
    return turns if turns[visible].any() else none
