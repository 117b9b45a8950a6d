"""The write pane."""

from dataclasses import replace
from types import SimpleNamespace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel

from workbench.errors import DiskFull, EngineCrashed
from workbench.i18n import tr
from workbench.inference.api import EngineState, LoadState, Role, RoleState
from workbench.models.evidence import Status
from workbench.models.writing import SectionDrafted
from workbench.views.write import WritePane
from workbench.views.write.boxes import ConflictBox, EditBox, UnprovenBox
from workbench.views.write.figures import Figures


def pane(qtbot, make_desk, fakes, library=None, writer=None, **services):
    library = library or fakes.FakeLibrary()
    writer = writer or fakes.FakeWriter(library)
    view = WritePane(make_desk(library=library, writer=writer, **services))
    qtbot.addWidget(view)
    view.resize(900, 800)
    view.show()
    view.show_case("case")
    qtbot.waitUntil(lambda: view.draft is not None and view._names.count == 4)
    return view


def drafted(qtbot, make_desk, fakes, **services):
    view = pane(qtbot, make_desk, fakes, **services)
    view.generate()
    qtbot.waitUntil(lambda: not view.running and len(view.page.views) == len(view.draft.outline))
    qtbot.waitUntil(lambda: all(part.whole for part in view.page.views.values()))
    return view


def doubtful(view):
    """The id of a section with an unproven sentence."""
    return next(i for i, s in view.draft.sections.items() if any(c.status is Status.UNPROVEN for _, c in s.sentences()))


def test_drafting_asked_for_before_the_outline_is_read_begins_when_it_is(qtbot, make_desk, fakes):
    view = pane(qtbot, make_desk, fakes)
    view.show_case(view._case)
    assert view.draft is None
    view.generate()
    assert not view.running
    qtbot.waitUntil(lambda: view.draft is not None and len(view.draft.sections) > 0)


def test_a_draft_comes_section_by_section_with_its_standing_in_the_outline(qtbot, make_desk, fakes):
    view = drafted(qtbot, make_desk, fakes)
    said = [view.outline.facts(section) for section, _ in view.draft.outline]
    assert said[0] == "● 全部可溯源"
    assert said[1] == "○ 2 处待核"
    assert said[2] == "◐ 抵押物评估报告"
    assert [view.outline.gaps.item(0).text()] == ["抵押物评估报告"]
    assert view.toolbar.badge.isVisible()


def test_a_change_of_the_library_leaves_the_page_of_a_draft_under_way_in_sight(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    view = pane(qtbot, make_desk, fakes, library, fakes.FakeWriter(library, pause=0.02))
    view.generate()
    assert not view.draft.sections
    view.refresh(SimpleNamespace(cases=frozenset({"case"}), documents=frozenset()))
    assert view.stack.currentWidget() is view.page
    view.stop()
    qtbot.waitUntil(lambda: not view.running)


def test_sentences_are_seen_as_they_are_written_and_stopping_keeps_finished_sections(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    view = pane(qtbot, make_desk, fakes, library, fakes.FakeWriter(library, pause=0.02))
    view.generate()
    first = view.draft.outline[0][0]
    second = view.draft.outline[1][0]
    qtbot.waitUntil(lambda: first in view.draft.sections and bool(view.view(second).texts))
    assert view.outline.facts(second) == "生成中…"
    assert view.view(second).texts
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not view.running
    assert first in view.draft.sections
    assert view.outline.facts(second) == "待生成"
    assert view.toolbar.generate.isEnabled()


def test_a_saved_draft_is_there_again(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    view = drafted(qtbot, make_desk, fakes, library=library)
    again = pane(qtbot, make_desk, fakes, library)
    assert again.draft.sections == view.draft.sections
    qtbot.waitUntil(lambda: len(again.page.views) == len(again.draft.outline))


def test_only_the_chosen_section_is_written_again(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    writer = fakes.FakeWriter(library)
    view = drafted(qtbot, make_desk, fakes, library=library, writer=writer)
    third = view.draft.outline[2][0]
    view.outline.select(third)
    view.generate_section()
    qtbot.waitUntil(lambda: not view.running)
    assert writer.asked == [None, [third]]
    assert len(view.draft.sections) == len(view.draft.outline)


def test_an_edited_sentence_becomes_the_users_own_is_saved_and_can_be_taken_back(qtbot, make_desk, fakes):
    library = fakes.FakeLibrary()
    view = drafted(qtbot, make_desk, fakes, library=library)
    section = view.draft.outline[0][0]
    shown = view.view(section)
    text = shown.texts[0]
    text.choose(0)
    qtbot.keyClick(text, Qt.Key.Key_E)
    (box,) = shown.boxes(EditBox)
    box.edit.setPlainText("经核实，资产负债率为六成。")
    qtbot.keyClick(box.edit, Qt.Key.Key_Return)
    claim = shown.texts[0].claims[0]
    assert (claim.text, claim.status) == ("经核实，资产负债率为六成。", Status.OWN)
    kept = f"credit_report/zh/{section}"
    qtbot.waitUntil(lambda: "经核实" in str(library.notes("case", "draft")[kept]["paragraphs"]))
    assert library.notes("case", "draft")[kept]["fingerprint"] == "f"

    view.undo()
    assert shown.texts[0].claims[0].status is Status.TRACED
    qtbot.waitUntil(lambda: "经核实" not in str(library.notes("case", "draft")[kept]["paragraphs"]))


def test_leaving_the_edit_changes_nothing_and_unfinished_input_is_not_kept(qtbot, make_desk, fakes):
    view = drafted(qtbot, make_desk, fakes)
    section = view.draft.outline[0][0]
    before = view.draft.sections[section]
    shown = view.view(section)
    shown.edit("p1", before.paragraphs[0].sentences[0])
    (box,) = shown.boxes(EditBox)
    QApplication.sendEvent(box.edit, QInputMethodEvent("zichan", []))
    qtbot.keyClick(box.edit, Qt.Key.Key_Return)
    assert shown.boxes(EditBox) == [box]
    QApplication.sendEvent(box.edit, QInputMethodEvent("", []))
    box.edit.setPlainText("改了一半")
    qtbot.keyClick(box.edit, Qt.Key.Key_Escape)
    assert shown.boxes(EditBox) == []
    assert view.draft.sections[section] == before


def test_an_unproven_sentence_can_be_deleted(qtbot, make_desk, fakes):
    view = drafted(qtbot, make_desk, fakes)
    section = doubtful(view)
    (box,) = view.view(section).boxes(UnprovenBox)
    assert "预计2024年现金流将明显改善" in box.accessibleName()
    box.remove.click()
    assert view.view(section).boxes(UnprovenBox) == []
    assert all(c.status is not Status.UNPROVEN for _, c in view.draft.sections[section].sentences())


def test_an_unproven_sentence_can_become_the_users_judgement(qtbot, make_desk, fakes):
    view = drafted(qtbot, make_desk, fakes)
    section = doubtful(view)
    view.view(section).boxes(UnprovenBox)[0].own.click()
    said = {c.text: c.status for _, c in view.draft.sections[section].sentences()}
    assert said["预计2024年现金流将明显改善。"] is Status.OWN


def test_evidence_is_looked_for_and_shown(qtbot, make_desk, fakes, watcher):
    cited = fakes.citation(3)

    def search(case, query, *, k, job):
        return (SimpleNamespace(document=SimpleNamespace(id="pdf"), text=cited.quote, anchor=cited.anchor),)

    view = drafted(qtbot, make_desk, fakes, retriever=SimpleNamespace(search=search))
    view.view(doubtful(view)).boxes(UnprovenBox)[0].search.click()
    qtbot.waitUntil(lambda: watcher.sources == [cited])
    assert watcher.claims[-1].citations == (cited,)


def test_a_cell_leads_to_its_evidence_by_keyboard_and_figures_stand_right(qtbot, make_desk, fakes, watcher):
    view = drafted(qtbot, make_desk, fakes)
    (figures,) = view.view(view.draft.outline[1][0]).boxes(Figures)
    grid = figures.grid
    grid.setCurrentCell(0, 0)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert watcher.claims[-1].text == "63.68%"
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert watcher.sources == [fakes.citation()]
    assert grid.item(0, 1).textAlignment() & Qt.AlignmentFlag.AlignRight


def test_contradictions_show_both_places(qtbot, make_desk, fakes, watcher):
    from dataclasses import replace

    from workbench.models.writing.report import Disagreement

    view = drafted(qtbot, make_desk, fakes)
    section = view.draft.outline[0][0]
    sides = fakes.claims()[4].citations
    changed = replace(view.draft.sections[section], conflicts=(Disagreement("借款余额相差500万元。", sides),))
    with qtbot.waitSignal(view.view(section).completed):
        view.view(section).show_section(changed)
    (box,) = view.view(section).boxes(ConflictBox)
    for button in box.findChildren(type(view.toolbar.word)):
        button.click()
    assert watcher.sources == list(sides)


def test_the_next_doubtful_sentence_is_gone_to_around_the_end(qtbot, make_desk, fakes, watcher):
    view = drafted(qtbot, make_desk, fakes)
    seen = []
    for _ in range(3):
        view.next_doubtful()
        seen.append(watcher.claims[-1].status)
    assert seen == [Status.PARTIAL, Status.UNPROVEN, Status.PARTIAL]


def test_word_and_excel_are_written_where_the_user_says_and_the_folder_is_opened(
    qtbot, make_desk, fakes, watcher, tmp_path, monkeypatch
):
    import workbench.views.write.pane as module

    written, opened = [], []

    def write(report, path):
        written.append((path.name, len(report.sections)))
        return path

    monkeypatch.setattr(module, "WORD", module.Form("docx", "write.export_word", "write.word_files", write))
    monkeypatch.setattr(module, "WORKBOOK", module.Form("xlsx", "write.export_workbook", "write.workbook_files", write))
    view = drafted(qtbot, make_desk, fakes)
    view.open_folder = opened.append
    view.choose_path = lambda title, name, kinds: str(tmp_path / "报告")
    view.toolbar.word.click()
    view.toolbar.workbook.click()
    qtbot.waitUntil(lambda: len(opened) == 2)
    count = len(view.draft.outline)
    assert sorted(written) == [("报告.docx", count), ("报告.xlsx", count)]
    assert opened == [tmp_path, tmp_path]


def test_a_full_disk_is_told_and_the_draft_stays(qtbot, make_desk, fakes, watcher, tmp_path, monkeypatch):
    import workbench.views.write.pane as module

    def write(report, path):
        raise DiskFull("磁盘已满。", "请清理空间。")

    monkeypatch.setattr(module, "WORD", module.Form("docx", "write.export_word", "write.word_files", write))
    view = drafted(qtbot, make_desk, fakes)
    view.choose_path = lambda *_: str(tmp_path / "报告.docx")
    view.hand_in_word()
    qtbot.waitUntil(lambda: len(watcher.errors) == 1)
    assert view.draft.sections


def test_a_crash_of_the_model_is_told_and_finished_sections_stay(qtbot, make_desk, fakes, watcher):
    library = fakes.FakeLibrary()

    class Failing(fakes.FakeWriter):
        def draft(self, case, scenario, job, on_event, sections=None):
            super().draft(case, scenario, job, on_event, [scenario.sections[0].id])
            raise EngineCrashed("模型已重启。", "请再试一次。")

    view = pane(qtbot, make_desk, fakes, library, Failing(library))
    view.generate()
    qtbot.waitUntil(lambda: len(watcher.errors) == 1)
    assert not view.running
    assert list(view.draft.sections) == [view.draft.outline[0][0]]


def test_an_input_error_of_a_case_without_documents_leads_to_the_library(qtbot, make_desk, fakes, watcher):
    library = fakes.FakeLibrary()
    library.stored.clear()
    view = WritePane(make_desk(library=library, writer=fakes.FakeWriter(library)))
    qtbot.addWidget(view)
    view.show_case("case")
    qtbot.waitUntil(lambda: view.state.heading.text() == "这个卷宗还没有资料")
    view.state.buttons[0].click()
    assert watcher.panes == ["library"]


def test_the_outline_leads_to_its_section_and_follows_the_page(qtbot, make_desk, fakes):
    view = drafted(qtbot, make_desk, fakes)
    last = view.draft.outline[-1][0]
    bar = view.page.verticalScrollBar()

    def seen(section):
        top = view.view(section).mapTo(view.page.sheet, QPoint(0, 0)).y()
        return bar.value() - 1 <= top <= bar.value() + view.page.viewport().height()

    qtbot.waitUntil(lambda: bar.maximum() > view.page.viewport().height())
    view.outline.sections.setCurrentRow(len(view.draft.outline) - 1)
    qtbot.waitUntil(lambda: seen(last))
    assert view.outline.current == last
    bar.setValue(0)
    assert view.outline.current == view.draft.outline[0][0]


def test_what_can_be_operated_has_a_name_for_screen_readers(qtbot, make_desk, fakes):
    view = drafted(qtbot, make_desk, fakes)
    section = view.view(doubtful(view))
    roles = {
        view.outline.sections: QAccessible.Role.List,
        view.outline.gaps: QAccessible.Role.List,
        view.toolbar.word: QAccessible.Role.Button,
        section.texts[0]: QAccessible.Role.EditableText,
        section.boxes(UnprovenBox)[0].own: QAccessible.Role.Button,
    }
    for widget, role in roles.items():
        told = QAccessible.queryAccessibleInterface(widget)
        assert told.text(QAccessible.Text.Name), widget
        assert told.role() == role
    item = view.outline.sections.item(1)
    assert "2 处待核" in item.data(Qt.ItemDataRole.AccessibleTextRole)


class WithoutModels:
    """An engine with no chat model until one is brought."""

    def __init__(self):
        self.now = EngineState()

    def state(self):
        return self.now


class UnwordedWriter:
    """Drafts as the fake does, every section with the note that no model wrote it."""

    def __init__(self, writer):
        self._writer = writer
        self.note = tr("writing.no_model", reason="没有可用的对话模型")

    def __getattr__(self, name):
        return getattr(self._writer, name)

    def draft(self, case, scenario, job, on_event, sections=None):
        report = self._writer.draft(case, scenario, job, lambda told: on_event(self._noted(told)), sections)
        for section in report.sections:
            self.drafts(scenario).save_section(case, replace(section, notes=(self.note, "另有说明")), "f")
        return self.saved(case, scenario)

    def _noted(self, told):
        if not isinstance(told, SectionDrafted):
            return told
        return SectionDrafted(replace(told.section, notes=(self.note, "另有说明")))


def said_in(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_that_no_model_wrote_is_said_once_above_the_report_with_the_way_to_models(qtbot, make_desk, fakes, watcher):
    library, engine = fakes.FakeLibrary(), WithoutModels()
    writer = UnwordedWriter(fakes.FakeWriter(library))
    view = drafted(qtbot, make_desk, fakes, library=library, writer=writer, engine=engine)
    count = len(view.draft.outline)
    told = [text for text in said_in(view.page) if "模型" in text]
    assert told == [f"没有可用的对话模型：{count} 节由程序按数据成文，其余为资料原文摘录。"]
    qtbot.waitUntil(lambda: said_in(view.page).count("另有说明") == count)
    assert view.page.without.button.text() == "去导入模型"
    view.page.without.button.click()
    assert watcher.panes == ["models"]


def test_once_a_model_is_there_the_note_says_how_the_sections_are_worded(qtbot, make_desk, fakes):
    library, engine = fakes.FakeLibrary(), WithoutModels()
    writer = UnwordedWriter(fakes.FakeWriter(library))
    view = drafted(qtbot, make_desk, fakes, library=library, writer=writer, engine=engine)
    engine.now = EngineState((RoleState(Role.CHAT, LoadState.READY, "x"),))
    view.engine_changed()
    assert not view.page.without.button.isVisible()
    assert "重写" in view.page.without.words.text()
    view.page.clear()
    assert not view.page.without.isVisible()


def test_a_report_worded_by_a_model_has_no_note_above_it(qtbot, make_desk, fakes):
    view = drafted(qtbot, make_desk, fakes, engine=WithoutModels())
    assert not view.page.without.isVisible()
