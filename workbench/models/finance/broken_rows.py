"""Names of lines that a page's end or a narrow column broke in two, put together again."""

from collections.abc import Sequence
from dataclasses import replace

from workbench.models.finance.accounts import StatementKind, account_of
from workbench.models.finance.statement import LineItem


def mended(kind: StatementKind, columns: Sequence[Sequence[LineItem]]) -> list[tuple[LineItem, ...]]:
    """The columns of one table (line by line alike) with broken names whole.

    Two lines below each other are one where the first is no account by itself, their names together are, and only one
    of them carries figures; also where the first opens a bracket that the second, without figures, closes.
    """
    if not columns or len({len(c) for c in columns}) > 1:
        return [tuple(c) for c in columns]
    kept: list[list[LineItem]] = [[] for _ in columns]
    at = 0
    while at < len(columns[0]):
        pair = [column[at : at + 2] for column in columns]
        whole = _whole(kind, pair)
        for place, both in enumerate(pair):
            kept[place].append(_one(both, whole, kind) if whole else both[0])
        at += 2 if whole else 1
    return [tuple(column) for column in kept]


def _whole(kind: StatementKind, pair: Sequence[Sequence[LineItem]]) -> str:
    """The name two lines make together; empty where they are two lines."""
    if len(pair[0]) < len(("first", "second")):
        return ""
    first, second = pair[0]
    figures = [any(both[n].value is not None for both in pair) for n in (0, 1)]
    joined = f"{first.name}{second.name}"
    if first.canonical is not None:
        closes = second.canonical is None and _open(first.name) and not figures[1] and not _open(joined)
        return joined if closes else ""
    alone = second.canonical is None or not figures[0]
    return joined if alone and not all(figures) and not first.caption and account_of(kind, joined) else ""


def _open(name: str) -> bool:
    plain = name.replace("（", "(").replace("）", ")")
    return plain.count("(") > plain.count(")")


def _one(both: Sequence[LineItem], name: str, kind: StatementKind) -> LineItem:
    first, second = both
    account = account_of(kind, name)
    canonical = first.canonical or (account.name if account else None)
    held = second if second.value is not None else first
    part = first.part or (account is not None and account.section == "part")
    return replace(held, name=name, canonical=canonical, part=part, caption=False)
