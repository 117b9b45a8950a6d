"""The source right of the work: any document of the library, at the cited place."""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.models.documents.document import CellPlace, Remark
from workbench.models.evidence import Anchor, Citation, SheetSpan
from workbench.views import theme
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.evidence_list.state_page import StatePage
from workbench.views.evidence_list.wording import reference, where
from workbench.views.job_runner import JobHandle, Lane, RunningJob
from workbench.views.source.find_bar import FindBar
from workbench.views.source.grid import cells_of, cells_text
from workbench.views.source.header import Header
from workbench.views.source.loading import Found, Loaded, boxes_of, draw, load, load_anew, search
from workbench.views.source.page_canvas import PageCanvas
from workbench.views.source.paper import Paper, Shown
from workbench.views.source.places import Stretch
from workbench.views.source.printing import Marks
from workbench.views.source.sheet_view import SheetView
from workbench.views.source.sidebar import Sidebar
from workbench.views.source.sum_line import SumLine
from workbench.views.source.summing import Sum, sum_of
from workbench.views.source.text_view import TextView

_KEPT = 3
_PLACES = 50
_SCALES = (0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
_SUM_PAUSE_MS = 120
_RENEW_MS = 1500


class SourceViewer(QFrame):
    """Shows documents and the places that citations mean."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        theme.set_role(self, "panel")
        self._desk = desk
        self._loaded: Loaded | None = None
        self._kept: OrderedDict[str, Loaded] = OrderedDict()
        self._left_at: dict[str, int] = {}
        self._wanted: tuple[str, Anchor | None] | None = None
        self._loading: JobHandle | None = None
        self._drawing: JobHandle | None = None
        self._searching: JobHandle | None = None
        self._found = Found("")
        self._current = -1
        self._cited: list[Stretch] = []
        self._places: list[tuple[str, Anchor | None]] = []
        self._place = -1
        self.header = Header()
        self.find_bar = FindBar()
        self.canvas = PageCanvas()
        self.text = TextView()
        self.sheets = SheetView()
        self.state = StatePage()
        self.sidebar = Sidebar()
        self.outline = self.sidebar.outline
        self.foot = SumLine()
        self._summing: JobHandle | None = None
        self.paper = Paper(desk, self._on_paper, self)
        self._renewing = QTimer(self)
        self._renewing.setSingleShot(True)
        self._renewing.setInterval(_RENEW_MS)
        self._renewing.timeout.connect(self._renew)
        self._build()
        self._connect()
        self._show_empty()
        desk.job_runner.on_changes(self, self._changed)

    def show_citation(self, citation: Citation) -> None:
        """Open the citation's document with its words highlighted."""
        self._visit(citation.document, citation.anchor)

    def show_document(self, document: str) -> None:
        """Open a document at its beginning, or where it was left."""
        self._visit(document, None)

    def step_place(self, by: int) -> None:
        """Go back to the place seen before, or forward again."""
        if 0 <= self._place + by < len(self._places):
            self._place += by
            self._open(*self._places[self._place])
            self._show_ways()

    def _visit(self, document: str, anchor: Anchor | None) -> None:
        """Open a place and remember it; what lay ahead of the way back is forgotten."""
        place = (document, anchor)
        if self._place < 0 or self._places[self._place] != place:
            self._places = [*self._places[: self._place + 1], place][-_PLACES:]
            self._place = len(self._places) - 1
        self._open(document, anchor)
        self._show_ways()

    def _show_ways(self) -> None:
        self.header.show_ways(self._place > 0, self._place < len(self._places) - 1)

    def show_case(self, case: str | None) -> None:  # noqa: ARG002 any other case empties the viewer
        """Let go of the documents of the case before."""
        for job in (self._loading, self._drawing, self._searching, self._summing):
            if job is not None:
                job.cancel()
        self._loading = self._drawing = self._searching = self._summing = None
        self._loaded = None
        self._kept.clear()
        self._left_at.clear()
        self._places, self._place = [], -1
        self._show_ways()
        self._show_empty()

    def focus_first(self) -> None:
        """Put the keyboard into the document."""
        shown = self.sheets.table if self.stack.currentWidget() is self.sheets else self.stack.currentWidget()
        if shown is not None:
            shown.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> Sequence[Command]:
        """Find, zoom, pages, copy."""
        return [
            Command("source.find", "Ctrl+F", self.open_find, self._has_document),
            Command("source.find_next", "F3", lambda: self.step_found(1), self._has_document),
            Command("source.find_previous", "Shift+F3", lambda: self.step_found(-1), self._has_document),
            Command("source.back", "Alt+Left", lambda: self.step_place(-1), lambda: self._place > 0),
            Command(
                "source.forward", "Alt+Right", lambda: self.step_place(1), lambda: self._place < len(self._places) - 1
            ),
            Command("source.larger", "Ctrl++", lambda: self.step_zoom(1), self._has_document),
            Command("source.smaller", "Ctrl+-", lambda: self.step_zoom(-1), self._has_document),
            Command("source.fit", "Ctrl+0", self.fit, self._has_document),
            Command("source.go_to_page", "Ctrl+G", self._focus_page, self._has_pages),
            Command("source.outline", "", self.header.outline.toggle, self._has_document),
            Command("source.thumbnails", "", lambda: self._open_tab(self.sidebar.thumbnails), self._has_pages),
            Command("source.remarks", "", lambda: self._open_tab(self.sidebar.remarks), self._has_remarks),
            Command("source.copy", "", self.copy, self._has_document),
            Command("source.copy_cells", "", self.copy_cells, self._has_grids),
            Command("source.print", "Ctrl+P", self.paper.ask_printer, self._has_document),
            Command("source.save_pdf", "", self.paper.ask_file, self._has_document),
        ]

    @property
    def loaded(self) -> Loaded | None:
        """The document shown."""
        return self._loaded

    @property
    def found(self) -> Found:
        """What the last search found."""
        return self._found

    def open_find(self) -> None:
        """Open the find bar."""
        if self._has_document():
            self.find_bar.open_bar()

    def step_found(self, by: int) -> None:
        """Go to the next or previous found place, around the end."""
        total = len(self._found.stretches)
        if total:
            self._current = (self._current + by) % total
            self._show_found()

    def quote(self) -> Citation | None:
        """The selected words as a citation of this document."""
        loaded = self._loaded
        if loaded is None:
            return None
        words, anchor = "", None
        if loaded.pages and self.canvas.selection and loaded.page_text:
            first, last = self.canvas.selection
            words = loaded.page_text.text(first, last)
            stretch = next(loaded.page_text.stretches(first, last), None)
            anchor = self._anchor(stretch)
        elif loaded.grids:
            selected = self.sheets.selected()
            if selected:
                words, anchor = selected[2], Anchor("sheet", (SheetSpan(selected[0], selected[1]),))
        else:
            words = self.text.textCursor().selectedText().replace("\u2029", "\n")
            start = self.text.selected_start()
            anchor = self._anchor(Stretch(start[0], start[1], start[1] + max(1, len(words)))) if start else None
        return Citation(loaded.id, words, anchor) if words.strip() and anchor else None

    def copy(self) -> None:
        """Put the selected words with document and place on the clipboard."""
        quote = self.quote()
        if quote is not None and self._loaded is not None:
            QGuiApplication.clipboard().setText(reference(self._loaded.name, quote))
            self._desk.notify(tr("source.copied", place=where(quote.anchor)))

    def copy_cells(self) -> None:
        """Put the selected cells on the clipboard as Excel takes them: tabs and lines."""
        grid, ranges = self.sheets.grid, self.sheets.ranges()
        if grid is None or not ranges:
            return

        def take(words: str) -> None:
            QGuiApplication.clipboard().setText(words)
            self._desk.notify(tr("source.cells_copied"))

        self._desk.job_runner.start(Lane.IO, lambda _job: cells_text(grid, ranges), self, take)

    def step_zoom(self, steps: int) -> None:
        """Show the source a step larger or smaller."""
        if self._has_pages():
            self.canvas.step_zoom(steps)
            return
        view = self._scaled()
        place = min(range(len(_SCALES)), key=lambda i: abs(_SCALES[i] - view.zoom))
        view.set_zoom(_SCALES[min(max(place + steps, 0), len(_SCALES) - 1)])
        self.header.show_zoom(view.zoom)

    def fit(self) -> None:
        """Fit a page to the width; show text and cells in their usual size."""
        if self._has_pages():
            self.canvas.fit_width()
        else:
            self._scaled().set_zoom(1.0)
            self.header.show_zoom(1.0)

    def copy_words(self) -> None:
        """Put only the selected words on the clipboard."""
        quote = self.quote()
        if quote is not None:
            QGuiApplication.clipboard().setText(quote.quote)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Copy words with their reference, cells as cells; Esc closes the find bar."""
        if event.matches(QKeySequence.StandardKey.Copy):
            if self._has_grids():
                self.copy_cells()
            else:
                self.copy()
        elif event.key() == Qt.Key.Key_Escape and self.find_bar.isVisible():
            self.find_bar.close_bar()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.setAccessibleName(tr("source.viewer_name"))
        self.canvas.setAccessibleName(tr("source.pages_name"))
        self.sidebar.setVisible(False)
        theme.set_role(self.sheets.table, "plain")
        self.stack = QStackedWidget()
        for widget in (self.state, self.canvas, self.text, self.sheets):
            self.stack.addWidget(widget)
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
        self.header.zoom_stepped.connect(self.step_zoom)
        self.header.fit_wanted.connect(self.fit)
        self.header.find_wanted.connect(self.open_find)
        self.header.outline_wanted.connect(lambda _wanted: self._show_sidebar())
        self.canvas.page_changed.connect(self.header.show_page)
        self.canvas.page_changed.connect(self.sidebar.show_page)
        self.canvas.zoom_changed.connect(self.header.show_zoom)
        self.canvas.pictures_wanted.connect(self._draw_next)
        self.find_bar.wanted.connect(self._search)
        self.find_bar.stepped.connect(self.step_found)
        self.find_bar.closed.connect(self._close_find)
        self.sidebar.heading_wanted.connect(self._go_to_heading)
        self.sidebar.remark_wanted.connect(self._go_to_remark)
        self.sidebar.tab_changed.connect(self._draw_next)
        self.sidebar.thumbnails.page_wanted.connect(self.canvas.go_to)
        self.sidebar.thumbnails.pictures_wanted.connect(self._draw_next)
        for changed in (self.canvas.selection_changed, self.sheets.selection_changed, self.text.selectionChanged):
            changed.connect(self._sum_soon)
        self.foot.copied.connect(lambda: self._desk.notify(tr("source.sum_copied")))
        for view in (self.canvas, self.text, self.sheets.table):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(lambda point, view=view: self._menu(view, point))
        self.text.copy = self.copy  # type: ignore[method-assign]

    def _has_document(self) -> bool:
        return self._loaded is not None

    def _has_pages(self) -> bool:
        return self._loaded is not None and bool(self._loaded.pages)

    def _has_grids(self) -> bool:
        return self._loaded is not None and bool(self._loaded.grids)

    def _has_remarks(self) -> bool:
        return self.sidebar.remarks.count() > 0

    def _scaled(self) -> TextView | SheetView:
        return self.sheets if self._has_grids() else self.text

    def _show_sidebar(self) -> None:
        """As wanted, but never empty beside a document without headings."""
        self.header.outline.setEnabled(not self.sidebar.empty)
        self.sidebar.setVisible(self.header.outline.isChecked() and not self.sidebar.empty)
        self._draw_next()

    def _open_tab(self, view: QWidget) -> None:
        self.header.outline.setChecked(True)
        self.sidebar.open_tab(view)
        view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_paper(self) -> Shown | None:
        """What is shown now, with its marks, for printing."""
        loaded = self._loaded
        if loaded is None:
            return None
        colours = theme.LIGHT
        texts = [(s, colours.partial_soft) for s in self._found.stretches] + [
            (s, colours.highlight) for s in self._cited
        ]
        cells = self.sheets.marked if loaded.grids else frozenset()
        marks = Marks(self.canvas.highlighted if loaded.pages else {}, self._found.boxes, texts, cells)
        return loaded, marks, self.sheets.grid if loaded.grids else None

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
        self.stack.setCurrentWidget(self.state)

    def _open(self, document: str, anchor: Anchor | None) -> None:
        self._remember_place()
        self._wanted = (document, anchor)
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None
        if self._loaded is not None and self._loaded.id == document:
            self._show_anchor(anchor)
            return
        if document in self._kept:
            self._kept.move_to_end(document)
            self._show(self._kept[document])
            return
        self.state.say("", tr("source.loading"), busy=True)
        self.stack.setCurrentWidget(self.state)
        library = self._desk.library
        self._loading = self._desk.job_runner.start(
            Lane.IO,
            lambda job: load(library, document, job),
            owner=self,
            on_done=self._take,
            on_error=lambda error: self._failed(document, error),
        )

    def _take(self, loaded: Loaded) -> None:
        self._loading = None
        self._kept[loaded.id] = loaded
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self._show(loaded)

    def _changed(self, changes: ChangesLike) -> None:
        """Documents are new versions of themselves, perhaps: pages were recognised, a file was read again."""
        shown = self._loaded.id if self._loaded is not None else None
        for document in changes.documents:
            if document != shown:
                self._kept.pop(document, None)
        if shown in changes.documents:
            self._renewing.start()

    def _renew(self) -> None:
        loaded, library = self._loaded, self._desk.library
        if loaded is None or self._loading is not None:
            return

        def take(fresh: Loaded | None) -> None:
            if fresh is None or self._loaded is not loaded:
                return
            self._remember_place()
            self._take(fresh)

        self._desk.job_runner.start(
            Lane.IO, lambda job: load_anew(library, loaded, job), self, take, lambda _error: None
        )

    def _failed(self, document: str, error: WorkbenchError) -> None:
        self._loading = None
        self._loaded = None
        self.header.show_pages(0)
        anchor = self._wanted[1] if self._wanted else None
        self.state.say_error(error, [(tr("source.again"), lambda: self._open(document, anchor))])
        self.stack.setCurrentWidget(self.state)

    def _show(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._found, self._current, self._cited = Found(""), -1, []
        self.header.show_name(loaded.name)
        self.header.show_pages(len(loaded.pages), scaled=bool(loaded.document.blocks))
        self.foot.show_sum(None)
        if loaded.pages:
            self.stack.setCurrentWidget(self.canvas)
            self.canvas.set_pages(loaded.pages, loaded.page_text)
            self.header.show_zoom(self.canvas.zoom)
        elif loaded.grids:
            self.sheets.show_grids(loaded.grids)
            self.header.show_zoom(self.sheets.zoom)
            self.stack.setCurrentWidget(self.sheets)
        elif loaded.document.blocks:
            self.text.show_document(loaded.document)
            self.header.show_zoom(self.text.zoom)
            self.stack.setCurrentWidget(self.text)
        else:
            self.state.say(tr("source.no_text"), tr("source.no_text_hint"))
            self.stack.setCurrentWidget(self.state)
        self.sidebar.show_document(loaded.document, loaded.pages)
        self._show_sidebar()
        self.sidebar.show_page(self.canvas.page)
        if self.find_bar.isVisible():
            self._search(self.find_bar.words.text())
        self._show_anchor(self._wanted[1] if self._wanted else None)

    def _show_anchor(self, anchor: Anchor | None) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        if loaded.pages:
            if anchor is None:
                self.canvas.verticalScrollBar().setValue(self._left_at.get(loaded.id, 0))
            self.canvas.highlight(boxes_of(anchor))
        elif loaded.grids:
            self.sheets.highlight(anchor)
        elif anchor is not None:
            self._cited = loaded.finder.stretches(anchor)
            self._mark_text(self._cited[0] if self._cited else None)

    def _remember_place(self) -> None:
        if self._loaded is not None and self._loaded.pages:
            self._left_at[self._loaded.id] = self.canvas.verticalScrollBar().value()

    def _anchor(self, stretch: Stretch | None) -> Anchor | None:
        if stretch is None or self._loaded is None:
            return None
        return self._loaded.document.blocks[stretch.block].anchor(stretch.start, stretch.end)

    def _draw_next(self) -> None:
        loaded = self._loaded
        if self._drawing is not None or loaded is None or not loaded.pages:
            return
        missing = self.canvas.missing_pictures()
        small = None if missing else self.sidebar.thumbnails.missing()
        if not missing and small is None:
            return
        page = small or missing[0]
        scale = self.sidebar.thumbnails.scale(page) if small else self.canvas.picture_scale

        def take(picture: QImage | None) -> None:
            self._drawing = None
            if self._loaded is loaded and small:
                self.sidebar.thumbnails.take_picture(page, picture)
            elif self._loaded is loaded:
                self.canvas.take_picture(page, scale, picture)
            self._draw_next()

        self._drawing = self._desk.job_runner.start(
            Lane.IO,
            lambda _job: draw(loaded, page, scale),
            owner=self,
            on_done=take,
            on_error=lambda _error: take(None),
        )

    def _search(self, needle: str) -> None:
        loaded = self._loaded
        if self._searching is not None:
            self._searching.cancel()
        if loaded is None:
            return
        self._searching = self._desk.job_runner.start(
            Lane.IO, lambda _job: search(loaded, needle), owner=self, on_done=self._take_found
        )

    def _take_found(self, found: Found) -> None:
        self._searching = None
        self._found = found
        self._current = self._first_from_here() if found.stretches else -1
        self._show_found()

    def _first_from_here(self) -> int:
        if self._loaded is None or not self._loaded.pages:
            return 0
        here = self.canvas.page
        pages = (self._loaded.document.blocks[s.block].page or 0 for s in self._found.stretches)
        return next((number for number, page in enumerate(pages) if page >= here), 0)

    def _show_found(self) -> None:
        loaded, found = self._loaded, self._found
        if loaded is None:
            return
        stretch = found.stretches[self._current] if 0 <= self._current < len(found.stretches) else None
        self.find_bar.say_count(self._current + 1, len(found.stretches))
        anchor = self._anchor(stretch)
        if loaded.pages:
            self.canvas.show_finds(found.boxes, boxes_of(anchor))
        elif loaded.grids:
            span = anchor.spans[0] if anchor else None
            here = (span.sheet, span.cells) if isinstance(span, SheetSpan) else None
            self.sheets.show_finds(found.cells, here)
        else:
            self._mark_text(stretch)

    def _mark_text(self, reveal: Stretch | None) -> None:
        colours = theme.current()
        marks = [(s, colours.partial_soft) for s in self._found.stretches]
        marks += [(s, colours.highlight) for s in dict.fromkeys((*self._cited, *([reveal] if reveal else [])))]
        self.text.mark(marks, reveal)

    def _close_find(self) -> None:
        self._found, self._current = Found(""), -1
        self._show_found()
        self.focus_first()

    def _go_to_heading(self, kind: str, number: int) -> None:
        if kind == "page":
            self.canvas.go_to(number)
            return
        loaded = self._loaded
        if loaded is not None:
            self._go_to(Stretch(number, 0, len(loaded.document.blocks[number].text)))

    def _go_to(self, stretch: Stretch) -> None:
        """Show and mark a stretch of the document."""
        loaded = self._loaded
        if loaded is None:
            return
        if loaded.pages:
            self.canvas.highlight(boxes_of(self._anchor(stretch)))
        elif loaded.grids:
            self.sheets.highlight(self._anchor(stretch))
        else:
            self._cited = [stretch]
            self._mark_text(stretch)

    def _go_to_remark(self, remark: Remark) -> None:
        loaded = self._loaded
        if loaded is None or remark.place is None:
            return
        if isinstance(remark.place, CellPlace):
            self.sheets.reveal(remark.place.sheet, remark.place.cell)
            return
        stretch = loaded.finder.stretch_of(remark.place, len(remark.text))
        if stretch is not None:
            self._go_to(stretch)

    def _sum_soon(self) -> None:
        if self._summing is not None:
            self._summing.cancel()
        texts = self._selected_texts()
        if texts is None:
            self._summing = None
            self.foot.show_sum(None)
            return

        def add(job: RunningJob) -> Sum | None:
            return None if job.wait(_SUM_PAUSE_MS / 1000) else sum_of(texts())

        self._summing = self._desk.job_runner.start(Lane.IO, add, self, self._show_sum, lambda _error: None)

    def _show_sum(self, total: Sum | None) -> None:
        self._summing = None
        self.foot.show_sum(total)

    def _selected_texts(self) -> Callable[[], Iterable[str]] | None:
        """What gives the selected cells or words, one by one; for a job."""
        loaded = self._loaded
        if loaded is None:
            return None
        if loaded.grids:
            grid, ranges = self.sheets.grid, self.sheets.ranges()
            some = grid is not None and any((top, left) != (low, right) for top, left, low, right in ranges)
            some = some or len(ranges) > 1
            return (lambda: cells_of(grid, ranges)) if grid is not None and some else None
        if loaded.pages and loaded.page_text is not None:
            text, selection = loaded.page_text, self.canvas.selection
            return (lambda: re.split(r"\s+", text.text(*selection))) if selection else None
        words = self.text.textCursor().selectedText()
        return (lambda: re.split(r"\s+", words)) if words else None

    def _menu(self, view: QWidget, point: QPoint) -> None:
        some = bool(self.sheets.ranges()) if self._has_grids() else self.quote() is not None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("source.copy"), self.copy).setEnabled(some)
        menu.addAction(tr("source.copy_words"), self.copy_words).setEnabled(some)
        if self._has_grids():
            menu.addAction(tr("source.copy_cells"), self.copy_cells).setEnabled(some)
        menu.addSeparator()
        menu.addAction(tr("source.find"), self.open_find)
        menu.addAction(tr("source.print"), self.paper.ask_printer)
        menu.addAction(tr("source.save_pdf"), self.paper.ask_file)
        menu.popup(view.mapToGlobal(point))


def create(desk: Desk) -> SourceViewer:
    """The viewer of this desk."""
    return SourceViewer(desk)
