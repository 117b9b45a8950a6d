"""Every word a widget says: its texts, the rows of its models, and what it paints itself."""

import re
from collections.abc import Iterator

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QBuffer, QIODevice, QModelIndex, Qt
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_PAINTED = re.compile(r"<text[^>]*>(.*?)</text>", re.DOTALL)
_MOST_ROWS = 400


def said_by(root: QWidget) -> Iterator[tuple[str, str]]:
    """Where and what, of a widget and everything in it that is not hidden; tool tips are left out."""
    for widget in [root, *root.findChildren(QWidget)]:
        if widget.isVisibleTo(root):
            name = type(widget).__name__
            for text in (*_own(widget), widget.accessibleName(), widget.accessibleDescription()):
                yield name, text
    for text in painted(root):
        yield "painted", text


def _own(widget: QWidget) -> Iterator[str]:
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QGroupBox():
            yield widget.title()
        case QLineEdit():
            yield widget.text()
            yield widget.placeholderText()
        case QTextEdit() | QPlainTextEdit():
            yield widget.toPlainText()
            yield widget.placeholderText()
        case QTabBar():
            yield from (widget.tabText(n) for n in range(widget.count()))
        case QComboBox():
            yield from (widget.itemText(n) for n in range(widget.count()))
        case QAbstractItemView() if widget.model() is not None:
            yield from _rows(widget.model(), QModelIndex())


def _rows(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for column in range(columns):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
    for row in range(min(model.rowCount(parent), _MOST_ROWS)):
        for column in range(columns):
            index = model.index(row, column, parent)
            yield str(index.data() or "")
            if not column and not isinstance(model, QAbstractListModel) and model.rowCount(index):
                yield from _rows(model, index)


def painted(root: QWidget) -> list[str]:
    """The texts a widget and its children paint, as the picture of it holds them."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    maker = QSvgGenerator()
    maker.setOutputDevice(buffer)
    maker.setSize(root.size())
    root.render(maker)
    picture = bytes(buffer.data().data()).decode()
    return [re.sub(r"<[^>]+>", "", text).strip() for text in _PAINTED.findall(picture)]
