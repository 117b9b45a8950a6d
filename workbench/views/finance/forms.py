"""Small parts every page is built of."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QListWidgetItem, QPushButton, QSizePolicy

from workbench.i18n import tr
from workbench.models.evidence import Citation, Claim
from workbench.views import theme


def combo(name_key: str) -> QComboBox:
    """A choice that is as wide as its words need, with a name for screen readers."""
    box = QComboBox()
    box.setAccessibleName(tr(name_key))
    box.setToolTip(tr(name_key))
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return box


def fill(box: QComboBox, choices: Sequence[tuple[str, object]]) -> None:
    """Other choices; the one that was chosen stays so where it is still there."""
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    for words, value in choices:
        box.addItem(words, value)
    at = next((n for n, (_, value) in enumerate(choices) if value == chosen), 0)
    box.setCurrentIndex(at if choices else -1)
    box.blockSignals(False)


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Words in a look of the theme; plain text always."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        theme.set_role(made, role)
    return made


def link(words: str, run: Callable[[], object], tip: str = "") -> QPushButton:
    """A button that reads as a link."""
    button = QPushButton(words)
    theme.set_role(button, "link")
    button.setToolTip(tip)
    button.setAccessibleName(words)
    button.clicked.connect(lambda: run())  # noqa: PLW0108 Qt hands over whether it is checked
    return button


def sidebar(name_key: str) -> QListWidget:
    """The list left of a page, chosen from by arrows."""
    listed = QListWidget()
    theme.set_role(listed, "sidebar")
    listed.setAccessibleName(tr(name_key))
    listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    listed.setSizeAdjustPolicy(QListWidget.SizeAdjustPolicy.AdjustToContents)
    listed.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
    return listed


def list_choices(listed: QListWidget, choices: Sequence[tuple[str, str]]) -> None:
    """Other rows, each with an id; the chosen one stays chosen where it is still there."""
    here = listed.currentItem()
    chosen = here.data(Qt.ItemDataRole.UserRole) if here is not None else None
    listed.blockSignals(True)
    listed.clear()
    at = 0
    for number, (identity, words) in enumerate(choices):
        item = QListWidgetItem(words)
        item.setData(Qt.ItemDataRole.UserRole, identity)
        listed.addItem(item)
        if identity == chosen:
            at = number
    listed.setCurrentRow(at if choices else -1)
    listed.blockSignals(False)
    fit_width(listed)


def fit_width(listed: QListWidget) -> None:
    """As wide as its words, within what a page can give."""
    wanted = listed.sizeHintForColumn(0) + theme.space(6)
    listed.setFixedWidth(max(theme.space(22), min(wanted, theme.space(48))))


def chosen_id(listed: QListWidget) -> str:
    """The id of the chosen row, empty for none."""
    item = listed.currentItem()
    return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""


def first_citation(claim: Claim) -> Citation | None:
    """Where a claim's source is opened."""
    inputs = claim.computation.inputs if claim.computation else ()
    return next(iter((*claim.citations, *inputs)), None)


def copy_table(text: str) -> None:
    """Put a table on the clipboard, as text and as tab-separated values."""
    data = QMimeData()
    data.setText(text)
    data.setData("text/tab-separated-values", QByteArray(text.encode()))
    QGuiApplication.clipboard().setMimeData(data)
