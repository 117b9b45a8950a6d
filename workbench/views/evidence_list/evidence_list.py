"""What proves the selected sentence or cell: quotes with their place, computations with their formula."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QTextLayout,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workbench.i18n import tr
from workbench.models.evidence import Citation, Claim, Status
from workbench.views import theme
from workbench.views.desk import Desk
from workbench.views.evidence_list.names import DocumentNames
from workbench.views.evidence_list.wording import reference, where

_Index = QModelIndex | QPersistentModelIndex
_ROW = Qt.ItemDataRole.UserRole
_LINE = "\u2028"


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A line of the list: a quote or a formula, what is known of it, and where it leads."""

    mark: str
    status: Status
    text: str
    about: str
    citation: Citation | None


def rows_of(claim: Claim, name_of: Callable[[str], str]) -> list[EvidenceRow]:
    """The lines that prove a claim: its quotes, then its computation with the places of the inputs."""
    rows = []
    for citation in claim.citations:
        known = [name_of(citation.document), where(citation.anchor), tr("evidence_list.words_agree")]
        if any(letter.isdigit() for letter in citation.quote) and claim.status in (Status.TRACED, Status.COMPUTED):
            known.append(tr("evidence_list.numbers_agree"))
        side = Status.CONFLICT if claim.status is Status.CONFLICT else Status.TRACED
        quote = tr("evidence_list.quoted", quote=citation.quote.strip())
        rows.append(EvidenceRow(side.mark, side, quote, " · ".join(known), citation))
    if claim.computation:
        inputs = claim.computation.inputs
        places = tr("evidence_list.joiner").join(f"{name_of(c.document)} {where(c.anchor)}" for c in inputs)
        about = " · ".join(part for part in (places, tr("evidence_list.by_program")) if part)
        first = inputs[0] if inputs else None
        rows.append(EvidenceRow(Status.COMPUTED.mark, Status.COMPUTED, claim.computation.formula, about, first))
    return rows


class _Rows(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[EvidenceRow] = []

    def show_rows(self, rows: list[EvidenceRow]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == _ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.mark} {theme.status_name(row.status)}：{row.text}，{row.about}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.text}\n{row.about}"
        return None


class _Painter(QStyledItemDelegate):
    """A coloured bar, the quote over up to four lines, and a muted line of facts."""

    def _text_rect(self, metrics: QFontMetrics, width: int, row: EvidenceRow) -> QRect:
        room = QRect(0, 0, width - theme.space(8), metrics.lineSpacing() * 4)
        return metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), f"{row.mark} {row.text}")

    def _laid(self, font: QFont, width: int, row: EvidenceRow) -> QTextLayout:
        """Mark and words in lines of this width: on one base line, the mark in the colour of its status."""
        # Cells of a quoted row stand side by side, not in columns of their own.
        text = f"{row.mark} {row.text}".replace("\t", "  ").replace("\n", _LINE)
        laid = QTextLayout(text, font)
        coloured = QTextLayout.FormatRange()
        coloured.start, coloured.length = 0, len(row.mark)
        coloured.format.setForeground(QColor(theme.status_colour(row.status)))
        laid.setFormats([coloured])
        height = 0.0
        laid.beginLayout()
        while (line := laid.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height))
            height += line.height()
        laid.endLayout()
        return laid

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802
        metrics = QFontMetrics(option.font)
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListView) else 320
        row: EvidenceRow = index.data(_ROW)
        height = min(self._text_rect(metrics, width, row).height(), metrics.lineSpacing() * 4)
        return QSize(width, height + theme.size(theme.TextSize.SMALL) + theme.space(6))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: EvidenceRow = index.data(_ROW)
        colours = theme.current()
        rect: QRect = option.rect
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.accent_soft))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(colours.hover))
        painter.fillRect(
            QRect(rect.left(), rect.top() + 2, 3, rect.height() - 4), QColor(theme.status_colour(row.status))
        )
        inner = rect.adjusted(theme.space(4), theme.space(2), -theme.space(4), -theme.space(2))
        small = QFont(option.font)
        small.setPixelSize(theme.size(theme.TextSize.SMALL))
        below = theme.size(theme.TextSize.SMALL) + theme.space(1.5)
        painter.setPen(QColor(colours.ink))
        words = inner.adjusted(0, 0, 0, -below)
        painter.save()
        painter.setClipRect(words)
        self._laid(option.font, words.width(), row).draw(painter, QPointF(words.topLeft()))
        painter.restore()
        painter.setFont(small)
        painter.setPen(QColor(colours.muted))
        line = QRect(inner.left(), inner.bottom() - below, inner.width(), below + 2)
        about = QFontMetrics(small).elidedText(row.about, Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), about)
        painter.restore()


class _View(QListView):
    opened = Signal()
    copied = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.key() in (Qt.Key.Key_J, Qt.Key.Key_K) and self.model():
            step = 1 if event.key() == Qt.Key.Key_J else -1
            row = min(max(self.currentIndex().row() + step, 0), self.model().rowCount() - 1)
            self.setCurrentIndex(self.model().index(row, 0))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.scheduleDelayedItemsLayout()


class EvidenceList(QFrame):
    """The evidence of the selected sentence or cell, below the source."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme.set_role(self, "panel")
        self._desk = desk
        self._names = DocumentNames(desk, self, self._renamed)
        self._name_of = self._names.of
        self._claim: Claim | None = None
        self.title = QLabel(tr("evidence_list.title"))
        theme.set_role(self.title, "heading")
        self.status = QLabel()
        theme.set_role(self.status, "small")
        self.copy_button = QPushButton(tr("evidence_list.copy"))
        theme.set_role(self.copy_button, "flat")
        self.copy_button.setToolTip(tr("evidence_list.copy_tip"))
        self.copy_button.clicked.connect(self.copy)
        self._rows = _Rows(self)
        self.list = self._make_list()
        self.hint = QLabel(tr("evidence_list.empty"))
        theme.set_role(self.hint, "muted")
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.hint.setContentsMargins(theme.space(4), 0, theme.space(4), 0)
        self._lay_out()
        theme.on_change(self, lambda: self.show_claim(self._claim))
        self.show_claim(None)

    def _make_list(self) -> _View:
        made = _View()
        theme.set_role(made, "plain")
        made.setAccessibleName(tr("evidence_list.list_name"))
        made.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        made.setMouseTracking(True)
        made.setItemDelegate(_Painter(made))
        made.setModel(self._rows)
        made.clicked.connect(self._open)
        made.opened.connect(lambda: self._open(made.currentIndex()))
        made.copied.connect(self.copy)
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        made.customContextMenuRequested.connect(self._menu)
        return made

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(theme.space(4), theme.space(2), theme.space(2), theme.space(1))
        head.setSpacing(theme.space(2))
        head.addWidget(self.title)
        head.addWidget(self.status)
        head.addStretch(1)
        head.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.hint, 1)
        layout.addWidget(self.list, 1)

    def show_claim(self, claim: Claim | None) -> None:
        """List what proves a claim; None empties the list."""
        self._claim = claim
        rows = rows_of(claim, self._name_of) if claim else []
        self._rows.show_rows(rows)
        self.list.setVisible(bool(rows))
        self.copy_button.setVisible(bool(rows))
        self.hint.setVisible(not rows)
        self.hint.setText(tr("evidence_list.empty" if claim is None else _reason(claim.status)))
        self.status.setText(f"{claim.status.mark} {theme.status_name(claim.status)}" if claim else "")
        self.status.setStyleSheet(f"color: {theme.status_colour(claim.status)}" if claim else "")
        if rows:
            self.list.setCurrentIndex(self._rows.index(0, 0))

    def show_case(self, case: str | None) -> None:
        """Another case: nothing is selected."""
        self._names.load(case)
        self.show_claim(None)

    def focus_first(self) -> None:
        """Take the keyboard."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def rows(self) -> list[EvidenceRow]:
        """The lines shown."""
        return list(self._rows.rows)

    def copy(self) -> None:
        """Put the current quote with its reference on the clipboard."""
        index = self.list.currentIndex()
        row: EvidenceRow | None = index.data(_ROW) if index.isValid() else None
        if row is None:
            return
        is_quote = row.citation is not None and row.status is not Status.COMPUTED
        if is_quote and row.citation is not None:
            QGuiApplication.clipboard().setText(reference(self._name_of(row.citation.document), row.citation))
        else:
            QGuiApplication.clipboard().setText(tr("evidence_list.with_place", text=row.text, place=row.about))

    def _open(self, index: QModelIndex) -> None:
        row: EvidenceRow | None = index.data(_ROW) if index.isValid() else None
        if row is not None and row.citation is not None:
            self._desk.show_source(row.citation)

    def _renamed(self) -> None:
        if self._claim is not None:
            self._rows.show_rows(rows_of(self._claim, self._name_of))
            self.list.setCurrentIndex(self._rows.index(0, 0))

    def _menu(self, point: QPoint) -> None:
        index = self.list.indexAt(point)
        if not index.isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("evidence_list.show"), lambda: self._open(index))
        menu.addAction(tr("evidence_list.copy"), self.copy)
        menu.popup(self.list.viewport().mapToGlobal(point))


def create(desk: Desk) -> EvidenceList:
    """The evidence list of this desk."""
    return EvidenceList(desk)


def _reason(status: Status) -> str:
    return "evidence_list.own" if status is Status.OWN else "evidence_list.none"
