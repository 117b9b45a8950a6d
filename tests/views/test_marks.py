"""The marks of the contract: one optical size in both languages, at every size of text, on both grounds."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel

from workbench.i18n import set_language
from workbench.models.evidence import Status
from workbench.views import fonts, theme
from workbench.views.mark_face import marks

CONTRACT = [status.mark for status in Status]
ROUND = "●◐○"
BODY = 14


@pytest.fixture(autouse=True)
def undressed(qapp):
    before = qapp.font()
    yield
    set_language("zh")
    fonts.dress(qapp)
    qapp.setFont(before)


def dressed(language, pixels):
    """The application's font as a label of that language has it."""
    set_language(language)
    fonts.dress(QApplication.instance())
    font = QFont(QApplication.font())
    font.setPixelSize(pixels)
    return font


def drawn(font, text, colour="#000000", ground="#FFFFFF"):
    """A picture of the text."""
    picture = QImage(120, 80, QImage.Format.Format_RGB32)
    picture.fill(QColor(ground))
    painter = QPainter(picture)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(10, 50, text)
    painter.end()
    return picture


def ink(font, text, *colours):
    """Where a text leaves ink: its left, top, right and bottom edge in pixels."""
    picture = drawn(font, text, *colours)
    pixels = np.frombuffer(picture.constBits(), dtype=np.uint8).reshape(80, 120, 4)[:, :, :3].astype(int)
    strength = np.abs(pixels - pixels[0, 0]).sum(axis=2)
    rows, columns = np.nonzero(strength > strength.max() * 0.3)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def extent(font, text, *colours):
    left, top, right, bottom = ink(font, text, *colours)
    return right - left, bottom - top


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("pixels", [12, BODY, 18, 21])
def test_every_mark_of_the_contract_is_as_large_as_the_others(qapp, language, pixels):
    font = dressed(language, pixels)
    sizes = {mark: extent(font, mark) for mark in CONTRACT}
    assert all(max(size) >= 0.65 * pixels for size in sizes.values()), sizes
    assert all(max(size) <= 1.0 * pixels for size in sizes.values()), sizes
    heights = [sizes[mark][1] for mark in ROUND]
    assert max(heights) - min(heights) <= 1, sizes
    widths = [sizes[mark][0] for mark in ROUND]
    assert max(widths) - min(widths) <= 1, sizes


@pytest.mark.parametrize("mark", CONTRACT)
def test_a_mark_is_the_same_sign_in_both_languages(qapp, mark):
    assert extent(dressed("en", BODY), mark) == extent(dressed("zh", BODY), mark)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_mark_stands_level_with_the_words_beside_it(qapp, language):
    font = dressed(language, 28)
    _, top, _, bottom = ink(font, "●")
    _, upper, _, lower = ink(font, "H" if language == "en" else "中")
    assert abs((top + bottom) - (upper + lower)) / 2 <= 28 * 0.06


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK])
def test_marks_are_as_large_on_a_dark_ground(qapp, palette):
    font = dressed("en", BODY)
    for mark, colour in zip("●◐○", (palette.traced, palette.partial_ink, palette.unproven), strict=True):
        width, height = extent(font, mark, colour, palette.panel)
        assert abs(width - height) <= 1
        assert height >= 0.65 * BODY


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_the_marks_make_no_line_higher_and_no_letter_other(qapp, language, weight):
    font = dressed(language, BODY)
    font.setWeight(QFont.Weight(weight))
    plain = QFont(font)
    plain.setFamilies(font.families()[1:])
    for text in ("Assets 12", "资产总计 12"):
        assert drawn(font, text) == drawn(plain, text)
    ours, theirs = QFontMetricsF(font), QFontMetricsF(plain)
    assert abs(ours.ascent() - theirs.ascent()) < 0.1
    assert abs(ours.height() - theirs.height()) < 0.2
    label, other = QLabel("● 资产 assets"), QLabel("资产 assets")
    for one in (label, other):
        one.setFont(font)
    assert label.sizeHint().height() == other.sizeHint().height()


def test_every_sign_of_the_face_is_drawn_by_it_and_fits_its_square(qapp):
    font = dressed("en", 100)
    face = QFont(font)
    face.setFamilies(font.families()[:1])
    face.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
    metrics = QFontMetricsF(face)
    assert set(CONTRACT) < set(marks())
    for mark in marks():
        assert metrics.inFontUcs4(ord(mark)), mark
        assert metrics.horizontalAdvance(mark) == pytest.approx(100, abs=1)
        around = metrics.tightBoundingRect(mark)
        assert around.left() >= 0
        assert around.right() <= 100
        assert 40 <= around.height() <= 100


def test_dressing_again_adds_no_second_face_of_marks(qapp):
    first = dressed("zh", BODY).families()
    dressed("en", BODY)
    assert dressed("zh", BODY).families() == first
    assert sum(name.startswith("Inkstone Marks") for name in first) == 1


def test_a_label_of_a_status_shows_its_mark_in_the_window(qtbot):
    font = dressed("en", BODY)
    label = QLabel(f"{Status.PARTIAL.mark}")
    qtbot.addWidget(label)
    label.setFont(font)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.resize(40, 40)
    picture = label.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = [y for y in range(40) if len({picture.pixelColor(x, y).value() for x in range(40)}) > 1]
    assert len(rows) >= 0.65 * BODY
