"""Running headers and footers: lines that stand at the same height on many pages, numbers aside."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.models.documents.pdf_lines import PrintedLine

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-—–~·\s]*(第\s*)?\d{1,4}(\s*[/／]\s*\d{1,4})?(\s*页)?(\s*[,，]?\s*共\s*\d+\s*页)?[-—–~·\s]*$"
)
_DEPTH = 3
_ZONE = 0.12


@dataclass(frozen=True, slots=True)
class Margins:
    """How lines in the margins look that are running headers (``top``) or footers."""

    top: frozenset[tuple[str, int]]
    bottom: frozenset[tuple[str, int]]

    def is_header(self, line: PrintedLine, height: float) -> bool:
        """Whether the line is a running header of a page of this height."""
        return line.bottom < _ZONE * 1.2 * height and _look(line, line.top) in self.top

    def is_footer(self, line: PrintedLine, height: float) -> bool:
        """Whether the line is a running footer, or a page number alone at the bottom."""
        if line.top < (1 - _ZONE) * height:
            return False
        return _look(line, height - line.bottom) in self.bottom or (
            line.top > 0.92 * height and _PAGE_NUMBER.match(line.text) is not None
        )


def _look(line: PrintedLine, distance: float) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text.replace(" ", "")), round(distance / 12)


def margins_of(pages: Sequence[tuple[float, list[PrintedLine]]]) -> Margins:
    """Learn from all pages (height and free lines); three pages at least must agree."""
    top: Counter[tuple[str, int]] = Counter()
    bottom: Counter[tuple[str, int]] = Counter()
    for height, lines in pages:
        for line in lines[:_DEPTH]:
            if line.bottom < _ZONE * height:
                text, level = _look(line, line.top)
                top.update({(text, level + d) for d in (-1, 0, 1)})
        for line in lines[-_DEPTH:]:
            if line.top > (1 - _ZONE) * height:
                text, level = _look(line, height - line.bottom)
                bottom.update({(text, level + d) for d in (-1, 0, 1)})
    least = max(3, len(pages) // 12)
    return Margins(
        frozenset(k for k, n in top.items() if n >= least), frozenset(k for k, n in bottom.items() if n >= least)
    )
