"""Faces for Chinese text and for the marks, figures of one width, and the height of lines.

::

    label.setFont(figures(label.font()))            # digits under each other
    set_line_height(edit.document())                # 1.5 of the text size
    missing = missing_face()                        # None, or what to tell who has no Chinese face
"""

import sys

from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QApplication

from workbench.errors import WorkbenchError
from workbench.i18n import language, tr
from workbench.views.mark_face import EM, WEIGHTS, LineMetrics, mark_face

LINE_HEIGHT = 1.5

_PREFERRED = (
    "PingFang SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "HarmonyOS Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "SimSun",
)
_LATIN = ("Inter", "Noto Sans", "Source Sans 3", "Cantarell", "Ubuntu", "Liberation Sans", "DejaVu Sans")
_MARKS = "Inkstone Marks"
_PACKAGE = {"linux": "fonts-noto-cjk", "darwin": "PingFang SC", "win32": "Microsoft YaHei"}


def chinese_families() -> tuple[str, ...]:
    """Families the system can set Chinese text in, the preferred ones first; works without a window."""
    offline = QGuiApplication.instance() or QGuiApplication([])
    families = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    public = [family for family in families if not QFontDatabase.isPrivateFamily(family)]
    known = [name for name in _PREFERRED if name in public]
    del offline
    return (*known, *(family for family in public if family not in known))


def chinese_face() -> str | None:
    """The family Chinese text is set in; None where the system has none."""
    return next(iter(chinese_families()), None)


def missing_face() -> WorkbenchError | None:
    """What to tell a user on whose machine Chinese text can't be drawn."""
    if chinese_face() is not None:
        return None
    package = _PACKAGE.get(sys.platform, _PACKAGE["linux"])
    return WorkbenchError(tr("shell.no_font"), tr("shell.no_font_hint", package=package))


def dress(app: QApplication) -> None:
    """Set the application in the system's own face, the Chinese face behind it and our marks before both."""
    face = chinese_face()
    font = app.font()
    own = [f for f in font.families() if f and f != face and not f.startswith(_MARKS)]
    if face is not None:
        own = [*(_latin() if sys.platform.startswith("linux") else own), face]
    font.setFamilies([*_marks_for(own), *own])
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    app.setFont(font)


def _marks_for(families: list[str]) -> list[str]:
    """The family of our marks in line with text of these families; empty where the system doesn't take it."""
    text = QFont()
    text.setFamilies(families)
    text.setPixelSize(EM)
    told = QFontMetricsF(text)
    sizes = (told.ascent(), told.descent(), told.leading(), told.xHeight(), told.capHeight(), told.averageCharWidth())
    metrics = LineMetrics(*(round(one) for one in sizes))
    # A face that is there can't be taken away without every font being looked up anew: one for each metrics stays.
    family = f"{_MARKS} {metrics.ascent} {metrics.descent} {metrics.leading}"
    if family in QFontDatabase.families():
        return [family]
    numbers = [QFontDatabase.addApplicationFontFromData(mark_face(family, metrics, weight)) for weight in WEIGHTS]
    return [family] if min(numbers) >= 0 and family in QFontDatabase.families() else []


def _latin() -> list[str]:
    """On Linux the CJK face sets Latin text too in Chinese, where its wide quotation marks are meant."""
    if language() == "zh":
        return []
    families = QFontDatabase.families()
    return [name for name in _LATIN if name in families][:1]


def figures(font: QFont) -> QFont:
    """The same font with digits of one width: without the kerning that some faces have between two ones."""
    made = QFont(font)
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setKerning(False)
    return made


def line_height(font: QFont) -> int:
    """Pixels from one line to the next."""
    pixels = font.pixelSize() if font.pixelSize() > 0 else round(font.pointSizeF() * 96 / 72)
    return round(pixels * LINE_HEIGHT)


def block_format(font: QFont, below: int = 0) -> QTextBlockFormat:
    """A paragraph's format with our line height and ``below`` pixels after it."""
    made = QTextBlockFormat()
    made.setLineHeight(line_height(font), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
    made.setBottomMargin(below)
    return made


def set_line_height(document: QTextDocument) -> None:
    """Give every paragraph of a document our line height, without an undo step."""
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    undo = document.isUndoRedoEnabled()
    document.setUndoRedoEnabled(False)
    cursor.mergeBlockFormat(block_format(document.defaultFont()))
    document.setUndoRedoEnabled(undo)
