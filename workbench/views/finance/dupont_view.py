"""DuPont as a tree: the return, its three factors, and how much each moved it."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.models.evidence import Claim, Computation, Status
from workbench.models.finance import DuPont
from workbench.models.finance.analysis import Part
from workbench.models.finance.display import rounded
from workbench.views import theme
from workbench.views.finance.forms import first_citation, label
from workbench.views.finance.grid import Column
from workbench.views.finance.on_paper import Part as Printed
from workbench.views.finance.words import points

_FACTORS = ("margin", "turnover", "multiplier")


def part_claim(name: str, part: Part) -> Claim:
    """A computed part with its inputs."""
    return Claim(
        f"{name} {rounded(part.value, 4)}",
        Status.COMPUTED,
        part.citations,
        Computation(f"{name} = {part.formula}", part.citations),
    )


class _Tree(QWidget):
    """Buttons with lines between them."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(theme.space(4), theme.space(4), theme.space(4), theme.space(4))
        grid.setHorizontalSpacing(theme.space(3))
        grid.setVerticalSpacing(theme.space(10))
        self.root = self._node()
        grid.addWidget(self.root, 0, 0, 1, 3, Qt.AlignmentFlag.AlignHCenter)
        self.factors = [self._node() for _ in _FACTORS]
        for number, node in enumerate(self.factors):
            grid.addWidget(node, 1, number)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """The lines from the return to its factors."""
        painter = QPainter(self)
        painter.setPen(QPen(QColor(theme.current().line_strong), 1))
        root = self.root.geometry()
        bottom = QPoint(root.center().x(), root.bottom())
        middle = (root.bottom() + self.factors[0].geometry().top()) // 2
        painter.drawLine(bottom, QPoint(bottom.x(), middle))
        places = [node.geometry() for node in self.factors]
        painter.drawLine(QPoint(places[0].center().x(), middle), QPoint(places[-1].center().x(), middle))
        for place in places:
            painter.drawLine(QPoint(place.center().x(), middle), QPoint(place.center().x(), place.top()))

    def _node(self) -> QPushButton:
        node = QPushButton()
        node.setMinimumHeight(4 * theme.space(5))
        node.setAccessibleName(tr("finance_pane.dupont"))
        return node


class DuPontView(QScrollArea):
    """The tree of one period; a node shows its formula and opens its source."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("finance_pane.dupont"))
        theme.set_role(self, "panel")
        self._found: DuPont | None = None
        self.tree = _Tree()
        self.told = label(wrap=True)
        self.source = label(tr("finance.source.dupont"), "small", wrap=True)
        sheet = QFrame()
        theme.set_role(sheet, "panel")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(theme.space(2), 0, theme.space(2), theme.space(3))
        column.addWidget(self.tree)
        column.addWidget(self.told)
        column.addWidget(self.source)
        column.addStretch(1)
        self.setWidget(sheet)
        self.tree.root.clicked.connect(lambda: self._choose(0))
        for number, node in enumerate(self.tree.factors):
            node.clicked.connect(lambda _=False, number=number: self._choose(number))

    def show_parts(self, found: Sequence[DuPont], period: str) -> None:
        """The period asked for, else the newest there is."""
        self._found = next((d for d in found if d.period == period), found[0] if found else None)
        self.tree.setVisible(self._found is not None)
        if self._found is None:
            self.told.setText(tr("finance_pane.nothing_here"))
            return
        self._show(self._found)

    def on_paper(self) -> Printed:
        """The tree as a table: what it is, its value, and what it did to the return."""
        heads = ("part", "value", "effect")
        rows = [node.text().split("\n") for node in (self.tree.root, *self.tree.factors)] if self._found else []
        columns = tuple(
            Column(
                tr(f"finance_pane.{head}"),
                lambda row, at=at: row[at] if at < len(row) else "",  # type: ignore[misc]
                figure=at > 0,
                width=20,
            )
            for at, head in enumerate(heads)
        )
        return Printed("", columns, rows, bold=lambda row: row is rows[0])

    def _show(self, found: DuPont) -> None:
        moved = sum(found.effects, Decimal(0))
        words = [f"{tr('finance_pane.roe')} {found.period}", f"{rounded(found.roe * 100)}%"]
        _say(self.tree.root, [*words, *([points(moved * 100)] if found.effects else [])])
        for number, (key, part, node) in enumerate(zip(_FACTORS, found.factors, self.tree.factors, strict=True)):
            value = f"{rounded(part.value * 100)}%" if key == "margin" else f"{rounded(part.value, 3)}"
            effect = [points(found.effects[number] * 100)] if found.effects else []
            _say(node, [tr(f"finance_pane.factor.{key}"), value, *effect])
        if not found.effects:
            self.told.setText("")
            return
        most = max(range(len(_FACTORS)), key=lambda n: abs(found.effects[n]))
        self.told.setText(
            tr(
                "finance_pane.dupont_told",
                moved=points(moved * 100),
                factor=tr(f"finance_pane.factor.{_FACTORS[most]}"),
                effect=points(found.effects[most] * 100),
            )
        )

    def _choose(self, number: int) -> None:
        if self._found is None:
            return
        claim = part_claim(tr(f"finance_pane.factor.{_FACTORS[number]}"), self._found.factors[number])
        self.claim_chosen.emit(claim)
        cited = first_citation(claim)
        if cited is not None:
            self.citation_chosen.emit(cited)


def _say(node: QPushButton, lines: Sequence[str]) -> None:
    node.setText("\n".join(lines))
    node.setAccessibleName(" ".join(lines))
