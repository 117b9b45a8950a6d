"""资料: the documents of the open case, and taking new ones in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.paths import resources
from workbench.views import theme
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.evidence_list import StatePage
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.library_pane.imports import Arrived, Imports, Tally
from workbench.views.library_pane.strips import DetailStrip, ProgressStrip, UndoStrip
from workbench.views.library_pane.table import DOCUMENT, DocumentModel, DocumentTable, Filter, list_words
from workbench.views.unfinished import Batch

_REFRESH_MS = 200
_SAMPLE = "credit_case"


class LibraryPane(QFrame):
    """The documents of a case."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme.set_role(self, "panel")
        self._desk = desk
        self._case: str | None = None
        self._deleted: list[str] = []
        self._paths: dict[str, Path] = {}
        self._reading: JobHandle | None = None
        self._again = False
        self.imports = Imports(desk, self)
        self.model = DocumentModel()
        self.rows = Filter(self.model)
        self.table = DocumentTable(self.rows)
        self.filter = QLineEdit()
        self.count = QLabel()
        self.import_button = QPushButton(tr("library_pane.import"))
        self.folder_button = QPushButton(tr("library_pane.import_folder"))
        self.progress = ProgressStrip()
        self.detail = DetailStrip()
        self.undo = UndoStrip()
        self.state = StatePage()
        self.stack = QStackedWidget()
        self._refresher = QTimer(self)
        self._refresher.setSingleShot(True)
        self._refresher.setInterval(_REFRESH_MS)
        self._refresher.timeout.connect(self._read)
        self.setAcceptDrops(True)
        self._build()
        self._connect()
        self.show_case(None)

    def show_case(self, case: str | None) -> None:
        """Another case's documents."""
        self._case = case
        self._deleted = []
        self.undo.hide()
        self.detail.show_document(None)
        self.filter.clear()
        self.model.show_documents([])
        if case is None:
            self._say_empty()
            return
        self.state.say("", tr("library_pane.reading"), busy=True)
        self.stack.setCurrentWidget(self.state)
        self._read()

    def refresh(self, changes: ChangesLike) -> None:
        """Read the list again, soon; an import tells of every file."""
        if self._case in changes.cases and not self._refresher.isActive():
            self._refresher.start()

    def focus_first(self) -> None:
        """Into the table, or to the first button where there is nothing."""
        if self.stack.currentWidget() is self.state and self.state.buttons:
            self.state.buttons[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> Sequence[Command]:
        """Import, open, delete, undo, filter."""
        return [
            Command("library_pane.import", "Ctrl+I", self.choose_files),
            Command("library_pane.import_folder", "Ctrl+Shift+I", self.choose_folder),
            Command("library_pane.open", "", self.open_current, self._has_current),
            Command("library_pane.delete", "", self.delete_selected, self._has_current),
            Command("library_pane.undo", "Ctrl+Z", self.undo_delete, lambda: bool(self._deleted)),
            Command("library_pane.copy_list", "Ctrl+Shift+C", self.copy_list, lambda: bool(self.rows.rowCount())),
            Command("library_pane.filter", "Ctrl+Shift+F", self.filter.setFocus),
            Command("library_pane.stop", "", self.imports.stop, lambda: self.imports.running),
            Command("library_pane.embed", "", self.imports.embed, lambda: self._case is not None),
        ]

    def take_in(self, paths: Sequence[Path], password: str | None = None) -> None:
        """Take files and folders into the open case; without one, a case is begun for them."""
        if not paths:
            return
        if self._desk.importer is None:
            self._desk.warn(WorkbenchError(tr("library_pane.no_service"), tr("library_pane.no_service_hint")))
            return
        if self._case is not None:
            self.imports.start(Batch(self._case, tuple(paths), password))
            return
        name = paths[0].stem if paths[0].is_file() else paths[0].name
        self._begin_case(name or tr("library_pane.new_case"), tuple(paths))

    def choose_files(self) -> None:
        """Ask for files."""
        names, _ = QFileDialog.getOpenFileNames(self, tr("library_pane.import"), "", tr("library_pane.file_kinds"))
        self.take_in([Path(name) for name in names])

    def choose_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(self, tr("library_pane.import_folder"))
        self.take_in([Path(name)] if name else [])

    def open_sample(self) -> None:
        """Open the sample case, made on first use."""
        self._begin_case(tr("library_pane.sample_case"), (resources() / "samples" / _SAMPLE,))

    def current(self) -> Any:
        """The document of the current row, or None."""
        index = self.table.currentIndex()
        return index.data(DOCUMENT) if index.isValid() else None

    def open_current(self) -> None:
        """Show the current document right of the table."""
        document = self.current()
        if document is not None and document.state != "rejected":
            self._desk.show_document(document.id)

    def delete_selected(self) -> None:
        """Delete the selected documents; they can be brought back."""
        chosen = [index.data(DOCUMENT) for index in self.table.selectionModel().selectedRows()]
        case, library = self._case, self._desk.library
        if not chosen or case is None:
            return
        ids = [d.id for d in chosen]
        gone = set(ids)
        self.model.show_documents([d for d in self.model.documents if d.id not in gone])
        self._deleted = ids
        self.detail.show_document(None)
        self.undo.offer([d.name for d in chosen])
        self._say_count()

        def delete(_job: object) -> Arrived:
            for document in ids:
                library.delete_document(document)
            return Arrived(frozenset({case}), frozenset(ids))

        self._desk.job_runner.start(Lane.IO, delete, owner=self, saves=True)

    def copy_list(self) -> None:
        """Put the documents as listed on the clipboard, a table that Word and Excel take as one."""
        documents = [self.rows.index(row, 0).data(DOCUMENT) for row in range(self.rows.rowCount())]
        QGuiApplication.clipboard().setText(list_words(documents))
        self._desk.notify(tr("library_pane.list_copied", count=len(documents)))

    def undo_delete(self) -> None:
        """Bring back what was deleted last."""
        ids, case, library = self._deleted, self._case, self._desk.library
        self._deleted = []
        self.undo.hide()
        if not ids or case is None:
            return

        def restore(_job: object) -> Arrived:
            for document in ids:
                library.restore_document(document)
            return Arrived(frozenset({case}), frozenset(ids))

        self._desk.job_runner.start(Lane.IO, restore, owner=self, saves=True)

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
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.take_in(paths)

    def _build(self) -> None:
        self.setObjectName("library")
        self.filter.setPlaceholderText(tr("library_pane.filter_words"))
        self.filter.setAccessibleName(tr("library_pane.filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(theme.space(70))
        theme.set_role(self.count, "small")
        theme.set_role(self.import_button, "primary")
        self.import_button.setToolTip(tr("library_pane.import_tip"))
        bar = QFrame()
        theme.set_role(bar, "toolbar")
        bar.setFixedHeight(theme.space(11))
        across = QHBoxLayout(bar)
        across.setContentsMargins(theme.space(4), theme.space(1), theme.space(3), theme.space(1))
        across.setSpacing(theme.space(2))
        across.addWidget(self.filter, 1)
        across.addWidget(self.count)
        across.addStretch(1)
        across.addWidget(self.folder_button)
        across.addWidget(self.import_button)
        self.stack.addWidget(self.state)
        self.stack.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (bar, self.progress):
            layout.addWidget(widget)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.detail)
        layout.addWidget(self.undo)

    def _connect(self) -> None:
        self.import_button.clicked.connect(self.choose_files)
        self.folder_button.clicked.connect(self.choose_folder)
        self.filter.textChanged.connect(self._look_for)
        self.filter.returnPressed.connect(self.focus_first)
        self.table.opened.connect(self.open_current)
        self.table.delete_wanted.connect(self.delete_selected)
        self.table.clicked.connect(lambda _: self._clicked())
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self.detail.show_document(self.current()))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu)
        self.progress.stopped.connect(self.imports.stop)
        self.detail.password_given.connect(self._with_password)
        self.detail.retried.connect(lambda: self._again_from_file(None))
        self.detail.deleted.connect(self.delete_selected)
        self.undo.undone.connect(self.undo_delete)
        self.imports.progressed.connect(self.progress.say)
        self.imports.arrived.connect(self._arrived)
        self.imports.ended.connect(self._ended)

    def _clicked(self) -> None:
        if len(self.table.selectionModel().selectedRows()) == 1:
            self.open_current()

    def _look_for(self, text: str) -> None:
        self.rows.look_for(text)
        self._say_count()

    def _has_current(self) -> bool:
        return self.current() is not None

    def _read(self) -> None:
        case, library = self._case, self._desk.library
        if case is None or library is None:
            return
        if self._reading is not None:
            self._again = True
            return
        self._reading = self._desk.job_runner.start(
            Lane.IO,
            lambda _job: (case, library.documents(case)),
            owner=self,
            on_done=self._take,
            on_error=self._not_read,
        )

    def _take(self, found: tuple[str, Sequence[Any]]) -> None:
        self._reading = None
        case, documents = found
        if case == self._case:
            hidden = set(self._deleted)
            chosen = self.current()
            self.model.show_documents([d for d in documents if d.id not in hidden])
            self._select(chosen.id if chosen is not None else None)
            self._say_count()
            if self.model.documents:
                self.stack.setCurrentWidget(self.table)
            elif not self.imports.running:
                self._say_empty()
        if self._again or case != self._case:
            self._again = False
            self._read()

    def _select(self, document: str | None) -> None:
        if document is None:
            return
        for row in range(self.rows.rowCount()):
            if self.rows.index(row, 0).data(DOCUMENT).id == document:
                if self.table.currentIndex().row() != row:
                    self.table.selectRow(row)
                self.detail.show_document(self.current())
                return

    def _not_read(self, error: WorkbenchError) -> None:
        self._reading = None
        self.state.say_error(error, [(tr("library_pane.retry"), self._read)])
        self.stack.setCurrentWidget(self.state)

    def _say_count(self) -> None:
        shown, total = self.rows.rowCount(), len(self.model.documents)
        key = "library_pane.count" if shown == total else "library_pane.count_filtered"
        self.count.setText(tr(key, count=total, shown=shown) if total else "")

    def _say_empty(self) -> None:
        heading = "library_pane.no_case" if self._case is None else "library_pane.empty"
        actions = [
            (tr("library_pane.import"), self.choose_files),
            (tr("library_pane.import_folder"), self.choose_folder),
        ]
        if (resources() / "samples" / _SAMPLE).is_dir():
            actions.append((tr("library_pane.sample"), self.open_sample))
        self.state.say(tr(heading), tr("library_pane.empty_hint"), actions)
        self.stack.setCurrentWidget(self.state)
        self._say_count()

    def _arrived(self, result: Any) -> None:
        if result.document or result.status == "rejected":
            self._paths[Path(result.path).name] = Path(result.path)

    def _ended(self, tally: Tally) -> None:
        if not self.imports.running:
            self.progress.hide()
        self._desk.notify(tally.words())
        self._read()

    def _with_password(self, password: str) -> None:
        self._again_from_file(password)

    def _again_from_file(self, password: str | None) -> None:
        document = self.current()
        if document is None:
            return
        path = self._paths.get(document.name)
        if path is None or not path.exists():
            name, _ = QFileDialog.getOpenFileName(self, tr("library_pane.where", name=document.name))
            path = Path(name) if name else None
        if path is not None:
            self.take_in([path], password)

    def _begin_case(self, name: str, paths: tuple[Path, ...]) -> None:
        library = self._desk.library
        if library is None:
            return

        def begin(_job: object) -> str:
            known = next((case.id for case in library.cases() if case.name == name), None)
            return known if known is not None else str(library.create_case(name).id)

        def begun(case: str) -> None:
            self._desk.open_case(case)
            self.imports.start(Batch(case, paths))

        self._desk.job_runner.start(Lane.IO, begin, owner=self, on_done=begun)

    def _mark_drop(self, over: bool) -> None:
        colours = theme.current()
        ring = f"#library {{ background: {colours.accent_soft}; border: 2px dashed {colours.accent}; }}"
        self.setStyleSheet(ring if over else "")

    def _menu(self, point: QPoint) -> None:
        document = self.current()
        if document is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("library_pane.open"), self.open_current).setEnabled(document.state != "rejected")
        menu.addAction(tr("library_pane.reread"), lambda: self._again_from_file(None))
        menu.addAction(tr("library_pane.copy_list"), self.copy_list)
        menu.addSeparator()
        menu.addAction(tr("library_pane.delete"), self.delete_selected)
        menu.popup(self.table.viewport().mapToGlobal(point))


def create(desk: Desk) -> QWidget:
    """The pane of this desk."""
    return LibraryPane(desk)
