"""The credit tools as what-ifs: inputs above, what they come to below; what is changed by hand is kept."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout

from workbench.i18n import term, tr
from workbench.models.evidence import Claim, Computation, Status
from workbench.models.finance import Peer
from workbench.models.finance.display import said
from workbench.views import theme
from workbench.views.desk import Desk
from workbench.views.finance.forms import chosen_id, label, link, list_choices, sidebar
from workbench.views.finance.grid import Column, Grid
from workbench.views.finance.inputs import Input, InputForm
from workbench.views.finance.material import Material
from workbench.views.finance.on_paper import Part, Sheet, part_of
from workbench.views.finance.own import NOTE_KIND
from workbench.views.finance.tools import TOOLS, Result, Tool
from workbench.views.job_runner import Lane

_PEERS = "peers"
_KEEP_MS = 500


class ToolsPage(QFrame):
    """One tool at a time."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    copied = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._material: Material | None = None
        self._own: dict[str, dict[str, str]] = {}
        self._tool: Tool | None = None
        self.tools = sidebar("finance_pane.tools")
        self.headline = label(role="heading", wrap=True)
        self.own_mark = label(role="chip")
        self.reset = link(tr("finance_pane.reset"), self.reset_all, tr("finance_pane.reset_tip"))
        self.form = InputForm()
        self.results = Grid(tr("finance_pane.result"))
        self.results.rows.bold = lambda row: isinstance(row, Result) and row.strong
        self.formula = label(role="muted", wrap=True)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.source = label(role="small", wrap=True)
        self.limits = label(role="small", wrap=True)
        self.area = QScrollArea()
        self._keeper = QTimer(self)
        self._keeper.setSingleShot(True)
        self._keeper.setInterval(_KEEP_MS)
        self._keeper.timeout.connect(self._keep)
        self._build()
        self.tools.currentRowChanged.connect(self._choose)
        self.form.changed.connect(self._changed)
        self.form.source_wanted.connect(self._open_source)
        self.results.claim_chosen.connect(self._show_claim)
        self.results.citation_chosen.connect(self.citation_chosen)
        self.results.copied.connect(self.copied)

    def show_material(self, material: Material, own: Mapping[str, Mapping[str, str]]) -> None:
        """Another case with what was changed in it by hand, or the same one as it is now."""
        self._keep_now()
        self._material = material
        self._own = {tool: dict(values) for tool, values in own.items()}
        there = [(tool.id, tr(f"finance_pane.tool.{tool.id}")) for tool in TOOLS]
        there += [(_PEERS, tr("finance_pane.peers"))] if material.peers else []
        list_choices(self.tools, there)
        self._choose()

    @property
    def own(self) -> dict[str, dict[str, str]]:
        """What was changed by hand, by tool."""
        return self._own

    def focus_first(self) -> None:
        """Into the list of tools."""
        self.tools.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def choose(self, tool: str) -> None:
        """Show a tool by its id."""
        ids = [self.tools.item(n).data(Qt.ItemDataRole.UserRole) for n in range(self.tools.count())]
        if tool in ids:
            self.tools.setCurrentRow(ids.index(tool))

    def as_tsv(self) -> str:
        """The result, for a spreadsheet."""
        return self.results.as_tsv()

    def on_paper(self) -> Sheet:
        """The tool's figures with where each is from, and what they come to."""
        item = self.tools.currentItem()
        given = (
            Part(tr("finance_pane.inputs"), _input_columns(), self.form.told(self._name_of))
            if self._tool
            else Part("", (), ())
        )
        words = (self.headline.text(), self.limits.text(), self.source.text())
        results = part_of(self.results, tr("finance_pane.result"))
        return Sheet(item.text() if item else "", (given, results), words)

    def _name_of(self, document: str) -> str:
        return self._material.names.get(document, document) if self._material else document

    def _build(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self._inputs())
        split.addWidget(self._outcome())
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([440, 330])
        split.setChildrenCollapsible(False)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._head())
        right.addWidget(split, 1)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.tools)
        across.addLayout(right, 1)

    def _head(self) -> QFrame:
        """The tool's result in a line, and whether figures are the user's own."""
        top = QFrame()
        theme.set_role(top, "panel")
        head = QHBoxLayout()
        head.setSpacing(theme.space(2))
        head.addWidget(self.headline, 1)
        head.addWidget(self.own_mark)
        head.addWidget(self.reset)
        inner = QVBoxLayout(top)
        inner.setContentsMargins(theme.space(4), theme.space(2), theme.space(4), theme.space(2))
        inner.addLayout(head)
        inner.addWidget(self.limits)
        return top

    def _inputs(self) -> QScrollArea:
        above = QFrame()
        theme.set_role(above, "panel")
        column = QVBoxLayout(above)
        column.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(2))
        column.setSpacing(theme.space(2))
        column.addWidget(self.form)
        column.addStretch(1)
        self.area.setWidget(above)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(tr("finance_pane.inputs"))
        theme.set_role(self.area, "panel")
        return self.area

    def _outcome(self) -> QFrame:
        """The table of results, with the formula and where it is from."""
        below = QFrame()
        theme.set_role(below, "panel")
        under = QVBoxLayout(below)
        under.setContentsMargins(0, 0, 0, theme.space(2))
        under.addWidget(self.results, 1)
        words = QVBoxLayout()
        words.setContentsMargins(theme.space(3), 0, theme.space(3), 0)
        words.addWidget(self.formula)
        words.addWidget(self.source)
        under.addLayout(words)
        return below

    def _choose(self) -> None:
        self._keep_now()
        if self._material is None:
            return
        chosen = chosen_id(self.tools)
        self._tool = next((tool for tool in TOOLS if tool.id == chosen), None)
        inputs = self._tool.inputs(self._material) if self._tool else None
        own = self._own.get(chosen, {})
        self.form.show_inputs(inputs or (), own)
        self.area.setVisible(bool(inputs))
        self.formula.clear()
        self.limits.clear()
        if self._tool is None:
            self._show_peers(self._material.peers)
        elif inputs is None:
            self.results.show_rows((), ())
            self.headline.setText(tr("finance_pane.tool_needs"))
            self.source.clear()
            self._mark()
        else:
            self._work()

    def _changed(self) -> None:
        if self._tool is not None:
            self._own[self._tool.id] = self.form.own
            self._keeper.start()
            self._work()

    def _work(self) -> None:
        if self._tool is None or self._material is None:
            return
        inputs = self._tool.inputs(self._material) or ()
        worked = self._tool.work(self._material, {given.key: self.form.value(given.key) for given in inputs})
        mark = f"{self._status().mark} "
        self.headline.setText(f"{mark}{worked.headline}")
        self.source.setText(tr("finance_pane.source", source=self._tool.source))
        self.limits.setText(worked.limits)
        columns = [self._column(n, head) for n, head in enumerate(worked.heads)]
        columns.append(
            Column(tr("finance_pane.note"), lambda r: r.note, width=20, ink=lambda _r: "unproven", claim=self._claim)
        )
        self.results.show_rows(columns, worked.rows)
        self._mark()

    def _column(self, number: int, head: str) -> Column:
        return Column(
            head,
            lambda row: row.cells[number],
            figure=number > 0,
            width=12,
            claim=self._claim,
            tip=lambda row: row.formula,
            said=lambda row: f"{row.cells[0]} {head} {row.cells[number]} {row.note}".strip(),
        )

    def _status(self) -> Status:
        return Status.OWN if self.form.own else Status.COMPUTED

    def _mark(self) -> None:
        self.limits.setVisible(bool(self._tool and self.limits.text()))
        own = self.form.own if self._tool else {}
        self.own_mark.setText(f"{Status.OWN.mark} {tr('finance_pane.changed_by_hand', count=len(own))}")
        self.own_mark.setVisible(bool(own))
        self.reset.setVisible(bool(own))

    def _claim(self, row: Result) -> Claim:
        sources = self.form.sources
        words = " ".join(cell for cell in row.cells[:2] if cell)
        return Claim(words, self._status(), sources, Computation(row.formula, sources) if row.formula else None)

    def _show_claim(self, claim: Claim) -> None:
        self.formula.setText(claim.computation.formula if claim.computation else "")
        self.claim_chosen.emit(claim)

    def _open_source(self, given: Input) -> None:
        self.claim_chosen.emit(Claim(given.words, Status.TRACED, given.sources))
        self.citation_chosen.emit(given.sources[0])

    def reset_all(self) -> None:
        """Every input of the tool back to what the papers say."""
        self.form.reset()

    def _keep_now(self) -> None:
        if self._keeper.isActive():
            self._keeper.stop()
            self._keep()

    def _keep(self) -> None:
        """What was changed by hand stays with the case."""
        library, material = self._desk.library, self._material
        if library is None or material is None:
            return
        case, kept = material.case, {tool: dict(values) for tool, values in self._own.items() if values}

        def save(_job: object) -> None:
            library.save_note(case, NOTE_KIND, "tools", kept)

        self._desk.job_runner.start(Lane.STORE, save, owner=self, saves=True)

    def _show_peers(self, peers: tuple[Peer, ...]) -> None:
        companies = list(dict.fromkeys(name for peer in peers for name in peer.values))
        columns = [Column(tr("finance_pane.ratio"), lambda p: term(p.name), width=16)]
        columns += [
            Column(name, partial(_of_company, name), figure=True, width=16, claim=partial(_company_claim, name))
            for name in companies
        ]
        columns.append(Column(tr("finance_pane.median"), lambda p: said(p.median, p.unit), figure=True, width=12))
        self.results.show_rows(columns, peers)
        self.headline.setText(tr("finance_pane.peers_told", period=peers[0].period if peers else ""))
        self.source.clear()
        self._mark()


def _input_columns() -> tuple[Column, ...]:
    heads = (("item", 30), ("value", 14), ("unit_name", 6), ("signal_head.evidence", 40))
    return tuple(
        Column(tr(f"finance_pane.{head}"), lambda row, number=number: row[number], figure=number == 1, width=width)  # type: ignore[misc]
        for number, (head, width) in enumerate(heads)
    )


def _of_company(company: str, peer: Peer) -> str:
    ratio = peer.values.get(company)
    return "" if ratio is None else ratio.display


def _company_claim(company: str, peer: Peer) -> Claim | None:
    ratio = peer.values.get(company)
    return None if ratio is None else ratio.claim()
