"""Tables of which a row is chosen, not a cell: how they look and what the keyboard does in them."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from workbench.views import theme


def calm(table: QTableView) -> None:
    """No grid and no wrapping, rows of the theme's height, heads left, nothing typed into; Tab leaves it."""
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(theme.row_height())
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def dress(table: QTableView, name: str, columns: Sequence[str], fitted: Collection[str]) -> None:
    """Make ``table`` such a one, called ``name`` by screen readers; ``fitted`` columns take what their words need.

    Its columns must be there already. Tab leaves it, lines are one row high.
    """
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    calm(table)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    for column, called in enumerate(columns):
        fit = called in fitted
        header.setSectionResizeMode(
            column, QHeaderView.ResizeMode.ResizeToContents if fit else QHeaderView.ResizeMode.Stretch
        )
