"""The keyboard stays with the model it was at, though the cards are made anew."""

from collections.abc import Sequence

from PySide6.QtCore import Qt

from workbench.views.models_pane.cards import ModelCard


def focused(cards: Sequence[ModelCard]) -> tuple[str, str] | None:
    """The model (or the role without one) and the button of the card that has the keyboard."""
    for card in cards:
        for name, button in card.buttons.items():
            if button.hasFocus():
                return card.holds or card.role.value, name
    return None


def give_back(cards: Sequence[ModelCard], model: str, button: str) -> bool:
    """Give the keyboard to that button of the model's new card, or its first; false where it has none."""
    card = next((card for card in cards if model in (card.holds, card.role.value)), None)
    if card is None or not card.buttons:
        return False
    wanted = card.buttons.get(button) or next(iter(card.buttons.values()))
    wanted.setFocus(Qt.FocusReason.OtherFocusReason)
    return True
