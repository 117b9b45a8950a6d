"""What a model's file doesn't say, asked on a card of the page."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from workbench.i18n import tr
from workbench.inference import templates
from workbench.inference.api import Role
from workbench.views.models_pane.card import Card


class Question(Card):
    """A card with answers to press. ``chosen`` carries the answer's value, "" for none; ``first`` is pressed first."""

    chosen = Signal(str)

    def __init__(self, title: str, hint: str, answers: Sequence[tuple[str, str]]) -> None:
        super().__init__(title)
        if hint:
            self.say(hint)
        offered = [
            self.button(value, words, lambda _=False, value=value: self.chosen.emit(value)) for value, words in answers
        ]
        never = self.button("never", tr("shell.cancel"), lambda: self.chosen.emit(""), "flat")
        self.offer([*offered, never])
        self.first = offered[0]


class RoleChoice(Question):
    """What a model is for; the answer is a role."""

    def __init__(self, file_name: str) -> None:
        roles = [(role.value, tr(f"models.role.{role.value}")) for role in Role]
        super().__init__(tr("models.which_role", file=file_name), "", roles)


class TemplateChoice(Question):
    """How a model without a chat template is talked to; the answer is a template's name."""

    def __init__(self, file_name: str) -> None:
        known = [(name, tr(f"models.template.{name}")) for name in templates.known()]
        super().__init__(tr("models.which_template", file=file_name), tr("models.which_template_hint"), known)


class SizeChoice(Question):
    """Whether a model too big for this machine is brought in all the same."""

    def __init__(self, told: str) -> None:
        super().__init__(tr("models.too_big"), told, [("yes", tr("models.too_big_go"))])
        self.first = self.buttons["never"]
