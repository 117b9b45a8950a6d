"""风险传导: how risk passes on in a paper or a case, as a picture and as a table; each link opens its sentence."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.extracting.risk_chain import RiskChain, RiskLink
from workbench.models.extracting.risk_rules import STAGES
from workbench.views import row_table, theme
from workbench.views.desk import Desk
from workbench.views.evidence_list import short_name, short_where
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.read import work
from workbench.views.read.risk_items import tone_of
from workbench.views.read.risk_picture import RiskPicture
from workbench.views.saving import with_ending, write_picture

_COLUMNS = ("cause", "effect", "standing", "under", "place")
_PICTURE, _TABLE = 560, 220


class RiskPage(QWidget):
    """Reads the chain of some documents when asked to; ``left`` goes back to where it came from."""

    left = Signal()

    def __init__(self, desk: Desk, name_of: Callable[[str], str], choose_path: Callable[[str, str, str], str]) -> None:
        super().__init__()
        self._desk = desk
        self._name_of = name_of
        self._choose_path = choose_path
        self._job: JobHandle | None = None
        self._chain = RiskChain((), ())
        self._shown = self._chain
        self._documents: Sequence[Any] = ()
        self._turn: dict[str, int] = {}
        self.title = QLabel()
        self.back = QPushButton(tr("read.back"))
        self.ends = QCheckBox(tr("read.risk_ends"))
        self.hand_in = QToolButton()
        self.legend = QLabel()
        self.picture = RiskPicture()
        self.table = _LinkTable()
        self.keys = QLabel(tr("read.risk_keys"))
        self._build()
        self._connect()

    @property
    def shown(self) -> RiskChain:
        """The chain drawn and listed."""
        return self._shown

    def open(self, title: str, documents: Sequence[Any], then: Callable[[bool], None]) -> None:
        """Read the chain of documents; ``then`` is told whether there is one."""
        self.stop()
        library = self._desk.library
        ids = [d.id for d in documents]

        def done(chain: RiskChain) -> None:
            self._job = None
            self._documents = documents
            self._take(title, chain)
            then(bool(chain.links))

        self._job = self._desk.job_runner.start(
            Lane.IO,
            lambda job: work.risk_of(library, ids, job),
            owner=self,
            on_done=done,
            title=tr("read.risk_reading"),
        )

    def stop(self) -> None:
        """Stop reading."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def save_picture(self) -> None:
        """Save the picture as PNG or, where the name ends so, as SVG."""
        chosen = self._choose_path(tr("read.risk_save"), f"{self._file_name()}.png", tr("read.files.picture"))
        if not chosen:
            return
        path = with_ending(chosen, (".png", ".svg"))
        drawing: QImage | bytes = self.picture.svg() if path.suffix.lower() == ".svg" else self.picture.drawn()
        self._hand_over(lambda _job: write_picture(path, drawing))

    def save_table(self) -> None:
        """Save the links as Excel, each with its source as comment and link."""
        chosen = self._choose_path(tr("read.export_excel"), f"{self._file_name()}.xlsx", tr("read.files.xlsx"))
        if not chosen:
            return
        path = with_ending(chosen, (".xlsx",))
        chain, documents, title = self._shown, self._documents, tr("read.risk")
        self._hand_over(lambda _job: work.hand_in_chain(title, chain, documents, path))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _hand_over(self, write: Callable[[JobContext], Path]) -> None:
        self._desk.job_runner.start(
            Lane.IO,
            write,
            owner=self,
            on_done=lambda written: self._desk.notify(tr("read.handed_in", name=written.name)),
            on_error=self._desk.warn,
        )

    def _file_name(self) -> str:
        return tr("read.risk")

    def _build(self) -> None:
        bar = QFrame()
        theme.set_role(bar, "toolbar")
        theme.set_role(self.back, "flat")
        theme.set_role(self.legend, "small")
        theme.set_role(self.keys, "small")
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setWordWrap(True)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.legend.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        self.keys.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        self.keys.setWordWrap(True)
        self.ends.setToolTip(tr("read.risk_ends_tip"))
        self.hand_in.setText(tr("read.hand_in"))
        self.hand_in.setAccessibleName(tr("read.hand_in"))
        self.hand_in.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.addAction(tr("read.risk_save")).triggered.connect(self.save_picture)
        menu.addAction(tr("read.export_excel")).triggered.connect(self.save_table)
        self.hand_in.setMenu(menu)
        across = QHBoxLayout(bar)
        across.setContentsMargins(theme.space(3), theme.space(1), theme.space(3), theme.space(1))
        across.setSpacing(theme.space(2))
        across.addWidget(self.back)
        across.addWidget(self.title, 1)
        across.addWidget(self.ends)
        across.addWidget(self.hand_in)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.picture)
        splitter.addWidget(self.table)
        splitter.setSizes([_PICTURE, _TABLE])
        splitter.setHandleWidth(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.legend)
        column.addWidget(splitter, 1)
        column.addWidget(self.keys)
        theme.on_change(self, self._show_legend)
        self.setFocusProxy(self.picture)

    def _connect(self) -> None:
        self.back.clicked.connect(self.left)
        self.ends.toggled.connect(lambda _on: self._show())
        self.picture.link_chosen.connect(self._prove)
        self.picture.party_chosen.connect(self._walk)
        self.table.link_chosen.connect(self._choose)
        self.table.link_opened.connect(self._prove)

    def _take(self, title: str, chain: RiskChain) -> None:
        self._chain = chain
        self.title.setText(tr("read.risk_of", name=title))
        self.title.setToolTip(title)
        reaches = any(node.stage == "repayment" for node in chain.nodes)
        self.ends.blockSignals(True)
        self.ends.setChecked(False)
        self.ends.setEnabled(reaches)
        self.ends.blockSignals(False)
        self._show()

    def _show(self) -> None:
        self._shown = self._chain.to_repayment() if self.ends.isChecked() else self._chain
        self._turn = {}
        self.picture.show_chain(self._shown)
        self.table.show_rows([(link, self._row(link)) for link in self._shown.links])
        self._show_legend()

    def _row(self, link: RiskLink) -> tuple[str, ...]:
        cited = link.citations[0]
        place = f"{short_name(self._name_of(cited.document))} {short_where(cited.anchor)}"
        more = len(link.citations) - 1
        return (
            self._shown.node(link.cause).name,
            self._shown.node(link.effect).name,
            tr("read.risk_possible") if link.possible else tr("read.risk_stated"),
            link.under,
            tr("read.risk_more", place=place, count=more) if more else place,
        )

    def _show_legend(self) -> None:
        colours = theme.current()
        there = {node.stage for node in self._shown.nodes}
        marks = [
            f'<span style="color:{getattr(colours, tone_of(stage))}">■</span>&nbsp;{tr(f"read.stage.{stage}")}'
            for stage in STAGES
            if stage in there
        ]
        self.legend.setText("&nbsp;&nbsp; ".join([*marks, tr("read.risk_lines")]))

    def _choose(self, link: RiskLink) -> None:
        self.picture.choose_link(link)
        self._desk.show_claim(self._shown.claim(link))

    def _prove(self, link: RiskLink) -> None:
        self.table.choose(link)
        self._choose(link)
        self._desk.show_source(link.citations[0])

    def _walk(self, node_id: str) -> None:
        """The next link of a node, each time another."""
        links = [link for link in self._shown.links if node_id in (link.cause, link.effect)]
        if links:
            turn = self._turn.get(node_id, 0)
            self._turn[node_id] = turn + 1
            self._prove(links[turn % len(links)])


class _LinkTable(QTableWidget):
    """One link a row. ``link_chosen`` as the row changes; ``link_opened`` by a click or Enter."""

    link_chosen = Signal(object)
    link_opened = Signal(object)

    def __init__(self) -> None:
        super().__init__(0, len(_COLUMNS))
        self._links: list[RiskLink] = []
        self.setHorizontalHeaderLabels([tr(f"read.risk_column.{name}") for name in _COLUMNS])
        row_table.dress(self, tr("read.risk_table_name"), _COLUMNS, ("standing",))
        self.currentCellChanged.connect(lambda row, _c, _r, _b: self._tell(row))
        self.cellClicked.connect(lambda row, _column: self.link_opened.emit(self._links[row]))

    def show_rows(self, rows: Sequence[tuple[RiskLink, tuple[str, ...]]]) -> None:
        """Replace all rows."""
        self.blockSignals(True)
        self._links = [link for link, _ in rows]
        self.setRowCount(len(rows))
        for number, (link, texts) in enumerate(rows):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(" ".join(link.citations[0].quote.split()))
                self.setItem(number, column, item)
        self.setCurrentCell(-1, -1)
        self.blockSignals(False)

    def choose(self, link: RiskLink) -> None:
        """Select a link's row without telling of it."""
        if link in self._links:
            self.blockSignals(True)
            self.selectRow(self._links.index(link))
            self.blockSignals(False)
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter opens the source."""
        row = self.currentRow()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= row < len(self._links):
            self.link_opened.emit(self._links[row])
        else:
            super().keyPressEvent(event)

    def _tell(self, row: int) -> None:
        if 0 <= row < len(self._links):
            self.link_chosen.emit(self._links[row])
