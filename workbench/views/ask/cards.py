"""Cards under an answer: verified quotes, computed figures, and places that contradict each other."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.models.evidence import Citation, Claim, Status
from workbench.views import theme
from workbench.views.evidence_list import ElidedLabel, short_name, short_where, where

NameOf = Callable[[str], str]
_QUOTE_LETTERS = 96
_FIGURE_LETTERS = 16


class Card(QFrame):
    """A panel that can be clicked, or opened with Enter and Space."""

    opened = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        theme.set_role(self, "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.space(3), theme.space(2.5), theme.space(3), theme.space(2.5))
        self.column.setSpacing(theme.space(1))

    def add_line(self, text: str, role: str = "", *, colour: str = "", align_right: bool = False) -> QLabel:
        """A line of text; long ones wrap."""
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        if role:
            theme.set_role(label, role)
        if colour:
            label.setStyleSheet(f"color: {colour}")
        if align_right:
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.column.addWidget(label)
        return label

    def more_like_this(self, run: Callable[[], object]) -> None:
        """Offer passages that are like the quote."""
        button = QPushButton(tr("ask.similar"))
        button.setToolTip(tr("ask.similar_tip"))
        theme.set_role(button, "link")
        button.clicked.connect(lambda _=False: run())
        self.column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click opens."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter and Space open."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Show where the keyboard is."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The frame, in the accent colour while focused or pointed at."""
        super().paintEvent(event)
        if self.hasFocus() or self.underMouse():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.current().accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


def quote_card(claim: Claim, name_of: NameOf) -> Card:
    """A verified quote and where it stands."""
    citation = claim.citations[0]
    quote = " ".join(citation.quote.split())
    place = f"{short_name(name_of(citation.document))} · {where(citation.anchor)}"
    card = Card(tr("ask.quote_name", quote=quote, place=place))
    shown = quote if len(quote) <= _QUOTE_LETTERS else quote[: _QUOTE_LETTERS - 1] + "…"
    card.add_line(shown)
    card.column.addStretch(1)
    mark, facts = QLabel(claim.status.mark), ElidedLabel(place)
    mark.setToolTip(theme.status_name(claim.status))
    mark.setStyleSheet(f"color: {theme.status_colour(claim.status)}")
    for part in (mark, facts):
        theme.set_role(part, "small")
    row = QHBoxLayout()
    row.setSpacing(theme.space(1))
    row.addWidget(mark)
    row.addWidget(facts, 1)
    card.column.addLayout(row)
    card.setToolTip(quote)
    return card


def computed_card(claim: Claim) -> Card:
    """A figure the program computed, with its formula."""
    formula = claim.computation.formula if claim.computation else ""
    card = Card(f"{theme.status_name(Status.COMPUTED)}: {claim.text}, {formula}")
    colour = theme.status_colour(Status.COMPUTED)
    card.add_line(f"{Status.COMPUTED.mark} {tr('ask.computed')}", "small", colour=colour)
    result = formula.rsplit("=", 1)[-1].strip() if "=" in formula else ""
    if result and len(result) <= _FIGURE_LETTERS:
        card.add_line(result, "title", align_right=True)
    card.column.addStretch(1)
    card.add_line(formula or claim.text, "small")
    card.setToolTip(claim.text)
    return card


class ConflictCard(Card):
    """Places that contradict each other, each a button."""

    citation_chosen = Signal(object)

    def __init__(self, claim: Claim, name_of: NameOf) -> None:
        super().__init__(f"{theme.status_name(Status.CONFLICT)}: {claim.text}")
        colour = theme.status_colour(Status.CONFLICT)
        self.add_line(f"{Status.CONFLICT.mark} {tr('ask.conflict')}", "small", colour=colour)
        self.add_line(claim.text)
        self.column.addStretch(1)
        sides = QHBoxLayout()
        sides.setSpacing(theme.space(1))
        for citation in claim.citations[:3]:
            sides.addWidget(self._side(citation, name_of))
        sides.addStretch(1)
        self.column.addLayout(sides)

    def _side(self, citation: Citation, name_of: NameOf) -> QPushButton:
        button = QPushButton(f"{short_name(name_of(citation.document), 8)} {short_where(citation.anchor)}")
        theme.set_role(button, "chip")
        button.setToolTip(citation.quote)
        button.setAccessibleName(tr("ask.quote_name", quote=citation.quote, place=where(citation.anchor)))
        button.clicked.connect(lambda: self.citation_chosen.emit(citation))
        return button


class CardGrid(QWidget):
    """Cards in as many columns as there is room for, at most three."""

    def __init__(self) -> None:
        super().__init__()
        self._cards: list[QWidget] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.space(2))

    @property
    def cards(self) -> list[QWidget]:
        """The cards in order."""
        return list(self._cards)

    def show_cards(self, cards: list[QWidget]) -> None:
        """Replace all cards."""
        for card in self._cards:
            self._grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = cards
        self._columns = 0
        self._arrange()
        self.setVisible(bool(cards))

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        """More room, more columns."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._arrange()

    def _arrange(self) -> None:
        columns = min(3, max(1, self.width() // theme.space(46)))
        if columns == self._columns:
            return
        for column in range(3):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._columns = columns
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, number // columns, number % columns)
            # The layout itself would show it with the next turn of the loop only: Tab would pass it by till then.
            card.show()
