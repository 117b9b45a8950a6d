"""A document without pages shown from its blocks: headings, paragraphs, lists, tables, lines."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from workbench.i18n import tr
from workbench.models.documents.document import Block, BlockKind, Cell, Document
from workbench.views import theme
from workbench.views.source.places import Position, Stretch

_BATCH_LETTERS = 3000
_TABLE_ROWS = 40
_MOST_MARKS = 400
# Letters of a column's longest cell that count for its width; a Chinese character is two.
_NARROWEST, _WIDEST = 6, 36
# CJK faces are set 1.45 of their size apart by nature: a tenth more gives the 1.6 that reads well.
_LEADING = 110


def units(text: str) -> int:
    """Length of a text as Qt counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


class TextView(QTextEdit):
    """Read-only text, filled a little at a time so that a long document never holds the window up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        theme.set_role(self, "bare")
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(theme.space(6))
        self.setAccessibleName(tr("source.text_name"))
        self._zoom = 1.0
        self._blocks: tuple[Block, ...] = ()
        self._starts: list[int] = []
        self._cells: dict[int, list[tuple[int, int, int]]] = {}
        self._next_row = 0
        self._marks: list[tuple[Stretch, str]] = []
        self._wanted: Stretch | None = None
        self._filler = QTimer(self)
        self._filler.setInterval(0)
        self._filler.timeout.connect(self._fill)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._apply_marks())
        theme.on_change(self, self._restyle)

    def show_document(self, document: Document) -> None:
        """Begin to show a document; what is marked meanwhile appears when its block does."""
        self._filler.stop()
        self.clear()
        self._blocks = document.blocks
        self._starts, self._cells, self._next_row = [], {}, 0
        self._marks, self._wanted = [], None
        self._filler.start()

    @property
    def zoom(self) -> float:
        """How much larger than usual the text is set."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """Set the text larger or smaller; what is marked stays so."""
        if abs(zoom - self._zoom) > 0.001:
            self._zoom = zoom
            self._restyle()

    @property
    def complete(self) -> bool:
        """Whether the whole document is in the view."""
        return len(self._starts) >= len(self._blocks) and not self._next_row

    def mark(self, marked: Sequence[tuple[Stretch, str]], reveal: Stretch | None) -> None:
        """Give stretches a ground colour and bring one into view."""
        self._marks = list(marked)
        self._wanted = reveal
        self._apply_marks()
        self._reveal_wanted()

    def marked_texts(self) -> list[str]:
        """The words that are marked now, as shown."""
        return [s.cursor.selectedText() for s in self.extraSelections()]

    def selected_start(self) -> Position | None:
        """Block and character where the selection begins."""
        cursor = self.textCursor()
        if not cursor.hasSelection() or not self._starts:
            return None
        at = cursor.selectionStart()
        number = max((i for i, start in enumerate(self._starts) if start <= at), default=0)
        if self._blocks[number].kind is BlockKind.TABLE:
            cells = self._cells.get(number, [])
            best = max((c for c in cells if c[0] <= at), default=None)
            return (number, best[1] + at - best[0]) if best else (number, 0)
        return number, min(at - self._starts[number], len(self._blocks[number].text))

    def _fill(self) -> None:
        letters = 0
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        while letters < _BATCH_LETTERS and not self.complete:
            number = len(self._starts) - 1 if self._next_row else len(self._starts)
            letters += self._add(cursor, number)
        cursor.endEditBlock()
        if self._marks:
            self._apply_marks()
        if self.complete:
            self._filler.stop()
        self._reveal_wanted()

    def _add(self, cursor: QTextCursor, number: int) -> int:
        block = self._blocks[number]
        if block.kind is BlockKind.TABLE and block.cells:
            return self._add_table_part(cursor, number, block)
        if cursor.position():
            cursor.insertBlock()
        cursor.setBlockFormat(_block_format(block))
        cursor.setBlockCharFormat(_char_format(block, self._zoom))
        self._starts.append(cursor.position())
        cursor.insertText(block.text, _char_format(block, self._zoom))
        return len(block.text) + 20

    def _add_table_part(self, cursor: QTextCursor, number: int, block: Block) -> int:
        rows = block.rows()
        if not self._next_row:
            caption = self._caption(number, block)
            cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
            if caption:
                cursor.insertText(caption, _caption_format(self._zoom))
            self._cells[number] = []
            self._starts.append(cursor.position())
        part = rows[self._next_row : self._next_row + _TABLE_ROWS]
        columns = max((c.column + c.column_span for c in block.cells), default=1)
        table = cursor.insertTable(max(1, len(part)), columns, _table_format(_shares(block, columns)))
        letters = 0
        _merge(table, part)
        for index, row in enumerate(part):
            for cell in row:
                letters += self._add_cell(table.cellAt(index, cell.column).firstCursorPosition(), number, block, cell)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self._next_row = self._next_row + _TABLE_ROWS if self._next_row + _TABLE_ROWS < len(rows) else 0
        return letters * 2 + len(part) * columns * 8

    def _caption(self, number: int, block: Block) -> str:
        """What stands above a table and is not the line before it, nor said in the caption already."""
        before = self._blocks[number - 1].text.strip() if number else ""
        caption = "" if block.caption.strip() == before else block.caption
        bare = re.split("[:：]", block.unit)[-1].strip()
        said = bool(bare) and bare in f"{before} {caption}"
        return " ".join(part for part in (caption, "" if said else block.unit) if part)

    def _add_cell(self, cursor: QTextCursor, number: int, block: Block, cell: Cell) -> int:
        text = block.text[cell.start : cell.end]
        form = QTextBlockFormat()
        form.setLineHeight(_LEADING, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if _is_figure(text):
            form.setAlignment(Qt.AlignmentFlag.AlignRight)
        cursor.setBlockFormat(form)
        self._cells[number].append((cursor.position(), cell.start, cell.end))
        cursor.insertText(text, _char_format(block, self._zoom))
        return len(text)

    def _cursor(self, stretch: Stretch) -> QTextCursor | None:
        if stretch.block >= len(self._starts):
            return None
        text = self._blocks[stretch.block].text
        cells = self._cells.get(stretch.block)
        if cells is None:
            base, offset = self._starts[stretch.block], 0
        else:
            home = next((c for c in cells if c[1] <= stretch.start < max(c[2], c[1] + 1)), None)
            if home is None:
                return None
            base, offset = home[0], home[1]
        cursor = QTextCursor(self.document())
        cursor.setPosition(base + units(text[offset : stretch.start]))
        cursor.setPosition(base + units(text[offset : stretch.end]), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _apply_marks(self) -> None:
        """Mark what can be seen: thousands of found places would hold the window up."""
        selections: list[QTextEdit.ExtraSelection] = []
        first, last = self._seen() if self._marks else (0, 0)
        for stretch, colour in self._marks:
            if not first <= stretch.block <= last or len(selections) >= _MOST_MARKS:
                continue
            cursor = self._cursor(stretch)
            if cursor is None:
                continue
            selection = QTextEdit.ExtraSelection()
            selection.cursor = cursor
            form = QTextCharFormat()
            form.setBackground(QBrush(QColor(colour)))
            selection.format = form
            selections.append(selection)
        self.setExtraSelections(selections)

    def _seen(self) -> tuple[int, int]:
        """The first and last block in view."""
        view = self.viewport().rect()
        top = self.cursorForPosition(view.topLeft()).position()
        bottom = self.cursorForPosition(view.bottomRight()).position()
        return max(bisect_right(self._starts, top) - 1, 0), max(bisect_right(self._starts, bottom) - 1, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """More or less can be seen."""
        super().resizeEvent(event)
        self._apply_marks()

    def _reveal_wanted(self) -> None:
        cursor = self._cursor(self._wanted) if self._wanted else None
        if cursor is None:
            return
        self._wanted = None
        cursor.clearSelection()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        top = self.cursorRect().top() - self.viewport().height() // 3
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + top)

    def _restyle(self) -> None:
        if self._blocks:
            marks, wanted = self._marks, self._wanted
            self.show_document(Document("", "", self._blocks))
            self._marks, self._wanted = marks, wanted


def _block_format(block: Block) -> QTextBlockFormat:
    form = QTextBlockFormat()
    form.setLineHeight(_LEADING, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    form.setTopMargin(theme.space(1))
    form.setBottomMargin(theme.space(1))
    if block.kind is BlockKind.HEADING:
        form.setTopMargin(theme.space(3))
        form.setHeadingLevel(min(max(block.level, 1), 6))
    if block.kind is BlockKind.LIST:
        form.setIndent(1)
    return form


def _char_format(block: Block, zoom: float) -> QTextCharFormat:
    form = QTextCharFormat()
    font = QFont()
    body = round(theme.size(theme.TextSize.BODY) * zoom)
    font.setPixelSize(body)
    form.setForeground(QColor(theme.current().ink))
    if block.kind is BlockKind.HEADING:
        font.setPixelSize(round(theme.size(theme.TextSize.TITLE) * zoom) if block.level <= 1 else body + 1)
        font.setWeight(QFont.Weight.DemiBold)
    elif block.kind in (BlockKind.HEADER, BlockKind.FOOTER):
        font.setPixelSize(round(theme.size(theme.TextSize.SMALL) * zoom))
        form.setForeground(QColor(theme.current().muted))
    form.setFont(font)
    return form


def _caption_format(zoom: float) -> QTextCharFormat:
    form = QTextCharFormat()
    font = QFont()
    font.setPixelSize(round(theme.size(theme.TextSize.SMALL) * zoom))
    form.setFont(font)
    form.setForeground(QColor(theme.current().muted))
    return form


def _merge(table: QTextTable, rows: Sequence[Sequence[Cell]]) -> None:
    """Join the cells that stand over several rows or columns, as far as this part of the table goes."""
    for index, row in enumerate(rows):
        for cell in row:
            high, wide = min(cell.row_span, len(rows) - index), min(cell.column_span, table.columns() - cell.column)
            if high > 1 or wide > 1:
                table.mergeCells(index, cell.column, high, wide)


def _shares(block: Block, columns: int) -> list[float]:
    """How much of the width each column gets, in percent: what its longest cell needs, within bounds."""
    needed = [_NARROWEST] * columns
    for cell in block.cells:
        if cell.column_span == 1 and cell.column < columns:
            letters = sum(2 if ord(letter) > 255 else 1 for letter in block.text[cell.start : cell.end])
            needed[cell.column] = max(needed[cell.column], min(letters, _WIDEST))
    return [100 * letters / sum(needed) for letters in needed]


def _table_format(shares: Sequence[float]) -> QTextTableFormat:
    form = QTextTableFormat()
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorder(1)
    form.setBorderCollapse(True)
    form.setBorderBrush(QBrush(QColor(theme.current().line)))
    form.setCellPadding(theme.space(1.5))
    form.setCellSpacing(0)
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    form.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, share) for share in shares])
    return form


def _is_figure(text: str) -> bool:
    bare = text.strip().strip("()（）%％+-−").replace(",", "").replace("，", "").replace(".", "")
    return bool(bare) and bare.isdigit() and len(bare) < 20
