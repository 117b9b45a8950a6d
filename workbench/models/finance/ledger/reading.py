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
from workbench.models.finance.rows import Row, amount_of, lines_of, table_rows

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
    column: int = -1
    """Where a line prints a figure of 0.00 beside it: which of the two it is."""


@dataclass
class _Sheet:
    """One account of one document being read."""

    document: str
    said: dict[str, str]
    rows: list[_Row] = field(default_factory=list)
    opening: Decimal | None = None
    skipped: int = 0


@cache
def _head_patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    return {name: tuple(map(re.compile, ways)) for name, ways in declared()["head"].items()}


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


def _spread(row: Row) -> dict[int, str]:
    """The words over each column, those of a merged cell over all of its own."""
    return {c: f.text for f in row if f.text.strip() for c in range(f.column, f.column + max(f.span, 1))}


def _joined(above: str, below: str) -> str:
    """A head of two rows as one; a cell merged over both stands in each of them once."""
    return above if above.strip() == below.strip() else f"{above}{below}"


def _tells_account(cells: list[str]) -> bool:
    """Whether a row within a table begins another account: a cell begins with 户名 or 账号 and its value."""
    row = " ".join(cells)
    starts = {0, *(m.end() for m in re.finditer(r"\s+", row))}
    ways = (way for name in ("number", "holder") for way in _head_patterns()[name])
    return any(m.start() in starts for way in ways for m in way.finditer(row))


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

    def _sheet(self, row: Row = ()) -> _Sheet:
        """The account rows belong to now: the one told above them, or by columns of their own."""
        said = self._said
        for role, name in (("own_account", "number"), ("own_holder", "holder")):
            own = self._columns.text(row, role) if self._columns and row else ""
            if own and own != said.get(name):
                said = {**{k: v for k, v in said.items() if k != "opening"}, name: own}
        for sheet in self._sheets:
            if all(sheet.said.get(name, "") == said.get(name, "") for name in ("number", "holder")):
                return sheet
        opening = amount_of(said.get("opening", ""))
        sheet = _Sheet(self._name, dict(said), opening=opening.value if opening else None)
        self._sheets.append(sheet)
        return sheet

    def _preface(self, text: str) -> None:
        for name, ways in _head_patterns().items():
            match = next((found for way in ways if (found := way.search(text))), None)
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
        at = self._head(rows)
        while at < len(rows):
            if self._columns is None:
                return
            taken = self._head_again(rows, at)
            if not taken:
                self._row(rows[at], places)
            at += taken or 1

    def _head(self, rows: list[Row]) -> int:
        """Find the head among the first rows; the row after it. A table that only goes on has none."""
        for number, row in enumerate(rows[:_HEAD_ROWS]):
            taken = self._head_at(rows, number)
            if taken:
                return number + taken
            self._preface(" ".join(f.text for f in row))
        width = max((f.column + 1 for row in rows for f in row), default=0)
        if self._columns is not None and abs(width - self._columns.width) > 1:
            self._columns = None
        return 0

    def _head_at(self, rows: list[Row], number: int) -> int:
        """How many rows from ``number`` on are a head; it is taken over."""
        below = rows[number + 1] if number + 1 < len(rows) else ()
        heads = _spread(rows[number])
        columns = Columns(heads, self._unit)
        taken = 0
        if columns.sound and not any(day_of(t) for t in heads.values()):
            taken = 1
        if not any(day_of(f.text) or amount_of(f.text) for f in below if f.text.strip()):
            under = {f.column: f.text for f in below}
            joined = {c: _joined(heads.get(c, ""), under.get(c, "")) for c in {*heads, *under}}
            two = Columns(joined, self._unit)
            if columns.roles and two.sound and (len(two.roles) > len(columns.roles) or not taken):
                columns, taken = two, 2
        if taken:
            columns.learn_dates(rows[number + taken :])
            self._columns = columns
        return taken

    def _head_again(self, rows: list[Row], at: int) -> int:
        """Within a table: the lines over another account, or a head printed again; how many rows, 0 for a payment."""
        row = rows[at]
        filled = [f.text for f in row if f.text.strip()]
        if not filled or self._columns is None or self._columns.day(row, self._said.get("year", "")) is not None:
            return 0
        taken = self._head_at(rows, at)
        if not taken and not row_pattern("total").search(plain("".join(filled))) and _tells_account(filled):
            self._preface(" ".join(filled))
            return 1
        return taken

    def _row(self, row: Row, places: _Places) -> None:
        columns = self._columns
        assert columns is not None
        words = "".join(f.text for f in row)
        day = columns.day(row, self._said.get("year", ""))
        amount = columns.signed(row)
        balance = columns.money(row, "balance")
        if not amount and balance is not None and row_pattern("opening").search(words):
            self._sheet(row).opening = balance
            return
        if day is None or amount is None or self._is_total(row, words, columns):
            if day is not None and not row_pattern("total").search(words):
                self._sheet(row).skipped += 1
            return
        filled = [f for f in row if f.text.strip()]
        citation = places.citation(self._name, filled[0].start, filled[-1].end)
        if citation is None or not amount:
            return
        party = self._party(row, columns, amount)
        told = _Row(
            day, amount, balance, party, columns.text(row, "party_account"), columns.text(row, "summary"), citation
        )
        told.signed = columns.sided(row) or amount < 0
        self._sheet(row).rows.append(told)

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
        for begin, end in lines_of(block):
            line = block.text[begin:end]
            match = _LINE_DATE.match(line)
            figures = list(_LINE_FIGURE.finditer(line)) if match else []
            if len(figures) >= 2:
                places = places or _Places(block)
                self._line(line, begin, figures, places)
            elif len(line) < 200:
                self._preface(line)

    def _line(self, line: str, begin: int, figures: list[re.Match[str]], places: _Places) -> None:
        """A line of date, words, amount (one of two columns may be 0.00) and balance.

        Its side is told by the balance before it; the other party stands before the figures or behind them.
        """
        day = day_of(line.strip().split()[0]) or day_of(line[:24])
        filled = [n for n, f in enumerate(figures[:-1]) if f.group().strip("+-−0.,")]
        column = filled[0] if len(filled) == 1 else len(figures) - 2
        amount, balance = amount_of(figures[column].group().lstrip("+")), amount_of(figures[-1].group().lstrip("+"))
        citation = places.citation(self._name, begin, begin + len(line))
        if day is None or amount is None or balance is None or citation is None or not amount.value:
            return
        words, behind = line[: figures[0].start()].split()[1:], line[figures[-1].end() :].split()
        party = behind[0] if behind and not behind[0].isdigit() else words[-1] if len(words) > 1 else ""
        row = _Row(day, amount.value, balance.value, party, "", words[0] if words else "", citation)
        row.signed = figures[column].group()[0] in "+-−"
        row.column = column if len(figures) > len(("amount", "balance")) else -1
        self._sheet().rows.append(row)


def _lines(rows: list[_Row]) -> list[Line]:
    return [Line(r.day.isoformat(), r.amount, r.balance, r.citation) for r in rows]


def _settle(sheet: _Sheet) -> None:
    """Put the rows oldest first and settle sides the columns leave open, both as the balances say."""
    rows = sheet.rows
    if not all(r.signed for r in rows):
        if rows[0].day > rows[-1].day:
            rows.reverse()
        _sides(sheet)
    # Newest first, oldest first, or the days of one order with the rows of a day in the other.
    backwards = rows[::-1]
    orders = [rows, backwards, sorted(rows, key=_day_of), sorted(backwards, key=_day_of)]
    ways = [*orders, *([_turned(r) for r in order] for order in orders)]
    scores = [matches(_lines(way)) for way in ways]
    best = max(range(len(ways)), key=lambda n: (scores[n], -n))
    if not max(scores) and rows[0].day > rows[-1].day:
        best = 1
    # An account book of the company itself prints receipts as debits: turned only where the balances insist.
    straight = max(range(len(orders)), key=lambda n: (scores[n], -n))
    insist = best < len(orders) or scores[best] > 3 * max(scores[straight], 1)
    sheet.rows = ways[best] if insist else ways[straight]


def _day_of(row: _Row) -> date:
    return row.day


def _turned(row: _Row) -> _Row:
    return _Row(row.day, -row.amount, row.balance, row.party, row.party_account, row.summary, row.citation, row.signed)


def _sides(sheet: _Sheet) -> None:
    before = sheet.opening
    for row in sheet.rows:
        if not row.signed and before is not None and row.balance is not None and row.balance < before:
            row.amount = -abs(row.amount)
        before = row.balance if row.balance is not None else before
    first, beside = sheet.rows[0], [r for r in sheet.rows[1:] if r.column == sheet.rows[0].column]
    if sheet.opening is None and not first.signed and first.column >= 0 and beside:
        first.amount = abs(first.amount) * (-1 if all(r.amount < 0 for r in beside) else 1)


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
