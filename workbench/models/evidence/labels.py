"""What a number in a text is about: its label, year, subject and direction.

A number is only traced when it stands beside the same label in the source. Labels are read from the
words around the number: 营业收入达到31亿元, 分发5000万元股利, 总资产和总负债分别为16亿元和8亿元, and
in tables from the first cell of the row and the head of the column.
"""

import re
from dataclasses import dataclass, replace

from workbench.models.evidence.numbers import Number, find_numbers, folded
from workbench.models.evidence.sentences import sentence_spans

_BOUNDARY = "，,；;。！？!?、\n\t（(）)"
_TAIL = re.compile(
    r"(?:为|是|系|达到|达|约|共计|合计|总计|仅|高达|至|到|了|的|:|：|即|有|由|从|以|于|在|近|超过|超|逾|不足|不得?(?:低于|超过|少于|高于|多于|大于|小于)|至少|至多"
    r"|分别|人民币|金额|数额|总数|共|等于|等|将|占|均|也|则|\s|was|were|is|are|of|to|at|by|reached|totaled|about)+$"
)
_HEAD = re.compile(
    r"^(?:其中|公司|本公司|集团|报告期内?|报告期末|截至|实现|完成|取得|录得|同比|环比|本期|上期|本年度?|上年度?|上年同期|当期"
    r"|期末|期初|年末|年初|去年|年度|合并|全年|该|其|并|且|而|以及|及|和|与|在|于|向|对|由|将|也|还|已|共|从|较|比|\s|the|its|a)+"
)
_CHANGE = re.compile(
    r"同比|环比|较上年(?:同期|末)?|比上年(?:同期|末)?|较去年|比去年|增长率?|增加|上升|提高|提升|上涨|下降|减少|降低|下滑|下跌"
    r"|回落|幅度|增幅|降幅|increase\w*|decrease\w*|grew|growth|rose|fell|declin\w*"
)
_UP = re.compile(r"增长|增加|上升|提高|提升|上涨|increase|grew|growth|rose")
_DOWN = re.compile(r"下降|减少|降低|下滑|下跌|回落|亏损|decrease|decline|fell")
_MODIFIERS = re.compile(r"归属|归母|扣除|扣非|非经常性|非流动|母公司")
_PRIOR = re.compile(r"上年同期|上年度?|上期|去年|期初|年初|上年末")
_CURRENT = re.compile(r"本年度?|本期|期末|年末|当期|本报告期")
_ORG = re.compile(
    r"[\u4e00-\u9fffA-Za-z（）()]{2,30}?(?:股份有限公司|有限责任公司|有限公司|集团公司|股份公司|购物中心|合作社|银行|事务所)"
)
_LEGAL_FORM = re.compile(r"(?:集团)?(?:股份有限公司|有限责任公司|有限公司|集团公司|股份公司)$")
_BEFORE_NAME = re.compile(
    r"[为向对与和及由是的在给于从被将以]|[一二三四五六七八九十几两多各]家|公司|供应商|客户|根据|结合|比较|对比|以及|关于|借款人|担保人|保证人|股东|年度?|月|日"
)
_FORM = re.compile(r"(?:(?:集团)?(?:股份有限公司|有限责任公司|有限公司|集团公司|股份公司)|银行|事务所|合作社)$")
_COMMON = re.compile(
    r"^(?:(?:会计师|律师|资产评估)事务所|(?:全国性|城市|农村)*(?:商业|政策性|村镇|开发性|中央|投资|私人|外资|中资|托管|开户|代理|经办|承兑|付款|贷款)银行"
    r"|(?:一人|国有独资|设立|上市|法人独资|外商投资|国有)?(?:股份|有限责任|有限|集团)公司)$"
)
"""Kinds of organisations, which are nobody's name."""
_TOTAL = re.compile(r"(?:期末|账面|年末)?(?:余额|总额|合计|总计|金额)$")
_UNIT_BEHIND = re.compile(r"[（(](?:人民币)?(?:[千百]?[万亿]?元(?:/股)?|股|人|%|％|倍|含税|不含税)[)）]$")
_CORE = 14

SAME_LABELS = {
    "资产总计": "总资产", "资产总额": "总资产", "资产合计": "总资产",
    "负债总计": "总负债", "负债总额": "总负债", "负债合计": "总负债",
    "所有者权益合计": "净资产", "股东权益合计": "净资产", "所有者权益总额": "净资产",
    "所有者权益": "净资产", "股东权益": "净资产",
}  # fmt: skip
"""Totals of the balance sheet as statements print them, and as people say them."""


@dataclass(frozen=True, slots=True)
class Label:
    """A number with what the text says it is.

    ``before`` and ``after`` are the words it hangs on (营业收入 | 股利), ``around`` the clause and,
    where that is thin, the sentence. ``year`` is the nearest date's year, or None; ``period``
    ``prior``, ``current`` or ``""``; ``direction`` 1, -1 or 0; ``changed`` says that the number is a
    change of what is named. ``subject`` is the organisation named last. ``unclear`` marks a later
    column of a table whose head could not be read.
    """

    number: Number
    before: str
    after: str
    around: str
    year: int | None = None
    period: str = ""
    direction: int = 0
    changed: bool = False
    subject: str = ""
    sentence: tuple[int, int] = (0, 0)
    unclear: bool = False


def head_of(label: str) -> str:
    """A label without words that only say it is a total or a balance: 短期借款余额 is 短期借款."""
    if label in SAME_LABELS:
        return SAME_LABELS[label]
    head = _TOTAL.sub("", label)
    return head if len(head) > 1 else label


def legal_stem(name: str) -> str:
    """A company's name without its legal form."""
    return _LEGAL_FORM.sub("", name)


def year_of(number: Number) -> int | None:
    """The year of a date; None for a month or day without year and for other numbers."""
    return int(str(number.value)[:4]) if number.kind == "date" and number.unit in ("年", "月", "日") else None


def same_organisation(a: str, b: str) -> bool:
    """Whether two names as cut from running text (perhaps with words before them) mean one organisation."""
    short, long = sorted((legal_stem(a), legal_stem(b)), key=len)
    return len(short) > 1 and long.endswith(short)


def organisations(text: str) -> tuple[str, ...]:
    """Names of companies and banks as the text spells them; a word before may be left, a first word lost."""
    return tuple(shorn for name in _ORG.findall(text) if (shorn := _shorn(name)))


def _shorn(name: str) -> str:
    """A name without the words of its sentence before it (公司为供应商恒翎铸造有限公司); empty for 七家银行."""
    form = _FORM.search(name)
    stem, ending = (name[: form.start()], form.group()) if form else (name, "")
    rest = _BEFORE_NAME.split(stem)[-1]
    if _COMMON.match(rest + ending):
        return ""
    if len(rest) > 1:
        return rest + ending
    return "" if ending in ("银行", "事务所", "合作社") else name


def read_labels(text: str, numbers: tuple[Number, ...] | None = None) -> tuple[Label, ...]:
    """A label for every number of ``text``, dates included, in order."""
    found = find_numbers(text) if numbers is None else numbers
    labels: list[Label] = []
    for start, end in sentence_spans(text):
        inside = [n for n in found if start <= n.start < end]
        if not inside:
            continue
        if "\t" in text[start:end]:
            labels += [_of_cell(text, (start, end), n, inside) for n in inside]
        else:
            labels += _of_sentence(text, (start, end), inside)
    return tuple(labels)


def _of_sentence(text: str, span: tuple[int, int], inside: list[Number]) -> list[Label]:
    labels = [_of_clause(text, span, n, inside) for n in inside]
    return _shared_out(text, span, labels)


def _of_clause(text: str, span: tuple[int, int], number: Number, inside: list[Number]) -> Label:
    start, end = span
    plain = _without(text, start, end, inside)
    ends = [n.end - start for n in inside if n.end <= number.start and n.kind != "date"]
    begins = [n.start - start for n in inside if n.start >= number.end and n.kind != "date"]
    at, stop = number.start - start, number.end - start
    left = max([*(plain.rfind(c, 0, at) + 1 for c in _BOUNDARY), *ends, 0])
    right = min([*(i for c in _BOUNDARY if (i := plain.find(c, stop)) >= 0), *begins, len(plain)])
    before, changed = _core(plain[left:at])
    wider = left
    while not before and wider > 0:
        wider = max([*(plain.rfind(c, 0, wider - 1) + 1 for c in _BOUNDARY), 0])
        previous = next((n for n in inside if wider <= n.start - start < left and n.kind != "date"), None)
        before, _ = _core(plain[wider : previous.start - start] if previous else plain[wider : left - 1])
    clause = plain[left:right]
    return Label(
        number,
        before,
        _after(plain[stop:right]),
        clause,
        _year(number, inside),
        _period(clause),
        _direction(clause),
        changed,
        next((name for name in reversed(organisations(text[start : number.start]))), ""),
        span,
    )


def _without(text: str, start: int, end: int, numbers: list[Number]) -> str:
    """The folded sentence with numbers blanked, position for position."""
    plain = list(folded(text[start:end]))
    for n in numbers:
        plain[n.start - start : n.end - start] = " " * (n.end - n.start)
    return "".join(plain)


def _core(words: str) -> tuple[str, bool]:
    """The noun or verb a number hangs on, and whether a change of it is meant."""
    changed = bool(_CHANGE.search(words))
    words = _TAIL.sub("", _CHANGE.sub("", words).strip())
    words = _TAIL.sub("", words)
    modifier = "".join(dict.fromkeys(_MODIFIERS.findall(words)))
    runs = re.findall(r"[\u3400-\u9fffA-Za-z&]+(?: [A-Za-z&]+)*", words)
    core: str = runs[-1] if runs else ""
    core = re.split(r"[的在其对向于年度]+(?=.)", core)[-1] if re.search(r"[\u3400-\u9fff]", core) else core
    core = _ORG.sub("", core)
    core = _HEAD.sub("", core)[-_CORE:]
    if modifier and modifier not in core and len(core) > 1:
        core = modifier + core
    return (core if len(core) > 1 else ""), changed


def _after(words: str) -> str:
    words = re.sub(r"^[\s的左右以上下人民币]+", "", words)
    match = re.match(r"[\u3400-\u9fff]{2,8}|[A-Za-z]+", words)
    return match.group() if match else ""


def _year(number: Number, inside: list[Number]) -> int | None:
    own = year_of(number)
    if own:
        return own
    before = [y for n in inside if n.start < number.start and (y := year_of(n))]
    after = [y for n in inside if n.start > number.start and (y := year_of(n))]
    return before[-1] if before else after[0] if after else None


def _period(words: str) -> str:
    return "prior" if _PRIOR.search(_CHANGE.sub("", words)) else "current" if _CURRENT.search(words) else ""


def _direction(words: str) -> int:
    return -1 if _DOWN.search(words) else 1 if _UP.search(words) else 0


def _shared_out(text: str, span: tuple[int, int], labels: list[Label]) -> list[Label]:
    """甲和乙分别为x和y: labels, subjects or years given to the numbers in their order."""
    at = text.find("分别", *span)
    given = [i for i, label in enumerate(labels) if label.number.start > at and label.number.kind != "date"]
    if at < 0 or len(given) < 2:
        return labels
    head = text[span[0] : at]
    names = organisations(head)
    years = [y for n in find_numbers(head) if (y := year_of(n))]
    items = [core for part in re.split(r"[、和及与]|以及", head) if (core := _core(part)[0])]
    result = list(labels)
    for place, i in enumerate(given):
        label = result[i]
        if len(names) == len(given):
            label = replace(label, subject=names[place], before=_core(head)[0] or label.before)
        elif len(items) >= len(given):
            label = replace(label, before=items[len(items) - len(given) + place])
        if len(years) == len(given):
            label = replace(label, year=years[place])
        result[i] = label
    return result


def _of_cell(text: str, span: tuple[int, int], number: Number, inside: list[Number]) -> Label:
    """A number of a table's row: the row's first words are its label, the column's head its period."""
    end = span[1]
    line_start = text.rfind("\n", 0, number.start) + 1
    cells = text[line_start:end].split("\t")
    column = text.count("\t", line_start, number.start)
    own = cells[column] if column < len(cells) else ""
    name = next((c.strip() for c in cells if re.search(r"[\u3400-\u9fffA-Za-z]{2}", c)), "")
    name = _UNIT_BEHIND.sub("", name) or name
    head = _column_head(text[:line_start], column)
    dates = [y for n in find_numbers(head) if (y := year_of(n))]
    values = [n for n in inside if n.kind != "date" and n.start >= line_start]
    later = bool(values) and number.start > values[0].start
    if re.search(r"[\u3400-\u9fff]{2}", _without(own, 0, len(own), list(find_numbers(own)))) and own.strip() != name:
        label = _of_clause(text, span, number, inside)
        return replace(label, around=f"{name} {own}")
    before, changed = _core(_CHANGE.sub("", name))
    changed = changed or bool(_CHANGE.search(head) or _CHANGE.search(name))
    return Label(
        number,
        before,
        "",
        f"{name} {head}",
        dates[0] if dates else None,
        _period(head),
        0,
        changed,
        "",
        (line_start, end),
        later and not head,
    )


def _column_head(above: str, column: int) -> str:
    """The head of a column: the nearest cell above it that holds a date or words and no value."""
    for line in reversed(above.split("\n")[-40:]):
        cells = line.split("\t")
        if column >= len(cells) or not cells[column].strip():
            continue
        cell = cells[column]
        if all(n.kind == "date" for n in find_numbers(cell)) and not re.fullmatch(r"[-—/\s]*", cell):
            return cell
    return ""
