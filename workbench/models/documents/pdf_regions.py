"""Pages set in two columns: what is read one after the other.

A page counts as two-columned where a clear gutter near its middle parts running text on both sides;
a table's columns don't (its cells are short). Lines and tables over the whole width part the page
into bands.
"""

from dataclasses import dataclass

import numpy as np

from workbench.models.documents.pdf_grid import Grid
from workbench.models.documents.pdf_lines import PrintedLine, Stretch

_CLEAR = 4.0
_STEP = 2.0
_LEAST = 8
_PROSE = 0.3


@dataclass(frozen=True, slots=True)
class Region:
    """Lines and tables (numbers of them) read from the top down; ``column`` says that it is one of two."""

    lines: list[PrintedLine]
    tables: list[int]
    column: bool = False


def regions_of(lines: list[PrintedLine], grids: list[Grid]) -> list[Region]:
    """One region, or wide pieces and columns in their order."""
    gutter = _gutter(lines)
    if gutter is None:
        return [Region(lines, list(range(len(grids))))]
    wide_tables = [k for k, g in enumerate(grids) if g.xs[0] < gutter - _CLEAR and g.xs[-1] > gutter + _CLEAR]
    narrow = [k for k in range(len(grids)) if k not in wide_tables]
    pieces: list[tuple[float, bool, PrintedLine | int]] = [
        (line.top, any(s.left < gutter < s.right for s in line.stretches), line) for line in lines
    ]
    pieces += [(grids[k].ys[0], True, k) for k in wide_tables]
    pieces += [(grids[k].ys[0], False, k) for k in narrow]
    regions: list[Region] = []
    band: list[PrintedLine | int] = []
    was_wide = False
    for _, wide, piece in sorted(pieces, key=lambda p: p[0]):
        if band and wide is not was_wide:
            regions += [_region(band)] if was_wide else _columns(band, gutter, grids)
            band = []
        band.append(piece)
        was_wide = wide
    return [*regions, *([_region(band)] if was_wide else _columns(band, gutter, grids))]


def _region(pieces: list[PrintedLine | int], *, column: bool = False) -> Region:
    return Region([p for p in pieces if isinstance(p, PrintedLine)], [p for p in pieces if isinstance(p, int)], column)


def _columns(band: list[PrintedLine | int], gutter: float, grids: list[Grid]) -> list[Region]:
    sides = []
    for left in (True, False):
        side: list[PrintedLine | int] = []
        for piece in band:
            if isinstance(piece, int):
                side += [piece] if (grids[piece].xs[0] < gutter - _CLEAR) is left else []
                continue
            held = tuple(s for s in piece.stretches if (s.left < gutter) is left)
            if held:
                side.append(PrintedLine(held))
        if side:
            sides.append(_region(side, column=True))
    return sides


def _gutter(lines: list[PrintedLine]) -> float | None:
    """The x of the gap between two columns of running text, or None."""
    stretches = [s for line in lines for s in line.stretches]
    if len(stretches) < 2 * _LEAST:
        return None
    lefts, rights = np.array([s.left for s in stretches]), np.array([s.right for s in stretches])
    left, width = float(lefts.min()), float(rights.max() - lefts.min())
    points = np.arange(left + 0.35 * width, left + 0.65 * width, _STEP)[:, None]
    if not len(points):
        return None
    crossing = ((lefts < points + _CLEAR) & (rights > points - _CLEAR)).sum(axis=1)
    clearest = int(crossing.argmin())
    if crossing[clearest] >= 0.2 * len(stretches):
        return None
    best = float(points[clearest, 0])
    sides = ([s for s in stretches if s.right <= best], [s for s in stretches if s.left >= best])
    return best if all(_is_prose(side, width) for side in sides) else None


def _is_prose(side: list[Stretch], width: float) -> bool:
    """Whether most stretches of a column fill it."""
    full = sum(1 for s in side if s.right - s.left >= _PROSE * width)
    return full >= _LEAST and full >= 0.6 * len(side)
