"""Where names and figures of a statement's rows stand, whichever way their table is laid out."""

import re

from workbench.models.finance.accounts import StatementKind, account_of, plain_name
from workbench.models.finance.headings import Head
from workbench.models.finance.rows import Field, Row, amount_of

_CAPTIONS = re.compile(
    r"^(?:非?流动(?:资产|负债)|长期(?:投资|负债)|固定资产|无形资产及其他资产|资产|负债|(?:所有者|股东)?权益|负债[和及](?:所有者|股东)权益"
    r"|.*活动产生的现金流量|(?:non-?current|current)?(?:assets|liabilities)|(?:owners'?|shareholders'?)?equity(?:andliabilities)?"
    r"|cashflowsfrom.*activities)$"
)


def is_caption(text: str) -> bool:
    """Whether a line only names the section below it: 流动资产, Current assets."""
    return bool(_CAPTIONS.match(plain_name(text)))


def name_of(row: Row, first: int, limit: int, kind: StatementKind) -> Field | None:
    """The name of a row: the cells before its figures, put together where a scan's layout cut them apart."""
    cells = [f for f in row if first <= f.column < limit and f.text.strip()]
    if not cells:
        return None
    for count in range(len(cells), 0, -1):
        words = "".join(f.text.strip() for f in cells[:count])
        if account_of(kind, words):
            return Field(first, cells[0].start, cells[count - 1].end, words)
    return Field(first, cells[0].start, cells[0].end, cells[0].text)


def pushed(row: Row, head: Head) -> bool:
    """Whether a row that has more cells than its head has no figure in the first column of figures, but later.

    A tab too many has pushed them to the right then.
    """
    figures = [f.column for f in row[1:] if amount_of(f.text)]
    return bool(figures) and min(figures) > min(head.columns)


def moved(head: Head, width: int, numeric: tuple[int, ...]) -> dict[int, int]:
    """Where the columns of the head stand in a table that goes on in another width."""
    columns = sorted(head.columns)
    if width == head.width or not numeric or len(head.groups) > 1:
        return {}
    if len(numeric) == len(columns):
        return dict(zip(columns, numeric, strict=True))
    return {n: n + width - head.width for n in columns}
