"""The map of the open case with its bar and legend, drawn in the background when it is seen."""

from collections import Counter
from collections.abc import Callable
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from workbench.errors import LibraryError, WorkbenchError
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.evidence import Citation
from workbench.models.retrieval.map import LibraryMap, MapPoint, anchor_of, map_of
from workbench.views import theme
from workbench.views.case_reading import CaseReading
from workbench.views.desk import ChangesLike, Desk
from workbench.views.evidence_list import DocumentNames, ElidedLabel, StatePage
from workbench.views.icons import set_icon
from workbench.views.job_runner import Lane
from workbench.views.library_map.canvas import COLOURS, MapCanvas, colour_of

_SHOWN = 6
_REGION, _SUBJECT, _DOCUMENT = "region", "subject", "document"
Drawer = Callable[[str, JobContext], LibraryMap]
Finder = Callable[[MapPoint], Citation | None]


class LibraryMapView(QWidget):
    """Passages as points: hovering tells, a click opens the source."""

    def __init__(self, desk: Desk, draw: Drawer | None = None, find: Finder | None = None) -> None:
        super().__init__()
        library = desk.library
        self._desk = desk
        self.reading = CaseReading[LibraryMap](
            desk, self, draw or (lambda case, job: map_of(library, case, job)), self._take, self._failed
        )
        self._find: Finder = find or (lambda point: _citation(library, point))
        self._wants_keyboard = False
        self._map = LibraryMap((), (), 0)
        self._names = DocumentNames(desk, self, self._colour)
        self.canvas = MapCanvas()
        self.colours = QComboBox()
        self.facts = QLabel()
        self.legend = QLabel()
        self.told = ElidedLabel()
        self.state = StatePage()
        self.stack = QStackedWidget()
        self._build()
        self.canvas.pointed.connect(self._tell)
        self.canvas.opened.connect(self._open)
        self.colours.currentIndexChanged.connect(lambda _index: self._colour())
        self.show_case(None)

    @property
    def drawn(self) -> LibraryMap:
        """The map shown."""
        return self._map

    def show_case(self, case: str | None) -> None:
        """Another case's map; drawn when it is seen."""
        self.reading.open(case)
        self._names.load(case)
        self._map = LibraryMap((), (), 0)
        if case is None:
            self.state.say(tr("library_map.no_case"), tr("library_map.no_case_hint"))
            self.stack.setCurrentWidget(self.state)
        elif self.isVisible():
            self._load()

    def refresh(self, changes: ChangesLike) -> None:
        """Documents have come or gone, or have vectors now: drawn anew when asked for or seen next."""
        if self.reading.outdated_by(changes) and self.isVisible() and not self._map.points:
            self._load()

    def focus_first(self) -> None:
        """Put the keyboard on the map, once it is drawn."""
        self._wants_keyboard = not self._map.points
        self.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 Qt's name
        """Draw what has changed while nobody looked."""
        super().showEvent(event)
        if self.reading.due:
            self._load()

    def _build(self) -> None:
        work = QWidget()
        page = QVBoxLayout(work)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._bar())
        page.addWidget(self.canvas, 1)
        page.addWidget(self._foot())
        self.stack.addWidget(self.state)
        self.stack.addWidget(work)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        theme.on_change(self, self._colour)

    def _bar(self) -> QFrame:
        """What the colours mean, how much is shown, the whole of it, and drawing it anew."""
        bar = QFrame()
        theme.set_role(bar, "toolbar")
        bar.setFixedHeight(theme.space(10))
        self.colours.setAccessibleName(tr("library_map.colours"))
        for kind in (_REGION, _SUBJECT, _DOCUMENT):
            self.colours.addItem(tr(f"library_map.colours.{kind}"), kind)
        again, whole = QPushButton(tr("library_map.again")), QPushButton(tr("library_map.whole"))
        for button, icon, run in ((again, "refresh", self._load), (whole, "fit_width", self.canvas.fit)):
            set_icon(button, icon, size=16)
            theme.set_role(button, "flat")
            button.clicked.connect(lambda _=False, run=run: run())
        theme.set_role(self.facts, "muted")
        across = QHBoxLayout(bar)
        across.setContentsMargins(theme.space(4), theme.space(1), theme.space(4), theme.space(1))
        across.setSpacing(theme.space(2))
        across.addWidget(self.colours)
        across.addWidget(self.facts)
        across.addStretch(1)
        across.addWidget(whole)
        across.addWidget(again)
        return bar

    def _foot(self) -> QFrame:
        """What is pointed at, and the legend."""
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setWordWrap(True)
        theme.set_role(self.legend, "small")
        below = QFrame()
        column = QVBoxLayout(below)
        column.setContentsMargins(theme.space(4), theme.space(1), theme.space(4), theme.space(2))
        column.setSpacing(theme.space(1))
        column.addWidget(self.told)
        column.addWidget(self.legend)
        return below

    def _load(self) -> None:
        if self.reading.begin() and not self._map.points:
            self.state.say(tr("library_map.drawing"), tr("library_map.drawing_hint"), busy=True)
            self.stack.setCurrentWidget(self.state)

    def _failed(self, error: WorkbenchError) -> None:
        self.state.say_error(error, [(tr("library_map.again"), self._load)])
        self.stack.setCurrentWidget(self.state)

    def _take(self, drawn: LibraryMap) -> None:
        self._map = drawn
        if not drawn.points:
            self.state.say(tr("library_map.none"), tr("library_map.none_hint"), [(tr("library_map.again"), self._load)])
            self.stack.setCurrentWidget(self.state)
            return
        shown = len(drawn.points)
        key = "library_map.facts" if shown == drawn.whole else "library_map.facts_sample"
        self.facts.setText(tr(key, shown=shown, whole=drawn.whole))
        self.canvas.show_map(drawn)
        self._tell(None)
        self._colour()
        self.stack.setCurrentIndex(1)
        if self._wants_keyboard:
            self.focus_first()

    def _colour(self) -> None:
        names = {point.chunk: self._group_of(point) for point in self._map.points}
        order = [name for name, _ in Counter(names.values()).most_common()]
        self.canvas.colour_by({chunk: order.index(name) for chunk, name in names.items()})
        marks = [
            f'<span style="color:{colour_of(n).name()}">●</span> {escape(name)}'
            for n, name in enumerate(order[:_SHOWN])
        ]
        if len(order) > _SHOWN:
            marks.append(tr("library_map.others", count=len(order) - _SHOWN))
        self.legend.setText("&nbsp;&nbsp; ".join(marks))
        self.legend.setToolTip("\n".join(order[: 3 * COLOURS]))

    def _group_of(self, point: MapPoint) -> str:
        kind = self.colours.currentData()
        if kind == _DOCUMENT:
            return self._names.of(point.document)
        named = point.subject if kind == _SUBJECT else self._map.regions[point.region].name
        return named or tr("library_map.other")

    def _tell(self, point: MapPoint | None) -> None:
        words = tr("library_map.hint")
        if point is not None:
            words = tr("library_map.point", name=self._names.of(point.document), line=point.line)
        self.told.setText(words)
        self.canvas.setToolTip(words if point is not None else "")
        self.canvas.setAccessibleDescription(words)

    def _open(self, point: MapPoint) -> None:
        find = self._find

        def shown(citation: Citation | None) -> None:
            if citation is None:
                self._desk.show_document(point.document)
            else:
                self._desk.show_source(citation)

        self._desk.job_runner.start(
            Lane.IO, lambda _job: find(point), owner=self, on_done=shown, on_error=self._desk.warn
        )


def _citation(library: object, point: MapPoint) -> Citation | None:
    """A point's passage as something to show; None where its document must do without a place."""
    try:
        found = anchor_of(library, point)  # type: ignore[arg-type]
    except LibraryError:
        return None
    return Citation(point.document, *found) if found else None
