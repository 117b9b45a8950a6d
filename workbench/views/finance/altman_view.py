"""Altman's Z″ on its scale, with the parts it is made of."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.models.evidence import Claim
from workbench.models.finance import Altman
from workbench.models.finance.analysis import Part
from workbench.models.finance.display import rounded
from workbench.views import theme
from workbench.views.finance.dupont_view import part_claim
from workbench.views.finance.forms import label
from workbench.views.finance.grid import Column, Grid

_LEAST, _MOST = -2.0, 8.0
_CUTS = (1.1, 2.6)
_TONES = {"distress": "unproven", "grey": "partial_ink", "safe": "traced"}
_WEIGHTS = {"X1": "6.56", "X2": "3.26", "X3": "6.72", "X4": "1.05"}


class _Scale(QWidget):
    """Three zones and where the score stands; zones are named, not only coloured."""

    def __init__(self) -> None:
        super().__init__()
        self._score: Decimal | None = None
        self.setFixedHeight(theme.space(18))
        theme.on_change(self, self.update)

    def show_score(self, found: Altman) -> None:
        self._score = found.score
        zone = tr(f"finance_pane.zone.{found.zone}")
        self.setAccessibleName(tr("finance_pane.altman_said", score=rounded(found.score), zone=zone))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Draw the zones and the mark."""
        painter, colours = QPainter(self), theme.current()
        edges = (_LEAST, *_CUTS, _MOST)
        line = self.fontMetrics().height()
        top, centre = line + theme.space(2), int(Qt.AlignmentFlag.AlignCenter)
        for number, zone in enumerate(("distress", "grey", "safe")):
            left, right = self._x(edges[number]), self._x(edges[number + 1])
            room = QRectF(left, top, right - left, line + theme.space(1))
            painter.fillRect(room, QColor(getattr(colours, ("unproven_soft", "partial_soft", "traced_soft")[number])))
            painter.setPen(QColor(getattr(colours, _TONES[zone])))
            painter.drawText(room, centre, tr(f"finance_pane.zone.{zone}"))
        painter.setPen(QColor(colours.muted))
        for cut in _CUTS:
            painter.drawText(QRectF(self._x(cut) - 30, top + line + theme.space(1), 60, line), centre, f"{cut}")
        if self._score is not None:
            x = self._x(min(max(float(self._score), _LEAST), _MOST))
            painter.setPen(QColor(colours.ink))
            painter.drawText(QRectF(x - 40, 0, 80, line), centre, f"Z″ {rounded(self._score)}")
            painter.fillRect(QRectF(x - 1.5, line, 3, line + theme.space(4)), QColor(colours.ink))

    def _x(self, value: float) -> float:
        inset = theme.space(10)
        return inset + (value - _LEAST) / (_MOST - _LEAST) * (self.width() - 2 * inset)


class AltmanView(QScrollArea):
    """The score of one period; a part shows its formula and opens its source."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("finance_pane.altman"))
        theme.set_role(self, "panel")
        self.told = label(role="heading", wrap=True)
        self.scale = _Scale()
        self.parts = Grid(tr("finance_pane.altman"))
        self.parts.setMinimumHeight(6 * theme.row_height())
        self.source = label(tr("finance.source.altman"), "small", wrap=True)
        sheet = QFrame()
        theme.set_role(sheet, "panel")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(theme.space(3), theme.space(3), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        for widget in (self.told, self.scale, self.parts, self.source):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(sheet)
        self.parts.claim_chosen.connect(self.claim_chosen)
        self.parts.citation_chosen.connect(self.citation_chosen)

    def show_scores(self, found: Sequence[Altman], period: str) -> None:
        """The period asked for, else the newest there is."""
        here = next((a for a in found if a.period == period), found[0] if found else None)
        self.scale.setVisible(here is not None)
        self.parts.setVisible(here is not None)
        if here is None:
            self.told.setText(tr("finance_pane.nothing_here"))
            return
        self.scale.show_score(here)
        zone = tr(f"finance_pane.zone.{here.zone}")
        said = tr("finance_pane.altman_said", score=rounded(here.score), zone=zone)
        emerging = tr("finance_pane.altman_emerging", score=rounded(here.emerging))
        self.told.setText(f"{here.period}  {said}  {emerging}")
        self.parts.show_rows(_columns(), here.parts)


def _claim(part: Part) -> Claim:
    return part_claim(tr(f"finance_pane.altman_part.{part.name}"), part)


def _columns() -> list[Column]:
    return [
        Column(tr("finance_pane.part"), lambda p: tr(f"finance_pane.altman_part.{p.name}"), width=24, claim=_claim),
        Column(tr("finance_pane.value"), lambda p: f"{rounded(p.value, 4)}", figure=True, width=9, claim=_claim),
        Column(tr("finance_pane.weight"), lambda p: _WEIGHTS[p.name], figure=True, width=6, claim=_claim),
        Column(
            tr("finance_pane.points_head"),
            lambda p: f"{rounded(p.value * Decimal(_WEIGHTS[p.name]))}",
            figure=True,
            width=7,
            claim=_claim,
        ),
    ]
