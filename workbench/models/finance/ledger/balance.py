"""The running balance, row by row: it proves the reading, and shows where a row is missing or altered."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from workbench.models.evidence.claim import Citation

Fault = Literal["amount", "balance", "row"]


@dataclass(frozen=True, slots=True)
class Break:
    """A row whose balance is ``found`` where ``expected`` was due.

    ``fault``: ``balance`` where the rows around it close without it (that cell was misread or altered),
    ``amount`` where the balances go on from it (its amount is wrong, or rows before it are missing), ``row``
    where neither can be told. ``repaired`` is the value that would close it; nothing is repaired.
    """

    day: str
    expected: Decimal
    found: Decimal
    fault: Fault
    repaired: Decimal | None
    citation: Citation

    def to_json(self) -> dict[str, Any]:
        """Everything, decimals as strings."""
        return {
            "date": self.day,
            "expected": format(self.expected, "f"),
            "found": format(self.found, "f"),
            "fault": self.fault,
            "repaired": None if self.repaired is None else format(self.repaired, "f"),
            "citation": self.citation.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Line:
    """A row to check: its signed amount and the balance after it."""

    day: str
    amount: Decimal
    balance: Decimal | None
    citation: Citation


def _closes(before: Decimal, line: Line, tolerance: Decimal) -> bool:
    return line.balance is not None and abs(before + line.amount - line.balance) <= tolerance


def matches(lines: Sequence[Line], tolerance: Decimal = Decimal("0.01")) -> int:
    """How many neighbouring rows close, read downwards."""
    return sum(a.balance is not None and _closes(a.balance, b, tolerance) for a, b in pairwise(lines))


def breaks_of(
    lines: Sequence[Line], opening: Decimal | None = None, tolerance: Decimal = Decimal("0.01")
) -> tuple[tuple[Break, ...], int]:
    """Rows (oldest first) whose balance does not follow, and how many could be checked."""
    found: list[Break] = []
    checked = 0
    before = opening
    for number, line in enumerate(lines):
        if line.balance is None:
            before = None if before is None else before + line.amount
            continue
        if before is not None:
            checked += 1
            if not _closes(before, line, tolerance):
                fault, before = _fault(before, line, lines[number + 1] if number + 1 < len(lines) else None, tolerance)
                found.append(fault)
                continue
        before = line.balance
    return tuple(found), checked


def _fault(before: Decimal, line: Line, after: Line | None, tolerance: Decimal) -> tuple[Break, Decimal]:
    """What is wrong with a row, and the balance to go on from."""
    balance = line.balance
    assert balance is not None
    due = before + line.amount
    if after is not None and _closes(due, after, tolerance):
        return Break(line.day, due, balance, "balance", due, line.citation), due
    if after is not None and _closes(balance, after, tolerance):
        return Break(line.day, due, balance, "amount", balance - before, line.citation), balance
    return Break(line.day, due, balance, "row", None, line.citation), balance
