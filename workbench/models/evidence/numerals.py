"""Chinese numerals as numbers: 十二, 一百零五, 二〇二三, 壹佰万."""

from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {c: i for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")}
DIGITS |= {"两": 2, "○": 0}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}

NUMERAL = "[" + "".join(DIGITS) + "".join(_TENS) + "]"
"""Regular expression of one character of a numeral below 万."""
DIGIT = "[" + "".join(DIGITS) + "]"
"""Regular expression of one Chinese digit."""


def read_numeral(text: str) -> Decimal | None:
    """The value of a Chinese or Arabic numeral; None when it is not one.

    Positional (二〇二三), with tens (十二, 一百零五), with myriads (三亿五千万) and with a decimal
    point (三点五).
    """
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return Decimal(text)
    whole, point, fraction = text.partition("点")
    value = _whole(whole)
    if value is None or not point:
        return value
    if not fraction or any(c not in DIGITS for c in fraction):
        return None
    return value + Decimal("0." + "".join(str(DIGITS[c]) for c in fraction))


def _whole(text: str) -> Decimal | None:
    if not text or any(c not in DIGITS and c not in _TENS and c not in _MYRIADS for c in text):
        return None
    if len(text) > 1 and all(c in DIGITS for c in text):
        return Decimal("".join(str(DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in DIGITS:
            digit = DIGITS[c]
        elif c in _TENS:
            section += (digit or 1) * _TENS[c]
            digit = 0
        else:
            total = (
                (total + section + digit) * _MYRIADS[c] if _MYRIADS[c] > 10**4 else total + (section + digit) * 10**4
            )
            section = digit = 0
    return Decimal(total + section + digit)
