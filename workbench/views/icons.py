"""Icons: our own line drawings, coloured from the theme.

::

    set_icon(button, "search")              # recoloured by itself when the theme changes
    set_icon(button, "stop", "unproven")    # a colour of the palette by its name
    label.setPixmap(pixmap("pdf", "muted", 16, self.devicePixelRatioF()))
"""

import weakref
from functools import lru_cache
from typing import Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from workbench.paths import resources
from workbench.views import theme

_SCALES = (1.0, 2.0)
_PROPERTY = "theme_icon"


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon, /) -> None: ...  # noqa: N802 Qt's name
    def setIconSize(self, size: QSize, /) -> None: ...  # noqa: N802 Qt's name


def names() -> tuple[str, ...]:
    """All icons there are."""
    return tuple(sorted(path.stem for path in (resources() / "icons").glob("*.svg")))


@lru_cache(maxsize=512)
def _drawn(name: str, colour: str, pixels: int) -> QPixmap:
    drawing = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    picture = QPixmap(pixels, pixels)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return picture


def pixmap(name: str, tone: str = "muted", size: int = 20, ratio: float = 1.0) -> QPixmap:
    """One icon as a picture of ``size`` logical pixels; ``tone`` is a colour's name in the palette."""
    picture = QPixmap(_drawn(name, getattr(theme.current(), tone), round(size * ratio)))
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(name: str, tone: str = "muted", size: int = 20, on_tone: str = "accent") -> QIcon:
    """One icon in today's colours, accented when checked; better :func:`set_icon`, which follows the theme."""
    made = QIcon()
    for ratio in _SCALES:
        made.addPixmap(pixmap(name, tone, size, ratio), QIcon.Mode.Normal, QIcon.State.Off)
        made.addPixmap(pixmap(name, on_tone, size, ratio), QIcon.Mode.Normal, QIcon.State.On)
        made.addPixmap(pixmap(name, "line_strong", size, ratio), QIcon.Mode.Disabled, QIcon.State.Off)
    return made


def set_icon(button: _HasIcon, name: str, tone: str = "muted", size: int = 18) -> None:
    """Give a button or action an icon that follows the theme; may be called again with another."""
    if hasattr(button, "setIconSize"):
        button.setIconSize(QSize(size, size))
    button.setIcon(icon(name, tone, size))
    if isinstance(button, QObject):
        known = button.property(_PROPERTY) is not None
        button.setProperty(_PROPERTY, [name, tone, size])
        if not known:
            reference: weakref.ref[QObject] = weakref.ref(button)
            theme.on_change(button, lambda: _recolour(reference()))


def _recolour(button: QObject | None) -> None:
    if button is not None:
        name, tone, size = button.property(_PROPERTY)
        button.setIcon(icon(name, tone, size))  # type: ignore[attr-defined]


def app_icon() -> QIcon:
    """The program's own sign."""
    return QIcon(str(resources() / "icons" / "inkstone.svg"))
