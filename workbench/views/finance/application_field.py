"""The day of the application beside the flows: what the papers tell, or a day typed by hand."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from workbench.i18n import tr
from workbench.models.evidence import Citation, Claim, Status
from workbench.models.finance.ledger.columns import day_of
from workbench.views import theme
from workbench.views.evidence_list import short_where
from workbench.views.finance.forms import label, link


class ApplicationField(QWidget):
    """``day_typed`` with a day, or with None where the papers' own shall count again; ``unclear`` with what to say."""

    day_typed = Signal(object)
    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    unclear = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._day: date | None = None
        self._citation: Citation | None = None
        name = label(tr("finance_pane.applied"))
        self.box = QLineEdit()
        self.box.setPlaceholderText(tr("finance_pane.applied_hint"))
        self.box.setAccessibleName(tr("finance_pane.applied"))
        self.box.setToolTip(tr("finance_pane.applied_tip"))
        self.box.setFixedWidth(theme.space(28))
        name.setBuddy(self.box)
        self.mark = label()
        self.source = link("", self._open)
        self.back: QPushButton = link("↺", lambda: self.day_typed.emit(None), tr("finance_pane.back"))
        self.back.setAccessibleName(tr("finance_pane.back_one", name=tr("finance_pane.applied")))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.space(1))
        for widget in (name, self.box, self.mark, self.source, self.back):
            across.addWidget(widget)
        self.box.editingFinished.connect(self._typed)

    def show_day(self, day: date | None, citation: Citation | None, *, own: bool) -> None:
        """The day that counts, the place that tells it, and whether a hand set it."""
        self._day, self._citation = day, citation
        self.box.setText(day.isoformat() if day else "")
        self.mark.setText(Status.OWN.mark if own else "")
        self.mark.setToolTip(tr("finance_pane.own") if own else "")
        self.box.setAccessibleDescription(tr("finance_pane.own") if own else "")
        self.back.setVisible(own)
        self.source.setVisible(citation is not None)
        if citation is not None:
            self.source.setText(tr("finance_pane.source_at", place=short_where(citation.anchor)))
            self.source.setToolTip(citation.quote)
            self.source.setAccessibleName(tr("finance_pane.source_of", name=tr("finance_pane.applied")))

    def focus(self) -> None:
        """Into the field, all of it chosen."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def _typed(self) -> None:
        words = self.box.text().strip()
        day = day_of(words) if words else None
        if words and day is None:
            self.box.setText(self._day.isoformat() if self._day else "")
            self.unclear.emit(tr("finance_pane.applied_unclear", words=words))
        elif day != self._day:
            self.day_typed.emit(day)

    def _open(self) -> None:
        if self._citation is not None:
            self.claim_chosen.emit(Claim(self._citation.quote, Status.TRACED, (self._citation,)))
            self.citation_chosen.emit(self._citation)
