"""A document shown as what it is: drawn pages, cells, or text; and what is selected, marked and found on it."""

import re
from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from workbench.i18n import tr
from workbench.models.documents.document import CellPlace, Remark
from workbench.models.evidence import Anchor, Citation, PageSpan, SheetSpan
from workbench.views import theme
from workbench.views.evidence_list.state_page import StatePage
from workbench.views.source.grid import Grid, Range, cells_of
from workbench.views.source.loading import Found, Loaded, boxes_of
from workbench.views.source.page_canvas import PageCanvas
from workbench.views.source.paper import Shown
from workbench.views.source.places import Stretch
from workbench.views.source.printing import Marks
from workbench.views.source.sheet_view import SheetView
from workbench.views.source.text_view import TextView

_SCALES = (0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)


class Surfaces(QStackedWidget):
    """Pages, cells and text behind one face; a page that says what is the matter where there are none."""

    zoom_changed = Signal(float)
    selection_changed = Signal()
    menu_wanted = Signal(QPoint)
    """At a place of the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.canvas = PageCanvas()
        self.text = TextView()
        self.sheets = SheetView()
        self.state = StatePage()
        self._loaded: Loaded | None = None
        self._found = Found("")
        self._cited: list[Stretch] = []
        self._left_at: dict[str, int] = {}
        self._turns: dict[str, int] = {}
        self.canvas.setAccessibleName(tr("source.pages_name"))
        theme.set_role(self.sheets.table, "plain")
        for widget in (self.state, self.canvas, self.text, self.sheets):
            self.addWidget(widget)
        self.canvas.zoom_changed.connect(self.zoom_changed)
        for changed in (self.canvas.selection_changed, self.sheets.selection_changed, self.text.selectionChanged):
            changed.connect(self.selection_changed)
        for view in (self.canvas, self.text, self.sheets.table):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(
                lambda point, view=view: self.menu_wanted.emit(view.mapToGlobal(point))
            )

    @property
    def loaded(self) -> Loaded | None:
        """The document shown."""
        return self._loaded

    @property
    def has_pages(self) -> bool:
        """Whether pages are shown."""
        return self._loaded is not None and bool(self._loaded.pages)

    @property
    def has_grids(self) -> bool:
        """Whether cells are shown."""
        return self._loaded is not None and bool(self._loaded.grids)

    def say_state(self) -> None:
        """Say what stands on the state page instead of showing the document."""
        self.setCurrentWidget(self.state)

    def show_none(self) -> None:
        """No document any more, only the state page."""
        self._loaded = None
        self.say_state()

    def forget(self) -> None:
        """No document, and no memory of where the earlier ones were left."""
        self._left_at.clear()
        self._turns.clear()
        self.show_none()

    def show_document(self, loaded: Loaded) -> None:
        """Show a document, nothing marked in it."""
        self.remember_place()
        self._loaded, self._found, self._cited = loaded, Found(""), []
        self._bring_up()
        if loaded.pages:
            self.canvas.set_pages(loaded.pages, loaded.page_text, self._turns.get(loaded.id, 0))
            self.zoom_changed.emit(self.canvas.zoom)
        elif loaded.grids:
            self.sheets.show_grids(loaded.grids)
            self.zoom_changed.emit(self.sheets.zoom)
        elif loaded.document.blocks:
            self.text.show_document(loaded.document)
            self.zoom_changed.emit(self.text.zoom)

    def take_focus(self) -> None:
        """Put the keyboard into the document."""
        shown = self.sheets.table if self.currentWidget() is self.sheets else self.currentWidget()
        if shown is not None:
            shown.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def remember_place(self) -> None:
        """Remember how far the pages are read, and how they are turned."""
        if self._loaded is not None and self._loaded.pages:
            self._left_at[self._loaded.id] = self.canvas.verticalScrollBar().value()
            self._turns[self._loaded.id] = self.canvas.turn

    def show_anchor(self, anchor: Anchor | None) -> None:
        """Go to a place and mark it; without one to where the pages were left."""
        loaded = self._loaded
        if loaded is None:
            return
        self._bring_up()
        if loaded.pages:
            if anchor is None:
                self.canvas.verticalScrollBar().setValue(self._left_at.get(loaded.id, 0))
            self.canvas.highlight(boxes_of(anchor))
        elif loaded.grids:
            self.sheets.highlight(anchor)
        elif anchor is not None:
            self._cited = loaded.finder.stretches(anchor)
            self._mark_text(self._cited[0] if self._cited else None)

    def reveal(self, stretch: Stretch) -> None:
        """Show and mark a stretch of the document."""
        if self.has_pages:
            self.canvas.highlight(boxes_of(self._anchor(stretch)))
        elif self.has_grids:
            self.sheets.highlight(self._anchor(stretch))
        elif self._loaded is not None:
            self._cited = [stretch]
            self._mark_text(stretch)

    def reveal_heading(self, kind: str, number: int) -> None:
        """Show a page (``kind`` is ``page``), or the block of a number."""
        if kind == "page":
            self.canvas.go_to(number)
        elif self._loaded is not None:
            self.reveal(Stretch(number, 0, len(self._loaded.document.blocks[number].text)))

    def reveal_remark(self, remark: Remark) -> None:
        """Show what a comment or a change is about."""
        loaded = self._loaded
        if loaded is None or remark.place is None:
            return
        if isinstance(remark.place, CellPlace):
            self.sheets.reveal(remark.place.sheet, remark.place.cell)
            return
        stretch = loaded.finder.stretch_of(remark.place, len(remark.text))
        if stretch is not None:
            self.reveal(stretch)

    def show_found(self, found: Found, stretch: Stretch | None) -> None:
        """Mark everything found, and the one gone to."""
        loaded = self._loaded
        if loaded is None:
            return
        self._found = found
        anchor = self._anchor(stretch)
        if loaded.pages:
            self.canvas.show_finds(found.boxes, boxes_of(anchor))
        elif loaded.grids:
            span = anchor.spans[0] if anchor else None
            here = (span.sheet, span.cells) if isinstance(span, SheetSpan) else None
            self.sheets.show_finds(found.cells, here)
        else:
            self._mark_text(stretch)

    def first_from_here(self, found: Found) -> int:
        """Which of what was found is the first on the page in sight or after it."""
        if self._loaded is None or not self._loaded.pages:
            return 0
        here = self.canvas.page
        pages = (self._loaded.document.blocks[s.block].page or 0 for s in found.stretches)
        return next((number for number, page in enumerate(pages) if page >= here), 0)

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

    @property
    def has_selection(self) -> bool:
        """Whether words or cells are selected."""
        loaded = self._loaded
        if loaded is None:
            return False
        if loaded.pages:
            return self.canvas.selection is not None
        return bool(self.sheets.ranges()) if loaded.grids else self.text.textCursor().hasSelection()

    def place(self) -> Anchor | None:
        """Where everything selected stands; unlike a quote it may reach over several paragraphs."""
        loaded = self._loaded
        if loaded is None or not self.has_selection:
            return None
        if loaded.pages and loaded.page_text is not None and self.canvas.selection:
            boxes = loaded.page_text.boxes(*self.canvas.selection)
            return (
                Anchor("page", tuple(PageSpan(page, tuple(boxes[page])) for page in sorted(boxes))) if boxes else None
            )
        if loaded.grids:
            cells = self.sheets.selected_range()
            return Anchor("sheet", (SheetSpan(*cells),)) if cells else None
        quote = self.quote()
        return quote.anchor if quote is not None else None

    def selected_cells(self) -> tuple[Grid, list[Range]] | None:
        """The sheet and the ranges selected in it."""
        grid, ranges = self.sheets.grid, self.sheets.ranges()
        return (grid, ranges) if grid is not None and ranges and self.has_grids else None

    def selected_texts(self) -> Callable[[], Iterable[str]] | None:
        """What gives the selected cells or words, one by one, for a job; None for a single cell or none."""
        loaded = self._loaded
        if loaded is None:
            return None
        if loaded.grids:
            grid, ranges = self.sheets.grid, self.sheets.ranges()
            some = any((top, left) != (low, right) for top, left, low, right in ranges) or len(ranges) > 1
            return (lambda: cells_of(grid, ranges)) if grid is not None and some else None
        if loaded.pages and loaded.page_text is not None:
            text, selection = loaded.page_text, self.canvas.selection
            return (lambda: re.split(r"\s+", text.text(*selection))) if selection else None
        words = self.text.textCursor().selectedText()
        return (lambda: re.split(r"\s+", words)) if words else None

    def step_zoom(self, steps: int) -> None:
        """Show the document a step larger or smaller."""
        if self.has_pages:
            self.canvas.step_zoom(steps)
            return
        view = self.sheets if self.has_grids else self.text
        place = min(range(len(_SCALES)), key=lambda i: abs(_SCALES[i] - view.zoom))
        view.set_zoom(_SCALES[min(max(place + steps, 0), len(_SCALES) - 1)])
        self.zoom_changed.emit(view.zoom)

    def fit(self) -> None:
        """Fit a page to the width; show text and cells in their usual size."""
        if self.has_pages:
            self.canvas.fit_width()
        else:
            (self.sheets if self.has_grids else self.text).set_zoom(1.0)
            self.zoom_changed.emit(1.0)

    def on_paper(self) -> Shown | None:
        """What is shown now, with its marks, for printing."""
        loaded = self._loaded
        if loaded is None:
            return None
        colours = theme.LIGHT
        texts = [(s, colours.partial_soft) for s in self._found.stretches]
        texts += [(s, colours.highlight) for s in self._cited]
        cells = self.sheets.marked if loaded.grids else frozenset()
        marks = Marks(self.canvas.highlighted if loaded.pages else {}, self._found.boxes, texts, cells)
        return loaded, marks, self.sheets.grid if loaded.grids else None

    def _bring_up(self) -> None:
        """The surface of the document shown; while another was fetched it may have been out of sight."""
        if self.has_pages:
            self.setCurrentWidget(self.canvas)
        elif self.has_grids:
            self.setCurrentWidget(self.sheets)
        elif self._loaded is not None and self._loaded.document.blocks:
            self.setCurrentWidget(self.text)
        else:
            self.state.say(tr("source.no_text"), tr("source.no_text_hint"))
            self.setCurrentWidget(self.state)

    def _anchor(self, stretch: Stretch | None) -> Anchor | None:
        if stretch is None or self._loaded is None:
            return None
        return self._loaded.document.blocks[stretch.block].anchor(stretch.start, stretch.end)

    def _mark_text(self, reveal: Stretch | None) -> None:
        colours = theme.current()
        marks = [(s, colours.partial_soft) for s in self._found.stretches]
        marks += [(s, colours.highlight) for s in dict.fromkeys((*self._cited, *([reveal] if reveal else [])))]
        self.text.mark(marks, reveal)
