"""A table of the documents copied into the report: every cell cites the cell it comes from."""

import re
from collections.abc import Sequence

from workbench.models.evidence import Citation, Claim, Status
from workbench.models.evidence.numbers import find_numbers
from workbench.models.scenarios import Question
from workbench.models.writing.gathering import Passage, tidy
from workbench.models.writing.report import Table, TableCell, TableRow

_FEWEST_ROWS = 3
_MOST_ROWS = 14
_WIDEST = 6

_UNIT = re.compile(r"单位\s*[:：]\s*(?:人民币)?\s*((?:千|万|百万|亿)?元)")

Row = list[tuple[int, int]]


def copy_table(question: Question, found: Sequence[Passage], title: str, item: str) -> Table | None:
    """The first passage of the best that is a table and answers; None without one.

    ``item`` heads the label column where the table has no head of its own.
    """
    for passage in found:
        rows = _rows(passage.text)
        if len(rows) >= _FEWEST_ROWS and len({len(r) for r in rows}) == 1 and _answers(passage, rows, question):
            table = _table(question, passage, rows[:_MOST_ROWS], title, item)
            if table is not None:
                return table
    return None


def _rows(text: str) -> list[Row]:
    """Spans of the cells of every row of the widest kind; lines before and after the table are no rows."""
    rows: list[Row] = []
    position = 0
    for line in text.split("\n"):
        cells: Row = []
        at = position
        for cell in line.split("\t"):
            cells.append((at, at + len(cell)))
            at += len(cell) + 1
        if len(cells) > 1:
            rows.append(cells)
        position += len(line) + 1
    width = max((len(r) for r in rows), default=0)
    return [r for r in rows if len(r) == width and width <= _WIDEST]


def _answers(passage: Passage, rows: Sequence[Row], question: Question) -> bool:
    """The table itself, not only the words around it, has to hold what is asked."""
    inside = "".join(passage.text[rows[0][0][0] : rows[-1][-1][1]].split())
    head = "".join(f"{passage.source.context}{passage.text[: rows[0][0][0]]}".split())
    held = [w for w in question.expect if w in inside]
    return len(held) >= 2 or (bool(held) and any(w in head for w in question.expect))


def _table(question: Question, passage: Passage, rows: Sequence[Row], title: str, item: str) -> Table | None:
    text = passage.text
    head = [tidy(text[a:b]) for a, b in rows[0]]
    if head[0] in {"序号", "No.", ""} and len(head) > 2:
        return _table(question, passage, [r[1:] for r in rows], title, item)
    if not all(head):
        return None
    headless = any(n.kind != "date" for h in head for n in find_numbers(h))
    if headless:
        head = [item, *[""] * (len(rows[0]) - 1)]
    body: list[TableRow] = []
    for row in rows if headless else rows[1:]:
        label = tidy(text[slice(*row[0])])
        cells = tuple(_cell(passage, start, end) for start, end in row[1:])
        if label and any(c.claim.citations for c in cells):
            body.append(TableRow(label, cells, label.replace(" ", "").replace("　", "") in {"合计", "总计", "小计"}))
    if len(body) < 2:
        return None
    unit = _UNIT.search(f"{passage.source.context}\n{text}")
    return Table(f"copy-{question.id}", title, tuple(head), tuple(body), unit[1] if unit else "")


def _cell(passage: Passage, start: int, end: int) -> TableCell:
    text = tidy(passage.text[start:end])
    citation: Citation | None = passage.source.cite(start, end) if text else None
    return TableCell(Claim(text or "—", Status.TRACED, (citation,) if citation else ()))
