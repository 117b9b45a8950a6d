"""The Models pane: what works, what is missing, and every way to change it."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton

from tests.views.conftest import ShellModel, ShellRegistry
from workbench.inference.api import Role
from workbench.views.models_pane import ModelsPane
from workbench.views.models_pane.card import size_words
from workbench.views.models_pane.offers import KnownCard
from workbench.views.models_pane.questions import RoleChoice

CHAT = ShellModel("aaaa1111", "Qwen2.5 1.5B", Role.CHAT, "qwen.gguf")
SPARE = ShellModel("bbbb2222", "Qwen2.5 3B", Role.CHAT, "qwen3b.gguf")
EMBED = ShellModel("cccc3333", "e5 small", Role.EMBEDDING, "e5.gguf", 73_578_656, "MIT")


@pytest.fixture
def open_pane(shell_desk, qtbot):
    def make(registry):
        pane = ModelsPane(shell_desk(registry=registry))
        qtbot.addWidget(pane)
        pane.show()
        qtbot.waitUntil(lambda: pane.whole)
        return pane

    return make


def cards(pane):
    return pane.cards


def words(widget):
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def test_a_role_without_a_model_says_what_is_lost_and_offers_the_import(open_pane):
    pane = open_pane(ShellRegistry())
    chat, embedding = cards(pane)
    assert "没有模型" in words(chat)
    assert "不能生成回答" in words(chat)
    assert "import" in chat.buttons
    assert "只按字词查找" in words(embedding)


def test_a_model_is_shown_with_file_size_licence_and_hash(open_pane):
    pane = open_pane(ShellRegistry(CHAT, EMBED))
    said = words(cards(pane)[0])
    for word in ("Qwen2.5 1.5B", "qwen.gguf", "1.04 GB", "Apache-2.0", "SHA-256 aaaa1111aaaa1111"):
        assert word in said


def test_models_of_the_catalogue_that_are_missing_are_listed(open_pane):
    pane = open_pane(ShellRegistry())
    known = [words(card) for card in pane.findChildren(KnownCard)]
    assert any("Qwen2.5-Coder-1.5B" in text for text in known)
    assert not any("SmolLM2" in text for text in known)


def test_a_damaged_model_says_so_and_offers_to_import_it_again(open_pane):
    registry = ShellRegistry(CHAT)
    registry.damaged.add(CHAT.id)
    pane = open_pane(registry)
    chat = cards(pane)[0]
    assert "⚠" in words(chat)
    assert "模型文件已损坏" in words(chat)
    assert "import" in chat.buttons


def test_another_model_is_promoted_and_taken_back(open_pane, qtbot):
    registry = ShellRegistry(CHAT, SPARE)
    pane = open_pane(registry)
    spare = next(card for card in cards(pane) if card.holds == SPARE.id)
    spare.buttons["promote"].click()
    qtbot.waitUntil(lambda: cards(pane)[0].holds == SPARE.id)
    cards(pane)[0].buttons["rollback"].click()
    qtbot.waitUntil(lambda: cards(pane)[0].holds == CHAT.id)


def test_removing_takes_two_presses(open_pane, qtbot):
    registry = ShellRegistry(CHAT)
    pane = open_pane(registry)
    button = cards(pane)[0].buttons["remove"]
    button.click()
    assert CHAT.id in registry.models
    button.click()
    qtbot.waitUntil(lambda: CHAT.id not in registry.models)
    qtbot.waitUntil(lambda: not cards(pane)[0].holds)


def test_a_dropped_file_is_imported_with_progress(open_pane, qtbot, tmp_path):
    registry = ShellRegistry()
    registry.gate.clear()
    pane = open_pane(registry)
    drop(pane, tmp_path / "qwen.gguf")
    qtbot.waitUntil(lambda: pane._progress.isVisible() and not pane.bring.isEnabled())
    registry.gate.set()
    qtbot.waitUntil(lambda: bool(cards(pane)[0].holds))
    assert pane.bring.isEnabled()
    assert not pane._progress.isVisible()


def test_other_files_are_not_taken(open_pane, tmp_path):
    pane = open_pane(ShellRegistry())
    event = drag(tmp_path / "report.pdf")
    pane.dragEnterEvent(event)
    assert not event.isAccepted()


def test_an_import_is_stopped_with_escape_and_leaves_nothing(open_pane, qtbot, tmp_path):
    registry = ShellRegistry()
    registry.gate.clear()
    pane = open_pane(registry)
    pane.import_file(tmp_path / "qwen.gguf")
    stop = next(c for c in pane.commands() if c.shortcut == "Esc")
    assert stop.enabled()
    stop.run()
    assert not stop.enabled()
    idle = []
    pane._desk.job_runner.stop_all(lambda: idle.append(1))
    qtbot.waitUntil(lambda: bool(idle))
    assert registry.models == {}


def test_a_file_that_does_not_say_its_role_is_asked_for(open_pane, qtbot, tmp_path):
    registry = ShellRegistry()
    pane = open_pane(registry)
    pane.import_file(tmp_path / "unclear.gguf")
    qtbot.waitUntil(lambda: bool(pane.findChildren(RoleChoice)))
    choice = pane.findChildren(RoleChoice)[0]
    assert choice.first.hasFocus() or choice.first.isVisible()
    next(b for b in choice.findChildren(QPushButton) if b.text() == "检索").click()
    qtbot.waitUntil(lambda: any(m.role is Role.EMBEDDING for m in registry.models.values()))


def test_an_error_becomes_a_banner_and_the_pane_goes_on(open_pane, qtbot):
    registry = ShellRegistry(CHAT)
    pane = open_pane(registry)
    warned = []
    pane._desk.set_stage(SimpleNamespace(warn=warned.append, notify=lambda _text: None, case=None))
    registry.damaged.add(CHAT.id)
    cards(pane)[0].buttons["verify"].click()
    qtbot.waitUntil(lambda: bool(warned))
    qtbot.waitUntil(lambda: "⚠" in words(cards(pane)[0]))


def test_sizes_are_written_for_people():
    assert [size_words(n) for n in (73_578_656, 1_117_320_768, 0)] == ["70 MB", "1.04 GB", "0 MB"]


def drag(path: Path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    drag.kept = mime
    point = QPointF(10, 10).toPoint()
    return QDragEnterEvent(
        point, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )


def drop(pane, path: Path):
    pane.dragEnterEvent(drag(path))
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        drag.kept,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    pane.dropEvent(event)
