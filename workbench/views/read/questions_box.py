"""Plain questions typed in, a line each, that make a field set of their own."""

from PySide6.QtWidgets import QPlainTextEdit

from workbench.i18n import tr
from workbench.models.extracting import FieldSet, questions_set
from workbench.views import theme


class QuestionsBox(QPlainTextEdit):
    """Tab leaves it."""

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(tr("read.questions_hint"))
        self.setAccessibleName(tr("read.questions"))
        self.setFixedHeight(theme.space(24))
        self.setTabChangesFocus(True)

    @property
    def lines(self) -> list[str]:
        """The questions, empty lines left out."""
        return [line for line in self.toPlainText().splitlines() if line.strip()]

    def fields(self) -> FieldSet:
        """The questions as fields. Raises WorkbenchError where they make none."""
        return questions_set(self.lines, tr("read.questions"))

    def begin_with(self, lines: tuple[str, ...]) -> None:
        """Questions asked before, unless others have been typed meanwhile."""
        if lines and not self.toPlainText():
            self.setPlainText("\n".join(lines))
