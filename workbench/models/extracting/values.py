"""From printed words to a value: amounts in yuan, shares in per cent, dates as ISO, names and codes cut clean."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from workbench.models.evidence.numbers import Number, find_numbers, folded
from workbench.models.extracting.field import Field

_WORTH = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8}
_HINT = re.compile(r"(?:单位\s*[:：]?\s*(?:人民币)?\s*|[（(])(元|千元|万元|百万元|亿元)(?:人民币)?\s*(?:[）)]|$|\s)")
_SHARES = {"万": 10**4, "": 1}
_MONTHS = {"个月": 1, "月": 1, "年": 12, "月份": 1}
_CURRENCIES = ("元", "美元", "港元", "欧元", "日元", "英镑")
_PEOPLE = ("人", "名", "位")
_CUT = re.compile(
    r"[，。；;、\t\n]|\s{2,}|\u3000|[（(](?:签|盖|公|章)|(?<=[\u3400-\u9fff])\s(?=[\u3400-\u9fff]{2,}[:：])"
)
_PERSON = re.compile(r"[\u3400-\u9fff]{2,4}(?:·[\u3400-\u9fff]{2,8})?")
_ENDS = " \t\n\u3000，,。；;：:、“”\"'"
_NOTHING = re.compile(r"[-—–/／\s无]*|不适用|未提供|详见.{0,12}")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z@._:/+-]{2,}")
_DAY = r"(?:19|20)\d{2}[-/.]?\d{1,2}[-/.]?\d{1,2}"
_SPAN = re.compile(rf"{_DAY}\s*[-—–~～]{{1,2}}\s*{_DAY}")
"""A stretch of days in figures alone, which a text field may hold."""
_LONGEST_NAME, _LONGEST_TEXT = 60, 400
_OFFICE = re.compile(r"(?:主管|会计|总经理|董事|监事|先生|女士|同志).*$")


@dataclass(frozen=True, slots=True)
class Value:
    """A normalised value with the stretch ``start:end`` of the words it was read from, and what they print."""

    value: str
    unit: str
    shown: str
    start: int
    end: int
    sure: bool = True


def plain_decimal(value: Decimal) -> str:
    """A decimal without exponent and needless zeros: 80000000, 41.2."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def unit_hint(*places: str) -> str:
    """The money unit a table's head, unit row or label names; empty where none does."""
    for place in places:
        found = _HINT.search(folded(place) + " ")
        if found:
            return found[1]
    return ""


def read_value(field: Field, words: str, *, hint: str = "", label: str = "") -> Value | None:
    """The field's value at the beginning of ``words`` (a cell, or what follows a label); None where it is none.

    ``hint`` is the money unit told elsewhere, ``label`` what the value stands beside.
    """
    if not words.strip() or _NOTHING.fullmatch(words.strip()):
        return None
    if field.type == "amount":
        return _amount(field, words, hint)
    if field.type == "percent":
        return _percent(words, label)
    if field.type in ("choice", "code", "name"):
        return {"choice": _choice, "code": _code, "name": _name}[field.type](field, words)
    return _date(words) if field.type == "date" else _text(words)


def _made(number: Number, value: Decimal | str, unit: str, *, sure: bool = True) -> Value:
    text = value if isinstance(value, str) else plain_decimal(value)
    return Value(text, unit, number.text.strip(), number.start, number.end, sure)


def _amount(field: Field, words: str, hint: str) -> Value | None:
    for number in find_numbers(words):
        if field.unit in _MONTHS or field.unit == "月":
            found = _months(number)
        elif field.unit and field.unit not in _CURRENCIES:
            found = _counted(field, number)
        else:
            found = _money(field, number, hint, words)
        if found:
            return found
        if number.kind != "date":
            return None
    return None


def _money(field: Field, number: Number, hint: str, words: str) -> Value | None:
    """An amount; where the field names no unit also a count or share, in the unit printed."""
    if number.kind == "amount" or number.unit in _CURRENCIES or (not field.unit and number.kind == "count"):
        return _made(number, number.value, number.unit)
    if not field.unit and number.kind == "percent":
        return _made(number, number.value * 100, "%")
    bare = number.kind in ("plain", "date") and number.unit in ("", "年")
    after = words[number.end : number.end + 1]
    if not bare or (not hint and (number.kind == "date" or (after and after in "年月日号"))):
        return None
    return (
        _made(number, number.value * _WORTH[hint], "元")
        if hint
        else _made(number, number.value, field.unit, sure=False)
    )


def _months(number: Number) -> Value | None:
    if number.kind not in ("count", "date") or number.unit not in _MONTHS or number.value > 600:
        return None
    return _made(number, number.value * _MONTHS[number.unit], "月")


def _counted(field: Field, number: Number) -> Value | None:
    same = number.unit == field.unit or (number.unit in _PEOPLE and field.unit in _PEOPLE)
    if number.kind == "count" and same:
        return _made(number, number.value, field.unit)
    if number.kind == "plain" and not number.unit:
        return _made(number, number.value, field.unit, sure=number.value == number.value.to_integral_value())
    return None


def _percent(words: str, label: str) -> Value | None:
    for number in find_numbers(words):
        if number.kind == "percent":
            return _made(number, number.value * 100, "%")
        if number.kind == "plain" and re.search(r"[%％率]|比例|占比|比重", label) and abs(number.value) <= 1000:
            return _made(number, number.value, "%", sure="%" in folded(label))
    return None


def _date(words: str) -> Value | None:
    for number in find_numbers(words):
        digits = str(number.value)
        if number.kind == "date" and number.unit in ("年", "月", "日"):
            parts = [digits[:4], digits[4:6], digits[6:8]]
            return _made(number, "-".join(p for p in parts if p), "")
    return None


def _choice(field: Field, words: str) -> Value | None:
    said = [(words.find(w), name, w) for name, ways in field.choices.items() for w in ways if w in words]
    if not said:
        return None
    names = list(dict.fromkeys(name for _, name, _ in sorted(said)))
    first, last = min(at for at, _, _ in said), max(at + len(w) for at, _, w in said)
    return Value("、".join(names), "", words[first:last], first, last)


def _code(field: Field, words: str) -> Value | None:
    plain = folded(words)
    form = field.form or _CODE.pattern
    for found in re.finditer(rf"(?<![0-9a-z])(?:{form})(?![0-9a-z])", plain, re.IGNORECASE):
        shown = words[found.start() : found.end()]
        value = found.group() if "@" in shown or "." in shown else found.group().upper()
        return Value(value, "", shown, *found.span())
    return None


def _name(field: Field, words: str) -> Value | None:
    start = len(words) - len(words.lstrip(_ENDS))
    cut = _CUT.search(words, start)
    shown = words[start : cut.start() if cut else len(words)].rstrip(_ENDS)
    shown = _OFFICE.sub("", shown) or shown if field.unit == "个人" else shown
    shown = shown.rstrip(_ENDS)
    if not 1 < len(shown) <= _LONGEST_NAME or find_only_numbers(shown):
        return None
    if field.unit == "个人" and not _PERSON.fullmatch(shown):
        return None
    return Value(shown, "", shown, start, start + len(shown))


def find_only_numbers(words: str) -> bool:
    """Whether words are nothing but figures and their signs."""
    return not re.search(r"[\u3400-\u9fffA-Za-z]", words)


def _text(words: str) -> Value | None:
    start = len(words) - len(words.lstrip(_ENDS))
    shown = words[start : start + _LONGEST_TEXT].rstrip(_ENDS + "。")
    said = bool(shown) and (not find_only_numbers(shown) or bool(_SPAN.fullmatch(shown)))
    return Value(shown, "", shown, start, start + len(shown)) if said else None


def same_value(field: Field, one: str, other: str) -> bool:
    """Whether two normalised values say the same: equal, or one date or name within the other."""
    if one == other:
        return True
    if field.type == "date":
        return one.startswith(other) or other.startswith(one)
    if field.type in ("name", "text", "code"):
        a, b = (_bare(v) for v in (one, other))
        return a == b or (field.type != "code" and min(len(a), len(b)) > 3 and (a in b or b in a))
    return False


def _bare(value: str) -> str:
    plain = folded(value)
    plain = re.sub(r"^https?://|/$", "", plain)
    return re.sub(r"[\s，。、（）()·]", "", plain)


def shortest(values: Iterable[str]) -> str:
    """The shortest of some values."""
    return min(values, key=len)
