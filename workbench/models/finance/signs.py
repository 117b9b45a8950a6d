"""Costs and payments printed in brackets, as statements after foreign models do, told as the amounts they are."""

from collections.abc import Sequence
from dataclasses import replace

from workbench.models.finance.accounts import StatementKind, account_of
from workbench.models.finance.statement import LineItem

_COSTS = frozenset(
    (
        "营业总成本", "营业成本", "税金及附加", "销售费用", "管理费用", "研发费用", "业务及管理费", "营业支出",
        "营业外支出", "利息支出", "手续费及佣金支出", "其他业务成本", "退保金", "分保费用", "保单红利支出",
    )
)  # fmt: skip
"""Lines that are costs whatever their sign; those below may be gains as well and only go with them."""
_GO_WITH_THEM = frozenset(("财务费用", "利息费用", "所得税费用"))
_WITHIN_SPENDING = frozenset(("信用减值损失", "资产减值损失", "其他资产减值损失"))
_OUTFLOWS = ("经营流出", "投资流出", "筹资流出")
_OUT_TOTALS = frozenset(("经营活动现金流出小计", "投资活动现金流出小计", "筹资活动现金流出小计"))
_LEAST = 2


def upright(kind: StatementKind, items: Sequence[LineItem]) -> tuple[LineItem, ...]:
    """The lines with costs (payments) as positive amounts, where every one of them is printed negative.

    A single sign among others is left as printed: it is an error for the checks to find, no way of printing.
    """
    if kind == "balance":
        return tuple(items)
    told = {i.canonical for i in items if i.value and _is_cost(kind, i)}
    negative = {i.canonical for i in items if i.value and i.value < 0 and _is_cost(kind, i)}
    if len(told) < _LEAST or told != negative:
        return tuple(items)
    more = _GO_WITH_THEM | (_WITHIN_SPENDING if "营业支出" in told else frozenset())
    return tuple(
        replace(i, value=-i.value)
        if i.value and (_is_cost(kind, i) or (kind == "income" and i.canonical in more))
        else i
        for i in items
    )


def _is_cost(kind: StatementKind, item: LineItem) -> bool:
    if item.canonical is None:
        return False
    if kind == "income":
        return item.canonical in _COSTS
    account = account_of(kind, item.canonical)
    return item.canonical in _OUT_TOTALS or (account is not None and account.section in _OUTFLOWS)
