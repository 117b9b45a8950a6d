"""The page of a report: its sections one under the other, set out little by little, gone to and read through."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.models.evidence import Status
from workbench.views import theme
from workbench.views.write.section_view import SectionView
from workbench.views.write.without_model import WithoutModel, without_model

_COLUMN = 760


class Page(QScrollArea):
    """Tells what is chosen and edited in any section, and which section is in sight.

    ``entrance`` is where Tab comes from.
    """

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    evidence_wanted = Signal(object)
    edited = Signal(object)
    completed = Signal()
    section_seen = Signal(str)
    models_wanted = Signal()

    def __init__(self, name_of: Callable[[str], str], entrance: QWidget) -> None:
        super().__init__()
        self._name_of = name_of
        self._entrance = entrance
        self._waiting: list[tuple[str, str]] = []
        self._fill: Callable[[SectionView], None] = lambda _view: None
        self.views: dict[str, SectionView] = {}
        self.sheet = QFrame()
        theme.set_role(self.sheet, "panel")
        self._column = QVBoxLayout()
        self._column.setContentsMargins(theme.space(8), theme.space(6), theme.space(8), theme.space(8))
        self._column.setSpacing(0)
        self.without = WithoutModel()
        self.without.models_wanted.connect(self.models_wanted)
        self._missing: Callable[[], bool] = lambda: False
        self._column.addWidget(self.without)
        self._column.addStretch(1)
        middle = QWidget()
        middle.setMaximumWidth(_COLUMN)
        middle.setLayout(self._column)
        around = QVBoxLayout(self.sheet)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(middle)
        self.setWidget(self.sheet)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("write.page_name"))
        theme.set_role(self, "panel")
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._adder = QTimer(self)
        self._adder.setInterval(0)
        self._adder.timeout.connect(self._add_view)

    @property
    def whole(self) -> bool:
        """Whether every section is set out."""
        return not self._waiting

    def clear(self) -> None:
        """Nothing on the page."""
        self._adder.stop()
        self._waiting = []
        for view in self.views.values():
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.views = {}
        self.tell_of_models()

    def ask_model_with(self, missing: Callable[[], bool]) -> None:
        """How to know that there is no chat model, so that the way to one is offered."""
        self._missing = missing

    def tell_of_models(self) -> None:
        """Say once how many sections were written without a model."""
        written = sum(without_model(view.section) for view in self.views.values())
        self.without.tell(written, missing=self._missing())

    def begin(self, outline: Sequence[tuple[str, str]], fill: Callable[[SectionView], None]) -> None:
        """Set out sections (id and title), unless they are; ``fill`` puts into each what there is of it."""
        if self.views or self._waiting:
            return
        self._waiting, self._fill = list(outline), fill
        self._add_view()
        self._adder.start()

    def rename(self) -> None:
        """Names of documents have come."""
        for view in self.views.values():
            view.rename()

    def order_tabs(self) -> None:
        """Tab goes from the outline through the sections, which were made after everything else."""
        before = self._entrance
        QWidget.setTabOrder(before, self.without.button)
        before = self.without.button
        for view in self.views.values():
            for stop in view.tab_stops():
                QWidget.setTabOrder(before, stop)
                before = stop

    def next_doubtful(self) -> bool:
        """Go to the next sentence that has to be looked at, around the end; whether there is one."""
        places = [
            (text, number)
            for view in self.views.values()
            for text in view.texts
            for number, claim in enumerate(text.claims)
            if claim.status in (Status.PARTIAL, Status.UNPROVEN, Status.CONFLICT)
        ]
        if not places:
            return False
        here = next((i for i, (t, n) in enumerate(places) if t.hasFocus() and t.chosen is t.claims[n]), -1)
        text, number = places[(here + 1) % len(places)]
        text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        text.choose(number)
        at = text.mapTo(self.sheet, QPoint(0, int(text.sentence_rect(number).top())))
        self.ensureVisible(0, at.y(), 0, self.viewport().height() // 3)
        return True

    def go_to(self, section: str) -> None:
        """Bring a section to the top."""
        self._reveal(section)
        # Sections shown a moment ago have not all found their height yet.
        QTimer.singleShot(0, self, lambda: self._reveal(section))

    def _add_view(self) -> None:
        if not self._waiting:
            self._adder.stop()
            self.order_tabs()
            return
        section, title = self._waiting.pop(0)
        view = SectionView(section, title, self._name_of)
        view.claim_chosen.connect(self.claim_chosen)
        view.citation_chosen.connect(self.citation_chosen)
        view.evidence_wanted.connect(self.evidence_wanted)
        view.edited.connect(self.edited)
        view.completed.connect(self.tell_of_models)
        view.completed.connect(self.completed)
        self.views[section] = view
        self._column.insertWidget(self._column.count() - 1, view)
        self._fill(view)

    def _reveal(self, section: str) -> None:
        view = self.views.get(section)
        if view is not None:
            top = view.mapTo(self.sheet, QPoint(0, 0)).y() - theme.space(4)
            self.verticalScrollBar().setValue(top)
            self.section_seen.emit(section)

    def _scrolled(self, top: int) -> None:
        for section, view in self.views.items():
            at = view.mapTo(self.sheet, QPoint(0, 0)).y()
            if at + view.height() > top + theme.space(12):
                self.section_seen.emit(section)
                return
