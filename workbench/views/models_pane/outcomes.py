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


def outcome_words(outcome: Brought) -> str:
    """What was brought, in a line."""
    name = outcome.entry.name
    if outcome.adapter:
        name = tr("models.adapter_brought", name=outcome.adapter, model=name)
    return tr("models.imported", name=name) if outcome.new else f"{name}: {tr('models.here_already')}"


def _line(outcome: Brought | Refused) -> StateLine:
    if isinstance(outcome, Refused):
        words = f"{outcome.path.name}: {outcome.error.message} {outcome.error.hint}".strip()
        return StateLine("failed", words, "small")
    note = "" if outcome.new else f"  ·  {tr('models.here_already')}"
    entry = outcome.entry
    what = tr("models.adapter_of", name=outcome.adapter) if outcome.adapter else tr(f"models.role.{entry.role.value}")
    return StateLine("ready", f"{entry.name}  ·  {what}{note}", "small")
