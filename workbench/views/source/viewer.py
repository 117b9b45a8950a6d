"""The source right of the work: any document of the library, at the cited place."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QMenu, QSplitter, QVBoxLayout, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.models.evidence import Anchor, Citation
from workbench.views import theme
from workbench.views.desk import Command, Desk
from workbench.views.evidence_list.wording import reference, where
from workbench.views.job_runner import Lane
from workbench.views.source.find_bar import FindBar
from workbench.views.source.finding import Finding
from workbench.views.source.grid import cells_text
from workbench.views.source.header import Header
from workbench.views.source.loading import Found, Loaded
from workbench.views.source.page_pictures import PagePictures
from workbench.views.source.paper import Paper
from workbench.views.source.shelf import Shelf
from workbench.views.source.sidebar import Sidebar
from workbench.views.source.snapshot import snapshot
from workbench.views.source.sum_line import SumLine
from workbench.views.source.surfaces import Surfaces
from workbench.views.source.trail import Trail


class SourceViewer(QFrame):
    """Shows documents and the places that citations mean."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme.set_role(self, "panel")
        self._desk = desk
        self._wanted: Anchor | None = None
        self._trail = Trail()
        self.header = Header()
        self.find_bar = FindBar()
        self.stack = Surfaces()
        self.canvas, self.text, self.sheets = self.stack.canvas, self.stack.text, self.stack.sheets
        self.state = self.stack.state
        self.sidebar = Sidebar()
        self.outline = self.sidebar.outline
        self.foot = SumLine(desk)
        self.shelf = Shelf(desk, lambda: self.stack.loaded, self)
        self.finding = Finding(desk, self.find_bar, self.stack, self)
        self.paper = Paper(desk, self.stack.on_paper, self)
        self._pictures = PagePictures(desk, self.stack, self.sidebar.thumbnails, self)
        self._build()
        self._connect()
        self._show_empty()

    def show_citation(self, citation: Citation) -> None:
        """Open the citation's document with its words highlighted."""
        self._visit(citation.document, citation.anchor)

    def show_document(self, document: str) -> None:
        """Open a document at its beginning, or where it was left."""
        self._visit(document, None)

    def step_place(self, by: int) -> None:
        """Go back to the place seen before, or forward again."""
        place = self._trail.step(by)
        if place is not None:
            self._open(*place)
            self._show_ways()

    def show_case(self, case: str | None) -> None:
        """Let go of the documents of the case before."""
        self.shelf.show_case(case)
        self.finding.clear()
        self._pictures.stop()
        self.foot.stop()
        self.stack.forget()
        self._trail.clear()
        self._show_ways()
        self._show_empty()

    def focus_first(self) -> None:
        """Put the keyboard into the document."""
        self.stack.take_focus()

    def commands(self) -> Sequence[Command]:
        """Find, zoom, pages, copy, print."""
        some, pages, cells = self._has_document, lambda: self.stack.has_pages, lambda: self.stack.has_grids
        return [
            Command("source.find", "Ctrl+F", self.open_find, some),
            Command("source.find_next", "F3", lambda: self.finding.step(1), some),
            Command("source.find_previous", "Shift+F3", lambda: self.finding.step(-1), some),
            Command("source.back", "Alt+Left", lambda: self.step_place(-1), lambda: self._trail.back),
            Command("source.forward", "Alt+Right", lambda: self.step_place(1), lambda: self._trail.forward),
            Command("source.larger", "Ctrl++", lambda: self.stack.step_zoom(1), some),
            Command("source.smaller", "Ctrl+-", lambda: self.stack.step_zoom(-1), some),
            Command("source.fit", "Ctrl+0", self.stack.fit, some),
            Command("source.go_to_page", "Ctrl+G", self._focus_page, pages),
            Command("source.turn", "Ctrl+Shift+R", lambda: self.canvas.turn_pages(1), pages),
            Command("source.outline", "", self.header.outline.toggle, some),
            Command("source.thumbnails", "", lambda: self._open_tab(self.sidebar.thumbnails), pages),
            Command("source.remarks", "", lambda: self._open_tab(self.sidebar.remarks), self._has_remarks),
            Command("source.copy", "", self.copy, some),
            Command("source.copy_cells", "", self.copy_cells, cells),
            Command("source.copy_picture", "Ctrl+Alt+C", self.copy_picture, self._has_place),
            Command("source.print", "Ctrl+P", self.paper.ask_printer, some),
            Command("source.save_pdf", "", self.paper.ask_file, some),
        ]

    @property
    def loaded(self) -> Loaded | None:
        """The document shown."""
        return self.stack.loaded

    @property
    def found(self) -> Found:
        """What the last search found."""
        return self.finding.found

    def open_find(self) -> None:
        """Open the find bar."""
        if self._has_document():
            self.find_bar.open_bar()

    def quote(self) -> Citation | None:
        """The selected words as a citation of this document."""
        return self.stack.quote()

    def copy(self) -> None:
        """Put the selected words with document and place on the clipboard."""
        quote, loaded = self.quote(), self.loaded
        if quote is not None and loaded is not None:
            QGuiApplication.clipboard().setText(reference(loaded.name, quote))
            self._desk.notify(tr("source.copied", place=where(quote.anchor)))

    def copy_cells(self) -> None:
        """Put the selected cells on the clipboard as Excel takes them: tabs and lines."""
        selected = self.stack.selected_cells()
        if selected is None:
            return

        def take(words: str) -> None:
            QGuiApplication.clipboard().setText(words)
            self._desk.notify(tr("source.cells_copied"))

        self._desk.job_runner.start(Lane.IO, lambda _job: cells_text(*selected), self, take)

    def copy_picture(self) -> None:
        """Put a picture of the selected words, else of the cited place, with its source on the clipboard."""
        loaded, anchor = self.loaded, self._place()
        if loaded is None or anchor is None:
            return

        def take(picture: QImage) -> None:
            QGuiApplication.clipboard().setImage(picture)
            self._desk.notify(tr("source.picture_copied", place=where(anchor)))

        turn = self.canvas.turn
        self._desk.job_runner.start(
            Lane.IO, lambda job: snapshot(loaded, anchor, job, turn), self, take, self._desk.warn
        )

    def copy_words(self) -> None:
        """Put only the selected words on the clipboard."""
        quote = self.quote()
        if quote is not None:
            QGuiApplication.clipboard().setText(quote.quote)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Copy words with their reference, cells as cells; Esc closes the find bar."""
        if event.matches(QKeySequence.StandardKey.Copy):
            if self.stack.has_grids:
                self.copy_cells()
            else:
                self.copy()
        elif event.key() == Qt.Key.Key_Escape and self.find_bar.isVisible():
            self.find_bar.close_bar()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.setAccessibleName(tr("source.viewer_name"))
        self.sidebar.setVisible(False)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.sidebar)
        self.splitter.addWidget(self.stack)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([160, 520])
        self.splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.find_bar)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.foot)

    def _connect(self) -> None:
        self.header.page_wanted.connect(self.canvas.go_to)
        self.header.way_wanted.connect(self.step_place)
        self.header.zoom_stepped.connect(self.stack.step_zoom)
        self.header.fit_wanted.connect(self.stack.fit)
        self.header.find_wanted.connect(self.open_find)
        self.header.outline_wanted.connect(lambda _wanted: self._show_sidebar())
        self.shelf.ready.connect(self._show)
        self.shelf.failed.connect(self._failed)
        self.stack.zoom_changed.connect(self.header.show_zoom)
        self.stack.selection_changed.connect(lambda: self.foot.add_up(self.stack.selected_texts()))
        self.stack.menu_wanted.connect(self._menu)
        self.canvas.page_changed.connect(self.header.show_page)
        self.canvas.page_changed.connect(self.sidebar.show_page)
        self.sidebar.heading_wanted.connect(self.stack.reveal_heading)
        self.sidebar.remark_wanted.connect(self.stack.reveal_remark)
        self.sidebar.tab_changed.connect(self._pictures.draw_next)
        self.sidebar.thumbnails.page_wanted.connect(self.canvas.go_to)
        self.foot.copied.connect(lambda: self._desk.notify(tr("source.sum_copied")))
        self.text.copy = self.copy  # type: ignore[method-assign]

    def _has_document(self) -> bool:
        return self.loaded is not None

    def _place(self) -> Anchor | None:
        """What is selected, else what is cited."""
        return self.stack.place() or self._wanted

    def _has_place(self) -> bool:
        return self.loaded is not None and (self.stack.has_selection or self._wanted is not None)

    def _has_remarks(self) -> bool:
        return self.sidebar.remarks.count() > 0

    def _visit(self, document: str, anchor: Anchor | None) -> None:
        self._trail.visit((document, anchor))
        self._open(document, anchor)
        self._show_ways()

    def _show_ways(self) -> None:
        self.header.show_ways(self._trail.back, self._trail.forward)

    def _show_sidebar(self) -> None:
        """As wanted, but never empty beside a document without headings."""
        self.header.outline.setEnabled(not self.sidebar.empty)
        self.sidebar.setVisible(self.header.outline.isChecked() and not self.sidebar.empty)
        self._pictures.draw_next()

    def _open_tab(self, view: QWidget) -> None:
        self.header.outline.setChecked(True)
        self.sidebar.open_tab(view)
        view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focus_page(self) -> None:
        self.header.page.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.header.page.selectAll()

    def _show_empty(self) -> None:
        self.header.show_name("")
        self.header.show_pages(0)
        self.sidebar.show_document(None, ())
        self.header.outline.setChecked(False)
        self.foot.show_sum(None)
        self.state.say(tr("source.empty"), tr("source.empty_hint"))

    def _open(self, document: str, anchor: Anchor | None) -> None:
        self.stack.remember_place()
        self._wanted = anchor
        self.shelf.stop()
        if self.loaded is not None and self.loaded.id == document:
            self.stack.show_anchor(anchor)
        elif not self.shelf.bring(document):
            self.state.say("", tr("source.loading"), busy=True)
            self.stack.say_state()

    def _failed(self, document: str, error: WorkbenchError) -> None:
        self.header.show_pages(0)
        anchor = self._wanted
        self.state.say_error(error, [(tr("source.again"), lambda: self._open(document, anchor))])
        self.stack.show_none()

    def _show(self, loaded: Loaded) -> None:
        self.header.show_name(loaded.name)
        self.header.show_pages(len(loaded.pages), scaled=bool(loaded.document.blocks))
        self.foot.show_sum(None)
        self.stack.show_document(loaded)
        self.sidebar.show_document(loaded.document, loaded.pages)
        self._show_sidebar()
        self.sidebar.show_page(self.canvas.page)
        self.finding.show_document()
        self.stack.show_anchor(self._wanted)

    def _menu(self, point: QPoint) -> None:
        some = bool(self.sheets.ranges()) if self.stack.has_grids else self.quote() is not None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("source.copy"), self.copy).setEnabled(some)
        menu.addAction(tr("source.copy_words"), self.copy_words).setEnabled(some)
        if self.stack.has_grids:
            menu.addAction(tr("source.copy_cells"), self.copy_cells).setEnabled(some)
        menu.addAction(tr("source.copy_picture"), self.copy_picture).setEnabled(self._has_place())
        menu.addSeparator()
        if self.stack.has_pages:
            menu.addAction(tr("source.turn"), lambda: self.canvas.turn_pages(1))
        menu.addAction(tr("source.find"), self.open_find)
        menu.addAction(tr("source.print"), self.paper.ask_printer)
        menu.addAction(tr("source.save_pdf"), self.paper.ask_file)
        menu.popup(point)


def create(desk: Desk) -> SourceViewer:
    """The viewer of this desk."""
    return SourceViewer(desk)
