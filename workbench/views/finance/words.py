"""How figures are said in the pane: units, signs, shares, changes."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Literal

from workbench.i18n import tr
from workbench.models.finance.display import rounded

Unit = Literal["yuan", "wan", "yi"]
UNITS: tuple[Unit, ...] = ("yuan", "wan", "yi")
_WORTH: dict[Unit, Decimal] = {"yuan": Decimal(1), "wan": Decimal(10_000), "yi": Decimal(100_000_000)}
_SIGNS = ("=", "@", "+")
NOTHING = "—"


def amount(value: Decimal | None, unit: Unit = "yuan") -> str:
    """``12,345.68`` in the unit; a dash for nothing printed."""
    return NOTHING if value is None else f"{rounded(value / _WORTH[unit]):,}"


def share(value: Decimal | None) -> str:
    """``12.3%`` of a fraction."""
    return NOTHING if value is None else f"{rounded(value * 100, 1):,}%"


def change(value: Decimal | None) -> str:
    """``+12.3%`` of a fraction, its sign always told."""
    return NOTHING if value is None else f"{rounded(value * 100, 1):+,}%"


def unit_name(unit: Unit) -> str:
    """元, 万元 or 亿元."""
    return tr(f"finance_pane.unit.{unit}")


def as_cell(text: str, *, figure: bool) -> str:
    """Text for a tab-separated table: figures without thousands, words that can't be taken for a formula."""
    plain = text.replace("\t", " ").replace("\n", " ").strip()
    if figure:
        return plain.replace(",", "").replace(NOTHING, "")
    return f"'{plain}" if plain.startswith(_SIGNS) else plain


def compared(numbers: Sequence[Decimal], said: Callable[[Decimal], str]) -> str:
    """What selected figures come to: two their difference and change, more their sum and mean."""
    if len(numbers) == 2:
        newer, older = numbers
        rate = (newer - older) / abs(older) if older else None
        return tr("finance_pane.difference", sum=said(newer + older), gap=said(newer - older), change=change(rate))
    if len(numbers) > 2:
        total = sum(numbers, Decimal(0))
        return tr("finance_pane.sum", count=len(numbers), sum=said(total), mean=said(total / len(numbers)))
    return ""


def points(value: Decimal) -> str:
    """A difference of two per cents: ``+1.25`` percentage points."""
    return tr("finance_pane.points", points=f"{rounded(value):+,}")
