"""What became of each model of a folder."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from workbench.i18n import tr
from workbench.inference.registry import Brought, Refused
from workbench.views.models_pane.card import Card, StateLine


class OutcomeCard(Card):
    """A line for each model: brought in, here already, or refused with reason and hint."""

    closed = Signal()

    def __init__(self, outcomes: Sequence[Brought | Refused]) -> None:
        good = sum(isinstance(outcome, Brought) for outcome in outcomes)
        super().__init__(tr("models.outcome", good=good, all=len(outcomes)))
        for outcome in outcomes:
            self.column.addWidget(_line(outcome))
        self.offer([self.button("close", tr("models.outcome_close"), self.closed.emit, "flat")])


def _line(outcome: Brought | Refused) -> StateLine:
    if isinstance(outcome, Refused):
        words = f"{outcome.path.name}: {outcome.error.message} {outcome.error.hint}".strip()
        return StateLine("failed", words, "small")
    note = "" if outcome.new else f"  ·  {tr('models.here_already')}"
    entry = outcome.entry
    return StateLine("ready", f"{entry.name}  ·  {tr(f'models.role.{entry.role.value}')}{note}", "small")
