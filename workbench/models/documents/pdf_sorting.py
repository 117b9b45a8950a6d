"""From a page as drawn to its writing, direction by direction; and whether its picture has to be read."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.models.documents.document import Block
from workbench.models.documents.pdf_garbage import is_garbage
from workbench.models.documents.pdf_grid import cells_of_glyphs, grids_of
from workbench.models.documents.pdf_layout import PageWriting, page_writing
from workbench.models.documents.pdf_lines import stretches_of
from workbench.models.documents.pdf_page import Glyphs, RawPage
from workbench.models.documents.pdf_rulings import Rulings
from workbench.models.documents.pdf_writing import Frame
from workbench.models.evidence import Box

_FEW = 3
_LITTLE = 200
_LARGE = 0.4
_OUTLINED = 200
"""A page without characters that draws as many shapes may have its letters drawn as shapes."""


def needs_ocr(page: RawPage) -> str:
    """Why the page's picture has to be read (see PageSize.needs_ocr), or nothing."""
    glyphs = page.glyphs
    if is_garbage(glyphs):
        return "garbage"
    visible = int(np.count_nonzero(glyphs.codes > 32))
    if visible < _FEW:
        return "no_text" if len(page.pictures) or page.shapes >= _OUTLINED else ""
    return "mixed" if visible < _LITTLE and _pictured(page) >= _LARGE else ""


def _pictured(page: RawPage) -> float:
    """The share of the page that pictures cover, strips of one scan taken together."""
    if not len(page.pictures):
        return 0.0
    boxes = np.clip(page.pictures, 0, [page.width, page.height, page.width, page.height])
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return float(areas.sum() / max(page.width * page.height, 1.0))


def writings_of(number: int, page: RawPage, notes: Sequence[Block], *, nonsense: bool = False) -> list[PageWriting]:
    """The page's writing in the direction of most of it, after what stands turned against that.

    ``nonsense`` keeps it apart from the pages around it.
    """
    turns = page.angles
    main = int(np.bincount(turns, minlength=4).argmax()) if len(turns) else 0
    writings = []
    for turn in sorted(set(turns.tolist()) - {main}):
        frame = Frame(number, page.width, page.height, turn)
        glyphs = _part(page.glyphs, turns == turn, frame)
        none = np.full(len(glyphs.codes), -1)
        writings.append(page_writing(frame, [], stretches_of(glyphs, none, none), aside=True))
    frame = Frame(number, page.width, page.height, main)
    glyphs = _part(page.glyphs, turns == main, frame) if len(turns) else page.glyphs
    rulings, pictures = page.rulings, page.pictures
    if main:
        rulings, pictures = _turned(rulings, frame), frame.upright(pictures)
    grids = grids_of(rulings)
    grid_of, cell_of = cells_of_glyphs(glyphs.boxes, grids)
    boxes: list[Box] = [(x0, y0, x1, y1) for x0, y0, x1, y1 in pictures.tolist()]
    stretches = stretches_of(glyphs, grid_of, cell_of)
    writings.append(page_writing(frame, grids, stretches, boxes, notes, aside=nonsense))
    return writings


def _part(glyphs: Glyphs, kept: NDArray[np.bool_], frame: Frame) -> Glyphs:
    boxes = frame.upright(glyphs.boxes[kept])
    return Glyphs(glyphs.codes[kept], boxes, glyphs.spaced[kept], glyphs.index[kept], glyphs.unmapped)


def _turned(rulings: Rulings, frame: Frame) -> Rulings:
    across, down = rulings.across, rulings.down
    boxes = np.vstack([across[:, [1, 0, 2, 0]], down[:, [0, 1, 0, 2]]])
    return Rulings.of(frame.upright(boxes))
