"""The painted map: points, the names of regions, what lies under the mouse; zoom, pan and keyboard."""

import math
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from workbench.i18n import tr
from workbench.models.retrieval.map import LibraryMap, MapPoint, Region
from workbench.views import theme
from workbench.views.walking import is_drag, neighbour, walk, wheel_factor

_REACH = 12.0
_EDGE = 1.12
_ZOOM = (0.5, 40.0)
_KEY, _WHEEL = 1.3, 1.2
_HUES = (210, 30, 140, 280, 0, 180, 60, 320, 245, 95, 15, 160)
COLOURS = len(_HUES)
"""Groups that have a colour of their own; further ones are grey."""


def colour_of(group: int) -> QColor:
    """The colour of a group in today's theme."""
    colours = theme.current()
    if not 0 <= group < COLOURS:
        return QColor(colours.muted)
    return QColor.fromHsl(_HUES[group], 150 if colours.dark else 140, 165 if colours.dark else 105)


class MapCanvas(QWidget):
    """Emits the point under the mouse or the keyboard (or None), and the point to open."""

    pointed = Signal(object)
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._points: tuple[MapPoint, ...] = ()
        self._regions: tuple[Region, ...] = ()
        self._groups: Mapping[str, int] = {}
        self._here: MapPoint | None = None
        self._zoom = 1.0
        self._middle = QPointF(0, 0)
        self._pressed: QPointF | None = None
        self._dragged = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("library_map.picture_name"))
        theme.on_change(self, self.update)

    @property
    def here(self) -> MapPoint | None:
        """The point pointed at."""
        return self._here

    @property
    def zoom(self) -> float:
        """How many times larger than the whole map at once."""
        return self._zoom

    def show_map(self, drawn: LibraryMap) -> None:
        """Draw a map, the whole of it."""
        self._points, self._regions = drawn.points, drawn.regions
        self._point_at(None)
        self.fit()

    def colour_by(self, groups: Mapping[str, int]) -> None:
        """Colour points by the group of their passage (its id)."""
        self._groups = groups
        self.update()

    def fit(self) -> None:
        """Show all."""
        self._zoom, self._middle = 1.0, QPointF(0, 0)
        self.update()

    def zoom_by(self, factor: float, around: QPointF | None = None) -> None:
        """Nearer or farther; what lies at ``around`` stays there."""
        fixed = around if around is not None else QPointF(self.width() / 2, self.height() / 2)
        before = self._on_map(fixed)
        self._zoom = min(max(self._zoom * factor, _ZOOM[0]), _ZOOM[1])
        self._middle += before - self._on_map(fixed)
        self.update()

    def place_of(self, point: MapPoint | Region) -> QPointF:
        """Where a point is drawn, in the widget."""
        across, along = self._scale
        return QPointF(
            self.width() / 2 + (point.x - self._middle.x()) * across,
            self.height() / 2 + (point.y - self._middle.y()) * along,
        )

    def at(self, place: QPointF) -> MapPoint | None:
        """The point nearest to a place in the widget, within reach."""
        best, least = None, _REACH
        for point in self._points:
            way = self.place_of(point) - place
            apart = math.hypot(way.x(), way.y())
            if apart < least:
                best, least = point, apart
        return best

    def step(self, dx: int, dy: int) -> None:
        """To the nearest point that way; to the one nearest to the middle at first."""
        if self._here is None:
            middle = QPointF(self.width() / 2, self.height() / 2)
            self._point_at(min(self._points, key=lambda p: (self.place_of(p) - middle).manhattanLength(), default=None))
            return
        others = ((p, self.place_of(p)) for p in self._points if p is not self._here)
        found = neighbour(self.place_of(self._here), others, dx, dy)
        if found is not None:
            self._point_at(found)
            if not QRectF(self.rect()).contains(self.place_of(found)):
                self._middle = QPointF(found.x, found.y)

    def enter(self) -> bool:
        """Open the point the keyboard is at."""
        if self._here is not None:
            self.opened.emit(self._here)
        return self._here is not None

    def zoom_step(self, *, nearer: bool) -> None:
        """Nearer to the point the keyboard is at, or farther."""
        if nearer:
            self.zoom_by(_KEY, self.place_of(self._here) if self._here else None)
        else:
            self.zoom_by(1 / _KEY)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 Qt's name
        """Points, then names, then what is pointed at."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.current().ground))
        radius = min(2.6 + 0.6 * math.log2(max(self._zoom, 1)) + (1.4 if len(self._points) < 400 else 0), 7.0)
        painter.setPen(Qt.PenStyle.NoPen)
        for point in self._points:
            colour = colour_of(self._groups.get(point.chunk, -1))
            colour.setAlphaF(0.75)
            painter.setBrush(colour)
            painter.drawEllipse(self.place_of(point), radius, radius)
        self._paint_names(painter)
        if self._here is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.current().ink), 2))
            painter.drawEllipse(self.place_of(self._here), radius + 3, radius + 3)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.current().accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows go to the nearest point that way, Enter opens it, plus and minus zoom, 0 shows all."""
        if not walk(self, event):
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """The wheel zooms where the mouse is."""
        self.zoom_by(wheel_factor(event, _WHEEL), event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click or a drag begins."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell what lies under the mouse, or move the map."""
        if self._pressed is None:
            self._point_at(self.at(event.position()))
            return
        way = event.position() - self._pressed
        if self._dragged or is_drag(self._pressed, event.position()):
            across, along = self._scale
            self._dragged = True
            self._middle -= QPointF(way.x() / across, way.y() / along)
            self._pressed = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click opens what lies under it."""
        pressed, self._pressed = self._pressed, None
        if pressed is None or self._dragged:
            return
        found = self.at(event.position())
        self._point_at(found)
        if found is not None:
            self.opened.emit(found)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The map fills what there is."""
        super().resizeEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show that the keyboard is here."""
        super().focusInEvent(event)
        self.update()

    @property
    def _scale(self) -> tuple[float, float]:
        """Pixels of one unit of the map, across and down; the map is stretched to the widget's shape."""
        half = self._zoom / _EDGE / 2
        return max(self.width(), 50) * half, max(self.height(), 50) * half

    def _on_map(self, place: QPointF) -> QPointF:
        across, along = self._scale
        return QPointF(
            self._middle.x() + (place.x() - self.width() / 2) / across,
            self._middle.y() + (place.y() - self.height() / 2) / along,
        )

    def _paint_names(self, painter: QPainter) -> None:
        """Largest regions first; a name that would lie over another is left out."""
        font = QFont(self.font())
        font.setPixelSize(theme.size(theme.TextSize.BODY))
        font.setBold(True)
        painter.setFont(font)
        metrics, taken = QFontMetricsF(font), list[QRectF]()
        colours = theme.current()
        ground = QColor(colours.panel)
        ground.setAlphaF(0.85)
        for region in sorted(self._regions, key=lambda r: -r.size):
            box = QRectF(
                0, 0, metrics.horizontalAdvance(region.name) + theme.space(3), metrics.height() + theme.space(1)
            )
            box.moveCenter(self.place_of(region))
            if region.name and not any(box.intersects(other) for other in taken):
                taken.append(box)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ground)
                painter.drawRoundedRect(box, 4, 4)
                painter.setPen(QColor(colours.ink))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, region.name)

    def _point_at(self, point: MapPoint | None) -> None:
        if point is self._here:
            return
        self._here = point
        self.setCursor(Qt.CursorShape.PointingHandCursor if point else Qt.CursorShape.ArrowCursor)
        self.pointed.emit(point)
        self.update()
