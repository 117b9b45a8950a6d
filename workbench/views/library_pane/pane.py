"""资料: the documents of the open case, and taking new ones in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.views import theme
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.evidence_list import StatePage
from workbench.views.job_runner import Lane
from workbench.views.library_map import LibraryMapView
from workbench.views.library_pane.bar import LibraryBar
from workbench.views.library_pane.bringing import Bringing, has_sample
from workbench.views.library_pane.commands import commands_of, menu_of
from workbench.views.library_pane.deleting import Deleting
from workbench.views.library_pane.following import Following, FollowStrip
from workbench.views.library_pane.imports import Imports, Tally
from workbench.views.library_pane.listing import Listed, Listing
from workbench.views.library_pane.model import DocumentModel
from workbench.views.library_pane.pasting import paths_of
from workbench.views.library_pane.strips import DetailStrip, ProgressStrip, UndoStrip
from workbench.views.library_pane.table import DocumentTable
from workbench.views.library_pane.words import TROUBLED, list_words

_RECOGNISED = ("pdf", "image")


class LibraryPane(QFrame):
    """The documents of a case."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme.set_role(self, "panel")
        self._desk = desk
        self._case: str | None = None
        self.imports = Imports(desk, self)
        self.model = DocumentModel()
        self.table = DocumentTable(self.model)
        self.bar = LibraryBar()
        self.filter, self.count, self.import_button = self.bar.filter, self.bar.count, self.bar.import_button
        self.follow_strip = FollowStrip()
        self.following = Following(desk, self.follow_strip, self)
        self.bringing = Bringing(desk, self.imports, self.following, self)
        self.progress = ProgressStrip()
        self.detail = DetailStrip()
        self.undo = UndoStrip()
        self.deleting = Deleting(desk, self.undo, self)
        self.listing = Listing(desk, self.model, self.deleting, self)
        self.state = StatePage()
        self.stack = QStackedWidget()
        self.map: LibraryMapView | None = None
        self._column = QVBoxLayout(self)
        self.setAcceptDrops(True)
        self._build()
        self._connect()
        self.show_case(None)

    @property
    def case(self) -> str | None:
        """The case whose documents are shown."""
        return self._case

    def show_case(self, case: str | None) -> None:
        """Another case's documents."""
        self._case = case
        self.deleting.show_case(case)
        self.following.show_case(case)
        self.bringing.show_case(case)
        self.detail.show_document(None)
        self.bar.clear()
        if self.map is not None:
            self.map.show_case(case)
        self.model.show_documents([])
        if case is None:
            self._say_empty()
        else:
            self.state.say("", tr("library_pane.reading"), busy=True)
            self.stack.setCurrentWidget(self.state)
        self.listing.show_case(case)

    def refresh(self, changes: ChangesLike) -> None:
        """Read the list again, soon; an import tells of every file."""
        if self.map is not None:
            self.map.refresh(changes)
        if self._case in changes.cases:
            self.listing.begin_soon()

    def focus_first(self) -> None:
        """Into the table or the map, or to the first button where there is nothing."""
        if self.map is not None and self.bar.map_button.isChecked():
            self.map.focus_first()
        elif self.stack.currentWidget() is self.state and self.state.buttons:
            button = self.state.buttons[0]
            button.show()  # one made just now is hidden until the layout comes by, and takes no focus
            button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> Sequence[Command]:
        """Import, follow, paste, open, delete, undo, filter."""
        return commands_of(self)

    def take_in(self, paths: Sequence[Path], password: str | None = None) -> None:
        """Take files and folders into the open case; without one, a case is begun for them."""
        self.bringing.take_in(paths, password)

    def paste(self) -> None:
        """Take in the picture or the files on the clipboard."""
        self.bringing.paste()

    def current(self) -> Any:
        """The document of the current row, or None."""
        return self.model.node(self.table.currentIndex()).document

    def selected(self) -> list[Any]:
        """The documents of the chosen rows; of a folder all that lie in it."""
        chosen = [self.model.node(index) for index in self.table.selectionModel().selectedRows()]
        return list({d.id: d for node in chosen for d in node.documents()}.values())

    def open_current(self) -> None:
        """Show the current document right of the table."""
        document = self.current()
        if document is not None and document.state != "rejected":
            self._desk.show_document(document.id)

    def recognise_current(self) -> None:
        """Read the current document's pages as pictures, in place of what they say themselves."""
        document, importer = self.current(), self._desk.importer
        if document is None or not self.may_recognise():
            return
        pages = range(1, document.pages + 1)
        self._desk.job_runner.start(
            Lane.IO,
            lambda job: importer.recognise(document.id, pages, job),
            self,
            lambda _changes: self.imports.embed(),
            title=tr("library_pane.job_recognise"),
        )

    def delete_selected(self) -> None:
        """Delete the selected documents; they can be brought back."""
        chosen = self.selected()
        if not chosen or self._case is None:
            return
        self.deleting.delete(chosen)
        self.detail.show_document(None)
        self._show_left()

    def copy_list(self) -> None:
        """Put the documents as listed on the clipboard, a table that Word and Excel take as one."""
        documents = self.model.shown_documents()
        QGuiApplication.clipboard().setText(list_words(documents))
        self._desk.notify(tr("library_pane.list_copied", count=len(documents)))

    def undo_delete(self) -> None:
        """Bring back what was deleted last."""
        self.deleting.undo()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Ctrl+V takes in what was copied elsewhere."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.bringing.paste()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Files from the file manager are welcome."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._mark_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        """They went elsewhere."""
        super().dragLeaveEvent(event)
        self._mark_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Take the files and folders in."""
        self._mark_drop(False)
        paths = paths_of(event.mimeData())
        event.acceptProposedAction()
        self.bringing.take_in(paths)

    def _build(self) -> None:
        self.setObjectName("library")
        self.stack.addWidget(self.state)
        self.stack.addWidget(self.table)
        layout = self._column
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.bar, self.follow_strip, self.progress):
            layout.addWidget(widget)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.detail)
        layout.addWidget(self.undo)

    def _connect(self) -> None:
        bar, imports = self.bar, self.imports
        bar.import_wanted.connect(self.bringing.choose_files)
        bar.folder_wanted.connect(self.bringing.choose_folder)
        bar.follow_wanted.connect(self.bringing.choose_followed)
        bar.paste_wanted.connect(self.bringing.paste)
        bar.map_button.toggled.connect(self._show_map)
        bar.group.toggled.connect(self._group)
        bar.troubled.toggled.connect(self._show_troubled)
        bar.filter.textChanged.connect(self._look_for)
        bar.filter.returnPressed.connect(self.focus_first)
        self.table.opened.connect(self.open_current)
        self.table.delete_wanted.connect(self.delete_selected)
        self.table.clicked.connect(lambda _: self._clicked())
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self.detail.show_document(self.current()))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu)
        self.progress.stopped.connect(imports.stop)
        self.progress.pause_wanted.connect(lambda pause: imports.pause() if pause else imports.resume())
        self.detail.password_given.connect(self._with_password)
        self.detail.retried.connect(self.read_again)
        self.detail.deleted.connect(self.delete_selected)
        imports.progressed.connect(self._progressed)
        imports.paused_changed.connect(self.progress.show_paused)
        imports.arrived.connect(self.bringing.remember)
        imports.ended.connect(self._ended)
        self.following.arrived.connect(self.bringing.remember)
        self.following.deleted.connect(self._files_gone)
        self.following.ended.connect(self._synced)
        self.deleting.restored.connect(self.listing.begin)
        self.listing.read.connect(self._take)
        self.listing.failed.connect(self._not_read)

    def _progressed(self, done: int, total: int, file: str) -> None:
        self.progress.say(done, total, file, self.imports.waiting)

    def _clicked(self) -> None:
        if len(self.table.selectionModel().selectedRows()) == 1:
            self.open_current()

    def _look_for(self, text: str) -> None:
        self._keeping_row(lambda: self.model.look_for(text))

    def _show_map(self, shown: bool) -> None:
        """The map in the list's place, made when first wanted."""
        if self.map is None:
            self.map = LibraryMapView(self._desk)
            self._column.insertWidget(self._column.indexOf(self.stack), self.map, 1)
            self.map.show_case(self._case)
        self.stack.setVisible(not shown)
        self.map.setVisible(shown)
        self.focus_first()

    def _group(self, folders: bool) -> None:
        self._keeping_row(lambda: self.model.group(folders))

    def _show_troubled(self, only: bool) -> None:
        self._keeping_row(lambda: self.model.show_troubled(only))

    def _keeping_row(self, change: Any) -> None:
        chosen = self.current()
        change()
        self._select(chosen.id if chosen is not None else None)
        self._say_count()

    def may_recognise(self) -> bool:
        """Whether the current document's pages can be read as pictures."""
        document = self.current()
        return document is not None and document.format in _RECOGNISED and document.state != "rejected"

    def _show_left(self) -> None:
        gone = set(self.deleting.gone)
        self._keeping_row(lambda: self.model.show_documents([d for d in self.model.documents if d.id not in gone]))

    def _take(self, listed: Listed) -> None:
        gone = set(self.deleting.gone)
        if any(document.id in gone for document in listed.documents):
            left = [document for document in listed.documents if document.id not in gone]
            self._keeping_row(lambda: self.model.show_documents(left))
        else:
            self._keeping_row(lambda: self.model.show_documents(listed.documents, listed.tree))
        if self.model.documents:
            self.stack.setCurrentWidget(self.table)
        elif not self.imports.running:
            self._say_empty()

    def _select(self, document: str | None) -> None:
        index = self.model.index_of(document) if document is not None else None
        if index is not None and index.isValid():
            if self.table.currentIndex().siblingAtColumn(0) != index:
                self.table.choose(index)
            self.detail.show_document(self.current())

    def _not_read(self, error: WorkbenchError) -> None:
        self.state.say_error(error, [(tr("library_pane.retry"), self.listing.begin)])
        self.stack.setCurrentWidget(self.state)

    def _say_count(self) -> None:
        troubled = sum(document.state in TROUBLED for document in self.model.documents)
        self.bar.say_count(len(self.model.shown_documents()), len(self.model.documents), troubled)

    def _say_empty(self) -> None:
        heading = "library_pane.no_case" if self._case is None else "library_pane.empty"
        actions = [
            (tr("library_pane.import"), self.bringing.choose_files),
            (tr("library_pane.import_folder"), self.bringing.choose_folder),
        ]
        if has_sample():
            actions.append((tr("library_pane.sample"), self.bringing.open_sample))
        self.state.say(tr(heading), tr("library_pane.empty_hint"), actions)
        self.stack.setCurrentWidget(self.state)
        self._say_count()

    def _ended(self, tally: Tally) -> None:
        if not self.imports.running:
            self.progress.hide()
        self._desk.notify(tally.words())
        self.listing.begin()

    def _files_gone(self, ids: list[str]) -> None:
        gone = [document for document in self.model.documents if document.id in set(ids)]
        if gone:
            self.deleting.offer(gone)
            self._show_left()

    def _synced(self) -> None:
        self.imports.embed()
        self.listing.begin()

    def read_again(self) -> None:
        """Read the current document's file once more."""
        document = self.current()
        if document is not None:
            self.bringing.once_more(document)

    def _with_password(self, password: str) -> None:
        document = self.current()
        if document is not None:
            self.bringing.once_more(document, password)

    def _mark_drop(self, over: bool) -> None:
        colours = theme.current()
        ring = f"#library {{ background: {colours.accent_soft}; border: 2px dashed {colours.accent}; }}"
        self.setStyleSheet(ring if over else "")

    def _menu(self, point: QPoint) -> None:
        if self.table.selectionModel().hasSelection():
            menu_of(self).popup(self.table.viewport().mapToGlobal(point))


def create(desk: Desk) -> QWidget:
    """The pane of this desk."""
    return LibraryPane(desk)
