"""How everything looks: colours, spaces, text sizes and the marks of a status, in one place.

A pane never writes a colour or a size of its own::

    set_role(title, "title")                      # a look of the stylesheet, see ROLES
    layout.setSpacing(space(2))                   # 8 px: everything stands on a 4-px grid
    painter.setPen(QColor(current().muted))       # read colours when painting, never keep them
    chip.setText(f"{status.mark} {status_name(status)}")     # mark and word, never colour alone
    chip.setStyleSheet(f"color: {status_colour(status)}")
    on_change(self, self._redraw)                 # told when light turns to dark or the text grows

Painted delegates read :func:`current` at each paint and need no call of their own: the whole window
is repainted when the theme changes.
"""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from string import Template

import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from workbench.i18n import tr
from workbench.models.evidence import Status
from workbench.paths import resources

GRID = 4
"""Pixels of one step of the grid."""

ROLES = (
    "title",  # the large text size
    "heading",  # a line above a group: body size, bold
    "muted",  # beside the main thing
    "small",  # the small text size, muted
    "error",  # what went wrong
    "primary",  # QPushButton: the one thing to do here
    "flat",  # QPushButton, QToolButton: no frame until pointed at
    "link",  # QPushButton: reads as a link
    "danger",  # QPushButton: something is lost
    "chip",  # QLabel, QPushButton: a small tinted label, such as a source
    "card",  # QFrame: a panel with a line around it
    "panel",  # QFrame, QWidget: the white ground of work
    "toolbar",  # QFrame: 40-px bar above a pane, a line below it
    "sidebar",  # QFrame, QListView, QTreeView: the column left of the work, on the ground
    "plain",  # QListView, QTableView: no frame
    "figures",  # QTableView: a table of a report, a line below each row
    "composer",  # QFrame around an input that belongs to a talk
    "sunken",  # the ground behind pages
)
"""Looks a widget can take by :func:`set_role`."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, ``#RRGGBB``. ``*_soft`` are grounds for the colour of that name."""

    ground: str
    panel: str
    rail: str
    sunken: str
    line: str
    line_strong: str
    hover: str
    ink: str
    muted: str
    accent: str
    accent_soft: str
    button: str
    button_ink: str
    traced: str
    traced_soft: str
    partial: str
    partial_ink: str
    partial_soft: str
    unproven: str
    unproven_soft: str
    computed: str
    computed_soft: str
    highlight: str
    highlight_line: str
    dark: bool


LIGHT = Palette(
    ground="#F6F6F3",
    panel="#FFFFFF",
    rail="#FBFBF9",
    sunken="#EBEAE5",
    line="#E3E2DC",
    line_strong="#C9C7BE",
    hover="#F0EFEA",
    ink="#1D2327",
    muted="#6B7178",
    accent="#23527C",
    accent_soft="#E8EFF6",
    button="#23527C",
    button_ink="#FFFFFF",
    traced="#2F7D4F",
    traced_soft="#E8F3EC",
    partial="#B07A12",
    partial_ink="#8A5D08",
    partial_soft="#FBF3E0",
    unproven="#B3402E",
    unproven_soft="#FBEEEC",
    computed="#4B5FB3",
    computed_soft="#ECEEF8",
    highlight="#FFF1B8",
    highlight_line="#D9A900",
    dark=False,
)

DARK = Palette(
    ground="#16191C",
    panel="#1D2125",
    rail="#191C1F",
    sunken="#111315",
    line="#2D3237",
    line_strong="#4A5158",
    hover="#262B30",
    ink="#E3E5E7",
    muted="#9BA2A9",
    accent="#8CBBE6",
    accent_soft="#22303F",
    button="#2E6799",
    button_ink="#FFFFFF",
    traced="#72C592",
    traced_soft="#1C2F24",
    partial="#E2B457",
    partial_ink="#E2B457",
    partial_soft="#352B16",
    unproven="#F0907F",
    unproven_soft="#3A2421",
    computed="#A3AFF2",
    computed_soft="#262A40",
    highlight="#594A12",
    highlight_line="#D9B23C",
    dark=True,
)


class TextSize(IntEnum):
    """The three text sizes, in pixels at the normal setting."""

    SMALL = 12
    BODY = 14
    TITLE = 18


class _State:
    palette = LIGHT
    choice = "system"
    scale = 1.0
    listeners: list[tuple["weakref.ref[QObject]", Callable[[], None]]] = []  # noqa: RUF012 one for the program


def current() -> Palette:
    """The colours in use now."""
    return _State.palette


def space(steps: float) -> int:
    """Pixels of ``steps`` of the 4-px grid: 1 tight, 2 normal, 3 between groups, 4 around a page."""
    return round(GRID * steps)


def size(which: TextSize) -> int:
    """Pixels of a text size under the user's setting."""
    return round(which * _State.scale)


def row_height() -> int:
    """Height of a one-line row in lists and tables, in pixels."""
    return max(32, round(size(TextSize.BODY) * 1.5) + space(2.5))


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget one of :data:`ROLES`; may be called again with another."""
    widget.setProperty("role", role)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def status_colour(status: Status) -> str:
    """Ink for a status; always shown together with its mark."""
    colours = _State.palette
    return {
        Status.TRACED: colours.traced,
        Status.COMPUTED: colours.computed,
        Status.PARTIAL: colours.partial_ink,
        Status.UNPROVEN: colours.unproven,
        Status.CONFLICT: colours.partial_ink,
        Status.OWN: colours.muted,
    }[status]


def status_ground(status: Status) -> str:
    """Ground for text of a status."""
    colours = _State.palette
    return {
        Status.TRACED: colours.traced_soft,
        Status.COMPUTED: colours.computed_soft,
        Status.PARTIAL: colours.partial_soft,
        Status.UNPROVEN: colours.unproven_soft,
        Status.CONFLICT: colours.partial_soft,
        Status.OWN: colours.hover,
    }[status]


def status_name(status: Status) -> str:
    """The word for a status, for people and screen readers."""
    return tr(f"shell.status.{status.value}")


def on_change(owner: QObject, callback: Callable[[], None]) -> None:
    """Call ``callback`` after each change of theme or text size, as long as ``owner`` lives."""
    _State.listeners.append((weakref.ref(owner), callback))


def apply(choice: str = "system", text_percent: int = 100) -> None:
    """Dress the application: ``choice`` is ``system``, ``light`` or ``dark``."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    dark = choice == "dark" or (choice == "system" and _system_is_dark())
    wanted, scale = DARK if dark else LIGHT, text_percent / 100
    _State.choice = choice
    if app.styleSheet() and (wanted, scale) == (_State.palette, _State.scale):
        return
    _State.palette, _State.scale = wanted, scale
    if not app.styleSheet():
        app.setStyle("Fusion")
    app.setPalette(_qt_palette(_State.palette))
    font = app.font()
    font.setPixelSize(size(TextSize.BODY))
    app.setFont(font)
    app.setStyleSheet(stylesheet(_State.palette))
    _tell()


def follow_system() -> None:
    """Re-dress when the system turns light or dark, while the setting says ``system``. Call once."""
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.connect(_system_changed)


def stylesheet(colours: Palette) -> str:
    """The whole application's stylesheet in these colours and the current text size."""
    values = {name: getattr(colours, name) for name in colours.__slots__}
    values |= {
        "small": f"{size(TextSize.SMALL)}px",
        "body": f"{size(TextSize.BODY)}px",
        "title": f"{size(TextSize.TITLE)}px",
        "control": f"{max(20, round(size(TextSize.BODY) * 1.5))}px",
        "icons": (resources() / "icons").as_posix(),
        "shade": "dark" if colours.dark else "light",
    }
    return Template((resources() / "icons" / "theme.qss").read_text(encoding="utf-8")).substitute(values)


def _system_changed(_scheme: Qt.ColorScheme) -> None:
    if _State.choice == "system":
        apply("system", round(_State.scale * 100))


def _system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _tell() -> None:
    alive = []
    for reference, callback in _State.listeners:
        owner = reference()
        if owner is not None and shiboken6.isValid(owner):
            alive.append((reference, callback))
    _State.listeners[:] = alive
    for _, callback in alive:
        callback()


def _qt_palette(colours: Palette) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: colours.ground,
        QPalette.ColorRole.WindowText: colours.ink,
        QPalette.ColorRole.Base: colours.panel,
        QPalette.ColorRole.AlternateBase: colours.ground,
        QPalette.ColorRole.Text: colours.ink,
        QPalette.ColorRole.Button: colours.panel,
        QPalette.ColorRole.ButtonText: colours.ink,
        QPalette.ColorRole.Highlight: colours.accent_soft,
        QPalette.ColorRole.HighlightedText: colours.ink,
        QPalette.ColorRole.Link: colours.accent,
        QPalette.ColorRole.LinkVisited: colours.accent,
        QPalette.ColorRole.PlaceholderText: colours.muted,
        QPalette.ColorRole.ToolTipBase: colours.panel,
        QPalette.ColorRole.ToolTipText: colours.ink,
        QPalette.ColorRole.Accent: colours.accent,
        QPalette.ColorRole.Mid: colours.line,
        QPalette.ColorRole.Dark: colours.line_strong,
    }
    palette = QPalette()
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return palette
