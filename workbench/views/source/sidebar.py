"""Left of the source: its contents, small pictures of its pages, and what was remarked beside the text."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.models.documents.document import BlockKind, Document, PageSize, Remark
from workbench.views import theme
from workbench.views.source.thumbnails import Thumbnails

_TARGET = Qt.ItemDataRole.UserRole
_MOST = 2000
_SHOWN_REMARKS = ("comment", "inserted", "deleted", "moved")


class Sidebar(QFrame):
    """Contents, pages and remarks, one at a time; only those there are have a tab."""

    heading_wanted = Signal(str, int)
    """``page`` and its number, or ``block`` and its number."""
    remark_wanted = Signal(object)
    """A :class:`Remark` that was chosen."""
    tab_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "sidebar")
        self.outline = self._list(tr("source.outline"))
        self.thumbnails = Thumbnails()
        self.remarks = self._list(tr("source.remarks"))
        self.remarks.setWordWrap(True)
        self.remarks.setSpacing(2)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setAccessibleName(tr("source.sidebar"))
        self.pages = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs)
        layout.addWidget(self.pages, 1)
        self._views: list[QWidget] = []
        for view in (self.outline, self.thumbnails, self.remarks):
            self.pages.addWidget(view)
        self.tabs.currentChanged.connect(self._turn)
        self.outline.itemActivated.connect(self._go_to_heading)
        self.outline.itemClicked.connect(self._go_to_heading)
        self.remarks.itemActivated.connect(lambda item: self.remark_wanted.emit(item.data(_TARGET)))
        self.remarks.itemClicked.connect(lambda item: self.remark_wanted.emit(item.data(_TARGET)))
        self.setMinimumWidth(theme.space(30))

    def show_document(self, document: Document | None, pages: Sequence[PageSize]) -> None:
        """Another document, or none."""
        before = self.pages.currentWidget()
        self.outline.clear()
        self.remarks.clear()
        self.thumbnails.set_pages(tuple(pages))
        if document is not None:
            self._fill_outline(document, len(pages))
            self._fill_remarks(document.remarks)
        held = [
            (self.outline, tr("source.outline_short"), self.outline.count() > 0),
            (self.thumbnails, tr("source.thumbnails_short"), bool(pages)),
            (self.remarks, tr("source.remarks_short", count=self.remarks.count()), self.remarks.count() > 0),
        ]
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        self._views = [view for view, _, there in held if there]
        for _, words, there in held:
            if there:
                self.tabs.addTab(words)
        chosen = self._views.index(before) if before in self._views else 0
        self.tabs.setCurrentIndex(chosen)
        self.tabs.blockSignals(False)
        self.tabs.setVisible(len(self._views) > 1)
        self._turn(chosen)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self._views

    def show_page(self, page: int) -> None:
        """The page being read."""
        self.thumbnails.show_page(page)

    def open_tab(self, view: QWidget) -> None:
        """Bring one of the lists to the front."""
        if view in self._views:
            self.tabs.setCurrentIndex(self._views.index(view))

    def _turn(self, number: int) -> None:
        if 0 <= number < len(self._views):
            self.pages.setCurrentWidget(self._views[number])
        self.tab_changed.emit()

    def _fill_outline(self, document: Document, pages: int) -> None:
        for item in document.outline:
            if item.page:
                self._add_heading(item.title, item.level, ("page", item.page))
        if not self.outline.count():
            for number, block in enumerate(document.blocks):
                if block.kind is BlockKind.HEADING and self.outline.count() < _MOST:
                    self._add_heading(block.text.strip(), block.level, ("block", number))
        if not self.outline.count():
            for page in range(1, pages + 1):
                self._add_heading(tr("source.outline_page", page=page), 1, ("page", page))

    def _add_heading(self, title: str, level: int, target: tuple[str, int]) -> None:
        item = QListWidgetItem("\u2003" * max(0, min(level - 1, 4)) + title)
        item.setData(_TARGET, target)
        item.setToolTip(title)
        self.outline.addItem(item)

    def _fill_remarks(self, remarks: Sequence[Remark]) -> None:
        for remark in remarks:
            if remark.kind in _SHOWN_REMARKS and self.remarks.count() < _MOST:
                item = QListWidgetItem(remark_words(remark))
                item.setData(_TARGET, remark)
                self.remarks.addItem(item)

    def _go_to_heading(self, item: QListWidgetItem) -> None:
        self.heading_wanted.emit(*item.data(_TARGET))

    @staticmethod
    def _list(name: str) -> QListWidget:
        made = QListWidget()
        made.setAccessibleName(name)
        theme.set_role(made, "sidebar")
        return made


def remark_words(remark: Remark) -> str:
    """A comment or a change for people: what, by whom, when, and the words."""
    kind = tr(f"source.remark.{remark.kind}")
    head = " · ".join(part for part in (kind, remark.author, remark.date[:10]) if part)
    return f"{head}\n{remark.text}"
