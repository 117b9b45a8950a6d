"""The grammar that keeps a model from typing a figure.

Text is built from listed characters only: no digit of any script is among them, and neither are the
capital numerals, 亿 and ％. A Chinese numeral may stand (一般, 第一, 三方) but not before another numeral
or a unit that would make an amount of it (三十, 五万, 二成, 百分). Figures come as the listed slots.
"""

from collections.abc import Iterable, Sequence

FORBIDDEN = "〇○零壹贰叁肆伍陆柒捌玖拾佰仟萬億亿兆廿卅"
"""Characters that speak of nothing but amounts in a bank's papers."""
NUMERALS = "一二两三四五六七八九十百千万几"
_UNITS = "成倍分点年月日天元亩吨股折载旬%‰"
_COUNTED = _UNITS + "家名个项台套人户处宗笔条座辆次类种份期"
_ZH_MARKS = "，、；：（）“”《》—·/&,;:()- "
_EN_MARKS = ",;:()'\"/&- "
_IDEOGRAPHS = (0x4E00, 0x9FFF)


def _ranges(characters: Iterable[str]) -> str:
    """A GBNF character class of exactly these characters."""
    codes = sorted({ord(c) for c in characters})
    parts: list[str] = []
    first = previous = codes[0]
    for code in [*codes[1:], -1]:
        if code == previous + 1:
            previous = code
            continue
        parts.append(_escaped(first) if first == previous else f"{_escaped(first)}-{_escaped(previous)}")
        first = previous = code
    return "[" + "".join(parts) + "]"


def _escaped(code: int) -> str:
    return f"\\u{code:04X}"


def allowed_characters(language: str) -> frozenset[str]:
    """Every character the model may type itself, numerals of ``NUMERALS`` included, sentence ends not."""
    latin = {chr(c) for c in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))}
    if language != "zh":
        return frozenset(latin | set(_EN_MARKS))
    ideographs = {chr(c) for c in range(_IDEOGRAPHS[0], _IDEOGRAPHS[1] + 1)}
    return frozenset((ideographs | latin | set(_ZH_MARKS)) - set(FORBIDDEN))


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def prose_grammar(slots: Sequence[str], language: str = "zh", sentences: int = 2, *, names: Iterable[str] = ()) -> str:
    """GBNF of one to ``sentences`` sentences of plain text and the ``slots`` (written with their braces).

    ``names`` are texts the model may have to repeat: a capital numeral in them (a person called 陆)
    is let through like an ordinary numeral. Raises ValueError for no sentence.
    """
    if sentences < 1:
        raise ValueError(sentences)
    spared = {c for text in names for c in text if c in FORBIDDEN} if language == "zh" else set()
    numerals = NUMERALS + "".join(sorted(spared))
    allowed = allowed_characters(language) | spared
    more = " (sentence" * (sentences - 1) + ")?" * (sentences - 1)
    slot = " | ".join(_literal(s) for s in slots)
    rules = [f"root ::= sentence{more}"]
    items = ["plain"] + (["slot"] if slots else [])
    if language == "zh":
        rules.append('sentence ::= start item* numeral-end? "。"')
        one, rest = numerals[0], numerals[1:]
        after_one = allowed - set(numerals) - set(_UNITS)
        after_rest = allowed - set(numerals) - set(_COUNTED)
        rules.append(f"numeral ::= {_ranges(one)} {_ranges(after_one)} | {_ranges(rest)} {_ranges(after_rest)}")
        rules.append(f"numeral-end ::= {_ranges(numerals)}")
        rules.append(f"plain ::= {_ranges(allowed - set(numerals))}")
        items.append("numeral")
        starts = allowed - set(numerals) - set(_ZH_MARKS)
        begin = [f"{_ranges(starts)}", '"《"', '"“"', "numeral"]
    else:
        rules.append('sentence ::= start item* "." " "?')
        rules.append(f"plain ::= {_ranges(allowed)}")
        begin = [_ranges(c for c in allowed if c.isalpha())]
    if slots:
        rules.append(f"slot ::= {slot}")
        begin.append("slot")
    rules.append("start ::= " + " | ".join(begin))
    rules.append("item ::= " + " | ".join(items))
    return "\n".join(rules) + "\n"
