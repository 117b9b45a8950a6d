"""Finds the three statements in documents as read, over page breaks, units and column heads."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.evidence.claim import Citation
from workbench.models.finance.accounts import StatementKind, account_of
from workbench.models.finance.broken_rows import mended
from workbench.models.finance.headings import (
    Column,
    Head,
    Title,
    currency_of,
    ends_statements,
    folded,
    head_of,
    is_name_head,
    maker_of,
    period_of,
    report_date,
    title_of,
    unit_of,
)
from workbench.models.finance.layout import is_caption, moved, name_of, pushed
from workbench.models.finance.rows import Field, Row, amount_of, line_rows, lines_of, table_rows
from workbench.models.finance.signs import upright
from workbench.models.finance.statement import LineItem, Scope, Statement

_LAST = {"balance": "负债和所有者权益总计", "income": "稀释每股收益", "cash": "期末现金及现金等价物余额"}
_FIRM = re.compile(r"[\u4e00-\u9fff（）()]{2,30}?(?:股份有限公司|有限责任公司|集团有限公司|有限公司)")
_GLUED = re.compile(r"(?<=[\u4e00-\u9fff）)])\s*-?\d[\d,]*(?:\.\d+)?$")
_YEAR_ONLY = re.compile(r"^(?:19|20)\d\d$")
_LONG, _SHORT, _DATES = 120, 40, 2


@dataclass
class _Sheet:
    """A statement being read: its columns by scope and period.

    Each line goes with the column its name stands in: where assets and debts stand side by side, the left
    half comes before the right in the end.
    """

    kind: StatementKind
    scope: Scope | None
    date: str | None = None
    company: str | None = None
    unit: Decimal | None = None
    head: Head | None = None
    columns: dict[tuple[Scope | None, str], list[tuple[int, LineItem]]] = field(default_factory=dict)
    after_finance_cost: bool = False
    foreign: bool = False
    currency: str = ""
    cells: int = 0
    """Cells of the row that heads the columns: lines of a text may have more."""

    @property
    def started(self) -> bool:
        return bool(self.columns)


class _DocumentReader:
    """Goes through one document from top to bottom."""

    def __init__(self, name: str, document: Document) -> None:
        self._name = name
        self._document = document
        self._sheet: _Sheet | None = None
        self._sheets: list[_Sheet] = []
        self._heading: dict[int, str] = {}
        self._company = document.properties.get("company") or _first_firm(document)
        self._date = report_date(document) or period_of(document.title)

    def statements(self) -> list[Statement]:
        """Every statement found, first come first kept."""
        for block in self._document.blocks:
            if block.kind is BlockKind.TABLE and block.cells:
                self._table(block)
            elif block.kind not in (BlockKind.HEADER, BlockKind.FOOTER, BlockKind.FIGURE):
                self._text(block)
        return self._collected()

    def _open(self, title: Title) -> None:
        if title.kind is None:
            self._sheet = None
            return
        current = self._sheet
        if current and (current.kind, current.scope) == (title.kind, title.scope):
            return
        if title.continued:
            again = [s for s in self._sheets if (s.kind, s.scope) == (title.kind, title.scope)]
            if again:
                self._sheet = again[-1]
                return
        self._sheet = _Sheet(title.kind, title.scope)
        told = next((s for s in reversed(self._sheets) if s.unit or s.currency), None)
        if told is not None:
            # Told once, the unit holds for the statements after it until another is told.
            self._sheet.unit, self._sheet.currency = told.unit, told.currency
        self._sheets.append(self._sheet)

    def _text(self, block: Block) -> None:
        if max(end - start for start, end in lines_of(block)) > _LONG and not {"\t", "\n"} & set(block.text):
            return
        if ends_statements(block.text):
            self._sheet = None
            return
        for row, sure in line_rows(block):
            words = "".join(f.text for f in row)
            title = title_of(words) if len(words) < _LONG else None
            if title:
                self._open(title)
                self._preface(words)
            elif self._sheet:
                self._line(block, row, words, sure)

    def _line(self, block: Block, row: Row, words: str, sure: bool) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        if account_of(sheet.kind, row[0].text):
            if sheet.head is None and self._heading:
                sheet.head = head_of(self._heading, sheet.kind, sheet.date or self._date, max(self._heading) + 1)
            columns = sheet.head.columns if sheet.head else {}
            figures = [f for f in row[1:] if amount_of(f.text)]
            if sure:
                self._row(block, row, max(len(row), 1), ())
            elif len(figures) == len(columns) or not figures:
                placed = (row[0], *(Field(n, f.start, f.end, f.text) for n, f in zip(columns, figures, strict=False)))
                self._row(block, placed, sheet.head.width if sheet.head else 1, ())
        elif not sheet.started:
            self._preface(words)
            self._line_head(row, words, sure)

    def _line_head(self, row: Row, words: str, sure: bool) -> None:
        if sure:
            self._heading = {f.column: f.text for f in row}
            if self._sheet:
                self._sheet.cells = len(row)
        elif re.match(r"\s*(?:项\s*目|资\s*产|科目)", words):
            periods = re.findall(
                r"(?:19|20)\d\d年?(?:\d+月\d+日|度)?|[期年][初末](?:余额|数|金额)?|[本上][期年](?:发生额|金额|数|累计数)?",
                words,
            )
            self._heading = {0: "项目", **dict(enumerate(periods, start=1))}

    def _preface(self, words: str) -> None:
        """Unit, maker and date between the title and the table."""
        sheet = self._sheet
        if sheet is None or sheet.started:
            return
        unit, currency = unit_of(words, bare=len(words) < _SHORT), currency_of(words)
        if unit or currency:
            sheet.unit, sheet.currency = unit or sheet.unit, currency or ""
        sheet.company = maker_of(words) or sheet.company
        if len(words) < _LONG and (told := period_of(words)) and len(re.findall(r"(?:19|20)\d\d\s*年", words)) < _DATES:
            sheet.date = told
            self._date = self._date or told

    def _table(self, block: Block) -> None:
        caption = title_of(block.caption) if block.caption else None
        if caption and not (self._sheet and self._sheet.kind == caption.kind):
            self._open(caption)
        rows = table_rows(block)
        width = max((f.column + f.span for row in rows for f in row), default=0)
        self._heading = {}
        numeric = tuple(sorted({f.column for row in rows for f in row if f.column and amount_of(f.text)}))
        if self._sheet and not self._sheet.started:
            self._sheet.unit = unit_of(block.unit) or self._sheet.unit
            self._sheet.currency = currency_of(block.unit) or self._sheet.currency
        if (
            self._sheet
            and not any(account_of(self._sheet.kind, f.text) for row in rows for f in row)
            and not any(title_of(f.text) for row in rows for f in row)
        ):
            if self._sheet.started and len(rows) > 3 and numeric:
                self._sheet = None
            return
        for row in rows:
            self._table_row(block, row, width, numeric)

    def _table_row(self, block: Block, row: Row, width: int, numeric: tuple[int, ...]) -> None:
        filled = [f for f in row if f.text.strip()]
        if not filled:
            return
        title = title_of(filled[0].text) if len(filled) <= 3 else None
        if title:
            self._open(title)
            self._heading = {}
            for other in filled[1:]:
                self._preface(other.text)
        elif self._sheet is None:
            return
        elif self._is_heading(filled):
            self._add_heading(filled)
            self._sheet.cells = len(row)
        else:
            self._row(block, row, width, numeric)

    def _add_heading(self, filled: list[Field]) -> None:
        """A row of the head, which may be printed over several: each column gathers its words."""
        for cell in filled:
            self._preface(cell.text)
        if not _is_preface(filled):
            for cell in filled:
                for column in range(cell.column, cell.column + cell.span):
                    self._heading[column] = self._heading.get(column, "") + cell.text

    def _is_heading(self, filled: list[Field]) -> bool:
        """Rows above the first line, or a head printed again."""
        if self._sheet is None:
            return False
        if any(account_of(self._sheet.kind, f.text) for f in filled) or all(is_caption(f.text) for f in filled):
            return False
        figures = [f for f in filled[1:] if amount_of(f.text)]
        if figures and not is_name_head(filled[0].text) and filled[0].column == 0:
            return False
        return all(_YEAR_ONLY.match(f.text.strip()) for f in figures) and (len(filled) > 1 or not self._sheet.started)

    def _row(self, block: Block, row: Row, width: int, numeric: tuple[int, ...]) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        if self._heading:
            head = head_of(self._heading, sheet.kind, sheet.date or self._date, width)
            self._heading = {}
            if head:
                sheet.head = head
                sheet.foreign = sheet.foreign or head.foreign
        if sheet.head is None:
            sheet.head = _bare_head(sheet, width, numeric)
        if sheet.head is None:
            return
        by_column = {f.column: f for f in row}
        places = moved(sheet.head, width, numeric)
        if not places and 0 < sheet.cells < len(row) and pushed(row, sheet.head):
            places = {n: n + len(row) - sheet.cells for n in sheet.head.columns}
        for name_column, columns in sheet.head.groups:
            name = name_of(row, name_column, min(places.get(n, n) for n in columns), sheet.kind)
            if name is None:
                continue
            self._items(block, name, name_column, {c: by_column.get(places.get(n, n)) for n, c in columns.items()})

    def _items(self, block: Block, name: Field, half: int, figures: dict[Column, Field | None]) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        account = account_of(sheet.kind, name.text)
        within = folded(name.text).startswith("其中")
        if account and within and sheet.kind == "balance" and account.section not in ("part", "total"):
            account = None  # 货币资金，其中：客户存款 is no deposit taken
        canonical = account.name if account else None
        if sheet.kind == "income":
            sheet.after_finance_cost = canonical == "财务费用" or (
                sheet.after_finance_cost and canonical in ("利息费用", "利息收入")
            )
            canonical = "财务费用中的利息收入" if canonical == "利息收入" and sheet.after_finance_cost else canonical
        amounts = {c: (f, amount_of(f.text) if f else None) for c, f in figures.items()}
        if (
            account is None
            and (glued := _GLUED.search(name.text))
            and account_of(sheet.kind, name.text[: glued.start()])
        ):
            # A reader that ran columns together has the figures of this row in the wrong ones: better none.
            amounts = dict.fromkeys(figures, (None, None))
        caption = account is None and all(a is None for _, a in amounts.values()) and is_caption(name.text)
        part = within or (account is not None and account.section == "part")
        for column, (printed, amount) in amounts.items():
            scale = Decimal(1) if canonical and "每股" in canonical else column.scale or sheet.unit or Decimal(1)
            value = amount.value * scale if amount else None
            shown = printed if amount and printed else name
            anchor, whole = block.anchor(shown.start, shown.end), block.anchor(name.start, shown.end)
            if anchor is None or whole is None:
                continue
            citation = Citation(self._name, block.text[name.start : shown.end], whole)
            quantum = amount.quantum * scale if amount else Decimal(0)
            item = LineItem(name.text.strip(), canonical, value, anchor, citation, quantum, part, caption)
            sheet.columns.setdefault((column.scope or sheet.scope, column.period), []).append((half, item))
        if canonical == _LAST[sheet.kind]:
            self._sheet = None

    def _collected(self) -> list[Statement]:
        consolidated = any(scope == "consolidated" for s in self._sheets for scope, _ in s.columns)
        found: dict[tuple[StatementKind, Scope, str], Statement] = {}
        for sheet in self._sheets:
            if sheet.foreign:
                continue
            latest = max((period for _, period in sheet.columns), default="")
            ordered = [[item for _, item in sorted(placed, key=lambda p: p[0])] for placed in sheet.columns.values()]
            for (scope, period), lines in zip(sheet.columns, mended(sheet.kind, ordered), strict=True):
                items = upright(sheet.kind, lines)
                said: Scope = scope or "parent"
                if scope is None and consolidated and (sheet.kind, said, period) in found:
                    continue
                whose = sheet.company or self._company
                statement = Statement(
                    self._name, whose, sheet.kind, said, period, items, period != latest, sheet.currency
                )
                known = found.get((sheet.kind, said, period))
                if sum(i.value is not None for i in items) > (0 if known is None else 4 * _valued(known)):
                    found[sheet.kind, said, period] = statement
        return list(found.values())


def _valued(statement: Statement) -> int:
    return max(sum(i.value is not None for i in statement.items), 1)


def _is_preface(filled: list[Field]) -> bool:
    words = "".join(f.text for f in filled)
    return maker_of(words) is not None or unit_of(words) is not None or (len(filled) == 1 and filled[0].column == 0)


def _bare_head(sheet: _Sheet, width: int, numeric: tuple[int, ...]) -> Head | None:
    """A table of names and one column of figures without a head: the figures are of the statement's date."""
    if sheet.date is None or len(numeric) != 1:
        return None
    return head_of(
        {0: "项目", numeric[0]: "期末余额" if sheet.kind == "balance" else "本期金额"}, sheet.kind, sheet.date, width
    )


def _first_firm(document: Document) -> str:
    for text in (document.title, *(b.text for b in document.blocks[:60])):
        match = _FIRM.search(text)
        if match:
            return match.group()
    return ""


def statements_of(documents: Iterable[tuple[str, Document]]) -> tuple[Statement, ...]:
    """The statements in documents given with their ids, in the order of the documents."""
    return tuple(s for name, document in documents for s in _DocumentReader(name, document).statements())
