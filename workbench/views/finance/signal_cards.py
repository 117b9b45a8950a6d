"""Warning signals as cards: how serious, what it means in plain words, and what it rests on."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.models.evidence import Claim
from workbench.models.finance import Signal as Warned
from workbench.views import theme
from workbench.views.evidence_list import short_where
from workbench.views.finance.forms import first_citation, label, link
from workbench.views.finance.grid import Column
from workbench.views.finance.on_paper import Part
from workbench.views.finance.words import as_cell
from workbench.views.flow import FlowLayout

_MARKS = {"serious": "▲", "warn": "◆", "watch": "●"}
_INKS = {"serious": "unproven", "warn": "partial_ink", "watch": "accent"}
_SLICE = 4
_EVIDENCE = 12


def level_words(level: str) -> str:
    """Mark and word of a level."""
    return f"{_MARKS[level]} {tr(f'finance.level.{level}')}"


class SignalCard(QFrame):
    """One signal; Enter opens its first source."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)

    def __init__(self, signal: Warned) -> None:
        super().__init__()
        self.signal = signal
        theme.set_role(self, "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{level_words(signal.level)} {signal.name}")
        self.setAccessibleDescription(signal.explanation)
        self._level = label(level_words(signal.level), "heading")
        head = QHBoxLayout()
        head.setSpacing(theme.space(2))
        head.addWidget(self._level)
        head.addWidget(label(signal.name, "heading", wrap=True), 1)
        head.addWidget(label(signal.period, "small"))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(2))
        column.setSpacing(theme.space(1))
        column.addLayout(head)
        column.addWidget(label(signal.explanation, wrap=True))
        for words in (signal.formula, signal.law):
            if words:
                column.addWidget(label(words, "small", wrap=True))
        self.links: list[QPushButton] = [self._link(claim) for claim in signal.evidence[:_EVIDENCE]]
        if self.links:
            column.addWidget(self._places())
        self._ink()
        theme.on_change(self, self._ink)

    def _link(self, claim: Claim) -> QPushButton:
        """A proof in a few words, with its place."""
        cited = first_citation(claim)
        where = f" · {short_where(cited.anchor)}" if cited is not None else ""
        words = " ".join(claim.text.split())
        words = words if len(words) <= 36 else f"{words[:35]}…"
        return link(f"{words}{where}", lambda: self._open(claim), claim.text)

    def _places(self) -> QWidget:
        """The proofs in a row, and how many more there are."""
        places = QWidget()
        flow = FlowLayout(places)
        for button in self.links:
            flow.addWidget(button)
        left = len(self.signal.evidence) - _EVIDENCE
        if left > 0:
            flow.addWidget(link(tr("finance_pane.more_evidence", count=left), self._tell))
        return places

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter or Space opens."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.signal.evidence:
            self._open(self.signal.evidence[0])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """What proves it is listed as one comes by."""
        super().focusInEvent(event)
        self._ink()
        self._tell()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The frame goes with the keyboard."""
        super().focusOutEvent(event)
        self._ink()

    def _tell(self) -> None:
        self.claim_chosen.emit(self.signal.claim())

    def _ink(self) -> None:
        colours = theme.current()
        self._level.setStyleSheet(f"color: {getattr(colours, _INKS[self.signal.level])}")
        self.setStyleSheet(f"SignalCard {{ border: 1px solid {colours.accent}; }}" if self.hasFocus() else "")

    def _open(self, claim: Claim) -> None:
        self.claim_chosen.emit(claim)
        cited = first_citation(claim)
        if cited is not None:
            self.citation_chosen.emit(cited)


class SignalCards(QScrollArea):
    """Cards below each other, made a few at a time."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[SignalCard] = []
        self._waiting: list[Warned] = []
        self._signals: tuple[Warned, ...] = ()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("finance_pane.signals"))
        theme.set_role(self, "panel")
        self.none = label(role="muted", wrap=True)
        sheet = QFrame()
        theme.set_role(sheet, "panel")
        self._column = QVBoxLayout(sheet)
        self._column.setContentsMargins(theme.space(3), theme.space(2), theme.space(3), theme.space(3))
        self._column.setSpacing(theme.space(2))
        self._column.addWidget(self.none)
        self._more: QPushButton | None = None
        self._column.addStretch(1)
        self.setWidget(sheet)
        self._adder = QTimer(self)
        self._adder.setInterval(0)
        self._adder.timeout.connect(self._add)

    def show_signals(self, signals: Sequence[Warned], nothing: str) -> None:
        """Other signals; ``nothing`` is said where there are none."""
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        self._signals = tuple(signals)
        self._waiting = list(signals)
        self.none.setText("" if signals else nothing)
        self.none.setVisible(not signals)
        if self._more is not None:
            self._more.setVisible(not signals)
        self._add()
        if self._waiting:
            self._adder.start()

    def offer(self, words: str, run: Callable[[], object]) -> None:
        """What to press where there are no signals."""
        self._more = link(words, run)
        self._column.insertWidget(self._column.indexOf(self.none) + 1, self._more, 0, Qt.AlignmentFlag.AlignLeft)

    def focus_first(self) -> None:
        """Into the first card."""
        if self.cards:
            self.cards[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def as_tsv(self) -> str:
        """The signals, for a spreadsheet."""
        heads = ("level", "signal", "period", "explanation", "formula")
        lines = ["\t".join(tr(f"finance_pane.signal_head.{head}") for head in heads)]
        for s in self._signals:
            cells = (tr(f"finance.level.{s.level}"), s.name, s.period, s.explanation, s.formula)
            lines.append("\t".join(as_cell(cell, figure=False) for cell in cells))
        return "\n".join(lines)

    def on_paper(self, heading: str = "") -> Part:
        """The signals as a table, with the first places each rests on."""
        heads = ("level", "signal", "period", "explanation")
        said = {
            "level": lambda s: level_words(s.level),
            "signal": lambda s: s.name,
            "period": lambda s: s.period,
            "explanation": lambda s: f"{s.explanation} {s.formula}".strip(),
        }
        columns = [Column(tr(f"finance_pane.signal_head.{head}"), said[head]) for head in heads]
        columns.append(Column(tr("finance_pane.signal_head.evidence"), _rests_on))
        return Part(heading, tuple(columns), tuple(self._signals))

    def _add(self) -> None:
        for signal in self._waiting[:_SLICE]:
            card = SignalCard(signal)
            card.claim_chosen.connect(self.claim_chosen)
            card.citation_chosen.connect(self.citation_chosen)
            self._column.insertWidget(self._column.count() - 1, card)
            self.cards.append(card)
        self._waiting = self._waiting[_SLICE:]
        if not self._waiting:
            self._adder.stop()


def _rests_on(signal: Warned) -> str:
    cited = dict.fromkeys(c for claim in signal.evidence for c in claim.citations)
    return tr("finance_pane.joiner").join(dict.fromkeys(short_where(c.anchor) for c in list(cited)[:_EVIDENCE]))
