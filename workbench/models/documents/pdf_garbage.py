"""Whether a page's characters are what it shows.

A font without a table of meanings (ToUnicode) still extracts: as control or private characters, or as
plausible nonsense, other letters than the ones drawn. Such a page has to be read from its picture.
"""

import re
import string

import numpy as np
from numpy.typing import NDArray

from workbench.models.documents.composing import is_cjk
from workbench.models.documents.pdf_page import Glyphs

_EVERYDAY = frozenset(string.ascii_letters + string.digits + ".,:;!?()[]{}'\"/%&+-*=@#$<>_|~€£¥•–—‘’“”·√×÷°§®©™…")
_COMMON = re.compile("[的一是在有和为及年月日公司人本资金者或上不用合行]")
_FEW = 60
_LOST = 0.3
_PRIVATE, _PRIVATE_SIZE = np.uint32(0xE000), 0x1900
_OFTEN = ord("的")
"""Met on nearly every page of Chinese; nonsense doesn't hit just this one."""
_SCRIPTS = (
    (0x0400, 0x052F),
    (0x0530, 0x05FF),
    (0x0600, 0x06FF),
    (0x0900, 0x0DFF),
    (0x0E00, 0x0FFF),
    (0x1000, 0x1DBF),
    (0x2C00, 0x2DFF),
    (0xA000, 0xABFF),
)
"""Scripts that don't stand side by side in one text: Cyrillic, Armenian and Hebrew, Arabic, Indic, Thai and
Tibetan, the old blocks from Burmese on, Glagolitic to Ethiopic, Yi to Cherokee."""


def is_garbage(glyphs: Glyphs) -> bool:
    """Whether the page's characters are nonsense: fonts that don't say what their signs mean.

    Signs: most characters unmapped and not reading like text; a large share private, unassigned,
    replaced or control; a mixture of four scripts or more; a page of rare ideographs without any of
    the commonest.
    """
    codes = glyphs.codes
    if glyphs.lost > _LOST or _senseless(codes) > _LOST:
        return True
    if glyphs.unmapped > _LOST and not _reads_well(_text(codes)):
        return True
    return not (codes == _OFTEN).any() and (_babel(codes) or _rare_ideographs(codes))


def _text(codes: NDArray[np.uint32]) -> str:
    return codes[codes > 32].astype("<u4").tobytes().decode("utf-32-le")


def _senseless(codes: NDArray[np.uint32]) -> float:
    """Share of private, replaced and unassigned characters."""
    private = int(np.count_nonzero((codes - _PRIVATE) < _PRIVATE_SIZE))
    private += int(np.count_nonzero((codes == 0xFFFD) | (codes >= 0xF0000)))
    return private / max(1, int(np.count_nonzero(codes > 32)))


def _babel(codes: NDArray[np.uint32]) -> bool:
    """Whether letters of at least four scripts far from one another make up a good part of the page."""
    met = [int(((codes >= low) & (codes <= high)).sum()) for low, high in _SCRIPTS]
    return sum(1 for n in met if n >= 3) >= 4 and sum(met) > 0.25 * int(np.count_nonzero(codes > 32))


def _rare_ideographs(codes: NDArray[np.uint32]) -> bool:
    ideographs = (codes >= 0x3400) & (codes <= 0x9FFF)
    if int(ideographs.sum()) < _FEW:
        return False
    text = _text(codes)
    if _COMMON.search(text):
        return False
    written = [c for c in text if "㐀" <= c <= "鿿"]
    rare = sum(1 for c in written if not _in_gb2312(c))
    return rare > 0.3 * len(written)


def _reads_well(text: str) -> bool:
    """Whether text whose font is silent is text all the same: everyday signs, and vowels among Latin letters."""
    everyday = sum(1 for c in text if c in _EVERYDAY or (is_cjk(c) and _in_gb2312(c)) or ("À" <= c <= "ž"))
    latin = [c for c in text.lower() if "a" <= c <= "z"]
    vowels = sum(1 for c in latin if c in "aeiouy")
    spoken = 0.22 * len(latin) <= vowels <= 0.65 * len(latin)
    return everyday >= 0.85 * len(text) and (spoken if len(latin) > 0.3 * len(text) else bool(_COMMON.search(text)))


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
