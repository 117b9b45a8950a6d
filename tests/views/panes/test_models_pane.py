"""The Models pane with a real registry: fit, tests, comparison, folders, history, what to bring, the keyboard."""

import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gguf
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from tests.views.smooth import LIMIT_S, LoopWatch, best_gap
from workbench.errors import LoadFailed
from workbench.i18n import set_language
from workbench.inference import templates
from workbench.inference.api import EngineState, LoadState, Role, RoleState
from workbench.inference.bench import ModelBench, Side
from workbench.inference.registry import ModelEntry, Registry
from workbench.inference.trial import Mark, Trial
from workbench.jobs import ComputeArbiter
from workbench.settings import SettingsKeeper
from workbench.views import theme
from workbench.views.desk import Desk
from workbench.views.job_runner import JobRunner
from workbench.views.models_pane.offers import KnownCard, list_to_bring
from workbench.views.models_pane.outcomes import OutcomeCard
from workbench.views.models_pane.pane import ModelsPane
from workbench.views.models_pane.questions import RoleChoice, SizeChoice, TemplateChoice


class ReadyEngine:
    """Says that everything is ready, or what it is told to say, and loads nothing."""

    says = LoadState.READY

    def state(self) -> EngineState:
        return EngineState(tuple(RoleState(role, self.says, "x") for role in Role))

    def warm(self) -> None:
        pass


class ScriptedBench(ModelBench):
    """The real bench, except that tests and answers are written down."""

    fails = False
    waits = False
    pieces = 1

    def trial(self, id_or_name: str, job: Any, *, only_speed: bool = False) -> Trial:
        while self.waits:
            job.check()
            time.sleep(0.005)
        job.progress(1, 9, "听指令")
        if self.fails:
            raise LoadFailed("模型未能载入。", "请换一个文件。")
        entry = self.registry.get(id_or_name)
        marks = (Mark("a", "follow", True, "", "好", 1.0), Mark("b", "cite", False, "quote", "没有引文", 2.0))
        done = Trial(entry.sha256, entry.name, "chat", "2026-11-22", marks, 60.0, 19.5, 900, 700)
        self.registry.note_result(entry.id, "trials", done.to_json())
        return done

    def compare(self, models: Any, question: str, job: Any, tell: Any = None) -> tuple[Side, Side]:
        for side in (0, 1):
            for _ in range(self.pieces):
                tell(side, f"{question}—{side}")
                job.wait(0.002 if self.pieces > 1 else 0)
        left, right = (self.registry.get(name) for name in models)
        return (
            Side(left.id, left.name, "甲答", 800, 4.2, 60, 18.0),
            Side(right.id, right.name, error="模型未能载入。"),
        )


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    set_language("zh")
    yield
    set_language("zh")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Three models and a broken file."""
    folder = tmp_path / "stick"
    folder.mkdir()
    for number, (name, template) in enumerate((("first", "x"), ("second", "x"), ("plain", ""))):
        writer = gguf.GGUFWriter(folder / f"{name}.gguf", "llama")
        writer.add_name(name)
        if template:
            writer.add_chat_template(template)
        writer.add_tensor("token_embd.weight", np.full((4, 32), number, dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
    (folder / "broken.gguf").write_bytes(b"GGUF broken")
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


@pytest.fixture
def both(registry: Registry, stick: Path) -> tuple[ModelEntry, ModelEntry]:
    return registry.import_file(stick / "first.gguf"), registry.import_file(stick / "second.gguf")


@pytest.fixture
def open_pane(qapp: Any, qtbot: Any, tmp_path: Path, registry: Registry) -> Iterator[Callable[..., ModelsPane]]:
    runner = JobRunner()
    warned: list[Any] = []

    def make(look: str = "light", percent: int = 100) -> ModelsPane:
        theme.apply(look, percent)
        keeper = SettingsKeeper(tmp_path)
        desk = Desk(tmp_path, registry.models_dir, keeper, runner, engine=ReadyEngine(), registry=registry)  # type: ignore[arg-type]
        desk.set_stage(SimpleNamespace(warn=warned.append, notify=lambda _text: None, case=None))  # type: ignore[arg-type]
        pane = ModelsPane(desk, ScriptedBench(registry, ComputeArbiter(), lambda: 4096))
        pane.warned = warned  # type: ignore[attr-defined]
        qtbot.addWidget(pane)
        pane.show()
        qtbot.waitUntil(lambda: pane.whole)
        return pane

    yield make
    theme.apply("light")
    assert runner.shutdown()


def words(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def card_of(pane: ModelsPane, entry: ModelEntry) -> Any:
    return next(card for card in pane.cards if card.holds == entry.id)


def test_a_model_says_how_it_suits_the_machine_and_what_told_its_role(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry]
) -> None:
    pane = open_pane()
    said = words(card_of(pane, both[0]))
    assert "约占内存" in said
    assert "对话模板" in said
    assert "没有校验值" in said


def test_a_model_is_tested_and_the_result_stays_on_its_card(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], qtbot: Any
) -> None:
    pane = open_pane()
    card_of(pane, both[0]).buttons["trial"].click()
    qtbot.waitUntil(lambda: "听指令 1/1" in words(card_of(pane, both[0])))
    assert "引原文 0/1" in words(card_of(pane, both[0]))
    assert "19.5" in words(card_of(pane, both[0]))


def test_who_could_take_over_shows_the_result_of_who_works_now(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], registry: Registry, qtbot: Any
) -> None:
    registry.note_result(both[0].id, "evaluations", {"suite": "law", "figures": {"nDCG": 0.55}})
    pane = open_pane()
    pane.try_model(both[0].id)
    qtbot.waitUntil(lambda: "现用的 first" in words(card_of(pane, both[1])))
    assert "nDCG 0.55" in words(card_of(pane, both[1]))


def test_what_a_suite_found_is_told_by_the_names_of_suite_and_figures(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], registry: Registry
) -> None:
    registry.note_result(both[0].id, "evaluations", {"suite": "small_papers", "figures": {"hit1": 0.8, "f1": 0.568}})
    pane = open_pane()
    told = words(card_of(pane, both[0]))
    assert "小文件：条款、纪要、记录 · 首条命中 80.0 % · " in told
    assert "56.8 %" in told


def test_a_test_that_fails_is_a_banner_and_the_pane_goes_on(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], qtbot: Any
) -> None:
    pane = open_pane()
    pane._bench.fails = True
    pane.try_model(both[0].id)
    qtbot.waitUntil(lambda: bool(pane.warned))
    assert pane.bring.isEnabled()
    assert not pane.busy.isVisible()


def test_a_test_is_stopped_with_escape(open_pane: Any, both: tuple[ModelEntry, ModelEntry], qtbot: Any) -> None:
    pane = open_pane()
    pane._bench.waits = True
    pane.try_chat()
    qtbot.waitUntil(pane.busy.isVisible)
    stop = next(command for command in pane.commands() if command.shortcut == "Esc")
    assert stop.enabled()
    stop.run()
    qtbot.waitUntil(lambda: not pane.busy.isVisible())
    assert not stop.enabled()


def test_two_models_answer_beside_each_other_with_their_times(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], qtbot: Any
) -> None:
    pane = open_pane()
    compare = pane.comparison
    assert [choice.currentText() for choice in compare.choices] == ["first", "second"]
    compare.question.setPlainText("几家？")
    qtbot.keyClick(compare.question, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: compare.answers[0].toPlainText() == "甲答")
    assert "0.8 秒" in compare.times[0].text()
    assert "18.0" in compare.times[0].text()
    assert compare.times[1].text() == "没有回答"
    assert "未能载入" in compare.answers[1].toPlainText()


def test_a_task_of_the_test_may_be_asked_of_both_and_is_marked(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], qtbot: Any
) -> None:
    pane = open_pane()
    compare = pane.comparison
    compare.buttons["suggest"].click()
    first = compare.question.toPlainText()
    assert "三个方面" in first
    compare.buttons["suggest"].click()
    assert compare.question.toPlainText() != first
    qtbot.keyClick(compare.question, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert compare.question.toPlainText().count("\n") > first.count("\n")
    compare.question.setPlainText(first)
    compare.go.click()
    qtbot.waitUntil(lambda: compare.answers[0].toPlainText() == "甲答")
    assert compare.times[0].text().startswith("✗ 听指令  格式不对")
    assert compare.times[1].text() == "没有回答"


def test_the_window_stays_alive_while_two_models_answer_and_one_of_them_is_loaded(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], qtbot: Any
) -> None:
    pane = open_pane()
    pane._bench.pieces = 200
    states = cycle((LoadState.MISSING, LoadState.LOADING, LoadState.READY))

    def loaded() -> None:
        pane._desk.engine.says = next(states)
        pane._look_at_engine()

    changes = QTimer(pane)
    changes.timeout.connect(loaded)

    def run(_number: int) -> float:
        changes.start(100)
        with LoopWatch(lambda: not pane._jobs.free) as watch:
            pane.compare(both[0].id, both[1].id, "资产负债率是多少？")
            qtbot.waitUntil(lambda: pane._jobs.free, timeout=60_000)
        changes.stop()
        assert watch.turns > 10
        return float(watch.longest)

    assert best_gap(run) <= LIMIT_S


def test_pieces_of_an_answer_stand_in_the_order_they_came(open_pane: Any, qtbot: Any) -> None:
    compare = open_pane().comparison
    compare.begin()
    for side, piece in ((0, "资产"), (1, "负债"), (0, "负债率"), (1, "合计")):
        compare.take(side, piece)
    qtbot.waitUntil(lambda: compare.answers[1].toPlainText() == "负债合计")
    assert compare.answers[0].toPlainText() == "资产负债率"
    compare.take(0, "为66%")
    compare.stopped()
    assert compare.answers[0].toPlainText() == "资产负债率为66%"
    assert compare.times[0].text() == "已停止"


def test_a_card_that_says_the_same_stays_and_one_that_says_otherwise_is_made_anew(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], qtbot: Any
) -> None:
    pane = open_pane()
    cards, offers = pane.cards, pane.findChildren(KnownCard)
    pane.reload()
    qtbot.waitUntil(lambda: not pane._desk.job_runner._records)
    assert pane.cards == cards
    assert [card for card in pane.findChildren(KnownCard) if not card.isHidden()] == offers
    pane._desk.engine.says = LoadState.LOADING
    pane._look_at_engine()
    assert [new is old for new, old in zip(pane.cards, cards, strict=True)] == [False, False, True]
    assert "载入中" in words(pane.cards[0])
    assert [pane._page.cards.indexOf(card) for card in pane.cards][:2] == [0, 1]


def test_an_empty_question_is_not_asked(open_pane: Any, both: tuple[ModelEntry, ModelEntry]) -> None:
    pane = open_pane()
    pane.comparison.go.click()
    assert pane.busy.job is None


def test_a_folder_is_imported_and_each_file_told(open_pane: Any, stick: Path, qtbot: Any) -> None:
    pane = open_pane()
    pane.import_paths([stick])
    qtbot.waitUntil(lambda: bool(pane.findChildren(OutcomeCard)))
    (told,) = pane.findChildren(OutcomeCard)
    said = words(told)
    assert "4 个模型，可用 2 个" in said
    assert "broken.gguf" in said
    assert "plain.gguf" in said
    told.buttons["close"].click()
    qtbot.waitUntil(lambda: not pane.findChildren(OutcomeCard))


def test_a_model_too_big_for_the_machine_is_asked_about_before_it_is_copied(
    open_pane: Any, registry: Registry, stick: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.inference.bench.total_memory", lambda: 10 << 20)
    pane = open_pane()
    pane.import_file(stick / "first.gguf")
    qtbot.waitUntil(lambda: bool(pane.findChildren(SizeChoice)))
    (choice,) = pane.findChildren(SizeChoice)
    assert "本机内存不够" in words(choice)
    assert registry.list() == ()
    assert pane.focusWidget() is choice.buttons["never"]
    choice.buttons["yes"].click()
    qtbot.waitUntil(lambda: len(registry.list()) == 1)


def test_an_adapter_stands_on_its_models_card_and_is_removed_by_two_presses(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], registry: Registry, qtbot: Any, tmp_path: Path
) -> None:
    writer = gguf.GGUFWriter(tmp_path / "credit style.gguf", "llama")
    writer.add_type("adapter")
    writer.add_tensor("blk.0.ffn_down.weight.lora_a", np.ones((2, 32), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    pane = open_pane()
    pane.import_file(tmp_path / "credit style.gguf")
    qtbot.waitUntil(lambda: "微调附件 credit-style" in words(card_of(pane, both[0])))
    remove = card_of(pane, both[0]).buttons["adapter credit-style"]
    remove.click()
    assert registry.adapters(both[0]) == ("credit-style",)
    remove.click()
    qtbot.waitUntil(lambda: "微调附件" not in words(card_of(pane, both[0])))
    assert registry.adapters(both[0]) == ()


def test_a_model_that_was_set_aside_is_not_called_ready(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    note = RoleState(Role.CHAT, LoadState.READY, both[1].name, "模型反复退出，已停用。")
    monkeypatch.setattr(ReadyEngine, "state", lambda _self: EngineState((note,)))
    pane = open_pane()
    assert "已停用" in words(card_of(pane, both[0]))
    assert "模型反复退出" in words(card_of(pane, both[0]))
    assert "正在代替" in words(card_of(pane, both[1]))


def test_while_vectors_are_made_anew_the_card_says_who_searches(
    open_pane: Any, registry: Registry, stick: Path, qtbot: Any
) -> None:
    old = registry.import_file(stick / "first.gguf", Role.EMBEDDING)
    new = registry.import_file(stick / "second.gguf", Role.EMBEDDING)
    registry.promote(new.id)
    pane = open_pane()
    assert "重新读全部原文" not in words(card_of(pane, new))
    serving = [old.sha256]
    object.__setattr__(pane._desk, "library", SimpleNamespace(vector_model=lambda: serving[0]))
    pane.reload()
    qtbot.waitUntil(lambda: "仍用 first 查找" in words(card_of(pane, new)))
    serving[0] = "a model that is gone"
    pane.refresh(None)
    qtbot.waitUntil(lambda: "按字词查找" in words(card_of(pane, new)))
    serving[0] = new.sha256
    pane.refresh(None)
    qtbot.waitUntil(lambda: "重新读全部原文" not in words(card_of(pane, new)))


def test_what_a_file_says_of_itself_is_told(open_pane: Any, both: tuple[ModelEntry, ModelEntry]) -> None:
    card = card_of(open_pane(), both[0])
    (line,) = [label for label in card.findChildren(QLabel) if label.text().startswith("llama  ·  ")]
    assert "个参数" in line.text()
    assert "general.architecture: llama" in line.toolTip()


def test_a_dropped_folder_is_taken(open_pane: Any, stick: Path, qtbot: Any) -> None:
    pane = open_pane()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(stick))])
    how = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(QPointF(9, 9).toPoint(), *how)
    pane.dragEnterEvent(entering)
    assert entering.isAccepted()
    pane.dropEvent(QDropEvent(QPointF(9, 9), *how))
    qtbot.waitUntil(lambda: pane.shelf is not None and len(pane.shelf.held) == 2)


def test_a_role_is_corrected_by_hand(open_pane: Any, both: tuple[ModelEntry, ModelEntry], qtbot: Any) -> None:
    pane = open_pane()
    card_of(pane, both[1]).buttons["role"].click()
    (choice,) = pane.findChildren(RoleChoice)
    choice.buttons["rerank"].click()
    qtbot.waitUntil(lambda: "由您指定" in words(card_of(pane, both[1])))
    assert card_of(pane, both[1]).role is Role.RERANK


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_chat_model_without_a_template_asks_for_one_and_its_import_goes_on(
    open_pane: Any, registry: Registry, stick: Path, qtbot: Any, language: str
) -> None:
    set_language(language)
    pane = open_pane()
    pane.import_file(stick / "plain.gguf", Role.CHAT)
    qtbot.waitUntil(lambda: bool(pane.findChildren(TemplateChoice)))
    (choice,) = pane.findChildren(TemplateChoice)
    assert [button.text() for button in choice.buttons.values()][:2] == ["ChatML", "Llama 3"]
    assert "plain.gguf" in words(choice)
    assert registry.list() == ()
    assert pane.focusWidget() is choice.first
    qtbot.keyClick(choice.first, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(registry.list()) == 1 and len(pane.shelf.held) == 1)
    (entry,) = registry.list()
    assert "im_start" in templates.picked(registry.path(entry).parent)
    assert pane.warned == []
    card_of(pane, entry).buttons["template"].click()
    pane.findChildren(TemplateChoice)[-1].buttons["plain"].click()
    qtbot.waitUntil(lambda: "im_start" not in templates.picked(registry.path(entry).parent))


def test_who_picks_no_template_imports_nothing(open_pane: Any, registry: Registry, stick: Path, qtbot: Any) -> None:
    pane = open_pane()
    pane.import_file(stick / "plain.gguf", Role.CHAT)
    qtbot.waitUntil(lambda: bool(pane.findChildren(TemplateChoice)))
    pane.findChildren(TemplateChoice)[0].buttons["never"].click()
    assert pane.focusWidget() is pane.bring
    assert registry.list() == ()


def test_a_model_that_can_not_chat_yet_says_so_and_is_given_a_template(
    open_pane: Any, registry: Registry, stick: Path, qtbot: Any
) -> None:
    entry = registry.bring(stick / "plain.gguf", Role.CHAT, template="plain").entry
    templates.pick(registry.path(entry).parent, None)
    pane = open_pane()
    assert "没有对话模板" in words(card_of(pane, entry))
    card_of(pane, entry).buttons["template"].click()
    (choice,) = pane.findChildren(TemplateChoice)
    choice.buttons["llama3"].click()
    qtbot.waitUntil(lambda: "没有对话模板" not in words(card_of(pane, entry)))
    assert "start_header_id" in templates.picked(registry.path(entry).parent)


def test_a_model_made_a_chat_model_by_hand_is_asked_for_its_template(
    open_pane: Any, registry: Registry, stick: Path, qtbot: Any
) -> None:
    entry = registry.import_file(stick / "plain.gguf", Role.RERANK)
    pane = open_pane()
    card_of(pane, entry).buttons["role"].click()
    pane.findChildren(RoleChoice)[0].buttons["chat"].click()
    qtbot.waitUntil(lambda: bool(pane.findChildren(TemplateChoice)))
    pane.findChildren(TemplateChoice)[0].buttons["chatml"].click()
    qtbot.waitUntil(lambda: registry.get(entry.id).role is Role.CHAT)
    qtbot.waitUntil(lambda: card_of(pane, entry).role is Role.CHAT)


def test_one_press_goes_back_to_who_worked_before(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], qtbot: Any
) -> None:
    pane = open_pane()
    assert "rollback" not in pane.cards[0].buttons
    card_of(pane, both[1]).buttons["promote"].click()
    qtbot.waitUntil(lambda: pane.cards[0].holds == both[1].id)
    back = pane.cards[0].buttons["rollback"]
    assert "first" in back.toolTip()
    back.click()
    qtbot.waitUntil(lambda: pane.cards[0].holds == both[0].id)


def test_the_keyboard_stays_with_the_model_it_was_at(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], qtbot: Any
) -> None:
    pane = open_pane()
    pane.activateWindow()
    button = card_of(pane, both[1]).buttons["verify"]
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    before = pane.shelf
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: pane.shelf is not before)

    def still_there() -> bool:
        return bool(card_of(pane, both[1]).buttons["verify"].hasFocus())

    qtbot.waitUntil(still_there)


def test_everything_is_reached_by_the_tab_key_and_has_a_name(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], qtbot: Any
) -> None:
    pane = open_pane()
    qtbot.waitUntil(lambda: all(card.isVisible() for card in pane.findChildren(KnownCard)))
    reached, widget = [pane.bring], pane.bring.nextInFocusChain()
    while widget is not pane.bring:
        reached.append(widget)
        widget = widget.nextInFocusChain()
    buttons = [b for b in pane.findChildren(QPushButton) if b.isVisibleTo(pane)]
    assert len(buttons) > 10
    for button in buttons:
        assert button in reached
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert button.accessibleName() or button.text()


def test_the_one_to_bring_is_marked_and_says_what_it_needs(open_pane: Any) -> None:
    pane = open_pane()
    marked = [card for card in pane.findChildren(KnownCard) if card.known.recommended]
    assert marked
    said = words(marked[0])
    assert "推荐" in said
    assert "SHA-256" in said
    assert "约占内存" in said


def test_the_list_to_bring_is_copied_with_names_sizes_and_hashes(open_pane: Any) -> None:
    pane = open_pane()
    pane.copy_list()
    taken = QGuiApplication.clipboard().text()
    wanted = [known for known in pane.shelf.known if known.recommended]
    for known in wanted:
        for file, digest in zip(known.model.files, known.model.hashes, strict=True):
            assert file in taken
            assert digest in taken
        assert known.model.source in taken
    assert not any(known.model.name in taken for known in pane.shelf.known if not known.recommended)
    split = next(known for known in pane.shelf.known if len(known.model.files) == 2)
    assert all(file in list_to_bring([split]) for file in split.model.files)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_nothing_is_cut_off_on_a_small_screen_with_large_text(
    open_pane: Any, both: tuple[ModelEntry, ModelEntry], qtbot: Any, language: str, look: str
) -> None:
    set_language(language)
    pane = open_pane(look, 125)
    pane.resize(1093 - 72, 500)
    pane.comparison.show_sides((Side("a", "a", "甲" * 300, 800, 4.2, 60, 18.0), Side("b", "b", "乙", 1, 1, 1, 1)))
    qtbot.waitUntil(lambda: all(card.isVisible() for card in pane.findChildren(KnownCard)))
    assert pane._page.horizontalScrollBar().maximum() == 0
    for button in pane.findChildren(QPushButton):
        if button.isVisibleTo(pane):
            assert button.width() >= button.sizeHint().width(), button.text()
    for label in pane.findChildren(QLabel):
        if label.isVisibleTo(pane) and not label.wordWrap():
            assert label.width() >= label.sizeHint().width(), label.text()
