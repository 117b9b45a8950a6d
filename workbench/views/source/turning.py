"""Pages shown turned by quarters, for scans that lie on their side: places on the page and as shown."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from workbench.models.documents.document import PageSize
from workbench.models.evidence import Box


def turned_size(size: PageSize, turn: int) -> PageSize:
    """The size of a page turned clockwise by so many quarters."""
    return PageSize(size.height, size.width) if turn % 2 else size


def turned_point(x: float, y: float, size: PageSize, turn: int) -> tuple[float, float]:
    """A point of a page (of ``size``) as shown."""
    match turn % 4:
        case 1:
            return size.height - y, x
        case 2:
            return size.width - x, size.height - y
        case 3:
            return y, size.width - x
        case _:
            return x, y


def turned_box(box: Box, size: PageSize, turn: int) -> Box:
    """A box of a page (of ``size``) as shown."""
    x0, y0 = turned_point(box[0], box[1], size, turn)
    x1, y1 = turned_point(box[2], box[3], size, turn)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def straight_point(x: float, y: float, size: PageSize, turn: int) -> tuple[float, float]:
    """A shown point on the page (of ``size``) itself: the way back from :func:`turned_point`."""
    return turned_point(x, y, turned_size(size, turn), -turn)


def draw_turned(painter: QPainter, rect: QRectF, picture: QImage, turn: int) -> None:
    """Draw a page's picture into the rectangle it is shown in."""
    painter.save()
    painter.translate(rect.center())
    painter.rotate(90 * turn)
    width, height = (rect.height(), rect.width()) if turn % 2 else (rect.width(), rect.height())
    painter.drawImage(QRectF(-width / 2, -height / 2, width, height), picture)
    painter.restore()
