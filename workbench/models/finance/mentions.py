"""Figures stated outside the statements: in sentences, and in small tables of key figures."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.evidence.anchor import Anchor, Span
from workbench.models.evidence.claim import Citation
from workbench.models.evidence.numbers import find_numbers
from workbench.models.finance.accounts import Account, any_account
from workbench.models.finance.headings import Head, folded, head_of, period_of, unit_of
from workbench.models.finance.rows import Row, amount_of, table_rows
from workbench.paths import resources

_SENTENCE = re.compile(r"[^。；;\n]+")
_AMOUNT = r"(?P<amount>(?:人民币)?[-−－]?[\d,]+(?:\.\d+)?\s*(?:亿元|万元|元))"
_OTHER_BODY = re.compile(r"母公司|子公司|上年同期|去年同期|预计|计划|预测")
_OUR_FIGURES = re.compile(r"(?:19|20)\d\d\s*年|期末|年末|本期|报告期|全年|公司|借款人|申请人|企业|集团")
_KEY_FIGURES = re.compile(r"主要(?:财务|会计|经营)?(?:数据|指标)|财务(?:数据|指标|概况)|关键指标")


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure somebody states. ``label`` is a canonical line or the name of a rule, with its holder
    (``对外担保余额（某公司）``); ``period`` as :attr:`Statement.year`, or None where it is not said.
    ``unit`` is 元 (then ``value`` is in yuan), 人, 个月 …; ``quantum`` is one in the last printed digit.
    """

    label: str
    line: bool
    period: str | None
    value: Decimal
    unit: str
    quantum: Decimal
    citation: Citation


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    declared = tomllib.loads((resources() / "rules" / "finance" / "mentions.toml").read_text(encoding="utf-8"))
    return tuple((rule["label"], re.compile(rule["pattern"])) for rule in declared["stated"])


@cache
def _line_pattern() -> re.Pattern[str]:
    declared = tomllib.loads((resources() / "rules" / "finance" / "mentions.toml").read_text(encoding="utf-8"))
    rule = declared["line"]
    names = "|".join(sorted(map(re.escape, rule["names"]), key=len, reverse=True))
    return re.compile(rf"(?:^|(?<=[，。；、：:,\s])|(?:{rule['before']}))(?P<name>{names}){rule['between']}{_AMOUNT}")


@dataclass(frozen=True, slots=True)
class _Passage:
    """Blocks that are one paragraph: a reader may leave its lines apart."""

    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        return "".join(block.text for block in self.blocks)

    def anchor(self, start: int, end: int) -> Anchor | None:
        """Where ``text[start:end]`` stands, over its blocks."""
        at = 0
        spans: list[Span] = []
        kind = None
        for block in self.blocks:
            first, last = max(start - at, 0), min(end - at, len(block.text))
            anchor = block.anchor(first, last) if first < last else None
            if anchor:
                kind = anchor.kind
                spans.extend(anchor.spans)
            at += len(block.text)
        return Anchor(kind, tuple(spans)) if kind else None


_PROSE = (BlockKind.PARAGRAPH, BlockKind.LIST)
_CLOSED = ("。", "！", "？", "；", "：", ":", ";")


def _passages(document: Document) -> Iterator[_Passage | Block]:
    """Tables as they are, texts as passages; headers and footers do not part a paragraph."""
    open_blocks: list[Block] = []
    for block in document.blocks:
        if block.kind in (BlockKind.HEADER, BlockKind.FOOTER, BlockKind.FIGURE):
            continue
        goes_on = bool(open_blocks) and block.kind in _PROSE and _unclosed(open_blocks[-1])
        if open_blocks and not goes_on:
            yield _Passage(tuple(open_blocks))
            open_blocks = []
        if block.kind is BlockKind.TABLE and block.cells:
            yield block
        else:
            open_blocks.append(block)
    if open_blocks:
        yield _Passage(tuple(open_blocks))


def _unclosed(block: Block) -> bool:
    text = block.text.rstrip()
    return block.kind in _PROSE and len(text) > 20 and block.page is not None and not text.endswith(_CLOSED)


def mentions_of(documents: Iterable[tuple[str, Document]]) -> tuple[Mention, ...]:
    """Every stated figure the rules know, in reading order."""
    found: list[Mention] = []
    for name, document in documents:
        heading = ""
        for part in _passages(document):
            if isinstance(part, Block):
                found += _of_table(name, part, part.caption or heading)
            else:
                heading = part.text if len(part.text) < 40 else heading
                found += _of_text(name, part)
    return tuple(found)


def _of_text(document: str, passage: _Passage) -> Iterator[Mention]:
    for sentence in _SENTENCE.finditer(passage.text):
        text, at = sentence.group(), sentence.start()
        for label, pattern in _rules():
            for match in pattern.finditer(text):
                holder = match.groupdict().get("who")
                said = f"{label}（{holder}）" if holder else label
                yield from _mention(document, passage, at, match, (said, False))
        if not _OUR_FIGURES.search(text):
            continue
        for match in _line_pattern().finditer(text):
            account = any_account(match["name"])
            if account is not None and not _OTHER_BODY.search(text[: match.start("amount")]):
                yield from _mention(document, passage, at, match, (account.name, True))


def _mention(
    document: str, passage: _Passage, offset: int, match: re.Match[str], label: tuple[str, bool]
) -> Iterator[Mention]:
    numbers = find_numbers(match["amount"])
    begin = match.start("who" if "who" in match.groupdict() else 0)
    anchor = passage.anchor(offset + begin, offset + match.end())
    if not numbers or anchor is None:
        return
    number = numbers[-1]
    citation = Citation(document, match.string[begin : match.end()], anchor)
    period = _period_before(match.string[: match.start("amount")])
    yield Mention(*label, period, number.value, number.unit, number.quantum, citation)


def _period_before(text: str) -> str | None:
    """The last year or date said before a figure, as the statements count periods."""
    dated = re.findall(r"(?:19|20)\d\d\s*年(?:\s*\d{1,2}\s*月\s*\d{1,2}\s*日)?", text)
    period = period_of(dated[-1]) if dated else None
    return period[:4] if period and period.endswith("-12-31") else period


def _of_table(document: str, block: Block, caption: str) -> Iterator[Mention]:
    """A table named as one of key figures, whose columns are periods."""
    if not _KEY_FIGURES.search(folded(caption)) or _OTHER_BODY.search(caption):
        return
    rows = table_rows(block)
    width = max((f.column + f.span for row in rows for f in row), default=0)
    head = _first_head(rows, width)
    if head is None:
        return
    scale = unit_of(block.unit) or unit_of(caption, bare=True) or Decimal(1)
    for row in rows[1:]:
        account = any_account(row[0].text)
        if account is not None and "每股" not in account.name:
            yield from _of_row(document, block, row, head, (account, scale))


def _first_head(rows: list[Row], width: int) -> Head | None:
    if not rows:
        return None
    return head_of({f.column: f.text.split("/")[0] for f in rows[0]}, None, None, width)


def _of_row(document: str, block: Block, row: Row, head: Head, line: tuple[Account, Decimal]) -> Iterator[Mention]:
    account, scale = line
    for field in row:
        column = head.columns.get(field.column)
        amount = amount_of(field.text)
        if column is None or amount is None or not amount.quantum:
            continue
        anchor = block.anchor(row[0].start, field.end)
        if anchor is None:
            continue
        period = column.period[:4] if column.period.endswith("-12-31") else column.period
        unit = column.scale or scale
        citation = Citation(document, block.text[row[0].start : field.end], anchor)
        yield Mention(account.name, True, period, amount.value * unit, "元", amount.quantum * unit, citation)
