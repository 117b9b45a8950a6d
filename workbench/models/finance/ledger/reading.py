"""Reads flow sheets out of documents: tables of any bank's columns, or lines of a scan."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.evidence.claim import Citation
from workbench.models.finance.headings import unit_of
from workbench.models.finance.ledger.balance import Line, breaks_of, matches
from workbench.models.finance.ledger.columns import Columns, day_of, declared, plain, row_pattern
from workbench.models.finance.ledger.entry import Account, Entry, Ledger
from workbench.models.finance.rows import Row, amount_of, table_rows

_LINE_FIGURE = re.compile(r"[-−+]?\d{1,3}(?:,\d{3})+\.\d{2}|[-−+]?\d+\.\d{2}(?!\d)")
_LINE_DATE = re.compile(r"^\s*(?:\d{1,5}\s+)?(?:20\d\d[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?)")
_HEAD_ROWS = 12
_WORKBOOKS = ("xlsx", "xls", "ods", "csv", "et")


@dataclass
class _Row:
    day: date
    amount: Decimal
    balance: Decimal | None
    party: str
    party_account: str
    summary: str
    citation: Citation
    signed: bool = True


@dataclass
class _Sheet:
    """One account of one document being read."""

    document: str
    said: dict[str, str]
    rows: list[_Row] = field(default_factory=list)
    opening: Decimal | None = None
    skipped: int = 0


@cache
def _head_patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(text) for name, text in declared()["head"].items()}


@cache
def _kinds() -> tuple[tuple[str, str, re.Pattern[str], re.Pattern[str] | None], ...]:
    return tuple(
        (k["name"], k["side"], re.compile(k["words"]), re.compile(k["not"]) if "not" in k else None)
        for k in declared()["kind"]
    )


def kind_of(amount: Decimal, party: str, summary: str) -> str:
    """The kind of a payment by its words and side, or an empty string."""
    words = f"{summary} {party}"
    side = "in" if amount > 0 else "out"
    for name, wanted, pattern, refused in _kinds():
        if wanted in (side, "both") and pattern.search(words) and not (refused and refused.search(words)):
            return name
    return ""


class _Places:
    """Anchors of stretches of a long block, its runs found by their start."""

    def __init__(self, block: Block) -> None:
        self._block = block
        self._starts = [run.start for run in block.runs]

    def citation(self, document: str, start: int, end: int) -> Citation | None:
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = bisect_right(self._starts, end - 1)
        part = Block(self._block.kind, self._block.text, self._block.runs[first:last])
        anchor = part.anchor(start, end)
        quote = self._block.text[start:end].strip("\t\n ")
        return Citation(document, quote, anchor) if anchor and quote else None


class _Reader:
    """Goes through a document; a heading (a sheet's name) or another account number begins another account."""

    def __init__(self, name: str, document: Document) -> None:
        self._name = name
        self._document = document
        self._sheets: list[_Sheet] = []
        self._said: dict[str, str] = {}
        self._columns: Columns | None = None
        self._unit: Decimal | None = None

    def sheets(self) -> list[_Sheet]:
        for block in self._document.blocks:
            if block.kind is BlockKind.HEADING and self._document.format in _WORKBOOKS:
                self._columns = None
            if block.kind is BlockKind.TABLE and block.cells:
                self._table(block)
            else:
                self._text(block)
        return [s for s in self._sheets if s.rows]

    def _sheet(self) -> _Sheet:
        number = self._said.get("number", "")
        for sheet in self._sheets:
            if sheet.said.get("number", "") == number and sheet.said.get("holder") == self._said.get("holder"):
                return sheet
        opening = amount_of(self._said.get("opening", ""))
        sheet = _Sheet(self._name, dict(self._said), opening=opening.value if opening else None)
        self._sheets.append(sheet)
        return sheet

    def _preface(self, text: str) -> None:
        for name, pattern in _head_patterns().items():
            match = pattern.search(text)
            if match:
                value = match["value"].strip()
                if name in ("number", "holder") and value != self._said.get(name):
                    self._said.pop("opening", None)
                self._said[name] = value
        self._unit = unit_of(text) or self._unit

    def _table(self, block: Block) -> None:
        rows = table_rows(block)
        if block.caption or block.unit:
            self._preface(f"{block.caption} {block.unit}")
        places = _Places(block)
        start = self._head(rows)
        for row in rows[start:]:
            if self._columns is not None:
                self._row(row, places)

    def _head(self, rows: list[Row]) -> int:
        """Find the head among the first rows; the row after it. A table that only goes on has none."""
        for number, row in enumerate(rows[:_HEAD_ROWS]):
            heads = {f.column: f.text for f in row if f.text.strip()}
            below = {f.column: f.text for f in rows[number + 1]} if number + 1 < len(rows) else {}
            if not any(day_of(t) or amount_of(t) for t in below.values() if t.strip()):
                both = {c: f"{heads.get(c, '')}{below.get(c, '')}" for c in {*heads, *below}}
                two = Columns(both, self._unit)
                if (
                    Columns(heads, self._unit).roles
                    and len(two.roles) > len(Columns(heads, self._unit).roles)
                    and two.sound
                ):
                    self._columns = two
                    return number + 2
            columns = Columns(heads, self._unit)
            if columns.sound and not any(day_of(t) for t in heads.values()):
                self._columns = columns
                return number + 1
            self._preface(" ".join(f.text for f in row))
        width = max((f.column + 1 for row in rows for f in row), default=0)
        if self._columns is not None and abs(width - self._columns.width) > 1:
            self._columns = None
        return 0

    def _row(self, row: Row, places: _Places) -> None:
        columns = self._columns
        assert columns is not None
        words = "".join(f.text for f in row)
        day = day_of(columns.text(row, "date"))
        amount = columns.signed(row)
        balance = columns.money(row, "balance")
        if not amount and balance is not None and row_pattern("opening").search(words):
            self._sheet().opening = balance
            return
        if day is None or amount is None or self._is_total(row, words, columns):
            if day is not None and not row_pattern("total").search(words):
                self._sheet().skipped += 1
            return
        filled = [f for f in row if f.text.strip()]
        citation = places.citation(self._name, filled[0].start, filled[-1].end)
        if citation is None or not amount:
            return
        party = self._party(row, columns, amount)
        told = _Row(
            day, amount, balance, party, columns.text(row, "party_account"), columns.text(row, "summary"), citation
        )
        told.signed = bool({"income", "spending", "direction"} & columns.roles.keys()) or amount < 0
        self._sheet().rows.append(told)

    @staticmethod
    def _is_total(row: Row, words: str, columns: Columns) -> bool:
        """A row of sums: it says so, and names nobody or holds both sides."""
        if not row_pattern("total").search(words):
            return False
        both = columns.money(row, "income") and columns.money(row, "spending")
        return bool(both) or not (
            columns.text(row, "party") or columns.text(row, "payer") or columns.text(row, "payee")
        )

    def _party(self, row: Row, columns: Columns, amount: Decimal) -> str:
        party = columns.text(row, "party")
        if party:
            return party
        payer, payee = columns.text(row, "payer"), columns.text(row, "payee")
        holder = self._said.get("holder", "")
        others = [name for name in (payer, payee) if name and name != holder]
        return others[0] if len(others) < 2 and others else (payer if amount > 0 else payee) if others else ""

    def _text(self, block: Block) -> None:
        places: _Places | None = None
        at = 0
        for line in block.text.split("\n"):
            begin, at = at, at + len(line) + 1
            match = _LINE_DATE.match(line)
            figures = list(_LINE_FIGURE.finditer(line)) if match else []
            if len(figures) >= 2:
                places = places or _Places(block)
                self._line(line, begin, figures, places)
            elif len(line) < 200:
                self._preface(line)

    def _line(self, line: str, begin: int, figures: list[re.Match[str]], places: _Places) -> None:
        """A line of date, words, amount and balance; its side is told by the balance before it."""
        day = day_of(line.strip().split()[0]) or day_of(line[:24])
        amount, balance = amount_of(figures[-2].group().lstrip("+")), amount_of(figures[-1].group().lstrip("+"))
        citation = places.citation(self._name, begin, begin + len(line))
        if day is None or amount is None or balance is None or citation is None or not amount.value:
            return
        words = line[: figures[-2].start()].split()[1:]
        signed = figures[-2].group()[0] in "+-−"
        sheet = self._sheet()
        party = words[-1] if len(words) > 1 else ""
        sheet.rows.append(
            _Row(day, amount.value, balance.value, party, "", words[0] if words else "", citation, signed)
        )


def _lines(rows: list[_Row]) -> list[Line]:
    return [Line(r.day.isoformat(), r.amount, r.balance, r.citation) for r in rows]


def _settle(sheet: _Sheet) -> None:
    """Put the rows oldest first and settle sides the columns leave open, both as the balances say."""
    rows = sheet.rows
    if not all(r.signed for r in rows):
        _sides(sheet)
    ways = [rows, rows[::-1], [_turned(r) for r in rows], [_turned(r) for r in rows[::-1]]]
    scores = [matches(_lines(way)) for way in ways]
    best = max(range(len(ways)), key=lambda n: (scores[n], -n))
    if not max(scores) and rows[0].day > rows[-1].day:
        best = 1
    # An account book of the company itself prints receipts as debits: turned only where the balances insist.
    sheet.rows = ways[best] if best < 2 or scores[best] > 3 * max(scores[0], scores[1], 1) else ways[best - 2]


def _turned(row: _Row) -> _Row:
    return _Row(row.day, -row.amount, row.balance, row.party, row.party_account, row.summary, row.citation, row.signed)


def _sides(sheet: _Sheet) -> None:
    before = sheet.opening
    for row in sheet.rows:
        if not row.signed and before is not None and row.balance is not None and row.balance < before:
            row.amount = -abs(row.amount)
        before = row.balance if row.balance is not None else before


def ledger_of(documents: Iterable[tuple[str, Document]]) -> Ledger:
    """All flow sheets of documents given with their ids, as one ledger by day.

    A row printed in two papers of one account (same day, amount, balance and party) counts once.
    """
    accounts: list[Account] = []
    entries: list[Entry] = []
    seen: set[tuple[object, ...]] = set()
    skipped = 0
    for name, document in documents:
        for sheet in _Reader(name, document).sheets():
            _settle(sheet)
            said = sheet.said
            breaks, checked = breaks_of(_lines(sheet.rows), sheet.opening)
            entries += _entries(sheet, len(accounts), seen)
            holder, number, bank, currency = (said.get(f, "") for f in ("holder", "number", "bank", "currency"))
            accounts.append(Account(name, holder, number, bank, currency, sheet.opening, breaks, checked))
            skipped += sheet.skipped
    return Ledger(tuple(accounts), tuple(sorted(entries, key=lambda e: e.day)), skipped)


def _entries(sheet: _Sheet, account: int, seen: set[tuple[object, ...]]) -> Iterator[Entry]:
    number = plain(sheet.said.get("number", "")) or f"{sheet.document}"
    mine: set[tuple[object, ...]] = set()
    for row in sheet.rows:
        key = (number, row.day, row.amount, row.balance, row.party)
        if row.balance is not None and key in seen:
            continue
        mine.add(key)
        kind = kind_of(row.amount, row.party, row.summary)
        yield Entry(
            row.day, row.amount, row.balance, row.party, row.summary, kind, account, row.citation, row.party_account
        )
    seen |= mine
