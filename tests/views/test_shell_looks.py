"""Theme, icons, faces and the settings page."""

import re

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QFont, QFontDatabase, QTextBlockFormat, QTextDocument
from PySide6.QtWidgets import QComboBox, QPushButton, QSpinBox

from tests.views.conftest import ShellEngine
from workbench import vault
from workbench.models.evidence import Status
from workbench.paths import resources
from workbench.settings import declarations, load
from workbench.views import fonts, icons, panes, theme
from workbench.views.settings_pane import SettingsPane


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK])
def test_text_can_be_read_on_its_ground(palette):
    pairs = [
        (palette.ink, palette.ground),
        (palette.ink, palette.panel),
        (palette.ink, palette.highlight),
        (palette.ink, palette.accent_soft),
        (palette.muted, palette.panel),
        (palette.muted, palette.ground),
        (palette.accent, palette.accent_soft),
        (palette.traced, palette.panel),
        (palette.partial_ink, palette.partial_soft),
        (palette.unproven, palette.unproven_soft),
        (palette.computed, palette.computed_soft),
        (palette.button_ink, palette.button),
    ]
    assert [(a, b, round(contrast(a, b), 2)) for a, b in pairs if contrast(a, b) < 4.5] == []


def test_every_status_has_a_mark_a_word_and_a_colour(qapp):
    theme.apply("light")
    seen = {(s.mark, theme.status_name(s)) for s in Status}
    assert len(seen) == len(Status)
    assert all(re.fullmatch("#[0-9A-F]{6}", theme.status_colour(s)) for s in Status)


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_the_stylesheet_has_no_unknown_name_and_its_pictures_exist(qapp, shade):
    theme.apply(shade)
    sheet = theme.stylesheet(theme.current())
    assert "$" not in sheet
    for path in re.findall(r'url\("([^"]+)"\)', sheet):
        assert (resources() / path).is_file()


def test_text_grows_with_the_setting(qapp):
    theme.apply("light", 130)
    assert theme.size(theme.TextSize.BODY) == 18
    theme.apply("light", 100)
    assert theme.size(theme.TextSize.BODY) == 14


def test_a_change_of_theme_is_told_only_to_the_living(qapp):
    heard = []
    owner, gone = QObject(), QObject()
    theme.on_change(owner, lambda: heard.append("here"))
    theme.on_change(gone, lambda: heard.append("gone"))
    del gone
    theme.apply("dark")
    theme.apply("light")
    assert heard == ["here", "here"]


def test_an_icon_follows_the_theme(qapp, qtbot):
    theme.apply("light")
    button = QPushButton()
    qtbot.addWidget(button)
    icons.set_icon(button, "search", "ink")
    before = button.icon().pixmap(18, 18).toImage()
    theme.apply("dark")
    after = button.icon().pixmap(18, 18).toImage()
    theme.apply("light")
    assert before != after


def test_every_pane_s_icon_exists():
    assert {kind.icon for kind in panes.KINDS} <= set(icons.names())


def test_a_machine_without_a_chinese_face_is_told_the_package(qapp, monkeypatch):
    monkeypatch.setattr(QFontDatabase, "families", lambda *_: [])
    monkeypatch.setattr(fonts.sys, "platform", "linux")
    told = fonts.missing_face()
    assert told is not None
    assert "fonts-noto-cjk" in told.hint


def test_lines_are_one_and_a_half_times_the_text_high(qapp):
    font = QFont()
    font.setPixelSize(14)
    document = QTextDocument("一\n二")
    document.setDefaultFont(font)
    fonts.set_line_height(document)
    block = document.firstBlock().blockFormat()
    assert block.lineHeight() == 21
    assert block.lineHeightType() == QTextBlockFormat.LineHeightTypes.MinimumHeight.value
    assert not document.isUndoAvailable()


def test_digits_have_one_width(qapp):
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(fonts.figures(QFont()))
    assert len({round(metrics.horizontalAdvance(d * 20), 1) for d in "0123456789"}) == 1


@pytest.fixture
def settings_pane(shell_desk, qtbot):
    pane = SettingsPane(shell_desk(engine=ShellEngine()))
    qtbot.addWidget(pane)
    return pane


def test_the_settings_page_shows_every_declared_setting(settings_pane):
    assert set(settings_pane.controls) == {n for n, d in declarations().items() if d.group}


def test_a_choice_counts_and_is_kept_at_once(settings_pane):
    keeper = settings_pane._desk.settings
    box, spin = settings_pane.controls["theme"], settings_pane.controls["auto_lock_minutes"]
    assert isinstance(box, QComboBox)
    assert isinstance(spin, QSpinBox)
    box.setCurrentIndex(box.findData("dark"))
    spin.setValue(5)
    assert (keeper.now.theme, load(keeper.home).auto_lock_minutes) == ("dark", 5)


def test_limits_of_the_declaration_bound_the_control(settings_pane):
    for name, declaration in declarations().items():
        control = settings_pane.controls.get(name)
        if isinstance(control, QSpinBox):
            assert (control.minimum(), control.maximum()) == (declaration.low, declaration.high)


def test_the_passphrase_is_changed_and_a_new_code_shown(shell_desk, qtbot, tmp_path):
    cheap = vault.Cost(1, 1024, 1)
    opened, old_code = vault.create(tmp_path / "lib", passphrase="first passphrase", cost=cheap)
    pane = SettingsPane(shell_desk(vault=opened))
    qtbot.addWidget(pane)
    from workbench.views.settings_pane.protection import ProtectionCard

    card = pane.findChild(ProtectionCard)
    card.first.setText("second passphrase")
    card.second.setText("second passphrase")
    card.change.click()
    qtbot.waitUntil(lambda: not card.first.text())
    assert vault.unlock(tmp_path / "lib", passphrase="second passphrase").key
    card.renew.click()
    qtbot.waitUntil(lambda: bool(card._code.text()))
    assert card._code.text() != old_code
    assert vault.unlock(tmp_path / "lib", recovery_code=card._code.text()).key
