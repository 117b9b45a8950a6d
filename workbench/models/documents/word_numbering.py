"""The numbers Word gives paragraphs by itself: 第一条, （一）, 1.2.

They stand in no text of the file, only on the page. Follows ISO/IEC 29500-1, 17.9: a definition has
nine levels with a start, a format and a text; paragraphs count on within a definition, a level begins
anew after a higher one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from workbench.models.documents.office import attribute, child, local

_LEVELS = 9
_MOST = 9_999
_DIGITS = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_CHINESE = {
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting",
    "taiwaneseCountingThousand", "chineseLegalSimplified", "japaneseDigitalTenThousand", "koreanCounting",
}  # fmt: skip


@dataclass(slots=True)
class _Level:
    """How one level counts and is written."""

    start: int = 1
    kind: str = "decimal"
    text: str = ""
    plain: bool = False
    """Whether higher levels are written in plain digits too."""


@dataclass(slots=True)
class _Counted:
    """Where a definition's counters are; 0 for a level not begun."""

    values: list[int] = field(default_factory=lambda: [0] * _LEVELS)


class Numbering:
    """Gives each numbered paragraph its label, in the order of the text."""

    def __init__(self, root: etree._Element | None) -> None:
        self._definitions: dict[str, list[_Level]] = {}
        self._of: dict[str, str] = {}
        self._own: dict[str, dict[int, _Level]] = {}
        self._restart: dict[str, dict[int, int]] = {}
        self._counted: dict[str, _Counted] = {}
        for item in root if root is not None else ():
            if local(item) == "abstractNum":
                self._definitions[attribute(item, "abstractNumId")] = _levels(item)
            elif local(item) == "num":
                self._take(item)

    def label(self, number: str, level: int) -> str:
        """The label of the next paragraph of a list (its id) and level (from 0); empty for bullets and none."""
        key = self._of.get(number)
        if key is None or key not in self._definitions or not 0 <= level < _LEVELS:
            return ""
        levels = list(self._definitions[key])
        for place, own in self._own.get(number, {}).items():
            levels[place] = own
        values = self._counted.setdefault(key, _Counted()).values
        restart = self._restart.get(number, {}).pop(level, None)
        if restart is not None:
            values[level] = restart
        else:
            values[level] = values[level] + 1 if values[level] else levels[level].start
        values[level + 1 :] = [0] * (_LEVELS - level - 1)
        for place in range(level):
            values[place] = values[place] or levels[place].start
        return _written(levels, level, values)

    def _take(self, item: etree._Element) -> None:
        number = attribute(item, "numId")
        self._of[number] = attribute(child(item, "abstractNumId"), "val")
        for part in item:
            place = attribute(part, "ilvl")
            if local(part) != "lvlOverride" or not place.isdigit() or int(place) >= _LEVELS:
                continue
            start, own = child(part, "startOverride"), child(part, "lvl")
            if start is not None:
                self._restart.setdefault(number, {})[int(place)] = _number(start, 1)
            if own is not None:
                self._own.setdefault(number, {})[int(place)] = _level(own)


def _levels(item: etree._Element) -> list[_Level]:
    levels = [_Level() for _ in range(_LEVELS)]
    for part in item:
        place = attribute(part, "ilvl")
        if local(part) == "lvl" and place.isdigit() and int(place) < _LEVELS:
            levels[int(place)] = _level(part)
    return levels


def _level(item: etree._Element) -> _Level:
    return _Level(
        _number(child(item, "start"), 1),
        attribute(child(item, "numFmt"), "val") or "decimal",
        attribute(child(item, "lvlText"), "val"),
        child(item, "isLgl") is not None,
    )


def _number(item: etree._Element | None, default: int) -> int:
    value = attribute(item, "val")
    return int(value) if value.isdigit() and len(value) < 6 else default


def _written(levels: list[_Level], level: int, values: list[int]) -> str:
    own = levels[level]
    if own.kind in ("bullet", "none"):
        return ""

    def one(found: "re.Match[str]") -> str:
        place = int(found.group(1)) - 1
        return counted(values[place], "decimal" if own.plain else levels[place].kind)

    return re.sub(r"%([1-9])", one, own.text).strip()


def counted(value: int, kind: str) -> str:
    """A number as the format writes it; a format not known here in digits."""
    write = _WRITERS.get(kind, str)
    return write(value) if 0 < value <= _MOST else str(value)


def chinese(value: int) -> str:
    """1 to 9999 in Chinese: 十二, 一百零三."""
    written, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            written += ("零" if gap and written else "") + _DIGITS[digit] + unit
            gap = False
        else:
            gap = True
    return written.removeprefix("一") if 10 <= value < 20 else written


def _roman(value: int) -> str:
    written = ""
    for worth, letters in _ROMAN:
        while value >= worth:
            written += letters
            value -= worth
    return written


def _letters(value: int) -> str:
    """Letters as lists have them: a to z, aa, bb, and so on."""
    return chr(97 + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _circled(value: int) -> str:
    return chr(0x2460 + value - 1) if value <= 20 else str(value)


def _wide(value: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(value))


_WRITERS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(_CHINESE, chinese),
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "ideographTraditional": lambda value: _STEMS[(value - 1) % 10],
    "ideographZodiac": lambda value: _BRANCHES[(value - 1) % 12],
    "decimalZero": lambda value: f"{value:02}",
    "decimalFullWidth": _wide,
    "decimalFullWidth2": _wide,
}
