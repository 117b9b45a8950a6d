"""图谱: the relations of the open case, read in the background, walked by mouse and keyboard."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.relations import KINDS, Circle, Graph, Relation, Relations
from workbench.views import theme
from workbench.views.case_reading import CaseReading
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.evidence_list import DocumentNames, StatePage
from workbench.views.flow import Flow
from workbench.views.icons import set_icon
from workbench.views.job_runner import Lane
from workbench.views.relations.picture import Picture
from workbench.views.relations.table import RelationsModel, RelationsTable
from workbench.views.relations.words import claim_of, claim_of_ring, kind_name, ring_of
from workbench.views.saving import with_ending, write_picture

_WHOLE = 28
"""Of more parties only those near the one in the middle are drawn at first."""
_ALL = 0
_PICTURE, _LIST = 600, 320
"""Heights at first, in proportion."""
_MOST_DRAWN = 120
Reader = Callable[[str, JobContext], Sequence[Relation]]


class RelationsPane(QWidget):
    """The picture, the list beside it, and the rings of guarantees."""

    def __init__(self, desk: Desk, read: Reader | None = None) -> None:
        super().__init__()
        self._desk = desk
        known = Relations(desk.library).of if desk.library is not None else None
        self.reading = CaseReading[Sequence[Relation]](desk, self, read or known, self._take, self._failed)
        self._graph = Graph(())
        self._circles: tuple[Circle, ...] = ()
        self._shown: tuple[Relation, ...] = ()
        self._centre = ""
        self._hidden: set[str] = set()
        self._names = DocumentNames(desk, self, self._renamed)
        self.choose_path: Callable[[str, str, str], str] = self._ask_path
        self.picture = Picture()
        self.rows = RelationsModel(self._names.of)
        self.table = RelationsTable(self.rows)
        self.rings = QListWidget()
        self.rings_head = QLabel()
        self.search = QLineEdit()
        self.steps = QComboBox()
        self.kinds: dict[str, QPushButton] = {}
        self.export_button = QPushButton(tr("relations.export"))
        self.facts = QLabel()
        self.state = StatePage()
        self.stack = QStackedWidget()
        self._kind_row = Flow()
        self._build()
        self._connect()
        self.show_case(None)

    def show_case(self, case: str | None) -> None:
        """Another case's relations; read when the pane is seen."""
        self.reading.open(case)
        self._names.load(case)
        self._centre, self._hidden = "", set()
        self._take(())
        if case is None:
            self.state.say(tr("relations.no_case"), tr("relations.no_case_hint"), [self._to_library()])
        elif self.isVisible():
            self._load()

    def refresh(self, changes: ChangesLike) -> None:
        """Documents have come or gone: read anew, now or when the pane is seen."""
        if self.reading.outdated_by(changes) and self.isVisible():
            self._load()

    def focus_first(self) -> None:
        """Put the keyboard into the picture."""
        self.picture.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def commands(self) -> Sequence[Command]:
        """Find a party, show all, export."""
        some = lambda: bool(self._graph.relations)  # noqa: E731 one condition for all
        return [
            Command("relations.command.find", "Ctrl+L", self._find, some),
            Command("relations.command.whole", "", self.show_whole, some),
            Command("relations.command.list", "", self.table.setFocus, some),
            Command("relations.command.export", "Ctrl+E", self.export, some),
        ]

    @property
    def shown(self) -> tuple[Relation, ...]:
        """The relations drawn and listed."""
        return self._shown

    @property
    def centre(self) -> str:
        """The party in the middle."""
        return self._centre

    def go_to(self, name: str) -> None:
        """Put a party in the middle."""
        self._centre = name
        self._draw()
        self.picture.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_whole(self) -> None:
        """Everybody, or as many as can be drawn."""
        self.steps.setCurrentIndex(self.steps.findData(_ALL))

    def export(self) -> None:
        """Save the picture as it is drawn."""
        chosen = self.choose_path(tr("relations.export"), f"{tr('relations.title')}.png", tr("relations.png_files"))
        if not chosen:
            return
        path, image = with_ending(chosen, (".png",)), self.picture.drawn()
        self._desk.job_runner.start(
            Lane.IO,
            lambda _job: write_picture(path, image),
            owner=self,
            on_done=lambda written: self._desk.notify(tr("relations.exported", name=written.name)),
            on_error=self._desk.warn,
        )

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Read what has changed while nobody looked."""
        super().showEvent(event)
        if self.reading.due:
            self._load()

    def _build(self) -> None:
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.picture)
        splitter.addWidget(self._side())
        splitter.setSizes([_PICTURE, _LIST])
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        work = QWidget()
        below = QVBoxLayout(work)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self._bar())
        below.addWidget(self._kind_strip())
        below.addWidget(splitter, 1)
        self.stack.addWidget(self.state)
        self.stack.addWidget(work)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _bar(self) -> QFrame:
        """Finding a party, how far around it is shown, saving the picture."""
        bar = QFrame()
        theme.set_role(bar, "toolbar")
        bar.setFixedHeight(theme.space(10))
        self.search.setPlaceholderText(tr("relations.find"))
        self.search.setAccessibleName(tr("relations.find"))
        self.search.setMaximumWidth(theme.space(50))
        theme.set_role(self.search, "search")
        self.steps.setAccessibleName(tr("relations.steps"))
        for steps in (1, 2, _ALL):
            self.steps.addItem(tr(f"relations.steps.{steps}"), steps)
        set_icon(self.export_button, "export", size=16)
        theme.set_role(self.export_button, "flat")
        across = QHBoxLayout(bar)
        across.setContentsMargins(theme.space(4), theme.space(1), theme.space(4), theme.space(1))
        across.setSpacing(theme.space(2))
        across.addWidget(self.search, 1)
        across.addWidget(self.steps)
        across.addStretch(1)
        across.addWidget(self.export_button)
        return bar

    def _kind_strip(self) -> QFrame:
        """A button for each kind of relation there is, and how many are shown."""
        theme.set_role(self.facts, "muted")
        kinds = QFrame()
        theme.set_role(kinds, "ground")
        around = QHBoxLayout(kinds)
        around.setContentsMargins(theme.space(4), theme.space(1.5), theme.space(4), theme.space(1.5))
        self._kind_row.show_widgets([self.facts])
        around.addWidget(self._kind_row)
        return kinds

    def _side(self) -> QWidget:
        theme.set_role(self.rings_head, "heading")
        self.rings_head.setContentsMargins(theme.space(3), theme.space(2), theme.space(2), theme.space(1))
        self.rings.setAccessibleName(tr("relations.rings_name"))
        self.rings.setWordWrap(True)
        theme.set_role(self.rings, "sidebar")
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 3)
        column.addWidget(self.rings_head)
        column.addWidget(self.rings, 1)
        self.rings.setMinimumHeight(theme.space(8))
        return side

    def _connect(self) -> None:
        self.picture.party_chosen.connect(self.go_to)
        self.picture.tie_chosen.connect(self._prove)
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(self._prove)
        self.rings.currentItemChanged.connect(self._ring)
        self.search.returnPressed.connect(self._found)
        self.steps.currentIndexChanged.connect(lambda _index: self._draw())
        self.export_button.clicked.connect(self.export)

    def _load(self) -> None:
        if self.reading.begin() and not self._graph.relations:
            self.state.say(tr("relations.reading"), tr("relations.reading_hint"), busy=True)
            self.stack.setCurrentWidget(self.state)

    def _failed(self, error: WorkbenchError) -> None:
        self.state.say_error(error, [(tr("relations.again"), self._load)])
        self.stack.setCurrentWidget(self.state)

    def _take(self, found: Sequence[Relation]) -> None:
        self._graph = Graph(found)
        self._circles = self._graph.circles()
        parties = self._graph.parties
        if not parties:
            self._shown = ()
            self.rows.show_relations(())
            self.state.say(tr("relations.none"), tr("relations.none_hint"), [self._to_library()])
            self.stack.setCurrentWidget(self.state)
            return
        if self._centre not in {party.name for party in parties}:
            self._centre = parties[0].name
        self._show_kinds()
        self._show_rings()
        self.steps.blockSignals(True)
        self.steps.setCurrentIndex(self.steps.findData(_ALL if len(parties) <= _WHOLE else 1))
        self.steps.blockSignals(False)
        self.stack.setCurrentIndex(1)
        self._draw()

    def _show_kinds(self) -> None:
        there = {relation.kind for relation in self._graph.relations}
        self._hidden &= there
        self.kinds = {}
        for kind in (k for k in KINDS if k in there):
            button = QPushButton(kind_name(kind))
            button.setCheckable(True)
            button.setChecked(kind not in self._hidden)
            button.setToolTip(tr("relations.kind_tip", kind=kind_name(kind)))
            theme.set_role(button, "kind")
            button.toggled.connect(lambda on, kind=kind: self._show_kind(kind, shown=on))
            self.kinds[kind] = button
        self._kind_row.show_widgets([*self.kinds.values(), self.facts])

    def _show_rings(self) -> None:
        self.rings.blockSignals(True)
        self.rings.clear()
        for circle in self._circles:
            item = QListWidgetItem(ring_of(circle))
            item.setData(Qt.ItemDataRole.UserRole, circle)
            item.setToolTip(ring_of(circle))
            self.rings.addItem(item)
        self.rings.blockSignals(False)
        self.rings.setVisible(bool(self._circles))
        known = any(relation.kind == "guarantee" for relation in self._graph.relations)
        words = tr("relations.rings", count=len(self._circles)) if self._circles else tr("relations.no_rings")
        self.rings_head.setText(words if known else "")
        self.rings_head.setVisible(known)

    def _show_kind(self, kind: str, *, shown: bool) -> None:
        self._hidden = self._hidden - {kind} if shown else self._hidden | {kind}
        self._draw()

    def _draw(self) -> None:
        every = self._graph.relations
        steps = self.steps.currentData()
        near = every if steps == _ALL else self._graph.around(self._centre, int(steps or 1))
        kept = [relation for relation in near if relation.kind not in self._hidden]
        names = list(dict.fromkeys([self._centre, *(n for r in kept for n in (r.source, r.target))]))[:_MOST_DRAWN]
        drawn = set(names)
        self._shown = tuple(r for r in kept if r.source in drawn and r.target in drawn)
        self.rows.show_relations(self._shown)
        pairs = (zip(c.parties, [*c.parties[1:], c.parties[0]], strict=True) for c in self._circles)
        ringed = frozenset(pair for ring in pairs for pair in ring)
        self.picture.show_graph(self._shown, self._graph.layout(names), self._centre, ringed)
        words = tr("relations.facts", parties=len(names), ties=len(self._shown))
        self.facts.setText(words)
        self._kind_row.show_widgets([*self.kinds.values(), self.facts])
        self.facts.setToolTip(tr("relations.facts_all", parties=len(self._graph.parties), ties=len(every)))

    def _choose(self, relation: Relation) -> None:
        self.picture.choose(relation)
        self._desk.show_claim(claim_of(relation))

    def _prove(self, relation: Relation) -> None:
        self.table.choose(relation)
        self._choose(relation)
        if relation.citations:
            self._desk.show_source(relation.citations[0])

    def _ring(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        circle: Circle = item.data(Qt.ItemDataRole.UserRole)
        self._desk.show_claim(claim_of_ring(circle))
        if circle.parties[0] not in self.picture.parties:
            self._centre = circle.parties[0]
            self._draw()
        if circle.relations[0].citations:
            self._desk.show_source(circle.relations[0].citations[0])

    def _find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _found(self) -> None:
        words = self.search.text().strip().casefold()
        found = next((p.name for p in self._graph.parties if words and words in p.name.casefold()), None)
        if found is None:
            self._desk.notify(tr("relations.not_found", words=self.search.text().strip()))
        else:
            self.go_to(found)

    def _renamed(self) -> None:
        self.rows.renamed()

    def _to_library(self) -> tuple[str, Callable[[], object]]:
        return (tr("relations.to_library"), lambda: self._desk.go("library"))

    def _ask_path(self, title: str, name: str, kinds: str) -> str:
        return QFileDialog.getSaveFileName(self, title, name, kinds)[0]


def create(desk: Desk) -> RelationsPane:
    """The pane of this desk."""
    return RelationsPane(desk)
