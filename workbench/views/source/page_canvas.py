"""Pages one below the other: pictures as they come, highlights, selection; never draws a PDF itself."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from workbench.i18n import tr
from workbench.models.documents.document import PageSize
from workbench.models.evidence import Box
from workbench.views import theme
from workbench.views.source.picture_store import PictureStore
from workbench.views.source.places import PageText, Position
from workbench.views.source.turning import draw_turned, straight_point, turned_box, turned_point, turned_size

_GAP = 12
# Pages are white paper in every theme, so what is marked on them has one colour.
_FOUND = "#FFE0B0"
_SELECTED = "#CFE2F5"
_STEPS = (0.05, 0.1, 0.17, 0.25, 0.33, 0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
Boxes = Mapping[int, Sequence[Box]]


class PageCanvas(QAbstractScrollArea):
    """Shows pages at a zoom; tells which pictures it lacks, and takes them when they are drawn."""

    pictures_wanted = Signal()
    page_changed = Signal(int)
    zoom_changed = Signal(float)
    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._papers: tuple[PageSize, ...] = ()
        self._sizes: tuple[PageSize, ...] = ()
        """The pages as shown, turned."""
        self._turn = 0
        self._tops: list[float] = []
        self._zoom = 1.0
        self._fit = True
        self._text: PageText | None = None
        self._highlight: Boxes = {}
        self._finds: Boxes = {}
        self._selected: tuple[Position, Position] | None = None
        self._selected_boxes: Boxes = {}
        self._pressed: Position | None = None
        self._page = 0
        self.pictures = PictureStore()
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def set_pages(self, sizes: Sequence[PageSize], text: PageText | None, turn: int = 0) -> None:
        """Show a document's pages (sizes in points, turned clockwise by so many quarters).

        Its pictures follow through :meth:`take_picture`.
        """
        self._papers, self._turn = tuple(sizes), turn % 4
        self._sizes = tuple(turned_size(size, turn) for size in sizes)
        self._text = text
        self._highlight, self._finds = {}, {}
        self._selected, self._selected_boxes, self._pressed = None, {}, None
        self.pictures.clear()
        self._page = 0
        self.verticalScrollBar().setValue(0)
        self._lay_out()
        if self._fit:
            self.fit_width()
        self._scrolled()

    @property
    def turn(self) -> int:
        """By how many quarters the pages are turned clockwise."""
        return self._turn

    def turn_pages(self, quarters: int) -> None:
        """Turn all pages clockwise by so many quarters more; the page being read stays in view."""
        page = self._page
        self._turn = (self._turn + quarters) % 4
        self._sizes = tuple(turned_size(size, self._turn) for size in self._papers)
        self._lay_out()
        if self._fit:
            self.fit_width()
        self.go_to(page)
        self._scrolled()

    @property
    def page(self) -> int:
        """The page being read, from 1; 0 without pages."""
        return self._page

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return len(self._sizes)

    @property
    def zoom(self) -> float:
        """Device-independent pixels a point."""
        return self._zoom

    @property
    def picture_scale(self) -> float:
        """The scale pictures are wanted at: zoom times the screen's pixel ratio, to a hundredth."""
        return round(self._zoom * self.devicePixelRatioF(), 2)

    def set_zoom(self, zoom: float, *, fit: bool = False) -> None:
        """Zoom around the middle of what is seen."""
        zoom = min(max(zoom, _STEPS[0]), _STEPS[-1])
        self._fit = fit
        if abs(zoom - self._zoom) < 0.001:
            return
        bar, view = self.verticalScrollBar(), self.viewport()
        middle = (bar.value() + view.height() / 3) / self._zoom
        self._zoom = zoom
        self._lay_out()
        bar.setValue(int(middle * zoom - view.height() / 3))
        self.zoom_changed.emit(zoom)
        self._scrolled()

    def step_zoom(self, steps: int) -> None:
        """Go to the next larger or smaller usual zoom."""
        larger = [z for z in _STEPS if z > self._zoom + 0.005]
        smaller = [z for z in _STEPS if z < self._zoom - 0.005]
        if steps > 0 and larger:
            self.set_zoom(larger[0])
        elif steps < 0 and smaller:
            self.set_zoom(smaller[-1])

    def fit_width(self) -> None:
        """Make the widest page as wide as the view, and keep it so when the view changes."""
        widest = max((size.width for size in self._sizes), default=0.0)
        if widest:
            self.set_zoom((self.viewport().width() - 2 * _GAP) / widest, fit=True)
        self._fit = True

    def go_to(self, page: int) -> None:
        """Bring the top of a page (from 1) to the top."""
        if self._sizes:
            page = min(max(page, 1), len(self._sizes))
            self.verticalScrollBar().setValue(int(self._tops[page - 1] - _GAP / 2))

    def highlight(self, boxes: Boxes) -> None:
        """Mark boxes (points) as the cited place and bring the first into view."""
        self._highlight = boxes
        if boxes:
            self._reveal(boxes)
        self.viewport().update()

    def show_finds(self, boxes: Boxes, current: Boxes) -> None:
        """Mark what was searched for; ``current`` is brought into view."""
        self._finds = boxes
        if current:
            self._highlight = current
            self._reveal(current)
        self.viewport().update()

    @property
    def highlighted(self) -> Boxes:
        """The boxes marked as the cited place, by page."""
        return self._highlight

    @property
    def selection(self) -> tuple[Position, Position] | None:
        """The selected words' first and last position."""
        return self._selected

    def select(self, first: Position | None, last: Position | None) -> None:
        """Select the words between two positions, or nothing."""
        some = self._text is not None and first is not None and last is not None and first != last
        self._selected = (min(first, last), max(first, last)) if some and first and last else None
        self._selected_boxes = self._text.boxes(*self._selected) if self._text and self._selected else {}
        self.selection_changed.emit()
        self.viewport().update()

    def missing_pictures(self) -> list[int]:
        """Pages whose pictures are lacking, the seen ones first, then their neighbours."""
        first, last = self._seen()
        if not first:
            return []
        order = [*range(first, last + 1), last + 1, first - 1, last + 2]
        scale = self.picture_scale
        return [p for p in order if 1 <= p <= len(self._sizes) and not self.pictures.has(p, scale)]

    def take_picture(self, page: int, scale: float, picture: QImage | None) -> None:
        """Keep a drawn page (None: it can't be drawn) and show it."""
        self.pictures.put(page, scale, picture)
        self.viewport().update(self._page_rect(page).toAlignedRect().adjusted(-2, -2, 2, 2))

    def page_point(self, page: int, x: float, y: float) -> QPoint:
        """Where a point of a page (points from its top left) is seen in the viewport."""
        rect = self._page_rect(page)
        x, y = turned_point(x, y, self._papers[page - 1], self._turn)
        return QPointF(rect.x() + x * self._zoom, rect.y() + y * self._zoom).toPoint()

    def _lay_out(self) -> None:
        self._tops = []
        top = float(_GAP)
        for size in self._sizes:
            self._tops.append(top)
            top += size.height * self._zoom + _GAP
        view = self.viewport()
        widest = max((size.width for size in self._sizes), default=0.0) * self._zoom + 2 * _GAP
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setRange(0, max(0, int(top - view.height())))
        vertical.setPageStep(view.height())
        vertical.setSingleStep(48)
        horizontal.setRange(0, max(0, int(widest - view.width())))
        horizontal.setPageStep(view.width())
        view.update()

    def _page_rect(self, page: int) -> QRectF:
        size = self._sizes[page - 1]
        width = size.width * self._zoom
        room = self.viewport().width()
        left = max((room - width) / 2, float(_GAP)) - self.horizontalScrollBar().value()
        return QRectF(left, self._tops[page - 1] - self.verticalScrollBar().value(), width, size.height * self._zoom)

    def _seen(self) -> tuple[int, int]:
        if not self._sizes:
            return 0, 0
        top = self.verticalScrollBar().value()
        first = max(1, bisect_right(self._tops, top))
        last = max(first, bisect_right(self._tops, top + self.viewport().height()))
        return first, last

    def _reveal(self, boxes: Boxes) -> None:
        page = min(boxes)
        if not 1 <= page <= len(self._sizes) or not boxes[page]:
            return
        shown = [turned_box(box, self._papers[page - 1], self._turn) for box in boxes[page]]
        top = min(box[1] for box in shown) * self._zoom + self._tops[page - 1]
        bottom = max(box[3] for box in shown) * self._zoom + self._tops[page - 1]
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if top < bar.value() + 24 or bottom > bar.value() + height - 24:
            bar.setValue(int(top - height / 3))
        across = self.horizontalScrollBar()
        left = min(box[0] for box in shown) * self._zoom
        if across.maximum() and not across.value() <= left <= across.value() + self.viewport().width() - 80:
            across.setValue(int(left - 40))

    def _scrolled(self) -> None:
        if not self._sizes:
            return
        middle = self.verticalScrollBar().value() + self.viewport().height() / 3
        page = max(1, bisect_right(self._tops, middle))
        if page != self._page:
            self._page = page
            self.viewport().setAccessibleName(tr("source.page_name", page=page, pages=len(self._sizes)))
            self.page_changed.emit(page)
        self.viewport().update()
        if self.missing_pictures():
            self.pictures_wanted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the seen pages with what is marked on them."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(theme.current().sunken))
        first, last = self._seen()
        for page in range(first, last + 1) if first else ():
            self._paint_page(painter, page)
        painter.end()

    def _paint_page(self, painter: QPainter, page: int) -> None:
        rect = self._page_rect(page)
        painter.setPen(QPen(QColor(theme.current().line_strong), 1))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
        picture = self.pictures.best(page, self.picture_scale)
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            draw_turned(painter, rect, picture, self._turn)
        elif self.pictures.failed(page):
            painter.setPen(QColor(theme.LIGHT.muted))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, tr("source.page_not_drawn", page=page))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        self._mark(painter, page, self._finds, _FOUND)
        self._mark(painter, page, self._selected_boxes, _SELECTED)
        self._mark(painter, page, self._highlight, theme.LIGHT.highlight, theme.LIGHT.highlight_line)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def _mark(self, painter: QPainter, page: int, marked: Boxes, fill: str, line: str = "") -> None:
        boxes = marked.get(page, ())
        if not boxes:
            return
        rect, size = self._page_rect(page), self._papers[page - 1]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(fill))
        painter.setPen(QPen(QColor(line), 1) if line else QPen(Qt.PenStyle.NoPen))
        for x0, y0, x1, y1 in (turned_box(box, size, self._turn) for box in boxes):
            z = self._zoom
            box = QRectF(rect.x() + x0 * z, rect.y() + y0 * z, (x1 - x0) * z, (y1 - y0) * z)
            painter.drawRoundedRect(box.adjusted(-2, -1, 2, 1), 3, 3)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the fitted width."""
        super().resizeEvent(event)
        self._lay_out()
        if self._fit:
            self.fit_width()
        self._scrolled()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Ctrl and the wheel zoom."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Pages by PgUp/PgDn and J/K, ends by Home/End, zoom by + − 0, R turns."""
        bar = self.verticalScrollBar()
        height = self.viewport().height()
        actions: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_J: lambda: self.go_to(self._page + 1),
            Qt.Key.Key_K: lambda: self.go_to(self._page - 1),
            Qt.Key.Key_PageDown: lambda: bar.setValue(bar.value() + height - 48),
            Qt.Key.Key_PageUp: lambda: bar.setValue(bar.value() - height + 48),
            Qt.Key.Key_Home: lambda: bar.setValue(0),
            Qt.Key.Key_End: lambda: bar.setValue(bar.maximum()),
            Qt.Key.Key_Plus: lambda: self.step_zoom(1),
            Qt.Key.Key_Equal: lambda: self.step_zoom(1),
            Qt.Key.Key_Minus: lambda: self.step_zoom(-1),
            Qt.Key.Key_0: self.fit_width,
            Qt.Key.Key_R: lambda: self.turn_pages(1),
        }
        action = actions.get(Qt.Key(event.key()))
        if action is None:
            super().keyPressEvent(event)
            return
        action()

    def _position_at(self, point: QPointF, *, reach: float | None = None) -> Position | None:
        first, last = self._seen()
        for page in range(first, last + 1) if first and self._text else ():
            rect = self._page_rect(page)
            if rect.top() - _GAP / 2 <= point.y() <= rect.bottom() + _GAP / 2 and self._text:
                x, y = (point.x() - rect.x()) / self._zoom, (point.y() - rect.y()) / self._zoom
                x, y = straight_point(x, y, self._papers[page - 1], self._turn)
                return self._text.position(page, x, y, reach=reach)
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin a selection."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = self._position_at(event.position(), reach=24)
            self.select(None, None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Extend the selection while the button is down."""
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            here = self._position_at(event.position())
            self.select(self._pressed, here)
            return
        over = self._position_at(event.position(), reach=4) is not None
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802, ARG002
        """End the selection."""
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Select the part of the sentence under the pointer."""
        here = self._position_at(event.position(), reach=4)
        if here is not None and self._text is not None:
            self.select(*self._text.word_at(here))

    def visible_rect(self, page: int) -> QRect:
        """The rectangle of a page in the viewport."""
        return self._page_rect(page).toAlignedRect()
