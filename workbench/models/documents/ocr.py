"""From what was recognised on pictures of pages to blocks, as if the pages had been written.

The writing is laid out upright and level, in units in which a common line is as high as on a printed
page, by the same rules as a PDF's own text; then every character is placed on the page as shown.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from workbench.i18n import LANGUAGES, catalogue, tr
from workbench.inference.api import OcrLine, OcrPage
from workbench.models.documents.codec import quantised
from workbench.models.documents.document import Block, BlockKind, Document, PageLine, PageSize, Run
from workbench.models.documents.ocr_places import Upright
from workbench.models.documents.pdf_grid import Grid, cells_of_glyphs, grids_of
from workbench.models.documents.pdf_layout import PageWriting, blocks_of_pages, page_writing
from workbench.models.documents.pdf_lines import Stretch
from workbench.models.documents.pdf_rulings import Rulings
from workbench.models.documents.pdf_writing import Frame

SOURCE = "ocr"
"""``Block.source`` of words read from pictures."""
_HEIGHT = 13.0
_ALIKE = 0.3
_WIDE_SPACE = 1.5
_UNSURE_IN_SEAL = 0.85
_MAX_SEALS = 40
_OF_LETTERS = 0.4
"""A line of which this share lies within writing is made of letters' strokes."""
_WHOLLY = 0.8
"""The same for an upright and the whole of the writing, its edges too."""
_LONG_UPRIGHT = 8.0
_NEAR = 4.0

Failures = Mapping[int, str]
"""Why a page could not be recognised, by its number from 1."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A recognised page in layout units."""

    number: int
    upright: Upright
    writing: PageWriting
    marks: list[Block]
    """Stamps and signatures."""


def with_recognised(document: Document, seen: Mapping[int, OcrPage], failures: Failures | None = None) -> Document:
    """The document with the words of these pages' pictures; both sources of a mixed page stay apart.

    Pages count from 1. What a garbled or formerly recognised page said before is replaced. ``failures``
    are noted and keep the document partial; their pages ask for nothing more.
    """
    failures = failures or {}
    blocks = _kept(document, seen)
    found = blocks_of_scans(document.pages, seen, _own_boxes(document, seen))
    pages = tuple(
        replace(page, needs_ocr="") if number in seen or number in failures else page
        for number, page in enumerate(document.pages, 1)
    )
    notes = [note for note in document.notes if not _is_of_unread(note)]
    notes += _unread(pages)
    for reason in dict.fromkeys(failures.values()):
        notes.append(
            tr("ocr.page_failed", pages=_listed(n for n in sorted(failures) if failures[n] == reason), reason=reason)
        )
    return replace(document, blocks=tuple(_merged(blocks, found)), pages=pages, notes=tuple(notes), partial=bool(notes))


def blocks_of_scans(
    sizes: Sequence[PageSize],
    seen: Mapping[int, OcrPage],
    own: Mapping[int, NDArray[np.float64]] | None = None,
) -> list[Block]:
    """Blocks of the recognised pages in reading order, placed on pages of these sizes.

    ``own`` are boxes of the words a page has of its own; what was recognised there is left out.
    """
    pages = [_seen(number, sizes[number - 1], page, (own or {}).get(number)) for number, page in sorted(seen.items())]
    laid = blocks_of_pages([page.writing for page in pages])
    by_number = {page.number: page for page in pages}
    blocks: list[Block] = []
    for block in laid:
        runs = tuple(run for old in block.runs for run in _placed(old, by_number))
        blocks.append(replace(block, runs=runs, source=SOURCE))
    return _merged(blocks, [mark for page in pages for mark in page.marks])


def _seen(number: int, size: PageSize, page: OcrPage, own: NDArray[np.float64] | None) -> _Seen:
    upright = Upright.of(page, size, _HEIGHT)
    lines = [line for line in page.lines if line.score >= _UNSURE_IN_SEAL or not _in_seal(line, page)]
    grids = grids_of(_rulings(page, upright))
    stretches = list(_stretches(lines, upright, grids, own))
    writing = page_writing(Frame(number, *upright.size), grids, stretches)
    marks = [_mark(number, upright.shown_box(seal), tr("ocr.seal")) for seal in page.seals[:_MAX_SEALS]]
    signed = page.signatures[:_MAX_SEALS]
    marks += [_mark(number, upright.shown_box(signature), tr("ocr.signature")) for signature in signed]
    return _Seen(number, upright, writing, marks)


def _rulings(page: OcrPage, upright: Upright) -> Rulings:
    """The page's straight lines, without those that are strokes of its letters."""
    if not page.strokes:
        return Rulings(np.empty((0, 3)), np.empty((0, 3)))
    ends = upright.points(np.array(page.strokes, np.float64).reshape(-1, 2)).reshape(-1, 4)
    low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
    middle = (low + high) / 2
    across = high[:, 0] - low[:, 0] > high[:, 1] - low[:, 1]
    levels = np.column_stack([middle[across, 1], low[across, 0], high[across, 0]])
    uprights = np.column_stack([middle[~across, 0], low[~across, 1], high[~across, 1]])
    bodies = _bodies(page.lines, upright)
    height = bodies[:, 2:3] - bodies[:, 0:1]
    levels = levels[_within(levels, bodies + height * [0.2, 0, -0.2, 0]) < _OF_LETTERS]
    inner, whole = ((bodies + height * [0, k, 0, -k])[:, [1, 0, 3, 2]] for k in (0.5, -0.05))
    # Where rows are ruled closely, strokes of letters below each other make a line from rule to rule, at the edge of
    # the writing too. A ruling keeps clear of it.
    of_letters = (_within(uprights, inner) >= _OF_LETTERS) | (_within(uprights, whole) >= _WHOLLY)
    uprights = uprights[~of_letters]
    return Rulings(levels, uprights[_hung(uprights, levels)])


def _hung(uprights: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which upright lines are rulings: they end on level ones, or are longer than any letter."""
    if not len(uprights):
        return np.zeros(0, np.bool_)
    x, ends = uprights[:, 0, None], uprights[:, 1:]
    beside = (levels[:, 1] - _NEAR <= x) & (x <= levels[:, 2] + _NEAR)
    on = [(beside & (np.abs(ends[:, k, None] - levels[:, 0]) <= _NEAR)).any(axis=1) for k in (0, 1)]
    long = uprights[:, 2] - uprights[:, 1] > _LONG_UPRIGHT * _HEIGHT
    return np.asarray((on[0] & on[1]) | long, np.bool_)


def _bodies(lines: Sequence[OcrLine], upright: Upright) -> NDArray[np.float64]:
    """The boxes of the lines as ``top, from, bottom, to``."""
    spans = [upright.line(line) for line in lines]
    return np.array([(top, edges[0], bottom, edges[-1]) for edges, top, bottom in spans], np.float64).reshape(-1, 4)


def _within(lines: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of each line (``at, from, to``) that lies in boxes (``at0, from, at1, to``)."""
    if not len(lines) or not len(boxes):
        return np.zeros(len(lines))
    at, begin, end = (lines[:, k, None] for k in range(3))
    shared = np.minimum(end, boxes[:, 3]) - np.maximum(begin, boxes[:, 1])
    inside = np.where((boxes[:, 0] < at) & (at < boxes[:, 2]), np.maximum(shared, 0.0), 0.0)
    return np.asarray(inside.sum(axis=1) / np.maximum(lines[:, 2] - lines[:, 1], 1e-6))


def _stretches(
    lines: Sequence[OcrLine], upright: Upright, grids: list[Grid], own: NDArray[np.float64] | None
) -> Iterator[Stretch]:
    """Lines cut where they pass from one cell to the next, over a wide gap, or over words of the page's own."""
    spans = [upright.line(line) for line in lines]
    common = median(bottom - top for _, top, bottom in spans) if spans else _HEIGHT
    for line, (edges, over, under) in zip(lines, spans, strict=True):
        top, bottom = _evened(over, under, common)
        boxes = np.column_stack([edges[:-1], np.full(len(edges) - 1, top), edges[1:], np.full(len(edges) - 1, bottom)])
        grid_of, cell_of = cells_of_glyphs(boxes, grids)
        covered = upright.covered(boxes, own) if own is not None else np.zeros(len(boxes), np.bool_)
        for start, end in _parts(line.text, edges, grid_of * 10_000 + cell_of, covered, _WIDE_SPACE * (bottom - top)):
            kept = quantised(edges[start : end + 1])
            yield Stretch(line.text[start:end], kept, top, bottom, int(grid_of[start]), int(cell_of[start]))


def _evened(top: float, bottom: float, common: float) -> tuple[float, float]:
    """Top and bottom as most lines have them: found lines vary in height by the letters they hold."""
    if abs(bottom - top - common) > _ALIKE * common:
        return top, bottom
    return (top + bottom - common) / 2, (top + bottom + common) / 2


def _parts(
    text: str, edges: list[float], place: NDArray[np.int64], covered: NDArray[np.bool_], wide: float
) -> Iterator[tuple[int, int]]:
    start = 0
    for k in range(1, len(text) + 1):
        if (
            k < len(text)
            and place[k] == place[start]
            and covered[k] == covered[start]
            and not _gap(text, edges, k, wide)
        ):
            continue
        part = text[start:k]
        if part.strip() and not covered[start]:
            yield start + len(part) - len(part.lstrip()), start + len(part.rstrip())
        start = k


def _gap(text: str, edges: list[float], k: int, wide: float) -> bool:
    """Whether a wide gap ends before character ``k``, or begins with it."""
    return (text[k - 1] == " " and edges[k] - edges[k - 1] > wide) or (
        text[k] == " " and edges[k + 1] - edges[k] > wide
    )


def _placed(run: Run, pages: Mapping[int, _Seen]) -> Iterator[Run]:
    """A run of layout units as runs on the page as shown: one where its line is level there, else more."""
    place = run.place
    if not isinstance(place, PageLine):
        return
    upright = pages[place.page].upright
    for start, end in upright.level_parts(place.edges, place.top, place.bottom):
        edges = place.edges[start : end + 1]
        if upright.turn == 0:
            across, top, bottom = upright.shown_edges(edges, place.top, place.bottom)
            yield Run(run.start + start, run.start + end, PageLine(place.page, top, bottom, quantised(across)))
        else:
            x0, y0, x1, y1 = upright.shown(edges[0], place.top, edges[-1], place.bottom)
            spread = quantised([x0 + (x1 - x0) * k / (end - start) for k in range(end - start + 1)])
            yield Run(run.start + start, run.start + end, PageLine(place.page, y0, y1, spread))


def _in_seal(line: OcrLine, page: OcrPage) -> bool:
    x, y = sum(p[0] for p in line.quad) / 4, sum(p[1] for p in line.quad) / 4
    return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in page.seals)


def _mark(page: int, box: tuple[float, float, float, float], text: str) -> Block:
    """A stamp or a signature: a figure whose only words say what it is."""
    x0, y0, x1, y1 = box
    edges: array[float] = quantised([x0 + (x1 - x0) * k / len(text) for k in range(len(text) + 1)])
    run = Run(0, len(text), PageLine(page, round(y0, 2), round(y1, 2), edges))
    return Block(BlockKind.FIGURE, text, (run,), caption=text, source=SOURCE)


def _kept(document: Document, seen: Mapping[int, OcrPage]) -> list[Block]:
    """The blocks that stay: not those recognised before on these pages, nor a garbled page's."""
    garbled = {n for n in seen if document.pages[n - 1].needs_ocr in ("garbage", "asked")}
    return [
        block
        for block in document.blocks
        if not (
            block.runs and (pages := _pages_of(block)) <= set(seen) and (block.source == SOURCE or pages <= garbled)
        )
    ]


def _pages_of(block: Block) -> set[int]:
    return {run.place.page for run in block.runs if isinstance(run.place, PageLine)} or {0}


def _own_boxes(document: Document, seen: Mapping[int, OcrPage]) -> dict[int, NDArray[np.float64]]:
    """Boxes of the words that mixed pages have of their own."""
    mixed = {n for n in seen if document.pages[n - 1].needs_ocr == "mixed"}
    boxes: dict[int, list[tuple[float, float, float, float]]] = {}
    for block in document.blocks if mixed else ():
        for run in block.runs if block.source != SOURCE else ():
            place = run.place
            if isinstance(place, PageLine) and place.page in mixed:
                boxes.setdefault(place.page, []).append((place.edges[0], place.top, place.edges[-1], place.bottom))
    return {page: np.array(found, np.float64) for page, found in boxes.items()}


def _merged(blocks: Sequence[Block], more: Iterable[Block]) -> list[Block]:
    """Both in the order of pages; on one page ``blocks`` first."""
    waiting = sorted(more, key=lambda block: block.page or 0)
    merged: list[Block] = []
    for block in blocks:
        while waiting and block.page is not None and (waiting[0].page or 0) < block.page:
            merged.append(waiting.pop(0))
        merged.append(block)
    return merged + waiting


def _listed(numbers: Iterable[int]) -> str:
    """Page numbers for people: ``3–5, 9``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in parts)


def _is_of_unread(note: str) -> bool:
    """Whether a note says, in whatever language, that pages wait for their pictures to be read."""
    beginnings = (catalogue(name).get("documents.pages_silent", "\0").split("{")[0] for name in LANGUAGES)
    return any(begin and note.startswith(begin) for begin in beginnings)


def _unread(pages: Sequence[PageSize]) -> tuple[str, ...]:
    from workbench.models.documents.pdf import unread  # noqa: PLC0415 - loads the PDF engine

    return unread(pages)
