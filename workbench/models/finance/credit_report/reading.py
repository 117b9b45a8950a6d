"""Finds the fields of a credit report in tables, labelled cells and lines, whatever the layout."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.evidence.claim import Citation
from workbench.models.evidence.numbers import find_numbers
from workbench.models.finance.credit_report.further import continues, longer, with_more
from workbench.models.finance.credit_report.report import CreditReport, Debt, Enquiry, Guarantee, ReportKind, Told
from workbench.models.finance.headings import unit_of
from workbench.models.finance.ledger.columns import day_of, plain
from workbench.models.finance.rows import Field, Row, amount_of, table_rows
from workbench.paths import resources

_BRACKETS = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_LINE = 120
"""Characters of a line that may be a row of labels and values."""
_WHOLE = re.compile(r"^\d{1,5}$")


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads((resources() / "rules" / "finance" / "credit_report.toml").read_text(encoding="utf-8"))


def _known_labels() -> str:
    return "|".join(pattern.pattern.strip("^$") for pattern in _patterns("labels").values())


@cache
def _glued_pattern() -> re.Pattern[str]:
    """A known label and the figures right behind it, a date with its time among them."""
    return re.compile(
        rf"(?P<label>{_known_labels()})\s*[:：]?\s*(?P<value>\d[\dA-Z.\-/]*(?:\s+\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?)"
    )


@cache
def _labelled_pattern() -> re.Pattern[str]:
    """A label, a colon and its value; in a recognised line a value may run on to the next known label."""
    known = _known_labels()
    return re.compile(
        r"(?P<label>[\u4e00-\u9fff0-9A-Za-z、（）()]{2,24}?)\s*[:：]\s*"
        rf"(?P<value>(?:(?!(?:{known})\s*[:：])[^\s:：，；。])+(?:\s+\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?)"
    )


@cache
def _patterns(part: str) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(text) for name, text in _declared()[part].items()}


def words_of(name: str) -> re.Pattern[str]:
    """The words of the rules for a class, a state or a reason."""
    return _patterns("words")[name]


def _label(text: str) -> str:
    return _BRACKETS.sub("", plain(text)).strip(":：")


def _role(head: str) -> str | None:
    name = _label(head)
    if not name or len(name) > 14:
        return None
    return next((role for role, pattern in _patterns("columns").items() if pattern.search(name)), None)


@dataclass
class _Draft:
    """A report being read."""

    fields: dict[str, str] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    debts: list[Debt] = field(default_factory=list)
    guarantees: list[Guarantee] = field(default_factory=list)
    enquiries: list[Enquiry] = field(default_factory=list)


class _Reader:
    """Goes through a document; headings tell what the tables after them list."""

    def __init__(self, name: str, document: Document) -> None:
        self._name = name
        self._document = document
        self._draft = _Draft()
        self._section = ""
        self._unit = Decimal(1)
        self._roles: dict[int, str] = {}
        self._columns: list[int] = []
        self._scales: dict[int, Decimal] = {}
        self._account: tuple[list[Any], Block, int] | None = None
        """The list whose last entry may be told more of, and where it began."""

    def report(self) -> CreditReport | None:
        text = "\n".join(b.text for b in self._document.blocks[:400])
        kind = _kind(f"{self._document.title}\n{text}")
        if kind is None:
            return None
        for block in self._document.blocks:
            if block.kind is BlockKind.TABLE and block.cells:
                self._table(block)
            elif block.kind not in (BlockKind.HEADER, BlockKind.FOOTER, BlockKind.FIGURE):
                self._text(block)
        draft = self._draft
        if not (draft.debts or draft.told or draft.enquiries or draft.guarantees):
            return None
        said = draft.fields
        made = day_of(said.get("made", ""))
        lists = (tuple(draft.debts), tuple(draft.guarantees), tuple(draft.enquiries))
        named = (said.get("subject", ""), said.get("code", ""), said.get("number", ""))
        return CreditReport(self._name, kind, *named, made, *lists, draft.told)

    def _cite(self, block: Block, start: int, end: int) -> Citation | None:
        anchor = block.anchor(start, end)
        quote = block.text[start:end].strip()
        return Citation(self._name, quote, anchor) if anchor and quote else None

    def _text(self, block: Block) -> None:
        if self._roles and self._row_alone(block):
            return
        if len(block.text) < 40:
            self._section = self._section if words_of("account").search(plain(block.text)) else block.text
            self._roles = {}
            self._account = None
        unit = words_of("unit").search(block.text)
        if unit and len(block.text) < 120:
            self._unit = Decimal(10000 if unit["unit"] == "万元" else 1)
        self._unit = unit_of(block.text) or self._unit
        for match in _labelled_pattern().finditer(block.text):
            self._labelled(block, match["label"], match["value"], (match.start(), match.end()))
        if len(block.text) < _LINE:
            self._run_on(block, block.text, 0)
        self._loan_lines(block)

    def _row_alone(self, block: Block) -> bool:
        """A row of the list before that stands alone on the next page, where recognition makes a line of it."""
        words = list(re.finditer(r"\S+", block.text))
        if len(words) != len(self._columns):
            return False
        row = tuple(Field(at, m.start(), m.end(), m.group()) for at, m in zip(self._columns, words, strict=True))
        return self._listed(block, row, self._section)

    def _labelled(self, block: Block, label: str, value: str, place: tuple[int, int]) -> None:
        """A label with its value: a field of the head, or a figure of the summary."""
        name = _label(label)
        for key, pattern in _patterns("labels").items():
            if pattern.match(name) and value.strip():
                self._draft.fields.setdefault(key, value.strip())
        citation = self._cite(block, *place)
        for key, pattern in _patterns("amounts").items():
            number = _money(value, self._scale(label, block))
            if citation and number is not None and pattern.match(name):
                self._draft.told.setdefault(key, Told(number, citation))
        for key, pattern in _patterns("counts").items():
            count = re.match(r"^\s*(\d{1,5})\s*(?:个|家|笔|次|月|户)?\s*$", value)
            if citation and count and pattern.match(name):
                self._draft.told.setdefault(key, Told(Decimal(count[1]), citation))

    def _scale(self, head: str, block: Block) -> Decimal:
        return unit_of(head, bare=True) or unit_of(block.unit) or self._unit

    def _table(self, block: Block) -> None:
        section = f"{self._section} {block.caption}"
        rows = table_rows(block)
        taken = -1
        for number, row in enumerate(rows):
            if number == taken:
                continue
            filled = [f for f in row if f.text.strip()]
            if len(filled) == 1:
                self._run_on(block, filled[0].text, filled[0].start)
            if len(filled) == 1 and not amount_of(filled[0].text) and len(filled[0].text) < 40:
                if not words_of("as_of").search(plain(filled[0].text)):
                    self._section = section = filled[0].text
                continue
            roles = {f.column: role for f in row if (role := _role(f.text))}
            if _heads(roles, row):
                self._roles = roles
                self._columns = [f.column for f in row]
                self._scales = {f.column: self._scale(f.text, block) for f in row}
            elif self._account and number + 1 < len(rows) and self._further(block, row, rows[number + 1]):
                taken = number + 1
            elif self._roles and self._listed(block, row, section):
                continue
            else:
                self._pairs(block, row, rows[number + 1] if number + 1 < len(rows) else ())

    def _further(self, block: Block, row: Row, below: Row) -> bool:
        """A head without a lender and its values, which tell more of the account above; whether it was that."""
        roles = {f.column: role for f in row if (role := _role(f.text))}
        if self._account is None or not continues(roles, row, below, sum(_role(f.text) is not None for f in below)):
            return False
        accounts, home, start = self._account
        cells = {roles[f.column]: f for f in reversed(below) if f.column in roles and f.text.strip()}
        heads = {f.column: f.text for f in row}
        money: dict[str, Decimal | None] = {
            role: _money(cells[role].text, self._scale(heads[cells[role].column], block))
            for role in ("balance", "overdue")
            if role in cells
        }
        words = {role: cell.text.strip() for role, cell in cells.items()}
        state = words.get("state", "")
        settled = bool(words_of("settled").search(state)) and "未" not in state
        cited = accounts[-1].citation
        if block is home:
            cited = longer(cited, block, start, below[-1].end)
        accounts[-1] = with_more(accounts[-1], words, money, cited, settled=settled)
        return True

    def _run_on(self, block: Block, text: str, start: int) -> None:
        """Labels and values of a row of cells that was recognised as one line: a label, then figures."""
        for match in _glued_pattern().finditer(text):
            self._labelled(block, match["label"], match["value"], (start + match.start(), start + match.end()))

    def _pairs(self, block: Block, row: Row, below: Row) -> None:
        """Labels beside their value, or over it."""
        under = {f.column: f for f in below}
        head = len(row) > 2 and not any(re.search(r"\d{2}", f.text) for f in row) and len(below) == len(row)
        for at, cell in enumerate(row):
            if not _is_label(cell.text):
                continue
            beside = row[at + 1] if at + 1 < len(row) else None
            choices = (under.get(cell.column), beside) if head else (beside, under.get(cell.column))
            value = next((v for v in choices if v is not None and v.text.strip() and not _is_label(v.text)), None)
            if value is not None:
                start = cell.start if value is beside else value.start
                self._labelled(block, cell.text, value.text, (start, value.end))

    def _listed(self, block: Block, row: Row, section: str) -> bool:
        """A row under a head of columns; whether it was one."""
        cells = {self._roles[f.column]: f for f in reversed(row) if f.column in self._roles and f.text.strip()}
        citation = self._cite(block, row[0].start, row[-1].end)
        words = {role: f.text.strip() for role, f in cells.items()}
        if citation is None or re.match(r"^(?:合计|小计|总计)", plain(row[0].text)):
            return bool(citation)
        roles = set(self._roles.values())
        if "enquired" in roles and ("reason" in roles or "enquirer" in roles):
            return self._enquiry(words, citation)
        if "lender" not in words and "debtor" not in words:
            return False
        money = {role: self._money(cells.get(role)) for role in ("amount", "balance", "overdue")}
        if money["amount"] is None and money["balance"] is None:
            return False
        if _patterns("sections")["guarantee"].search(section) or "debtor" in words:
            due = day_of(words.get("due", ""))
            parties = (words.get("debtor", ""), words.get("lender", ""))
            self._draft.guarantees.append(
                Guarantee(*parties, money["amount"], money["balance"], words.get("class", ""), due, citation)
            )
            self._account = (self._draft.guarantees, block, row[0].start)
        else:
            self._draft.debts.append(_debt(words, money, section, citation))
            self._account = (self._draft.debts, block, row[0].start)
        return True

    def _money(self, cell: Field | None) -> Decimal | None:
        return None if cell is None else _money(cell.text, self._scales.get(cell.column, self._unit))

    def _enquiry(self, words: dict[str, str], citation: Citation) -> bool:
        day = day_of(words.get("enquired", ""))
        if day is None:
            return False
        reason = words.get("reason", "")
        hunting = bool(words_of("hunting").search(reason))
        self._draft.enquiries.append(Enquiry(day, words.get("enquirer", ""), reason, hunting, citation))
        return True

    def _loan_lines(self, block: Block) -> None:
        """Reports in words: a sentence for each loan, its balance in the sentence after it."""
        found = list(words_of("loan_line").finditer(block.text))
        for number, match in enumerate(found):
            end = found[number + 1].start() if number + 1 < len(found) else len(block.text)
            rest = block.text[match.end() : end]
            balance, overdue = words_of("balance_after").search(rest), words_of("overdue_after").search(rest)
            citation = self._cite(block, match.start(), end)
            if citation is None:
                continue
            settled = bool(words_of("settled").search(rest)) and not re.search(r"未结清", rest)
            due = re.search(r"(\d{4}年\d{1,2}月\d{1,2}日)到期", rest)
            self._draft.debts.append(
                Debt(
                    match["lender"],
                    match["product"],
                    _money(match["amount"], Decimal(1)),
                    _money(balance["value"], Decimal(1)) if balance else Decimal(0) if settled else None,
                    day_of(match["opened"]),
                    day_of(due[1]) if due else None,
                    "",
                    _money(overdue["value"], Decimal(1)) if overdue else None,
                    None,
                    settled,
                    citation,
                )
            )


def _heads(roles: dict[int, str], row: Row) -> bool:
    """Whether a row is the head of a list: roles of a list, and no figures."""
    kinds = set(roles.values())
    listing = ({"lender", "debtor"} & kinds and {"amount", "balance"} & kinds) or (
        "enquired" in kinds and {"reason", "enquirer"} & kinds
    )
    return bool(listing) and len(kinds) > 1 and not any(amount_of(f.text) or day_of(f.text) for f in row)


def _debt(words: dict[str, str], money: dict[str, Decimal | None], section: str, citation: Citation) -> Debt:
    state = words.get("state", "")
    settled = "closed" in words or (bool(words_of("settled").search(state)) and "未" not in state)
    settled = settled or (bool(_patterns("sections")["settled"].search(section)) and "未结清" not in section)
    months = words.get("overdue_months", "")
    return Debt(
        words.get("lender", ""),
        words.get("product", ""),
        money["amount"],
        Decimal(0) if settled and money["balance"] is None else money["balance"],
        day_of(words.get("opened", "")),
        day_of(words.get("due", "")),
        words.get("class", ""),
        money["overdue"],
        int(months) if _WHOLE.match(months) else None,
        settled,
        citation,
    )


def _money(text: str, scale: Decimal) -> Decimal | None:
    """An amount in yuan: with its own unit where one is printed, else in that of its table."""
    plain_figure = amount_of(text)
    if plain_figure is not None and not re.search(r"[元亿万]", text):
        return plain_figure.value * scale
    numbers = find_numbers(text)
    return numbers[0].value if numbers and numbers[0].kind == "amount" else None


def _is_label(text: str) -> bool:
    name = plain(text)
    return (
        bool(name) and not amount_of(name) and day_of(name) is None and not re.search(r"\d{4,}", name) and _known(name)
    )


def _known(name: str) -> bool:
    label = _label(name)
    return any(p.match(label) for part in ("labels", "amounts", "counts") for p in _patterns(part).values())


def _kind(text: str) -> ReportKind | None:
    kinds = _patterns("kinds")
    if not kinds["report"].search(text):
        return None
    if kinds["personal"].search(text):
        return "personal"
    return "corporate" if kinds["corporate"].search(text) else None


def credit_reports_of(documents: Iterable[tuple[str, Document]]) -> tuple[CreditReport, ...]:
    """The credit reports among documents given with their ids."""
    return tuple(_reports(documents))


def _reports(documents: Iterable[tuple[str, Document]]) -> Iterator[CreditReport]:
    for name, document in documents:
        report = _Reader(name, document).report()
        if report is not None:
            yield report
