"""What a report says where sections were written without a chat model: once above them, with the way to one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.models.writing.report import DraftedSection
from workbench.views import theme

_REASON = "\n"


def tells_of_no_model(note: str) -> bool:
    """Whether a section's note says that no model wrote it."""
    return note.startswith(tr("writing.no_model", reason=_REASON).split(_REASON)[0])


def without_model(section: DraftedSection | None) -> bool:
    """Whether a section was written without a model."""
    return section is not None and any(map(tells_of_no_model, section.notes))


class WithoutModel(QWidget):
    """Hidden while models wrote everything; ``models_wanted`` when its button is pressed."""

    models_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        card = QFrame()
        theme.set_role(card, "card")
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, theme.space(5))
        around.addWidget(card)
        self.words = QLabel()
        self.words.setWordWrap(True)
        theme.set_role(self.words, "muted")
        self.button = QPushButton(tr("write.to_models"))
        self.button.clicked.connect(self.models_wanted)
        row = QHBoxLayout(card)
        row.setContentsMargins(theme.space(3), theme.space(2), theme.space(2), theme.space(2))
        row.setSpacing(theme.space(3))
        row.addWidget(self.words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def tell(self, sections: int, *, missing: bool) -> None:
        """``sections`` were written without a model; ``missing``: there is still none."""
        key = "write.without_model" if missing else "write.without_model_then"
        self.words.setText(tr(key, count=sections))
        self.button.setVisible(missing)
        self.setAccessibleName(self.words.text())
        self.setVisible(sections > 0)
