"""Figures outside the three statements that ratios and signals need, and the auditor's opinion."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.evidence.claim import Citation
from workbench.models.evidence.numbers import find_numbers
from workbench.models.finance.accounts import plain_name
from workbench.models.finance.headings import Head, folded, head_of, period_of, report_date, unit_of
from workbench.models.finance.rows import Amount, Field, Row, amount_of, table_rows
from workbench.paths import resources

_SENTENCE = re.compile(r"[^。；;\n]+")
_PERCENT = re.compile(r"^\(?[-−]?\d[\d,]*(?:\.\d+)?[%％]?\)?$")


@dataclass(frozen=True, slots=True)
class Note:
    """A figure of a period. ``value`` in yuan, or a fraction for ``%`` (0.168 for 16.8 %); ``unit`` as declared.

    ``period`` is the year, or the closing date within a year. ``quantum``: one in the last printed place.
    """

    name: str
    period: str
    value: Decimal
    unit: str
    quantum: Decimal
    citation: Citation

    def to_json(self) -> dict[str, Any]:
        """Name, period, value as a decimal string and the citation."""
        return {
            "name": self.name,
            "period": self.period,
            "value": format(self.value, "f"),
            "unit": self.unit,
            "citation": self.citation.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the auditor said of the statements of a paper; ``clean`` for the standard unqualified opinion."""

    name: str
    clean: bool
    citation: Citation


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    unit: str
    rows: frozenset[str]
    under: re.Pattern[str] | None
    beside: re.Pattern[str] | None
    column: re.Pattern[str] | None
    patterns: tuple[re.Pattern[str], ...]
    refused: re.Pattern[str] | None


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text) if text else None


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads((resources() / "rules" / "finance" / "notes.toml").read_text(encoding="utf-8"))


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            rule["name"],
            rule["unit"],
            frozenset(map(plain_name, rule.get("rows", ()))),
            _pattern(rule.get("under")),
            _pattern(rule.get("beside")),
            _pattern(rule.get("column")),
            tuple(map(re.compile, rule.get("patterns", ()))),
            _pattern(rule.get("not")),
        )
        for rule in _declared()["note"]
    )


@cache
def _rows() -> dict[str, tuple[_Rule, ...]]:
    found: dict[str, tuple[_Rule, ...]] = {}
    for rule in _rules():
        for name in rule.rows:
            found[name] = (*found.get(name, ()), rule)
    return found


def notes_of(documents: Iterable[tuple[str, Document]]) -> tuple[Note, ...]:
    """Every figure the rules know, the first one printed for each name and period of a paper."""
    found: dict[tuple[str, str, str], Note] = {}
    for name, document in documents:
        for note in _of_document(name, document):
            found.setdefault((name, note.name, note.period), note)
    return tuple(found.values())


def _of_document(name: str, document: Document) -> Iterator[Note]:
    date = report_date(document)
    heading = line = ""
    for block in document.blocks:
        if block.kind is BlockKind.TABLE and block.cells:
            yield from _of_table(name, block, f"{heading} {block.caption or line}", date)
        elif block.kind not in (BlockKind.HEADER, BlockKind.FOOTER, BlockKind.FIGURE):
            heading = block.text if block.kind is BlockKind.HEADING else heading
            line = block.text if len(block.text) < 60 else line
            yield from _of_text(name, block, date)


def _of_table(document: str, block: Block, caption: str, date: str | None) -> Iterator[Note]:
    rows = table_rows(block)
    wanted = [(row, rules) for row in rows if row and (rules := _rows().get(plain_name(row[0].text)))]
    if not wanted:
        return
    width = max((f.column + f.span for row in rows for f in row), default=0)
    heading = {f.column: f.text for f in rows[0]}
    head = head_of(heading, "income", date, width)
    scale = unit_of(block.unit) or unit_of(caption, bare=True) or unit_of(rows[0][0].text, bare=True) or Decimal(1)
    for row, rules in wanted:
        for rule in rules:
            if _belongs(rule, block, caption):
                for period, field, amount in _figures(rule, row, heading, head, date):
                    yield from _note(rule, (document, block, row, field), amount, period, scale)


def _belongs(rule: _Rule, block: Block, caption: str) -> bool:
    under = rule.under is None or bool(rule.under.search(folded(caption)))
    return under and (rule.beside is None or bool(rule.beside.search(folded(block.text))))


def _figures(
    rule: _Rule, row: Row, heading: dict[int, str], head: Head | None, date: str | None
) -> Iterator[tuple[str, Field, Amount]]:
    """The figures of a row with their periods; without a head of periods, the first one is the paper's own."""
    if head is not None and rule.column is None:
        for field in row:
            column = head.columns.get(field.column)
            amount = amount_of(field.text.strip().rstrip("%％"))
            if column is not None and amount is not None and amount.quantum:
                yield _year(column.period), field, amount
        return
    for field in row[1:]:
        amount = amount_of(field.text.strip().rstrip("%％"))
        fits = rule.column is None or rule.column.search(folded(heading.get(field.column, "")))
        if date and amount is not None and amount.quantum and fits:
            yield _year(date), field, amount
            return


def _year(period: str) -> str:
    return period[:4] if period.endswith("-12-31") else period


def _note(
    rule: _Rule, place: tuple[str, Block, Row, Field], amount: Amount, period: str, scale: Decimal
) -> Iterator[Note]:
    document, block, row, field = place
    anchor = block.anchor(row[0].start, field.end)
    if anchor is None or ("%" in rule.unit and not _PERCENT.match(field.text.strip())):
        return
    times = Decimal("0.01") if rule.unit == "%" else scale if rule.unit == "元" else Decimal(1)
    citation = Citation(document, block.text[row[0].start : field.end], anchor)
    yield Note(rule.name, period, amount.value * times, rule.unit, amount.quantum * times, citation)


def _of_text(document: str, block: Block, date: str | None) -> Iterator[Note]:
    for sentence in _SENTENCE.finditer(block.text):
        text = sentence.group()
        for rule in _rules():
            for pattern in rule.patterns:
                match = pattern.search(text)
                if match is None or (rule.refused and rule.refused.search(match.group())):
                    continue
                numbers = find_numbers(match["amount"])
                anchor = block.anchor(sentence.start() + match.start(), sentence.start() + match.end())
                period = _said_period(text[: match.start("amount")]) or (date and _year(date))
                if numbers and anchor and period:
                    number = numbers[-1]
                    citation = Citation(document, match.group(), anchor)
                    yield Note(rule.name, period, number.value, rule.unit, number.quantum, citation)
                break


def _said_period(text: str) -> str | None:
    dated = re.findall(r"(?:19|20)\d\d\s*年(?:\s*\d{1,2}\s*月\s*\d{1,2}\s*日)?", text)
    period = period_of(dated[-1]) if dated else None
    return _year(period) if period else None


def opinions_of(documents: Iterable[tuple[str, Document]]) -> tuple[Opinion, ...]:
    """The auditor's opinion of each paper that states one; the worst wording found counts."""
    found = []
    for name, document in documents:
        opinion = _opinion(name, document)
        if opinion:
            found.append(opinion)
    return tuple(found)


def _opinion(name: str, document: Document) -> Opinion | None:
    prose = [b for b in document.blocks if b.kind in (BlockKind.PARAGRAPH, BlockKind.LIST)]
    audited = [b for b in prose if re.search(r"审计|财务报表|公允反映|发表意见", b.text)]
    for rule in _declared()["opinion"]:
        for pattern in map(re.compile, rule["patterns"]):
            for block in audited:
                match = pattern.search(block.text)
                anchor = block.anchor(match.start(), match.end()) if match else None
                if match and anchor and not re.search(r"如果|可能(?:需要|会)|应当", block.text[: match.start()][-60:]):
                    return Opinion(rule["name"], rule["clean"], Citation(name, match.group(), anchor))
    return None
