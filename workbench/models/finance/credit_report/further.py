"""Accounts told in several rows: what a further head and its values add to a debt or guarantee begun above."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from workbench.models.documents.document import Block
from workbench.models.evidence.claim import Citation
from workbench.models.finance.credit_report.report import Debt, Guarantee
from workbench.models.finance.ledger.columns import day_of
from workbench.models.finance.rows import Row, amount_of

ADDS = frozenset(("balance", "class", "overdue", "overdue_months", "state", "product", "due", "closed"))
"""Roles of columns that may stand under a head without a lender."""
_SEVERAL = 2


def continues(roles: Mapping[int, str], row: Row, below: Row, below_roles: int) -> bool:
    """Whether a row heads more of the account above it, with its values in the row ``below``.

    ``below_roles``: how many cells of that row would be heads themselves.
    """
    said = [f.text for f in row if f.text.strip()]
    under = [f.text for f in below if f.text.strip()]
    if not ADDS & set(roles.values()) or not under or any(amount_of(t) or day_of(t) for t in said):
        return False
    return below_roles < _SEVERAL or any(amount_of(t) for t in under)


def longer(citation: Citation, block: Block, start: int, end: int) -> Citation:
    """The citation of an account, stretched to a further row of the same table."""
    anchor = block.anchor(start, end)
    return replace(citation, quote=block.text[start:end].strip(), anchor=anchor) if anchor else citation


def with_more(
    item: Debt | Guarantee,
    words: Mapping[str, str],
    money: Mapping[str, Decimal | None],
    citation: Citation,
    *,
    settled: bool,
) -> Debt | Guarantee:
    """The account with what was still unknown of it; what is known stays."""
    balance = item.balance if item.balance is not None else money.get("balance")
    common = item.five_class or words.get("class", "")
    due = item.due or day_of(words.get("due", ""))
    if isinstance(item, Guarantee):
        return replace(item, balance=balance, five_class=common, due=due, citation=citation)
    months = words.get("overdue_months", "")
    return replace(
        item,
        product=item.product or words.get("product", ""),
        balance=Decimal(0) if settled and balance is None else balance,
        due=due,
        five_class=common,
        overdue=item.overdue if item.overdue is not None else money.get("overdue"),
        overdue_months=item.overdue_months if item.overdue_months is not None or not months.isdigit() else int(months),
        settled=item.settled or settled,
        citation=citation,
    )
