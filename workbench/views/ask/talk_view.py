"""The turns of the talk in front, one under the other; a long talk is set out little by little."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.views import theme
from workbench.views.ask.talks import Talk, Turn
from workbench.views.ask.turn_view import TurnView

_BATCH = 2
_COLUMN = 1040


class TalkView(QScrollArea):
    """Tells what is chosen, judged or wanted in any of its turns; ``asked_by`` is what Tab comes from."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    models_wanted = Signal()
    again_wanted = Signal(str)
    copied = Signal()
    judged = Signal(object, str, str)
    similar_wanted = Signal(object)

    def __init__(self, name_of: Callable[[str], str], no_model: Callable[[], bool], asked_by: QWidget) -> None:
        super().__init__()
        self._name_of = name_of
        self._no_model = no_model
        self._asked_by = asked_by
        self._only_proven = False
        self._waiting: list[Turn] = []
        self._views: list[TurnView] = []
        self._turns = QVBoxLayout()
        self._turns.setContentsMargins(theme.space(6), theme.space(4), theme.space(6), theme.space(4))
        self._turns.setSpacing(theme.space(2))
        self._turns.addStretch(1)
        # Held here: the binding would let go of a holder nobody names before it is handed over.
        self._column = QWidget()
        in_the_middle(self._column, self._turns)
        self.setWidget(self._column)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("ask.talk_name"))
        self._adder = QTimer(self)
        self._adder.setInterval(0)
        self._adder.timeout.connect(self._add_waiting)

    @property
    def views(self) -> tuple[TurnView, ...]:
        """The turns shown, oldest first."""
        return tuple(self._views)

    def view_of(self, turn: Turn) -> TurnView | None:
        """Where a turn is shown; None while it is not."""
        return next((view for view in self._views if view.turn is turn), None)

    def show_talk(self, talk: Talk | None) -> None:
        """Another talk, from its beginning; None: nothing."""
        self._adder.stop()
        for view in self._views:
            self._turns.removeWidget(view)
            view.hide()
            view.deleteLater()
        self._views = []
        self._waiting = list(talk.turns) if talk is not None else []
        if self._waiting:
            self._add_waiting()
        if self._waiting:
            self._adder.start()

    def add(self, turn: Turn) -> None:
        """One more turn at the end."""
        view = TurnView(turn, self._name_of, only_proven=self._only_proven)
        view.claim_chosen.connect(self.claim_chosen)
        view.citation_chosen.connect(self.citation_chosen)
        view.models_wanted.connect(self.models_wanted)
        view.again_wanted.connect(self.again_wanted)
        view.ask_model_with(self._no_model)
        view.judged.connect(lambda verdict, correction: self.judged.emit(turn, verdict, correction))
        view.similar_wanted.connect(self.similar_wanted)
        view.copied.connect(self.copied)
        self._turns.insertWidget(self._turns.count() - 1, view)
        self._views.append(view)
        self.order_tabs()

    def set_only_proven(self, only: bool) -> None:
        """Leave out unproven sentences, in these turns and those to come."""
        self._only_proven = only
        for view in self._views:
            view.set_only_proven(only)

    def rename(self) -> None:
        """Names of documents have come."""
        for view in self._views:
            view.rename()

    def engine_changed(self) -> None:
        """A model was brought in, or failed."""
        for view in self._views:
            view.ask_model_with(self._no_model)

    def order_tabs(self) -> None:
        """Tab goes from the question to its answer, which was made long after everything else."""
        before = self._asked_by
        for stop in self._views[-1].tab_stops() if self._views else ():
            QWidget.setTabOrder(before, stop)
            before = stop

    def follow(self) -> None:
        """Stay at the end where the reader is near it."""
        bar = self.verticalScrollBar()
        if bar.maximum() - bar.value() < self.viewport().height() // 2:
            self.go_to_end()

    def go_to_end(self) -> None:
        """Show the end, once what was added has its height."""
        QTimer.singleShot(0, self, self._to_end)

    def _to_end(self) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _add_waiting(self) -> None:
        for _ in range(min(_BATCH, len(self._waiting))):
            self.add(self._waiting.pop(0))
        if not self._waiting:
            self._adder.stop()


def in_the_middle(holder: QWidget, content: QVBoxLayout) -> None:
    """Lay content into a column that is never wider than lines can be read."""
    column = QWidget()
    column.setMaximumWidth(_COLUMN)
    column.setLayout(content)
    across = QHBoxLayout(holder)
    across.setContentsMargins(0, 0, 0, 0)
    across.addStretch(1)
    across.addWidget(column, 100)
    across.addStretch(1)
