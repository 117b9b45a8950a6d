"""Sentences with their standing: underlined by status, marked, followed by the chips of their sources."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QTextEdit, QWidget

from workbench.i18n import tr
from workbench.models.evidence import Citation, Claim, Status
from workbench.views import theme
from workbench.views.evidence_list.wording import short_name, short_where

_REDRAW_MS = 40
STYLE = "ClaimText { border: none; background: transparent; padding: 0; }"
"""For the style sheet of the pane around: one sheet a pane is quick, one a widget is not."""
_LINES = {
    Status.TRACED: Qt.PenStyle.SolidLine,
    Status.COMPUTED: Qt.PenStyle.SolidLine,
    Status.PARTIAL: Qt.PenStyle.DashLine,
    Status.UNPROVEN: Qt.PenStyle.SolidLine,
    Status.CONFLICT: Qt.PenStyle.DashDotLine,
    Status.OWN: Qt.PenStyle.DotLine,
}


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the shown text: a sentence (``citation`` None) or one of its chips."""

    start: int
    end: int
    claim: int
    citation: Citation | None = None


class ClaimText(QTextEdit):
    """A paragraph or more of claims, as tall as its text.

    A click or Enter on a sentence emits ``claim_chosen``, on a chip ``citation_chosen``. With the
    keyboard ←/→ (or J/K) go from sentence to sentence, E asks to edit one.
    """

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    edit_wanted = Signal(object)

    def __init__(self, name_of: Callable[[str], str], parent: QWidget | None = None, *, serif: bool = False) -> None:
        super().__init__(parent)
        self._name_of = name_of
        self._serif = serif
        self._paragraphs: tuple[tuple[Claim, ...], ...] = ()
        self._claims: list[Claim] = []
        self._parts: list[_Part] = []
        self._pending = ""
        self._only_proven = False
        self._chosen: int | None = None
        self.setReadOnly(True)
        self.setCursorWidth(0)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        theme.set_role(self, "bare")
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("evidence_list.claims_name"))
        self.viewport().setMouseTracking(True)
        self.document().setDocumentMargin(theme.space(0.5))
        self.document().documentLayout().documentSizeChanged.connect(self._fit_height)
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(_REDRAW_MS)
        self._redraw.timeout.connect(self._fill)
        theme.on_change(self, self._fill)

    def set_claims(self, paragraphs: Sequence[Sequence[Claim]], pending: str = "") -> None:
        """Show paragraphs of claims, and after them ``pending`` words that are not checked yet."""
        self._paragraphs = tuple(tuple(p) for p in paragraphs if p)
        self._pending = pending
        if not self._redraw.isActive():
            self._redraw.start()

    def shows(self, claims: Sequence[Claim]) -> bool:
        """Whether exactly these claims are shown, as one paragraph."""
        return self._paragraphs == (tuple(claims),) and not self._pending and not self._redraw.isActive()

    def flush(self) -> None:
        """Show at once what was set."""
        self._redraw.stop()
        self._fill()

    def set_only_proven(self, only: bool) -> None:
        """Leave out what is unproven, and what is still pending."""
        self._only_proven = only
        self.flush()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The sentences shown, in order."""
        return tuple(self._claims)

    @property
    def chosen(self) -> Claim | None:
        """The selected sentence."""
        return self._claims[self._chosen] if self._chosen is not None and self._chosen < len(self._claims) else None

    def choose(self, number: int | None) -> None:
        """Select a sentence by number from 0 and tell of it; None selects nothing, silently."""
        self._chosen = number if number is not None and 0 <= number < len(self._claims) else None
        self.viewport().update()
        if self._chosen is not None:
            part = next(p for p in self._parts if p.claim == self._chosen and p.citation is None)
            cursor = self.textCursor()
            cursor.setPosition(part.start)
            self.setTextCursor(cursor)
            self.claim_chosen.emit(self._claims[self._chosen])

    def sentence_rect(self, number: int) -> QRectF:
        """Where a sentence begins, in the viewport."""
        part = next(p for p in self._parts if p.claim == number and p.citation is None)
        return next(iter(self._rects(part.start, part.end)), QRectF())

    def chip_rect(self, citation: Citation) -> QRectF:
        """Where the chip of a citation is, in the viewport."""
        part = next(p for p in self._parts if p.citation == citation)
        return next(iter(self._rects(part.start, part.end)), QRectF())

    def _fill(self) -> None:
        document = self.document()
        self._claims, self._parts = [], []
        self.clear()
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        cursor.setBlockFormat(self._block_format())
        for paragraph in self._paragraphs:
            kept = [c for c in paragraph if not (self._only_proven and c.status is Status.UNPROVEN)]
            if kept and cursor.position():
                cursor.insertBlock(self._block_format())
            for claim in kept:
                self._insert_claim(cursor, claim)
        if self._pending and not self._only_proven:
            cursor.insertText(self._pending, self._format(theme.current().muted))
        cursor.endEditBlock()
        if self._chosen is not None and self._chosen >= len(self._claims):
            self._chosen = None
        self._fit_height()

    def _insert_claim(self, cursor: QTextCursor, claim: Claim) -> None:
        number = len(self._claims)
        self._claims.append(claim)
        start = cursor.position()
        cursor.insertText(claim.text.strip(), self._format(theme.current().ink))
        self._parts.append(_Part(start, cursor.position(), number))
        small = self._format(theme.status_colour(claim.status), small=True)
        cursor.insertText(f"\u2060\u202f{claim.status.mark}", small)
        seen: set[tuple[str, str]] = set()
        for citation in claim.citations:
            label = (short_name(self._name_of(citation.document), 10), short_where(citation.anchor))
            if label in seen:
                continue
            seen.add(label)
            cursor.insertText(" ", small)
            start = cursor.position()
            chip = self._format(theme.current().accent, small=True)
            chip.setToolTip(citation.quote)
            # Word joiners keep a chip on one line.
            cursor.insertText("\u2060".join("\u202f" + "\u00a0".join(label).replace(" ", "\u00a0") + "\u202f"), chip)
            self._parts.append(_Part(start, cursor.position(), number, citation))
        cursor.insertText("  ", small)

    def _block_format(self) -> QTextBlockFormat:
        form = QTextBlockFormat()
        form.setLineHeight(125 if self._serif else 118, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        form.setBottomMargin(theme.space(1))
        if self._serif:
            form.setTextIndent(2 * theme.size(theme.TextSize.BODY) + 4)
        return form

    def _format(self, colour: str, *, small: bool = False) -> QTextCharFormat:
        form = QTextCharFormat()
        font = QFont(self.font())
        if self._serif and not small:
            font.setFamilies(["Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Songti SC", "serif"])
        body = theme.size(theme.TextSize.BODY) + 1
        font.setPixelSize(theme.size(theme.TextSize.SMALL) if small else body)
        form.setFont(font)
        form.setForeground(QColor(colour))
        return form

    def _fit_height(self, *_: object) -> None:
        around = max(0, self.height() - self.viewport().height())
        height = int(self.document().size().height()) + around + 2
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As tall as the text."""
        return QSize(480, int(self.document().size().height()) + 2)

    def _rects(self, start: int, end: int) -> Iterator[QRectF]:
        block = self.document().findBlock(start)
        while block.isValid() and block.position() < end:
            layout = block.layout()
            origin = self.document().documentLayout().blockBoundingRect(block).topLeft()
            for number in range(layout.lineCount()):
                line = layout.lineAt(number)
                first = max(start - block.position(), line.textStart())
                last = min(end - block.position(), line.textStart() + line.textLength())
                if first >= last:
                    continue
                left = float(line.cursorToX(first)[0])  # type: ignore[index]
                right = float(line.cursorToX(last)[0])  # type: ignore[index]
                yield QRectF(origin.x() + left, origin.y() + line.y(), right - left, line.ascent() + line.descent())
            block = block.next()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Grounds and underlines first, the words over them."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for part in self._parts:
            if part.citation is None:
                self._paint_sentence(painter, part)
            else:
                self._paint_chip(painter, part)
        painter.end()
        super().paintEvent(event)

    def _paint_sentence(self, painter: QPainter, part: _Part) -> None:
        status = self._claims[part.claim].status
        colour = QColor(theme.status_colour(status))
        if status is not Status.UNPROVEN:
            colour.setAlphaF(0.55)
        chosen = part.claim == self._chosen
        for rect in self._rects(part.start, part.end):
            if chosen or status is Status.UNPROVEN:
                ground = theme.current().accent_soft if chosen else theme.current().unproven_soft
                painter.fillRect(rect.adjusted(-1, -1, 1, 3), QColor(ground))
            pen = QPen(colour, 2, _LINES[status])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(rect.left(), rect.bottom() + 3), QPointF(rect.right(), rect.bottom() + 3))

    def _paint_chip(self, painter: QPainter, part: _Part) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.current().accent_soft))
        for rect in self._rects(part.start, part.end):
            height = theme.size(theme.TextSize.SMALL) + 7
            painter.drawRoundedRect(QRectF(rect.left(), rect.bottom() - height + 3, rect.width(), height), 4, 4)

    def _part_at(self, point: QPointF) -> _Part | None:
        for part in self._parts:
            if any(r.adjusted(-1, -2, 1, 4).contains(point) for r in self._rects(part.start, part.end)):
                return part
        return None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click chooses; a drag selects words and chooses nothing."""
        super().mouseReleaseEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton or self.textCursor().hasSelection():
            return
        part = self._part_at(event.position())
        if part is None:
            return
        self.choose(part.claim)
        if part.citation is not None:
            self.citation_chosen.emit(part.citation)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Ask to edit the sentence."""
        part = self._part_at(event.position())
        if part is not None and part.citation is None:
            self.edit_wanted.emit(self._claims[part.claim])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The hand over what can be clicked, and the quote of a chip as its tip."""
        super().mouseMoveEvent(event)
        part = self._part_at(event.position())
        shape = Qt.CursorShape.PointingHandCursor if part and part.citation else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)
        self.viewport().setToolTip(self._tip(part))

    def _tip(self, part: _Part | None) -> str:
        if part is None:
            return ""
        if part.citation is not None:
            return part.citation.quote
        claim = self._claims[part.claim]
        return f"{claim.status.mark} {theme.status_name(claim.status)}"

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Sentence by sentence."""
        key = event.key()
        last = len(self._claims) - 1
        if key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_J) and not event.modifiers() and last >= 0:
            self._step(1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_K) and not event.modifiers() and last >= 0:
            self._step(-1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.chosen is not None:
            self._open_chosen()
        elif key == Qt.Key.Key_E and not event.modifiers() and self.chosen is not None:
            self.edit_wanted.emit(self.chosen)
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        now = self._chosen if self._chosen is not None else (-1 if by > 0 else len(self._claims))
        self.choose(min(max(now + by, 0), len(self._claims) - 1))

    def _open_chosen(self) -> None:
        claim = self.chosen
        if claim is not None:
            self.claim_chosen.emit(claim)
            if claim.citations:
                self.citation_chosen.emit(claim.citations[0])

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """The page around it scrolls."""
        event.ignore()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and hasattr(self, "_redraw"):
            self._redraw.start()
