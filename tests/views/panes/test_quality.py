"""The Quality pane: measuring in the background, results, questions, blind comparison."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAccessible, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QSpinBox,
    QTableWidget,
    QTextEdit,
    QWidget,
)

from workbench.inference.api import Role
from workbench.inference.fake import FakeEngine
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.library import Importer
from workbench.models.measuring import Figure, InLibrary, Measurement, Record, Verdict
from workbench.views import theme
from workbench.views.quality import QualityPane

MODELS = (
    SimpleNamespace(id="chat-a", name="Alpha", role=Role.CHAT),
    SimpleNamespace(id="chat-b", name="Beta", role=Role.CHAT),
    SimpleNamespace(id="embed-a", name="Space", role=Role.EMBEDDING),
)


class Registry:
    """Three models, and what was noted beside them."""

    def __init__(self):
        self.noted = []

    def list(self):
        return MODELS

    def roles(self):
        return {Role.CHAT: ("chat-a", "chat-b"), Role.EMBEDDING: ("embed-a",), Role.RERANK: ()}

    def note_result(self, model, kind, result):
        self.noted.append((model, kind, result))


class Stable:
    """Each model answers with words of its own, once the gate is open."""

    def __init__(self):
        self.gate = threading.Event()
        self.gate.set()
        self.threads = set()

    @contextmanager
    def opened(self, model) -> Iterator[FakeEngine]:
        self.threads.add(threading.current_thread())
        yield FakeEngine(lambda _request: self._answer(model))

    def _answer(self, model):
        self.gate.wait()
        return "会议由闻亭远主持。" if model == "chat-a" else "资料中未提及。"


def read_here(library, engine, arbiter):
    return Importer(library, engine.embedder, arbiter, read=read_file, chunk=chunk)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "minutes"
    made.mkdir()
    (made / "corpus.jsonl").write_text(
        '{"id": "m", "title": "会议纪要", "text": "会议由闻亭远主持，应到委员七人，实到六人。"}', encoding="utf-8"
    )
    (made / "queries.jsonl").write_text(
        '{"id": "q1", "question": "会议由谁来主持，请总结说明？", "answer": "闻亭远", "documents": ["m"]}\n'
        '{"id": "q2", "question": "公司食堂由谁承包？", "answerable": false}\n',
        encoding="utf-8",
    )
    return made


@pytest.fixture
def made(shell_desk, qtbot):
    """A pane over a case that is open, with results of two models."""
    theme.apply("light")

    def make(**options):
        registry = Registry()
        desk = shell_desk(registry=registry)
        desk.open_case("c1")
        pane = QualityPane(desk, options.get("stable", Stable()), read_here)
        qtbot.addWidget(pane)
        pane.resize(1000, 560)
        pane.show()
        qtbot.waitUntil(lambda: pane.shelf is not None)
        pane.desk, pane.registry = desk, registry
        return pane

    return make


def kept(desk, number, *, chat="chat-a", right=True, figure=0.5):
    """A finished measurement of a bundled suite, with one question that went right or wrong."""
    keeping = InLibrary(desk.library, "c1")
    at = f"2026-11-{number:02}T08:00:00+00:00"
    figures = {"f1": Figure(figure, 1), "ms_total": Figure(2000.0, 1)}
    one = Measurement(f"m{number}", "credit_case", "S", "d", at, chat, "embed-a", "", chat, "Space", "", 1, 1, figures)
    record = Record("q1", "谁主持？", "闻亭远", "闻亭远", "answered", figures={"declined": float(right)})
    keeping.keep(one, record)
    return one


def choose(pane, qtbot, suite):
    pane.choices.suite.setCurrentIndex(pane.choices.suite.findData(suite))


def test_a_suite_is_measured_off_the_ui_thread_and_its_result_shown_and_noted(made, qtbot, folder):
    stable = Stable()
    pane = made(stable=stable)
    pane.add_folder(folder)
    qtbot.waitUntil(lambda: pane.choices.suite.currentData() == "minutes")
    pane.measure_button.click()
    assert not pane.measure_button.isEnabled()
    qtbot.waitUntil(lambda: pane.results.table.rowCount() == 1)
    assert threading.main_thread() not in stable.threads
    assert {model for model, _, _ in pane.registry.noted} == {"chat-a", "embed-a"}
    assert "主持" not in str(pane.registry.noted)
    qtbot.waitUntil(lambda: pane.answers.questions.rowCount() == 2)
    assert pane.measure_button.isEnabled()


def test_before_the_first_result_the_page_says_how_to_come_by_one_and_offers_it(made, qtbot, folder):
    pane = made()
    pane.add_folder(folder)
    qtbot.waitUntil(lambda: pane.choices.suite.currentText() == "minutes")
    page = pane.results
    assert page.stack.currentWidget() is page.nothing
    assert not page.below.isVisible()
    assert pane.since.text() == ""
    page.nothing.buttons[0].click()
    qtbot.waitUntil(lambda: page.table.rowCount() == 1, timeout=60_000)
    assert page.stack.currentWidget() is page.table
    assert page.below.isVisible()


def test_figures_stand_right_below_their_heads(made, qtbot, folder):
    pane = made()
    pane.add_folder(folder)
    qtbot.waitUntil(lambda: pane.choices.suite.currentText() == "minutes")
    pane.measure()
    table = pane.results.table
    qtbot.waitUntil(lambda: table.rowCount() == 1, timeout=60_000)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for column in range(2, table.columnCount()):
        assert table.horizontalHeaderItem(column).textAlignment() == right
        assert table.item(0, column).textAlignment() == right


def test_measuring_is_stopped_and_goes_on_where_it_was(made, qtbot, folder):
    stable = Stable()
    stable.gate.clear()
    pane = made(stable=stable)
    pane.add_folder(folder)
    qtbot.waitUntil(lambda: pane.choices.suite.currentData() == "minutes")
    pane.measure()
    qtbot.waitUntil(lambda: bool(stable.threads))
    pane.busy.stop()
    stable.gate.set()
    qtbot.waitUntil(lambda: pane.busy.job is None)
    assert pane.registry.noted == []
    pane.measure()
    qtbot.waitUntil(lambda: len(pane.registry.noted) == 2)


def test_a_question_is_told_with_what_was_expected_said_and_quoted(made, qtbot, folder):
    pane = made()
    pane.add_folder(folder)
    qtbot.waitUntil(lambda: pane.choices.suite.currentData() == "minutes")
    pane.measure()
    qtbot.waitUntil(lambda: pane.answers.questions.rowCount() == 2)
    pane.answers.questions.selectRow(0)
    told = pane.answers.words.toPlainText()
    assert "会议由谁来主持" in told
    assert "闻亭远" in told
    assert "✓" in told


def test_what_turned_since_the_last_time_is_said_without_being_asked(made, qtbot, shell_desk):
    pane = made()
    kept(pane.desk, 1, right=True)
    kept(pane.desk, 2, right=False)
    pane.reload()
    qtbot.waitUntil(lambda: "1 题由对变错" in pane.since.text())
    assert pane.answers.questions.item(0, 1).text() == "▼ 变错"


def test_nothing_is_said_to_have_turned_where_nothing_did(made, qtbot):
    pane = made()
    kept(pane.desk, 1)
    pane.reload()
    qtbot.waitUntil(lambda: "第一次" in pane.since.text())
    kept(pane.desk, 2)
    pane.reload()
    qtbot.waitUntil(lambda: "没有变" in pane.since.text())


def test_the_chart_tells_a_value_to_the_mouse_and_to_the_arrow_keys(made, qtbot):
    pane = made()
    kept(pane.desk, 1, figure=0.25)
    kept(pane.desk, 2, chat="chat-b", figure=0.75)
    pane.reload()
    qtbot.waitUntil(lambda: len(pane.results.chart.marks) == 2)
    place = pane.results.chart.marks[1].place
    where = QPointF(pane.results.chart.mapToGlobal(place.toPoint()))
    none = Qt.MouseButton.NoButton
    moved = QMouseEvent(QEvent.Type.MouseMove, place, where, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(pane.results.chart, moved)
    assert "75.0 %" in pane.results.chart.told
    assert "chat-b" in pane.results.chart.told
    qtbot.keyClick(pane.results.chart, Qt.Key.Key_Left)
    assert "25.0 %" in pane.results.chart.told
    assert len({mark.line for mark in pane.results.chart.marks}) == 2


def test_the_chart_keeps_to_the_contestants_measured_last(made, qtbot):
    pane = made()
    for number in range(1, 8):
        kept(pane.desk, number, chat=f"chat-{number}")
    pane.reload()
    qtbot.waitUntil(lambda: pane.results.table.rowCount() == 7)
    assert len(pane.results.chart.marks) == 4
    assert "chat-7" in pane.results.chart.marks[-1].words


def test_times_are_drawn_to_their_largest(made, qtbot):
    pane = made()
    kept(pane.desk, 1)
    pane.reload()
    qtbot.waitUntil(lambda: pane.results.table.rowCount() == 1)
    pane.results.figure.setCurrentIndex(pane.results.figure.findData("ms_total"))
    assert "2.0 s" in pane.results.chart.marks[0].words


@pytest.mark.parametrize("name", ["chart.svg", "chart.png"])
def test_the_chart_is_saved_as_drawing_or_picture(made, qtbot, tmp_path, name):
    pane = made()
    kept(pane.desk, 1)
    pane.reload()
    qtbot.waitUntil(lambda: pane.results.table.rowCount() == 1)
    pane.save_chart(tmp_path / name)
    assert (tmp_path / name).read_bytes()[:4] in (b"<svg", b"\x89PNG")


def test_a_chart_that_can_t_be_saved_is_told(made, qtbot, tmp_path):
    pane = made()
    warned = []
    object.__setattr__(pane.desk, "warn", warned.append)
    pane.save_chart(tmp_path / "no" / "folder" / "chart.svg")
    assert len(warned) == 1


def test_two_models_are_compared_blind_and_named_only_at_the_end(made, qtbot, folder):
    pane = made()
    pane.lot = random.Random(3)
    pane.add_folder(folder)
    qtbot.waitUntil(lambda: pane.choices.suite.currentData() == "minutes")
    pane.tabs.setCurrentIndex(2)
    pane.blind.go.click()
    qtbot.waitUntil(lambda: pane.blind.comparison is not None)
    assert pane.blind.comparison.pairs
    while (pair := pane.blind.comparison.at) is not None:
        shown = " ".join(label.text() for label in (pane.blind.state, pane.blind.question))
        assert "Alpha" not in shown
        assert "Beta" not in shown
        assert not pane.blind.choices[0].isVisible()
        pane.blind.judge(Verdict.FIRST if "闻亭远" in pair.first.said else Verdict.SECOND)
    assert "Alpha" in pane.blind.state.text()
    assert pane.blind.comparison.tally().right == 0
    qtbot.waitUntil(lambda: bool(pane.desk.library.notes("c1", "blind")))
    assert pane.results.table.rowCount() == 0


def test_a_model_is_not_compared_with_itself_under_one_instruction(made, qtbot):
    pane = made()
    pane.blind.choices[1].setCurrentIndex(0)
    pane.compare()
    assert pane.busy.job is None
    pane.blind.wordings[1].setText("只写要点。")
    assert pane._side(0) != pane._side(1)


def test_accepted_answers_are_offered_as_a_suite_of_the_case(made, qtbot):
    pane = made()
    pane.desk.library.save_note("c1", "evaluation", "k", {"question": "谁？", "answer": "闻亭远", "verdict": "up"})
    pane.reload()
    qtbot.waitUntil(lambda: pane.choices.suite.findData("own") >= 0)
    choose(pane, qtbot, "own")
    assert not pane.choices.embedding.isEnabled()


def test_without_models_to_open_nothing_can_be_measured(made, qtbot):
    pane = made(stable=None)
    assert not pane.measure_button.isEnabled()
    assert not pane.blind.go.isEnabled()


def test_a_folder_that_is_no_suite_is_told_and_not_offered(made, qtbot, tmp_path):
    pane = made()
    warned = []
    object.__setattr__(pane.desk, "warn", warned.append)
    before = pane.choices.suite.count()
    pane.add_folder(tmp_path)
    qtbot.waitUntil(lambda: bool(warned))
    assert pane.choices.suite.count() == before


def test_every_page_is_reached_and_every_verdict_given_by_keyboard(made):
    pane = made()
    by_key = {command.name_key: command for command in pane.commands()}
    for page, key in enumerate(("quality.results", "quality.questions", "quality.blind")):
        by_key[key].run()
        assert pane.tabs.currentIndex() == page
        assert by_key[key].shortcut
    assert all(by_key[f"quality.blind_{verdict.value}"].shortcut for verdict in Verdict)


def test_everything_the_keyboard_reaches_has_a_name_for_a_screen_reader(made):
    pane = made()
    kinds = QAbstractButton | QLineEdit | QComboBox | QSpinBox | QAbstractItemView | QTextEdit
    nameless = []
    for widget in pane.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_") or isinstance(
            widget.parent(), QComboBox | QSpinBox | QTableWidget
        )
        if isinstance(widget, kinds) and not inner:
            seen = QAccessible.queryAccessibleInterface(widget)
            if not seen.text(QAccessible.Text.Name).strip():
                nameless.append(type(widget).__name__)
    assert nameless == []
