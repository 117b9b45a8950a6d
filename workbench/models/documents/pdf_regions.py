"""Pages set in two columns: which lines are read one after the other.

A page counts as two-columned where a clear gutter near its middle parts running text on both sides;
a table's columns don't (its cells are short). Lines over the whole width part the page into bands.
"""

from workbench.models.documents.pdf_lines import PrintedLine, Stretch

_CLEAR = 4.0
_STEP = 2.0
_LEAST = 8
_PROSE = 0.3


def regions_of(lines: list[PrintedLine]) -> list[list[PrintedLine]]:
    """The lines as stretches of reading: one region, or wide lines and columns in their order."""
    gutter = _gutter(lines)
    if gutter is None:
        return [lines]
    regions: list[list[PrintedLine]] = []
    wide: list[PrintedLine] = []
    band: list[PrintedLine] = []
    for line in lines:
        if any(s.left < gutter < s.right for s in line.stretches):
            regions += _columns(band, gutter)
            band = []
            wide.append(line)
        else:
            if wide:
                regions.append(wide)
                wide = []
            band.append(line)
    return [*regions, *([wide] if wide else []), *_columns(band, gutter)]


def _columns(band: list[PrintedLine], gutter: float) -> list[list[PrintedLine]]:
    sides = []
    for left in (True, False):
        lines = []
        for line in band:
            held = tuple(s for s in line.stretches if (s.left < gutter) is left)
            if held:
                lines.append(PrintedLine(held))
        if lines:
            sides.append(lines)
    return sides


def _gutter(lines: list[PrintedLine]) -> float | None:
    """The x of the gap between two columns of running text, or None."""
    stretches = [s for line in lines for s in line.stretches]
    if len(stretches) < 2 * _LEAST:
        return None
    left, right = min(s.left for s in stretches), max(s.right for s in stretches)
    width = right - left
    x = left + 0.35 * width
    best, crossed = None, 0.2 * len(stretches)
    while x < left + 0.65 * width:
        crossing = sum(1 for s in stretches if s.left < x + _CLEAR and s.right > x - _CLEAR)
        if crossing < crossed:
            best, crossed = x, crossing
        x += _STEP
    if best is None:
        return None
    sides = ([s for s in stretches if s.right <= best], [s for s in stretches if s.left >= best])
    return best if all(_is_prose(side, width) for side in sides) else None


def _is_prose(side: list[Stretch], width: float) -> bool:
    """Whether most stretches of a column fill it."""
    full = sum(1 for s in side if s.right - s.left >= _PROSE * width)
    return full >= _LEAST and full >= 0.6 * len(side)
