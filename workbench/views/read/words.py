"""How a cell reads: its value with marks, its figures grouped, its standing for screen readers."""

from decimal import Decimal, InvalidOperation

from workbench.i18n import tr
from workbench.models.evidence import Status
from workbench.models.extracting import Cell, Field, unit_words
from workbench.views import theme

NOTHING = "—"
_FIGURES = ("amount", "percent")


def is_figure(field: Field) -> bool:
    """Whether a field's values stand right-aligned with their unit in the head."""
    return field.type in _FIGURES


def head_of(field: Field) -> str:
    """The title of a column, with its unit."""
    return f"{field.title} ({unit_words(field.unit)})" if is_figure(field) and field.unit else field.title


def value_words(field: Field, cell: Cell | None) -> str:
    """The value as the grid shows it; empty while it has not been read."""
    if cell is None:
        return ""
    if cell.missing:
        return NOTHING
    number = decimal_of(cell.value) if is_figure(field) else None
    if number is None:
        return " ".join(cell.value.split())
    grouped = f"{number:,f}"
    return grouped if not cell.unit or cell.unit == field.unit else f"{grouped} {unit_words(cell.unit)}"


def mark_of(cell: Cell | None) -> str:
    """The mark beside a value: its standing, or what a person made of it."""
    if cell is None or cell.status is None:
        return ""
    return {"confirmed": "✓", "rejected": "✕"}.get(cell.verdict, cell.status.mark)


def standing_words(cell: Cell | None) -> str:
    """The standing in words, for tips and screen readers."""
    if cell is None:
        return tr("read.not_read")
    if cell.status is None:
        return tr("read.missing")
    words = [theme.status_name(cell.status), tr("read.confidence", share=f"{cell.confidence:.0%}")]
    if cell.verdict != "open":
        words.append(tr(f"extracting.verdict.{cell.verdict}"))
    if cell.period:
        words.append(cell.period)
    if cell.note:
        words.append(cell.note)
    return " · ".join(words)


def is_doubtful(cell: Cell | None) -> bool:
    """Whether a person has to look at a cell."""
    if cell is None or cell.status is None or cell.verdict != "open":
        return False
    return cell.status in (Status.PARTIAL, Status.UNPROVEN, Status.CONFLICT) or not cell.confident


def decimal_of(text: str) -> Decimal | None:
    """A figure, or None for other words."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
